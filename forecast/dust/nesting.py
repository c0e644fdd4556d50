"""Proof that dust passes from the wide domain into a finer one inside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.proofs.proof import Proof
from emissions_inventory.natural import dust_emissions
from forecast.dust.basin import START, basin_grid, basin_weather, hours, of_length, strong_scheme
from forecast.dust.boundary import Shell, couple
from forecast.dust.responses import emitting_only
from forecast.physical.run import Run
from foundation.grids import Grid

__all__ = ["Box", "nested_masses", "nesting_proofs"]

_BOUND = 0.05
_HOURS = 22
"""By then the plume is inside, and its head has not reached the eastern side."""


@dataclass
class Box:
    """Mass of every tag within a box, kg, hour by hour; every array (species, tag)."""

    rows: slice
    columns: slice
    masses: list[np.ndarray]

    @classmethod
    def of(cls, grid: Grid, inside: Grid) -> Box:
        """The cells of a grid within the edges of another."""
        found = []
        for edges, wanted in ((grid.lat_edges, inside.lat_edges), (grid.lon_edges, inside.lon_edges)):
            low, high = (int(np.abs(edges - end).argmin()) for end in (wanted[0], wanted[-1]))
            found.append(slice(low, high))
        return cls(found[0], found[1], [])

    def watch(self, _time: np.datetime64, state: torch.Tensor, mass: torch.Tensor) -> None:
        """Take what is in the box."""
        inside = state[0, :, self.rows, self.columns].double(), mass[0, :, self.rows, self.columns].double()
        self.masses.append(torch.einsum("zyxst,zyx->st", *inside).numpy())


def nested_masses(step_deg: float = 0.1, count: int = _HOURS) -> tuple[np.ndarray, np.ndarray]:
    """Dust within the inner domain, by the wide run and by the run inside it that emits nothing itself.

    Both have the wide domain's weather, as they have that of one file.

    Returns:
        Both (hour, tag), kg; tags are the regions of dust.
    """
    wide, inner = basin_grid(), basin_grid(84.0, 90.0, 43.0, 46.0, step_deg)
    weather = basin_weather(wide, count=count)
    emitted = emitting_only(dust_emissions(weather, wide, strong_scheme(), 0.8, hours(count)).dataset)
    outer = Run.of([weather], wide, emitted, START, of_length(count).model)
    table, tags = outer.driver.table.names, outer.driver.emitter.tags
    shell, box = Shell(wide, inner, table, tags), Box.of(wide, inner)

    def both(time: np.datetime64, state: torch.Tensor, mass: torch.Tensor) -> None:
        shell.watch(time, state, mass)
        box.watch(time, state, mass)

    outer.watch = both
    outer.go(None, None, None)
    inside = Run.of([weather], inner, _silent(emitted, inner), START, of_length(count).model)
    couple(inside, shell)
    found = Box.of(inner, inner)
    inside.watch = found.watch
    inside.go(None, None, None)
    own = np.array(box.masses).sum(1), np.array(found.masses).sum(1)
    return own[0][:, :-2], own[1][:, :-2]


def _silent(emissions: xr.Dataset, grid: Grid) -> xr.Dataset:
    """The same sources on another grid, where nothing is emitted."""
    none = emissions.isel(stream=slice(0, 0), y=np.zeros(grid.shape[1], int), x=np.zeros(grid.shape[2], int))
    return none.assign_coords(
        y=("y", grid.lat, {"units": "degrees_north"}), x=("x", grid.lon, {"units": "degrees_east"})
    )


def nesting_proofs() -> list[Proof]:
    """Mass that has come in, of all tags together."""
    wide, inside = (masses.sum(1) for masses in nested_masses())
    off = float(abs(inside[-1] / wide[-1] - 1))
    kilotonnes = f"{wide[-1] / 1e6:.3g} kt by the wide run, {inside[-1] / 1e6:.3g} kt inside"
    note = f"after {len(wide) - 1} h: {kilotonnes}; half after {_half(wide):.1f} and {_half(inside):.1f} h"
    return [Proof("dust that passed from the wide into the inner domain", off, _BOUND, note=note)]


def _half(masses: np.ndarray) -> float:
    """Hours after which half of the last mass is in."""
    return float(np.interp(masses[-1] / 2, masses, np.arange(len(masses))))
