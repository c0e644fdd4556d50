"""Quantiles by their distance from the median in ln space, scaled without moving it and without crossings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.distribution import SMALLEST, checked_levels
from foundation.errors import ContractError

DAY_LEADS = (1, 2, 3, 4, 5, 6, 7)
"""Groups of leads of a daily forecast: each day."""

HOUR_LEADS = (1, 3, 6, 12, 24, 48, 72, 96, 120, 144, 168)
"""Groups of leads of an hourly forecast, by their last hour."""


@dataclass(frozen=True)
class QuantileAxes:
    """What the last axes of quantiles stand for.

    Attributes:
        levels: (level,) increasing, 0.5 among them.
        leads: (lead,) steps ahead.
        pollutants: names.
    """

    levels: np.ndarray
    leads: np.ndarray
    pollutants: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse levels without a median, and leads that are none."""
        median_position(checked_levels(self.levels))
        if np.asarray(self.leads).ndim != 1 or (np.asarray(self.leads) < 1).any():
            raise ContractError(f"expected leads of 1 step or more, got {self.leads}")

    def check(self, quantiles: np.ndarray) -> None:
        """Refuse quantiles (issue, lead, station, pollutant, level) of another shape, and missing ones.

        Raises:
            ContractError: says what was expected and got.
        """
        wanted = (len(self.leads), len(self.pollutants), len(self.levels))
        shape = quantiles.shape
        if quantiles.ndim != 5 or (shape[1], *shape[3:]) != wanted:
            raise ContractError(
                f"quantiles (issue, lead, station, pollutant, level): expected {wanted[0]} leads, "
                f"{wanted[1]} pollutants and {wanted[2]} levels, got shape {shape}"
            )
        if not np.isfinite(quantiles).all():
            missing = int((~np.isfinite(quantiles)).sum())
            raise ContractError(f"quantiles: expected no missing value, got {missing}")


def median_position(levels: np.ndarray) -> int:
    """Position of the median among levels.

    Raises:
        ContractError: when it is not among them.
    """
    found = np.flatnonzero(np.isclose(levels, 0.5))
    if not found.size:
        raise ContractError(f"expected the level 0.5 among the levels, got {levels}")
    return int(found[0])


def lead_group(leads: np.ndarray, bounds: tuple[int, ...]) -> np.ndarray:
    """Number of the group of each lead; leads beyond the last bound take the last group."""
    return np.minimum(np.searchsorted(bounds, leads), len(bounds) - 1)


def outward(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the levels below and above the median, each from the median outwards."""
    middle = median_position(levels)
    return np.arange(middle - 1, -1, -1), np.arange(middle + 1, len(levels))


def log_distance(quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Distance (..., level) of each level from the median in ln space, 0 or more, on its own side."""
    logarithm = np.log(np.maximum(quantiles, SMALLEST))
    sign = np.where(np.asarray(levels) < 0.5, -1.0, 1.0).astype(logarithm.dtype)
    middle = median_position(levels)
    return np.asarray(np.maximum(sign * (logarithm - logarithm[..., middle : middle + 1]), 0.0))


def scaled_about_median(quantiles: np.ndarray, factors: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Quantiles with each distance from the median multiplied; a level never comes inside one nearer to it.

    Args:
        quantiles: (..., level) display units, above 0.
        factors: (..., level) 0 or more; what stands at the median is not used.
        levels: (level,).

    Returns:
        The same shape and type, not decreasing along the levels; the median bit for bit.
    """
    distance = log_distance(quantiles, levels) * factors.astype(quantiles.dtype)
    median = quantiles[..., median_position(levels)]
    scaled = quantiles.copy()
    for side, sign in zip(outward(levels), (-1.0, 1.0), strict=True):
        reach = np.maximum.accumulate(distance[..., side], axis=-1)
        scaled[..., side] = median[..., None] * np.exp(quantiles.dtype.type(sign) * reach)
    return scaled
