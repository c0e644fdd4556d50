"""Reliability against known truth, scikit-learn and the library `scores`."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy.special import ndtr, ndtri

from forecast.calibration import reliability
from forecast.calibration.figures import reliability_figure
from forecast.calibration.isotonic import IsotonicMap, calibrated_shares, fit_isotonic
from forecast.calibration.past_errors import QUANTILES
from forecast.calibration.quantile_reliability import pit_histogram, quantile_reliability
from forecast.calibration.reliability import reliability_of, reliability_of_cases
from forecast.verification.resampling import draws_of_issues
from foundation.errors import ContractError, InputError

CASES, ALONE = np.arange(500), np.ones((3, 500))
ISSUES, LEADS, PLACES = 160, (24, 48), 5
DAYS = np.datetime64("2015-11-01", "ns") + np.arange(ISSUES) * np.timedelta64(1, "D")


def hindcast(width: float = 1.0, shift: float = 0.0, seed: int = 1) -> xr.Dataset:
    """A model whose spread of ln is `width` times the right one and whose median is off, and a right one."""
    random = np.random.default_rng(seed)
    centre = np.log(130.0) + 0.5 * random.normal(size=(ISSUES, len(LEADS), PLACES))
    shared = random.normal(size=(ISSUES, 1, 1))
    error = np.sqrt(0.5) * shared + np.sqrt(0.5) * random.normal(size=centre.shape)
    observed = np.minimum(np.ceil(np.exp(centre + 0.4 * error)), 500)
    quantiles = [
        np.exp((centre + off)[..., None] + 0.4 * times * ndtri(QUANTILES))
        for times, off in ((width, shift), (1.0, 0.0))
    ]
    values = np.stack(quantiles)
    point = ("issue", "lead", "place")
    return xr.Dataset(
        {
            "concentration": (("model", *point, "pollutant", "quantile"), values[..., None, :]),
            "observed": ((*point, "pollutant"), observed[..., None]),
            "aqi": (("model", *point, "quantile"), np.minimum(np.ceil(values), 500)),
            "aqi_observed": (point, observed),
        },
        {
            "model": ["tried", "right"], "issue": DAYS, "lead": list(LEADS), "place": list("abcde"),
            "pollutant": ["pm25"], "quantile": QUANTILES,
        },
    )  # fmt: skip


def events(count: int, seed: int, sharpness: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and outcomes; overconfident when the sharpness is above 1."""
    random = np.random.default_rng(seed)
    truth = random.normal(size=count)
    return np.round(ndtr(sharpness * truth), 2), (random.random(count) < ndtr(truth)).astype(float)


def test_the_curve_is_that_of_scikit_learn_and_of_scores() -> None:
    from scores.processing import isotonic_fit
    from sklearn.isotonic import IsotonicRegression

    probability, occurred = events(400, 1, 2.0)
    points, rank = np.unique(probability, return_inverse=True)
    found = calibrated_shares(rank, occurred, np.ones(400))
    learned = IsotonicRegression(y_min=0, y_max=1).fit(probability, occurred)
    np.testing.assert_allclose(found, learned.predict(points), atol=1e-12)
    theirs = isotonic_fit(probability, occurred)
    np.testing.assert_allclose(found, theirs["regression_func"](points), atol=1e-12)
    weights = np.random.default_rng(2).integers(0, 3, 400).astype(float)
    weighted = calibrated_shares(rank, occurred, weights)
    learned = IsotonicRegression(y_min=0, y_max=1).fit(probability, occurred, weights)
    held = np.isin(points, probability[weights > 0])
    np.testing.assert_allclose(weighted[held], learned.predict(points[held]), atol=1e-12)


def test_an_isotonic_map_mends_probabilities_to_come() -> None:
    fitted = fit_isotonic(*events(4000, 3, 3.0))
    probability, occurred = events(4000, 4, 3.0)
    mended = fitted.apply(probability)
    assert np.mean((mended - occurred) ** 2) < np.mean((probability - occurred) ** 2) - 0.01
    assert abs(mended.mean() - occurred.mean()) < 0.02
    assert (np.diff(fitted.apply(np.linspace(0, 1, 101))) >= 0).all()
    again = IsotonicMap.from_document(fitted.as_document())
    np.testing.assert_array_equal(again.apply(probability), mended)


