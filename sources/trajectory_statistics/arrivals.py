"""Backward trajectories to receptors: the input of every statistic here, checked once when it is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from foundation.errors import ContractError
from foundation.times import shown

__all__ = ["BackwardTrajectories", "joined"]

_LONGEST_TEXT = 8


@dataclass(frozen=True)
class BackwardTrajectories:
    """Backward trajectories, each to a receptor at a time.

    Attributes:
        receptor: name of the receptor, such as a place id, shape (trajectory,).
        arrival_time: UTC, shape (trajectory,).
        age_h: hours before arrival, 0 first, in equal steps, shape (age,).
        lon: degrees east, -360 to 360, shape (trajectory, age); NaN after the end of a truncated one.
        lat: degrees north.
        height_m: above ground.
        reasons: why each ends before its time; empty for a complete one.

    Raises:
        ContractError: naming what is wrong; a gap, or a truncated trajectory without a reason, is refused.
    """

    receptor: np.ndarray
    arrival_time: np.ndarray
    age_h: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    height_m: np.ndarray
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check shapes, ages, places and truncation."""
        self._check_shapes()
        self._check_ages()
        self._check_places()
        self._check_ends()

    def __len__(self) -> int:
        """How many trajectories."""
        return len(self.receptor)

    @property
    def step_h(self) -> float:
        """Time between places, h."""
        return float(self.age_h[1] - self.age_h[0])

    @property
    def complete(self) -> np.ndarray:
        """Which trajectories last to the end, shape (trajectory,)."""
        return np.array([not reason for reason in self.reasons], dtype=bool)

    @property
    def receptors(self) -> list[str]:
        """Names of the receptors, sorted."""
        return sorted({str(name) for name in self.receptor})

    def select(self, rows: np.ndarray) -> BackwardTrajectories:
        """Some of the trajectories, by index or mask, shape (trajectory,)."""
        index = np.arange(len(self))[rows]
        return BackwardTrajectories(
            self.receptor[index], self.arrival_time[index], self.age_h, self.lon[index], self.lat[index],
            self.height_m[index], tuple(self.reasons[row] for row in index),
        )  # fmt: skip

    def names(self, rows: np.ndarray) -> str:
        """The first few of some trajectories as people read them: receptor and Beijing time."""
        index = np.arange(len(self))[rows]
        first = [f"{self.receptor[row]} {shown(self.arrival_time[row])}" for row in index[:3]]
        return "; ".join(first) + (f" and {len(index) - 3} more" if len(index) > 3 else "")

    def truncated_list(self) -> list[dict[str, Any]]:
        """The truncated trajectories: receptor, arrival time, hours that were followed, reason."""
        return [
            {
                "receptor": str(self.receptor[row]),
                "arrival_time": str(self.arrival_time[row].astype("datetime64[s]")) + "Z",
                "hours_followed": float(self.age_h[np.isfinite(self.lon[row]).sum() - 1]),
                "reason": self.reasons[row],
            }
            for row in np.flatnonzero(~self.complete)
        ]

    def _check_shapes(self) -> None:
        number, ages = len(self.receptor), len(self.age_h)
        if not number:
            raise _breach("expected one trajectory or more, got none")
        lengths = {"arrival_time": len(self.arrival_time), "reasons": len(self.reasons)}
        for name, length in lengths.items():
            if length != number:
                raise _breach(f"{name!r}: expected {number} values, one for each trajectory, got {length}")
        for name in ("lon", "lat", "height_m"):
            if getattr(self, name).shape != (number, ages):
                got = getattr(self, name).shape
                raise _breach(f"{name!r}: expected shape ({number}, {ages}), (trajectory, age), got {got}")
        if self.arrival_time.dtype.kind != "M" or np.isnat(self.arrival_time).any():
            raise _breach("'arrival_time': expected times in UTC, none missing")

    def _check_ages(self) -> None:
        steps = np.diff(self.age_h)
        even = len(steps) and np.allclose(steps, steps[0], rtol=0, atol=1e-6) and steps[0] > 0
        if self.age_h.size and (self.age_h[0] != 0 or not even):
            got = ", ".join(f"{age:g}" for age in self.age_h[:_LONGEST_TEXT])
            raise _breach(f"'age_h': expected hours before arrival from 0 in equal steps, got {got}")

    def _check_places(self) -> None:
        limits = {"lon": (-360.0, 360.0), "lat": (-90.0, 90.0), "height_m": (-1000.0, 90000.0)}
        there = np.isfinite(self.lon)
        for name, (low, high) in limits.items():
            values = getattr(self, name)
            wrong = (np.isfinite(values) != there) | (there & ~((values >= low) & (values <= high)))
            if wrong.any():
                row, age = np.argwhere(wrong)[0]
                raise _breach(
                    f"{name!r}: expected {low:g} to {high:g} wherever there is a longitude, got "
                    f"{values[row, age]:g}", f"{self.names(np.array([row]))}, {self.age_h[age]:g} h before",
                )  # fmt: skip

    def _check_ends(self) -> None:
        there = np.isfinite(self.lon)
        if not there[:, 0].all():
            raise _breach("no place at arrival", self.names(~there[:, 0]))
        gap = (there[:, 1:] & ~there[:, :-1]).any(axis=1)
        if gap.any():
            raise _breach("places after a gap", self.names(gap))
        unexplained = ~there[:, -1] & self.complete
        if unexplained.any():
            raise _breach("a truncated trajectory gives no reason", self.names(unexplained))


def joined(parts: Sequence[BackwardTrajectories]) -> BackwardTrajectories:
    """Several sets as one.

    Raises:
        ContractError: when there is none, or their ages differ.
    """
    if not parts:
        raise _breach("expected one set or more, got none")
    if any(not np.array_equal(part.age_h, parts[0].age_h) for part in parts):
        raise _breach("'age_h': expected the same ages in all sets")
    reasons = tuple(reason for part in parts for reason in part.reasons)
    return BackwardTrajectories(
        _stacked(parts, "receptor"), _stacked(parts, "arrival_time"), parts[0].age_h, _stacked(parts, "lon"),
        _stacked(parts, "lat"), _stacked(parts, "height_m"), reasons,
    )  # fmt: skip


def _stacked(parts: Sequence[BackwardTrajectories], name: str) -> np.ndarray:
    return np.concatenate([getattr(part, name) for part in parts])


def _breach(what: str, where: str = "") -> ContractError:
    return ContractError(f"backward trajectories: {what}", where=where)
