from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError
from sources.receptor.cmb.balance import apportion
from sources.receptor.cmb.collinearity import collinearity
from sources.receptor.cmb.diagnostics import fit_statistics, influence, species_fit
from sources.receptor.cmb.effective_variance import effective_variances
from sources.receptor.cmb.layout import lay_out
from sources.receptor.cmb.proofs import collinear_case, frozen_optimum
from sources.receptor.cmb.synthetic import known_mixture, known_profiles
from sources.receptor.samples import Samples

TWO = np.array([[0.5, 0.2, 0.1, 0.0], [0.0, 0.1, 0.3, 0.4]])
NAMES = ("a", "b", "c", "d")


def samples_of(values: np.ndarray, doubts: np.ndarray | float = 0.05) -> Samples:
    times = tuple(f"day {number}" for number in range(1, len(values) + 1))
    return Samples(times, NAMES[: values.shape[1]], values, np.broadcast_to(doubts, values.shape).copy())


@given(st.integers(0, 10_000), st.integers(1, 6))
@settings(max_examples=10, deadline=None)
def test_without_errors_every_contribution_is_found(seed: int, sources: int) -> None:
    made = known_mixture(seed, samples=8, shape=(sources, 20), noise=0.0, doubt=0.0)
    found = apportion(lay_out(made.samples, made.profiles))
    np.testing.assert_allclose(found.contributions, made.contributions, rtol=1e-8)
    assert found.solved.all()


def test_one_source_and_one_species_by_hand() -> None:
    # c = 4 +- 0.3, F = 0.5 +- 0.05: S = 8 and its error sqrt(0.3^2 + (0.05 8)^2) / 0.5 = 1
    profiles = known_profiles(np.array([[0.5]]), np.array([[0.05]]), ("a",))
    found = apportion(lay_out(samples_of(np.array([[4.0]]), 0.3), profiles))
    assert found.contributions[0, 0] == pytest.approx(8.0, rel=1e-12)
    assert found.standard_errors[0, 0] == pytest.approx(1.0, rel=1e-12)
    assert found.t_statistics[0, 0] == pytest.approx(8.0, rel=1e-12)
    fit = fit_statistics(found)
    assert fit.degrees_of_freedom[0] == 0
    assert np.isnan(fit.chi_square[0])


def test_certain_profiles_make_it_ordinary_weighted_least_squares() -> None:
    made = known_mixture(3, samples=6, doubt=0.0)
    found = apportion(lay_out(made.samples, made.profiles))
    fractions, samples = made.profiles.fractions, made.samples
    for row in range(6):
        root = 1.0 / samples.uncertainties[row]
        expected = np.linalg.lstsq((fractions * root).T, samples.concentrations[row] * root, rcond=None)[0]
        np.testing.assert_allclose(found.contributions[row], expected, rtol=1e-9)


def test_the_solution_is_that_of_an_independent_solver() -> None:
    made = known_mixture(11, samples=12, noise=0.1, doubt=0.2)
    found = apportion(lay_out(made.samples, made.profiles))
    other = frozen_optimum(made.samples, made.profiles)
    assert np.abs((found.contributions - other) / found.standard_errors).max() < 1e-7


def test_at_the_solution_no_step_lowers_the_weighed_squares() -> None:
    from scipy.optimize import minimize

    made = known_mixture(5, samples=3)
    equations = lay_out(made.samples, made.profiles).equations()
    found = apportion(lay_out(made.samples, made.profiles))
    variances = effective_variances(equations, found.contributions)
    for row in range(3):

        def squares(guess: np.ndarray, row: int = row) -> float:
            return float(
                ((equations.concentrations[row] - guess @ equations.profiles) ** 2 / variances[row]).sum()
            )

        best = minimize(squares, np.ones(5), method="Powell", options={"xtol": 1e-12, "ftol": 1e-15})
        np.testing.assert_allclose(
            best.x, found.contributions[row], atol=1e-3 * found.standard_errors[row].min()
        )


