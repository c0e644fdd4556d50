"""How long air stayed near the ground, cell by cell: what a footprint is made of.

The time that backward particles spend below half the mixing height is proportional to the sensitivity of the
receptor to emissions at the ground (Lin et al. 2003, doi:10.1029/2002JD003161, equation 8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atmosphere.trajectories.results import Trajectories
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["ResidenceTime", "residence_time"]


@dataclass(frozen=True)
class ResidenceTime:
    """Mean time of a particle in the lower half of the mixed layer, or below a given height.

    Attributes:
        seconds: in each cell, s, shape (y, x).
        outside_s: beyond the grid, s.
        complete_share: share of the particles followed to the end; below 1 the time is a lower bound.
    """

    seconds: np.ndarray
    outside_s: float
    complete_share: float


def residence_time(trajectories: Trajectories, grid: Grid, depth_m: float | None = None) -> ResidenceTime:
    """Share out each particle's time to the cells in which its places lie.

    Args:
        trajectories: of a run with turbulence, with outputs much closer together than a cell is crossed.
        grid: cells to count in.
        depth_m: count below this height above ground; below half of the mixing height by default.

    Raises:
        InputError: when the run was without turbulence, and so without mixing heights, and no depth is given.
    """
    low = trajectories.valid & (trajectories.height_m < _top(trajectories, depth_m))
    weights = _time_weights(trajectories)
    middle = 0.5 * (grid.lon_edges[0] + grid.lon_edges[-1])
    lon = middle + (trajectories.lon[low] - middle + 180.0) % 360.0 - 180.0
    seconds, _, _ = np.histogram2d(
        trajectories.lat[low], lon, bins=(grid.lat_edges, grid.lon_edges), weights=weights[low]
    )
    particles = trajectories.lon.shape[1]
    outside = (weights[low].sum() - seconds.sum()) / particles
    return ResidenceTime(seconds / particles, float(outside), float(trajectories.complete.mean()))


def _time_weights(trajectories: Trajectories) -> np.ndarray:
    """Half of the time to the place before and to the place after, as far as both are valid; s."""
    steps = np.abs(np.diff(trajectories.times) / np.timedelta64(1, "s"))[:, None]
    both = trajectories.valid[1:] & trajectories.valid[:-1]
    weights = np.zeros(trajectories.lon.shape)
    weights[:-1] += 0.5 * steps * both
    weights[1:] += 0.5 * steps * both
    return weights


def _top(trajectories: Trajectories, depth_m: float | None) -> np.ndarray | float:
    if depth_m is not None:
        return depth_m
    if trajectories.mixing_height_m is None:
        raise InputError("residence time: expected a run with turbulence, got one without mixing heights")
    return 0.5 * trajectories.mixing_height_m
