"""Backward particles beside the adjoint, on the weather of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.model import Hour, TransportModel
from flows.adjoint import DrivenHours, TargetMeasures
from foundation.footprint_contracts import SENSITIVITY_UNITS
from foundation.times import HOUR

if TYPE_CHECKING:
    from flows.stored_run import Driven
    from forecast.physical.driving import GroundAir
    from sources.footprints.targets import Target

__all__ = ["ParticleCheck", "inert_sensitivity", "particle_check"]

_SPECIES = "ppm_fine"


@dataclass(frozen=True)
class ParticleCheck:
    """How backward particles and the adjoint agree.

    Attributes:
        maps: `particle_sensitivity` and `inert_sensitivity`, (receptor, y, x), s m-3.
        document: agreement as JSON: with the adjoint of a tracer without losses (`inert`), which is what
            particles stand for, and with that of primary particles, which deposit (`primary`).
    """

    maps: xr.Dataset
    document: dict[str, Any]


@dataclass(frozen=True)
class _InertHours(Sequence[Hour]):
    """The hours with one species, without losses."""

    hours: DrivenHours
    species: int

    def __len__(self) -> int:
        """Number of hours."""
        return len(self.hours)

    @overload
    def __getitem__(self, index: int) -> Hour: ...

    @overload
    def __getitem__(self, index: slice) -> list[Hour]: ...

    def __getitem__(self, index: int | slice) -> Hour | list[Hour]:
        """An hour, or some that follow one another."""
        from sources.footprints.inert import inert_hour

        if isinstance(index, int):
            return inert_hour(self.hours[index], self.species)
        return [inert_hour(hour, self.species) for hour in self.hours[index]]


def inert_sensitivity(
    driven: Driven, target: Target, since: np.datetime64, progress: Callable[[int], None] | None = None
) -> np.ndarray:
    """Sensitivity to a tracer without losses, emitted near the ground since a time, s m-3, (y, x).

    Args:
        driven: the run.
        target: the mean.
        since: UTC, not before the reference time.
        progress: told 1 for every hour.
    """
    from atmosphere.transport.footprints import sweep_back
    from sources.footprints.configuration import footprint_config, release_shares

    run = driven.run
    table, layers = run.driver.table, run.driver.emitter.layers
    hours = DrivenHours(
        run.driver, run.reference_time, int((target.end - run.reference_time) / HOUR), each=progress
    )
    _, shares = release_shares(run.driver.grid, layers, footprint_config().releases)
    first = int((since - run.reference_time) / HOUR)
    total = np.zeros(run.driver.grid.shape[1:])

    def each_hour(number: int, footprint: torch.Tensor) -> None:
        if number >= first:
            total[:] += np.tensordot(shares[0], footprint[0, ..., 0, 0].cpu().double().numpy(), (0, 0))
        if progress is not None:
            progress(1)

    def density(_: str, air: GroundAir, row: int, column: int) -> torch.Tensor:
        return air.density[0, row, column].reshape(1).double()

    species = table.index(_SPECIES)
    state = driven.start.mixing_ratio[None, ..., [species], :].to(run.clean)
    model = TransportModel(run.config.longest_step_s, taken=driven.start.steps_taken)
    measures = TargetMeasures([target], hours, density)
    sweep_back(state, _InertHours(hours, species), measures, model, layers, each_hour)
    return total


def particle_check(
    driven: Driven, target: Target, footprints: xr.Dataset,
    progress: Callable[[int, int], None] | None = None, *, seed: int = 0,
) -> ParticleCheck:  # fmt: skip
    """Compare the footprint near the ground with that of backward particles.

    Args:
        driven: the run.
        target: the mean.
        footprints: of this target alone, by hours; keeps `FOOTPRINTS`.
        progress: told how far it is.
        seed: of the particles.

    Raises:
        InputError: when no particle can go back.
    """
    from sources.footprints.comparison import compare_maps
    from sources.footprints.configuration import footprint_config
    from sources.footprints.particles import particle_footprint

    config, grid = footprint_config().particles, driven.run.driver.grid
    reference = driven.run.reference_time
    since = max(reference, target.start - config.hours * HOUR)
    near = footprints["sensitivity"].isel(receptor=0, release=0)
    instants = np.arange(since, target.end + HOUR, HOUR)
    weather = driven.run.driver.at(instants)[0]
    depth = float(footprints["release_top"].values[0])
    found = particle_footprint(weather, target, grid, depth, since, config, seed, progress)
    inert = inert_sensitivity(driven, target, since)
    late = near.sel(emission_start=slice(since, None), species=_SPECIES).sum("emission_start").values
    agreement = {
        "inert": compare_maps(found.sensitivity, inert, grid).document(),
        "primary": compare_maps(found.sensitivity, late, grid).document(),
    }
    dims = ("receptor", "y", "x")
    maps = xr.Dataset(
        {
            "particle_sensitivity": (dims, found.sensitivity[None], {"units": SENSITIVITY_UNITS}),
            "inert_sensitivity": (dims, inert[None], {"units": SENSITIVITY_UNITS}),
        }
    )
    told = {"count": found.particles, "hours": float((target.end - since) / HOUR), "depth_m": depth,
            "complete_share": round(found.complete_share, 4)}  # fmt: skip
    return ParticleCheck(maps, told | agreement)
