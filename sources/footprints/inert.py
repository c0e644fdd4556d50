"""An hour in which one species is only carried and mixed: what a particle without losses sees."""

from __future__ import annotations

import torch

from atmosphere.transport.forcing import Processes
from atmosphere.transport.model import Hour
from atmosphere.transport.tracers import Emissions

__all__ = ["inert_hour"]


def inert_hour(hour: Hour, species: int) -> Hour:
    """The same air and the same emissions of one species, which neither deposits nor turns into another.

    Args:
        hour: as the model runs it.
        species: number of the species.
    """
    only = [species]
    outside = hour.outside.map(lambda part: part[..., only, :].contiguous())
    deposition = torch.zeros_like(hour.processes.deposition[:, only])
    emissions = None if hour.emissions is None else _of_species(hour.emissions, species)
    return Hour(hour.flow, Processes(hour.processes.mixing, deposition), outside, emissions)


def _of_species(emissions: Emissions, species: int) -> Emissions:
    kept = emissions.slot // emissions.tags == species
    counts = torch.zeros(len(emissions.first) - 1, dtype=torch.int64).index_add_(
        0, emissions.column().cpu(), kept.long().cpu()
    )
    first = torch.cat([counts.new_zeros(1), counts.cumsum(0)]).to(emissions.first.device)
    slot = emissions.slot[kept] % emissions.tags
    return Emissions(first, emissions.layer[kept], slot, emissions.rate[kept], 1, emissions.tags)
