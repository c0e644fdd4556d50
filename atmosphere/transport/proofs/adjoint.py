"""The adjoint: dot product, Euler's theorem, and gradients against finite differences."""

from __future__ import annotations

import torch

from atmosphere.transport.engines import engine_for
from atmosphere.transport.footprints import Receptor, footprints
from atmosphere.transport.model import Hour, TransportModel, one_tag
from atmosphere.transport.plain import plain_step
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.proofs.tags import busy_hours
from atmosphere.transport.stepping import prepare
from atmosphere.transport.sums import Sums
from atmosphere.transport.tracers import Emissions

__all__ = ["adjoint_proofs"]

_EMISSION_LAYERS = 2


def adjoint_proofs(engine: str | None = None) -> list[Proof]:
    """All of them; the hours are those of `busy_hours`, with every process on."""
    return [
        _dot_product(engine), _euler(engine, torch.float64, 1e-10), _euler(engine, torch.float32, 1e-4),
        _finite_differences(engine),
    ]  # fmt: skip


def _dot_product(engine: str | None) -> Proof:
    """< w, L v > = < L* w, v > of one step, L by forward differentiation of the plain step."""
    state, hours = busy_hours(1, 4, torch.float64)
    hour = hours[0]
    interval = prepare(hour.flow, hour.processes, 300.0)
    draw = torch.Generator().manual_seed(4)
    v, w = (torch.rand(state.shape, generator=draw, dtype=torch.float64) for _ in range(2))
    with torch.enable_grad():
        dummy = torch.zeros_like(w).requires_grad_()
        base = state.clone().requires_grad_()
        end = plain_step(base, interval, 0, hour.outside, hour.emissions)
        (pulled,) = torch.autograd.grad(end, base, dummy, create_graph=True)
        (pushed,) = torch.autograd.grad(pulled, dummy, v)
    adjoint = engine_for(state, engine).back(
        w.clone(), state.clone(), interval, 0, hour.outside, hour.emissions, False, Sums(w, _EMISSION_LAYERS)
    )
    forward, backward = float((w * pushed).sum()), float((adjoint * v).sum())
    return Proof("adjoint dot product, float64", abs(forward / backward - 1), 1e-10)


def _euler(engine: str | None, dtype: torch.dtype, bound: float) -> Proof:
    """Footprint times emissions, with what was there and what flowed in, is the concentration."""
    state, hours = busy_hours(6, 5, dtype)
    weights = torch.tensor([0.3, 1.4, 1.0], dtype=dtype)
    receptors = [Receptor(5, 0, 4, 6, weights), Receptor(3, 0, 7, 8, weights), Receptor(5, 2, 5, 3, weights)]
    found = footprints(state, hours, receptors, TransportModel(engine=engine), _EMISSION_LAYERS)
    parts = found.from_emissions + found.from_initial + found.from_outside
    name = str(dtype).removeprefix("torch.")
    share = float((found.from_emissions / found.measured).mean())
    worst = float((parts / found.measured - 1).abs().max())
    return Proof(
        f"footprint times emissions against concentration, {name}", worst, bound,
        note=f"{100 * share:.0f} % of it was emitted in these hours",
    )  # fmt: skip


def _finite_differences(engine: str | None) -> Proof:
    """Gradients against central differences; steps so small that the limiter hardly changes its choice."""
    state, hours = busy_hours(3, 3, torch.float64)
    single = [hour.one_tag() for hour in hours]
    weights = torch.tensor([0.3, 1.4, 1.0], dtype=torch.float64)
    receptor = Receptor(2, 0, 5, 6, weights)
    found = footprints(state, hours, [receptor], TransportModel(engine=engine), _EMISSION_LAYERS)
    emissions = single[0].emissions
    assert emissions is not None  # noqa: S101 - typing only
    cells = state.shape[2] * state.shape[3]
    by_entry = found.emitted[0].reshape(-1)[emissions.index(cells)]
    chosen = by_entry.abs().topk(4).indices
    errors = []
    for entry in chosen.tolist():
        ends = []
        for sign in (1, -1):
            rate = emissions.rate.clone()
            rate[entry] *= 1 + sign * 1e-6
            changed = Emissions(emissions.first, emissions.layer, emissions.slot, rate, emissions.species, 1)
            first = Hour(single[0].flow, single[0].processes, single[0].outside, changed)
            end = TransportModel(engine=engine).run(one_tag(state), [first, *single[1:]])
            ends.append(float((weights * end[0, 0, 5, 6, :, 0]).sum()))
        slope = (ends[0] - ends[1]) / (2e-6 * float(emissions.rate[entry]))
        errors.append(abs(slope / float(by_entry[entry]) - 1))
    return Proof("gradient against finite differences", max(errors), 1e-4)
