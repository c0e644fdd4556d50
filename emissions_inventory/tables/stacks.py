"""Stacks of a table: their names, permits and figures."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from emissions_inventory.emitters import Stacks
from emissions_inventory.tables.header_names import Key
from emissions_inventory.tables.lines import Lines
from foundation.constants import ZERO_CELSIUS

__all__ = ["credit_code_holds", "names_of", "note_repeats", "stacks_of"]

_UNNUMBERED = "未编号"
_PERMIT = r"[0-9A-Z]{18}\d{3}[0-9A-Z]"
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+\d+\Z", re.IGNORECASE)
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The thirty-one signs of a credit code in their order (GB 32100-2015)."""


def stacks_of(lines: Lines) -> Stacks:
    """Height, diameter, temperature and velocity of the stack of each line; faults are noted.

    0 for a height, diameter or velocity means that it is not known. Without a velocity it follows from the
    flow and the diameter; a flow at standard conditions is expanded to the temperature of the gas.
    """
    likely = lines.config.plausible
    height = _within(lines, "height", _scaled(lines, "height"), likely.height_m, "m")
    diameter = _within(lines, "diameter", _scaled(lines, "diameter"), likely.diameter_m, "m")
    column = lines.layout.columns.get(Key("temperature"))
    offset = column.unit.scale if column and column.unit else 0.0
    celsius = _within(lines, "temperature", lines.numbers("temperature") + offset, likely.temperature_c, "°C")
    velocity = _within(lines, "velocity", _scaled(lines, "velocity"), likely.velocity_m_s, "m/s")
    flow = _flow_m3_s(lines, celsius)
    derived = flow / (0.25 * np.pi * np.where(diameter > 0, diameter, np.nan) ** 2)
    derived = np.where(np.isfinite(velocity) & (velocity > 0), np.nan, derived)
    derived = _within(lines, "flow", derived, likely.velocity_m_s, "m/s")
    velocity = np.where(np.isfinite(derived), derived, velocity)
    height, diameter, velocity = (np.where(one > 0, one, np.nan) for one in (height, diameter, velocity))
    return Stacks(height, diameter, celsius + ZERO_CELSIUS, velocity)


def _scaled(lines: Lines, field: str) -> np.ndarray:
    column = lines.layout.columns.get(Key(field))
    return lines.numbers(field) * (column.unit.scale if column and column.unit else 1.0)


def _flow_m3_s(lines: Lines, celsius: np.ndarray) -> np.ndarray:
    column = lines.layout.columns.get(Key("flow"))
    unit = column.unit if column else None
    flow = lines.amounts("flow") * (unit.scale if unit else 1.0) / 3600.0
    return np.asarray(flow * (celsius + ZERO_CELSIUS) / ZERO_CELSIUS if unit and unit.standard else flow)


def _within(
    lines: Lines, field: str, value: np.ndarray, bounds: tuple[float, float], unit: str
) -> np.ndarray:
    outside = np.isfinite(value) & ((value < bounds[0]) | (value > bounds[1]))
    expected = f"{bounds[0]:g}..{bounds[1]:g} {unit}"
    lines.problems.add("implausible", lines.label(field), outside, value, expected)
    return np.where(outside, np.nan, value)


def names_of(lines: Lines) -> tuple[np.ndarray, np.ndarray, int]:
    """Id and name of each line, and how many stacks were numbered in the order of the table.

    An id is the permit number, or else the name, then `#`, then the number of the stack, or 未编号 and
    a number in the order of the table. Faults are noted: a
    permit that is not of HJ 608-2017 or breaks its check character.
    """
    permit, name, stack = lines.texts("permit"), lines.texts("name"), lines.texts("stack")
    raw = lines.raw("permit")
    lost = pd.Series(permit, dtype=object).astype(str).str.contains(_SCIENTIFIC).to_numpy(bool)
    lost = lost | _of_kind(raw, (float,))
    lines.problems.add("digits_lost", lines.label("permit"), lost, raw)
    for field in ("permit", "stack"):
        _refuse_spoilt(lines, field)
    _check_permits(lines, permit, lost)
    owner = np.where(permit != "", np.char.upper(permit.astype(str)).astype(object), name)
    lines.problems.add("missing", f"{lines.label('permit')}, {lines.label('name')}", owner == "")
    without = stack == ""
    counted = pd.Series(without.astype(int)).groupby(owner).cumsum()
    order = counted.astype(str).to_numpy(object)
    number = np.where(without, np.asarray(_UNNUMBERED + order, object), stack)
    ids = np.asarray(owner + "#" + number, object)
    return ids, np.where(name != "", name, owner), int(without.sum())


def _refuse_spoilt(lines: Lines, field: str) -> None:
    raw = lines.raw(field)
    text = pd.Series(raw).astype(str)
    dates = _of_kind(raw, (dt.date, dt.time, dt.timedelta))
    lines.problems.add("date_cell", lines.label(field), dates, raw)
    lines.problems.add(
        "error_cell", lines.label(field), text.str.match(r"#(?:REF!|N/A|VALUE!|NAME\?)").to_numpy(bool), raw
    )
    lines.problems.add("formula_cell", lines.label(field), text.str.startswith("=").to_numpy(bool), raw)


def _of_kind(cells: np.ndarray, kinds: tuple[type, ...]) -> np.ndarray:
    if not any(issubclass(kind, kinds) for kind in set(map(type, cells))):
        return np.zeros(len(cells), bool)
    return np.fromiter((isinstance(cell, kinds) for cell in cells), bool, len(cells))


def _check_permits(lines: Lines, permit: np.ndarray, lost: np.ndarray) -> None:
    series = pd.Series(permit, dtype=object).astype(str).str.upper()
    sound = series.str.fullmatch(_PERMIT).to_numpy(bool)
    given = (permit != "") & ~lost
    lines.problems.add("permit_form", lines.label("permit"), given & ~sound, permit)
    code = series.str[:18]
    check = given & sound & ~code.str.startswith("H9").to_numpy(bool)
    unique, codes = np.unique(code.to_numpy(str), return_inverse=True)
    holds = np.array([credit_code_holds(one) for one in unique], bool)[codes] if len(unique) else check
    lines.problems.add("permit_check", lines.label("permit"), check & ~holds, permit)


def credit_code_holds(code: str) -> bool:
    """Whether the eighteenth sign of a unified social credit code fits the others (GB 32100-2015).

    The sum of the first seventeen signs, weighted by 3^(i-1) modulo 31, and the last sign add up to a
    multiple of 31.
    """
    if len(code) != 18 or not set(code) <= set(_SIGNS):
        return False
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return (total + _SIGNS.index(code[17])) % 31 == 0


def note_repeats(lines: Lines, ids: np.ndarray) -> None:
    """Note good lines whose permit and stack an earlier good line has."""
    which = (lines.texts("stack") != "") & ~lines.problems.bad
    kept = np.flatnonzero(which)
    series = pd.Series(ids[kept])
    first = dict(zip(series[::-1], kept[::-1], strict=True))
    repeated = np.zeros(len(ids), bool)
    repeated[kept[series.duplicated().to_numpy(bool)]] = True
    rows = lines.problems.rows
    lines.problems.add(
        "duplicate_stack", lines.label("stack"), repeated, ids, lambda line: str(rows[first[ids[line]]])
    )
