"""One step of a GPU: its numbers at fixed addresses, and the kernels that use them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

from atmosphere.transport.forcing import Reaction
from atmosphere.transport.gpu_buffers import GpuBuffers
from atmosphere.transport.gpu_capture import beside, captured
from atmosphere.transport.gpu_launch import launch, pack_of
from atmosphere.transport.sums import Sums

__all__ = ["GpuStep"]

_AXES = {"x": 0, "y": 1, "z": 2}
_Solver = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class _Air:
    """What all tags share in a step: see the kernel `air`."""

    faces: torch.Tensor
    inverse: torch.Tensor
    emitted: torch.Tensor
    left: torch.Tensor


class GpuStep:
    """The numbers of one step at fixed addresses, the kernels that use them, and their captured graphs."""

    def __init__(self, state: torch.Tensor, parts: tuple[int, ...], reactions: tuple[Reaction, ...]) -> None:
        self.reactions = reactions
        self.state = state.new_empty(state.shape)
        self.parts = parts
        self.number = torch.zeros(1, device=state.device, dtype=state.dtype)
        self.buffers = GpuBuffers(self.state)
        self.graphs: dict[str, torch.cuda.CUDAGraph] = {}
        self.adjoint = torch.empty(0)
        self.sums: Sums
        self._dims = state.shape[:4]
        self._cells = state.shape[2] * state.shape[3]

    def replay(self, name: str, work: Callable[[], None]) -> None:
        """Run captured work, capturing it the first time."""
        if name not in self.graphs:
            self.graphs[name] = captured(work, (self.state, self.adjoint))
        self.graphs[name].replay()

    def forward(self, y_first: bool) -> None:
        """Kernels of a step."""
        air, q = self._air(y_first), self.state
        solver = beside(self.state, lambda: self._eliminate(air))
        for axis in ("y", "x") if y_first else ("x", "y"):
            q, _ = self._sweep(q, air, axis)
        self._emit(q, air)
        self._sweep(q, air, "z", into=self.state)
        self._column(self.state, air, solver(), back=False)

    def _launch(
        self, name: str, like: torch.Tensor, threads: int, *arguments: torch.Tensor | int | None
    ) -> None:
        launch(name, like, self.reactions, threads, *arguments)

    def _air(self, y_first: bool) -> _Air:
        """Faces and masses of all parts of all sweeps."""
        cells, stages = math.prod(self._dims), sum(self.parts)
        masses = self.state.new_empty(4, *self._dims)
        air = _Air(
            self.state.new_empty(stages, *self._dims, 2, 4),
            self.state.new_empty(stages, *self._dims),
            masses[2],
            masses[3],
        )
        b = self.buffers
        fluxes = (b["flux_x"], b["flux_y"], b["flux_z"])
        self._launch("weigh", self.state, cells, b["seconds"], self.number, b["mass0"], b["drain"], *fluxes,
                     masses, int(y_first), self._dims[0])  # fmt: skip
        self._launch("air", self.state, 2 * stages * cells, b["seconds"], masses, *fluxes, b["parts_x"],
                     b["parts_y"], b["parts_z"], air.faces, air.inverse, *self.parts, int(y_first),
                     self._dims[0])  # fmt: skip
        return air

    def _stages(self, axis: str) -> range:
        first = sum(self.parts[: _AXES[axis]])
        return range(first, first + self.parts[_AXES[axis]])

    def _sweep(
        self, q: torch.Tensor, air: _Air, axis: str, into: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """All parts of a sweep; also the states before each. The last may write `into` another tensor."""
        past = []
        for stage in self._stages(axis):
            last = stage == self._stages(axis)[-1]
            swept = into if last and into is not None else torch.empty_like(q)
            self._launch("sweep", q, q.numel() // pack_of(q), q, swept, air.faces[stage], air.inverse[stage],
                         *self._around(axis), _AXES[axis], self._dims[0])  # fmt: skip
            past.append(q)
            q = swept
        return q, past

    def _around(self, axis: str) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        names = {"x": ("west", "east"), "y": ("south", "north"), "z": ("nothing", "top")}[axis]
        return self.buffers.get(names[0]), self.buffers[names[1]]

    def _emit(self, q: torch.Tensor, air: _Air) -> None:
        b = self.buffers
        rate = b.get("rate")
        if rate is not None and rate.numel():
            self._launch("emit", q, rate.numel(), q, b["seconds"], air.emitted, b["column"], b["layer"],
                         b["slot"], rate, rate.numel(), self._dims[0])  # fmt: skip

    def _eliminate(self, air: _Air) -> _Solver:
        """Numbers of the implicit solver, for all species."""
        b, q = self.buffers, self.state
        member, layers = self._dims[:2]
        species = q.shape[-2]
        inverse = q.new_empty(member, species, layers, self._cells)
        coupling = torch.empty_like(inverse)
        settling = b["settling"]
        self._launch("eliminate_columns", q, member * species * self._cells, b["seconds"], air.left,
                     b["mixing"], b["deposition"], settling, b["settles"],
                     0 if settling is None else settling.shape[1], inverse, coupling, member)  # fmt: skip
        return inverse, coupling

    def _column(self, q: torch.Tensor, air: _Air, solver: _Solver, *, back: bool) -> None:
        b = self.buffers
        member, layers = self._dims[:2]
        species, tags = q.shape[-2:]
        inverse, coupling = solver
        packs = tags // pack_of(q)
        mix = ("mix", q, member * self._cells * species * packs, q, b["seconds"], air.left, b["mixing"],
               inverse, coupling, int(back), member)  # fmt: skip
        if not back:
            self._launch(*mix)
        if b["converted"] is not None or b["kept"] is not None:
            self._launch("react", q, member * layers * self._cells * packs, q, b["kept"], b["converted"],
                         b["factor"], int(back), member)  # fmt: skip
        if back:
            self._launch(*mix)

    def prepare_back(self, adjoint: torch.Tensor, sums: Sums) -> None:
        """Make room for the adjoint, once."""
        if self.adjoint.shape != adjoint.shape:
            self.adjoint = adjoint.new_empty(adjoint.shape)
            self.sums = Sums(adjoint, sums.emitted.shape[1])

    def back(self, y_first: bool) -> None:
        """Kernels of the transpose about the base in `state`; the sums are set, not added to."""
        for total in self.sums.tensors():
            total.zero_()
        air, q = self._air(y_first), self.state
        solver = beside(self.state, lambda: self._eliminate(air))
        past = {}
        for axis in ("y", "x") if y_first else ("x", "y"):
            q, past[axis] = self._sweep(q, air, axis)
        self._emit(q, air)
        _, past["z"] = self._sweep(q, air, "z")
        adjoint = self.adjoint.clone()
        self._column(adjoint, air, solver(), back=True)
        adjoint = self._back_sweep(adjoint, past["z"], air, "z")
        seconds = self.buffers["seconds"]
        assert seconds is not None  # noqa: S101 - typing only
        self.sums.add(adjoint, seconds / air.emitted)
        for axis in ("x", "y") if y_first else ("y", "x"):
            adjoint = self._back_sweep(adjoint, past[axis], air, axis)
        self.adjoint.copy_(adjoint)

    def _back_sweep(
        self, adjoint: torch.Tensor, past: list[torch.Tensor], air: _Air, axis: str
    ) -> torch.Tensor:
        totals = self.sums.outside
        low, high = {
            "x": (totals.west, totals.east),
            "y": (totals.south, totals.north),
            "z": (None, totals.top),
        }[axis]
        for q, stage in reversed(list(zip(past, self._stages(axis), strict=True))):
            earlier = torch.empty_like(adjoint)
            self._launch("back_sweep", adjoint, adjoint.numel() // pack_of(adjoint), adjoint, earlier, q,
                         air.faces[stage], air.inverse[stage], *self._around(axis), low, high, _AXES[axis],
                         self._dims[0], q.shape[-1])  # fmt: skip
            adjoint = earlier
        return adjoint
