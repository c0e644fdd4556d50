"""Two views of where pollution comes from: the tags of the run, and the footprint times the emissions.

The tags are each moved by the limited scheme on its own; the footprint is that of all tags as one. Their
difference is the limiter's; it is measured and shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from atmosphere.transport.footprints import Footprints, Receptor, footprints
from atmosphere.transport.model import TransportModel
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.tracers import Emissions
from forecast.physical.configuration import PhysicalConfig, physical_config
from forecast.physical.driving import DrivenHour
from forecast.physical.emitting import BOUNDARY, INITIAL
from forecast.physical.run import Run
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.places import gazetteer
from foundation.times import HOUR

__all__ = ["BOUND", "Parts", "agreement_proofs", "footprint_against_tags", "parts_by_source"]

BOUND = 0.05
"""Largest difference allowed, as a share of the total."""


@dataclass(frozen=True)
class Parts:
    """Contributions to one pollutant at one place and instant, kg m-3, both (source,).

    Attributes:
        sources: names of the tags.
        tags: of the run with tags.
        footprint: from the adjoint; adds up to the run with all tags as one.
    """

    sources: tuple[str, ...]
    tags: np.ndarray
    footprint: np.ndarray

    @property
    def difference(self) -> float:
        """Largest difference of a source, as a share of the total of the tags."""
        return float(np.abs(self.footprint - self.tags).max() / self.tags.sum())


def footprint_against_tags(
    weather: xr.Dataset, grid: Grid, emissions: xr.Dataset, start: np.datetime64, hours: int,
    config: PhysicalConfig | None = None,
) -> Proof:  # fmt: skip
    """Compare both views of PM2.5 at Urumqi, from clean air some hours before.

    Args:
        weather: keeps `METEOROLOGY`, over `hours` from `start`.
        grid: the model's grid.
        emissions: keeps `EMISSIONS`, for the same hours.
        start: a full hour, UTC.
        hours: length; memory holds them all.
        config: the choices; the shipped ones by default.

    Raises:
        InputError: as `simulate`, and when Urumqi lies outside the grid.
        ContractError: as `simulate`.
    """
    parts = parts_by_source(weather, grid, emissions, start, hours, config=config)
    note = f"PM2.5 at Urumqi after {hours} h, {len(parts.sources)} sources, as a share of the total"
    return Proof("footprint parts against forward tags", parts.difference, BOUND, note=note)


def parts_by_source(  # noqa: PLR0913, PLR0917 - a run and a receptor
    weather: xr.Dataset, grid: Grid, emissions: xr.Dataset, start: np.datetime64, hours: int,
    place: str = "urumqi", pollutant: str = "pm25", config: PhysicalConfig | None = None,
) -> Parts:  # fmt: skip
    """Both views of a pollutant at a place at the end of a run; arguments as `footprint_against_tags`."""
    known = gazetteer().place(place)
    cell = grid.cell_of(known.lon, known.lat)
    if cell is None:
        raise InputError(f"{known.english} lies outside the grid", remedy="Choose another place or domain")
    run = Run.of([weather], grid, emissions, start, config or physical_config())
    driven = list(run.driver.hours(start, start + hours * HOUR))
    hourly, step = [one.hour for one in driven], run.config.longest_step_s
    state = TransportModel(step).run(run.clean, hourly)
    weights = run.near_ground.weights(pollutant, driven[-1].after, *cell)
    held = state[0, 0, cell[0], cell[1]].double()
    tags = (weights[:, None] * held).sum(0).numpy()
    receptor = Receptor(hours - 1, 0, cell[0], cell[1], weights.float())
    found = footprints(run.clean, hourly, [receptor], TransportModel(step), run.driver.emitter.layers)
    names = run.driver.emitter.tags
    return Parts(names, tags, _parts(found, driven, names))


def _parts(found: Footprints, driven: list[DrivenHour], names: tuple[str, ...]) -> np.ndarray:
    """Footprint times emissions of each source, with what flowed in and what was there."""
    parts = torch.zeros(len(names), dtype=torch.float64)
    for number, one in enumerate(driven):
        emissions = one.hour.emissions
        if emissions is not None:
            parts += _emitted(found.emitted[number, 0, ..., 0], emissions)
    parts[names.index(BOUNDARY)] += float(found.from_outside[0])
    parts[names.index(INITIAL)] += float(found.from_initial[0])
    return parts.numpy()


def _emitted(footprint: torch.Tensor, emissions: Emissions) -> torch.Tensor:
    """One hour's footprint, (layer, y, x, species), times the emissions of each tag, (tag,)."""
    cells = footprint.shape[1] * footprint.shape[2]
    species, tag = emissions.slot.long() // emissions.tags, emissions.slot.long() % emissions.tags
    rows = footprint.reshape(-1, footprint.shape[-1])
    value = (
        rows[emissions.layer.long() * cells + emissions.column(), species].double() * emissions.rate.double()
    )
    return torch.zeros(emissions.tags, dtype=torch.float64).index_add_(0, tag, value)


def agreement_proofs(hours: int = 48, progress: Callable[[str], None] | None = None) -> list[Proof]:
    """The comparison on the idealised winter over the demonstration's domain, before and behind a front."""
    from atmosphere.meteorology.idealised import Front, idealised_winter_weather
    from atmosphere.transport.species import load_species
    from emissions_inventory.idealised import idealised_emissions

    config = physical_config()
    grid, table = config.grid(), load_species().select(config.species)
    start = np.datetime64("2026-11-20T16", "ns")
    front = Front(start - 120 * HOUR, 1.0), Front(start + (hours - 18) * HOUR, 0.85)
    times = start + np.arange(hours + 1) * HOUR
    if progress is not None:
        progress(f"footprints of {hours} h on {config.domain}")
    weather = idealised_winter_weather(grid, times, front)
    emissions = idealised_emissions(grid, table, times)
    return [
        footprint_against_tags(weather, grid, emissions, start, length, config)
        for length in (hours // 2, hours)
    ]
