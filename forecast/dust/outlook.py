"""What dust does at places by the hour: of both domains the finer, with grades, signals, probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from forecast.dust.chances import exceedance
from forecast.dust.configuration import dust_forecast_config
from forecast.dust.corrected import CorrectedDust
from forecast.dust.grades import drawn_visibility, dust_grades
from forecast.dust.nested import NestedDust
from forecast.dust.run import DustForecast

__all__ = ["nested_outlook", "wide_outlook"]

_MOST = 10.0
_LIKELY = ("probability_blowing_sand", "probability_dust_storm")


def wide_outlook(made: CorrectedDust) -> xr.Dataset:
    """Of the dust domain alone; see `nested_outlook`."""
    return _graded(_series(made.forecast, made.wind_speed), made)


def nested_outlook(made: NestedDust) -> xr.Dataset:
    """Of all places of the dust domain; those within the domain inside have its values.

    Args:
        made: runs of both domains.

    Returns:
        (lead_time, place): `pm10` and `pm25` of dust, kg m-3, `dust_optical_depth`, 1, `visibility`, m,
        `wind_speed`, m s-1, and `grade`, `signal`, `probability_blowing_sand`, `probability_dust_storm` as
        `dust_grades` gives them; `probability` (lead_time, place, threshold) that hourly PM10 passes.
        Probabilities are NaN after the hours for which they are made; draws of the wide run take the finer
        run's amount of dust. Attributes `reference_time` (UTC) and
        `synthetic`.
    """
    wide = _series(made.wide.forecast, made.wide.wind_speed)
    inner = _series(made.inner, made.inner_wind_speed)
    finer = [place for place in wide["place"].values if place in inner["place"].values]
    joined = inner.sel(place=finer).reindex(lead_time=wide["lead_time"]).combine_first(wide)
    joined = joined.sel(place=wide["place"]).assign_attrs(wide.attrs)
    if made.wide.drawn is None:
        return _graded(joined, made.wide)
    drawn = made.wide.drawn * _finer_over_wider(joined["pm10"], wide["pm10"])
    chances = exceedance(drawn, dust_forecast_config().correction.background_ug_m3 * 1e-9)
    return _graded(joined, replace(made.wide, drawn=drawn, chances=chances))


def _finer_over_wider(finer: xr.DataArray, wider: xr.DataArray) -> xr.DataArray:
    """Dust of all hours by the finer run over that by the wider one, (place,); 1 where either has none."""
    sums = finer.sum("lead_time"), wider.sum("lead_time")
    ratio = (sums[0] / sums[1]).where((sums[0] > 0) & (sums[1] > 0), 1.0)
    return ratio.clip(1 / _MOST, _MOST)


def _series(forecast: DustForecast, wind: xr.DataArray) -> xr.Dataset:
    """Dust and wind at the places of a run, (lead_time, place)."""
    places = forecast.places.isel(reference_time=0, drop=True).drop_vars("valid_time", errors="ignore")
    parts = {name: places["concentration"].sel(pollutant=name, drop=True) for name in ("pm25", "pm10")}
    parts |= {name: places[name] for name in ("dust_optical_depth", "visibility")}
    made = xr.Dataset(parts).drop_vars(["lon", "lat"], errors="ignore").assign(wind_speed=wind)
    return made.assign_attrs(
        reference_time=str(forecast.start.time), synthetic=int(forecast.fields.attrs.get("synthetic", 0))
    )


def _graded(series: xr.Dataset, made: CorrectedDust) -> xr.Dataset:
    leads = series["lead_time"].values / np.timedelta64(1, "h")
    seen, dust, wind = (series[name] for name in ("visibility", "pm10", "wind_speed"))
    found = series.assign(dust_grades(seen, wind, leads, dust))
    if made.drawn is None or made.chances is None:
        return found
    reference = made.forecast.start.time
    drawn = _by_lead(made.drawn, reference).sel(place=series["place"])
    hours = {"lead_time": drawn["lead_time"]}
    seen, dust, wind = (one.sel(hours) for one in (seen, dust, wind))
    likely = dust_grades(
        seen, wind, leads[: drawn.sizes["lead_time"]], dust, drawn_visibility(drawn, dust, seen)
    )
    passed = _by_lead(made.chances["probability"], reference).sel(place=series["place"])
    return found.assign(
        {name: likely[name].reindex(lead_time=series["lead_time"]) for name in _LIKELY}
        | {"probability": passed.reindex(lead_time=series["lead_time"])}
    )


def _by_lead(values: xr.DataArray, reference: np.datetime64) -> xr.DataArray:
    leads = values["valid_time"].values - reference
    return values.assign_coords(valid_time=leads.astype("timedelta64[ns]")).rename(valid_time="lead_time")
