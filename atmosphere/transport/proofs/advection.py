"""Order of convergence in solid-body rotation and in deformational flow."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from atmosphere.transport.forcing import AirFlow
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.proofs.idealised_flows import cosine_bell, deformation, no_processes, rotation
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.tracers import Outside

__all__ = ["CELLS", "advection_proofs", "blob", "errors"]

CELLS = (32, 64, 128)
_PERIOD = 1.0


def blob(
    n: int, flow: Callable[[int, int], AirFlow], steps: int, engine: str | None = None
) -> list[torch.Tensor]:
    """A bell carried through a period; the states at the beginning, half-way and at the end.

    Args:
        n: cells along each side.
        flow: gives the air of step k of `steps`.
        steps: number of steps, even.
        engine: see `TransportModel`.
    """
    state = cosine_bell(n, (0.5, 0.75), 0.2)
    model, states = TransportModel(_PERIOD, engine), [state]
    for half in range(2):
        hours = [flow(k, steps) for k in range(half * steps // 2, (half + 1) * steps // 2)]
        outside = Outside.uniform(state)
        states.append(model.run(states[-1], [Hour(f, no_processes(f), outside) for f in hours]))
    return states


def rotating(n: int) -> Callable[[int, int], AirFlow]:
    """The flow of a rotation."""
    return lambda _k, steps: rotation(n, _PERIOD / steps, _PERIOD)


def swirling(n: int) -> Callable[[int, int], AirFlow]:
    """The flow of a deformation that is undone."""
    return lambda k, steps: deformation(n, _PERIOD / steps, (k + 0.5) * _PERIOD / steps, _PERIOD)


def errors(case: str, engine: str | None = None) -> list[float]:
    """Mean absolute error relative to the bell's mean, for each number of cells in `CELLS`."""
    flows, steps_per_cell = {"rotation": (rotating, 8), "deformation": (swirling, 3)}[case]
    found = []
    for n in CELLS:
        states = blob(n, flows(n), steps_per_cell * n, engine)
        found.append(float((states[-1] - states[0]).abs().mean() / states[0].mean()))
    return found


def advection_proofs(engine: str | None = None) -> list[Proof]:
    """Order of convergence of the mean error on the finest two grids, at least 2 less what clipping costs."""
    proofs = []
    for case in ("rotation", "deformation"):
        found = errors(case, engine)
        order = math.log2(found[-2] / found[-1])
        note = ", ".join(f"{n} cells: {error:.4f}" for n, error in zip(CELLS, found, strict=True))
        proofs.append(Proof(f"order of convergence, {case}", order, 2.0, at_least=True, note=note))
    return proofs
