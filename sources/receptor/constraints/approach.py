"""How one coordinate of a solution comes towards a goal while Q, all else fitted anew, is watched."""

from __future__ import annotations

from dataclasses import dataclass

from sources.receptor.constraints.holds import Hold, Holds
from sources.receptor.constraints.normalised_fit import NormalisedFit
from sources.receptor.constraints.settling import settled
from sources.receptor.weighted_table import WeightedTable

__all__ = ["Approach"]

_PRECISION, _TRIES, _STAGES = 0.005, 60, 12
_FIRST_PART = 0.05


@dataclass
class Approach:
    """The way of one coordinate from a solution.

    Attributes:
        table: of one start.
        fit: the solution.
        holds: what is held besides.
        hold: the coordinate.
        q: from which the rise counts.
    """

    table: WeightedTable
    fit: NormalisedFit
    holds: Holds
    hold: Hold
    q: float

    def all_the_way(self, goal: float) -> NormalisedFit | None:
        """The fit at the goal, in ever smaller stages where one leap fails; None where no stage succeeds."""
        near, part = self.fit, 1.0
        for _ in range(_STAGES):
            now = self.hold.value(near)
            tried = self._at(now + part * (goal - now), near)
            if tried is None:
                part *= 0.5
                continue
            if part == 1.0:
                return tried
            near, part = tried, 1.0
        return None

    def as_far_as(self, goal: float, limit: float) -> tuple[NormalisedFit, bool]:
        """The fit nearest the goal whose Q has risen by no more than the limit, and whether that stopped it.

        The rise is close to a parabola in the distance, so its root is interpolated as a line; the end keeps
        within the limit and comes to within half a percent of it where Q does not jump.
        """
        origin = self.hold.value(self.fit)
        sign = 1.0 if goal > origin else -1.0
        length = abs(goal - origin)
        near, near_root, best = 0.0, 0.0, self.fit
        far, far_root = float("inf"), float("inf")
        step = min(length, _FIRST_PART * max(abs(origin), 1e-3 * self._size()))
        root = limit**0.5
        for turn in range(_TRIES):
            tried = self._at(origin + sign * step, best)
            rise = float("inf") if tried is None else max(float(tried.q) - self.q, 0.0)
            if tried is not None and rise <= limit:
                near, near_root, best = step, rise**0.5, tried
                if step >= length:
                    return best, False
                if rise >= limit * (1.0 - _PRECISION):
                    return best, True
            else:
                far, far_root = step, rise**0.5
            if far < float("inf") and far - near <= 1e-6 * far:
                break
            step = min(length, _next(near, near_root, far, far_root, root, turn))
        return best, True

    def _size(self) -> float:
        """What is large for the coordinate: its species in all factors, a contribution or ratio of one."""
        if self.hold.sample is not None or self.hold.divisor is not None:
            return 1.0
        return float(self.fit.profiles[0, :, self.hold.species].sum())

    def _at(self, value: float, near: NormalisedFit) -> NormalisedFit | None:
        return settled(self.table, near, self.holds.plus(self.hold.at(value)))


def _next(near: float, near_root: float, far: float, far_root: float, root: float, turn: int) -> float:
    """The distance to try next; the wanted rise is met a little from below."""
    aim = root * (1.0 - 0.25 * _PRECISION)
    if far == float("inf"):
        grown = near * aim / near_root if near_root > 0.0 else 4.0 * near
        return min(max(grown, near * 1.02), 4.0 * near)
    part = (aim - near_root) / (far_root - near_root) if far_root < float("inf") else 0.3
    part = 0.5 if turn % 4 == 3 else min(max(part, 0.02), 0.98)
    return near + part * (far - near)
