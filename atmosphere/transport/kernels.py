"""The door to the compiled kernels of a CPU: `kernels.cpp` does the work, this lends it the tensors."""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from atmosphere.native import library
from atmosphere.transport.stepping import Interval
from atmosphere.transport.sums import Sums
from atmosphere.transport.tracers import Emissions, Outside
from foundation.errors import InputError

__all__ = ["available", "back_column", "back_horizontal", "forward_column", "forward_horizontal"]

_SOURCE = Path(__file__).with_name("kernels.cpp")
_SCHEMES = Path(__file__).with_name("schemes.h")
_NAMES = {torch.float32: "float", torch.float64: "double"}
_NUMBERS = ("members", "layers", "rows", "columns", "species", "tags", "base_tags", "y_first")
_POINTERS = (
    *("q", "base", "mass", "flux_x", "flux_y", "flux_z", "parts_x", "parts_y", "parts_z"),
    *("west", "east", "south", "north", "top"),
    *("back_west", "back_east", "back_south", "back_north", "back_top"),
    *("mixing", "deposition", "settling", "kept", "converted", "settles"),
    *("reaction_source", "reaction_product", "reaction_factor"),
)
_EMITTED = ("emitted", "emission_first", "emission_layer", "emission_slot", "emission_rate")
MOST_LAYERS, MOST_SPECIES = 64, 32


def _structure(real: type) -> type[ctypes.Structure]:
    """The C structure `Step` of `kernels.cpp`, field for field."""

    class Step(ctypes.Structure):
        _fields_ = [
            *((name, ctypes.c_int) for name in _NUMBERS), ("seconds", real),
            *((name, ctypes.c_void_p) for name in _POINTERS),
            ("reactions", ctypes.c_int), ("emission_layers", ctypes.c_int),
            *((name, ctypes.c_void_p) for name in _EMITTED),
        ]  # fmt: skip

    return Step


_STRUCTURES = {torch.float32: _structure(ctypes.c_float), torch.float64: _structure(ctypes.c_double)}


def available(dtype: torch.dtype = torch.float32) -> bool:
    """Whether kernels for a floating type are there, compiling them if need be."""
    return _library(dtype) is not None


@lru_cache(maxsize=4)
def _library(dtype: torch.dtype) -> ctypes.CDLL | None:
    return library(_SOURCE, _SCHEMES, real=_NAMES[dtype]) if dtype in _NAMES else None


