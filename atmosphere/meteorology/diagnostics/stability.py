"""Stability of the air near the ground: lapse rate, Pasquill class, Obukhov length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atmosphere.meteorology.diagnostics.air_profile import Profile
from atmosphere.meteorology.diagnostics.thermodynamics import (
    potential_temperature,
    virtual_potential_temperature,
    virtual_temperature,
)
from foundation.constants import DRY_AIR_GAS_CONSTANT, DRY_AIR_HEAT_CAPACITY, GRAVITY, VON_KARMAN

PASQUILL_GRADIENTS = ((-0.019, "A"), (-0.017, "B"), (-0.015, "C"), (-0.005, "D"), (0.015, "E"), (0.040, "F"))
"""Upper bound of the vertical temperature gradient (K m-1) of each class, G above: NOAA Air Resources
Laboratory, "Pasquill Stability Classes", https://www.ready.noaa.gov/READYpgclass.php."""

_OBUKHOV_CLASSES = ((50.0, "very"), (200.0, ""), (500.0, "nearly neutral"))
_BULK_DEPTH = 1000.0
_NO_FLUX = 1e-3
_PASQUILL_DEPTH = 200.0
_CLEARLY_STABLE = 0.005
"""K m-1; over such a lowest layer an upward heat flux is one of past hours (models give means) or of a
neighbouring slope."""


@dataclass(frozen=True)
class Stability:
    """Stability near the ground.

    Attributes:
        temperature_gradient: of the lowest layer of the profile, K m-1.
        layer_top: height of the top of that layer, m.
        bulk_potential_gradient: potential temperature of some 1 km less that of the lowest point, over the
            distance, K m-1.
        bulk_top: height of the upper level of that, m.
        pasquill: class A (very unstable) to G (extremely stable) by the temperature gradient.
        pasquill_is_coarse: whether the lowest layer is deeper than 200 m, far more than the rule is made for.
        obukhov_length: m; None without fluxes, or in neutral air.
        obukhov_class: `very unstable` to `very stable` by that length (Gryning et al. 2007,
            doi:10.1007/s10546-007-9166-9); None without fluxes.
        why_no_obukhov: why there is none; empty otherwise.
    """

    temperature_gradient: float
    layer_top: float
    bulk_potential_gradient: float
    bulk_top: float
    pasquill: str
    pasquill_is_coarse: bool
    obukhov_length: float | None
    obukhov_class: str | None
    why_no_obukhov: str


def stability(profile: Profile) -> Stability:
    """Stability of the lowest part of a profile."""
    height, temperature = profile.height, profile.temperature
    depth = height[1] - height[0]
    gradient = float((temperature[1] - temperature[0]) / depth)
    theta = potential_temperature(profile.pressure, temperature)
    bulk = int(np.argmin(np.abs(height[1:] - height[0] - _BULK_DEPTH))) + 1
    length, kind, why = _obukhov(profile)
    return Stability(
        temperature_gradient=gradient, layer_top=float(height[1]),
        bulk_potential_gradient=float((theta[bulk] - theta[0]) / (height[bulk] - height[0])),
        bulk_top=float(height[bulk]), pasquill=pasquill_class(gradient),
        pasquill_is_coarse=bool(depth > _PASQUILL_DEPTH),
        obukhov_length=length, obukhov_class=kind, why_no_obukhov=why,
    )  # fmt: skip


def pasquill_class(temperature_gradient: float) -> str:
    """Pasquill class by the vertical temperature gradient near the ground, K m-1."""
    bounds = (name for bound, name in PASQUILL_GRADIENTS if temperature_gradient <= bound)
    return next(bounds, "G")


def obukhov_length(
    friction_velocity: float, sensible_heat_flux: float, density: float, virtual: float
) -> float:
    """Obukhov length, m: -u*^3 theta_v rho cp / (k g H), as in Obukhov (1971, doi:10.1007/BF00718085).

    The heat flux is the sensible one alone; moisture's share of the buoyancy flux is left out.

    Args:
        friction_velocity: m s-1.
        sensible_heat_flux: upward, W m-2, not 0.
        density: of the air, kg m-3.
        virtual: virtual (potential) temperature at the ground, K.
    """
    kinematic = sensible_heat_flux / (density * DRY_AIR_HEAT_CAPACITY)
    return -(friction_velocity**3) * virtual / (VON_KARMAN * GRAVITY * kinematic)


def obukhov_class(length: float) -> str:
    """Class of stability by the Obukhov length, m (Gryning et al. 2007, table 2, carried on beyond 10 m)."""
    side = "stable" if length > 0 else "unstable"
    for bound, word in _OBUKHOV_CLASSES:
        if abs(length) < bound:
            return f"{word} {side}".strip()
    return "neutral"


def _obukhov(profile: Profile) -> tuple[float | None, str | None, str]:
    friction, flux = (profile.surface.get(name) for name in ("friction_velocity", "sensible_heat_flux"))
    if friction is None or flux is None:
        absent = "friction velocity" if friction is None else "sensible heat flux"
        return None, None, f"the file gives no {absent}"
    if abs(flux) < _NO_FLUX:
        return None, "neutral", "no heat flux: the length is infinite"
    if friction <= 0.0:
        return None, None, "the friction velocity is 0"
    lowest = tuple(values[:1] for values in (profile.pressure, profile.temperature, profile.dew_point))
    columns = (profile.pressure[:2], profile.temperature[:2], profile.dew_point[:2])
    rise = float(
        np.diff(virtual_potential_temperature(*columns))[0] / (profile.height[1] - profile.height[0])
    )
    if flux > 0.0 and rise > _CLEARLY_STABLE:
        return None, None, f"the heat flux, {flux:.0f} W m-2 upward, contradicts the stable profile"
    virtual = float(virtual_temperature(*lowest)[0])
    density = float(profile.pressure[0]) / (DRY_AIR_GAS_CONSTANT * virtual)
    theta = float(virtual_potential_temperature(*lowest)[0])
    length = obukhov_length(friction, flux, density, theta)
    return length, obukhov_class(length), ""
