"""Conformal factors against forecasts whose truth is known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from forecast.calibration.conformal import (
    ConformalConfig,
    ConformalTable,
    QuantileAxes,
    fit_conformal,
)
from forecast.calibration.conformal_scores import score_quantile
from foundation.errors import ContractError, InputError

LEVELS = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95])
AXES = QuantileAxes(LEVELS, np.arange(1, 5), ("pm25", "o3"))
CONFIG = ConformalConfig(lead_bounds=(2, 4))
LOW, HIGH, MIDDLE = 1, 7, 4


def skewed(issues: int, seed: int, stations: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles too narrow, more so at later leads, and outcomes from a skewed law whose spread varies.

    The error of ln concentration is a centred exponential: long above, short below the median.
    """
    random = np.random.default_rng(seed)
    shape = (issues, len(AXES.leads), stations, len(AXES.pollutants))
    median = random.normal(3.5, 0.6, shape)
    spread = np.exp(random.normal(-1.2, 0.5, shape))
    truth = AXES.leads[:, None, None] ** 0.5 * np.array([1.4, 0.6])
    error = random.exponential(size=shape) - np.log(2)
    quantiles = np.exp(median[..., None] + spread[..., None] * ndtri(LEVELS))
    return quantiles, np.exp(median + spread * truth * error)


def usual(quantiles: np.ndarray) -> np.ndarray:
    return np.zeros((quantiles.shape[0], quantiles.shape[2]), dtype=int)


