"""Displacement: how far each profile element moves before Q, all else fitted anew, rises by dQ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from foundation.errors import InputError
from sources.receptor.admission import tensor_table
from sources.receptor.curvature import Fitted
from sources.receptor.displacement_search import Search, begin_search, search_level
from sources.receptor.matching import best_partners
from sources.receptor.refinement import refine
from sources.receptor.results import Factorisation
from sources.receptor.samples import Array
from sources.receptor.weighted_table import WeightedTable, robust_weights

__all__ = ["LEVELS", "Displacement", "displace"]

LEVELS = (4.0, 8.0, 15.0, 25.0)
"""Rises of Q (Paatero et al. 2014, doi:10.5194/amt-7-781-2014)."""

_BATCH = 1.5e6


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
        largest_decrease: by which a re-fit undercuts the base Q; above about 1 % the base is no minimum.
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
    profile and contributions share a scale. A stiff pull moves it, Newton steps re-fit all else, and the
    target moves until the rise of Q is within 1 % of its level. In robust mode the weights stay those of the
    base solution.

    Args:
        found: base solution, fully converged.
        levels: rises of Q, ascending.
        species: whose elements are displaced, all where None; the others stay NaN.
        device: for torch.

    Raises:
        InputError: when levels are not positive and ascending, or a species is unknown.
    """
    import torch

    if not levels or min(levels) <= 0.0 or list(levels) != sorted(set(levels)):
        raise InputError(f"levels {list(levels)}", remedy="Give positive rises of Q, ascending")
    columns = range(len(found.samples.species)) if species is None else map(found.samples.column, species)
    table, base = _base(found, device)
    size = max(1, int(_BATCH / (table.values.shape[0] * table.values.shape[1] ** 2)))
    entries = [(one, at, sign) for at in columns for one in range(found.factors) for sign in (-1.0, 1.0)]
    result = _Result.empty(tuple(levels), found)
    for first in range(0, len(entries), size):
        chosen = torch.tensor(entries[first : first + size], dtype=torch.float64, device=table.values.device)
        search = begin_search(table, base, chosen)
        for at, level in enumerate(levels):
            search_level(table, base, search, level, fresh=at == 0)
            result.take(at, search, base)
    return result.finished()


def _base(found: Factorisation, device: str) -> tuple[WeightedTable, Fitted]:
    import torch

    table = tensor_table(found.samples, device)
    profiles = torch.as_tensor(found.profiles, dtype=torch.float64, device=device)[None]
    if found.robust:
        held = torch.as_tensor(found.contributions.T.copy(), dtype=torch.float64, device=device)[None]
        table = table.own_weights(robust_weights(table, held, profiles)[0])
    fitted, _ = refine(table, profiles, tolerance=1e-11)
    return table, fitted


@dataclass
class _Result:
    levels: tuple[float, ...]
    ends: Array
    rises: Array
    reached: np.ndarray[Any, np.dtype[np.bool_]]
    swaps: np.ndarray[Any, np.dtype[np.int64]]
    least: float = 0.0

    @classmethod
    def empty(cls, levels: tuple[float, ...], found: Factorisation) -> _Result:
        shape = (len(levels), 2, *found.profiles.shape)
        nothing = np.full(shape, np.nan)
        return cls(
            levels,
            nothing,
            nothing.copy(),
            np.zeros(shape, bool),
            np.zeros((len(levels), found.factors), int),
        )

    def take(self, at: int, search: Search, base: Fitted) -> None:
        side = (search.sign > 0.0).long().cpu().numpy()
        place = (at, side, search.factor.cpu().numpy(), search.species.cpu().numpy())
        self.ends[place] = search.value.cpu().numpy()
        self.rises[place] = search.rise.cpu().numpy()
        self.reached[place] = search.done.cpu().numpy()
        partner, _ = best_partners(base.contributions[0], search.contributions)
        own = partner.new_tensor(range(partner.shape[1]))
        self.swaps[at] += (partner != own).sum(0).cpu().numpy()
        self.least = min(self.least, float(search.rise.min()))

    def finished(self) -> Displacement:
        return Displacement(
            self.levels, self.ends[:, 0], self.ends[:, 1], self.rises[:, 0], self.rises[:, 1],
            self.reached, self.swaps, -self.least,
        )  # fmt: skip
