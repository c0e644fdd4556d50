"""The dust forecast of an issue: thresholds from the hours before it, fields and probabilities after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from emissions_inventory.natural import DustEmissionConfig, dust_emissions
from emissions_inventory.natural.fields import dust_sources
from emissions_inventory.natural.regions import RegionMap
from forecast.dust.chances import exceedance
from forecast.dust.configuration import DustForecastConfig, dust_forecast_config
from forecast.dust.correction import Factors, corrected_factors
from forecast.dust.responses import NoDustError, Response, emissions_at_factors, response_of
from forecast.dust.run import DustForecast, dust_forecast
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.provenance import Degradation
from foundation.times import HOUR, shown

__all__ = ["CorrectedDust", "corrected_dust_forecast"]


@dataclass(frozen=True)
class CorrectedDust:
    """A dust forecast that measurements corrected.

    Attributes:
        forecast: the run with the thresholds found.
        factors: what the measurements say; None where there was nothing to correct.
        chances: `probability` and quantiles of PM10 at places, as `exceedance` gives them; None likewise.
        notes: what was done without.
    """

    forecast: DustForecast
    factors: Factors | None
    chances: xr.Dataset | None
    notes: tuple[Degradation, ...]


def corrected_dust_forecast(
    weather: xr.Dataset, grid: Grid, reference_time: np.datetime64, measured: xr.DataArray | None,
    config: DustForecastConfig | None = None, emission: DustEmissionConfig | None = None,
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

    Raises:
        InputError: when weather or measurements do not fit.
    """
    config = _within(config or dust_forecast_config(), weather, reference_time)
    sources = dust_sources(grid, emission)
    model = config.model
    begin = reference_time - model.spin_up_hours * HOUR
    times = np.arange(begin, reference_time + model.lead_hours * HOUR, HOUR)
    found: Factors | None = None
    response = None
    if measured is not None:
        response = _response(weather, grid, times, config, emission, sources)
    if response is not None and measured is not None:
        found = corrected_factors(*_at_places(response, measured, reference_time), config.correction)
    factors = {} if found is None else {name.partition(".")[2]: one for name, one in found.named().items()}
    made = dust_emissions(weather, grid, emission, factors, times, sources)
    forecast = dust_forecast(weather, grid, made.dataset, reference_time, config)
    chances = None
    if found is not None and response is not None:
        background = config.correction.background_ug_m3 * 1e-9
        chances = exceedance(response, found, background, config.correction)
        chances = chances.sel(valid_time=chances["valid_time"] > reference_time)
    lacking = () if found is not None else (_NOTHING if measured is None else _NO_DUST,)
    return CorrectedDust(forecast, found, chances, (*made.notes, *forecast.notes, *lacking))


def _within(
    config: DustForecastConfig, weather: xr.Dataset, reference_time: np.datetime64
) -> DustForecastConfig:
    """The choices with no more hours than the weather holds."""
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
