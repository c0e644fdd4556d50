"""The engine of a GPU: the kernels of a step, captured once as a graph and replayed."""

from __future__ import annotations

import torch

from atmosphere.transport.gpu_step import GpuStep
from atmosphere.transport.stepping import Interval
from atmosphere.transport.sums import Sums
from atmosphere.transport.tracers import Emissions, Outside

__all__ = ["GpuEngine"]

_MOST_STEPS = 6
"""Captured steps kept; each holds a state, the air's numbers and its graphs' memory."""


class GpuEngine:
    """Compiled kernels on a CUDA device."""

    name = "cuda"
    keeps_state = True

    def __init__(self) -> None:
        """No step is captured yet."""
        self._steps: dict[tuple[object, ...], GpuStep] = {}
        self._recent: tuple[tuple[object, ...], GpuStep] | None = None

    def forward(
        self, state: torch.Tensor, interval: Interval, number: int, outside: Outside,
        emissions: Emissions | None, y_first: bool,
    ) -> torch.Tensor:  # fmt: skip
        """See `Engine.forward`."""
        step = self._step(state, (state.shape[-1], 0), interval, outside, emissions)
        step.number.fill_(number)
        if state is not step.state:
            step.state.copy_(state)
        step.replay(f"forward {y_first}", lambda: step.forward(y_first))
        return step.state

    def back(  # noqa: PLR0913, PLR0917
        self, adjoint: torch.Tensor, base: torch.Tensor, interval: Interval, number: int, outside: Outside,
        emissions: Emissions | None, y_first: bool, sums: Sums,
    ) -> torch.Tensor:  # fmt: skip
        """See `Engine.back`."""
        sizes = (adjoint.shape[-1], sums.emitted.shape[1])
        step = self._step(base, sizes, interval, outside, emissions)
        step.prepare_back(adjoint, sums)
        step.number.fill_(number)
        step.state.copy_(base)
        if adjoint is not step.adjoint:
            step.adjoint.copy_(adjoint)
        step.replay(f"back {y_first}", lambda: step.back(y_first))
        torch._foreach_add_(sums.tensors(), step.sums.tensors())
        return step.adjoint

    def _step(
        self,
        state: torch.Tensor,
        sizes: tuple[int, int],
        interval: Interval,
        outside: Outside,
        emissions: Emissions | None,
    ) -> GpuStep:
        """The captured step with this interval's numbers; `sizes`: the adjoint's tags and emitting layers."""
        asked = ((state.shape, state.dtype), sizes, interval, outside, emissions)
        if self._recent is not None and _same(asked, self._recent[0]):
            return self._recent[1]
        parts = tuple(int(p.max()) for p in (interval.parts_x, interval.parts_y, interval.parts_z))
        entries = 0 if emissions is None else len(emissions.rate)
        processes = interval.processes
        key = (
            state.shape, state.dtype, state.device, sizes, parts, entries, processes.settling_species,
            processes.reactions, interval.kept is None, interval.converted is None,
        )  # fmt: skip
        if key not in self._steps:
            if len(self._steps) >= _MOST_STEPS:
                self._steps.clear()
            reactions = () if interval.converted is None else processes.reactions
            self._steps[key] = GpuStep(state, parts, reactions)
        step = self._steps[key]
        step.buffers.load(interval, outside, emissions)
        self._recent = (asked, step)
        return step


def _same(asked: tuple[object, ...], before: tuple[object, ...]) -> bool:
    """Whether sizes are equal and everything else is the very same object."""
    return asked[:2] == before[:2] and all(a is b for a, b in zip(asked[2:], before[2:], strict=True))
