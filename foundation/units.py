"""Units at the border, SI inside: concentrations are kg m-3 everywhere but in what people read."""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import TypeVar

import numpy as np

from foundation.constants import GAS_CONSTANT, MOLAR_MASS, REFERENCE_PRESSURE, REFERENCE_TEMPERATURE
from foundation.errors import InputError
from foundation.pollutants import POLLUTANTS

Numeric = TypeVar("Numeric", float, np.ndarray)
"""A number, or an array of them; the same comes back."""

CONCENTRATION = "kg m-3"
_SIGNIFICANT_DIGITS = 12
_PLAIN_SIGNS = str.maketrans("µμ³²¹⁻−·⋅", "uu321--**")
_UNIT = re.compile(r"[A-Za-z]+(\^-?[1-3])?(\s*[ */.]\s*[A-Za-z]+(\^-?[1-3])?){0,3}")
"""Words joined by `*`, `/`, `.` or a blank, each with an exponent at most: nothing to evaluate."""
_DISPLAYED = {"ug m^-3": 1e-9, "mg m^-3": 1e-6}
"""What people read, without the half second that a registry of units takes to load."""
_PARTS = {"ppm": 1e-6, "ppmv": 1e-6, "1e-6": 1e-6, "ppb": 1e-9, "ppbv": 1e-9, "1e-9": 1e-9}


_one_at_a_time = threading.Lock()
"""Pint builds its registry at first use; a second thread would meet it half built and know no unit."""


@lru_cache(maxsize=256)
def si_factor(unit: str, pollutant: str) -> float:
    """Factor from a provider's unit to kg m-3.

    Mixing ratios of gases, by volume or by mole, are taken at 298.15 K and 1013.25 hPa, the state of
    GB 3095. A bare number, a percentage and a ratio of masses are not concentrations.

    Args:
        unit: as the provider writes it, for example `µg/m³`, `mg m-3`, `ppb`, `nmol mol-1`.
        pollutant: short name; decides the molar mass of a mixing ratio.

    Raises:
        InputError: when the unit is unknown or is not one of concentration.
    """
    text = _plain(unit)
    if text in _DISPLAYED:
        return _DISPLAYED[text]
    if text.lower() in _PARTS:
        return _PARTS[text.lower()] * _reference_density(unit, pollutant)
    if not _UNIT.fullmatch(text):
        raise _not_a_concentration(unit, pollutant)
    return _compound_factor(text, unit, pollutant)


def _compound_factor(text: str, unit: str, pollutant: str) -> float:
    import pint

    registry = pint.application_registry
    try:
        with _one_at_a_time:
            quantity = registry.Quantity(1.0, registry.parse_units(text))
            if quantity.dimensionless and "mol" in text:
                return float(quantity.to("").magnitude) * _reference_density(unit, pollutant)
            return float(quantity.to("kg/m^3").magnitude)
    except (pint.errors.PintError, AttributeError, ValueError, TypeError) as error:
        raise _not_a_concentration(unit, pollutant) from error


def _not_a_concentration(unit: str, pollutant: str) -> InputError:
    return InputError(
        f"unit {unit!r} of {pollutant} is not a concentration",
        remedy="Expected one of µg/m3, mg/m3, kg/m3, or ppm and ppb for gases",
    )


def _plain(unit: str) -> str:
    text = unit.strip().translate(_PLAIN_SIGNS).replace("**", "^")
    return re.sub(r"(?<=[A-Za-z])(?=-?[1-3](?![0-9]))", "^", text)


def _reference_density(unit: str, pollutant: str) -> float:
    gas = pollutant.removesuffix("_8h")
    if gas not in MOLAR_MASS:
        raise InputError(
            f"unit {unit!r} is a mixing ratio, but {pollutant} is not a gas", remedy="Give it in µg/m3"
        )
    return MOLAR_MASS[gas] * REFERENCE_PRESSURE / (GAS_CONSTANT * REFERENCE_TEMPERATURE)


def to_si(value: Numeric, unit: str, pollutant: str) -> Numeric:
    """Convert a provider's values to kg m-3."""
    return value * si_factor(unit, pollutant)


def to_display(value: Numeric, pollutant: str) -> Numeric:
    """Convert kg m-3 to the unit people read (µg m-3; CO mg m-3).

    The result is rounded to 12 significant digits, so that 60.5 µg/m³ that went to SI and back is
    60.5 again and ties round as the standard says.
    """
    scaled = np.asarray(value, dtype=float) / si_factor(POLLUTANTS[pollutant].display_unit, pollutant)
    with np.errstate(divide="ignore", invalid="ignore"):
        digits = _SIGNIFICANT_DIGITS - 1 - np.floor(np.log10(np.abs(scaled)))
        power = 10.0 ** np.clip(np.where(np.isfinite(digits), digits, 0.0), 0, 22)
        clean = np.where(np.isfinite(scaled), np.round(scaled * power) / power, scaled)
    return float(clean) if isinstance(value, float | int) else clean
