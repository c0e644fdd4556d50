"""A made case whose source area is known: air that wanders, and takes up what one area emits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foundation.grids import Grid, GridConfig
from sources.trajectory_statistics.arrivals import BackwardTrajectories
from sources.trajectory_statistics.measurements import ConcentrationSeries

__all__ = ["MadeCase", "made_case", "wandering"]

_KM_A_DEGREE = 111.2
_RECEPTORS = {"urumqi": (87.6, 43.8), "yining": (81.3, 43.9), "altay": (88.1, 47.8)}
_START = np.datetime64("2019-01-01T00:00", "ns")


@dataclass(frozen=True)
class MadeCase:
    """Trajectories, what was measured on their arrival, and where it came from.

    Attributes:
        trajectories: complete, hourly.
        series: hourly means of `pm25` at the receptors, µg m-3.
        source_area: western, eastern, southern and northern side of the area that emits, degrees.
        grid: cells of 1°, of which some make up the area exactly.
    """

    trajectories: BackwardTrajectories
    series: list[ConcentrationSeries]
    source_area: tuple[float, float, float, float]
    grid: Grid


def wandering(
    arrivals: int, receptors: int = 1, hours: int = 72, every_h: int = 6, seed: int = 1
) -> BackwardTrajectories:
    """Trajectories that turn and change speed slowly, from one arrival to the next too.

    Args:
        arrivals: number of arrival times.
        receptors: 1 to 3.
        hours: length of each.
        every_h: hours from one arrival to the next.
        seed: of the random numbers.
    """
    generator = np.random.default_rng(seed)
    bearing = np.cumsum(generator.normal(0.0, 0.5, arrivals)) + generator.uniform(0, 2 * np.pi)
    speed_km_h = np.exp(generator.normal(np.log(18.0), 0.35, arrivals))
    bend = generator.normal(0.0, 0.12, (arrivals, hours)).cumsum(axis=1)
    names = list(_RECEPTORS)[:receptors]
    parts = []
    for name in names:
        lon, lat = _RECEPTORS[name]
        course = bearing[:, None] + bend
        east = np.cumsum(speed_km_h[:, None] * np.sin(course), axis=1) / _KM_A_DEGREE
        north = np.cumsum(speed_km_h[:, None] * np.cos(course), axis=1) / _KM_A_DEGREE
        start = np.zeros((arrivals, 1))
        parts.append((
            lon + np.hstack([start, east]) / np.cos(np.deg2rad(lat)),
            np.clip(lat + np.hstack([start, north]), -89.0, 89.0),
        ))  # fmt: skip
    times = _START + np.arange(arrivals) * np.timedelta64(every_h, "h")
    lons, lats = (np.concatenate([part[index] for part in parts]) for index in (0, 1))
    return BackwardTrajectories(
        np.repeat(names, arrivals), np.tile(times, len(names)), np.arange(hours + 1.0),
        lons, lats, np.full(lons.shape, 500.0), ("",) * len(lons),
    )  # fmt: skip


def made_case(arrivals: int = 3000, receptors: int = 1, seed: int = 1, noise: float = 0.25) -> MadeCase:
    """A case in which only the area 84 to 86 E, 45 to 47 N emits, over 10 µg m-3 that are always there.

    Each hour over the area adds 12 µg m-3, whatever its age; measurements scatter by the factor exp(noise).
    """
    area = (84.0, 86.0, 45.0, 47.0)
    trajectories = wandering(arrivals, receptors, seed=seed)
    over = (trajectories.lon >= area[0]) & (trajectories.lon < area[1])
    over &= (trajectories.lat >= area[2]) & (trajectories.lat < area[3])
    scatter = np.exp(np.random.default_rng(seed + 1).normal(0.0, noise, len(trajectories)))
    values = (10.0 + 12.0 * over.sum(axis=1)) * scatter
    series = []
    for name in trajectories.receptors:
        rows = trajectories.receptor == name
        times = trajectories.arrival_time[rows]
        series.append(ConcentrationSeries(name, "pm25", "ug m-3", "hour", times, values[rows]))
    box = GridConfig(
        name="made", west=72.0, east=104.0, south=34.0, north=54.0, step_deg=1.0, layer_tops_m=(3000.0,)
    )
    return MadeCase(trajectories, series, area, box.grid())
