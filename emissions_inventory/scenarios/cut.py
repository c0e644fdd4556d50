"""A cut: how much less of which species, from which sources, where."""

from __future__ import annotations

from dataclasses import dataclass

from emissions_inventory.scenarios.scope import Scope
from foundation.errors import InputError

__all__ = ["Cut", "amount_checked"]


@dataclass(frozen=True)
class Cut:
    """A cut of emissions.

    Attributes:
        text: as it was written, for messages and the trail.
        amount: share cut, 0 to 1; None when an enterprise list gives its own.
        sectors: ids of sectors; empty for all.
        scopes: areas, any of them; empty for everywhere.
        species: names; empty for all.
        grades: performance grades, points alone; empty for any.
        enterprises: file with the enterprises it applies to, points alone; empty for any.
    """

    text: str
    amount: float | None
    sectors: tuple[str, ...] = ()
    scopes: tuple[Scope, ...] = ()
    species: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    enterprises: str = ""

    def __post_init__(self) -> None:
        """Refuse an amount that is no share.

        Raises:
            InputError: when the amount is outside 0 to 1, or lacks without an enterprise list.
        """
        if self.amount is not None:
            amount_checked(self.amount, self.text)
        elif not self.enterprises:
            raise InputError(f"cut {self.text!r}: expected an amount", remedy="Write industry=0.3@urumqi")

    @property
    def points_only(self) -> bool:
        """Whether it applies to points alone."""
        return bool(self.grades or self.enterprises)


def amount_checked(amount: float, where: str) -> float:
    """The amount, when it is a share from 0 to 1.

    Raises:
        InputError: when it is not; a percentage is recognised.
    """
    if 0 <= amount <= 1:
        return amount
    remedy = f"Write {amount / 100:g} for {amount:g} %" if 2 < amount <= 100 else "Write 0.3 for 30 %"
    raise InputError(f"cut {where!r}: expected a share from 0 to 1, got {amount:g}", remedy=remedy)
