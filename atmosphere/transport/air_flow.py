"""From weather on the model's grid to the air that the model moves: its mass, and fluxes that fit it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from atmosphere.meteorology.column_balance import ColumnBalance, balanced
from atmosphere.meteorology.grid_fit import Members, check_on_grid
from atmosphere.meteorology.mass_fluxes import air_mass, face_fluxes, outflow, upward_flux
from atmosphere.transport.forcing import AirFlow
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["air_flow", "air_flows"]

_NEEDED = ("eastward_wind", "northward_wind", "air_temperature", "air_pressure")


def air_flow(
    weather: Members,
    grid: Grid,
    first: np.datetime64,
    second: np.datetime64,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> AirFlow:
    """Air mass and its flow between two times of a weather data set.

    The air mass is hydrostatic; the horizontal flux is the mean of density times wind at both times, with the
    correction of `atmosphere.meteorology.column_balance`, so that little air leaves through the top; the
    vertical flux follows from continuity upward from 0 at the ground, from the *rounded* masses and
    horizontal fluxes. So `mass_after(duration_s)` is the mass at the second time to the rounding of the
    vertical flux.

    Args:
        weather: keeps `METEOROLOGY`, on the layers and columns of the grid; or one for each ensemble member.
        grid: the model's grid.
        first: one of its times.
        second: a later one.
        dtype: floating type of the result; all is computed in float64.
        device: where the result shall lie.

    Raises:
        InputError: when the weather is on another grid, lacks a level or a time, or holds no number.
    """
    members = check_on_grid(weather, grid)
    before, after = (_state(members, grid, np.datetime64(time)) for time in (first, second))
    return _Making(grid, dtype, device, ColumnBalance()).between(before, after)


def air_flows(
    weather: Members,
    grid: Grid,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    balance: ColumnBalance | None = None,
) -> Iterator[AirFlow]:
    """The flow of every interval between successive times, in order; see `air_flow`.

    Args:
        weather: keeps `METEOROLOGY`, on the layers and columns of the grid; or one for each ensemble member.
        grid: the model's grid.
        dtype: floating type of the result.
        device: where the result shall lie.
        balance: how far winds and the flow through the top are trusted.

    Raises:
        InputError: as `air_flow`, and when there are fewer than two times.
    """
    members = check_on_grid(weather, grid)
    times = members[0]["time"].values
    if len(times) < 2:
        raise InputError(f"weather: expected two or more times, got {len(times)}")
    making = _Making(grid, dtype, device, balance or ColumnBalance())
    before = _state(members, grid, times[0])
    for time in times[1:]:
        after = _state(members, grid, time)
        yield making.between(before, after)
        before = after


@dataclass(frozen=True)
class _State:
    """Air at one instant: mass (kg) and density times wind (kg m-2 s-1), each (member, z, y, x)."""

    time: np.datetime64
    mass: np.ndarray
    east: np.ndarray
    north: np.ndarray


def _state(members: Sequence[xr.Dataset], grid: Grid, time: np.datetime64) -> _State:
    fields = [_mass_and_momentum(member, grid, time) for member in members]
    mass, east, north = (np.stack(parts) for parts in zip(*fields, strict=True))
    return _State(time, mass, east, north)


def _mass_and_momentum(
    member: xr.Dataset, grid: Grid, time: np.datetime64
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    times = member["time"].values
    places = np.flatnonzero(times == time)
    if not len(places):
        raise InputError(
            f"no time {time}; it holds {len(times)} from {times[0]} to {times[-1]}", where="weather"
        )
    names = [*_NEEDED, *(["specific_humidity"] if "specific_humidity" in member.variables else [])]
    values = {name: member[name].values[places[0]].astype(np.float64) for name in names}
    for name, field in values.items():
        bad = np.nonzero(~np.isfinite(field))
        if len(bad[0]):
            first = ", ".join(f"{axis} {at[0]}" for axis, at in zip(("level", "y", "x"), bad, strict=True))
            what = f"{name}: {len(bad[0])} values are no numbers, first at {first}"
            raise InputError(what, where=f"weather at {str(time)[:16]}")
    mass = air_mass(values["air_pressure"], values["air_temperature"], values.get("specific_humidity"), grid)
    density = mass / (grid.layer_thickness_m[:, None, None] * grid.cell_area_m2)
    return mass, density * values["eastward_wind"], density * values["northward_wind"]


@dataclass(frozen=True)
class _Making:
    """How states become flows."""

    grid: Grid
    dtype: torch.dtype
    device: torch.device | str
    balance: ColumnBalance

    def between(self, before: _State, after: _State) -> AirFlow:
        """Mean flow between two states, made consistent with both masses."""
        seconds = float((after.time - before.time) / np.timedelta64(1, "s"))
        if not seconds > 0:
            raise InputError(f"weather: expected a second time after {before.time}, got {after.time}")
        east, north = 0.5 * (before.east + after.east), 0.5 * (before.north + after.north)
        flux_x, flux_y = face_fluxes(east, north, self.grid)
        excess = (outflow(flux_x, flux_y) + (after.mass - before.mass) / seconds).sum(axis=1)
        mean_mass = 0.5 * (before.mass + after.mass)
        flux_x, flux_y = balanced(flux_x, flux_y, mean_mass, excess, self.grid, self.balance)
        rounded = [
            torch.from_numpy(part).to(self.dtype) for part in (before.mass, after.mass, flux_x, flux_y)
        ]
        mass, next_mass, across_x, across_y = (part.double().numpy() for part in rounded)
        flux_z = upward_flux(outflow(across_x, across_y), (next_mass - mass) / seconds)
        made = (rounded[0], rounded[2], rounded[3], torch.from_numpy(flux_z).to(self.dtype))
        on_device = [part.to(self.device) for part in made]
        return AirFlow(on_device[0], on_device[1], on_device[2], on_device[3], seconds)
