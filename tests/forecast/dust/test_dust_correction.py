"""Thresholds found from measurements of a made response, of which the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.dust.chances import drawn_pm10, exceedance
from forecast.dust.configuration import dust_forecast_config
from forecast.dust.correction import corrected_factors
from forecast.dust.responses import Response
from foundation.errors import InputError

NODES = np.array(dust_forecast_config().correction.nodes)
START = np.datetime64("2026-03-10T00", "ns")
HOURS, ISSUE = 30, 18


def response() -> Response:
    """Two regions whose dust goes with (1.6 - factor)²; one reaches the first places, one the last."""
    hour, place = np.arange(HOURS)[:, None], np.arange(4)[None, :]
    plumes = [
        np.exp(-(((hour - 9 - place) / 3) ** 2)) * [[1.0, 0.8, 0.3, 0.0]],
        np.exp(-(((hour - 12 + place) / 4) ** 2)) * [[0.0, 0.2, 0.7, 1.0]],
    ]
    strength = np.square(1.6 - NODES)[:, None, None] * 900e-9
    pm10 = np.stack([strength * one for one in plumes])
    times = START + np.arange(1, HOURS + 1) * np.timedelta64(1, "h")
    return Response(("dust.one", "dust.other"), NODES, pm10, times, ("a", "b", "c", "d"))


@settings(max_examples=4, deadline=None)
@given(st.floats(0.75, 1.25), st.floats(0.75, 1.25), st.floats(-1.5, 1.5))
def test_exact_measurements_give_the_factors_and_the_timing_back(
    one: float, other: float, late: float
) -> None:
    truth = response().at({"dust.one": one, "dust.other": other}, late)
    sharp = dust_forecast_config().correction.model_copy(
        update={"measurement_floor_ug_m3": 0.5, "measurement_error": 0.01, "background_ug_m3": 0.0}
    )
    found = corrected_factors(response(), truth[:ISSUE], sharp)
    np.testing.assert_allclose(found.factor, [one, other], rtol=0.01)
    assert found.late_h == pytest.approx(late, abs=0.05)
    assert found.cost < found.cost_before
    np.testing.assert_allclose(found.pm10(response()), truth, atol=0.02 * truth.max())


def test_noisy_and_missing_measurements_give_factors_within_their_spread() -> None:
    true, off, count = np.array([0.85, 1.15]), [], 6
    for seed in range(count):
        random = np.random.default_rng(seed)
        truth = response().at(dict(zip(response().regions, true, strict=True)))[:ISSUE]
        measured = (truth + 40e-9) * np.exp(random.normal(0, 0.2, truth.shape)) - 40e-9
        measured[random.random(truth.shape) < 0.2] = np.nan
        found = corrected_factors(response(), measured)
        assert found.values == np.isfinite(measured).sum()
        off.append(np.log(found.factor / true) / np.sqrt(np.diag(found.covariance)[:-1]))
    assert np.sqrt(np.mean(np.square(off))) < 2.0


def test_nothing_measured_leaves_the_prior() -> None:
    found = corrected_factors(response(), np.full((ISSUE, 4), np.nan))
    np.testing.assert_allclose(found.factor, 1.0, atol=1e-3)
    config = dust_forecast_config().correction
    assert found.deviation()["dust.one"] == pytest.approx(config.deviation, rel=1e-3)
    assert found.deviation()["late_h"] == pytest.approx(config.timing_deviation_h, rel=1e-3)


def test_measurements_that_do_not_fit_are_refused() -> None:
    for shape in ((ISSUE, 3), (HOURS + 1, 4)):
        with pytest.raises(InputError, match="up to 30 hours at 4 places"):
            corrected_factors(response(), np.zeros(shape))


def test_a_response_is_what_was_run_at_its_factors_and_moves_in_time() -> None:
    made = response()
    for place, factor in enumerate(NODES):
        named = dict.fromkeys(made.regions, float(factor))
        np.testing.assert_allclose(made.at(named), made.pm10[:, place].sum(0), rtol=1e-12)
    there = made.at({})
    np.testing.assert_allclose(made.at({}, 2.0)[2:], there[:-2], rtol=1e-12)
    np.testing.assert_allclose(made.at({}, -1.0)[:-1], there[1:], rtol=1e-12)
    np.testing.assert_allclose(made.at({}, 0.5)[1:], 0.5 * (there[1:] + there[:-1]), rtol=1e-12)


def test_chances_fall_with_the_value_and_agree_with_the_quantiles() -> None:
    truth = response().at({"dust.one": 0.9})[:ISSUE]
    factors = corrected_factors(response(), truth)
    made = exceedance(drawn_pm10(response(), factors, 200), 40e-9)
    chance = made["probability"].values
    assert chance.min() >= 0
    assert chance.max() <= 1
    assert chance.max() > 0.9
    assert np.all(np.diff(chance, axis=-1) <= 0)
    low, high = (made["pm10"].sel(quantile=level).values for level in (0.1, 0.9))
    first = float(made["threshold"][0]) * 1e-9
    assert np.all(chance[..., 0][low > first] >= 0.9)
    assert np.all(chance[..., 0][high < first] <= 0.1)
