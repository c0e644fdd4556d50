"""Adaptive factors: they follow a change, and know only what was known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from forecast.calibration.adaptive import AdaptiveConfig, adaptive_factors
from forecast.calibration.median_scaling import QuantileAxes
from foundation.errors import ContractError

LEVELS = np.array([0.1, 0.5, 0.9])
AXES = QuantileAxes(LEVELS, np.array([1, 3]), ("pm25",))
CONFIG = AdaptiveConfig(lead_bounds=(1, 3))
ISSUES, SHIFT, STATIONS = 220, 100, 20


def shifted(factor: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Right quantiles until the errors' scale changes by a factor at issue `SHIFT`; the weather is shared."""
    random = np.random.default_rng(seed)
    shape = (ISSUES, 2, STATIONS, 1)
    median = random.normal(3.5, 0.6, shape)
    spread = np.exp(random.normal(-1.2, 0.4, shape))
    scale = np.where(np.arange(ISSUES) < SHIFT, 1.0, factor)[:, None, None, None]
    error = 0.9 * random.normal(size=shape) + np.sqrt(1 - 0.81) * random.normal(size=(ISSUES, 1, 1, 1))
    return np.exp(median[..., None] + spread[..., None] * ndtri(LEVELS)), np.exp(
        median + spread * scale * error
    )


def held(quantiles: np.ndarray, observed: np.ndarray, rows: slice) -> float:
    inside = (observed >= quantiles[..., 0]) & (observed <= quantiles[..., 2])
    return float(inside[rows].mean())


@pytest.mark.parametrize("factor", [2.0, 0.5])
def test_after_a_change_of_scale_the_interval_holds_again_when_the_window_has_turned_over(
    factor: float,
) -> None:
    quantiles, observed = shifted(factor)
    found = adaptive_factors(quantiles, observed, AXES, np.arange(ISSUES), CONFIG)
    calibrated = found.apply(quantiles)
    before, recovered = slice(40, SHIFT), slice(SHIFT + CONFIG.window_issues + 3, None)
    assert abs(held(quantiles, observed, recovered) - 0.8) > 0.15
    assert held(calibrated, observed, before) == pytest.approx(0.8, abs=0.025)
    assert held(calibrated, observed, recovered) == pytest.approx(0.8, abs=0.04)


def test_the_rate_of_misses_is_kept_over_the_whole_course() -> None:
    quantiles, observed = shifted(2.0)
    config = AdaptiveConfig(lead_bounds=(1, 3), rate=0.9, minimum_issues=2, largest_factor=50)
    calibrated = adaptive_factors(quantiles, observed, AXES, np.arange(ISSUES), config).apply(quantiles)
    missed = (observed > calibrated[..., 2])[2:].mean()
    gain = 0.9 * 0.1 * 0.9
    assert abs(missed - 0.1) <= (0.9 + gain) / (gain * (ISSUES - 6))  # Gibbs and Candès 2021, proposition 4.1


def test_nothing_is_known_before_its_time() -> None:
    quantiles, observed = shifted(2.0)
    steps, row = np.arange(0, 2 * ISSUES, 2), 110
    full = adaptive_factors(quantiles, observed, AXES, steps, CONFIG, delay=1)
    hidden = observed.copy()
    for column, lead in enumerate(AXES.leads):
        hidden[steps + lead + 1 > steps[row], column] = np.nan
    known = adaptive_factors(quantiles, hidden, AXES, steps, CONFIG, delay=1)
    np.testing.assert_array_equal(full.factors[: row + 1], known.factors[: row + 1])
    disturbed = hidden.copy()
    disturbed[row - 1, 0] = observed[row - 1, 0] * 100
    moved = adaptive_factors(quantiles, disturbed, AXES, steps, CONFIG, delay=1)
    assert (moved.factors[row, 0] != known.factors[row, 0]).any()


def test_until_enough_is_known_and_at_the_median_the_factor_is_one() -> None:
    quantiles, observed = shifted(2.0)
    found = adaptive_factors(quantiles, observed, AXES, np.arange(ISSUES), CONFIG)
    assert (found.factors[:15] == 1).all()
    assert (found.factors[..., 1] == 1).all()
    assert (found.factors[16, 0, 0, [0, 2]] != 1).all()
    assert (found.apply(quantiles)[..., 1] == quantiles[..., 1]).all()


def test_todays_factors_need_no_outcome_and_gaps_do_no_harm() -> None:
    quantiles, observed = shifted(2.0)
    observed[-1], observed[190:200], observed[:, :, 3] = np.nan, np.nan, np.nan
    found = adaptive_factors(quantiles, observed, AXES, np.arange(ISSUES), CONFIG)
    assert np.isfinite(found.factors).all()
    today = found.apply(quantiles[-1:], slice(-1, None))
    np.testing.assert_array_equal(today, found.apply(quantiles)[-1:])
    assert found.factors[-1, 0, 0, 2] == pytest.approx(2.0, rel=0.25)


def test_steps_that_do_not_increase_are_refused() -> None:
    quantiles, observed = shifted(2.0)
    with pytest.raises(ContractError, match="increasing steps"):
        adaptive_factors(quantiles, observed, AXES, np.zeros(ISSUES), CONFIG)