def test_intervals_cover_the_truth_at_their_rate() -> None:
    inside = []
    for seed in range(60):
        made = known_mixture(seed, samples=30)
        found = apportion(lay_out(made.samples, made.profiles))
        inside.append(np.abs(found.contributions - made.contributions) <= 1.6449 * found.standard_errors)
    assert 0.86 < np.mean(inside) < 0.94


def test_diagnostics_are_those_of_their_formulas() -> None:
    values = np.array([[4.0, 3.0, 4.0, 4.5]])
    found = apportion(lay_out(samples_of(values, 0.2), known_profiles(TWO, 0.1 * TWO, NAMES)))
    contribution = found.contributions[0]
    variance = 0.04 + (0.1 * TWO).T ** 2 @ contribution**2
    residual = values[0] - contribution @ TWO
    fit, species = fit_statistics(found), species_fit(found)
    assert fit.degrees_of_freedom[0] == 2
    assert fit.chi_square[0] == pytest.approx((residual**2 / variance).sum() / 2)
    assert fit.r_square[0] == pytest.approx(
        1 - (residual**2 / variance).sum() / (values[0] ** 2 / variance).sum()
    )
    np.testing.assert_allclose(species.residual_ratio[0], -residual / np.sqrt(variance))
    np.testing.assert_allclose(species.ratio[0], contribution @ TWO / values[0])
    weights = influence(found)[0]
    assert np.abs(weights).max(1) == pytest.approx([1.0, 1.0])
    assert weights[0, 0] == 1.0
    assert weights[1, 3] == 1.0


def test_a_mass_twice_the_sources_is_half_explained() -> None:
    values = np.array([[2.0, 3.0]]) @ TWO
    samples = Samples(("day",), (*NAMES, "PM2.5"), np.hstack([values, [[10.0]]]), np.full((1, 5), 0.1))
    given_ = lay_out(samples, known_profiles(TWO, 0.01 * TWO, NAMES))
    assert given_.left_out == {"PM2.5": "the total mass"}
    assert fit_statistics(apportion(given_)).percent_mass[0] == pytest.approx(50.0)


def test_collinear_sources_are_flagged_and_the_third_is_not() -> None:
    found = apportion(lay_out(*collinear_case()))
    near = collinearity(found)
    for row in range(2):
        assert near.clusters(row) == [(0, 1)]
        assert near.estimable[row].tolist() == [False, False, True]
        assert near.dimension[row] == 2
    wide = collinearity(found, maximum_uncertainty=1e6)
    assert wide.estimable.all()
    assert wide.clusters(0) == []


def test_sources_apart_are_all_estimable() -> None:
    made = known_mixture(1, samples=4)
    near = collinearity(apportion(lay_out(made.samples, made.profiles)))
    assert near.estimable.all()
    assert (near.dimension == 5).all()


def test_negative_contributions_stand_or_are_eliminated_by_name() -> None:
    values = np.array([[4.0, 1.6, 0.8, -0.0], [1.0, 0.8, 1.4, 1.6]])
    values[0, 2] = 0.2
    profiles = known_profiles(TWO, 0.01 * TWO + 1e-4, NAMES)
    plain = apportion(lay_out(samples_of(values), profiles))
    assert plain.negative.tolist() == [[False, True], [False, False]]
    assert not plain.eliminated.any()
    found = apportion(lay_out(samples_of(values), profiles), eliminate_negative=True)
    assert found.eliminated.tolist() == [[False, True], [False, False]]
    assert found.contributions[0, 1] == 0.0
    assert np.isnan(found.standard_errors[0, 1])
    alone = apportion(lay_out(samples_of(values[:1]), profiles.of([0])))
    assert found.contributions[0, 0] == pytest.approx(alone.contributions[0, 0], rel=1e-9)
    assert fit_statistics(found).degrees_of_freedom.tolist() == [3, 2]
    np.testing.assert_array_equal(found.contributions[1], plain.contributions[1])


