"""Small tensor operations on one thread: several would wait for one another longer than they work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["one_thread"]


@contextmanager
def one_thread() -> Iterator[None]:
    """Let PyTorch work on one thread within the block, and on as many as before after it.

    On a machine whose cores are busy, every operation shared between threads waits for the slowest to be
    scheduled; a field of the size of a domain is not worth it.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
