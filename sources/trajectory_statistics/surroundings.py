"""A grid around the points of trajectories, for those who name none."""

from __future__ import annotations

import numpy as np

from foundation.errors import InputError
from foundation.grids import Grid, GridConfig
from sources.trajectory_statistics.arrivals import BackwardTrajectories

__all__ = ["grid_around"]

_MOST_CELLS = 2_000_000


def grid_around(trajectories: BackwardTrajectories, step_deg: float, top_m: float) -> Grid:
    """Cells of a size that hold every point of some trajectories.

    Args:
        trajectories: to be held.
        step_deg: size of a cell, degrees.
        top_m: greatest height that counts, above ground.

    Raises:
        InputError: when that were too many cells.
    """
    if not step_deg > 0 or not top_m > 0:
        raise InputError(f"cells of {step_deg:g}° to {top_m:g} m", remedy="Give sizes above 0")
    sides = []
    for values in (trajectories.lon, trajectories.lat):
        low = np.floor(np.nanmin(values) / step_deg) * step_deg
        cells = max(int(np.floor((np.nanmax(values) - low) / step_deg)) + 1, 3)
        sides.append((float(low), float(low + cells * step_deg), cells))
    (west, east, columns), (south, north, rows) = sides
    if rows * columns > _MOST_CELLS or east - west > 360 or not -90 < south < north < 90:
        raise InputError(
            f"the points span {west:g} to {east:g} E, {south:g} to {north:g} N",
            remedy="Name a grid, or larger cells",
        )
    return GridConfig(
        name="around", west=west, east=east, south=south, north=north, step_deg=step_deg,
        layer_tops_m=(top_m,),
    ).grid()  # fmt: skip
