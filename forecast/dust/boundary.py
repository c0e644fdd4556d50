"""Dust of a wide domain flows into a finer one inside it, every region of dust as the tag that it is.

The wide run's mixing ratios are taken every hour, bilinearly, at the centres of the cells that would lie just
outside the finer grid's sides; an hour's inflow is the mean of both its ends, as its winds are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from atmosphere.transport.tracers import Outside
from forecast.physical.emitting import BOUNDARY
from forecast.physical.run import Run
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.times import HOUR, shown

__all__ = ["Shell", "couple"]

_SIDES = ("west", "east", "south", "north")


@dataclass
class Shell:
    """What a wide run holds around a grid inside it.

    Attributes:
        wide: grid of the wide run.
        inner: the grid inside it, with the same layers.
        species: of the wide run, in order.
        tags: of the wide run, in order.
    """

    wide: Grid
    inner: Grid
    species: tuple[str, ...]
    tags: tuple[str, ...]
    _points: dict[str, tuple[torch.Tensor, torch.Tensor]] = field(default_factory=dict)
    _held: dict[np.datetime64, dict[str, torch.Tensor]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find where to look.

        Raises:
            InputError: when layers differ, or the inner grid's surroundings are not within the wide one.
        """
        if not np.array_equal(self.wide.layer_edges_m, self.inner.layer_edges_m):
            raise InputError("boundary: expected both domains to have the same layers")
        lon, lat = self.inner.lon, self.inner.lat
        out_x, out_y = 0.5 * np.diff(self.inner.lon_edges[:2])[0], 0.5 * np.diff(self.inner.lat_edges[:2])[0]
        ends = {
            "west": (np.full(len(lat), self.inner.lon_edges[0] - out_x), lat),
            "east": (np.full(len(lat), self.inner.lon_edges[-1] + out_x), lat),
            "south": (lon, np.full(len(lon), self.inner.lat_edges[0] - out_y)),
            "north": (lon, np.full(len(lon), self.inner.lat_edges[-1] + out_y)),
        }
        for side, (x, y) in ends.items():
            self._points[side] = _bilinear(self.wide, x, y)

    def watch(self, time: np.datetime64, state: torch.Tensor, _mass: torch.Tensor) -> None:
        """Keep what the sides need of a state of the wide run, (member, z, y, x, species, tag); UTC."""
        flat = state.flatten(2, 3)
        self._held[time.astype("datetime64[ns]")] = {
            side: (flat[:, :, cells] * share[:, :, None, None].to(state)).sum(3)
            for side, (cells, share) in self._points.items()
        }

    def inflow(
        self, base: Outside, species: Sequence[str], tags: Sequence[str], time: np.datetime64
    ) -> Outside:
        """What flows into the inner domain in the hour that begins then.

        Args:
            base: what flows in besides, of the inner run.
            species: of the inner run.
            tags: of the inner run; a tag of the wide run that is not among them becomes `boundary`.
            time: UTC.

        Raises:
            InputError: when the wide run did not reach both ends of the hour, or a species is not carried.
        """
        ends = [one.astype("datetime64[ns]") for one in (time, time + HOUR)]
        if not all(end in self._held for end in ends):
            raise InputError(f"boundary: the wide run holds nothing for {shown(time)} Beijing time",
                             remedy="Run it for the same hours")  # fmt: skip
        missing = [name for name in self.species if name not in species]
        if missing:
            raise InputError(
                f"boundary: {missing[0]!r} is not carried inside", remedy="Add it to the species"
            )
        to = [list(tags).index(tag if tag in tags else BOUNDARY) for tag in self.tags]
        rows = [list(species).index(name) for name in self.species]
        sides = {}
        for side in _SIDES:
            mean = 0.5 * (self._held[ends[0]][side] + self._held[ends[1]][side])
            filled = getattr(base, side).clone()
            for place, row in enumerate(rows):
                filled[..., row, :].index_add_(-1, torch.tensor(to), mean[..., place, :].to(filled))
            sides[side] = filled
        return Outside(**sides, top=base.top)


def couple(run: Run, shell: Shell) -> None:
    """Let the dust of a wide run flow into a run inside it, beside what flows in already."""
    base = run.driver.outside
    if not isinstance(base, Outside):
        raise InputError("boundary: the run is coupled already")
    species, tags = run.driver.table.names, run.driver.emitter.tags
    run.driver.outside = lambda time: shell.inflow(base, species, tags, time)


def _bilinear(grid: Grid, lon: np.ndarray, lat: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Cells y * x around points and their shares, both (point, 4).

    Raises:
        InputError: for points that are not between the centres of cells.
    """
    found = []
    for name, centres, wanted in (("lon", grid.lon, lon), ("lat", grid.lat, lat)):
        if wanted.min() < centres[0] or wanted.max() > centres[-1]:
            raise InputError(
                f"boundary: {name} {wanted.min():g} to {wanted.max():g} is not within the wide domain's "
                f"{centres[0]:g} to {centres[-1]:g}", remedy="Choose a domain well inside the other",
            )  # fmt: skip
        low = np.clip(np.searchsorted(centres, wanted, side="right") - 1, 0, len(centres) - 2)
        found.append((low, (wanted - centres[low]) / (centres[low + 1] - centres[low])))
    (column, east), (row, north) = found
    cells = [(row + j) * grid.shape[2] + column + i for j in (0, 1) for i in (0, 1)]
    share = [(north if j else 1 - north) * (east if i else 1 - east) for j in (0, 1) for i in (0, 1)]
    return torch.from_numpy(np.stack(cells, 1)), torch.from_numpy(np.stack(share, 1))
