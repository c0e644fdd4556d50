"""Outlines of stacked steps, so that a chart of many hours is a few shapes and not thousands."""

from __future__ import annotations

import numpy as np

__all__ = ["step_outline"]

_TOUCHING = 1e-6


def step_outline(
    left: np.ndarray, right: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corners of all steps in one line, broken by NaN where one step does not touch the next.

    Args:
        left: left sides, ascending, (step,).
        right: right sides, (step,).
        low: lower ends, (step,).
        high: upper ends, (step,).

    Returns:
        Abscissae, lower and upper ends, each (3 * step,), as `fill_between` takes them.
    """
    gap = np.append(left[1:] - right[:-1] > _TOUCHING, False)
    breaks = np.where(gap, np.nan, 0.0)
    corners = [np.column_stack([first, last, last + breaks]).ravel() for first, last in (
        (left, right), (low, low), (high, high)
    )]  # fmt: skip
    return corners[0], corners[1], corners[2]
