"""Who does a step and its transpose: compiled kernels where there are any, plain PyTorch otherwise.

All engines do the same arithmetic; they differ in speed and, in the last digits, in the order of rounding.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Protocol

import torch

from atmosphere.transport import gpu_launch, kernels
from atmosphere.transport.gpu import GpuEngine
from atmosphere.transport.plain import plain_step
from atmosphere.transport.stepping import Interval
from atmosphere.transport.sums import Sums
from atmosphere.transport.tracers import Emissions, Outside
from foundation.errors import ConfigurationError

__all__ = ["ENGINES", "Engine", "engine_for"]

ENGINES = ("kernels", "cuda", "plain")


class Engine(Protocol):
    """A way to step forward and back. `y_first` is whether the sweep along y comes first in this step.

    Attributes:
        name: one of `ENGINES`.
        keeps_state: whether the tensor it returns is its own and will be overwritten by its next step.
    """

    name: str
    keeps_state: bool

    def forward(
        self, state: torch.Tensor, interval: Interval, number: int, outside: Outside,
        emissions: Emissions | None, y_first: bool,
    ) -> torch.Tensor:  # fmt: skip
        """The state after step `number` of an interval; the old state may be used up."""
        ...

    def back(  # noqa: PLR0913, PLR0917 - the forward step's arguments and its transpose's
        self, adjoint: torch.Tensor, base: torch.Tensor, interval: Interval, number: int, outside: Outside,
        emissions: Emissions | None, y_first: bool, sums: Sums,
    ) -> torch.Tensor:  # fmt: skip
        """The adjoint before the step, of the scheme linearised about `base`, the state before the step.

        `base` has as many tags as the adjoint, or one that serves all; `outside` and `emissions` are the
        base's. The old adjoint may be used up; `sums` is added to.
        """
        ...


class KernelEngine:
    """Compiled kernels on a CPU."""

    name = "kernels"
    keeps_state = False

    def forward(
        self, state: torch.Tensor, interval: Interval, number: int, outside: Outside,
        emissions: Emissions | None, y_first: bool,
    ) -> torch.Tensor:  # fmt: skip
        """See `Engine.forward`."""
        kernels.forward_horizontal(state, interval, number, outside, y_first=y_first)
        kernels.forward_column(state, interval, number, outside, emissions)
        return state

    def back(  # noqa: PLR0913, PLR0917
        self, adjoint: torch.Tensor, base: torch.Tensor, interval: Interval, number: int, outside: Outside,
        emissions: Emissions | None, y_first: bool, sums: Sums,
    ) -> torch.Tensor:  # fmt: skip
        """See `Engine.back`."""
        swept = base.clone()
        kernels.forward_horizontal(swept, interval, number, outside, y_first=y_first)
        kernels.back_column(adjoint, swept, interval, number, outside, emissions, sums)
        kernels.back_horizontal(adjoint, base, interval, number, outside, sums.outside, y_first=y_first)
        return adjoint


class PlainEngine:
    """Plain PyTorch on any device, by automatic differentiation."""

    name = "plain"
    keeps_state = False

    def forward(
        self, state: torch.Tensor, interval: Interval, number: int, outside: Outside,
        emissions: Emissions | None, y_first: bool,
    ) -> torch.Tensor:  # fmt: skip
        """See `Engine.forward`."""
        return plain_step(state, interval, number, outside, emissions, y_first)

    def back(  # noqa: PLR0913, PLR0917
        self, adjoint: torch.Tensor, base: torch.Tensor, interval: Interval, number: int, outside: Outside,
        emissions: Emissions | None, y_first: bool, sums: Sums,
    ) -> torch.Tensor:  # fmt: skip
        """See `Engine.back`; a base of one tag is differentiated once for each tag of the adjoint."""
        layers = sums.emitted.shape[1]
        parts = torch.split(adjoint, base.shape[-1], -1)
        with torch.enable_grad():
            start = base.detach().requires_grad_()
            around = outside.map(lambda part: part.detach().clone().requires_grad_())
            extra = torch.zeros_like(base[:, :layers]).requires_grad_()
            end = plain_step(start, interval, number, around, emissions, y_first, extra)
            inputs = [start, extra, around.west, around.east, around.south, around.north, around.top]
            found = [
                torch.autograd.grad(end, inputs, part, retain_graph=True, allow_unused=True) for part in parts
            ]
        joined = [
            torch.cat([torch.zeros_like(given) if part is None else part for part in column], -1)
            for given, column in zip(inputs, zip(*found, strict=True), strict=True)
        ]
        sums.emitted += joined[1]
        for whole, part in zip((sums.outside.west, sums.outside.east, sums.outside.south, sums.outside.north),
                               joined[2:6], strict=True):  # fmt: skip
            whole.add_(part)
        sums.outside.top[:, 0] += joined[6]
        return joined[0]


@lru_cache(maxsize=1)
def _gpu_engine() -> Engine:
    return GpuEngine()


@lru_cache(maxsize=1)
def _say_plain() -> None:
    warnings.warn(
        "no compiled kernels here: the transport model runs in plain PyTorch, much slower. "
        "On a CPU they need a C++ compiler (Debian: apt install g++)", RuntimeWarning, stacklevel=3,
    )  # fmt: skip


def engine_for(state: torch.Tensor, wanted: str | None = None) -> Engine:
    """The engine for a state: the one wanted, or the fastest there is for its device and type.

    Raises:
        ConfigurationError: when the one wanted is unknown or cannot run here.
    """
    if wanted not in (None, *ENGINES):
        raise ConfigurationError(f"no engine {wanted!r}", remedy=f"Known: {', '.join(ENGINES)}")
    if wanted == "plain":
        return PlainEngine()
    if wanted != "cuda" and state.device.type == "cpu" and kernels.available(state.dtype):
        return KernelEngine()
    if wanted != "kernels" and gpu_launch.available(state.device, state.dtype):
        return _gpu_engine()
    if wanted is not None:
        raise ConfigurationError(
            f"no engine {wanted!r} for {state.dtype} on {state.device}", remedy="Use engine plain"
        )
    _say_plain()
    return PlainEngine()
