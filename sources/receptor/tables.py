"""Read a pair of tables, concentrations and uncertainties, and check each against the other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from foundation.errors import InputError
from sources.receptor.samples import Array, Samples
from sources.receptor.table_files import Table, read_table

__all__ = ["read_pair", "read_with_detection_limits", "uncertainties_from_limits"]


def read_pair(concentrations: str | Path, uncertainties: str | Path, unit: str = "µg m-3") -> Samples:
    """Read concentrations and their uncertainties.

    Comma-separated tables, and the tab- or blank-separated `.txt` pairs of EPA PMF; the first column is the
    date, missing values are blank or -999, rows without a date at the end are left out.

    Raises:
        InputError: naming file, row and species, when a table cannot be read, the two do not fit each other,
            a concentration is negative, or an uncertainty is missing, zero or negative where there is a
            value.
    """
    held, doubt = read_table(concentrations), read_table(uncertainties)
    _same(held, doubt)
    _no_negative(held)
    there = np.isfinite(held.values)
    for problem, wrong in (
        ("is missing", there & np.isnan(doubt.values)),
        ("is not above zero", there & (doubt.values <= 0.0)),
    ):
        if wrong.any():
            row, column = (int(index) for index in np.argwhere(wrong)[0])
            raise InputError(
                f"uncertainty of {doubt.species[column]!r} at {doubt.times[row]} {problem}"
                f" ({int(wrong.sum())} such values)",
                where=doubt.path,
                remedy="Give a positive uncertainty, or mark the concentration as missing",
            )
    return Samples(held.times, held.species, held.values, doubt.values, unit, held.notes)


def read_with_detection_limits(
    concentrations: str | Path,
    limits: dict[str, float],
    error_fractions: dict[str, float],
    unit: str = "µg m-3",
) -> Samples:
    """Read concentrations, and make their uncertainties from detection limits and error fractions.

    Args:
        concentrations: as `read_pair`.
        limits: method detection limit by species, in `unit`.
        error_fractions: relative error by species, 0.1 for ten per cent.
        unit: of concentrations and limits.

    Raises:
        InputError: as `read_pair`, or when a species has no limit or error fraction, or not a positive one.
    """
    held = read_table(concentrations)
    _no_negative(held)
    for name in held.species:
        for kind, given in (("detection limit", limits), ("error fraction", error_fractions)):
            if not given.get(name, 0.0) > 0.0:
                raise InputError(f"species {name!r} has no {kind} above zero", where=held.path)
    made = uncertainties_from_limits(
        held.values,
        np.array([limits[name] for name in held.species]),
        np.array([error_fractions[name] for name in held.species]),
    )
    return Samples(held.times, held.species, held.values, made, unit, held.notes)


def uncertainties_from_limits(concentrations: Array, limits: Array, error_fractions: Array) -> Array:
    """Uncertainty from a detection limit and an error fraction.

    5/6 of the limit at or below it; sqrt((fraction c)^2 + (limit / 2)^2) above it (EPA PMF 5.0 User Guide,
    EPA/600/R-14/108, equations 5-1 and 5-2; Gianini et al. 2012 for the second).

    Args:
        concentrations: (samples, species); NaN where missing, and the result is NaN there.
        limits: (species,), same unit.
        error_fractions: (species,).
    """
    above = np.hypot(error_fractions * concentrations, 0.5 * limits)
    return np.where(concentrations <= limits, 5.0 / 6.0 * limits, above)


def _no_negative(table: Table) -> None:
    wrong = table.values < 0.0
    if wrong.any():
        row, column = (int(index) for index in np.argwhere(wrong)[0])
        raise InputError(
            f"concentration {table.values[row, column]:g} of {table.species[column]!r} at {table.times[row]}"
            f" is negative ({int(wrong.sum())} such values)",
            where=table.path,
            remedy="Mark it as missing (-999) or as zero",
        )


def _same(held: Table, doubt: Table) -> None:
    if held.species != doubt.species:
        odd = sorted(set(held.species) ^ set(doubt.species)) or ["their order"]
        raise InputError(
            f"species differ from those of {held.path}: {', '.join(odd[:5])}",
            where=doubt.path,
            remedy="Give both tables the same columns in the same order",
        )
    if len(held.times) != len(doubt.times):
        raise InputError(
            f"{len(doubt.times)} samples, but {len(held.times)} in {held.path}", where=doubt.path
        )
    for one, other in zip(held.times, doubt.times, strict=True):
        if one != other:
            raise InputError(f"date {other} stands where {held.path} has {one}", where=doubt.path)
