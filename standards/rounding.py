"""Reported concentrations: rounded half to even, µg/m³ to the integer and CO to 0.1 mg/m³ (HJ 633)."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from foundation.errors import InputError
from foundation.pollutants import POLLUTANTS
from foundation.units import to_display
from standards.breakpoints import steps_per_unit

HIGHEST_SHOWN = {"ug m-3": 1e8, "mg m-3": 1e5}
"""0.1 kg m-3 in display units: above it a value is an error of unit, not air."""


def reported_steps(value: float, pollutant: str) -> int:
    """One concentration in whole reported steps, exactly from its decimal text.

    Args:
        value: µg m-3 (CO mg m-3).
        pollutant: short name.

    Raises:
        InputError: when the value is not a number, negative, infinite or beyond any air.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise InputError(f"{pollutant}: expected a number, got {value!r}")
    number = float(value)
    if not 0 <= number <= HIGHEST_SHOWN[POLLUTANTS[pollutant].display_unit]:
        got = "no value" if math.isnan(number) else f"{number:g}"
        unit = POLLUTANTS[pollutant].shown_unit
        raise InputError(
            f"{pollutant}: expected a concentration in {unit}, got {got}",
            remedy="Leave out what was not measured; give others as they are, from 0 up",
        )
    return int((Decimal(repr(number)) * steps_per_unit(pollutant)).quantize(Decimal(1), ROUND_HALF_EVEN))


def reported_steps_of(values: np.ndarray, pollutant: str) -> np.ndarray:
    """Concentrations in whole reported steps; equal to `reported_steps` element by element.

    Args:
        values: kg m-3, NaN where missing; any shape.
        pollutant: short name.

    Returns:
        Whole floats of the same shape, NaN where missing.

    Raises:
        InputError: when a value is negative, infinite or beyond any air.
    """
    shown = to_display(np.asarray(values, dtype=float), pollutant)
    unit = POLLUTANTS[pollutant].display_unit
    wrong = (shown < 0) | (shown > HIGHEST_SHOWN[unit])
    if wrong.any():
        raise InputError(
            f"{pollutant}: expected concentrations of 0 to 0.1 kg m-3, got {values[wrong].flat[0]:g}",
            remedy="Mark what was not measured as missing and convert units at the reader",
        )
    per_unit = steps_per_unit(pollutant)
    return np.rint(shown) if per_unit == 1 else _half_even(shown, per_unit)


def _half_even(shown: np.ndarray, per_unit: int) -> np.ndarray:
    """Round decimal fractions half to even although few of them are exact in binary.

    A tie such as 0.15 is the float nearest to 1.5 / 10, which correctly rounded division gives, so
    that comparing with it decides as the decimal text would.
    """
    below = np.floor(shown * per_unit)
    tie = (below + 0.5) / per_unit
    even = below + np.mod(below, 2)
    return np.asarray(np.where(shown == tie, even, below + (shown > tie)))
