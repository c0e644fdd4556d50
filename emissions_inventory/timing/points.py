"""Hours of points: each by its sector and region, or by a week of its own; a year of them in blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from emissions_inventory.emitters import PointSources, WeekProfiles
from emissions_inventory.timing.clock import checked_hours, hours_of_month
from emissions_inventory.timing.factors import hour_factors, week_factors
from emissions_inventory.timing.temperature import DailyTemperature
from foundation.errors import InputError

__all__ = ["HourlyBlock", "PointTiming", "hourly_points"]

_LARGEST_BYTES = 100_000_000


@dataclass(frozen=True)
class HourlyBlock:
    """Emissions of points in some consecutive hours.

    Attributes:
        month: calendar month in Beijing time that holds the hours.
        times: starts of the hours, UTC, (time,).
        emission: kg in the hour, (time, point, species).
    """

    month: str
    times: np.ndarray
    emission: np.ndarray


@dataclass(frozen=True)
class PointTiming:
    """What decides on the hours of points.

    Attributes:
        sector: ids, (point,).
        region: ids, (point,).
        profiles: points with weeks of their own.
        temperature: mean temperatures of days by id of a region; normals for the others.
    """

    sector: np.ndarray
    region: np.ndarray
    profiles: WeekProfiles = field(default_factory=WeekProfiles.none)
    temperature: Mapping[str, DailyTemperature] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        points: PointSources,
        profiles: WeekProfiles | None = None,
        temperature: Mapping[str, DailyTemperature] | None = None,
    ) -> PointTiming:
        """The timing of points of an inventory.

        Raises:
            InputError: when a profile belongs to no point, or two to the same.
        """
        weeks = profiles or WeekProfiles.none()
        own = weeks.point
        if len(own) and (own.min() < 0 or own.max() >= len(points) or len(np.unique(own)) < len(own)):
            raise InputError(
                f"weeks of points: expected different places below {len(points)}", where="profiles"
            )
        return cls(points.sector, points.region, weeks, temperature or {})

    def factors(self, times: np.ndarray) -> np.ndarray:
        """Emission of each hour over the mean of its month, see `hour_factors`; (time, point)."""
        column, kinds = self.kinds()
        return np.asarray(self.table(checked_hours(times), kinds)[:, column])

    def kinds(self) -> tuple[np.ndarray, list[tuple[str, str]]]:
        """Column of each point in `table`, and the pairs of sector and region that have one."""
        pairs = list(zip(map(str, self.sector), map(str, self.region), strict=True))
        kinds = sorted(set(pairs))
        number = {pair: place for place, pair in enumerate(kinds)}
        column = np.array([number[pair] for pair in pairs], dtype=np.int64)
        column[self.profiles.point] = len(kinds) + np.arange(len(self.profiles.point))
        return column, kinds

    def table(self, times: np.ndarray, kinds: Sequence[tuple[str, str]]) -> np.ndarray:
        """Factors of each pair of sector and region, then of each week of its own, (time, column)."""
        table = np.empty((len(times), len(kinds) + len(self.profiles.point)))
        for number, (sector, region) in enumerate(kinds):
            warmth = self.temperature.get(region)
            table[:, number] = hour_factors([sector], times, warmth, region)[:, 0]
        table[:, len(kinds) :] = week_factors(self.profiles.weight, times)
        return table


def hourly_points(
    emission: np.ndarray,
    months: Sequence[str],
    timing: PointTiming,
    largest_bytes: int = _LARGEST_BYTES,
) -> Iterator[HourlyBlock]:
    """Hourly emissions of points, block after block; the hours of a month add up to its emission.

    Args:
        emission: kg in the month, (month, point, species).
        months: calendar months in Beijing time, such as `2026-01`, one for each of the first dimension.
        timing: of the points.
        largest_bytes: size of a block at most, but at least one hour.

    Yields:
        Blocks of consecutive hours, none across the edge of a month.

    Raises:
        InputError: when shapes do not fit, or an emission is missing or below 0.
    """
    amounts = np.asarray(emission, dtype=np.float64)
    expected = (len(months), len(timing.sector))
    if amounts.ndim != 3 or amounts.shape[:2] != expected:
        raise InputError(f"emissions: expected shape {(*expected, 'species')}, got {amounts.shape}")
    if not (np.isfinite(amounts).all() and (amounts >= 0).all()):
        raise InputError("emissions: expected 0 or more, none missing", remedy="Check the inventory")
    column, kinds = timing.kinds()
    step = max(1, largest_bytes // max(amounts[0].nbytes, 1)) if len(months) else 1
    for month, amount in zip(months, amounts, strict=True):
        times = hours_of_month(month)
        table = timing.table(times, kinds)
        rate = amount / len(times)
        for first in range(0, len(times), step):
            block = slice(first, first + step)
            hourly = table[block][:, column]
            yield HourlyBlock(month, times[block], hourly[:, :, None] * rate)
