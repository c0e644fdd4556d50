"""The physical model's contributions as a panel takes them: from stored runs, or from one long run.

Read is what a run leaves by the contract of `foundation.contracts.CONTRIBUTIONS`, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xarray as xr

from forecast.learned.normalisation import east_and_north
from forecast.learned.panel import IssuedAhead, Panel
from foundation.contracts import CONTRIBUTIONS
from foundation.errors import InputError
from foundation.times import HOUR

__all__ = ["TAGS_FILE", "TagSeries", "read_tags", "tags_of_run", "tags_of_runs"]

TAGS_FILE = "tags.nc"
"""What a run with the transport model leaves in its folder."""

PM25 = "pm25"

MICROGRAMS = 1e9
"""Of a kilogram."""

_NEAR_KM = 10.0


@dataclass(frozen=True)
class TagSeries:
    """Contributions foreseen, by pollutant.

    Attributes:
        ahead: contributions to each pollutant, µg m-3, on the rows and stations of one panel.
        left_out: runs that were not issued at a row of the panel.
    """

    ahead: Mapping[str, IssuedAhead]
    left_out: tuple[str, ...] = ()

    def on(self, panel: Panel) -> Panel:
        """The panel with the contributions to its PM2.5."""
        return replace(panel, tags=self.ahead[PM25])


def read_tags(path: str | Path) -> xr.Dataset:
    """Contributions of a run.

    Args:
        path: folder of a run, or the file itself.

    Raises:
        InputError: when there is no such file or it cannot be read.
        ContractError: when it breaks its contract.
    """
    file = Path(path) / TAGS_FILE if Path(path).is_dir() else Path(path)
    if not file.is_file():
        raise InputError(
            "no such file", where=str(file), remedy="Only runs with the transport model have tags"
        )
    try:
        held = xr.load_dataset(file, engine="netcdf4", decode_timedelta=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError("cannot be read as NetCDF", where=str(file), remedy="Make the run again") from error
    return CONTRIBUTIONS.check(held, str(file))


def tags_of_runs(runs: Mapping[str, xr.Dataset], panel: Panel) -> TagSeries:
    """Contributions that runs foresaw, each at its reference time.

    Days are means over their 24 hours. A source that only some runs tag is 0 in the others.

    Args:
        runs: by name; each keeps `CONTRIBUTIONS`, hourly, with one reference time.
        panel: rows and stations wanted. A station takes the place of its id, or the nearest within 10 km;
            others have no tags.

    Raises:
        InputError: when no run was issued at a row of the panel, or none has PM2.5.
    """
    rows = {time: row for row, time in enumerate(panel.times.astype("datetime64[ns]").tolist())}
    issued = {name: int(_reference(run).astype("datetime64[ns]").astype(int)) for name, run in runs.items()}
    chosen = sorted((name for name in runs if issued[name] in rows), key=lambda name: issued[name])
    if not chosen:
        raise InputError(
            f"none of {len(runs)} runs was issued at a row of the panel, which holds {panel.times[0]} to "
            f"{panel.times[-1]} UTC"
        )
    sources = tuple(dict.fromkeys(str(s) for name in chosen for s in runs[name]["source"].values))
    pollutants = [p for p in panel.pollutants if all(p in runs[name]["pollutant"].values for name in chosen)]
    if PM25 not in pollutants:
        raise InputError(f"expected contributions to {PM25} in every run")
    at = np.array([rows[issued[name]] for name in chosen])
    ahead = {}
    for pollutant in pollutants:
        parts = [_of_run(runs[name], pollutant, sources, panel) for name in chosen]
        ahead[pollutant] = IssuedAhead(_stacked(parts), at, sources)
    return TagSeries(ahead, tuple(name for name in runs if name not in set(chosen)))


def tags_of_run(run: xr.Dataset, panel: Panel, horizon: int) -> TagSeries:
    """Contributions of one long run without measurements, as if every row were an issue of it.

    What such a run says of an hour does not depend on what was measured, so that it is the same from every
    issue; its weather must have been foreseen for this to be a forecast.

    Args:
        run: keeps `CONTRIBUTIONS`, hourly, with one reference time.
        panel: hourly rows and stations wanted.
        horizon: largest lead.

    Raises:
        InputError: when the panel is not hourly or the run holds none of its rows.
    """
    if panel.steps_per_day != 24:
        raise InputError(f"expected a panel of hours, got {panel.steps_per_day} steps a day")
    sources = tuple(str(name) for name in run["source"].values)
    first = round(float((_reference(run) + HOUR - panel.times[0]) / HOUR))
    ahead = {}
    for pollutant in (p for p in panel.pollutants if p in run["pollutant"].values):
        values = _of_run(run, pollutant, sources, panel)
        whole = np.full((len(panel.times) + horizon, *values.shape[1:]), np.nan, np.float32)
        begin, end = max(first, 0), min(first + len(values), len(whole))
        if begin >= end:
            raise InputError("the run holds no row of the panel")
        whole[begin:end] = values[begin - first : end - first]
        windows = np.lib.stride_tricks.sliding_window_view(whole[1:], horizon, axis=0)
        ahead[pollutant] = IssuedAhead(np.moveaxis(windows, -1, 1), np.arange(len(windows)), sources)
    return TagSeries(ahead)


def _reference(run: xr.Dataset) -> np.datetime64:
    if run.sizes["reference_time"] != 1:
        raise InputError(f"tags: expected one reference time, got {run.sizes['reference_time']}")
    return np.datetime64(run["reference_time"].values[0], "ns")


def _of_run(run: xr.Dataset, pollutant: str, sources: Sequence[str], panel: Panel) -> np.ndarray:
    """(lead, station, source) µg m-3 in the steps of the panel; NaN at stations without a place."""
    one = run["contribution"].isel(reference_time=0).sel(pollutant=pollutant)
    held = one.transpose("lead_time", "place", "source").values * MICROGRAMS
    found = [str(name) for name in run["source"].values]
    values = np.zeros((len(held), len(panel.stations), len(sources)), np.float32)
    places = _places(run, panel)
    columns = [sources.index(name) for name in found]
    values[:, :, columns] = held[:, np.maximum(places, 0)]
    values[:, places < 0] = np.nan
    if panel.steps_per_day == 24:
        return values
    if panel.delay:
        raise InputError("tags of days: expected days that end at the issue, got days that still run then")
    days = len(values) // 24
    return np.asarray(values[: 24 * days].reshape(days, 24, *values.shape[1:]).mean(axis=1))


def _places(run: xr.Dataset, panel: Panel) -> np.ndarray:
    """Place of each station (station,), -1 where there is none."""
    names = [str(name) for name in run["place"].values]
    places = np.array([names.index(name) if name in names else -1 for name in panel.stations])
    if "lon" not in run.coords:
        return places
    where = np.column_stack([run["lon"].values, run["lat"].values])
    for station in np.flatnonzero(places < 0):
        distance = 100.0 * np.hypot(*east_and_north(where, panel.positions[station]).T)
        if distance.min() <= _NEAR_KM:
            places[station] = int(distance.argmin())
    return places


def _stacked(parts: Sequence[np.ndarray]) -> np.ndarray:
    """(run, lead, station, source), as long as the longest run."""
    longest = max(len(part) for part in parts)
    whole = np.full((len(parts), longest, *parts[0].shape[1:]), np.nan, np.float32)
    for number, part in enumerate(parts):
        whole[number, : len(part)] = part
    return whole
