"""Random numbers that depend on nothing but a key and a counter: Philox 4x32-10.

Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as 1, 2, 3, doi:10.1145/2063384.2063405.
A particle's numbers at a step are the same whatever else runs, on however many threads.
"""

from __future__ import annotations

import torch

__all__ = ["philox", "unit_interval"]

_WORD = 0xFFFFFFFF
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10

Words = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


def philox(counter: Words, key: tuple[int, int]) -> Words:
    """Four 32-bit words for each counter.

    Args:
        counter: four tensors of int64 that hold 32-bit words.
        key: two 32-bit words.
    """
    c0, c1, c2, c3 = counter
    for turn in range(_ROUNDS):
        keys = [(word + turn * weyl) & _WORD for word, weyl in zip(key, _WEYL, strict=True)]
        high_a, low_a = _product(_MULTIPLIERS[0], c0)
        high_b, low_b = _product(_MULTIPLIERS[1], c2)
        c0, c1, c2, c3 = high_b ^ c1 ^ keys[0], low_b, high_a ^ c3 ^ keys[1], low_a
    return c0, c1, c2, c3


def unit_interval(words: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Numbers strictly between 0 and 1 from the upper 23 bits of words."""
    return ((words >> 9).to(dtype) + 0.5) * 2.0**-23


def _product(factor: int, word: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Upper and lower word of a product of two words; 16 bits at a time, as int64 has a sign."""
    low = word * (factor & 0xFFFF)
    high = word * (factor >> 16) + (low >> 16)
    return high >> 16, ((high & 0xFFFF) << 16) | (low & 0xFFFF)
