"""What the learned model sees in a run: measurements without stand-ins, tags and weather as foreseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from flows.measurements import Measurements
from flows.panel_steps import means_by_step, steps_of
from flows.plan import DayPlan
from forecast.history import History
from forecast.learned.panel import IssuedAhead, Panel, panel_of
from forecast.series import day_history, hour_history
from foundation.errors import ContractError
from foundation.pollutants import pollutants_of
from foundation.times import HOUR
from foundation.units import to_display

if TYPE_CHECKING:
    from forecast.learned.forecaster import Forecaster

_FINE = "pm25"


@dataclass(frozen=True)
class Foreseen:
    """What outer models said, at one issue.

    Attributes:
        reference_time: of the issue, UTC.
        tags: hourly contributions at places of the transport model, kg m-3; None where there are none.
        weather: keeps `METEOROLOGY`; None where there is none.
    """

    reference_time: np.datetime64
    tags: xr.Dataset | None = None
    weather: xr.Dataset | None = None


def champion_panel(
    model: Forecaster, plan: DayPlan, measured: Measurements, seen: Sequence[Foreseen], record_days: int
) -> Panel:
    """The panel of a run, on the rows of its statistical forecast.

    A last value does not stand in for a missing one here, as it does for the statistical models: the network
    was trained to see gaps.

    Args:
        model: the release; its pollutants, weather and kind are used.
        plan: the run.
        measured: what was measured by its time of issue.
        seen: what outer models said at this issue, the last, and at earlier ones.
        record_days: days of hours to look back on.

    Raises:
        ContractError: when the release expects a pollutant that is not measured here.
        InputError: for a place that the gazetteer does not know.
    """
    kind = "day" if model.windows.steps_per_day == 1 else "hour"
    histories = _histories(kind, plan, measured, record_days)
    source = measured.daily if measured.hourly is None or kind == "day" else measured.hourly
    return learned_panel(model, histories, tuple(map(str, source["place"].values)), seen)


def learned_panel(
    model: Forecaster, histories: Mapping[str, History], places: tuple[str, ...], seen: Sequence[Foreseen]
) -> Panel:
    """What a learned model looks at, at the issue of the last row of the histories.

    Weather that it expects and nobody has is missing, which it flags.

    Args:
        model: the release; its pollutants, weather and sources are used.
        histories: of each pollutant, in which no value stands in for a missing one.
        places: ids along the second axis of the histories.
        seen: what outer models said at this issue, the last, and at earlier ones; may be empty.

    Raises:
        ContractError: when the release expects a pollutant that is not measured here.
        InputError: for a place that the gazetteer does not know.
    """
    strange = [name for name in model.scales.pollutants if name not in histories]
    if strange:
        held = ", ".join(histories)
        raise ContractError(f"learned model: expected pollutants among {held}, got {', '.join(strange)}")
    panel = panel_of({name: histories[name] for name in model.scales.pollutants}, places)
    panel = _with_weather(panel, model, seen[-1].weather if seen else None)
    return panel if model.network.sources is None else replace(panel, tags=_tags(panel, seen))


def _histories(kind: str, plan: DayPlan, measured: Measurements, record_days: int) -> dict[str, History]:
    names, reference = pollutants_of(kind), plan.reference_time
    if kind == "day":
        return {
            name: day_history(measured.daily, name, reference, carry=0, trailing=measured.trailing)
            for name in names
        }
    if measured.hourly is None:
        raise ContractError("learned model: expected hourly measurements, got daily ones")
    record = measured.hourly["time"].values > reference - np.timedelta64(record_days, "D")
    hourly = measured.hourly.isel(time=record)
    return {name: hour_history(hourly, name, reference, carry=0) for name in names}


def _with_weather(panel: Panel, model: Forecaster, weather: xr.Dataset | None) -> Panel:
    names = model.scales.weather_names
    if not names:
        return panel
    values = np.full((len(panel.times), len(panel.stations), len(names)), np.nan)
    bare = replace(panel, weather=values, weather_names=names)
    if weather is None:
        return bare
    at_places = _at_places(weather, names, panel)
    steps = steps_of(panel, at_places["time"].values)
    last = len(panel.times) - 1
    past = np.unique(steps[(steps >= 0) & (steps <= last)])
    values[past] = means_by_step(panel, at_places.values, steps, past)
    future = last + np.arange(1, model.windows.horizon + 1)
    ahead = means_by_step(panel, at_places.values, steps, future)
    return replace(bare, weather=values, ahead=IssuedAhead(ahead[None], np.array([last]), names))


def _at_places(weather: xr.Dataset, names: Sequence[str], panel: Panel) -> xr.DataArray:
    """Hourly weather of the cell nearest to each place (time, place, name); NaN for what is not there."""
    begin, end = weather["time"].values[[0, -1]]
    hours = np.arange(begin.astype("datetime64[h]").astype("datetime64[ns]"), end + HOUR, HOUR)
    hours = hours[(hours >= begin) & (hours <= end)]
    lon, lat = weather["lon"].values, weather["lat"].values
    cells = [
        np.unravel_index(int((((lon - x) * np.cos(np.deg2rad(y))) ** 2 + (lat - y) ** 2).argmin()), lon.shape)
        for x, y in panel.positions
    ]
    rows, columns = (xr.DataArray([cell[axis] for cell in cells], dims="place") for axis in (0, 1))
    if {"eastward_wind_10m", "northward_wind_10m"} <= set(weather):
        speed = np.hypot(weather["eastward_wind_10m"], weather["northward_wind_10m"])
        weather = weather.assign(wind_speed_10m=speed)
    parts = []
    for name in names:
        if name in weather and set(weather[name].dims) == {"time", "y", "x"}:
            parts.append(
                weather[name].isel(y=rows, x=columns).interp(time=hours).transpose("time", "place").values
            )
        else:
            parts.append(np.full((len(hours), len(cells)), np.nan))
    return xr.DataArray(np.stack(parts, axis=-1), {"time": hours}, ("time", "place", "name"))


def _tags(panel: Panel, seen: Sequence[Foreseen]) -> IssuedAhead | None:
    """Tags of PM2.5 foreseen at the issues that have a run, µg m-3."""
    latest = seen[-1].tags if seen else None
    if latest is None:
        return None
    sources = [str(name) for name in latest["source"].values]
    runs = {}
    for one in seen:
        row = np.flatnonzero(panel.times == one.reference_time)
        if one.tags is not None and len(row) and set(sources) <= set(map(str, one.tags["source"].values)):
            runs[int(row[0])] = _tags_ahead(panel, int(row[0]), one.tags, sources)
    longest = max(len(values) for values in runs.values())
    padded = [
        np.concatenate([v, np.full((longest - len(v), *v.shape[1:]), np.nan)])
        for _, v in sorted(runs.items())
    ]
    return IssuedAhead(np.stack(padded), np.array(sorted(runs)), tuple(sources))


def _tags_ahead(panel: Panel, row: int, tags: xr.Dataset, sources: list[str]) -> np.ndarray:
    """(lead, station, source) of one run."""
    fine = tags["contribution"].isel(reference_time=0).sel(pollutant=_FINE, source=sources)
    fine = fine.reindex(place=list(panel.stations)).transpose("lead_time", "place", "source")
    hours = panel.times[row] + fine["lead_time"].values
    steps = steps_of(panel, hours)
    wanted = np.arange(row + 1, steps.max() + 1)
    return means_by_step(panel, to_display(fine.values, _FINE), steps, wanted)
