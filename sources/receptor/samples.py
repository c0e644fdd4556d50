"""Samples of a receptor site: concentrations with uncertainties, species by species, and their worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from foundation.errors import InputError

__all__ = ["CATEGORIES", "Category", "Samples", "prepare", "signal_to_noise", "suggest_categories"]

Array = NDArray[np.float64]
Category = Literal["strong", "weak", "bad"]
CATEGORIES: tuple[Category, ...] = ("strong", "weak", "bad")

WEAK_FACTOR = 3.0
"""Uncertainty of a weak species, as a multiple of its own (EPA PMF 5.0 User Guide, EPA/600/R-14/108)."""

_BAD_BELOW, _WEAK_BELOW = 0.5, 1.0


@dataclass(frozen=True)
class Samples:
    """Concentrations of species in samples.

    Attributes:
        times: one per sample, as written in the file.
        species: names, one per column.
        concentrations: (samples, species), in `unit`; NaN where missing.
        uncertainties: (samples, species), in `unit`, one standard deviation.
        unit: of both.
        notes: what was left out or replaced on the way here, one line each.
        weak: species whose uncertainty is tripled; they do not count for the expected Q.
    """

    times: tuple[str, ...]
    species: tuple[str, ...]
    concentrations: Array
    uncertainties: Array
    unit: str = "µg m-3"
    notes: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()

    def column(self, species: str) -> int:
        """Column of a species.

        Raises:
            InputError: when there is none of that name.
        """
        if species not in self.species:
            raise InputError(f"unknown species {species!r}", remedy=f"Known: {', '.join(self.species)}")
        return self.species.index(species)


def signal_to_noise(samples: Samples) -> Array:
    """Signal to noise of each species as EPA PMF 5.0 has it: only the excess over the uncertainty counts.

    A value contributes (c - u) / u where c > u and nothing otherwise; the mean over samples that have a value
    is the ratio (EPA PMF 5.0 User Guide, EPA/600/R-14/108, on concentrations and uncertainties).

    Returns:
        (species,); NaN for a species without any value.
    """
    there = np.isfinite(samples.concentrations) & np.isfinite(samples.uncertainties)
    with np.errstate(invalid="ignore", divide="ignore"):
        excess = (samples.concentrations - samples.uncertainties) / samples.uncertainties
    signal = np.where(there, np.maximum(np.nan_to_num(excess), 0.0), 0.0).sum(0)
    count = there.sum(0)
    return np.where(count > 0, signal / np.maximum(count, 1), np.nan)


def suggest_categories(samples: Samples) -> dict[str, Category]:
    """Bad below a signal to noise of 0.5, weak below 1, else strong (EPA PMF 5.0 User Guide, as above)."""
    ratios = signal_to_noise(samples)
    return {name: _category(float(ratio)) for name, ratio in zip(samples.species, ratios, strict=True)}


def _category(ratio: float) -> Category:
    if not ratio >= _BAD_BELOW:
        return "bad"
    return "weak" if ratio < _WEAK_BELOW else "strong"


def prepare(
    samples: Samples,
    categories: Mapping[str, Category] | None = None,
    *,
    missing: Literal["median", "leave_out_sample"] = "median",
    extra_uncertainty: float = 0.0,
) -> Samples:
    """Make samples fit for factorisation: no gap, no bad species, uncertainties as the model takes them.

    Args:
        samples: as read.
        categories: by species; strong where not named. Weak triples the uncertainty, bad leaves it out.
        missing: a missing value becomes the median of its species with four times that as uncertainty, or
            its sample is left out.
        extra_uncertainty: extra model uncertainty as a fraction of the concentration, 0 to 0.25, added in
            quadrature.

    Raises:
        InputError: naming the species, when it is all missing, has no signal or an unknown category; or when
            no sample is left.
    """
    if not 0.0 <= extra_uncertainty <= 0.25:
        raise InputError(
            f"extra model uncertainty {extra_uncertainty:g}", remedy="Give a fraction from 0 to 0.25"
        )
    samples = _sorted_out(samples, categories or {})
    samples = _without_gaps(samples, missing)
    weak = [name for name, kind in (categories or {}).items() if kind == "weak"]
    scale = np.where(np.isin(samples.species, weak), WEAK_FACTOR, 1.0)
    uncertainties = np.hypot(samples.uncertainties * scale, extra_uncertainty * samples.concentrations)
    flat = np.flatnonzero(samples.concentrations.max(0) <= 0.0)
    if flat.size:
        raise InputError(
            f"species {samples.species[int(flat[0])]!r} is zero in every sample", remedy="Call it bad"
        )
    return replace(samples, uncertainties=uncertainties, weak=tuple(weak))


def _sorted_out(samples: Samples, categories: Mapping[str, Category]) -> Samples:
    for name, kind in categories.items():
        samples.column(name)
        if kind not in CATEGORIES:
            raise InputError(
                f"species {name!r} has the unknown category {kind!r}", remedy="Use strong, weak or bad"
            )
    kept = [index for index, name in enumerate(samples.species) if categories.get(name) != "bad"]
    if not kept:
        raise InputError("every species is called bad", remedy="Keep some")
    return replace(
        samples,
        species=tuple(samples.species[index] for index in kept),
        concentrations=samples.concentrations[:, kept],
        uncertainties=samples.uncertainties[:, kept],
    )


def _without_gaps(samples: Samples, missing: str) -> Samples:
    gaps = ~(np.isfinite(samples.concentrations) & np.isfinite(samples.uncertainties))
    empty = np.flatnonzero(gaps.all(0))
    if empty.size:
        raise InputError(
            f"species {samples.species[int(empty[0])]!r} is missing in every sample", remedy="Call it bad"
        )
    if not gaps.any():
        return samples
    if missing == "leave_out_sample":
        return _samples_without(samples, np.asarray(gaps.any(axis=1)))
    if missing != "median":
        raise InputError(f"missing={missing!r}", remedy="Use 'median' or 'leave_out_sample'")
    medians = np.nanmedian(np.where(gaps, np.nan, samples.concentrations), axis=0)
    if (void := np.flatnonzero(gaps.any(0) & (medians <= 0.0))).size:
        raise InputError(
            f"species {samples.species[int(void[0])]!r} has gaps and a median of zero",
            remedy="Leave those samples out, or call it bad",
        )
    return replace(
        samples,
        concentrations=np.where(gaps, medians, samples.concentrations),
        uncertainties=np.where(gaps, 4.0 * medians, samples.uncertainties),
        notes=(*samples.notes, f"{int(gaps.sum())} missing values became the median of their species"),
    )


def _samples_without(samples: Samples, left_out: NDArray[np.bool_]) -> Samples:
    if left_out.all():
        raise InputError("every sample lacks some value", remedy="Use missing='median', or call species bad")
    return replace(
        samples,
        times=tuple(time for time, gone in zip(samples.times, left_out, strict=True) if not gone),
        concentrations=samples.concentrations[~left_out],
        uncertainties=samples.uncertainties[~left_out],
        notes=(*samples.notes, f"{int(left_out.sum())} samples with missing values are left out"),
    )
