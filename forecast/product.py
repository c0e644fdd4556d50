"""The forecast as it is published: concentrations, index, range, level, primary pollutants."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from forecast.calibration.past_errors import QUANTILES
from forecast.calibration.probabilities import level_probability
from forecast.candidates import among_candidates, candidate_weights
from forecast.configuration import ForecastConfig
from forecast.indices import dust_like, in_si, indices
from forecast.joint_courses import aqi_scenarios, scenario_rows
from forecast.leading import LearnedLine, led
from forecast.learned import NAME as LEARNED
from forecast.models import PUBLISHED, published_with
from forecast.persisted import floors_beside
from forecast.prediction import Prediction, has_own_errors, predict, quantiles
from forecast.series import day_history, hour_history, lead_times, valid_times
from foundation.contracts import FORECAST
from foundation.pollutants import pollutants_of
from foundation.provenance import Degradation
from foundation.times import DAY, HOUR
from foundation.units import CONCENTRATION

DAYS_AHEAD = 7
HOURS_AHEAD = 168
FEWEST_SCENARIOS = 15
"""Past issues below which no joint courses are drawn; readers then bound them by the quantiles."""
DAYS_JUDGED = 45
"""Last issues at which the published forecast is made again, for verification."""


@dataclass(frozen=True)
class ForecastProduct:
    """A forecast and how it came about.

    Attributes:
        dataset: keeps `foundation.contracts.FORECAST`.
        predictions: of each pollutant.
        default_spread: pollutants whose intervals rest on the default spread.
        learned: the learned model that leads alone or is a candidate of the combination, if any.
        notes: why there is none, what part it has, and what it had to do without.
    """

    dataset: xr.Dataset
    predictions: dict[str, Prediction]
    default_spread: tuple[str, ...]
    learned: LearnedLine | None = None
    notes: tuple[Degradation, ...] = ()

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """Weights (lead,) of a learned candidate by pollutant; empty where none has a part in any of them."""
        found = candidate_weights(self.predictions)
        return found if any(weights.any() for weights in found.values()) else {}


def forecast_days(
    daily: xr.Dataset, reference_time: np.datetime64, config: ForecastConfig,
    *, trailing: xr.Dataset | None = None, days_judged: int = DAYS_JUDGED, age: int = 0,
) -> ForecastProduct:  # fmt: skip
    """Forecast the next seven Beijing days for every place.

    Args:
        daily: place means known at the reference time; keeps `place_observations('day')`.
        reference_time: time of issue, UTC.
        config: the choices.
        trailing: hourly 24 h means, so that an issue in the afternoon knows the morning.
        days_judged: last issues at which the published forecast is made again.
        age: days by which measurements ended earlier; the forecast is the one of then, of later days.
    """
    leads, known = age + np.arange(1, DAYS_AHEAD + 1), reference_time - age * DAY
    predictions = {
        name: predict(
            day_history(daily, name, known, carry=config.carry_forward_days, trailing=trailing),
            leads, config, floors_beside(config), days_judged=days_judged,
        )
        for name in pollutants_of("day")
    }  # fmt: skip
    return _product(predictions, daily["place"].values, "day", config, age * DAY)


def forecast_hours(
    hourly: xr.Dataset, reference_time: np.datetime64, config: ForecastConfig, *, age: int = 0
) -> ForecastProduct:
    """Forecast the next 168 hours for every place.

    Args:
        hourly: place means known at the reference time; keeps `place_observations('hour')`.
        reference_time: time of issue, a full hour, UTC.
        config: the choices.
        age: hours, as the days in `forecast_days`.
    """
    leads, known = age + np.arange(1, HOURS_AHEAD + 1), reference_time - age * HOUR
    record = hourly["time"].values > reference_time - np.timedelta64(config.hourly_record_days, "D")
    hourly = hourly.isel(time=record)
    predictions = {
        name: predict(
            hour_history(hourly, name, known, carry=config.carry_forward_days),
            leads,
            config,
            days_judged=1,
        )
        for name in pollutants_of("hour")
    }
    return _product(predictions, hourly["place"].values, "hour", config, age * HOUR)


def with_learned(product: ForecastProduct, line: LearnedLine, config: ForecastConfig) -> ForecastProduct:
    """The same forecast with a learned model: in the place of the combination, or as one of its candidates.

    Args:
        product: of the statistical models.
        line: what the learned model says of its places.
        config: the choices.
    """
    predictions = {
        name: led(one, line.quantiles[name])
        if line.alone
        else among_candidates(one, line.quantiles[name][..., 0], config)
        for name, one in product.predictions.items()
    }
    dataset = product.dataset
    made = _product(predictions, dataset["place"].values, str(dataset.attrs["averaging"]), config)
    made = replace(made, learned=line)
    told = made.dataset.assign_attrs(model=made_with(made, f"{LEARNED} {line.name}"))
    return replace(made, dataset=told)


def made_with(product: ForecastProduct, label: str) -> str:
    """What a forecast was made with, where its learned model is called `label`."""
    if product.learned is None or not (product.learned.alone or product.weights):
        return _made_of(product.predictions)
    return label if product.learned.alone else published_with(label)


def _made_of(predictions: dict[str, Prediction]) -> str:
    """The one model that all was made with, or the combination."""
    alone = {one.candidates for one in predictions.values() if len(one.candidates) == 1}
    return alone.pop()[0] if len(alone) == 1 else PUBLISHED


def _product(
    predictions: dict[str, Prediction], places: np.ndarray, averaging: str, config: ForecastConfig,
    age: np.timedelta64 = 0 * HOUR,
) -> ForecastProduct:  # fmt: skip
    display = _display(predictions, places, config, age)
    index = indices(display, averaging)
    dataset = _dataset(display, index, averaging, config).assign_attrs(model=_made_of(predictions))
    rows = scenario_rows(predictions, config)
    if len(rows) >= FEWEST_SCENARIOS:
        dataset["aqi_scenario"] = aqi_scenarios(predictions, display, averaging, rows)
    default = tuple(n for n, p in predictions.items() if not has_own_errors(p, PUBLISHED))
    return ForecastProduct(FORECAST.check(dataset), predictions, default)


def _display(
    predictions: dict[str, Prediction], places: np.ndarray, config: ForecastConfig, age: np.timedelta64
) -> xr.DataArray:
    """Published quantiles (reference_time, lead_time, place, pollutant, quantile) in display units."""
    any_one = next(iter(predictions.values()))
    last = np.array([len(any_one.history.times) - 1])
    values = np.stack(
        [quantiles(p, PUBLISHED, len(p.issues) - 1, config) for p in predictions.values()], axis=2
    )
    dims = ("reference_time", "lead_time", "place", "pollutant", "quantile")
    coords = {
        "reference_time": any_one.history.times[last] + age,
        "lead_time": (lead_times(any_one.history, any_one.leads) - age).astype("timedelta64[ns]"),
        "place": places.astype(str), "pollutant": list(predictions),
        "quantile": ("quantile", QUANTILES, {"units": "1"}),
        "valid_time": (dims[:2], valid_times(any_one.history, last, any_one.leads)),
    }  # fmt: skip
    return xr.DataArray(values[None], coords, dims)


def _dataset(display: xr.DataArray, index: xr.Dataset, averaging: str, config: ForecastConfig) -> xr.Dataset:
    si = in_si(display)
    concentration = xr.concat([si[n] for n in display["pollutant"].values], display["pollutant"])
    low, high = config.published_range
    median = index.sel(quantile=0.5, method="nearest", drop=True)
    cell = ("reference_time", "lead_time", "place")
    unitless = {"units": "1"}
    return xr.Dataset(
        {
            "concentration": concentration.transpose(*display.dims).assign_attrs(units=CONCENTRATION),
            "aqi": index["aqi"].transpose(*cell, "quantile").assign_attrs(unitless),
            "aqi_low": index["aqi"].sel(quantile=low, method="nearest", drop=True).assign_attrs(unitless),
            "aqi_high": index["aqi"].sel(quantile=high, method="nearest", drop=True).assign_attrs(unitless),
            "level": median["level"].astype("int8").assign_attrs(unitless),
            "primary": median["primary"].transpose(*cell, "pollutant").astype("int8").assign_attrs(unitless),
            "level_probability": ((*cell, "aqi_level"), level_probability(index["aqi"].values), unitless),
            "dust": dust_like(display, config.dust_like).astype("int8").assign_attrs(unitless),
        },
        {"aqi_level": np.arange(1, 7)},
        {"averaging": averaging, "rules": index.attrs["rules"]},
    )
