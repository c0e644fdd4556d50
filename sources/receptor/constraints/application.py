"""Constraints applied to a solution one after another, each with the rise of Q that it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from foundation.errors import InputError
from sources.receptor.constraints.approach import Approach
from sources.receptor.constraints.holds import Hold, Holds
from sources.receptor.constraints.normalised_fit import NormalisedFit
from sources.receptor.constraints.settling import settled
from sources.receptor.constraints.wording import Constraint, understood
from sources.receptor.errors.displacement import base_fit
from sources.receptor.results import Factorisation
from sources.receptor.weighted_table import WeightedTable

__all__ = ["Applied", "Constrained", "constrain"]


@dataclass(frozen=True)
class Applied:
    """What became of one constraint.

    Attributes:
        text: as written.
        before: value of the coordinate before, in the unit of the concentrations (a contribution: its mean is
            one; a ratio: none). None for a ratio to nothing.
        after: value once all constraints are applied.
        rise: of Q when it was applied, over the solution with the constraints before it; everything else is
            fitted anew.
        limit: permitted rise; None where none was set.
        limit_reached: whether the limit kept it from its goal (max and min always strive on, unless the
            coordinate came to zero).
    """

    text: str
    before: float | None
    after: float | None
    rise: float
    limit: float | None
    limit_reached: bool

    def document(self) -> dict[str, object]:
        """As it is written into JSON."""
        return {
            "constraint": self.text, "before": self.before, "after": self.after, "rise": self.rise,
            "limit": self.limit, "limit_reached": self.limit_reached,
        }  # fmt: skip


@dataclass(frozen=True)
class Constrained:
    """A solution under constraints.

    Attributes:
        solution: as any other; in the order of the factors of the base.
        applied: the constraints in their order.
        base_q: minimised Q before all.
        q: after all; in robust mode with the weights of the base.
    """

    solution: Factorisation
    applied: tuple[Applied, ...]
    base_q: float
    q: float

    def document(self) -> dict[str, object]:
        """As it is written into JSON."""
        return {
            "base_q": self.base_q, "q": self.q, "rise": self.q - self.base_q,
            "rise_percent": 100.0 * (self.q / self.base_q - 1.0) if self.base_q > 0.0 else None,
            "constraints": [one.document() for one in self.applied],
        }  # fmt: skip


def constrain(found: Factorisation, texts: Sequence[str], device: str = "cpu") -> Constrained:
    """Apply constraints in their order; what is held stays held while the next are applied.

    With a permitted rise of Q a constraint goes as far towards its goal as the re-fitted Q allows (EPA PMF
    5.0 User Guide, section 8.2, where the rise is called % dQ); without one it is kept whatever Q says.

    Args:
        found: base solution, fully converged.
        texts: as `wording.understood` reads them.
        device: for torch.

    Raises:
        ConfigurationError: when a constraint cannot be read.
        InputError: when one contradicts those before it, or no solution keeps it.
    """
    wishes = understood(texts, found)
    table, fit = base_fit(found, device)
    base_q, holds, notes = float(fit.q), Holds(), []
    for wish in wishes:
        before, q = wish.hold.value(fit), float(fit.q)
        fit, hold, reached = _applied(table, fit, holds, wish)
        holds = holds.plus(hold)
        notes.append((before, float(fit.q) - q, reached))
    applied = tuple(
        Applied(wish.text, _finite(before), _finite(wish.hold.value(fit)), rise, wish.limit, reached)
        for wish, (before, rise, reached) in zip(wishes, notes, strict=True)
    )
    solution = replace(
        found,
        contributions=np.ascontiguousarray(fit.contributions[0].cpu().numpy().T),
        profiles=fit.profiles[0].cpu().numpy().copy(),
    )
    return Constrained(solution, applied, base_q, float(fit.q))


def _applied(
    table: WeightedTable, fit: NormalisedFit, holds: Holds, wish: Constraint
) -> tuple[NormalisedFit, Hold, bool]:
    now, goal = wish.hold.value(fit), _goal(wish)
    held = _range(wish, goal)
    _check_against(holds, held, wish)
    if wish.value is None:
        same = [one for one in holds.table if _same(one, held)]
        goal = (
            min([goal, *(one.most for one in same)])
            if goal > now
            else max([goal, *(one.least for one in same)])
        )
        if goal == now:
            return fit, held, False
    if held.off(fit) == 0.0 and wish.goal != "=":
        return fit, held, False
    if not np.isfinite(now):
        raise InputError(
            "the divisor is zero in the solution", where=f"constraint {wish.text!r}",
            remedy="Constrain the species themselves",
        )  # fmt: skip
    approach = Approach(table, fit, holds, wish.hold, float(fit.q))
    if wish.limit is None:
        end = approach.all_the_way(goal)
        if end is None:
            raise InputError(
                "no solution keeps it", where=f"constraint {wish.text!r}",
                remedy="Loosen it, or give a permitted rise such as dQ=1%",
            )  # fmt: skip
        final = settled(table, end, holds.plus(held)) or end
        return final, held, False
    end, reached = approach.as_far_as(goal, wish.limit)
    value = wish.hold.value(end)
    if not reached:
        return end, held, False
    return end, replace(wish.hold, least=value) if goal > now else replace(wish.hold, most=value), True


def _goal(wish: Constraint) -> float:
    if wish.value is not None:
        return wish.value
    return float("inf") if wish.goal == "max" else 0.0


def _range(wish: Constraint, goal: float) -> Hold:
    if wish.goal == "=":
        return wish.hold.at(goal)
    if wish.goal in {"<=", "min"}:
        return replace(wish.hold, most=goal)
    return replace(wish.hold, least=goal)


def _check_against(holds: Holds, held: Hold, wish: Constraint) -> None:
    """Refuse ranges of one coordinate that have nothing in common.

    Raises:
        InputError: then.
    """
    for one in holds.table:
        if _same(one, held) and (one.least > held.most or one.most < held.least) and wish.value is not None:
            raise InputError(
                f"contradicts an earlier one that keeps it from {one.least:g} to {one.most:g}",
                where=f"constraint {wish.text!r}", remedy="Take one of them out",
            )  # fmt: skip


def _same(one: Hold, other: Hold) -> bool:
    """Whether both speak of one coordinate."""
    return replace(one, least=0.0, most=0.0) == replace(other, least=0.0, most=0.0)


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
