"""Activity, emission factors and control efficiencies of a table, in base units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from emissions_inventory.tables.header_names import Key, field_of
from emissions_inventory.tables.lines import Lines
from emissions_inventory.tables.unit_names import known_units, read_unit

__all__ = ["Quantity", "control_of", "emission_of", "quantity_of"]


@dataclass(frozen=True)
class Quantity:
    """Numbers with the kind of their unit, (line,) each.

    Attributes:
        value: in the base unit (kg, m3, J, ...; factors in kg per base unit), NaN where there is none.
        kind: such as `mass`.
    """

    value: np.ndarray
    kind: np.ndarray


def quantity_of(lines: Lines, key: Key, unit_columns: tuple[Key, ...]) -> Quantity:
    """Read activities or factors in the units of their rows, their header, or the usual one.

    Args:
        lines: the table; negative numbers and unknown units are noted.
        key: what to read.
        unit_columns: columns that may hold the unit of each row; the first that says something counts.
    """
    value = lines.amounts(key)
    one = field_of(key, lines.config)
    column = lines.layout.columns.get(key)
    usual = (column.unit if column else None) or read_unit(one.units, one.unit, lines.config)
    scale = np.full(len(lines), usual.scale if usual else np.nan)
    kind = np.full(len(lines), usual.kind if usual else "", object)
    said = np.zeros(len(lines), bool)
    for unit_column in unit_columns:
        if not lines.has(unit_column):
            continue
        texts = lines.texts(unit_column)
        codes, uniques = pd.factorize(texts)
        units = [read_unit(one.units, str(text), lines.config) if text else None for text in uniques]
        told = np.array([unit is not None for unit in units], bool)[codes] & ~said
        scale = np.where(told, np.array([unit.scale if unit else 0.0 for unit in units])[codes], scale)
        kind = np.where(told, np.array([unit.kind if unit else "" for unit in units], object)[codes], kind)
        strange = (texts != "") & np.array([unit is None for unit in units], bool)[codes]
        used = strange & ~said & np.isfinite(value)
        lines.problems.add(
            "unknown_unit", lines.label(unit_column), used, texts, known_units(one.units, lines.config)
        )
        said |= texts != ""
    return Quantity(value * scale, kind)


def emission_of(lines: Lines, key: Key) -> np.ndarray:
    """Read stated emissions, kg, NaN where there are none, (line,)."""
    column, one = lines.layout.columns.get(key), field_of(key, lines.config)
    unit = (column.unit if column else None) or read_unit("emission", one.unit, lines.config)
    return np.asarray(lines.amounts(key) * (unit.scale if unit else np.nan))


def control_of(lines: Lines, species: str) -> np.ndarray:
    """Read control efficiencies as shares, 0 to 1, (line,); 0 where none is stated.

    A cell that says % is in per cent. Otherwise, where the median of the column's numbers above 0 is no more
    than 1 it holds fractions, whatever its header says (cells formatted as per cent are stored so). Where it
    is more it is in per cent, unless the header states fractions.
    """
    key = Key("control", species)
    if not lines.has(key):
        return np.zeros(len(lines))
    column, label = lines.layout.columns[key], lines.label(key)
    value, percent = lines.numbers_and_percent(key)
    stated = column.unit.scale if column.unit else None
    bare = value[~percent & np.isfinite(value) & (value > 0)]
    fractions = bool(bare.size) and float(np.median(bare)) <= 1.0
    if fractions and stated == 0.01:
        lines.problems.add_column("control_as_fraction", label)
    scale = 1.0 if fractions or stated == 1.0 else 0.01
    tiny = ~percent & (value > 0) & (value < 1) & (scale == 0.01)
    lines.problems.add("control_tiny", label, tiny, lines.raw(key))
    share = np.where(percent, 0.01 * value, scale * value)
    lines.problems.add("negative", label, share < 0, lines.raw(key))
    lines.problems.add("control_above_one", label, share > 1.0 + 1e-12, lines.raw(key))
    return np.asarray(np.clip(np.nan_to_num(share), 0.0, 1.0))
