"""Trajectories of HYSPLIT: its `tdump` files, and how far ours end from theirs.

Format: HYSPLIT User's Guide, S261 (Trajectory / Output / Endpoints format), NOAA Air Resources Laboratory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from atmosphere.trajectories.configuration import TrajectoryConfig
from atmosphere.trajectories.results import Trajectories
from atmosphere.trajectories.runs import Release, run_trajectories
from atmosphere.trajectories.weather_nodes import WeatherNodes
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError

__all__ = ["Comparison", "EndPoints", "compare", "distance_m", "read_tdump"]

_FIXED_COLUMNS = 12
_CENTURY_TURN = 40
"""Two-digit years below it are of this century."""


@dataclass(frozen=True)
class EndPoints:
    """One trajectory as HYSPLIT wrote it.

    Attributes:
        times: UTC, the start first, shape (point,).
        lon: degrees east, shape (point,).
        lat: degrees north.
        height_m: above ground.
        diagnostics: what else was written, by its name, such as `PRESSURE` in hPa.
        direction: `FORWARD` or `BACKWARD`.
        vertical_motion: HYSPLIT's word for it, such as `OMEGA`.
    """

    times: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    height_m: np.ndarray
    diagnostics: dict[str, np.ndarray]
    direction: str
    vertical_motion: str


@dataclass(frozen=True)
class Comparison:
    """One of our trajectories beside HYSPLIT's.

    Attributes:
        theirs: HYSPLIT's.
        ours: computed from the same start.
        end_distance_m: between the two last points.
        travelled_m: way of HYSPLIT's trajectory, summed over its points.
    """

    theirs: EndPoints
    ours: Trajectories
    end_distance_m: float
    travelled_m: float

    @property
    def share(self) -> float:
        """Distance of the end points as a share of the way travelled."""
        return self.end_distance_m / self.travelled_m


def read_tdump(path: str | Path) -> list[EndPoints]:
    """Read a HYSPLIT end-point file.

    Raises:
        InputError: naming file and line where it is not one.
    """
    try:
        lines = Path(path).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cannot be read as a text file", where=str(path), remedy="Check the path") from error
    number = 0
    try:
        number = 1 + int(lines[0].split()[0])
        count, direction, motion = lines[number].split()
        number += int(count) + 1
        names = lines[number].split()[1:]
        table = []
        for number, line in enumerate(lines[number + 1 :], start=number + 1):  # noqa: B007, B020 - of the error
            if line.strip():
                table.append(_row(line, _FIXED_COLUMNS + len(names)))
        return [_one(rows, names, direction, motion) for rows in _by_trajectory(np.array(table), int(count))]
    except (ValueError, IndexError) as error:
        where = f"{path}, line {number + 1}"
        raise InputError(f"not a HYSPLIT end-point file: {error}", where=where) from error


def compare(weather: WeatherNodes | xr.Dataset, theirs: EndPoints, config: TrajectoryConfig) -> Comparison:
    """Compute the trajectory that HYSPLIT computed, and measure how far the end points lie apart.

    Raises:
        InputError: when ours leaves the weather before the end.
    """
    hours = float((theirs.times[-1] - theirs.times[0]) / np.timedelta64(1, "h"))
    release = Release(theirs.lon[:1], theirs.lat[:1], theirs.height_m[:1], theirs.times[0])
    ours = run_trajectories(weather, release, hours, config)
    if ours.reasons[0]:
        raise InputError(f"trajectory from {theirs.times[0]}: {ours.reasons[0]}", remedy="Give more weather")
    steps = distance_m(theirs.lon[:-1], theirs.lat[:-1], theirs.lon[1:], theirs.lat[1:])
    end = distance_m(ours.lon[-1, 0], ours.lat[-1, 0], theirs.lon[-1], theirs.lat[-1])
    return Comparison(theirs, ours, float(end), float(steps.sum()))


def distance_m(lon: np.ndarray, lat: np.ndarray, other_lon: np.ndarray, other_lat: np.ndarray) -> np.ndarray:
    """Great-circle distance, m, by the haversine formula (Sinnott 1984, Sky and Telescope 68, 159)."""
    phi, other_phi = np.deg2rad(lat), np.deg2rad(other_lat)
    across = np.deg2rad(np.asarray(other_lon) - np.asarray(lon))
    half = np.sin((other_phi - phi) / 2) ** 2 + np.cos(phi) * np.cos(other_phi) * np.sin(across / 2) ** 2
    return np.asarray(2.0 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def _row(line: str, columns: int) -> list[float]:
    values = [float(text) for text in line.split()]
    if len(values) != columns:
        raise ValueError(f"expected {columns} numbers, got {len(values)}")
    return values


def _by_trajectory(table: np.ndarray, count: int) -> list[np.ndarray]:
    if table.ndim != 2:
        raise ValueError("no end points")
    rows = [table[table[:, 0] == number] for number in range(1, count + 1)]
    if any(len(part) < 2 for part in rows):
        raise ValueError(f"expected {count} trajectories of two points or more")
    return rows


def _one(rows: np.ndarray, names: list[str], direction: str, motion: str) -> EndPoints:
    year = rows[:, 2] + np.where(rows[:, 2] < _CENTURY_TURN, 2000, 1900)
    parts = dict(zip(("year", "month", "day", "hour", "minute"), (year, *rows[:, 3:7].T), strict=True))
    times = pd.to_datetime(pd.DataFrame(parts)).to_numpy().astype("datetime64[ns]")
    extra = {name: rows[:, _FIXED_COLUMNS + place] for place, name in enumerate(names)}
    return EndPoints(times, rows[:, 10], rows[:, 9], rows[:, 11], extra, direction, motion)
