"""Uncertainties from detection limits and error fractions: the equation-based uncertainties of EPA PMF 5."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from foundation.errors import InputError
from sources.receptor.samples import Array, Samples
from sources.receptor.table_files import is_number, read_table
from sources.receptor.table_rows import rows_of
from sources.receptor.tables import no_negative, samples_of

__all__ = ["SpeciesErrors", "read_species_errors", "read_with_detection_limits", "uncertainties_from_limits"]

_LIMIT_WORDS, _FRACTION_WORDS = ("mdl", "limit", "lod", "检出"), ("frac", "error", "unc", "%", "误差")


@dataclass(frozen=True)
class SpeciesErrors:
    """What is known of the errors of each species.

    Attributes:
        limits: method detection limit by species, in the unit of the concentrations.
        fractions: relative error by species, 0.1 for ten per cent.
    """

    limits: dict[str, float]
    fractions: dict[str, float]


def read_species_errors(path: str | Path, error_fraction: float | None = None) -> SpeciesErrors:
    """Read detection limits, and error fractions where there are any (EPA's equation-based uncertainties).

    Species in columns; a row of limits, then a row of fractions. Rows may be named in a first column (`MDL`,
    `error fraction`).

    Args:
        path: the file, of a workbook `FILE` or `FILE#SHEET`.
        error_fraction: of every species for which the file gives none.

    Raises:
        InputError: when the rows cannot be told, or a value is no number above zero, or a fraction above 1.
    """
    where, rows = rows_of(path, "limits")
    labelled = len(rows) > 1 and not _numeric(rows[1][0])
    names = [name.strip() for name in rows[0][1 if labelled or not rows[0][0].strip() else 0 :]]
    found: dict[str, dict[str, float]] = {}
    for number, row in enumerate(rows[1:], start=2):
        label = row[0].strip().lower() if labelled else ""
        kind = _kind(label, len(found))
        if kind in found or kind == "":
            raise InputError(
                f"{row[0]!r} is neither detection limit nor error fraction", where=f"{where}, row {number}",
                remedy="Name the rows MDL and error fraction",
            )  # fmt: skip
        found[kind] = _positive(names, row[-len(names) :], kind, f"{where}, row {number}")
    fractions = {} if error_fraction is None else dict.fromkeys(names, error_fraction)
    fractions |= found.get("error fraction", {})
    for name, value in fractions.items():
        if not 0.0 < value <= 1.0:
            raise InputError(
                f"error fraction {value:g} of {name!r}", where=where, remedy="Give 0.1 for ten per cent"
            )
    if "detection limit" not in found:
        raise InputError("no row of detection limits", where=where, remedy="Name a row MDL")
    return SpeciesErrors(found["detection limit"], fractions)


def read_with_detection_limits(
    concentrations: str | Path,
    limits: dict[str, float],
    error_fractions: dict[str, float],
    unit: str | None = None,
) -> Samples:
    """Read concentrations, and make their uncertainties from detection limits and error fractions.

    Args:
        concentrations: as `read_pair`.
        limits: method detection limit by species, in `unit`.
        error_fractions: relative error by species, 0.1 for ten per cent.
        unit: of concentrations and limits, as `read_pair`.

    Raises:
        InputError: as `read_pair`, or when a species has no limit or error fraction, or not a positive one.
    """
    held = read_table(concentrations)
    no_negative(held)
    for name in held.species:
        for kind, given in (("detection limit", limits), ("error fraction", error_fractions)):
            if not given.get(name, 0.0) > 0.0:
                raise InputError(f"species {name!r} has no {kind} above zero", where=held.path)
    bounds = np.array([limits[name] for name in held.species])
    fractions = np.array([error_fractions[name] for name in held.species])
    made = samples_of(held, uncertainties_from_limits(held.values, bounds, fractions), unit)
    below = int((held.values <= bounds).sum())
    note = f"{below} values at or below their detection limit: uncertainty 5/6 of the limit"
    return replace(made, notes=(*made.notes, note)) if below else made


def uncertainties_from_limits(concentrations: Array, limits: Array, error_fractions: Array) -> Array:
    """Uncertainty from a detection limit and an error fraction.

    5/6 of the limit at or below it; sqrt((fraction c)^2 + (limit / 2)^2) above it (EPA PMF 5.0 User Guide,
    EPA/600/R-14/108, on input files).

    Args:
        concentrations: (samples, species); NaN where missing, and the result is NaN there.
        limits: (species,), same unit.
        error_fractions: (species,).
    """
    above = np.hypot(error_fractions * concentrations, 0.5 * limits)
    return np.where(concentrations <= limits, 5.0 / 6.0 * limits, above)


def _kind(label: str, number: int) -> str:
    if not label:
        return ("detection limit", "error fraction", "")[min(number, 2)]
    if any(word in label for word in _LIMIT_WORDS):
        return "detection limit"
    return "error fraction" if any(word in label for word in _FRACTION_WORDS) else ""


def _numeric(cell: str) -> bool:
    return is_number(cell) and bool(cell.strip())


def _positive(names: list[str], cells: list[str], kind: str, where: str) -> dict[str, float]:
    if len(cells) != len(names):
        raise InputError(f"expected {len(names)} values, got {len(cells)}", where=where)
    for name, cell in zip(names, cells, strict=True):
        if not is_number(cell) or not float(cell) > 0.0:
            raise InputError(f"{kind} {cell!r} of {name!r} is not above zero", where=where)
    return {name: float(cell) for name, cell in zip(names, cells, strict=True)}
