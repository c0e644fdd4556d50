"""The state of a run in a file, so that a later run goes on where it was, bit for bit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import xarray as xr

from foundation.errors import InputError, RunError
from foundation.grids import Grid
from foundation.store import written_beside
from foundation.times import shown

__all__ = ["Restart", "read_restart", "write_restart"]

_DIMS = ("z", "y", "x", "species", "tag")
_EDGES = ("lon_edges", "lat_edges", "layer_edges_m")
_TITLE = "restart state of the transport model"


@dataclass(frozen=True)
class Restart:
    """A state and all that a run needs to go on from it.

    Attributes:
        time: of the state, UTC.
        grid: on which it lies.
        species: names, in order.
        tags: names, in order.
        mixing_ratio: kg kg-1, shape (z, y, x, species, tag).
        steps_taken: by the model so far; the order of its sweeps alternates.
        synthetic: whether anything in it was invented.
    """

    time: np.datetime64
    grid: Grid
    species: tuple[str, ...]
    tags: tuple[str, ...]
    mixing_ratio: torch.Tensor
    steps_taken: int
    synthetic: bool = False

    def check(
        self, grid: Grid, species: Sequence[str], tags: Sequence[str],
        between: tuple[np.datetime64, np.datetime64] | None = None, where: str = "restart",
    ) -> Restart:  # fmt: skip
        """The same, when it fits a run.

        Args:
            grid: of the run.
            species: of the run.
            tags: of the run.
            between: earliest and latest time allowed, UTC.
            where: the file, for the message.

        Raises:
            InputError: naming the first thing that does not fit.
        """
        for name in _EDGES:
            mine, wanted = getattr(self.grid, name), getattr(grid, name)
            if not np.array_equal(mine, wanted):
                raise _unfit(f"a grid with {name} {_ends(wanted)}", _ends(mine), where)
        for name, mine, wanted in (("species", self.species, species), ("tags", self.tags, tags)):
            if tuple(mine) != tuple(wanted):
                raise _unfit(f"{name} {', '.join(wanted)}", ", ".join(mine), where)
        if between is not None and not between[0] <= self.time <= between[1]:
            span = f"a time from {shown(between[0])} to {shown(between[1])} Beijing time"
            raise _unfit(span, shown(self.time), where)
        return self


def _ends(edges: np.ndarray) -> str:
    return f"{edges[0]:g} to {edges[-1]:g} in {len(edges) - 1}"


def _unfit(expected: str, got: str, where: str) -> InputError:
    return InputError(
        f"expected {expected}, got {got}", where=where, remedy="Start without it, or choose its run"
    )


def write_restart(restart: Restart, path: str | Path) -> Path:
    """Write a state as NetCDF; a reader sees the whole file or none.

    Raises:
        RunError: when the file cannot be written.
    """
    target = Path(path)
    dataset = _dataset(restart)
    packing = {"zlib": True, "complevel": 1, "shuffle": True}
    try:
        with written_beside(target) as beside:
            dataset.to_netcdf(beside, engine="netcdf4", encoding={"mixing_ratio": packing})
            with beside.open("rb") as stream:
                os.fsync(stream.fileno())
    except (OSError, RuntimeError) as error:
        raise RunError(f"cannot write: {getattr(error, 'strerror', None) or error}", where=str(target),
                       remedy="Check the folder, its rights and its space") from error  # fmt: skip
    return target


def read_restart(path: str | Path) -> Restart:
    """Read a state; `Restart.check` then says whether it fits a run.

    Raises:
        InputError: when the file is absent, is not such a file, or holds negative values or no numbers.
    """
    where = str(path)
    try:
        with xr.open_dataset(path, engine="netcdf4", decode_timedelta=False) as opened:
            dataset = opened.load()
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            "cannot be read as a restart file", where=where, remedy="Start without it"
        ) from error
    needed = {"mixing_ratio", "time", "species", "tag", *_EDGES}
    missing = sorted(needed - set(map(str, dataset.variables)))
    if missing or dataset["mixing_ratio"].dims != _DIMS or "steps_taken" not in dataset.attrs:
        lacks = f"lacks {', '.join(missing)}" if missing else f"expected dimensions {_DIMS} and steps_taken"
        raise InputError(f"no restart file of this program: {lacks}", where=where, remedy="Start without it")
    values = dataset["mixing_ratio"].values
    if not np.isfinite(values).all() or (values < 0).any():
        raise InputError(
            "expected mixing ratios of 0 or more, got others", where=where, remedy="Start without it"
        )
    edges = [dataset[name].values for name in _EDGES]
    cells = tuple(len(edge) - 1 for edge in (edges[2], edges[1], edges[0]))
    if values.shape[:3] != cells or not str(dataset.attrs["steps_taken"]).isdigit():
        raise InputError(
            f"expected cells {cells} as its edges say and a count of steps, got {values.shape[:3]} and "
            f"{dataset.attrs['steps_taken']!r}", where=where, remedy="Start without it",
        )  # fmt: skip
    species, tags = (tuple(map(str, dataset[name].values)) for name in ("species", "tag"))
    return Restart(
        np.datetime64(dataset["time"].values.item(), "ns"), Grid(edges[0], edges[1], edges[2]), species, tags,
        torch.from_numpy(values), int(dataset.attrs["steps_taken"]), bool(dataset.attrs.get("synthetic", 0)),
    )  # fmt: skip


def _dataset(restart: Restart) -> xr.Dataset:
    edges = {name: (name, getattr(restart.grid, name)) for name in _EDGES}
    attributes = {"title": _TITLE, "steps_taken": restart.steps_taken, "synthetic": int(restart.synthetic)}
    values = restart.mixing_ratio.detach().cpu().numpy()
    return xr.Dataset(
        {"mixing_ratio": (_DIMS, values, {"units": "kg kg-1"}), "time": ((), restart.time), **edges},
        {"species": list(restart.species), "tag": list(restart.tags)},
        attributes,
    )
