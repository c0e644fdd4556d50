"""The block bootstrap: what it draws, how wide its intervals are, and that it is the one of `scores`."""

from __future__ import annotations

import numpy as np
import pytest
import scores.processing
import xarray as xr

from forecast.verification.resampling import draws_of_issues, interval, resampled_means

FIRST = np.datetime64("2015-11-01T16:00", "ns")
DAY = np.timedelta64(1, "D")


def daily(count: int) -> np.ndarray:
    return FIRST + np.arange(count) * DAY


def series(values: np.ndarray) -> xr.DataArray:
    return xr.DataArray(values, dims="issue")


def persistent_noise(generator: np.random.Generator, count: int, memory: float) -> np.ndarray:
    noise = generator.normal(size=count)
    noise[0] /= np.sqrt(1 - memory**2)
    for step in range(1, count):
        noise[step] += memory * noise[step - 1]
    return noise


def test_every_resample_draws_as_many_issues_as_there_are() -> None:
    draws = draws_of_issues(daily(120))
    assert draws.sizes == {"resample": 1000, "issue": 120}
    assert (draws.sum("issue") == 120).all()


def test_every_issue_is_drawn_equally_often() -> None:
    """The circle does that; without it the ends are drawn less often."""
    share = draws_of_issues(daily(60), resamples=20000).mean("resample").values
    assert share == pytest.approx(np.ones(60), abs=0.05)
    assert share[[0, -1]].mean() == pytest.approx(1.0, abs=0.03)


def test_blocks_hold_together() -> None:
    draws = draws_of_issues(daily(70), resamples=50).values
    neighbours = np.corrcoef(draws[:, :-1].ravel(), draws[:, 1:].ravel())[0, 1]
    apart = np.corrcoef(draws[:, :-10].ravel(), draws[:, 10:].ravel())[0, 1]
    assert neighbours > 0.7
    assert abs(apart) < 0.2


def test_a_gap_does_not_make_neighbours() -> None:
    issues = np.concatenate([daily(30), daily(30) + np.timedelta64(365, "D")])
    draws = draws_of_issues(issues, resamples=4000).values
    across = np.corrcoef(draws[:, 29], draws[:, 30])[0, 1]
    within = np.corrcoef(draws[:, 28], draws[:, 29])[0, 1]
    assert within > 0.7
    assert abs(across) < 0.1


def test_the_same_seed_gives_the_same_interval() -> None:
    values = series(np.random.default_rng(0).gamma(2, 10, 90))
    first = interval(resampled_means(values, draws_of_issues(daily(90))))
    np.random.default_rng(99).normal(size=5)
    second = interval(resampled_means(values, draws_of_issues(daily(90))))
    assert [float(bound) for bound in first] == [float(bound) for bound in second]
    other = interval(resampled_means(values, draws_of_issues(daily(90), seed=1)))
    assert float(other[0]) != float(first[0])


def test_the_interval_covers_the_true_mean_of_correlated_errors() -> None:
    """Single days would cover far too seldom; whole weeks come near 95 %, below it as theory says."""
    generator = np.random.default_rng(5)
    runs = np.stack([persistent_noise(generator, 120, 0.6) for _ in range(300)], axis=1)
    values = xr.DataArray(runs, dims=("issue", "run"))
    hits = {}
    for days in (1, 7):
        draws = draws_of_issues(daily(120), block=np.timedelta64(days, "D"), resamples=400)
        low, high = interval(resampled_means(values, draws))
        hits[days] = float(((low <= 0) & (high >= 0)).mean())
    assert hits[1] < 0.75
    assert 0.85 <= hits[7] <= 0.98


def test_it_is_the_block_bootstrap_of_scores() -> None:
    generator = np.random.default_rng(8)
    values = series(persistent_noise(generator, 120, 0.6))
    own = resampled_means(values, draws_of_issues(daily(120), resamples=4000))
    np.random.seed(4)  # noqa: NPY002 - the library draws from the global generator
    theirs = scores.processing.block_bootstrap(values, blocks={"issue": 7}, n_iteration=4000).mean("issue")
    assert float(own.mean()) == pytest.approx(float(theirs.mean()), abs=4 * float(own.std()) / np.sqrt(2000))
    assert float(own.std()) == pytest.approx(float(theirs.std()), rel=0.06)


def test_missing_cases_and_empty_series() -> None:
    values = series(np.array([2.0, np.nan, 2.0, np.nan] * 10))
    means = resampled_means(values, draws_of_issues(daily(40)))
    assert [float(bound) for bound in interval(means)] == [2.0, 2.0]
    nothing = resampled_means(series(np.full(40, np.nan)), draws_of_issues(daily(40)))
    assert all(np.isnan(float(bound)) for bound in interval(nothing))
    none = resampled_means(series(np.zeros(0)), draws_of_issues(daily(0)))
    assert all(np.isnan(float(bound)) for bound in interval(none))


def test_percentiles_are_those_of_numpy() -> None:
    generator = np.random.default_rng(1)
    values = generator.normal(size=(3, 501))
    values[1, ::7] = np.nan
    low, high = interval(xr.DataArray(values, dims=("place", "resample")))
    expected = np.nanquantile(values, [0.025, 0.975], axis=1)
    np.testing.assert_allclose([low.values, high.values], expected)


def test_a_block_is_seven_days_whatever_the_distance_of_issues() -> None:
    half_daily = FIRST + np.arange(140) * np.timedelta64(12, "h")
    draws = draws_of_issues(half_daily, resamples=3000).values
    assert np.corrcoef(draws[:, 0], draws[:, 10])[0, 1] > 0.15
    assert abs(np.corrcoef(draws[:, 0], draws[:, 20])[0, 1]) < 0.1
