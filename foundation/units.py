"""Units at the border, SI inside: concentrations are kg m-3 everywhere but in what people read."""

from __future__ import annotations

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


@lru_cache(maxsize=256)
def si_factor(unit: str, pollutant: str) -> float:
    """Factor from a provider's unit to kg m-3.

    Mixing ratios of gases are taken at 298.15 K and 1013.25 hPa, the state of GB 3095.

    Args:
        unit: as the provider writes it, for example `µg/m³`, `mg m-3`, `ppm`, `ppb`.
        pollutant: short name; decides the molar mass of a mixing ratio.

    Raises:
        InputError: when the unit is unknown or is not one of concentration.
    """
    import pint

    registry = pint.application_registry
    try:
        quantity = registry.Quantity(registry.parse_expression(_plain(unit)))
        if quantity.dimensionless:
            return float(quantity.to("").magnitude) * _reference_density(unit, pollutant)
        return float(quantity.to("kg/m^3").magnitude)
    except (pint.errors.PintError, AttributeError, ValueError, TypeError) as error:
        raise InputError(
            f"unit {unit!r} of {pollutant} is not a concentration",
            remedy="Expected one of µg/m3, mg/m3, kg/m3, or ppm and ppb for gases",
        ) from error


def _plain(unit: str) -> str:
    text = unit.strip().replace("µ", "u").replace("μ", "u").replace("³", "^3").replace("m-3", "m^-3")
    text = text.replace("/m3", "/m^3").replace(" m^", "*m^")
    return {"ppb": "1e-9", "ppm": "1e-6"}.get(text.lower(), text)


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
    return float(clean) if isinstance(value, float | int) else clean  # type: ignore[return-value]
