"""Displacements under way: what each entry displaces, where it stands, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass

from sources.receptor.constraints.bounded_step import Bounds
from sources.receptor.constraints.normalised_fit import NormalisedFit
from sources.receptor.errors.bracket import Bracket
from sources.receptor.least_squares import Tensor

__all__ = ["Ends", "Entries", "Search", "begun"]


@dataclass(frozen=True)
class Entries:
    """Which elements are displaced, one per start.

    Attributes:
        factor: (starts,).
        species: (starts,).
        sign: (starts,), -1 or 1.
        spread: (starts,), how far the element moves for a rise of one, as the curvature at the base has it.
        origin: (starts,), its value in the base.
        q: (starts,), the base Q that rises are counted from.
    """

    factor: Tensor
    species: Tensor
    sign: Tensor
    spread: Tensor
    origin: Tensor
    q: Tensor


@dataclass(frozen=True)
class Ends:
    """Where a level of rise was reached, for the entries in `places`."""

    level: int
    places: Tensor
    value: Tensor
    rise: Tensor
    reached: Tensor
    fit: NormalisedFit


@dataclass
class Search:
    """Where a batch of displacements stands.

    Attributes:
        fit: the last fit of each.
        bounds: of all elements; that displaced is fixed.
        damping: (starts,), of the Newton steps.
        jumped: (starts,), whether the element still has to come to a new value.
        level: (starts,), which level is looked for.
        bracket: what is known of the way to it.
        column: (starts,), the element among the unknowns.
        place: (starts,), which entry.
    """

    fit: NormalisedFit
    bounds: Bounds
    damping: Tensor
    jumped: Tensor
    level: Tensor
    bracket: Bracket
    column: Tensor
    place: Tensor

    def of(self, chosen: Tensor) -> Search:
        """Some of the displacements."""
        return Search(
            self.fit.of(chosen), self.bounds.of(chosen), self.damping[chosen], self.jumped[chosen],
            self.level[chosen], self.bracket.of(chosen), self.column[chosen], self.place[chosen],
        )  # fmt: skip

    def aim(self, rows: Tensor, value: Tensor) -> None:
        """Fix the displaced elements of some at a new value, to which they still have to come."""
        self.bounds.lower[rows, self.column[rows]] = value
        self.bounds.upper[rows, self.column[rows]] = value
        self.jumped[rows] = True


def begun(base: NormalisedFit, entries: Entries, level: float, damping: float) -> Search:
    """Every entry at its base, to be displaced by what the curvature there says of the first level."""
    import torch

    species = base.profiles.shape[2]
    column = entries.factor * species + entries.species
    lower = torch.zeros_like(base.profiles).flatten(1)
    place = torch.arange(len(column), device=column.device)
    state = Search(
        base.of(place), Bounds(lower, lower + torch.inf), torch.full_like(base.q, damping),
        torch.ones_like(place, dtype=torch.bool), torch.zeros_like(place),
        Bracket.beginning(entries.origin, entries.sign), column, place,
    )  # fmt: skip
    first = (entries.origin + entries.sign * entries.spread * level**0.5).clamp(min=0.0)
    state.aim(place, first)
    return state
