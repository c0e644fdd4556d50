"""What emits: cells of a grid near the ground, and points with their stacks and weeks."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

__all__ = ["AreaSources", "PointSources", "Stacks", "WeekProfiles"]


@dataclass(frozen=True)
class AreaSources:
    """What is emitted from cells of the grid near the ground; one entry for each source and cell.

    Attributes:
        sector: ids, (area,).
        region: ids, (area,).
        row: of the cell, from the south, (area,).
        column: of the cell, from the west, (area,).
        emission: kg in the month, (month, area, species).
    """

    sector: np.ndarray
    region: np.ndarray
    row: np.ndarray
    column: np.ndarray
    emission: np.ndarray

    def __len__(self) -> int:
        """Number of entries."""
        return len(self.row)

    def take(self, which: np.ndarray) -> AreaSources:
        """Some of the entries, by a mask or by their places."""
        plain = {one.name: getattr(self, one.name)[which] for one in fields(self) if one.name != "emission"}
        return AreaSources(**plain, emission=self.emission[:, which])

    @classmethod
    def none(cls, months: int, species: int) -> AreaSources:
        """No area sources."""
        text, whole = np.empty(0, "U1"), np.empty(0, np.int64)
        return cls(text, text, whole, whole, np.empty((months, 0, species)))


@dataclass(frozen=True)
class Stacks:
    """Stacks of points; NaN where not known; all (point,).

    Attributes:
        height: above ground, m.
        diameter: inner, at the top, m.
        temperature: of the gas leaving, K.
        velocity: of the gas leaving, m s-1.
    """

    height: np.ndarray
    diameter: np.ndarray
    temperature: np.ndarray
    velocity: np.ndarray

    @classmethod
    def unknown(cls, points: int) -> Stacks:
        """Stacks of which nothing is known."""
        return cls(*(np.full(points, np.nan) for _ in range(4)))

    def take(self, which: np.ndarray) -> Stacks:
        """Some of the stacks, by a mask or by their places."""
        return Stacks(*(getattr(self, one.name)[which] for one in fields(self)))


@dataclass(frozen=True)
class PointSources:
    """Points: plants, boilers, their stacks.

    Attributes:
        id: permit number with the number of the stack, or another name that stays, (point,).
        name: (point,).
        sector: ids, (point,).
        region: ids, (point,).
        county: code of GB/T 2260 or empty, (point,).
        grade: performance grade `A`, `B`, `C`, `D` or empty, (point,).
        lon: degrees east, (point,).
        lat: degrees north, (point,).
        stacks: the stacks.
        emission: kg in the month, (month, point, species).
    """

    id: np.ndarray
    name: np.ndarray
    sector: np.ndarray
    region: np.ndarray
    county: np.ndarray
    grade: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    stacks: Stacks
    emission: np.ndarray

    def __len__(self) -> int:
        """Number of points."""
        return len(self.lon)

    @classmethod
    def none(cls, months: int, species: int) -> PointSources:
        """No points."""
        text, number = np.empty(0, "U1"), np.empty(0)
        nothing = np.empty((months, 0, species))
        return cls(text, text, text, text, text, text, number, number, Stacks.unknown(0), nothing)

    def take(self, which: np.ndarray) -> PointSources:
        """Some of the points, by a mask or by their places."""
        plain = {
            one.name: getattr(self, one.name)[which]
            for one in fields(self)
            if one.name not in {"stacks", "emission"}
        }
        return PointSources(**plain, stacks=self.stacks.take(which), emission=self.emission[:, which])


@dataclass(frozen=True)
class WeekProfiles:
    """Weeks of points that have their own, from continuous monitoring.

    Attributes:
        point: place of the point among the points, (profile,).
        weight: relative emission by weekday (Monday first) and hour of Xinjiang time, (profile, 7, 24).
    """

    point: np.ndarray
    weight: np.ndarray

    @classmethod
    def none(cls) -> WeekProfiles:
        """No point has a week of its own."""
        return cls(np.empty(0, np.int64), np.empty((0, 7, 24)))
