"""Footprints by backward particles: a check of the adjoint by a model that shares only the weather with it.

The time that a particle spends in the air above a cell, below a depth h, is the time in which it takes up
what is emitted there: Q kg/s spread over an area A and the depth h adds Q dt / (rho A h) to its mixing ratio.
The mean over particles that leave a receptor, times the receptor's density, is the sensitivity of its
concentration to Q (Lin et al. 2003, doi:10.1029/2002JD003161, equations 6 to 8; Seibert and Frank 2004,
doi:10.5194/acp-4-51-2004).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from atmosphere.trajectories.columns import air_density
from atmosphere.trajectories.configuration import TrajectoryConfig, TurbulenceConfig
from atmosphere.trajectories.residence import ResidenceTime, residence_time
from atmosphere.trajectories.runs import Release, run_trajectories
from atmosphere.trajectories.weather_nodes import weather_nodes
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.times import HOUR
from sources.footprints.configuration import ParticleConfig
from sources.footprints.targets import Target

__all__ = ["ParticleFootprint", "particle_footprint"]


@dataclass(frozen=True)
class ParticleFootprint:
    """What backward particles say.

    Attributes:
        sensitivity: rise of the mean by 1 kg/s emitted evenly below the depth since then, s m-3, (y, x).
        since: how far back they went, UTC.
        particles: how many there were.
        complete_share: share of them that stayed in the weather's area to the end.
    """

    sensitivity: np.ndarray
    since: np.datetime64
    particles: int
    complete_share: float


def particle_footprint(  # noqa: PLR0913, PLR0917 - weather, receptor and how
    weather: xr.Dataset, target: Target, grid: Grid, depth_m: float, since: np.datetime64,
    config: ParticleConfig, seed: int = 0, progress: Callable[[int, int], None] | None = None,
) -> ParticleFootprint:  # fmt: skip
    """Release particles in the lowest layer of the receptor's cells and follow them back.

    Args:
        weather: keeps `METEOROLOGY`, on the model's grid, from `since` to the end of the mean.
        target: the mean; instants and places have the shares that the model's products give them.
        grid: the model's grid.
        depth_m: height below which particles take up what is emitted.
        since: they go back to here, UTC.
        config: how many, and how often they are counted.
        seed: of the turbulence and of the starts.
        progress: told releases done and their number.

    Raises:
        InputError: when the weather does not cover that time, or `since` is not before the end of the mean.
    """
    if not since < target.end:
        raise InputError("particles: expected to go back to before the end of the mean")
    air = weather.sel(time=slice(since, target.end))
    density = air_density(air)[:, 0].mean(0)
    cloud = _Cloud(air, target, grid, config, since, seed)
    instants = np.arange(target.start, target.end + HOUR, HOUR)
    seconds, complete = np.zeros(grid.shape[1:]), 0.0
    for number, instant in enumerate(instants):
        share = target.share_at(instant)
        stay = cloud.stay(instant, share, depth_m)
        seconds += share * stay.seconds
        complete += share * stay.complete_share
        if progress is not None:
            progress(number + 1, len(instants))
    received = np.mean([density[cell] for cell in target.cells])
    sensitivity = received * seconds / (density * grid.cell_area_m2 * depth_m)
    return ParticleFootprint(sensitivity, since, cloud.released, complete)


class _Cloud:
    """Particles of one receptor, released at one instant after the other."""

    def __init__(
        self, weather: xr.Dataset, target: Target, grid: Grid, config: ParticleConfig,
        since: np.datetime64, seed: int,
    ) -> None:  # fmt: skip
        self.released = 0
        self._target, self._grid, self._config, self._since = target, grid, config, since
        self._way = TrajectoryConfig(turbulence=TurbulenceConfig(seed=seed))
        self._nodes = weather_nodes(weather, self._way)
        self._draw = np.random.default_rng(seed)

    def stay(self, instant: np.datetime64, share: float, depth_m: float) -> ResidenceTime:
        """Where the particles of an instant stayed, on the way back, below the depth."""
        if instant <= self._since:
            return ResidenceTime(np.zeros(self._grid.shape[1:]), 0.0, 1.0)
        start = self._release(instant, max(round(self._config.count * share), 1))
        hours = float((self._since - instant) / HOUR)
        found = run_trajectories(self._nodes, start, hours, self._way, self._config.output_s)
        return residence_time(found, self._grid, depth_m)

    def _release(self, instant: np.datetime64, count: int) -> Release:
        """Particles spread evenly in the lowest layer of the cells."""
        cell = np.array(self._target.cells)[np.arange(count) % len(self._target.cells)]
        places = [
            edges[cell[:, axis]] + self._draw.random(count) * np.diff(edges)[cell[:, axis]]
            for axis, edges in ((1, self._grid.lon_edges), (0, self._grid.lat_edges))
        ]
        height = self._draw.random(count) * self._grid.layer_edges_m[1]
        first, self.released = self.released, self.released + count
        return Release(places[0], places[1], height, instant, first)
