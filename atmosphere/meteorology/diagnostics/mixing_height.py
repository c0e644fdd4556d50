"""Height of the layer that the ground's turbulence mixes.

Where the weather model gives no height, it is where the bulk Richardson number

    Ri(h) = (g / theta_s) (theta_h - theta_s) (h - z_s) / ((u_h - u_s)**2 + (v_h - v_s)**2 + b u_star**2)

of virtual potential temperature first exceeds 0.25 (Vogelezang and Holtslag 1996, doi:10.1007/BF02430331,
with b = 100). Without a friction velocity, surface wind and friction are taken as zero, as Seidel et al.
(2012, doi:10.1029/2012JD018143) do for soundings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atmosphere.meteorology.diagnostics.air_profile import Profile
from atmosphere.meteorology.diagnostics.thermodynamics import virtual_potential_temperature
from foundation.constants import GRAVITY

CRITICAL_RICHARDSON = 0.25
"""Bulk Richardson number at the top of the mixed layer, 1 (Vogelezang and Holtslag 1996)."""

_FRICTION_WEIGHT = 100.0
_LEAST_SHEAR = 1e-6
_LOOKED_BELOW = 6000.0


@dataclass(frozen=True)
class MixingHeight:
    """A mixing height and where it is from.

    Attributes:
        height: above ground, m; the model's own where there is one.
        method: `model` or `bulk Richardson number`.
        of_model: the model's, m; None when it gives none.
        of_richardson: of the bulk Richardson number, m; None where it cannot be computed.
        between: heights of the two levels between which that lies, m: how far it can be off.
        why_no_richardson: why it cannot; empty when it can.
    """

    height: float
    method: str
    of_model: float | None
    of_richardson: float | None
    between: tuple[float, float] | None = None
    why_no_richardson: str = ""


def mixing_height(profile: Profile) -> MixingHeight | str:
    """Mixing height of a profile, or why there is none."""
    of_model = profile.surface.get("boundary_layer_height")
    computed = richardson_height(profile)
    if isinstance(computed, str):
        if of_model is None:
            return computed
        return MixingHeight(of_model, "model", of_model, None, why_no_richardson=computed)
    height, between = computed
    if of_model is not None:
        return MixingHeight(of_model, "model", of_model, height, between)
    return MixingHeight(height, "bulk Richardson number", None, height, between)


def richardson_height(
    profile: Profile, critical: float = CRITICAL_RICHARDSON
) -> tuple[float, tuple[float, float]] | str:
    """Where the bulk Richardson number first exceeds the critical one, or why nowhere.

    Between two levels the number is taken as linear in height.

    Returns:
        Height above ground and those of the two levels around it, m.
    """
    with_wind = profile.has_wind & (profile.height <= _LOOKED_BELOW)
    with_wind[0] = True
    if with_wind.sum() < 2:
        return "no wind above the ground"
    height = profile.height[with_wind]
    number = bulk_richardson_number(profile)[with_wind]
    above = np.flatnonzero(number > critical)
    if not above.size:
        return f"the bulk Richardson number stays below {critical:g} up to {height[-1]:.0f} m"
    first = int(above[0])
    found = np.interp(critical, number[first - 1 : first + 1], height[first - 1 : first + 1])
    return float(found), (float(height[first - 1]), float(height[first]))


def bulk_richardson_number(profile: Profile) -> np.ndarray:
    """Bulk Richardson number between the lowest point and each level, 1, shape (level,); 0 at the lowest.

    NaN on levels without wind.
    """
    theta = virtual_potential_temperature(profile.pressure, profile.temperature, profile.dew_point)
    friction = profile.surface.get("friction_velocity")
    moving = friction is not None and bool(profile.has_wind[0])
    at_ground = (profile.eastward_wind[0], profile.northward_wind[0]) if moving else (0.0, 0.0)
    shear = (profile.eastward_wind - at_ground[0]) ** 2 + (profile.northward_wind - at_ground[1]) ** 2
    if moving and friction is not None:
        shear = shear + _FRICTION_WEIGHT * friction**2
    rise = profile.height - profile.height[0]
    number = GRAVITY / theta[0] * (theta - theta[0]) * rise / np.maximum(shear, _LEAST_SHEAR)
    number[0] = 0.0
    return np.asarray(number)
