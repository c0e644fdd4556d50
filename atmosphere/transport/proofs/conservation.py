"""Mass is kept, nothing is negative, no new extreme arises, and a constant stays constant."""

from __future__ import annotations

import torch

from atmosphere.transport.forcing import Processes
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.proofs.idealised_flows import overturning
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.tracers import Outside, tracer_mass

__all__ = ["conservation_proofs", "stirred_hours"]

_SHAPE = (1, 8, 14, 16)
_WEEK = 7 * 24


def stirred_hours(count: int, state: torch.Tensor, mixing: float = 2e-3) -> list[Hour]:
    """Hours of a closed, stirred box; the flow changes every hour, the air's mass does not.

    `mixing` is the share of a layer's air that turbulence exchanges each second.
    """
    shape = (state.shape[0], *state.shape[1:4])
    species = state.shape[-2]
    hours = []
    for number in range(count):
        flow = overturning(shape, 3600.0, 0.7, number % 8, state.dtype)
        first = overturning(shape, 3600.0, 0.7, 0, state.dtype)
        flow = type(flow)(first.mass, flow.flux_x, flow.flux_y, flow.flux_z, flow.duration_s)
        rest = Processes(flow.mass[:, :-1] * mixing, flow.mass.new_zeros(shape[0], species, *shape[2:]))
        hours.append(Hour(flow, rest, Outside.uniform(state)))
    return hours


def conservation_proofs(engine: str | None = None) -> list[Proof]:
    """Over a week of steps of 300 s in a closed box, in single and in double precision."""
    proofs = []
    for dtype, bound, name in ((torch.float32, 1e-5, "float32"), (torch.float64, 1e-12, "float64")):
        draw = torch.Generator().manual_seed(1)
        state = (torch.rand(*_SHAPE, 1, 4, generator=draw, dtype=torch.float64) ** 6).to(dtype)
        hours = stirred_hours(_WEEK, state)
        before = tracer_mass(state, hours[0].flow.mass)
        after_state = TransportModel(engine=engine).run(state, hours)
        after = tracer_mass(after_state, hours[-1].flow.mass)
        proofs.append(Proof(f"mass kept over 7 days, {name}", float((after / before - 1).abs().max()), bound))
    return [*proofs, *_extremes(engine), *_constant(engine)]


def _extremes(engine: str | None) -> list[Proof]:
    draw = torch.Generator().manual_seed(2)
    state = (torch.rand(*_SHAPE, 1, 4, generator=draw, dtype=torch.float64) > 0.7).to(torch.float32)
    low: list[float] = []
    high: list[float] = []

    def watch(_number: int, now: torch.Tensor, _hour: Hour) -> None:
        low.append(float(now.min()))
        high.append(float(now.max()))

    TransportModel(engine=engine).run(state, stirred_hours(24, state, 0.0), watch)
    return [
        Proof("smallest mixing ratio in a stirred box of zeros and ones", min(low), 0.0, at_least=True),
        Proof("excess over the largest mixing ratio there", max(high) - 1.0, 1e-6),
    ]


def _constant(engine: str | None) -> list[Proof]:
    proofs = []
    for dtype, bound in ((torch.float32, 1e-5), (torch.float64, 1e-12)):
        state = torch.ones(*_SHAPE, 1, 1, dtype=dtype)
        end = TransportModel(engine=engine).run(state, stirred_hours(24, state))
        name = str(dtype).removeprefix("torch.")
        proofs.append(
            Proof(
                f"constant mixing ratio after a day of stirring, {name}", float((end - 1).abs().max()), bound
            )
        )
    return proofs
