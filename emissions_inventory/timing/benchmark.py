"""How long a year of hourly emissions of points takes, and whether its hours add up to the year."""

from __future__ import annotations

import time

import numpy as np

from emissions_inventory.emitters import WeekProfiles
from emissions_inventory.inventory import SPECIES
from emissions_inventory.labels import source_labels
from emissions_inventory.timing.points import PointTiming, hourly_points

__all__ = ["timing_benchmark"]

_OWN_WEEKS_SHARE = 20
_SEED = 4


def timing_benchmark(points: int = 5000, year: int = 2026) -> dict[str, float | int | bool]:
    """Spread made emissions of a year over its hours; one point in twenty has a week of its own.

    Args:
        points: how many.
        year: which.

    Returns:
        Seconds to make all hours (`seconds`) and, beside, to add them up (`adding_seconds`); the numbers of
        points, species, hours and values; the largest block, bytes; the largest relative error of the sum
        over a month and over the year of any point and species; `target_seconds` and `passed`.
    """
    emission, months, timing = _made(points, year)
    sums = np.zeros_like(emission)
    making, adding, hours, largest = 0.0, 0.0, 0, 0
    blocks = hourly_points(emission, months, timing)
    while True:
        start = time.perf_counter()
        block = next(blocks, None)
        making += time.perf_counter() - start
        if block is None:
            break
        start = time.perf_counter()
        sums[months.index(block.month)] += block.emission.sum(axis=0)
        adding += time.perf_counter() - start
        hours += len(block.times)
        largest = max(largest, block.emission.nbytes)
    target = 30.0
    return {
        "points": points, "species": emission.shape[2], "hours": hours,
        "values": hours * emission[0].size, "own_weeks": len(timing.profiles.point),
        "seconds": round(making, 3), "adding_seconds": round(adding, 3), "largest_block_bytes": largest,
        "relative_error_month": _error(sums, emission),
        "relative_error_year": _error(sums.sum(axis=0), emission.sum(axis=0)),
        "target_seconds": target, "passed": making < target,
    }  # fmt: skip


def _made(points: int, year: int) -> tuple[np.ndarray, list[str], PointTiming]:
    random = np.random.default_rng(_SEED)
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    emission = random.lognormal(5.0, 2.0, (12, points, len(SPECIES)))
    labels = source_labels()
    sector = random.choice(labels.sector_ids(), points)
    region = random.choice(labels.region_ids(), points)
    own = np.arange(0, points, _OWN_WEEKS_SHARE)
    return (
        emission,
        months,
        PointTiming(sector, region, WeekProfiles(own, random.gamma(2.0, 1.0, (len(own), 7, 24)))),
    )


def _error(got: np.ndarray, expected: np.ndarray) -> float:
    return float(np.max(np.abs(got - expected) / expected, initial=0.0))
