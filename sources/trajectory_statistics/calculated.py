"""Backward trajectories calculated for a whole period of weather, arrival by arrival."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import xarray as xr

from foundation.errors import InputError
from foundation.times import HOUR, shown
from sources.trajectory_statistics.arrivals import BackwardTrajectories, joined
from sources.trajectory_statistics.trajectory_sets import calculate

__all__ = ["arrival_times", "calculated_sets"]


def arrival_times(weather_times: np.ndarray, hours: float, every_h: float) -> np.ndarray:
    """Times of arrival, UTC, for which the weather holds the whole way back.

    They are whole multiples of the interval from 00 UTC of the first day.

    Raises:
        InputError: when there is none, or hours and interval are not above 0.
    """
    if not hours > 0 or not every_h > 0:
        raise InputError(f"{hours:g} h, every {every_h:g} h", remedy="Give hours above 0")
    first, last = weather_times.min(), weather_times.max()
    begun = first.astype("datetime64[D]").astype("datetime64[ns]")
    number = int((last - begun) / HOUR / every_h) + 1
    times = begun + (np.arange(number) * every_h * 3600.0).astype("timedelta64[s]")
    held = times[(times - first) / HOUR >= hours]
    if not len(held):
        raise InputError(
            f"the weather, {shown(first)} to {shown(last)}, holds no {hours:g} h before an arrival",
            remedy="Give more weather, or fewer hours",
        )
    return np.asarray(held, dtype="datetime64[ns]")


def calculated_sets(
    weather: xr.Dataset,
    receptors: Mapping[str, tuple[float, float]],
    hours: float,
    height_m: float,
    every_h: float,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> BackwardTrajectories:
    """Trajectories to receptors at every arrival that the weather allows.

    Args:
        weather: keeps the contract of weather on a grid.
        receptors: longitude and latitude by name, degrees.
        hours: length.
        height_m: of arrival, above ground.
        every_h: between arrivals.
        progress: told how many arrivals of how many are done.

    Raises:
        InputError: when the weather is too short, or a receptor lies outside it.
    """
    from atmosphere.trajectories.configuration import TrajectoryConfig
    from atmosphere.trajectories.weather_nodes import weather_nodes

    times = arrival_times(weather["time"].values, hours, every_h)
    config = TrajectoryConfig()
    nodes = weather_nodes(weather, config)
    parts = []
    for number, time in enumerate(times, start=1):
        parts.append(calculate(nodes, receptors, np.array([time]), hours, height_m, config))
        progress(number, len(times))
    return joined(parts)
