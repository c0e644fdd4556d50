from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError
from sources.receptor.cmb.profile_files import joined, read_compounds
from sources.receptor.cmb.profiles import Profiles
from sources.receptor.factorisation import factorise
from sources.receptor.naming.category_choice import category_probabilities
from sources.receptor.naming.command import profile_uncertainties, run_names
from sources.receptor.naming.naming import name_factors
from sources.receptor.naming.similarity import (
    identity_distance,
    pearson_distance,
    uncentred_correlation,
    weighted_difference,
)
from sources.receptor.naming.species import species_table
from sources.receptor.results import Factorisation, StartReport
from sources.receptor.samples import Samples, prepare

SPECIES = ("OC", "EC", "SO4", "NO3", "Al", "Si", "Ca", "Fe", "K", "Zn")
KEYS = (
    "organic_carbon", "elemental_carbon", "sulfate", "nitrate", "aluminum", "silicon", "calcium", "iron",
    "potassium", "zinc",
)  # fmt: skip
KINDS = {
    "dust": [0.06, 0.01, 0.01, 0.0, 0.09, 0.24, 0.06, 0.05, 0.02, 0.001],
    "traffic": [0.40, 0.45, 0.02, 0.01, 0.001, 0.003, 0.004, 0.005, 0.0005, 0.002],
    "biomass_burning": [0.60, 0.08, 0.02, 0.01, 0.001, 0.002, 0.003, 0.001, 0.06, 0.001],
    "metal_industry": [0.05, 0.02, 0.04, 0.0, 0.01, 0.02, 0.05, 0.35, 0.01, 0.12],
}
TEXTS = {
    "dust": "Dust | Geological | Soil | Soil Dust",
    "traffic": "Combustion | Mobile; Onroad | Diesel | Exhaust",
    "biomass_burning": "Combustion | Biomass Burning | Wood | Wood Smoke",
    "metal_industry": "Combustion | Industrial; Metal | Steel | Steel Furnace",
}  # fmt: skip


def library(seed: int = 0, copies: int = 6) -> Profiles:
    """Published profiles of four kinds that scatter by 30 % about their mean, and the compounds."""
    draw = np.random.default_rng(seed)
    names = [kind for kind in KINDS for _ in range(copies)]
    fractions = np.array([np.array(KINDS[kind]) * draw.lognormal(0.0, 0.3, 10) for kind in names])
    codes = tuple(f"{kind}{number}" for number, kind in enumerate(names))
    texts = tuple(TEXTS[kind] for kind in names)
    made = Profiles(
        codes, tuple(names), texts, ("made",) * len(names), KEYS, fractions, 0.2 * fractions + 1e-4
    )
    return joined([made, read_compounds()])


def factorisation(profiles: np.ndarray, species: tuple[str, ...] = SPECIES) -> Factorisation:
    draw = np.random.default_rng(1)
    contributions = draw.lognormal(0.0, 0.5, (40, len(profiles)))
    contributions /= contributions.mean(0)
    values = contributions @ profiles * draw.normal(1.0, 0.05, (40, len(species)))
    times = tuple(f"day {number}" for number in range(40))
    samples = Samples(times, species, values, 0.1 * values + 1e-4)
    return Factorisation(
        samples, contributions, profiles, StartReport(np.ones(1), np.ones(1), np.ones(1, bool), 0)
    )


def of_kinds(*kinds: str, seed: int = 9) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return np.array([5.0 * np.array(KINDS[kind]) * draw.lognormal(0.0, 0.2, 10) for kind in kinds])


def test_factors_of_known_kinds_are_named_so() -> None:
    sulfate = np.array([0.3, 0.02, 4.0, 0.05, 0.0, 0.01, 0.0, 0.002, 0.0, 0.0])
    shapes = np.vstack([of_kinds(*KINDS), sulfate])
    named = name_factors(factorisation(shapes), 0.1 * shapes + 1e-4, library())
    assert [one.category for one in named.factors] == [*KINDS, "secondary_sulfate"]
    assert [one.verdict for one in named.factors] == ["named"] * 5
    assert [one.basis for one in named.factors] == ["likelihood"] * 4 + ["compound"]
    assert all(one.candidates[0].category == one.category for one in named.factors)
    assert named.factors[4].candidates[0].profile == "compound:ammonium_sulfate"
    assert named.unmapped == ()
    assert sum(named.factors[0].probabilities.values()) == pytest.approx(1.0, abs=0.1)


def test_a_factor_that_maps_nowhere_is_told_by_name() -> None:
    odd = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 5.0])
    shapes = np.vstack([of_kinds("dust"), odd])
    named = name_factors(factorisation(shapes), 0.05 * shapes + 1e-4, library())
    assert named.unmapped == ("factor_2",)
    assert (named.factors[1].verdict, named.factors[1].support) == ("no match", 0.0)
    assert named.factors[0].category == "dust"


def test_a_name_is_uncertain_when_the_factor_hardly_is_known() -> None:
    shapes = np.vstack(
        [0.5 * of_kinds("dust") + 0.5 * of_kinds("metal_industry"), of_kinds("biomass_burning")]
    )
    named = name_factors(factorisation(shapes), 1.5 * shapes + 0.1, library())
    assert named.factors[0].verdict != "named"
    assert named.factors[0].undetermined


