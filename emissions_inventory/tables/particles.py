"""What cannot be of PM2.5, PM10 and carbon, told with the cells as they were typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from emissions_inventory.tables.header_names import Key
from emissions_inventory.tables.lines import Lines
from emissions_inventory.tables.problems import shorten

__all__ = ["check_particles"]

_ROUNDING = 1e-6


def check_particles(
    lines: Lines, species: tuple[str, ...], told: np.ndarray, months: Sequence[int]
) -> np.ndarray:
    """Note lines whose PM2.5 exceeds PM10, or whose carbon exceeds PM2.5.

    Args:
        lines: the table.
        species: of the amounts.
        told: kg in the months asked for, NaN where a line says nothing, (line, species).
        months: calendar months asked for.

    Returns:
        Where PM10 must be taken as PM2.5, bool, (line,).
    """
    by_name = {name: told[:, place] for place, name in enumerate(species)}
    raised = np.zeros(len(lines), bool)
    fine = by_name.get("pm25")
    if fine is None:
        return raised
    coarse = by_name.get("pm10")
    if coarse is not None:
        raised = np.isnan(coarse) & (fine > 0)
        _note(lines, "coarse_raised", raised, ("pm25",), months)
        above = fine > coarse * (1.0 + _ROUNDING)
        _note(lines, "fine_above_coarse", above, ("pm25", "pm10"), months)
    nothing = np.zeros(len(fine))
    carbon = np.nan_to_num(by_name.get("bc", nothing)) + np.nan_to_num(by_name.get("oc", nothing))
    above = carbon > np.nan_to_num(fine) * (1.0 + _ROUNDING)
    _note(lines, "carbon_above_fine", above, ("bc", "oc", "pm25"), months)
    return raised


def _note(
    lines: Lines, kind: str, which: np.ndarray, species: tuple[str, ...], months: Sequence[int]
) -> None:
    """Note lines by the columns that their amounts come from."""
    groups: dict[tuple[Key, ...], list[int]] = {}
    for line in map(int, np.flatnonzero(which)):
        keys = tuple(key for name in species for key in _typed(lines, name, line, months))
        groups.setdefault(keys, []).append(line)
    for keys, members in groups.items():
        chosen = np.zeros(len(lines), bool)
        chosen[members] = True
        lines.problems.add(kind, ", ".join(map(lines.label, keys)), chosen, _cells(lines, keys))


def _cells(lines: Lines, keys: tuple[Key, ...]) -> Callable[[int], str]:
    """The cells of columns side by side, by line."""
    cells = [lines.raw(key) for key in keys]
    return lambda line: " / ".join(shorten(column[line]) for column in cells)


def _typed(lines: Lines, species: str, line: int, months: Sequence[int]) -> list[Key]:
    """Columns that a line's amount of a species comes from: its months, activity and factor, or the year."""
    by_month = [Key("month_emission", species, month) for month in months]
    factor, control = Key("factor", species), Key("control", species)
    activity = [Key("activity"), *(Key("month_activity", "", month) for month in months)]
    if all(_filled(lines, key, line) for key in by_month):
        return by_month
    if _filled(lines, factor, line) and any(_filled(lines, key, line) for key in activity):
        return [key for key in (factor, control) if _filled(lines, key, line)]
    return [key for key in (Key("emission", species),) if _filled(lines, key, line)]


def _filled(lines: Lines, key: Key, line: int) -> bool:
    return lines.has(key) and bool(lines.texts(key)[line])