def test_a_map_of_too_little_or_of_nonsense_is_refused() -> None:
    with pytest.raises(InputError, match="30 or more"):
        fit_isotonic(*events(20, 1))
    for forecast, calibrated in (([0.2, 0.1], [0, 1]), ([0.1, 0.2], [1, 0]), ([0.1], [1.5])):
        with pytest.raises(ContractError, match="isotonic map"):
            IsotonicMap.from_document({"forecast": forecast, "calibrated": calibrated, "cases": 9})


def test_the_brier_score_is_the_sum_of_its_parts() -> None:
    from scores.probability import brier_score

    probability, occurred = events(500, 5, 2.5)
    found = reliability_of_cases(probability, occurred, CASES, ALONE, model="tried", threshold=150)
    theirs = brier_score(xr.DataArray(probability, dims="case"), xr.DataArray(occurred, dims="case"))
    assert found.brier == pytest.approx(float(theirs))
    parts = (found.miscalibration, found.discrimination, found.uncertainty)
    assert found.brier == pytest.approx(parts[0] - parts[1] + parts[2])
    assert min(parts) > 0
    assert found.uncertainty == pytest.approx(occurred.var())


def test_the_parts_of_forecasts_that_say_all_or_nothing() -> None:
    occurred = np.array([1.0] * 30 + [0.0] * 70)
    right = reliability_of_cases(occurred, occurred, CASES[:100], ALONE, model="m", threshold=150)
    assert (right.brier, right.miscalibration) == (0, 0)
    assert right.discrimination == pytest.approx(0.21)
    same = reliability_of_cases(np.full(100, 0.5), occurred, CASES[:100], ALONE, model="m", threshold=150)
    assert same.discrimination == pytest.approx(0)
    assert same.miscalibration == pytest.approx(0.04)  # (0.5 - 0.3)²


def independent(count: int) -> np.ndarray:
    """Resamples (resample, case) of cases that have nothing to do with each other."""
    return np.random.default_rng(1).multinomial(count, np.full(count, 1 / count), 80).astype(float)


def test_a_reliable_forecast_stays_in_its_interval_though_outcomes_hang_together() -> None:
    together, apart = [], []
    for seed in range(8):
        random = np.random.default_rng(seed)
        stated = np.clip(np.round(ndtr(random.normal(size=(60, 1))), 2), 0.01, 0.99)
        weather = np.sqrt(0.7) * random.normal(size=(60, 1)) + np.sqrt(0.3) * random.normal(size=(60, 20))
        occurred = (weather < ndtri(stated)).astype(float).ravel()
        probability, issue = np.repeat(stated, 20, axis=1).ravel(), np.repeat(np.arange(60), 20)
        draws = draws_of_issues(DAYS[:60], resamples=80).values
        together.append(reliability_of_cases(probability, occurred, issue, draws, model="m", threshold=150))
        case = np.arange(1200)
        single = independent(1200)
        apart.append(reliability_of_cases(probability, occurred, case, single, model="m", threshold=150))
    assert np.mean([one.consistent for one in together]) > 0.88
    assert np.mean([one.consistent for one in apart]) < 0.7


def test_an_overconfident_forecast_leaves_its_interval() -> None:
    draws, case = independent(3000), np.arange(3000)
    found = reliability_of_cases(*events(3000, 6, 4.0), case, draws, model="m", threshold=150)
    assert found.consistent < 0.3
    right = reliability_of_cases(*events(3000, 6), case, draws, model="m", threshold=150)
    assert right.consistent > 0.8
    assert right.miscalibration < 0.1 * found.miscalibration


