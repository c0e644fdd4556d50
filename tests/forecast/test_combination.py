"""The published combination and the intervals around it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.calibration.past_errors import QUANTILES, error_quantiles, sorted_quantiles
from forecast.calibration.scenarios import scenarios
from forecast.calibration.window import Window
from forecast.combination import Choice, combine, lead_groups
from tests.forecast.series import history_of

LEADS = np.array([1, 2])
CHOICE = Choice(critical=2.33, fallback=np.array([1.0, 0.0, 0.0]), prior_blocks=13.0)


def _combined(errors: list[float], days: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Combine models whose logarithm is off by a noise of the given size."""
    random = np.random.default_rng(5)
    truth = 4.0 + random.normal(0, 0.3, (days, 4))
    history = history_of(truth)
    issues = np.arange(days - 3)
    ahead = truth[issues[:, None] + LEADS]
    forecasts = np.stack([ahead + random.normal(0, size, ahead.shape) for size in errors])
    cases = Window().over(history, issues)
    found = combine(cases, LEADS, forecasts, CHOICE, np.arange(len(issues)))
    return found.weights, found.forecast


def test_weights_are_shares() -> None:
    weights, _ = _combined([0.3, 0.3, 0.3])
    np.testing.assert_allclose(weights.sum(axis=-1), 1.0)
    assert (weights >= 0).all()


def test_a_clearly_worse_model_leaves_and_a_better_one_stays() -> None:
    weights, _ = _combined([0.3, 0.1, 0.9])
    assert (weights[-1, :, 2] == 0).all()
    assert (weights[-1, :, 1] > 0.4).all()
    assert (weights[-1, :, 0] > 0).all(), "the fallback always keeps a part"


def test_equal_models_count_alike_beyond_the_fallback() -> None:
    weights, _ = _combined([0.3, 0.3, 0.3])
    np.testing.assert_allclose(weights[-1, :, 1], weights[-1, :, 2])


def test_at_first_only_the_fallback_speaks() -> None:
    weights, _ = _combined([0.3, 0.1, 0.1])
    np.testing.assert_array_equal(weights[0], [[1.0, 0.0, 0.0]] * 2)


def test_concentrations_are_averaged_not_logarithms() -> None:
    history = history_of(np.full((3, 1), 4.0))
    forecasts = np.log(np.array([10.0, 30.0]))[:, None, None, None] * np.ones((2, 3, 2, 1))
    choice = Choice(2.33, np.array([1.0, 1.0]), 13.0)
    found = combine(Window().over(history, np.arange(3)), LEADS, forecasts, choice, np.arange(3))
    np.testing.assert_allclose(np.exp(found.forecast), 20.0)


def test_a_silent_model_does_not_silence_the_rest() -> None:
    history = history_of(np.full((3, 1), 4.0))
    forecasts = np.stack([np.full((3, 2, 1), 2.0), np.full((3, 2, 1), np.nan)])
    choice = Choice(2.33, np.array([1.0, 1.0]), 13.0)
    found = combine(Window().over(history, np.arange(3)), LEADS, forecasts, choice, np.arange(3))
    np.testing.assert_allclose(found.forecast, 2.0)


def test_hourly_leads_are_grouped_by_day() -> None:
    leads = np.arange(1, 169)
    groups = lead_groups(leads, 24)
    assert [len(group) for group in groups] == [3, 9, 12] + [24] * 6
    assert np.concatenate(groups).tolist() == list(range(168))


@settings(max_examples=40, deadline=None)
@given(st.integers(20, 60), st.floats(0, 0.4), st.integers(0, 10_000))
def test_quantiles_agree_with_numpy(count: int, missing: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(size=(3, count))
    values[random.random(values.shape) < missing] = np.nan
    found = sorted_quantiles(values, QUANTILES)
    for row, known in zip(found, values, strict=True):
        if np.isfinite(known).sum() >= 20:
            np.testing.assert_allclose(row, np.nanquantile(known, QUANTILES), rtol=1e-12)
        else:
            assert np.isnan(row).all()


def test_intervals_from_own_errors_hold_what_they_say() -> None:
    random = np.random.default_rng(11)
    spread = np.array([0.2, 0.5, 0.8])
    past = random.normal(0, spread, (4000, 1, 3))
    quantiles = error_quantiles(past)[0]
    fresh = random.normal(0, spread, (20_000, 3))
    low, high = quantiles[:, 1], quantiles[:, -2]
    held = ((fresh >= low) & (fresh <= high)).mean(axis=0)
    np.testing.assert_allclose(held, 0.8, atol=0.02)
    np.testing.assert_allclose(quantiles[:, 9], 0.0, atol=1e-12)


def test_the_season_of_another_year_speaks_and_another_season_does_not() -> None:
    history = history_of(np.zeros((800, 1)))
    cases = Window(season_days=45, recent_days=60).over(history, np.arange(800))
    chosen = cases.of(760, 1)
    assert chosen.max() == 759
    assert 760 - 365 in chosen
    assert 760 - 180 not in chosen


def test_scenarios_keep_the_margins_and_the_order_of_past_errors() -> None:
    quantiles = np.broadcast_to(QUANTILES * 100, (2, 1, len(QUANTILES)))
    errors = np.random.default_rng(2).normal(size=(40, 1, 1)).repeat(2, axis=1)
    drawn = scenarios(quantiles, QUANTILES, errors)
    np.testing.assert_allclose(drawn[:, 0], drawn[:, 1])
    assert (np.argsort(drawn[:, 0, 0]) == np.argsort(errors[:, 0, 0])).mean() > 0.85
    np.testing.assert_allclose(drawn.mean(), 50.0, atol=1.0)
    assert 0.0 < drawn.min() < 5.0
    assert 95.0 < drawn.max() < 110.0
