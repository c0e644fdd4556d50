"""Emissions of a data set as the model takes them; each source is a tag."""

from __future__ import annotations

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.species import SpeciesTable
from atmosphere.transport.tracers import Emissions
from foundation.atmospheric_contracts import EMISSIONS
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.times import shown

__all__ = ["BOUNDARY", "INITIAL", "Emitter", "tag_names"]

BOUNDARY, INITIAL = "boundary", "initial"
"""Tags of what flows in from outside, and of what was there when the first run began."""


def tag_names(emissions: xr.Dataset) -> tuple[str, ...]:
    """The tags of a run: every source, then `boundary` and `initial`."""
    return (*map(str, emissions["source"].values), BOUNDARY, INITIAL)


class Emitter:
    """Gives the emissions of any hour: where and what is kept once, how much changes with the hour.

    Args:
        emissions: keeps `EMISSIONS`, on the grid.
        grid: the model's grid.
        table: the species of the run.

    Raises:
        ContractError: when the emissions break their contract.
        InputError: when they lie on another grid or emit a species that is not carried.
    """

    def __init__(self, emissions: xr.Dataset, grid: Grid, table: SpeciesTable) -> None:
        EMISSIONS.check(emissions, "emissions")
        _check(emissions, grid, table)
        self.tags = tag_names(emissions)
        self._times = emissions["time"].values.astype("datetime64[ns]")
        self._factors = emissions["time_factor"].values
        flux = emissions["emission_flux"].transpose("layer", "y", "x", "species", "source").values
        rates = np.zeros((*flux.shape[:3], len(table.names), len(self.tags)), np.float32)
        places = [table.index(str(name)) for name in emissions["species"].values]
        area = grid.cell_area_m2[None, :, :, None, None]
        rates[:, :, :, places, : flux.shape[-1]] = flux * area
        self._mean = Emissions.from_fields(torch.from_numpy(rates))
        self._source = self._mean.slot.long() % len(self.tags)

    @property
    def layers(self) -> int:
        """Number of layers that emissions reach."""
        return int(self._mean.layer.max()) + 1 if len(self._mean.layer) else 1

    def at(self, start: np.datetime64) -> Emissions:
        """The emissions of the hour that begins then.

        Raises:
            InputError: when the data set does not hold that hour.
        """
        found = np.flatnonzero(self._times == start)
        if not found.size:
            raise InputError(
                f"no hour {shown(start)} Beijing time; the first is {shown(self._times[0])}, the last "
                f"{shown(self._times[-1])}", where="emissions", remedy="Make emissions for every hour",
            )  # fmt: skip
        factors = torch.from_numpy(self._factors[found[0]].astype(np.float32))
        return self._mean.scaled(factors[self._source])


def _check(emissions: xr.Dataset, grid: Grid, table: SpeciesTable) -> None:
    layers, rows, columns = grid.shape
    sizes = tuple(emissions.sizes[dim] for dim in ("y", "x"))
    if sizes != (rows, columns) or emissions.sizes["layer"] > layers:
        raise InputError(
            f"expected {rows} rows, {columns} columns and at most {layers} layers, got {sizes[0]}, "
            f"{sizes[1]} and {emissions.sizes['layer']}", where="emissions",
        )  # fmt: skip
    for axis, wanted in (("y", grid.lat), ("x", grid.lon)):
        off = float(np.abs(emissions[axis].values - wanted).max())
        if not off < 1e-3:
            raise InputError(f"{axis}: up to {off:.3g}° from the grid's centres", where="emissions")
    if not np.array_equal(emissions["layer"].values, np.arange(emissions.sizes["layer"])):
        raise InputError("layer: expected 0, 1, 2 and so on from the ground", where="emissions")
    for name in map(str, emissions["species"].values):
        if name not in table.names:
            carried = ", ".join(table.names)
            raise InputError(f"species {name!r} is not carried; got {carried}", where="emissions",
                             remedy="Leave it out, or add it to configs/physical.yaml")  # fmt: skip
