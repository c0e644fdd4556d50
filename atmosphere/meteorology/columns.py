"""Interpolation in height in many columns at once, from levels that lie elsewhere in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from foundation.errors import InputError

__all__ = ["Columns"]


@dataclass(frozen=True)
class Columns:
    """Levels of many columns.

    Attributes:
        height: above ground, m, growing from level to level, shape (level, y, x).
        first: index of the lowest level above the ground, shape (y, x).
    """

    height: np.ndarray
    first: np.ndarray

    @classmethod
    def of(cls, height: np.ndarray, highest_wanted: float) -> Columns:
        """Levels at given heights above ground.

        Args:
            height: m, shape (level, y, x).
            highest_wanted: height that the levels must reach everywhere, m.

        Raises:
            InputError: when heights do not grow, or do not reach so high.
        """
        steps = np.diff(height, axis=0)
        if not (steps > 0).all():
            level = int(np.argmax(~(steps > 0).all(axis=(1, 2)))) + 1
            raise InputError(f"height above ground: level {level} does not lie above level {level - 1}",
                             where="weather", remedy="Levels count from the ground upward")  # fmt: skip
        reach = float(height[-1].min())
        if reach < highest_wanted:
            what = (
                f"the levels reach {reach:.0f} m above ground, the highest layer needs {highest_wanted:.0f} m"
            )
            raise InputError(f"{what}: upper levels are missing", where="weather")
        return cls(height, np.argmax(height > 0, axis=0))

    @property
    def lowest_height(self) -> np.ndarray:
        """Height of the lowest level above the ground, m, shape (y, x)."""
        return self.lowest(self.height)

    def lowest(self, values: np.ndarray) -> np.ndarray:
        """Values there, shape (y, x)."""
        return np.asarray(np.take_along_axis(values, self.first[None], axis=0)[0])

    def between(
        self,
        wanted: np.ndarray,
        ground_height: float,
        measure: Callable[[np.ndarray], np.ndarray] = np.asarray,
    ) -> Interpolation:
        """Interpolation to other heights, linear in a measure of height.

        Args:
            wanted: heights above ground, m, growing, shape (z,).
            ground_height: height above ground of a node that takes the place of all levels at or below it, m.
            measure: what values are linear in: height itself, or its logarithm.
        """
        node = np.full((1, *self.first.shape), ground_height, self.height.dtype)
        nodes = np.concatenate([node, np.maximum(self.height, ground_height)])
        upper = np.stack([np.clip((nodes < height).sum(axis=0), 1, len(nodes) - 1) for height in wanted])
        low, high = (np.take_along_axis(nodes, index, axis=0) for index in (upper - 1, upper))
        aim = np.maximum(np.asarray(wanted, self.height.dtype), ground_height)[:, None, None]
        gap = np.maximum(measure(high) - measure(low), np.finfo(self.height.dtype).tiny)
        share = np.clip((measure(aim) - measure(low)) / gap, 0.0, 1.0)
        return Interpolation(upper, share.astype(self.height.dtype), self.height > ground_height)


@dataclass(frozen=True)
class Interpolation:
    """Where the wanted heights lie between the nodes of each column: the ground's first, then the levels.

    Attributes:
        upper: index of the node above, shape (z, y, x).
        share: how far towards it, 0 to 1.
        used: which levels lie above the ground's node, shape (level, y, x).
    """

    upper: np.ndarray
    share: np.ndarray
    used: np.ndarray

    def __call__(self, values: np.ndarray, ground: np.ndarray) -> np.ndarray:
        """Values at the wanted heights, shape (z, y, x), constant below the ground's node.

        Args:
            values: on the levels, shape (level, y, x).
            ground: at the ground's node, shape (y, x).
        """
        low, high = self.nodes(values, ground)
        return np.asarray(low + self.share * (high - low))

    def nodes(self, values: np.ndarray, ground: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values at the nodes below and above the wanted heights, each of shape (z, y, x)."""
        ground = np.asarray(ground, values.dtype)
        known = np.concatenate([ground[None], np.where(self.used, values, ground)])
        below, above = (np.take_along_axis(known, index, axis=0) for index in (self.upper - 1, self.upper))
        return below, above

    def hydrostatic(self, temperature: np.ndarray, ground: np.ndarray) -> Interpolation:
        """The same for the logarithm of pressure: linear in the integral of 1 / temperature over height.

        Exact where temperature is linear in height between the nodes.

        Args:
            temperature: virtual temperature on the levels, K, shape (level, y, x).
            ground: at the ground's node, K.
        """
        below, above = self.nodes(temperature, ground)
        growth = above / below - 1.0
        small = np.abs(growth) < 1e-5
        growth = np.where(small, 1.0, growth)
        share = np.where(small, self.share, np.log1p(self.share * growth) / np.log1p(growth))
        return replace(self, share=share.astype(self.share.dtype))