@lru_cache(maxsize=4)
def _threads(number: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(number, thread_name_prefix="transport")


def _call(door: str, dtype: torch.dtype, step: ctypes.Structure) -> None:
    """Let all threads work through one door until nothing is left."""
    kernels = _library(dtype)
    if kernels is None:
        raise InputError("no compiled kernels", remedy="Use the plain engine")
    work: Any = getattr(kernels, door)
    work.argtypes, work.restype = (ctypes.c_void_p, ctypes.c_void_p), None
    taken = ctypes.c_int(0)
    number = torch.get_num_threads()
    others = [
        _threads(number - 1).submit(work, ctypes.byref(step), ctypes.byref(taken)) for _ in range(number - 1)
    ]
    work(ctypes.byref(step), ctypes.byref(taken))
    for other in others:
        other.result()


class _Lender:
    """Fills the structure and keeps the tensors it points to alive."""

    def __init__(
        self, state: torch.Tensor, interval: Interval, number: int, outside: Outside, *, y_first: bool
    ):
        member, z, y, x, species, tags = state.shape
        if z > MOST_LAYERS or species > MOST_SPECIES:
            raise InputError(
                f"expected at most {MOST_LAYERS} layers and {MOST_SPECIES} species, got {z}, {species}"
            )
        self.kept: list[torch.Tensor] = []
        self.dtype = state.dtype
        self.step = _STRUCTURES[state.dtype]()
        for name, value in zip(_NUMBERS, (member, z, y, x, species, tags, tags, int(y_first)), strict=True):
            setattr(self.step, name, value)
        self.step.seconds = interval.seconds
        self.lend("q", state, copy=False)
        flow = interval.flow
        self.lend("mass", interval.mass(number))
        for name in ("flux_x", "flux_y", "flux_z"):
            self.lend(name, getattr(flow, name))
        for name in ("parts_x", "parts_y", "parts_z"):
            self.lend(name, getattr(interval, name), torch.int32)
        for name in ("west", "east", "south", "north", "top"):
            self.lend(name, getattr(outside, name))

    def lend(
        self, name: str, value: torch.Tensor | None, dtype: torch.dtype | None = None, *, copy: bool = True
    ) -> None:
        """Point a field to a tensor, made contiguous and of the right type."""
        if value is None:
            return
        fit = value.detach().to(dtype or self.dtype).contiguous()
        if not copy and fit.data_ptr() != value.data_ptr():
            raise InputError(f"{name}: expected a contiguous tensor of {self.dtype}")
        self.kept.append(fit)
        setattr(self.step, name, fit.data_ptr())

    def lend_processes(self, interval: Interval, species: int) -> None:
        """Point to everything that acts in columns and cells."""
        processes = interval.processes
        for name in ("mixing", "deposition", "settling"):
            self.lend(name, getattr(processes, name))
        self.lend("kept", interval.kept)
        self.lend("converted", interval.converted)
        which = {s: i for i, s in enumerate(processes.settling_species)}
        self.lend("settles", torch.tensor([which.get(s, -1) for s in range(species)]), torch.int32)
        reactions = processes.reactions if interval.converted is not None else ()
        self.step.reactions = len(reactions)
        self.lend("reaction_source", torch.tensor([r.source for r in reactions]), torch.int32)
        self.lend("reaction_product", torch.tensor([r.product for r in reactions]), torch.int32)
        self.lend("reaction_factor", torch.tensor([r.mass_factor for r in reactions], dtype=self.dtype))

    def lend_emissions(self, emissions: Emissions | None) -> None:
        """Point to the emissions, if any."""
        if emissions is None or not len(emissions.rate):
            return
        self.lend("emission_first", emissions.first, torch.int64)
        self.lend("emission_layer", emissions.layer, torch.int32)
        self.lend("emission_slot", emissions.slot, torch.int32)
        self.lend("emission_rate", emissions.rate)

    def lend_base(self, base: torch.Tensor) -> None:
        """Point to the state linearised about; it has the adjoint's tags, or one."""
        self.step.base_tags = base.shape[-1]
        self.lend("base", base, copy=False)


def forward_horizontal(
    state: torch.Tensor, interval: Interval, number: int, outside: Outside, *, y_first: bool
) -> None:
    """The sweeps along x and y, in place."""
    lender = _Lender(state, interval, number, outside, y_first=y_first)
    _call("horizontal_door", state.dtype, lender.step)


def forward_column(
    state: torch.Tensor, interval: Interval, number: int, outside: Outside, emissions: Emissions | None
) -> None:
    """Emissions, the vertical sweep, the implicit column, reactions and scavenging, in place."""
    lender = _Lender(state, interval, number, outside, y_first=False)
    lender.lend_processes(interval, state.shape[-2])
    lender.lend_emissions(emissions)
    _call("column_door", state.dtype, lender.step)


def back_column(  # noqa: PLR0913, PLR0917 - what the forward step was given, and where its transpose goes
    adjoint: torch.Tensor, base: torch.Tensor, interval: Interval, number: int, outside: Outside,
    emissions: Emissions | None, sums: Sums,
) -> None:  # fmt: skip
    """Transpose of `forward_column` about `base`, the state after the horizontal sweeps, in place.

    `base` is used up: the emissions are added to it. `sums.emitted` and `sums.outside.top` are added to. The
    adjoint that comes out is that of the state just after the emission.
    """
    lender = _Lender(adjoint, interval, number, outside, y_first=False)
    lender.lend_base(base)
    lender.lend_processes(interval, adjoint.shape[-2])
    lender.lend_emissions(emissions)
    lender.lend("back_top", sums.outside.top, copy=False)
    lender.step.emission_layers = sums.emitted.shape[1]
    lender.lend("emitted", sums.emitted, copy=False)
    _call("column_back_door", adjoint.dtype, lender.step)


def back_horizontal(  # noqa: PLR0913 - as above
    adjoint: torch.Tensor, base: torch.Tensor, interval: Interval, number: int, outside: Outside,
    back: Outside, *, y_first: bool,
) -> None:  # fmt: skip
    """Transpose of `forward_horizontal` about `base`, the state before it, in place; `back` is added to."""
    lender = _Lender(adjoint, interval, number, outside, y_first=y_first)
    lender.lend_base(base)
    for name in ("west", "east", "south", "north"):
        lender.lend(f"back_{name}", getattr(back, name), copy=False)
    _call("horizontal_back_door", adjoint.dtype, lender.step)
