"""Displacement: how far each profile element moves before Q, all else fitted anew, rises by dQ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from foundation.errors import InputError
from sources.receptor.admission import tensor_table
from sources.receptor.constraints.normalised_fit import NormalisedFit, curved, normalised_fit
from sources.receptor.errors.displaced import Ends, Entries
from sources.receptor.errors.displacement_search import search
from sources.receptor.least_squares import Tensor
from sources.receptor.matching import best_partners
from sources.receptor.refinement import refine
from sources.receptor.results import Factorisation
from sources.receptor.samples import Array
from sources.receptor.weighted_table import WeightedTable, robust_weights

__all__ = ["LEVELS", "Displacement", "base_fit", "check_levels", "displace", "spreads"]

LEVELS = (4.0, 8.0, 15.0, 25.0)
"""Rises of Q (Paatero et al. 2014, doi:10.5194/amt-7-781-2014)."""

BATCH = 4e6
"""Elements of the largest intermediate table of one start times starts in a batch."""


@dataclass(frozen=True)
class Displacement:
    """Intervals of the profile elements.

    Attributes:
        levels: rises of Q.
        lower: (levels, factors, species), least value of the element at which re-fitted Q rises by no more.
        upper: the same for the largest.
        rise_lower: re-fitted rise of Q there; less than the level where the element came to zero first.
        rise_upper: the same for the upper end.
        reached: (levels, 2, factors, species), whether the end is at its level within 2 %, or at zero.
        swaps: (levels, factors), how many displacements of elements make a factor take another's place.
        largest_decrease: by which a re-fit undercuts the base Q; above 1 % of it the base is no minimum.
    """

    levels: tuple[float, ...]
    lower: Array
    upper: Array
    rise_lower: Array
    rise_upper: Array
    reached: np.ndarray[Any, np.dtype[np.bool_]]
    swaps: np.ndarray[Any, np.dtype[np.int64]]
    largest_decrease: float


def displace(
    found: Factorisation,
    levels: Sequence[float] = LEVELS,
    species: Sequence[str] | None = None,
    device: str = "cpu",
) -> Displacement:
    """Displace profile elements, both ways, with a full re-fit at each trial.

    The element displaced is the factor's mean contribution to a species, so that it does not hang on how
    profile and contributions share a scale. It is fixed at a trial value, Newton steps re-fit all else, and
    the value moves until the rise of Q is within 1 % of its level. In robust mode the weights stay those of
    the base solution.

    Args:
        found: base solution, fully converged.
        levels: rises of Q, ascending.
        species: whose elements are displaced, all where None; the others stay NaN.
        device: for torch.

    Raises:
        InputError: when levels are not positive and ascending, or a species is unknown.
    """
    import torch

    check_levels(levels)
    columns = range(len(found.samples.species)) if species is None else map(found.samples.column, species)
    table, base = base_fit(found, device)
    spread = spreads(table, base)[0]
    size = batch_size(table)
    entries = [(one, at, sign) for at in columns for one in range(found.factors) for sign in (-1, 1)]
    result = _Result.empty(tuple(levels), found, base)
    for first in range(0, len(entries), size):
        chosen = torch.tensor(entries[first : first + size], device=table.values.device)
        factor, column, sign = chosen.unbind(1)
        many = base.of(torch.zeros_like(factor))
        result.chosen = chosen.cpu().numpy()
        displaced = Entries(
            factor, column, sign.to(base.q.dtype), spread[factor, column],
            base.profiles[0, factor, column], many.q,
        )  # fmt: skip
        search(table, many, displaced, levels, result.take)
    return result.finished()


def check_levels(levels: Sequence[float]) -> None:
    """Refuse levels that are not positive and ascending.

    Raises:
        InputError: then.
    """
    if not levels or not min(levels) > 0.0 or list(levels) != sorted(set(levels)):
        raise InputError(f"levels {list(levels)}", remedy="Give positive rises of Q, ascending")


def batch_size(table: WeightedTable) -> int:
    """How many starts to fit at once."""
    return max(1, int(BATCH / (table.values.shape[0] * table.values.shape[1] ** 2)))


def base_fit(found: Factorisation, device: str = "cpu") -> tuple[WeightedTable, NormalisedFit]:
    """The table, in robust mode with the weights of the solution, and the solution to its last digits.

    Raises:
        InputError: when the solution is a rotated one, which is no minimum of Q to count rises from.
    """
    import torch

    if found.fpeak != 0.0:
        raise InputError(
            f"the solution is turned by Fpeak {found.fpeak:g} and is no minimum of Q",
            remedy="Give the solution before its rotation",
        )
    table = tensor_table(found.samples, device)
    profiles = torch.as_tensor(found.profiles, dtype=torch.float64, device=device)[None]
    if found.robust:
        held = torch.as_tensor(found.contributions.T.copy(), dtype=torch.float64, device=device)[None]
        table = table.own_weights(robust_weights(table, held, profiles)[0])
    fitted, _ = refine(table, profiles, tolerance=1e-11)
    return table, normalised_fit(table, fitted.profiles, None, fitted.free)


def spreads(table: WeightedTable, fit: NormalisedFit) -> Tensor:
    """How far each element moves for a rise of one, all else following, (starts, factors, species).

    From the curvature over the elements above zero; an element at zero is let free, and the slope that holds
    it there is counted.
    """
    import torch

    slope, curvature, scale, _ = curved(table, fit)
    free = (fit.profiles.flatten(1) > 0.0).to(slope.dtype)
    damped = curvature + torch.diag_embed(scale * 1e-6)
    matrix = damped * free[:, :, None] * free[:, None] + torch.diag_embed((1.0 - free) * scale)
    inverse = torch.linalg.pinv(matrix, hermitian=True)
    own = inverse.diagonal(dim1=1, dim2=2)
    coupled = damped * free[:, None]
    left = damped.diagonal(dim1=1, dim2=2) - ((coupled @ inverse) * coupled).sum(2)
    left = left.maximum(1e-3 * scale)
    pressed = slope.clamp(min=0.0)
    at_zero = 1.0 / (pressed + (pressed.square() + left).sqrt())
    least = 1.0 / scale.sqrt()
    spread = torch.where(free > 0.0, own.clamp(min=0.0).sqrt().maximum(least), at_zero)
    return spread.reshape(fit.profiles.shape)


@dataclass
class _Result:
    levels: tuple[float, ...]
    base: NormalisedFit
    ends: Array
    rises: Array
    reached: np.ndarray[Any, np.dtype[np.bool_]]
    swaps: np.ndarray[Any, np.dtype[np.int64]]
    chosen: np.ndarray[Any, np.dtype[np.int64]]
    least: float = 0.0

    @classmethod
    def empty(cls, levels: tuple[float, ...], found: Factorisation, base: NormalisedFit) -> _Result:
        shape = (len(levels), 2, *found.profiles.shape)
        nothing = np.full(shape, np.nan)
        swaps = np.zeros((len(levels), found.factors), int)
        return cls(levels, base, nothing, nothing.copy(), np.zeros(shape, bool), swaps, np.zeros((0, 3), int))

    def take(self, ends: Ends) -> None:
        factor, species, sign = self.chosen[ends.places.cpu().numpy()].T
        place = (ends.level, (sign > 0).astype(int), factor, species)
        self.ends[place] = ends.value.cpu().numpy()
        self.rises[place] = ends.rise.cpu().numpy()
        self.reached[place] = ends.reached.cpu().numpy()
        partner, _ = best_partners(self.base.contributions[0], ends.fit.contributions)
        own = partner.new_tensor(range(partner.shape[1]))
        self.swaps[ends.level] += (partner != own).sum(0).cpu().numpy()
        self.least = min(self.least, float(ends.rise.min()))

    def finished(self) -> Displacement:
        return Displacement(
            self.levels, self.ends[:, 0], self.ends[:, 1], self.rises[:, 0], self.rises[:, 1],
            self.reached, self.swaps, -self.least,
        )  # fmt: skip
