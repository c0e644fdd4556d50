"""How many factors the samples carry: what held-out elements say, with the diagnostics of each full fit."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError
from sources.receptor.admission import check, tensor_table
from sources.receptor.factorisation import factorise
from sources.receptor.held_out import Mask, held_out_errors, masks_of
from sources.receptor.results import Factorisation
from sources.receptor.samples import Array, Samples

__all__ = ["NumberOfFactors", "Trial", "cross_validate"]

_BEYOND = 3.0


@dataclass(frozen=True)
class Trial:
    """What one number of factors gives.

    Attributes:
        factors: how many.
        held_out: mean square of the scaled residuals of what each mask held out, (folds,).
        held_out_robust: the same in which an outlier r counts 4 |r|, (folds,).
        not_still: fits of masked tables that did not stand still.
        fit: of the whole table.
    """

    factors: int
    held_out: Array
    held_out_robust: Array
    not_still: int
    fit: Factorisation

    def document(self) -> dict[str, object]:
        """Plain data.

        `largest_mean_residual` and `largest_residual_spread` are the largest mean and standard deviation of
        the scaled residuals of any species (IM and IS of Lee et al. 1999,
        doi:10.1016/S1352-2310(99)00113-2): each falls in a step where a further factor explains a species.
        """
        scaled, samples = self.fit.scaled_residuals, self.fit.samples
        row, column = np.unravel_index(int(np.abs(scaled).argmax()), scaled.shape)
        mean, spread = scaled.mean(0), scaled.std(0, ddof=1)
        expected = self.fit.q_expected
        return {
            "factors": self.factors,
            "held_out": float(self.held_out_robust.mean()),
            "held_out_standard_error": _standard_error(self.held_out_robust),
            "held_out_mean_square": float(self.held_out.mean()),
            "masked_fits_not_still": self.not_still,
            "q_true": self.fit.q_true, "q_robust": self.fit.q_robust, "q_expected": expected,
            "q_over_expected": self.fit.q_true / expected if expected > 0.0 else None,
            "starts_converged": int(self.fit.starts.converged.sum()),
            "starts_near_best": self.fit.starts.near_best(robust=False),
            "largest_scaled_residual": float(scaled[row, column]),
            "largest_scaled_residual_at": f"{samples.species[column]}, {samples.times[row]}",
            "share_beyond_3": float((np.abs(scaled) > _BEYOND).mean()),
            "largest_mean_residual": float(mean[np.abs(mean).argmax()]),
            "largest_residual_spread": float(spread.max()),
            "largest_residual_spread_of": samples.species[int(spread.argmax())],
        }  # fmt: skip


@dataclass(frozen=True)
class NumberOfFactors:
    """Every number tried, and what held-out elements say of them.

    Attributes:
        trials: one per number, rising.
        folds: masks of each.
        block: consecutive samples that were held out together.
        seed: of masks and starts.
        seconds: that all took.
    """

    trials: tuple[Trial, ...]
    folds: int
    block: int
    seed: int
    seconds: float

    @property
    def lowest(self) -> int:
        """The number that foretells held-out elements best."""
        return self._best().factors

    @property
    def suggested(self) -> int:
        """The fewest factors that foretell them as well, within one standard error over the masks.

        The differences are taken mask by mask (one-standard-error rule: Hastie, Tibshirani and Friedman 2009,
        The Elements of Statistical Learning, section 7.10).
        """
        best = self._best()
        for trial in self.trials:
            apart = trial.held_out_robust - best.held_out_robust
            if float(apart.mean()) <= _standard_error(apart):
                return trial.factors
        return best.factors

    def _best(self) -> Trial:
        return min(self.trials, key=lambda trial: float(trial.held_out_robust.mean()))

    def document(self) -> dict[str, object]:
        """Plain data for a command."""
        return {
            "suggested": self.suggested, "lowest_held_out": self.lowest,
            "folds": self.folds, "block": self.block, "seed": self.seed, "seconds": self.seconds,
            "numbers": [trial.document() for trial in self.trials],
        }  # fmt: skip


def cross_validate(  # noqa: PLR0913 - each is a choice of the analyst
    samples: Samples,
    numbers: Sequence[int],
    *,
    measured: Mask | None = None,
    folds: int = 10,
    block: int = 1,
    starts: int = 4,
    full_starts: int = 20,
    seed: int = 0,
    device: str = "cpu",
    progress: Callable[[str], None] = lambda _step: None,
) -> NumberOfFactors:
    """Try several numbers of factors on the same masks.

    Each mask hides elements from the fit (weight zero), which is then asked for them (cross-validation of
    a factorisation by elements: Wold 1978, doi:10.1080/00401706.1978.10489693; of one with signs, Owen and
    Perry 2009, doi:10.1214/08-AOAS227). With too few factors, structure stays unexplained; with too many,
    noise is taken for structure: both raise the error of what was hidden.

    Args:
        samples: prepared.
        numbers: of factors.
        measured: (samples, species), which elements may be held out; all where None. Filled gaps may not.
        folds: masks; each element is held out once.
        block: consecutive samples of a species held out together.
        starts: of each mask.
        full_starts: of the fit of the whole table.
        seed: of masks and starts.
        device: for torch.
        progress: told which number is tried.

    Raises:
        InputError: as `factorise`, or when masks cannot be drawn.
    """
    tried = sorted(set(numbers))
    if not tried:
        raise InputError("no number of factors to try", remedy="Give --from and --to")
    check(samples, tried[0])
    check(samples, tried[-1])
    begun = time.perf_counter()
    shape = samples.concentrations.shape
    masks = masks_of(np.ones(shape, bool) if measured is None else measured, folds, block, seed)
    table = tensor_table(samples, device)
    trials = []
    for number in tried:
        progress(f"{number} factors")
        square, robust, not_still = held_out_errors(table, masks, number, starts, seed)
        fit = factorise(samples, number, starts=full_starts, seed=seed, device=device)
        trials.append(Trial(number, square, robust, not_still, fit))
    return NumberOfFactors(tuple(trials), folds, block, seed, time.perf_counter() - begun)


def _standard_error(values: Array) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))
