"""Each score against hand-worked numbers and closed forms."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
import scores.categorical
import scores.probability
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from forecast.verification.deterministic import point_scores
from forecast.verification.events import (
    contingency_counts,
    event_scores,
    level_hits,
    level_of,
    primary_hits,
    range_hits,
)
from forecast.verification.probabilistic import covered, crps_of_quantiles

LEVELS = np.arange(1, 20) / 20
NAN = np.nan


def forecast_of(*values: float) -> xr.DataArray:
    return xr.DataArray([list(values)], dims=("model", "issue"))


def observed_of(*values: float) -> xr.DataArray:
    return xr.DataArray(list(values), dims=("issue",))


def quantiles(rows: np.ndarray) -> xr.DataArray:
    return xr.DataArray(np.asarray(rows, float)[None], dims=("model", "issue", "quantile"))


def test_point_scores_by_hand() -> None:
    scores = point_scores(forecast_of(12.0, 18.0, 33.0, 40.0), observed_of(10.0, 20.0, 30.0, 45.0))
    # errors 2, -2, 3, -5
    assert float(scores["mae"][0]) == pytest.approx(3.0)
    assert float(scores["bias"][0]) == pytest.approx(-0.5)
    assert float(scores["rmse"][0]) == pytest.approx(np.sqrt(42.0 / 4.0))
    # deviations -13.75 -7.75 7.25 14.25 and -16.25 -6.25 3.75 18.75
    assert float(scores["correlation"][0]) == pytest.approx(566.25 / np.sqrt(504.75 * 668.75))


def test_a_perfect_forecast_and_a_constant_bias() -> None:
    observed = observed_of(10.0, 25.0, 7.0, 90.0)
    perfect = point_scores(observed.expand_dims("model"), observed)
    assert [float(perfect[name][0]) for name in ("mae", "rmse", "bias", "correlation")] == [0, 0, 0, 1]
    high = point_scores(observed.expand_dims("model") + 8.0, observed)
    assert [float(high[name][0]) for name in ("mae", "rmse", "bias")] == [8, 8, 8]
    assert float(high["correlation"][0]) == pytest.approx(1.0)


def test_correlation_needs_three_cases_and_spread() -> None:
    for forecast, observed in (
        (forecast_of(1.0, 2.0), observed_of(3.0, 5.0)),
        (forecast_of(0.1 + 0.2, 0.3, 0.3, 0.3), observed_of(1.0, 2.0, 3.0, 4.0)),
        (forecast_of(1.0, 2.0, 3.0), observed_of(5.0, 5.0, 5.0)),
        (forecast_of(NAN, NAN, NAN), observed_of(5.0, 6.0, 7.0)),
    ):
        assert np.isnan(point_scores(forecast, observed)["correlation"].values).all()


@settings(max_examples=30, deadline=None)
@given(
    npst.arrays(float, (2, 3, 12), elements=st.floats(0, 1e4)),
    npst.arrays(bool, (3, 12)),
)
def test_point_scores_are_those_of_numpy(values: np.ndarray, missing: np.ndarray) -> None:
    forecast, observed = values[0], np.where(missing, NAN, values[1])
    scores = point_scores(
        xr.DataArray(np.where(missing, NAN, forecast), dims=("model", "issue")),
        xr.DataArray(observed[0], dims="issue"),
    )
    for model in range(3):
        error = np.where(missing[model], NAN, forecast[model]) - observed[0]
        error = error[np.isfinite(error)]
        got = {name: float(scores[name][model]) for name in ("mae", "rmse", "bias")}
        if error.size == 0:
            assert all(np.isnan(value) for value in got.values())
        else:
            assert got["mae"] == pytest.approx(np.abs(error).sum() / error.size, abs=1e-9)
            assert got["rmse"] == pytest.approx(np.linalg.norm(error) / np.sqrt(error.size), abs=1e-9)
            assert got["bias"] == pytest.approx(error.sum() / error.size, abs=1e-9)


def test_crps_of_a_sure_forecast_is_the_absolute_error() -> None:
    rows = np.repeat([[4.0], [10.0]], 19, axis=1)
    assert crps_of_quantiles(quantiles(rows), observed_of(7.0, 8.0)).values.tolist() == [[3.0, 2.0]]


def test_crps_of_two_quantiles_by_hand() -> None:
    # half the weight on 0, half on 2: integral of (F - H)^2 is 0.25 * 2 with the measurement at 1
    assert float(crps_of_quantiles(quantiles([[0.0, 2.0]]), observed_of(1.0))[0, 0]) == pytest.approx(0.5)
    # at 3: 0.25 * 2 + 1 * 1
    assert float(crps_of_quantiles(quantiles([[0.0, 2.0]]), observed_of(3.0))[0, 0]) == pytest.approx(1.5)


@pytest.mark.parametrize("measured", [-1.0, 0.0, 0.2, 0.5, 0.9, 1.0, 2.0])
def test_crps_of_uniform_quantiles_meets_the_closed_form(measured: float) -> None:
    inside = min(max(measured, 0.0), 1.0)
    exact = inside**3 / 3 + (1 - inside) ** 3 / 3 + abs(measured - inside)
    got = float(crps_of_quantiles(quantiles(LEVELS[None]), observed_of(measured))[0, 0])
    assert got == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize(
    ("measured", "tolerance"), [(-3.0, 0.07), (-1.0, 0.02), (0.0, 0.02), (0.4, 0.02), (2.5, 0.07)]
)
def test_crps_of_normal_quantiles_meets_the_closed_form(measured: float, tolerance: float) -> None:
    # Gneiting and Raftery (2007), doi:10.1198/016214506000001437, equation 21
    normal = NormalDist()
    density, below = normal.pdf(measured), normal.cdf(measured)
    exact = measured * (2 * below - 1) + 2 * density - 1 / np.sqrt(np.pi)
    rows = np.array([[normal.inv_cdf(level) for level in LEVELS]])
    got = float(crps_of_quantiles(quantiles(rows), observed_of(measured))[0, 0])
    assert got == pytest.approx(exact, abs=tolerance)


def test_ecdf_is_nearer_the_truth_than_fair_for_quantiles() -> None:
    normal = NormalDist()
    members = np.array([normal.inv_cdf(level) for level in LEVELS])
    truth = np.array([normal.inv_cdf(level) for level in (np.arange(4000) + 0.5) / 4000])
    forecast = quantiles(np.tile(members, (4000, 1)))
    ecdf = float(crps_of_quantiles(forecast, observed_of(*truth)).mean())
    fair = float(
        scores.probability.crps_for_ensemble(forecast, observed_of(*truth), "quantile", method="fair")
    )
    exact = 1 / np.sqrt(np.pi)
    assert ecdf == pytest.approx(0.5667, abs=5e-4)
    assert fair == pytest.approx(0.5392, abs=5e-4)
    assert abs(ecdf - exact) < 0.11 * abs(fair - exact)


def test_crps_is_missing_where_a_quantile_is() -> None:
    rows = np.tile(LEVELS, (3, 1))
    rows[1, 4] = NAN
    got = crps_of_quantiles(quantiles(rows), observed_of(0.5, 0.5, NAN))
    assert np.isnan(got.values).tolist() == [[False, True, True]]


def test_scores_alone_would_use_what_quantiles_are_left() -> None:
    """Why missing quantiles are masked here: the library scores an incomplete ensemble in silence."""
    rows = np.tile(LEVELS, (1, 1))
    rows[0, 4] = NAN
    alone = scores.probability.crps_for_ensemble(
        quantiles(rows), observed_of(0.5), "quantile", method="ecdf", preserve_dims="all"
    )
    assert np.isfinite(alone.values).all()


def test_coverage_of_a_calibrated_forecast() -> None:
    generator = np.random.default_rng(3)
    centre = generator.normal(100, 30, 20000)
    truth = centre + generator.normal(0, 12, 20000)
    offsets = np.array([NormalDist(0, 12).inv_cdf(level) for level in LEVELS])
    inside = covered(quantiles(centre[:, None] + offsets), xr.DataArray(truth, dims="issue"), 1, 17)
    # four standard errors of a share of 0.8 among 20 000
    assert float(inside.mean()) == pytest.approx(0.8, abs=4 * np.sqrt(0.16 / 20000))


def test_coverage_includes_both_ends_and_leaves_out_the_missing() -> None:
    rows = np.tile([10.0, 20.0], (6, 1))
    rows[5, 1] = NAN
    inside = covered(quantiles(rows), observed_of(10.0, 20.0, 9.99, 20.01, NAN, 15.0), 0, 1)
    np.testing.assert_array_equal(inside.values[0], [1, 1, 0, 0, NAN, NAN])


def test_contingency_table_by_hand() -> None:
    forecast = forecast_of(160.0, 151.0, 150.0, 149.0, 300.0, 20.0, 180.0, NAN)
    observed = observed_of(170.0, 140.0, 151.0, 100.0, 151.0, 150.0, 155.0, 200.0)
    counts = contingency_counts(forecast, observed, 150)
    assert {name: int(counts[name][0]) for name in counts} == {
        "hits": 3,
        "misses": 1,
        "false_alarms": 1,
        "correct_negatives": 2,
    }
    ratios = event_scores(counts)
    assert float(ratios["csi"][0]) == pytest.approx(3 / 5)
    assert float(ratios["pod"][0]) == pytest.approx(3 / 4)
    assert float(ratios["far"][0]) == pytest.approx(1 / 4)


def test_no_event_gives_no_ratio() -> None:
    ratios = event_scores(contingency_counts(forecast_of(10.0, 20.0), observed_of(10.0, 20.0), 150))
    assert all(np.isnan(ratios[name].values).all() for name in ("csi", "pod", "far"))


def test_scores_takes_a_threshold_of_nought_for_none_given() -> None:
    """Why the threshold is given to the operator and never to its method: there 0 means the default."""
    operator = scores.categorical.ThresholdEventOperator(default_event_threshold=5.0)
    table = operator.make_contingency_manager(observed_of(3.0), observed_of(3.0), event_threshold=0)
    assert int(table.get_counts()["tp_count"]) == 0


@pytest.mark.parametrize(
    ("index", "level"),
    [(0, 1), (50, 1), (50.2, 2), (50.0000000001, 1), (51, 2), (100, 2), (101, 3), (200, 4), (201, 5),
     (300, 5), (301, 6), (500, 6), (NAN, 0)],
)  # fmt: skip
def test_levels(index: float, level: int) -> None:
    assert level_of(observed_of(index)).values.tolist() == [level]


def test_level_hits() -> None:
    hits = level_hits(forecast_of(40.0, 101.0, 199.0, NAN, 20.0), observed_of(50.0, 100.0, 151.0, 20.0, NAN))
    np.testing.assert_array_equal(hits.values[0], [1, 0, 1, NAN, NAN])


def test_primary_hits() -> None:
    dims = ("issue", "pollutant")
    named = xr.DataArray([[1, 0], [1, 0], [1, 1], [1, 0], [1, 0], [0, 0]], dims=dims).expand_dims("model")
    true = xr.DataArray([[1, 0], [0, 1], [0, 1], [1, 0], [0, 0], [1, 0]], dims=dims)
    index = observed_of(80.0, 80.0, 80.0, 50.0, 80.0, 80.0)
    counted = xr.DataArray([[True] * 6], dims=("model", "issue"))
    hits = primary_hits(named, true, index, counted)
    np.testing.assert_array_equal(hits.values[0], [1, 0, 1, NAN, NAN, 0])
    none = primary_hits(named, true, index, ~counted)
    assert np.isnan(none.values).all()


def test_range_hits() -> None:
    counted = xr.DataArray([[True, True, True, False, True]], dims=("model", "issue"))
    low, high = forecast_of(80, 80, 80, 80, NAN), forecast_of(100, 100, 100, 100, 100)
    hits = range_hits(low, high, observed_of(80.0, 100.0, 101.0, 90.0, 90.0), counted)
    np.testing.assert_array_equal(hits.values[0], [1, 1, 0, NAN, NAN])


def test_scores_by_default_counts_a_value_at_the_threshold_as_an_event() -> None:
    """Why the comparison is given here: above 150 is not 150."""
    library = scores.categorical.ThresholdEventOperator(default_event_threshold=150.0)
    table = library.make_contingency_manager(observed_of(150.0), observed_of(150.0))
    assert int(table.get_counts()["tp_count"]) == 1
    assert int(contingency_counts(forecast_of(150.0), observed_of(150.0), 150)["hits"][0]) == 0
