"""Work of a GPU captured as a graph, and work on a stream of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

__all__ = ["beside", "captured"]

Result = TypeVar("Result")


def captured(work: Callable[[], None], changed: tuple[torch.Tensor, ...]) -> torch.cuda.CUDAGraph:
    """The graph of work on the current device, not yet replayed.

    Args:
        work: launches kernels; it is run once to warm up, as CUDA graphs ask, and once to be captured.
        changed: tensors whose values the warming up must leave as they were.
    """
    before = [tensor.clone() for tensor in changed]
    side = _stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        work()
    torch.cuda.current_stream().wait_stream(side)
    for tensor, values in zip(changed, before, strict=True):
        tensor.copy_(values)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph


def beside(like: torch.Tensor, work: Callable[[], Result]) -> Callable[[], Result]:
    """Do work on a stream of its own, where `like` is on a GPU; the function that comes back waits for it."""
    if not like.is_cuda:
        done = work()
        return lambda: done
    here, side = torch.cuda.current_stream(), _stream()
    side.wait_stream(here)
    with torch.cuda.stream(side):
        result = work()

    def wait() -> Result:
        here.wait_stream(side)
        return result

    return wait


def _stream() -> torch.cuda.Stream:
    return torch.cuda.Stream()  # type: ignore[no-untyped-call]
