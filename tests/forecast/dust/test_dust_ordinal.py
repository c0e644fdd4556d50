"""The law of all thresholds: known truth, monotone, quantiles and probabilities of one distribution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecast.dust.learned.ordinal import Ordinal, fit_ordinal
from foundation.errors import InputError

CUTS = np.array([20.0, 60.0, 150.0, 420.0, 1000.0])
LAW = Ordinal(CUTS, np.array([-2.0, -1.0, 0.5, 2.0, 3.0]), np.array([1.0, -0.5]))


def test_slopes_of_a_known_law_are_found() -> None:
    random = np.random.default_rng(1)
    x = random.normal(size=(6000, 2))
    latent = x @ [1.0, -0.5] + random.logistic(size=6000)
    values = np.exp(np.interp(latent, LAW.intercepts, np.log(CUTS)))
    values[latent > LAW.intercepts[-1]], values[latent < LAW.intercepts[0]] = 2000.0, 10.0
    found = fit_ordinal(x, values, CUTS, 1e-3)
    np.testing.assert_allclose(found.slopes, [1.0, -0.5], atol=0.06)
    np.testing.assert_allclose(found.intercepts, LAW.intercepts, atol=0.12)


def test_a_penalty_draws_slopes_to_none_and_leaves_the_frequencies() -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=(500, 1))
    values = np.exp(4 + x[:, 0] + random.normal(size=500))
    found = fit_ordinal(x, values, CUTS, 1e7)
    assert abs(found.slopes[0]) < 1e-3
    shares = [(values > cut).mean() for cut in CUTS]
    np.testing.assert_allclose(found.above(np.zeros((1, 1)), CUTS)[0], shares, atol=0.01)


@settings(max_examples=40, deadline=None)
@given(arrays(float, (3, 2), elements=st.floats(-30, 30)))
def test_probabilities_fall_with_the_threshold_and_quantiles_rise_with_the_level(x: np.ndarray) -> None:
    chances = LAW.above(x, np.array([20.0, 100.0, 150.0, 420.0, 1000.0, 4000.0]))
    assert (np.diff(chances, axis=-1) <= 0).all()
    assert ((chances >= 0) & (chances <= 1)).all()
    levels = np.array([0.05, 0.5, 0.95])
    assert (np.diff(LAW.quantiles(x, levels), axis=-1) >= 0).all()


@pytest.mark.parametrize("level", [0.2, 0.5, 0.9, 0.99])
def test_quantiles_and_probabilities_are_of_one_distribution(level: float) -> None:
    x = np.array([[0.3, -0.2], [2.0, 0.0]])
    values = LAW.quantiles(x, np.array([level]))
    for row, value in zip(x, values[:, 0], strict=True):
        assert LAW.above(row, np.array([value]))[0] == pytest.approx(1 - level)


def test_below_the_first_cut_is_no_dust_but_a_little_pm10() -> None:
    low = np.array([[-5.0, 0.0]])
    assert LAW.quantiles(low, np.array([0.5]))[0, 0] == 0
    little = Ordinal(LAW.cuts, LAW.intercepts, LAW.slopes, none_below=False)
    assert 0 < little.quantiles(low, np.array([0.5]))[0, 0] < CUTS[0]


def test_thresholds_that_no_value_passes_are_left_out_and_told_by_the_last_step() -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(800, 1))
    values = np.exp(np.clip(4.5 + x[:, 0] + 0.5 * random.normal(size=800), 3.1, 6.0))
    found = fit_ordinal(x, values, CUTS, 1.0)
    np.testing.assert_array_equal(found.cuts, [60.0, 150.0])
    chances = found.above(np.zeros(1), np.array([20.0, 60.0, 150.0, 420.0, 1000.0]))
    assert (np.diff(chances) < 0).all()


def test_one_cut_is_a_logistic_regression() -> None:
    random = np.random.default_rng(3)
    x = random.normal(size=(4000, 1))
    yes = (random.random(4000) < 1 / (1 + np.exp(-(2 * x[:, 0] - 1)))).astype(float)
    found = fit_ordinal(x, yes, np.array([0.5]), 1e-3)
    assert found.slopes[0] == pytest.approx(2, abs=0.2)
    assert found.intercepts[0] == pytest.approx(1, abs=0.15)
    with pytest.raises(InputError, match="several cuts"):
        found.quantiles(x, np.array([0.5]))
    with pytest.raises(InputError, match="thresholds"):
        found.above(x, np.array([0.7]))


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(InputError, match="0 of 5 thresholds"):
        fit_ordinal(np.zeros((4, 1)), np.full(4, 30.0), CUTS, 1.0)
    with pytest.raises(InputError, match="missing"):
        fit_ordinal(np.zeros((2, 1)), np.array([np.nan, 30.0]), CUTS, 1.0)
