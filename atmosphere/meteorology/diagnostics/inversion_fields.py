"""The strongest inversion of every column of a grid, by the rule of `inversion`, all columns at once."""

from __future__ import annotations

import numpy as np

from atmosphere.meteorology.diagnostics.inversion import InversionRule

__all__ = ["InversionFields", "inversion_fields"]


class InversionFields:
    """The strongest inversion of each column; where there is none, strength and depth are 0 and base NaN.

    Attributes:
        strength: K, (...).
        base: height above ground, m, (...).
        depth: m, (...).
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        """Begin without any."""
        self.strength = np.zeros(shape)
        self.base = np.full(shape, np.nan)
        self.depth = np.zeros(shape)

    def keep(self, where: np.ndarray, rise: np.ndarray, base: np.ndarray, top: np.ndarray) -> None:
        """Keep an inversion where it is stronger than what was found before."""
        stronger = where & (rise > self.strength)
        self.strength[stronger] = rise[stronger]
        self.base[stronger] = base[stronger]
        self.depth[stronger] = (top - base)[stronger]


def inversion_fields(
    temperature: np.ndarray, height: np.ndarray, rule: InversionRule | None = None
) -> InversionFields:
    """The strongest inversion of every column.

    The same as `strongest(inversions(profile))` of each column where no layer that falls after a top is cut
    into levels closer than the merged gap; there, an inversion within that gap is not begun anew.

    Args:
        temperature: K, from the ground upward, (level, ...).
        height: above ground, m, (level, ...).
        rule: what counts; that of the program when None.
    """
    used = rule or InversionRule()
    found = InversionFields(temperature.shape[1:])
    inside = np.zeros(temperature.shape[1:], dtype=bool)
    base_t, base_z = temperature[0].copy(), height[0].copy()
    top_t, top_z = base_t.copy(), base_z.copy()

    def close(where: np.ndarray) -> None:
        rise = top_t - base_t
        counts = where & (base_z <= used.base_below) & (rise >= used.least_strength)
        found.keep(counts, rise, base_z, top_z)

    for level in range(1, len(temperature)):
        now_t, now_z = temperature[level], height[level]
        ended = inside & (now_t <= top_t) & (now_z - top_z >= used.merged_gap)
        close(ended)
        inside &= ~ended
        begins = ~inside & (now_t > temperature[level - 1])
        base_t[begins], base_z[begins] = temperature[level - 1][begins], height[level - 1][begins]
        inside |= begins
        higher = begins | (inside & (now_t > top_t))
        top_t[higher], top_z[higher] = now_t[higher], now_z[higher]
    close(inside)
    return found
