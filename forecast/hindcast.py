"""Forecasts of the past, each made with what was known at its issue, for verification."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from forecast.calibration.past_errors import QUANTILES
from forecast.configuration import ForecastConfig
from forecast.history import History, targets
from forecast.indices import indices
from forecast.model import SeriesModel
from forecast.models import PUBLISHED, models_named
from forecast.prediction import Prediction, predict, quantiles
from forecast.series import day_history, hour_history, lead_times, valid_times
from forecast.statistical.perfect_weather import PerfectWeather
from foundation.errors import InputError
from foundation.pollutants import pollutants_of
from foundation.times import DAY, HOUR, beijing_day

HOUR_LEADS = np.array([1, 3, 6, 12, 24, 48, 72, 96, 120, 144, 168])
"""Lead times at which hourly forecasts are judged, h."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Judged:
    """Which forecasts are judged.

    Attributes:
        first: start of the first judged day, UTC.
        last: start of the last judged day, UTC.
        models: further models beside the candidates and the combination.
        train_until: regressions are fitted on nothing measured after this instant, UTC.
        last_issue: latest time of issue; its clock time is that of every issue. Midnight in Beijing
            after the last judged day when None.
        weather: measured weather by Beijing day; adds the line `perfect weather` to daily PM2.5.
    """

    first: np.datetime64
    last: np.datetime64
    models: tuple[str, ...] = ()
    train_until: np.datetime64 | None = None
    last_issue: np.datetime64 | None = None
    weather: pd.DataFrame | None = None

    def beside(self, config: ForecastConfig) -> list[str]:
        """Models asked for that are neither candidates nor the combination."""
        usual = (PUBLISHED, *config.combination.candidates)
        return [name for name in dict.fromkeys(self.models) if name not in usual]


def hindcast(
    measured: xr.Dataset, judged: Judged, config: ForecastConfig,
    *, trailing: xr.Dataset | None = None, progress: Progress = lambda _: None,
) -> xr.Dataset:  # fmt: skip
    """Make the forecasts of a period again and put them beside what was measured.

    Args:
        measured: place means, daily or hourly; keeps `place_observations`.
        judged: which forecasts are wanted.
        config: the choices.
        trailing: 24 h means by hour, for daily issues that are not at midnight.
        progress: called with the name of each pollutant as it is begun.

    Returns:
        Keeps `forecast.verification.hindcast.HINDCAST`.

    Raises:
        InputError: when nothing is measured in the period.
    """
    averaging = str(measured.attrs["averaging"])
    end = judged.last_issue if judged.last_issue is not None else judged.last + DAY
    parts = []
    for name in pollutants_of(averaging):
        progress(name)
        if averaging == "day":
            history = day_history(measured, name, end, carry=config.carry_forward_days, trailing=trailing)
            leads = np.arange(1, 8)
        else:
            history = hour_history(measured, name, end, carry=config.carry_forward_days)
            leads = HOUR_LEADS
        further = models_named(judged.beside(config), config, judged.train_until)
        if averaging == "day":
            further += _perfect_weather(history, judged)
        prediction = predict(history, leads, config, further, judged.train_until)
        parts.append(_of_pollutant(prediction, judged, config))
    return joined_parts(parts, measured["place"].values, averaging, config)


def from_predictions(
    predictions: dict[str, Prediction], places: np.ndarray, judged: Judged, config: ForecastConfig
) -> xr.Dataset:
    """The hindcast of a recent period out of the predictions that a forecast was made with.

    Args:
        predictions: of each pollutant, as in `forecast.product.ForecastProduct`.
        places: (place,) ids.
        judged: which forecasts are wanted: its period and, of those predicted, its models.
        config: the choices.
    """
    parts = [_of_pollutant(p.only(judged.models), judged, config) for p in predictions.values()]
    averaging = "hour" if next(iter(predictions.values())).history.steps_per_day == 24 else "day"
    return joined_parts(parts, places, averaging, config)


def joined_parts(
    parts: list[xr.Dataset], places: np.ndarray, averaging: str, config: ForecastConfig
) -> xr.Dataset:
    """One hindcast out of those of the six pollutants, with the index.

    Raises:
        InputError: when nothing is measured in the period.
    """
    joined = xr.concat(
        parts, dim=xr.DataArray(list(pollutants_of(averaging)), dims="pollutant", name="pollutant")
    )
    joined = joined.assign_coords(place=places.astype(str))
    if not bool(joined["observed"].notnull().any()):
        raise InputError("nothing is measured in the period judged", remedy="Choose another period")
    return with_index(joined, averaging, config)


def _of_pollutant(prediction: Prediction, judged: Judged, config: ForecastConfig) -> xr.Dataset:
    history, leads = prediction.history, prediction.leads
    valid = valid_times(history, prediction.issues, leads)
    step = HOUR if history.steps_per_day == 24 else np.timedelta64(0, "h")
    inside = np.asarray((valid - step >= judged.first) & (valid - step < judged.last + DAY))
    rows = np.flatnonzero(inside.any(axis=1))
    values = np.stack(
        [[quantiles(prediction, model, int(row), config) for row in rows] for model in prediction.models]
    )
    observed = np.exp(targets(history, prediction.issues[rows], leads))
    observed = np.where(inside[rows][..., None], observed, np.nan)
    hours = (lead_times(history, leads) / HOUR).astype(int)
    return xr.Dataset(
        {
            "concentration": (("model", "issue", "lead", "place", "quantile"), values),
            "observed": (("issue", "lead", "place"), observed),
        },
        {
            "model": list(prediction.models), "issue": history.times[prediction.issues[rows]],
            "lead": hours, "quantile": QUANTILES, "valid_time": (("issue", "lead"), valid[rows]),
        },
    )  # fmt: skip


def _perfect_weather(history: History, judged: Judged) -> list[SeriesModel]:
    """The regression on measured weather, with features standardised on the time of training."""
    if judged.weather is None or judged.train_until is None:
        return []
    first = beijing_day(history.times[:1] - HOUR)[0]
    days = pd.DatetimeIndex(np.arange(first, first + len(history.times) + 7).astype("datetime64[ns]"))
    weather = judged.weather.reindex(days).interpolate(limit=3, limit_area="inside")
    training = weather[: pd.Timestamp(judged.train_until)]
    return [PerfectWeather(((weather - training.mean()) / training.std()).to_numpy(), judged.train_until)]


def with_index(joined: xr.Dataset, averaging: str, config: ForecastConfig) -> xr.Dataset:
    """A hindcast of the six pollutants with the index, its range and its primary pollutants.

    Args:
        joined: `concentration` and `observed` in display units, with `valid_time`.
        averaging: `day` or `hour`.
        config: the published range.
    """
    forecast, observed = indices(joined["concentration"], averaging), indices(joined["observed"], averaging)
    low, high = config.published_range
    joined["aqi"], joined["aqi_observed"] = forecast["aqi"], observed["aqi"]
    joined["primary"] = forecast["primary"].sel(quantile=0.5, method="nearest", drop=True)
    joined["primary_observed"] = observed["primary"]
    joined["range_low"] = forecast["aqi"].sel(quantile=low, method="nearest", drop=True)
    joined["range_high"] = forecast["aqi"].sel(quantile=high, method="nearest", drop=True)
    return joined
