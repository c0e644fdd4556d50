"""Trajectory files as people keep them: folders of HYSPLIT end points and our own sets, to many receptors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from foundation.errors import InputError
from foundation.times import shown
from sources.trajectory_statistics.arrivals import BackwardTrajectories, joined
from sources.trajectory_statistics.sphere import arc_m, unit_vectors
from sources.trajectory_statistics.trajectory_sets import from_hysplit, read_set

if TYPE_CHECKING:
    from atmosphere.trajectories.hysplit import EndPoints

__all__ = ["ReadTrajectories", "read_trajectories", "trajectory_paths"]

_NETCDF = {".nc", ".nc4", ".cdf"}


@dataclass(frozen=True)
class ReadTrajectories:
    """Trajectories to the receptors asked for.

    Attributes:
        trajectories: of all files.
        files: how many were read.
        elsewhere: trajectories in them that arrive at none of the receptors.
        elsewhere_first: where the first few of those arrive.
    """

    trajectories: BackwardTrajectories
    files: int
    elsewhere: int
    elsewhere_first: tuple[str, ...]


def trajectory_paths(names: Iterable[str | Path]) -> list[Path]:
    """The files of a list of files and folders, those of a folder sorted by name, hidden ones left out.

    Raises:
        InputError: when one is not there, or a folder is empty.
    """
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            held = sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
            if not held:
                raise InputError("no file in this folder", where=str(path))
            found += held
        elif path.is_file():
            found.append(path)
        else:
            raise InputError("no such file or folder", where=str(path), remedy="Check the path")
    return found


def read_trajectories(
    paths: Sequence[Path],
    receptors: Mapping[str, tuple[float, float]],
    within_km: float = 30.0,
    progress: Callable[[int], None] = lambda _files: None,
) -> ReadTrajectories:
    """Read backward trajectories and give each to the receptor it arrives at.

    HYSPLIT's files do not name the receptor: a trajectory belongs to the nearest one, if that lies within a
    distance of its first point. A trajectory of our own sets keeps its name if it is that of a receptor.

    Args:
        paths: files; `.nc` are sets of our own, all others HYSPLIT's end points (`tdump`).
        receptors: longitude and latitude by name, degrees.
        within_km: greatest distance between receptor and first point.
        progress: told how many files are read.

    Raises:
        InputError: naming a file that is neither, that holds another step of time, or when no trajectory
            arrives at a receptor.
    """
    from atmosphere.trajectories.hysplit import read_tdump

    parts: list[BackwardTrajectories] = []
    ends: list[EndPoints] = []
    for number, path in enumerate(paths, start=1):
        if path.suffix.lower() in _NETCDF:
            parts.append(read_set(path))
        else:
            ends += read_tdump(path)
        progress(number)
    if ends:
        _same_ages(ends)
        parts.append(from_hysplit(ends, ""))
    everything = joined(parts)
    names = _receptor_of(everything, receptors, within_km)
    here = names != ""
    first = [_arrival(everything, row) for row in np.flatnonzero(~here)[:3]]
    if not here.any():
        raise InputError(
            f"none of {len(here)} trajectories arrives within {within_km:g} km of {', '.join(receptors)}",
            where="; ".join(first), remedy="Name the places that they arrive at",
        )  # fmt: skip
    chosen = everything.select(here)
    ours = BackwardTrajectories(
        names[here], chosen.arrival_time, chosen.age_h, chosen.lon, chosen.lat, chosen.height_m,
        chosen.reasons,
    )  # fmt: skip
    return ReadTrajectories(ours, len(paths), int((~here).sum()), tuple(first))


def _same_ages(ends: Sequence[EndPoints]) -> None:
    """Refuse trajectories whose points are not those of the longest, as far as they go."""
    longest = max(ends, key=lambda one: len(one.times))
    ages = longest.times[0] - longest.times
    for one in ends:
        own = one.times[0] - one.times
        if len(own) > 1 and not np.array_equal(own, ages[: len(own)]):
            raise InputError(
                f"trajectory to {shown(one.times[0])}: points every {own[1] / np.timedelta64(1, 'h'):g} h, "
                f"others every {ages[1] / np.timedelta64(1, 'h'):g} h",
                remedy="Give trajectories with one step of time",
            )


def _receptor_of(
    trajectories: BackwardTrajectories, receptors: Mapping[str, tuple[float, float]], within_km: float
) -> np.ndarray:
    """Name of the receptor of each trajectory, empty for none."""
    names = np.array([*receptors, ""])
    places = np.array(list(receptors.values()), dtype=float)
    arrival = unit_vectors(trajectories.lon[:, :1], trajectories.lat[:, :1])
    distance = arc_m(arrival, unit_vectors(places[:, 0], places[:, 1])[None]) / 1000.0
    nearest = np.where(distance.min(axis=1) <= within_km, distance.argmin(axis=1), len(receptors))
    named = np.isin(trajectories.receptor, list(receptors))
    return np.where(named, trajectories.receptor, names[nearest])


def _arrival(trajectories: BackwardTrajectories, row: int) -> str:
    time, lon, lat = trajectories.arrival_time[row], trajectories.lon[row, 0], trajectories.lat[row, 0]
    return f"{shown(time)} at {lon:.2f} E, {lat:.2f} N"


def of_length(trajectories: BackwardTrajectories, hours: float) -> BackwardTrajectories:
    """The same cut to a length; those that are shorter count as truncated.

    Raises:
        InputError: when the length is no whole number of steps above 0.
    """
    steps = hours / trajectories.step_h
    if not (steps >= 1 and abs(steps - round(steps)) < 1e-6):
        raise InputError(f"{hours:g} h are not whole steps of {trajectories.step_h:g} h above 0")
    points, held = round(steps) + 1, len(trajectories.age_h)
    more = max(points - held, 0)
    age = np.arange(points) * trajectories.step_h

    def cut(values: np.ndarray) -> np.ndarray:
        return np.pad(values[:, :points], ((0, 0), (0, more)), constant_values=np.nan)

    lon, lat, height = (cut(getattr(trajectories, name)) for name in ("lon", "lat", "height_m"))
    reached = np.isfinite(lon[:, -1])
    reasons = tuple(
        "" if whole else reason or f"followed for {trajectories.age_h[-1]:g} h"
        for whole, reason in zip(reached, trajectories.reasons, strict=True)
    )
    return BackwardTrajectories(
        trajectories.receptor, trajectories.arrival_time, age, lon, lat, height, reasons
    )
