"""A state and an hour for tests of the transport model: every process on, nothing uniform, no plateaus."""

from __future__ import annotations

import torch

from atmosphere.transport.forcing import Processes, Reaction
from atmosphere.transport.model import Hour
from atmosphere.transport.proofs.idealised_flows import overturning
from atmosphere.transport.tracers import Emissions, Outside

SHAPE = (2, 7, 9, 11)


def random(seed: int, *sizes: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    draw = torch.Generator().manual_seed(seed)
    return torch.rand(*sizes, generator=draw, dtype=torch.float64).to(dtype)


def hour_of(
    tags: int, dtype: torch.dtype, *, stream: float = 0.1, seed: int = 0, species: int = 3
) -> tuple[torch.Tensor, Hour]:
    """A state of positive random numbers, and an hour with open sides.

    `stream` is the share of the lightest cell's air that a uniform stream to the north-east moves in 300 s.
    """
    member, z, y, x = SHAPE
    flow = overturning(SHAPE, 3600.0, 0.2, seed, dtype)
    wind = stream * flow.mass.min() / 300.0
    flow = type(flow)(flow.mass, flow.flux_x + wind, flow.flux_y + wind, flow.flux_z, flow.duration_s)
    air = flow.mass
    processes = Processes(
        mixing=air[:, :-1] * 2e-3 * random(seed + 1, member, z - 1, y, x, dtype=dtype),
        deposition=random(seed + 2, member, species, y, x, dtype=dtype) * 1e4,
        settling=air[:, None] * 2e-5, settling_species=(species - 1,),
        scavenging=random(seed + 3, member, species, z, y, x, dtype=dtype) * 1e-4,
        conversion=random(seed + 4, member, 1, z, y, x, dtype=dtype) * 1e-4 if species > 1 else None,
        reactions=(Reaction(0, 1, 1.5),) if species > 1 else (),
    )  # fmt: skip
    state = random(seed + 5, member, z, y, x, species, tags, dtype=dtype) * 1e-8 + 1e-9
    outside = Outside(
        random(seed + 6, member, z, y, species, tags, dtype=dtype) * 1e-8,
        random(seed + 7, member, z, y, species, tags, dtype=dtype) * 1e-8,
        random(seed + 8, member, z, x, species, tags, dtype=dtype) * 1e-8,
        random(seed + 9, member, z, x, species, tags, dtype=dtype) * 1e-8,
        random(seed + 10, member, species, tags, dtype=dtype) * 1e-8,
    )
    rates = random(seed + 11, 3, y, x, species, tags) * (random(seed + 12, 3, y, x, species, tags) > 0.8)
    return state, Hour(flow, processes, outside, Emissions.from_fields(rates.to(dtype)))
