"""Individual indices from concentrations, in integers, so that rounding up is never a bit too much.

A reported concentration is a whole number of steps (1 µg/m³; CO 0.1 mg/m³), so that every column is
a finite table, worked out once by the exact formula and looked up ever after.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from foundation.pollutants import POLLUTANTS
from standards.rules import AirQualityRules, Column, rule_book

NOT_AVAILABLE = -1
"""Stands for an individual index that is not computed."""


def interpolated_index(column: Column, steps: int, per_unit: int) -> int:
    """Individual index between two breakpoints, rounded up to the integer (HJ 633, equation 1).

    Args:
        column: breakpoints, µg m-3 (CO mg m-3).
        steps: concentration in reported steps, not above the last breakpoint.
        per_unit: steps in one unit of the breakpoints.
    """
    scale = rule_book().indices
    for segment in range(1, len(column.breakpoints)):
        low, high = (per_unit * point for point in column.breakpoints[segment - 1 : segment + 1])
        if steps <= high:
            rise = (scale[segment] - scale[segment - 1]) * (steps - low)
            return scale[segment - 1] - (-rise // (high - low))
    raise ValueError("concentration above the last breakpoint")


def individual_index(chain: tuple[Column, ...], steps: int, per_unit: int) -> int:
    """Individual index of a reported concentration, 0 to 500.

    Above the last breakpoint: the column's own rule, and the end of the scale where it has none.

    Args:
        chain: the column and those that take over above its last breakpoint, see `column_chain`.
        steps: concentration in reported steps.
        per_unit: steps in one unit of the breakpoints.
    """
    column = chain[0]
    if steps <= per_unit * column.breakpoints[-1]:
        return interpolated_index(column, steps, per_unit)
    if column.above is None:
        return rule_book().indices[-1]
    if column.above.index is not None:
        return column.above.index
    return individual_index(chain[1:], steps, per_unit)


def column_chain(rules: AirQualityRules, column_name: str) -> tuple[Column, ...]:
    """A column and, in turn, the columns read above its last breakpoint."""
    column = rules.columns[column_name]
    further = column.above.read_in if column.above else None
    return (column, *(column_chain(rules, further) if further else ()))


def steps_per_unit(pollutant: str) -> int:
    """Reported steps in one display unit: 10 for CO (0.1 mg/m³), 1 for all others."""
    return int(10 ** POLLUTANTS[pollutant].decimals)


@lru_cache(maxsize=64)
def index_table(chain: tuple[Column, ...], per_unit: int) -> np.ndarray:
    """Individual index for every number of steps, int16, read-only.

    The last element is `NOT_AVAILABLE`; the one before it holds for all higher concentrations.
    """
    top = per_unit * max(column.breakpoints[-1] for column in chain)
    indices = [individual_index(chain, steps, per_unit) for steps in range(top + 2)]
    table = np.array([*indices, NOT_AVAILABLE], dtype=np.int16)
    table.setflags(write=False)
    return table


def look_up(chain: tuple[Column, ...], steps: np.ndarray, per_unit: int) -> np.ndarray:
    """Individual indices of reported concentrations.

    Args:
        chain: see `column_chain`.
        steps: concentrations in reported steps, whole floats, NaN where missing; any shape.
        per_unit: steps in one unit of the breakpoints.

    Returns:
        int16 of the same shape, `NOT_AVAILABLE` where the concentration is missing.
    """
    table = index_table(chain, per_unit)
    missing = len(table) - 1
    position = np.where(np.isnan(steps), missing, np.minimum(steps, missing - 1))
    return table.take(position.astype(np.intp))
