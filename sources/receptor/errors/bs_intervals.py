"""What BS-DISP gives: intervals over the resamples that count, and the reason for each that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sources.receptor.constraints.normalised_fit import NormalisedFit
from sources.receptor.errors.displaced import Ends
from sources.receptor.least_squares import Tensor
from sources.receptor.matching import best_partners
from sources.receptor.samples import Array

__all__ = ["BsDisplacement", "Gathered"]

_DECREASE = 0.005


@dataclass(frozen=True)
class BsDisplacement:
    """Intervals of chosen profile elements over resampling and rotation together.

    Attributes:
        levels: rises of Q.
        species: whose elements were displaced.
        lower: (levels, factors, species chosen), 5 % quantile over accepted resamples of the lower ends; NaN
            where none is accepted.
        upper: the same, 95 % of the upper ends.
        swaps: (levels, factors), displacements in which a factor's contributions come to follow another's.
        accepted: numbers of the resamples that count, from 1.
        dropped: by number of resample, why it does not count.
        largest_decrease: by which a displaced fit undercuts its resample, as a fraction of that Q.
        unreached: ends among the accepted that are neither within 2 % of their level nor at zero.
    """

    levels: tuple[float, ...]
    species: tuple[str, ...]
    lower: Array
    upper: Array
    swaps: NDArray[np.int64]
    accepted: tuple[int, ...]
    dropped: dict[int, str]
    largest_decrease: float
    unreached: int


@dataclass
class Gathered:
    """Ends of the displacements on all resamples, as they come in."""

    levels: tuple[float, ...]
    species: tuple[str, ...]
    ends: Array
    rises: Array
    reached: NDArray[np.bool_]
    swapped: NDArray[np.bool_]
    q: Array

    @classmethod
    def empty(cls, levels: tuple[float, ...], species: tuple[str, ...], runs: int, factors: int) -> Gathered:
        """Nothing found yet."""
        shape = (len(levels), 2, runs, factors, len(species))
        nothing = np.full(shape, np.nan)
        return cls(
            levels, species, nothing, nothing.copy(), np.zeros(shape, bool),
            np.zeros((*shape, factors), bool), np.full(runs, np.nan),
        )  # fmt: skip

    def taker(self, entries: Tensor, mapped: list[int], base: NormalisedFit) -> Callable[[Ends], None]:
        """What takes in the ends of some entries (resample among the mapped, factor, column, sign).

        Elements become mean contributions over the whole record, as those of the bootstrap are.
        """
        rows = entries.cpu().numpy().copy()
        rows[:, 0] = np.array(mapped)[rows[:, 0]]

        def take(ends: Ends) -> None:
            run, factor, column, sign = rows[ends.places.cpu().numpy()].T
            each = ends.places.new_tensor(range(len(factor)))
            mean = ends.fit.contributions.mean(2)[each, ends.places.new_tensor(factor)]
            place = (ends.level, (sign > 0).astype(int), run, factor, column)
            self.ends[place] = (ends.value * mean).cpu().numpy()
            self.rises[place] = ends.rise.cpu().numpy()
            self.reached[place] = ends.reached.cpu().numpy()
            partner, _ = best_partners(base.contributions[ends.places], ends.fit.contributions)
            self.swapped[place] = (partner != partner.new_tensor(range(partner.shape[1]))).cpu().numpy()

        return take

    def finished(self, dropped: dict[int, str], mapped: list[int]) -> BsDisplacement:
        """Intervals over the resamples that count, the others with their reason."""
        with np.errstate(invalid="ignore"):
            decrease = [-float(self.rises[:, :, run].min()) / self.q[run] for run in mapped]
        for run, fall in zip(mapped, decrease, strict=True):
            if fall > _DECREASE:
                dropped[run + 1] = f"Q fell by {100.0 * fall:.2g} % under displacement"
            elif swaps := int(self.swapped[0, :, run].sum()):
                dropped[run + 1] = f"{swaps} swaps at dQ {self.levels[0]:g}"
        kept = [run for run in mapped if run + 1 not in dropped]
        nothing = np.full((len(self.levels), *self.ends.shape[3:]), np.nan)
        lower = np.quantile(self.ends[:, 0, kept], 0.05, axis=1) if kept else nothing
        upper = np.quantile(self.ends[:, 1, kept], 0.95, axis=1) if kept else nothing
        return BsDisplacement(
            self.levels, self.species, lower, upper, self.swapped.sum((1, 2, 3, 4)),
            tuple(run + 1 for run in kept), dict(sorted(dropped.items())), max([0.0, *decrease]),
            int((~self.reached[:, :, kept]).sum()),
        )  # fmt: skip
