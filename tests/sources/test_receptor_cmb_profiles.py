from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from foundation.errors import InputError
from sources.receptor.cmb.profile_files import joined, read_compounds, read_profiles

OWN = "profile,name,species,fraction,uncertainty\nsteel,Steel,Fe,0.3,0.05\nsteel,Steel,Mn,0.02,\n"

SPECIATE = (
    "PROFILE_CODE,SPECIES_ID,WEIGHT_PERCENT,UNCERTAINTY_PERCENT,SPECIES_NAME,SYMBOL\n"
    "7,488,12.5,2.5,Iron,Fe\n7,526,0.4,-99.0,Manganese,Mn\n7,830,3290.3,2110.1,Sulfur dioxide,SO2\n"
    "7,795,1.0,0.5,Chlorine atom,Cl\n7,339,2.0,0.5,Chlorine,Cl2\n8,830,10,1,Sulfur dioxide,SO2\n"
)
DESCRIBED = (
    "PROFILE_CODE,PROFILE_NAME,CATEGORY_LEVEL_1_Generation_Mechanism,CATEGORY_LEVEL_2_Sector_Equipment,"
    "CATEGORY_LEVEL_3_.Fuel_Product\n7,Steel Foundry,Combustion,Industrial; Metal,Steel\n"
)
EUROPE = (
    "Id,Name,Specie,Relative.Mass,Uncertainty,Uncertainty.Method,Specie.Id,Source.Categories\n"
    '7,Cement,Iron,0.02,0.004,95% confidence interval,488,"industry, cement"\n'
    '7,Cement,Manganese,not detected,,,526,"industry, cement"\n'
    '7,Cement,Zinc,-0.001,0.0005,standard deviation,778,"industry, cement"\n'
    '9,Soil,Iron,0.04,2.0,standard deviation,488,"soil"\n'
    '9,Soil,Zinc,0.001,0.1,full range,778,"soil"\n'
)


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    read = read_profiles(write(tmp_path, "own.csv", OWN))
    assert (read.labels, read.names, read.species) == (("own:steel",), ("Steel",), ("iron", "manganese"))
    np.testing.assert_allclose(read.uncertainties, [[0.05, 0.004]])
    assert "1 of 2 fractions had no uncertainty" in read.notes[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OWN.replace("fraction", "share"), "no column 'fraction'"),
        (
            OWN.replace("0.3", "30"),
            r"row 2, profile 'steel', species 'Fe': fraction 30 is not of a source's mass",
        ),
        (OWN.replace("0.3", "-0.3"), "fraction -0.3 is not of"),
        (OWN.replace("0.3", "much"), "fraction 'much' is not a number"),
        (OWN.replace("0.05", "-0.05"), "uncertainty -0.05 is negative"),
        (OWN.replace("Mn", "iron"), "profile 'steel' states species 'iron' twice"),
        (OWN.replace("steel,Steel,Mn", ",Steel,Mn"), "row 3: a row names no profile"),
        ("profile,species,fraction,uncertainty\n", "no profile"),
    ],
)
def test_what_is_wrong_in_a_table_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_profiles(write(tmp_path, "own.csv", text))


def test_an_absent_file_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such table of profiles"):
        read_profiles(tmp_path / "none.csv")
    with pytest.raises(InputError, match="neither SPECIATE nor SPECIEUROPE"):
        read_profiles(tmp_path)


def test_speciate_is_read_from_per_cent_without_gases(tmp_path: Path) -> None:
    write(tmp_path, "speciate_profiles.csv", DESCRIBED)
    read = read_profiles(write(tmp_path, "speciate_species_long.csv", SPECIATE))
    assert read.labels == ("speciate:7",)
    assert read.texts == ("Combustion | Industrial; Metal | Steel | Steel Foundry",)
    assert read.species == ("iron", "manganese", "chlorine")
    np.testing.assert_allclose(read.fractions, [[0.125, 0.004, 0.01]])
    np.testing.assert_allclose(read.uncertainties, [[0.025, 0.0008, 0.005]])
    assert "1 profiles hold none of the species" in read.notes[0]


