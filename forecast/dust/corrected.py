"""The dust forecast of an issue: thresholds from the hours before it, fields and probabilities after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from emissions_inventory.natural import DustEmissionConfig, dust_emissions
from emissions_inventory.natural.emissions import DustEmissions
from emissions_inventory.natural.fields import dust_sources
from emissions_inventory.natural.regions import RegionMap
from forecast.dust.chances import drawn_pm10, exceedance
from forecast.dust.configuration import DustForecastConfig, dust_forecast_config
from forecast.dust.correction import Factors, corrected_factors, threshold_factors
from forecast.dust.responses import NoDustError, Response, emissions_at_factors, response_of
from forecast.dust.run import DustForecast, dust_forecast
from forecast.physical.run import Progress, Watch
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.provenance import Degradation
from foundation.times import HOUR, shown

__all__ = ["CorrectedDust", "corrected_dust_forecast", "rises", "wind_at_places", "within_weather"]


@dataclass(frozen=True)
class CorrectedDust:
    """A dust forecast that measurements corrected.

    Attributes:
        forecast: the run with the thresholds found.
        factors: what the measurements say; None where there was nothing to correct.
        chances: `probability` and quantiles of PM10 at places after the issue, as `exceedance` gives them;
            without measurements those of the thresholds' spread before any. None where nothing rises.
        drawn: PM10 of dust at places behind them, as `drawn_pm10` gives it.
        wind_speed: at 10 m at places at the beginnings of the hours of forecast, m s-1, (lead_time, place).
        notes: what was done without.
    """

    forecast: DustForecast
    factors: Factors | None
    chances: xr.Dataset | None
    drawn: xr.DataArray | None
    wind_speed: xr.DataArray
    notes: tuple[Degradation, ...]


def corrected_dust_forecast(  # noqa: PLR0913, PLR0917 - everything a forecast is made from
    weather: xr.Dataset, grid: Grid, reference_time: np.datetime64, measured: xr.DataArray | None,
    config: DustForecastConfig | None = None, emission: DustEmissionConfig | None = None,
    watch: Watch | None = None, progress: Progress | None = None,
) -> CorrectedDust:  # fmt: skip
    """Find the thresholds in the hours of the spin-up, then forecast with them.

    Measurements correct the thresholds for the whole run, before the issue and after it, so that dust that
    rose already is corrected with them. The timing found moves the probabilities, not the fields.

    Args:
        weather: keeps `METEOROLOGY`; from the spin-up to the last lead, which are cut to it.
        grid: the model's grid.
        reference_time: the issue, a full hour, UTC.
        measured: PM10 of dust, kg m-3, (time, place): ends of hours, UTC, and places of the gazetteer; what
            other sources make taken out. Hours after the issue are not used. None for no correction.
        config: the choices; those shipped by default.
        emission: scheme and constants; those shipped by default.
        watch: shown the state of the forecast every hour, such as `boundary.Shell.watch`.
        progress: told how far the forecast is.

    Raises:
        InputError: when weather or measurements do not fit.
    """
    config = within_weather(config or dust_forecast_config(), weather, reference_time)
    sources = dust_sources(grid, emission)
    model = config.model
    begin = reference_time - model.spin_up_hours * HOUR
    times = np.arange(begin, reference_time + model.lead_hours * HOUR, HOUR)
    judged = times[: model.spin_up_hours + config.correction.lead_hours]
    response = _response(weather, grid, judged, config, emission, sources)
    found = None
    if response is not None and measured is not None:
        found = corrected_factors(*_at_places(response, measured, reference_time), config.correction)
    made = dust_emissions(weather, grid, emission, threshold_factors(found), times, sources)
    forecast = dust_forecast(weather, grid, made.dataset, reference_time, config, None, watch, progress)
    drawn = None if response is None else _drawn(response, found, reference_time, config)
    background = config.correction.background_ug_m3 * 1e-9
    chances = None if drawn is None else exceedance(drawn, background, config.correction)
    lacking = () if found is not None else (_NOTHING if measured is None else _NO_DUST,)
    notes = (*made.notes, *forecast.notes, *lacking)
    return CorrectedDust(forecast, found, chances, drawn, wind_at_places(made, forecast), notes)


def wind_at_places(made: DustEmissions, forecast: DustForecast) -> xr.DataArray:
    """The wind that raised the dust of a forecast, at the cells of its places, (lead_time, place), m s-1."""
    places, wind = forecast.places, made.field.dataset["wind_speed"]
    spots = {axis: places[name].values for axis, name in (("y", "lat"), ("x", "lon"))}
    nearest = {axis: np.abs(wind[axis].values[:, None] - at).argmin(0) for axis, at in spots.items()}
    values = wind.values[-places.sizes["lead_time"] :, nearest["y"], nearest["x"]]
    coords = {"lead_time": places["lead_time"].values, "place": places["place"].values}
    return xr.DataArray(values, coords, ("lead_time", "place"), attrs={"units": "m s-1"})


def _drawn(
    response: Response, found: Factors | None, reference_time: np.datetime64, config: DustForecastConfig
) -> xr.DataArray:
    """PM10 of dust after the issue, by draws of what is not known of the thresholds."""
    if found is None:
        nothing = np.full(response.pm10.shape[2:], np.nan)
        found = corrected_factors(response, nothing, config.correction)
    drawn = drawn_pm10(response, found, config.correction.draws)
    return drawn.sel(valid_time=drawn["valid_time"] > reference_time)


def within_weather(
    config: DustForecastConfig, weather: xr.Dataset, reference_time: np.datetime64
) -> DustForecastConfig:
    """The choices with no more hours than the weather holds.

    Args:
        config: the choices.
        weather: keeps `METEOROLOGY`.
        reference_time: the issue, UTC.

    Raises:
        InputError: when it does not reach beyond the issue.
    """
    first, last = weather["time"].values[[0, -1]]
    before, after = int((reference_time - first) / HOUR), int((last - reference_time) / HOUR)
    if before < 0 or after < 1:
        raise InputError(
            f"covers {shown(first)} to {shown(last)} Beijing time, the issue is {shown(reference_time)}",
            where="weather", remedy="Give weather around the issue",
        )  # fmt: skip
    hours = {
        "spin_up_hours": min(config.model.spin_up_hours, before),
        "lead_hours": min(config.model.lead_hours, after),
    }  # fmt: skip
    return config.model_copy(update={"model": config.model.model_copy(update=hours)})


def rises(
    weather: xr.Dataset, grid: Grid, reference_time: np.datetime64, config: DustForecastConfig,
    emission: DustEmissionConfig | None = None,
) -> bool:  # fmt: skip
    """Whether any dust rises in the hours of a forecast, with the lowest thresholds that are looked at.

    Args:
        weather: keeps `METEOROLOGY`, of all of these hours.
        grid: the model's grid.
        reference_time: the issue, UTC.
        config: the choices.
        emission: scheme and constants; those shipped by default.

    Raises:
        InputError: when weather does not fit.
    """
    model = config.model
    times = reference_time + np.arange(-model.spin_up_hours, model.lead_hours) * HOUR
    made = dust_emissions(weather, grid, emission, config.correction.nodes[0], times)
    return bool(made.dataset.sizes["stream"])


def _response(
    weather: xr.Dataset, grid: Grid, times: np.ndarray, config: DustForecastConfig,
    emission: DustEmissionConfig | None, sources: RegionMap,
) -> Response | None:  # fmt: skip
    """A run of all factors over spin-up and leads; none where nothing rises."""
    try:
        emitted = emissions_at_factors(weather, grid, config.correction.nodes, times, sources, emission)
    except NoDustError:
        return None
    model = config.model.model_copy(update={"spin_up_hours": 0, "lead_hours": len(times)})
    made = dust_forecast(weather, grid, emitted, times[0], config.model_copy(update={"model": model}))
    return response_of(made.tags)


def _at_places(
    response: Response, measured: xr.DataArray, reference_time: np.datetime64
) -> tuple[Response, np.ndarray]:
    """The response at the measured places, and what was measured there up to the issue, (hour, place)."""
    names = [str(name) for name in measured["place"].values if str(name) in response.places]
    if not names:
        raise InputError("measurements: none of their places lies in the domain", remedy="Check place ids")
    past = response.times[response.times <= reference_time]
    columns = [response.places.index(name) for name in names]
    values = measured.transpose("time", "place").sel(place=names).reindex(time=past)
    return replace(response, pm10=response.pm10[..., columns], places=tuple(names)), values.values


_NOTHING = Degradation(
    code="dust-not-corrected", chinese="没有可用的沙尘PM10监测，起沙临界值未经订正。",
    english="No measured PM10 of dust: thresholds are not corrected.",
)  # fmt: skip
_NO_DUST = Degradation(
    code="dust-not-corrected", chinese="风速未达起沙临界值，起沙临界值未经订正。",
    english="No threshold is passed: thresholds are not corrected.",
)  # fmt: skip