def test_a_species_the_profiles_do_not_have_is_left_out_and_told() -> None:
    species = (*SPECIES, "M_P Xylene", "PM2.5", "Th")
    shapes = np.hstack([of_kinds("dust", "traffic"), [[1.0, 9.0, 0.1], [2.0, 9.0, 0.1]]])
    named = name_factors(factorisation(shapes, species), 0.1 * shapes + 1e-4, library())
    assert named.left_out == {
        "M_P Xylene": "not in the table of species",
        "PM2.5": "the total mass",
        "Th": "in no published profile",
    }  # fmt: skip
    assert named.compared == SPECIES
    assert [one.category for one in named.factors] == ["dust", "traffic"]


def test_gases_alone_cannot_be_named() -> None:
    shapes = np.ones((2, 3)) + np.eye(2, 3)
    with pytest.raises(InputError, match="0 of 3 species of the factors are in published profiles"):
        name_factors(factorisation(shapes, ("Benzene", "Toluene", "Ethane")), 0.1 * shapes, library())


@pytest.mark.parametrize("wrong", [np.ones((1, 10)), np.full((2, 10), np.nan), -np.ones((2, 10))])
def test_uncertainties_that_do_not_fit_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(InputError, match="uncertainties do not fit"):
        name_factors(factorisation(of_kinds("dust", "traffic")), wrong, library())


def test_distances_by_hand() -> None:
    one, other = np.array([0.6, 0.3, 0.1]), np.array([0.3, 0.6, 0.1])
    # r: deviations (4, -1, -3.5)/15 ... by their covariance -0.5 over variances 3.8/1.5
    assert pearson_distance(one, other) == pytest.approx(1.0 - np.corrcoef(one, other)[0, 1])
    assert identity_distance(one, other) == pytest.approx(np.sqrt(2.0) / 3.0 * (1.0 / 3.0 + 1.0 / 3.0))
    assert uncentred_correlation(one, other) == pytest.approx(0.37 / 0.46)
    assert weighted_difference(one, other, np.full(3, 0.03), np.full(3, 0.04)) == pytest.approx(
        0.6 / 0.05 / 3
    )


@given(st.lists(st.floats(1e-6, 1e3), min_size=3, max_size=12), st.floats(1e-3, 1e3))
@settings(max_examples=30, deadline=None)
def test_a_composition_is_itself_whatever_its_mass(values: list[float], mass: float) -> None:
    one = np.array(values)
    assert identity_distance(one, one) == pytest.approx(0.0, abs=1e-12)
    assert uncentred_correlation(one, mass * one) == pytest.approx(1.0)
    if np.ptp(one) > 1e-3 * one.max():
        assert pearson_distance(one, mass * one) == pytest.approx(0.0, abs=1e-6)


def test_species_that_one_lacks_do_not_count() -> None:
    one, other = np.array([0.6, 0.3, np.nan, 0.1]), np.array([0.5, np.nan, 0.2, 0.3])
    assert identity_distance(one, other) == pytest.approx(identity_distance(one[[0, 3]], other[[0, 3]]))
    assert weighted_difference(one, other, np.ones(4), np.ones(4)) == pytest.approx(0.15 / np.sqrt(2.0))


def test_probabilities_are_of_the_likeliest_profiles_and_not_of_their_number() -> None:
    likely = np.log(np.array([[0.8, 0.8, 0.8, 0.8, 0.2]]))
    kinds = np.array([0, 0, 0, 0, 1])
    np.testing.assert_allclose(category_probabilities(likely, kinds, 3, nearest=10), [[0.8, 0.2, 0.0]])
    silent = np.array([[-np.inf, -np.inf, -np.inf, -np.inf, -np.inf]])
    np.testing.assert_array_equal(category_probabilities(silent, kinds, 3, nearest=10), [[0.0, 0.0, 0.0]])


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("SO4", "sulfate"), ("so4", "sulfate"), ("Organic carbon", "organic_carbon"), ("PB", "lead"),
        ("Co", "cobalt"), ("CO", "carbon_monoxide"), ("co", None), ("Cl-", "chloride"), ("Cl", "chlorine"),
        ("Mass", "mass"), ("Toluene", None),
    ],
)  # fmt: skip
def test_species_are_known_by_their_spellings(name: str, known: str | None) -> None:
    found = species_table().known(name)
    assert (found.id if found else None) == known


def test_uncertainties_of_profiles_grow_with_those_of_the_samples() -> None:
    found = factorisation(of_kinds("dust", "traffic"))
    wide = replace(found, samples=replace(found.samples, uncertainties=10.0 * found.samples.uncertainties))
    one, other = profile_uncertainties(found), profile_uncertainties(wide)
    assert one.shape == found.profiles.shape
    assert (one > 0.0).all()
    assert np.median(other / one) > 3.0


@pytest.mark.real_data
def test_factors_of_st_louis_against_speciate(real_data: Path, tmp_path: Path) -> None:
    from sources.receptor.tables import read_pair

    folder = real_data / "receptor"
    samples = prepare(read_pair(folder / "StLouis-con.csv", folder / "StLouis-unc.csv"))
    factorise(samples, 6, starts=5, seed=1).to_folder(tmp_path / "st_louis")
    document = run_names(tmp_path / "st_louis", folder / "profiles")
    by_marker = {marker: one for one in document["factors"] for marker in one["markers"]}
    assert (by_marker["SO4"]["category"], by_marker["SO4"]["verdict"]) == ("secondary_sulfate", "named")
    assert (by_marker["NO3"]["category"], by_marker["NO3"]["components"]) == (
        "secondary_nitrate",
        ["nitrate"],
    )
    for metal in ("Cu", "Pb"):
        assert by_marker[metal]["probabilities"]["metal_industry"] > 0.2
        assert by_marker[metal]["verdict"] != "named" or by_marker[metal]["category"] == "metal_industry"
    assert document["left_out_species"] == {"Mass": "the total mass"}
