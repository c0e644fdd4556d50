"""The judged winter on real city files: what docs/backtest.md promises, for PM2.5."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forecast.configuration import forecast_config
from forecast.history import targets
from forecast.models import PUBLISHED
from forecast.prediction import Prediction, predict, quantiles
from forecast.series import day_history, known_before
from forecast.verification.probabilistic import crps_of_quantiles
from foundation.times import parse_reference_time
from observations.means import place_means
from observations.providers import read
from observations.quality_control import quality_controlled

CITIES = ("changji", "shihezi", "urumqi", "wujiaqu")
LEADS = np.arange(1, 8)
FIRST, END = parse_reference_time("2015-11-01"), parse_reference_time("2016-02-29")
CONFIG = forecast_config()


@pytest.fixture(scope="module")
def winter_of_2015(real_data: Path) -> tuple[Prediction, list[int]]:
    measured = place_means(quality_controlled(read(real_data / "observations" / "city_daily").dataset))
    history = day_history(known_before(measured, END), "pm25", END, carry=CONFIG.carry_forward_days)
    places = [measured["place"].values.tolist().index(name) for name in CITIES]
    return predict(history, LEADS, CONFIG, train_until=FIRST), places


def _cases(prediction: Prediction, lead: int) -> np.ndarray:
    valid = prediction.history.times[prediction.issues] + lead * np.timedelta64(1, "D")
    return np.flatnonzero((valid > FIRST) & (valid <= END))


def _error(prediction: Prediction, places: list[int], model: str, lead: int) -> float:
    rows = _cases(prediction, lead)
    measured = np.exp(targets(prediction.history, prediction.issues[rows], LEADS))[:, lead - 1, places]
    forecast = np.exp(prediction.of(model)[rows])[:, lead - 1, places]
    return float(np.nanmean(np.abs(forecast - measured)))


@pytest.mark.real_data
def test_persistence_is_the_floor_known_for_these_files(
    winter_of_2015: tuple[Prediction, list[int]],
) -> None:
    found = [_error(*winter_of_2015, "persistence", lead) for lead in (1, 2, 3)]
    np.testing.assert_allclose(found, [33.6, 46.0, 51.9], atol=0.05)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("lead", "better"), [(1, 0.0), (2, 0.03), (3, 0.03), *((k, 0.08) for k in range(4, 8))]
)
def test_the_published_forecast_beats_persistence(
    winter_of_2015: tuple[Prediction, list[int]], lead: int, better: float
) -> None:
    floor = _error(*winter_of_2015, "persistence", lead)
    assert _error(*winter_of_2015, PUBLISHED, lead) <= (1 - better) * floor


@pytest.mark.real_data
@pytest.mark.parametrize("lead", [1, 3, 7])
def test_distribution_is_honest_and_sharp(winter_of_2015: tuple[Prediction, list[int]], lead: int) -> None:
    import xarray as xr

    prediction, places = winter_of_2015
    rows = _cases(prediction, lead)
    measured = np.exp(targets(prediction.history, prediction.issues[rows], LEADS))[:, lead - 1, places]
    crps = {}
    for model in (PUBLISHED, "persistence", "climatology"):
        spread = np.stack([quantiles(prediction, model, int(row), CONFIG)[lead - 1, places] for row in rows])
        forecast = xr.DataArray(spread, dims=("issue", "place", "quantile"))
        observed = xr.DataArray(measured, dims=("issue", "place"))
        crps[model] = float(crps_of_quantiles(forecast, observed).mean())
        if model == PUBLISHED:
            held = (measured >= spread[..., 1]) & (measured <= spread[..., -2])
            assert 0.75 <= held.mean() <= 0.85
    assert crps[PUBLISHED] < min(crps["persistence"], crps["climatology"])
