"""Tags close by construction, and none depends on which others run."""

from __future__ import annotations

import torch

from atmosphere.transport.forcing import Processes, Reaction
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.proofs.idealised_flows import overturning
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.tracers import Emissions, Outside

__all__ = ["busy_hours", "tag_proofs"]

_SHAPE = (1, 6, 11, 13)


def busy_hours(
    count: int,
    tags: int,
    dtype: torch.dtype,
    shape: tuple[int, int, int, int] = _SHAPE,
    courant: float = 0.6,
    species: int = 3,
) -> tuple[torch.Tensor, list[Hour]]:
    """A state of some species and tags with every process on, and hours that drive it.

    The first species turns into the second, the last settles, all deposit and are washed out; tags are
    emitted in different cells, and the last one flows in through open sides. `courant` is the largest share
    of a cell's air that passes a face in 300 s.
    """
    draw = torch.Generator().manual_seed(3)

    def random(*sizes: int) -> torch.Tensor:
        return torch.rand(*sizes, generator=draw, dtype=torch.float64)

    member, z, y, x = shape
    state = (random(member, z, y, x, species, tags) ** 4 * 1e-8).to(dtype)
    rates = random(2, y, x, species, tags) * 0.1 * (random(2, y, x, species, tags) > 0.8)
    profile = torch.zeros(z, species, tags, dtype=dtype)
    profile[..., -1] = 1e-9
    hours: list[Hour] = []
    for number in range(count):
        flow = overturning(shape, 3600.0, courant, number, dtype)
        flow = type(flow)(
            hours[0].flow.mass if hours else flow.mass, _open(flow.flux_x), flow.flux_y, flow.flux_z, 3600.0
        )
        air = flow.mass
        processes = Processes(
            mixing=air[:, :-1] * 1e-3,
            deposition=(air[:, :1] * 1e-5).expand(-1, species, -1, -1).contiguous(),
            settling=air[:, None] * 2e-5, settling_species=(species - 1,),
            scavenging=(random(member, species, z, y, x) * 1e-4).to(dtype),
            conversion=(random(member, 1, z, y, x) * 1e-5).to(dtype) if species > 1 else None,
            reactions=(Reaction(0, 1, 1.5),) if species > 1 else (),
        )  # fmt: skip
        hours.append(
            Hour(flow, processes, Outside.uniform(state, profile), Emissions.from_fields(rates.to(dtype)))
        )
    return state, hours


def _open(flux: torch.Tensor) -> torch.Tensor:
    """The same flow with a uniform stream through the western and eastern sides added."""
    return flux + 0.1 * flux.abs().max()


def tag_proofs(engine: str | None = None) -> list[Proof]:
    """Some of the tags alone give bit for bit what they give among all."""
    state, hours = busy_hours(6, 21, torch.float32)
    whole = TransportModel(engine=engine).run(state, hours)
    worst = 0.0
    for chosen in ([4], [0, 20, 7], list(range(3, 12))):
        alone = TransportModel(engine=engine).run(
            state[..., chosen].contiguous(), [_only(h, chosen) for h in hours]
        )
        worst = max(worst, float((alone - whole[..., chosen]).abs().max()))
    return [
        Proof("change of a tag when other tags run beside it", worst, 0.0),
        Proof("smallest value of any tag with all processes", float(whole.min()), 0.0, at_least=True),
    ]


def _only(hour: Hour, chosen: list[int]) -> Hour:
    """The same hour with some of the tags."""
    emissions = hour.emissions
    assert emissions is not None  # noqa: S101 - typing only
    cells = (hour.flow.mass.shape[2], hour.flow.mass.shape[3])
    dense = emissions.rate.new_zeros(2 * cells[0] * cells[1] * emissions.species * emissions.tags)
    dense[emissions.index(cells[0] * cells[1])] = emissions.rate
    fields = dense.view(2, *cells, emissions.species, emissions.tags)
    outside = hour.outside.map(lambda part: part[..., chosen].contiguous())
    return Hour(hour.flow, hour.processes, outside, Emissions.from_fields(fields[..., chosen]))
