"""Kernels of `kernels.cu`, compiled at run time by PyTorch's NVRTC, and how they are launched."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from atmosphere.transport.forcing import Reaction

__all__ = ["available", "definitions", "launch", "pack_of"]

_SOURCE = Path(__file__).with_name("kernels.cu")
_SCHEMES = Path(__file__).with_name("schemes.h")
_REALS = {torch.float32: "float", torch.float64: "double"}
_THREADS = 128


def available(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether this PyTorch can compile the kernels for a device and type."""
    return device.type == "cuda" and dtype in _REALS and hasattr(torch.cuda, "_compile_kernel")


@lru_cache(maxsize=64)
def _kernel(name: str, head: str, device: int) -> Any:
    source = _SOURCE.read_text(encoding="utf-8").replace(
        '#include "schemes.h"', _SCHEMES.read_text(encoding="utf-8")
    )
    with torch.cuda.device(device):
        return torch.cuda._compile_kernel(head + source, name)  # noqa: SLF001 - PyTorch's only door to NVRTC


def pack_of(state: torch.Tensor) -> int:
    """How many neighbouring tags one thread works on."""
    return next(width for width in (4, 2, 1) if state.shape[-1] % width == 0)


def definitions(like: torch.Tensor, reactions: tuple[Reaction, ...]) -> str:
    """The macros that `kernels.cu` is compiled with, for a state and its reactions."""
    lists = {
        "SOURCES": [r.source for r in reactions] or [0], "PRODUCTS": [r.product for r in reactions] or [0],
    }  # fmt: skip
    numbers = {
        "REAL": _REALS[like.dtype], "PACK": pack_of(like),
        **dict(zip(("LAYERS", "ROWS", "COLUMNS", "SPECIES", "TAGS"), like.shape[1:], strict=True)),
        "REACTIONS": len(reactions),
        **{name: ", ".join(map(str, values)) for name, values in lists.items()},
    }  # fmt: skip
    return "".join(f"#define {name} {value}\n" for name, value in numbers.items())


def launch(
    name: str,
    like: torch.Tensor,
    reactions: tuple[Reaction, ...],
    threads: int,
    *arguments: torch.Tensor | int | None,
) -> None:
    """Run one kernel on the current stream.

    Args:
        name: of the kernel.
        like: the state (member, z, y, x, species, tag): its type and sizes choose the compiled variant.
        reactions: those that the variant is compiled for.
        threads: number of threads needed.
        arguments: tensors, numbers, or None for a null pointer.
    """
    kernel = _kernel(name, definitions(like, reactions), like.device.index or 0)
    blocks = (threads + _THREADS - 1) // _THREADS
    kernel(grid=(blocks, 1, 1), block=(_THREADS, 1, 1), args=[_argument(a, like) for a in arguments])


def _argument(value: torch.Tensor | int | None, like: torch.Tensor) -> torch.Tensor | int:
    return _nothing(like.device, like.dtype) if value is None else value


@lru_cache(maxsize=8)
def _nothing(device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    """A tensor without numbers: its address is the null pointer."""
    return torch.empty(0, device=device, dtype=dtype)
