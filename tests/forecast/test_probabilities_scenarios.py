"""Joint courses for a model that gives nine quantiles of all pollutants at stations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from forecast.calibration.distribution import share_below
from forecast.calibration.scenarios import scenarios, scenarios_from_quantiles
from foundation.errors import ContractError

LEVELS = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95])
ISSUES, LEADS, STATIONS, POLLUTANTS = 60, 3, 4, 2


def case() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Today's quantiles, past ones of changing spread, outcomes, and the level each outcome stands at.

    Leads of an issue go together fully, stations with 0.9, pollutants against each other.
    """
    random = np.random.default_rng(3)
    shared = random.normal(size=(ISSUES, 1, 1, 1))
    own = random.normal(size=(ISSUES, 1, STATIONS, 1))
    normal = np.sqrt(0.9) * shared + np.sqrt(0.1) * own * np.array([1.0, -1.0])[None, None, None]
    normal = np.broadcast_to(normal * np.array([1.0, -1.0]), (ISSUES, LEADS, STATIONS, POLLUTANTS))
    spread = np.exp(random.normal(-1, 1.0, (ISSUES, 1, 1, 1)))
    past = 60 * np.exp(spread[..., None] * np.broadcast_to(ndtri(LEVELS), (*normal.shape, 9)))
    today = 40 * np.exp(0.6 * np.broadcast_to(ndtri(LEVELS), (LEADS, STATIONS, POLLUTANTS, 9)))
    return today, past, 60 * np.exp(spread * normal), ndtr(normal)


def test_margins_are_kept_with_their_tails() -> None:
    today, past, observed, _ = case()
    drawn = scenarios_from_quantiles(today, LEVELS, past, observed)
    standing = np.sort(share_below(today, LEVELS, drawn), axis=0)
    expected = (np.arange(ISSUES) + 0.5) / ISSUES
    np.testing.assert_allclose(
        standing, np.broadcast_to(expected[:, None, None, None], standing.shape), atol=1e-9
    )


def test_courses_go_together_as_outcomes_did() -> None:
    today, past, observed, _ = case()
    drawn = scenarios_from_quantiles(today, LEVELS, past, observed)
    np.testing.assert_allclose(drawn[:, 0], drawn[:, 2])
    ranks = np.argsort(np.argsort(drawn, axis=0), axis=0)
    between = np.corrcoef(ranks[:, 0, 0, 0], ranks[:, 0, 1, 0])[0, 1]
    against = np.corrcoef(ranks[:, 0, 0, 0], ranks[:, 0, 0, 1])[0, 1]
    assert 0.75 < between < 0.97
    assert against < -0.6


def test_the_order_is_that_of_the_level_not_of_the_error() -> None:
    today, past, observed, standing = case()
    drawn = scenarios_from_quantiles(today, LEVELS, past, observed)
    by_level = np.argsort(np.argsort(standing, axis=0), axis=0)
    ranks = np.argsort(np.argsort(drawn, axis=0), axis=0)
    assert (np.abs(ranks - by_level) <= 1).mean() > 0.95
    errors = np.log(observed / past[..., 4])
    by_error = np.argsort(np.argsort(errors, axis=0), axis=0)
    assert (np.abs(by_error - by_level) <= 1).mean() < 0.6


def test_a_station_never_measured_takes_the_course_of_the_others() -> None:
    today, past, observed, _ = case()
    observed = observed.copy()
    observed[:, :, 3] = np.nan
    observed[:, :, :, 1] = np.nan
    drawn = scenarios_from_quantiles(today, LEVELS, past, observed)
    assert np.isfinite(drawn).all()
    assert np.corrcoef(np.log(drawn[:, 0, 3, 0]), np.log(drawn[:, 0, :3, 0].mean(axis=1)))[0, 1] > 0.9
    assert np.std(np.log(drawn[:, 0, 3, 0])) == pytest.approx(0.6, rel=0.1)
    assert np.std(np.log(drawn[:, 0, 3, 1])) == pytest.approx(0.6, rel=0.1)


def test_any_number_of_axes_can_be_drawn() -> None:
    today, _, _, standing = case()
    together = scenarios(today, LEVELS, standing)
    alone = scenarios(today[:, :, 1], LEVELS, standing[..., 1])
    np.testing.assert_array_equal(together[..., 1], alone)


def test_shapes_that_do_not_fit_are_refused() -> None:
    today, past, observed, _ = case()
    with pytest.raises(ContractError, match="past quantiles"):
        scenarios_from_quantiles(today, LEVELS, past[:, :2], observed)