def below(quantiles: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Share of the outcomes below each level (lead, pollutant, level)."""
    return (observed[..., None] <= quantiles).mean(axis=(0, 2))


def test_every_level_holds_on_fresh_data_at_every_lead_group() -> None:
    table = fit_conformal(*skewed(1500, 1), AXES, usual(skewed(1500, 1)[0]), CONFIG)
    quantiles, observed = skewed(1500, 2)
    raw, found = (
        below(quantiles, observed),
        below(table.apply(quantiles, AXES.leads, usual(quantiles)), observed),
    )
    assert np.abs(raw - LEVELS).max() > 0.12
    for group in (slice(0, 2), slice(2, 4)):
        held = found[group].mean(axis=0)
        np.testing.assert_allclose(held, np.broadcast_to(LEVELS, held.shape), atol=0.015)
        inside = held[:, HIGH] - held[:, LOW]
        assert ((inside > 0.78) & (inside < 0.82)).all()


def test_the_median_is_bit_for_bit_what_it_was_and_levels_never_cross() -> None:
    quantiles, observed = (part.astype(np.float32) for part in skewed(200, 3))
    table = fit_conformal(quantiles, observed, AXES, usual(quantiles), CONFIG)
    calibrated = table.apply(quantiles, AXES.leads, usual(quantiles))
    assert calibrated.dtype == np.float32
    assert (calibrated[..., MIDDLE] == quantiles[..., MIDDLE]).all()
    assert (np.diff(calibrated, axis=-1) >= 0).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_no_factor_makes_levels_cross(seed: int) -> None:
    random = np.random.default_rng(seed)
    factors = random.choice([0.0, 0.01, 1.0, 20.0], (2, 2, 2, 9))
    table = ConformalTable(
        tuple(LEVELS), AXES.pollutants, (2, 4), (0, 1), factors, np.ones((2, 2, 2), int), 1.25
    )
    quantiles = np.sort(np.exp(random.normal(0, 4, (3, 4, 2, 2, 9))), axis=-1)
    quantiles[0, 0] = 0.0
    situation = random.integers(0, 8, (3, 2))
    calibrated = table.apply(quantiles, AXES.leads, situation)
    assert np.isfinite(calibrated).all()
    assert (np.diff(calibrated, axis=-1) >= 0).all()
    assert (calibrated[..., MIDDLE] == quantiles[..., MIDDLE]).all()


def test_a_degraded_situation_is_never_narrower_than_the_usual() -> None:
    quantiles, observed = skewed(400, 4)
    situation = usual(quantiles)
    situation[:, 1], situation[:, 2] = 1, 2
    observed[:, :, 1] = quantiles[:, :, 1, :, MIDDLE] * 1.01
    observed[:, :, 2] = quantiles[:, :, 2, :, MIDDLE] * np.exp(
        4 * np.log(observed[:, :, 2] / quantiles[:, :, 2, :, MIDDLE])
    )
    table = fit_conformal(quantiles, observed, AXES, situation, CONFIG)
    assert table.situations == (0, 1, 2)
    normal, easy, hard = (table.of_situation(code) for code in table.situations)
    assert (easy >= normal).all()
    off_median = np.arange(9) != MIDDLE
    assert (hard[..., off_median] > 2 * normal[..., off_median]).mean() > 0.9
    both, unseen = table.of_situation(3), table.of_situation(4)
    np.testing.assert_allclose(both[..., off_median], 1.25 * np.maximum(easy, hard)[..., off_median])
    np.testing.assert_allclose(unseen[..., off_median], 1.25 * normal[..., off_median])


def test_few_issues_borrow_from_the_other_pollutant() -> None:
    quantiles, observed = skewed(600, 5)
    observed[12:, :, :, 1] = np.nan
    short = fit_conformal(quantiles, observed, AXES, usual(quantiles), CONFIG)
    quantiles, observed = skewed(600, 5)
    long = fit_conformal(quantiles, observed, AXES, usual(quantiles), CONFIG)
    first, own, other = (table.factors[0, :, 0] for table in (short, long, long))
    assert short.issues[0].tolist() == [[600], [12]]
    assert own[1, HIGH] < first[1, HIGH] < other[0, HIGH]


def test_without_shrinkage_and_with_one_station_it_is_the_order_statistic() -> None:
    axes = QuantileAxes(np.array([0.1, 0.5, 0.9]), np.array([1]), ("pm25",))
    errors = np.random.default_rng(6).permutation(np.arange(1, 20)) / 10.0
    quantiles = np.exp(np.broadcast_to([-1.0, 0.0, 1.0], (19, 1, 1, 1, 3)))
    observed = np.exp(errors).reshape(19, 1, 1, 1)
    config = ConformalConfig(lead_bounds=(1,), prior_issues=0)
    table = fit_conformal(quantiles, observed, axes, usual(quantiles), config)
    assert table.factors[0, 0, 0, 2] == pytest.approx(1.8)  # 18th of 19, as 18 / (19 + 1) = 0.9


@pytest.mark.parametrize("count", [9, 19, 40, 99])
def test_the_rank_is_right_on_average_whatever_the_number(count: int) -> None:
    random = np.random.default_rng(7)
    found = [score_quantile(random.random(count), 0.9, count) for _ in range(4000)]
    assert np.mean(found) == pytest.approx(0.9, abs=0.004)


def test_too_few_for_a_level_have_no_own_factor() -> None:
    assert score_quantile(np.arange(8.0), 0.9, 8) is None
    assert score_quantile(np.arange(800.0), 0.9, 8) is None


def test_issues_that_count_as_one_are_trusted_less() -> None:
    quantiles, observed = skewed(240, 8)
    configs = [ConformalConfig(lead_bounds=(4,), issues_as_one=number) for number in (1, 24)]
    tables = [fit_conformal(quantiles, observed, AXES, usual(quantiles), config) for config in configs]
    assert tables[1].factors[0, :, 0, HIGH + 1].max() > tables[0].factors[0, :, 0, HIGH + 1].max()


def test_a_table_survives_json() -> None:
    quantiles, observed = skewed(60, 9)
    table = fit_conformal(quantiles, observed, AXES, usual(quantiles), CONFIG)
    again = ConformalTable.from_document(json.loads(json.dumps(table.as_document())))
    assert again.as_document() == table.as_document()
    np.testing.assert_array_equal(
        again.apply(quantiles, AXES.leads, usual(quantiles)),
        table.apply(quantiles, AXES.leads, usual(quantiles)),
    )


@pytest.mark.parametrize("broken", [{"factors": [[1.0]]}, {"levels": None}, {"situations": [1]}])
def test_a_strange_table_is_refused(broken: dict[str, object]) -> None:
    quantiles, observed = skewed(60, 9)
    document = fit_conformal(quantiles, observed, AXES, usual(quantiles), CONFIG).as_document()
    with pytest.raises(ContractError, match="conformal table"):
        ConformalTable.from_document({**document, **broken})


def test_what_does_not_fit_is_refused() -> None:
    quantiles, observed = skewed(60, 9)
    table = fit_conformal(quantiles, observed, AXES, usual(quantiles), CONFIG)
    with pytest.raises(ContractError, match="expected 3 leads"):
        table.apply(quantiles, np.array([1, 2, 3]), usual(quantiles))
    with pytest.raises(ContractError, match="missing value, got 1"):
        missing = quantiles.copy()
        missing[0, 0, 0, 0, 0] = np.nan
        table.apply(missing, AXES.leads, usual(quantiles))
    with pytest.raises(ContractError, match="situation"):
        table.apply(quantiles, AXES.leads, usual(quantiles)[:-1])
    with pytest.raises(ContractError, match=r"level 0\.5"):
        QuantileAxes(np.array([0.1, 0.9]), np.array([1]), ("pm25",))
    with pytest.raises(InputError, match="no outcome"):
        fit_conformal(quantiles, np.full_like(observed, np.nan), AXES, usual(quantiles), CONFIG)
