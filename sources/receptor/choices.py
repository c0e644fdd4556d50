"""What an analyst chooses before samples are factorised, and the samples that come of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from foundation.errors import InputError
from sources.receptor.detection_limits import read_species_errors, read_with_detection_limits
from sources.receptor.held_out import Mask
from sources.receptor.samples import Category, Samples, prepare, signal_to_noise, suggest_categories
from sources.receptor.tables import read_pair

__all__ = ["Choices", "Prepared", "prepared_samples"]

Missing = Literal["median", "leave_out_sample"]


@dataclass(frozen=True)
class Choices:
    """Which files, and what is made of them.

    Attributes:
        concentrations: table of concentrations.
        uncertainties: table of uncertainties; None where detection limits are given.
        detection_limits: table of detection limits, with error fractions where it holds them.
        error_fraction: of the species for which that table gives none.
        weak: species whose uncertainty is tripled.
        bad: species that are left out.
        suggest_categories: call weak or bad by signal to noise what is not named.
        missing: what to do with gaps.
        extra_uncertainty: extra model uncertainty, a fraction.
        total: species that is the total mass; it becomes weak where it is not called bad, as in EPA PMF 5.
    """

    concentrations: str
    uncertainties: str | None = None
    detection_limits: str | None = None
    error_fraction: float | None = None
    weak: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    suggest_categories: bool = False
    missing: Missing = "median"
    extra_uncertainty: float = 0.0
    total: str | None = None


@dataclass(frozen=True)
class Prepared:
    """Samples that may be factorised.

    Attributes:
        samples: without gaps and bad species.
        measured: (samples, species), false where a gap was filled.
        species: of each species as read: name, category, signal to noise, values missing, samples.
    """

    samples: Samples
    measured: Mask
    species: tuple[dict[str, object], ...]


def prepared_samples(choices: Choices) -> Prepared:
    """Read and prepare samples as chosen.

    Raises:
        InputError: naming file, species and sample, when they cannot be used; or when choices contradict each
            other.
    """
    read = _read(choices)
    categories = _categories(read, choices)
    samples = prepare(read, categories, missing=choices.missing, extra_uncertainty=choices.extra_uncertainty)
    there = np.isfinite(read.concentrations) & np.isfinite(read.uncertainties)
    measured = there[:, [read.column(name) for name in samples.species]]
    if choices.missing == "leave_out_sample":
        measured = np.ones_like(samples.concentrations, dtype=bool)
    if choices.total is not None:
        note = f"{choices.total!r} is the total variable and was made weak"
        samples.column(choices.total)
        samples = replace(samples, notes=(*samples.notes, note))
    return Prepared(samples, measured, _described(read, there, categories))


def _read(choices: Choices) -> Samples:
    if (choices.uncertainties is None) == (choices.detection_limits is None):
        raise InputError(
            "expected uncertainties or detection limits, got both or neither",
            where=choices.concentrations, remedy="Give one of the two",
        )  # fmt: skip
    if choices.uncertainties is not None:
        if choices.error_fraction is not None:
            raise InputError(
                "an error fraction goes with detection limits", remedy="Leave it out, or give the limits"
            )
        return read_pair(choices.concentrations, choices.uncertainties)
    errors = read_species_errors(str(choices.detection_limits), choices.error_fraction)
    return read_with_detection_limits(choices.concentrations, errors.limits, errors.fractions)


def _categories(read: Samples, choices: Choices) -> dict[str, Category]:
    both = sorted(set(choices.weak) & set(choices.bad))
    if both:
        raise InputError(f"species {both[0]!r} is called weak and bad", remedy="Choose one")
    found = suggest_categories(read) if choices.suggest_categories else {}
    if choices.total is not None:
        read.column(choices.total)
        found[choices.total] = "weak"
    named: list[tuple[str, Category]] = [(name, "weak") for name in choices.weak]
    named += [(name, "bad") for name in choices.bad]
    found.update(named)
    if choices.total in choices.bad:
        raise InputError(f"the total variable {choices.total!r} is called bad", remedy="Choose one")
    return {name: kind for name, kind in found.items() if kind != "strong"}


def _described(read: Samples, there: Mask, categories: dict[str, Category]) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "name": name, "category": categories.get(name, "strong"),
            "signal_to_noise": float(ratio) if np.isfinite(ratio) else None, "missing": int((~held).sum()),
            "samples": len(held),
        }
        for name, ratio, held in zip(read.species, signal_to_noise(read), there.T, strict=True)
    )  # fmt: skip