def test_gaps_leave_the_species_out_of_that_sample_alone() -> None:
    made = known_mixture(2, samples=5)
    values = made.samples.concentrations.copy()
    values[1, 3] = np.nan
    found = apportion(lay_out(replace(made.samples, concentrations=values), made.profiles))
    whole = apportion(lay_out(made.samples, made.profiles))
    np.testing.assert_allclose(found.contributions[[0, 2]], whole.contributions[[0, 2]], rtol=1e-12)
    assert fit_statistics(found).degrees_of_freedom.tolist() == [13, 12, 13, 13, 13]
    assert np.isfinite(found.contributions).all()


def test_a_sample_without_enough_values_is_named() -> None:
    made = known_mixture(2, samples=3)
    values = made.samples.concentrations.copy()
    values[1, 4:] = np.nan
    found = apportion(lay_out(replace(made.samples, concentrations=values), made.profiles))
    assert found.failures == ("", "4 fitting species have a value, 5 sources need as many", "")
    assert np.isnan(found.contributions[1]).all()
    assert np.isnan(fit_statistics(found).chi_square[1])


def test_a_sample_that_does_not_settle_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.receptor.cmb.effective_variance._MOST_ITERATIONS", 2)
    made = known_mixture(2, samples=3)
    found = apportion(lay_out(made.samples, made.profiles))
    assert set(found.failures) == {"no convergence in 2 iterations"}
    assert np.isnan(found.contributions).all()


def test_a_sample_whose_values_do_not_tell_sources_apart_is_named() -> None:
    fractions = np.array([[0.5, 0.2, 0.1, 0.0], [0.5, 0.2, 0.1, 0.3]])
    values = np.array([[1.0, 0.4, 0.2, 0.3], [1.0, 0.4, 0.2, np.nan]])
    found = apportion(lay_out(samples_of(values), known_profiles(fractions, 0.1 * fractions, NAMES)))
    assert found.failures == ("", "its species do not tell the sources apart")


@pytest.mark.parametrize(
    ("fractions", "fit", "words"),
    [
        (np.vstack([TWO, TWO[:1]]), (), "own:A and own:C are one composition"),
        (np.vstack([TWO, np.zeros(4)]), (), "own:C holds none of the fitting species"),
        (TWO, ("a", "x"), "unknown species 'x'"),
        (TWO, ("a",), "1 fitting species cannot carry 2 sources"),
        (
            np.where(TWO == 0.4, np.nan, TWO),
            ("a", "d"),
            "species 'd' cannot be fitted: not stated by profile own:B",
        ),
    ],
)
def test_what_cannot_be_balanced_is_named(fractions: np.ndarray, fit: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        lay_out(samples_of(np.ones((2, 4))), known_profiles(fractions, 0.1 * fractions, NAMES), fit)


def test_species_that_are_not_fitted_are_told_with_the_reason() -> None:
    species = ("OC", "EC", "TC", "Fe", "Zn", "Mass", "Pb")
    samples = Samples(
        ("day",), species, np.array([[3.0, 1.0, 4.0, 1.0, 0.1, 9.0, np.nan]]), np.full((1, 7), 0.1)
    )
    keys = ("organic_carbon", "elemental_carbon", "total_carbon", "iron", "lead", "zinc")
    fractions = np.array([[0.3, 0.1, 0.4, 0.0, 0.1, 0.0], [0.1, 0.0, 0.1, 0.3, 0.1, 0.0]])
    given_ = lay_out(samples, known_profiles(fractions, 0.1 * fractions, keys))
    assert given_.fitted_species == ("OC", "EC", "Fe")
    assert given_.left_out == {
        "TC": "its parts are there too", "Zn": "zero in every profile", "Mass": "the total mass",
        "Pb": "missing in every sample",
    }  # fmt: skip


def test_thousands_of_samples_take_seconds() -> None:
    import time

    made = known_mixture(0, samples=4000)
    begun = time.process_time()
    found = apportion(lay_out(made.samples, made.profiles))
    assert time.process_time() - begun < 5.0
    assert found.solved.all()
    assert not found.negative.all(1).any()
