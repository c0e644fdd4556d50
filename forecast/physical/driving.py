"""From weather and emissions to what drives the model, an hour at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
import xarray as xr

from atmosphere.meteorology.grid_fit import check_on_grid
from atmosphere.meteorology.regridding import on_grid
from atmosphere.transport.air_flow import air_flows
from atmosphere.transport.model import Hour
from atmosphere.transport.processes.assembling import assemble, nitrate_particle_share
from atmosphere.transport.processes.parameters import parameter_values
from atmosphere.transport.processes.weather_fields import weather_fields
from atmosphere.transport.species import SpeciesTable
from atmosphere.transport.tracers import Outside
from forecast.physical.emitting import Emitter
from forecast.physical.threads import one_thread
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.times import HOUR, shown

__all__ = ["DrivenHour", "Driver", "GroundAir"]

_PIECE_HOURS = 12
"""Hours of weather brought onto the grid at once."""


@dataclass(frozen=True)
class GroundAir:
    """The lowest layer at an instant; both (member, y, x).

    Attributes:
        density: kg m-3.
        nitrate_share: share of total nitrate that is particle, 0 to 1.
    """

    density: torch.Tensor
    nitrate_share: torch.Tensor


@dataclass(frozen=True)
class DrivenHour:
    """An hour, when it ends (UTC), and the air near the ground when it begins and ends."""

    hour: Hour
    end: np.datetime64
    before: GroundAir
    after: GroundAir


@dataclass
class Driver:
    """Makes hours one after the other, so that a long run needs no more memory than a short one.

    Processes are those of the weather at the beginning of an hour, winds the mean of both ends.

    Attributes:
        weather: of each member; keeps `METEOROLOGY`, on the model's grid or on any other that covers it.
        grid: the model's grid.
        table: the species.
        emitter: the emissions.
        outside: what flows in; always the same, or asked for at the beginning of every hour (UTC).
        fallbacks: what stood in for variables that the weather does not hold, by variable; grows.
    """

    weather: Sequence[xr.Dataset]
    grid: Grid
    table: SpeciesTable
    emitter: Emitter
    outside: Outside | Callable[[np.datetime64], Outside]
    fallbacks: dict[str, str] = field(default_factory=dict)

    @cached_property
    def covered(self) -> tuple[np.datetime64, np.datetime64]:
        """First and last time for which every member holds weather, UTC."""
        first = max(member["time"].values[0] for member in self.weather)
        return first, min(member["time"].values[-1] for member in self.weather)

    def hours(self, start: np.datetime64, end: np.datetime64) -> Iterator[DrivenHour]:
        """The hours between two instants.

        Raises:
            InputError: when the weather does not reach so far, lacks a variable or holds no number, or the
                emissions lack an hour.
            ContractError: when the weather breaks its contract.
        """
        while start < end:
            stop = min(start + _PIECE_HOURS * HOUR, end)
            piece = self._piece(np.arange(start, stop + HOUR, HOUR))
            while True:
                with one_thread():
                    driven = next(piece, None)
                if driven is None:
                    break
                yield driven
            start = stop

    def at(self, time: np.datetime64 | np.ndarray) -> tuple[xr.Dataset, ...]:
        """The weather of every member at one time or several, on the grid."""
        return self._on_grid(np.atleast_1d(np.asarray(time)))

    def ground_air(self, time: np.datetime64) -> GroundAir:
        """The lowest layer at one time."""
        members = self.at(time)
        fields = weather_fields(members, self.grid, parameter_values(dtype=torch.float32))
        return GroundAir(fields.density[:, 0], self._share(members, 0))

    def _piece(self, times: np.ndarray) -> Iterator[DrivenHour]:
        members = self._on_grid(times)
        volume = torch.from_numpy(self.grid.cell_area_m2 * self.grid.layer_thickness_m[0]).float()
        share = self._share(members, 0)
        for number, flow in enumerate(air_flows(members, self.grid)):
            now = [member.isel(time=[number]) for member in members]
            made = assemble(now, self.grid, self.table)
            self._remember(made.report.fallbacks)
            later = self._share(members, number + 1)
            emitted = self.emitter.at(times[number], made.fields)
            outside = self.outside if isinstance(self.outside, Outside) else self.outside(times[number])
            hour = Hour(flow, made.processes, outside, emitted)
            yield DrivenHour(
                hour, times[number + 1], GroundAir(flow.mass[:, 0] / volume, share),
                GroundAir(flow.mass_after(flow.duration_s)[:, 0] / volume, later),
            )  # fmt: skip
            share = later

    def _share(self, members: Sequence[xr.Dataset], number: int) -> torch.Tensor:
        now = [member.isel(time=[number]) for member in members]
        return nitrate_particle_share(now, self.grid)[:, 0]

    def _remember(self, fallbacks: Sequence[str]) -> None:
        for line in fallbacks:
            self.fallbacks.setdefault(line.partition(":")[0].partition(" in ")[0], line)

    def _on_grid(self, times: np.ndarray) -> tuple[xr.Dataset, ...]:
        first, last = self.covered
        if times[0] < first or times[-1] > last:
            raise InputError(
                f"expected {shown(times[0])} to {shown(times[-1])} Beijing time, got {shown(first)} to "
                f"{shown(last)}",
                where="weather", remedy="Give weather that covers the run",
            )  # fmt: skip
        return tuple(self._member(member, times) for member in self.weather)

    def _member(self, member: xr.Dataset, times: np.ndarray) -> xr.Dataset:
        if not _lies_on(member, self.grid) or not np.isin(times, member["time"].values).all():
            return on_grid(member, self.grid, times)
        return member.sel(time=times).load()


def _lies_on(member: xr.Dataset, grid: Grid) -> bool:
    """Whether weather is on the grid already; if it is not, regridding says what it lacks."""
    try:
        check_on_grid(member.isel(time=[0]), grid)
    except InputError:
        return False
    return True