def test_a_hindcast_shows_which_model_is_reliable() -> None:
    data = hindcast(width=0.4, shift=0.25)
    tried, right = (reliability_of(data, model, 150) for model in ("tried", "right"))
    assert tried.cases == right.cases == ISSUES * len(LEADS) * PLACES
    assert tried.events == int((data["aqi_observed"] > 150).sum())
    assert right.miscalibration < 0.01
    assert tried.miscalibration > 0.03
    assert right.consistent > 0.85
    assert tried.consistent < 0.5
    alone = reliability_of(data, "right", 150, leads=(24,))
    assert alone.cases == ISSUES * PLACES


def test_only_cases_of_all_models_count() -> None:
    data = hindcast()
    data["aqi"][1, 10:20] = np.nan
    assert reliability_of(data, "tried", 200).cases == (ISSUES - 10) * len(LEADS) * PLACES


def test_quantiles_hold_as_often_as_they_say_or_not() -> None:
    data = hindcast(width=0.5, shift=-0.1)
    right = quantile_reliability(data, "right")
    np.testing.assert_allclose(right["below"], np.broadcast_to(QUANTILES, right["below"].shape), atol=0.06)
    assert ((right["low"] <= QUANTILES) & (right["high"] >= QUANTILES)).mean() > 0.8
    assert right["n"].values.tolist() == [ISSUES * PLACES] * 2
    tried = quantile_reliability(data, "tried")
    truth = ndtr(0.5 * ndtri(QUANTILES) - 0.1 / 0.4)
    np.testing.assert_allclose(tried["below"], np.broadcast_to(truth, tried["below"].shape), atol=0.06)
    inside = ndtr(0.5 * ndtri(0.9) - 0.25) - ndtr(0.5 * ndtri(0.1) - 0.25)
    np.testing.assert_allclose(tried["inside80"], inside, atol=0.05)
    assert ((tried["inside80_low"] < tried["inside80"]) & (tried["inside80"] < tried["inside80_high"])).all()
    index = quantile_reliability(data, "right", "aqi")
    assert index.sizes == right.sizes


def test_measurements_at_a_quantile_count_half() -> None:
    data = hindcast().isel(place=[0])
    data["observed"][:] = 5.0
    data["concentration"][:] = 5.0
    np.testing.assert_array_equal(quantile_reliability(data, "right")["below"], 0.5)


def test_the_histogram_is_flat_for_the_right_and_a_bowl_for_the_narrow() -> None:
    data = hindcast(width=0.4)
    flat, bowl = (pit_histogram(data, model)["share"] for model in ("right", "tried"))
    np.testing.assert_allclose(flat.sum("bin"), 1.0)
    np.testing.assert_allclose(flat, 0.1, atol=0.045)
    assert (bowl[:, [0, 9]] > 0.2).all()
    assert (bowl[:, 3:7] < 0.1).all()


def test_what_is_not_there_is_named() -> None:
    data = hindcast()
    with pytest.raises(InputError, match=r"no model 'other'.*tried, right"):
        reliability_of(data, "other", 150)
    with pytest.raises(InputError, match="no lead 72"):
        reliability_of(data, "right", 150, leads=(72,))
    with pytest.raises(ContractError, match="expected 'aqi'"):
        reliability_of(data.drop_vars(["aqi", "aqi_observed"]), "right", 150)
    with pytest.raises(InputError, match="no case"):
        reliability_of(data.assign(aqi_observed=data["aqi_observed"] * np.nan), "right", 150)
    with pytest.raises(InputError, match="no pollutant 'co'"):
        pit_histogram(data, "right", "co")


def test_the_figure_is_drawn_into_a_stream_and_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reliability, "RESAMPLES", 20)
    stream = io.BytesIO()
    reliability_figure(hindcast(width=0.4), ["tried", "right"], stream)
    assert stream.getvalue().startswith(b"\x89PNG")
    reliability_figure(hindcast(), ["right"], tmp_path / "reliability.svg")
    drawn = (tmp_path / "reliability.svg").read_text("utf-8")
    assert drawn.startswith("<?xml")
    assert len(drawn) > 20_000