def test_specieurope_is_put_right_and_what_was_done_is_noted(tmp_path: Path) -> None:
    read = read_profiles(write(tmp_path, "specieurope_long.csv", EUROPE)).over(["iron", "manganese", "zinc"])
    np.testing.assert_allclose(read.fractions, [[0.02, 0.0, 0.0], [0.04, np.nan, 0.001]])
    expected = [[0.004 / 1.96, 1e-4, 0.001], [0.02, np.nan, 0.001 / 3.4641]]
    np.testing.assert_allclose(read.uncertainties, expected)
    notes = " ".join(read.notes)
    for words in ("1 fractions are `not detected`", "1 fractions are below zero", "1 profiles give their"):
        assert words in notes


def test_both_collections_of_a_folder_and_a_code_of_both(tmp_path: Path) -> None:
    write(tmp_path, "speciate_profiles.csv", DESCRIBED)
    write(tmp_path, "speciate_species_long.csv", SPECIATE)
    write(tmp_path, "specieurope_long.csv", EUROPE)
    read = read_profiles(tmp_path)
    assert read.chosen(["9", "speciate:7"]).labels == ("specieurope:9", "speciate:7")
    for code, words in (("7", "in two collections.*speciate:7, specieurope:7"), ("10", "no profile '10'")):
        with pytest.raises(InputError, match=words):
            read.chosen([code])
    with pytest.raises(InputError, match="chosen twice"):
        read.chosen(["9", "specieurope:9"])


def test_a_whole_profile_is_closed_with_zeros_and_another_is_not(tmp_path: Path) -> None:
    both = joined(
        [read_compounds().chosen(["ammonium_sulfate"]), read_profiles(write(tmp_path, "own.csv", OWN))]
    )
    assert both.whole.tolist() == [True, False]
    closed = both.closed().over(["sulfate", "iron", "nitrate"])
    np.testing.assert_allclose(closed.fractions, [[0.7270, 0.0, 0.0], [np.nan, 0.3, np.nan]])


def test_compounds_have_the_masses_of_their_formulas() -> None:
    weights = {"sulfate": 96.06, "ammonium": 18.04, "nitrate": 62.00, "chloride": 35.45, "sodium_ion": 22.99}
    formulas = {
        "ammonium_sulfate": {"sulfate": 1, "ammonium": 2}, "ammonium_nitrate": {"nitrate": 1, "ammonium": 1},
        "sodium_chloride": {"chloride": 1, "sodium_ion": 1},
    }  # fmt: skip
    read = read_compounds()
    for row, code in enumerate(read.codes):
        masses = {name: weights[name] * count for name, count in formulas[code].items()}
        held = {
            name: read.fractions[row, at]
            for at, name in enumerate(read.species)
            if read.fractions[row, at] > 0
        }
        assert held == pytest.approx(
            {name: mass / sum(masses.values()) for name, mass in masses.items()}, abs=1e-3
        )


@pytest.mark.real_data
def test_the_published_collections(real_data: Path) -> None:
    read = read_profiles(real_data / "receptor" / "profiles")
    count = {name: read.collections.count(name) for name in set(read.collections)}
    assert count == {"speciate": 3883, "specieurope": 285}
    held = np.isfinite(read.fractions)
    assert (read.fractions[held] >= 0.0).all()
    assert np.isfinite(read.uncertainties[held]).all()
    assert (read.uncertainties[held] >= 0.0).all()
    one = read.chosen(["3700"]).over(["aluminum", "sulfate", "nickel"])
    np.testing.assert_allclose(one.fractions, [[0.0543, 0.0765, 0.00003]])
    np.testing.assert_allclose(one.uncertainties, [[0.0438, 0.0533, 0.00001]])
