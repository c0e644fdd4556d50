"""The surface layer: friction velocity, Obukhov length and the height of the boundary layer.

What the weather holds is taken from it; what it lacks is diagnosed by similarity theory, and said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from atmosphere.transport.processes.weather_fields import WeatherFields
from foundation.constants import DRY_AIR_HEAT_CAPACITY, GRAVITY, VON_KARMAN

__all__ = ["SurfaceLayer", "heat_stability", "momentum_stability", "surface_layer"]

_ITERATIONS = 6
_STABLE = 5.0
_UNSTABLE = 15.0
_CRITICAL_RICHARDSON = 0.25


@dataclass(frozen=True)
class SurfaceLayer:
    """Turbulence near the ground; all (member, y, x).

    Attributes:
        friction_velocity: m s-1.
        inverse_obukhov_length: m-1, positive when stable.
        boundary_layer_height: m.
        convective_velocity: m s-1, 0 when stable.
        roughness_length: m.
        fallbacks: what stands in for variables that the weather does not hold.
    """

    friction_velocity: torch.Tensor
    inverse_obukhov_length: torch.Tensor
    boundary_layer_height: torch.Tensor
    convective_velocity: torch.Tensor
    roughness_length: torch.Tensor
    fallbacks: tuple[str, ...]


def surface_layer(fields: WeatherFields, parameters: dict[str, torch.Tensor]) -> SurfaceLayer:
    """Scales of the surface layer from the weather.

    Friction velocity and Obukhov length come from the weather's `friction_velocity` and `sensible_heat_flux`.
    Without the first: the wind near the ground by the stability-corrected logarithmic law (Dyer 1974,
    doi:10.1007/BF00240838; Paulson 1970). Without the second: the bulk Richardson number between 2 m and the
    middle of the lowest layer, z/L = Ri ln(z/z0) / (1 - 5 Ri) when stable and Ri ln(z/z0) when not (Arya
    1988, Introduction to Micrometeorology, eq. 11.23). Without `boundary_layer_height`: where the bulk
    Richardson number reaches 0.25 (Vogelezang and Holtslag 1996, doi:10.1007/BF02430331).
    """
    fallbacks: list[str] = []
    cover = fields.snow_cover
    roughness = (1 - cover) * parameters["roughness_length"] + cover * parameters["roughness_length_snow"]
    largest = parameters["largest_inverse_obukhov_length"]
    slowest = parameters["lowest_friction_velocity"]
    heat, friction = fields.surface.get("sensible_heat_flux"), fields.surface.get("friction_velocity")
    if heat is None:
        fallbacks.append(_instead("sensible_heat_flux", "the bulk Richardson number of the lowest layer"))
    if friction is None:
        fallbacks.append(_instead("friction_velocity", "the logarithmic law and the wind near the ground"))
    given = None if friction is None else torch.maximum(friction, slowest)
    inverse = torch.zeros_like(roughness) if heat is not None else _by_richardson(fields, roughness, largest)
    velocity = given if given is not None else _by_wind(fields, roughness, inverse, slowest)
    for _ in range(_ITERATIONS if given is None and heat is not None else 1):
        if heat is not None:
            inverse = _by_heat(fields, heat, velocity, largest)
        velocity = given if given is not None else _by_wind(fields, roughness, inverse, slowest)
    depth = fields.surface.get("boundary_layer_height")
    if depth is None:
        fallbacks.append(_instead("boundary_layer_height", "where the bulk Richardson number reaches 0.25"))
        depth = _richardson_height(fields, velocity)
    depth = torch.maximum(depth, parameters["lowest_boundary_layer_height"])
    cubed = velocity**3 / VON_KARMAN * depth * -inverse
    # the cube root has no gradient at 0, where stable air lies
    convective = torch.where(cubed > 0, cubed.clamp_min(1e-12) ** (1 / 3), torch.zeros_like(cubed))
    return SurfaceLayer(velocity, inverse, depth, convective, roughness, tuple(fallbacks))


def momentum_stability(zeta: torch.Tensor) -> torch.Tensor:
    """Integrated stability function of momentum, psi_m(z/L) (Paulson 1970; Dyer 1974); zeta at most 1."""
    x = (1 + _UNSTABLE * (-zeta).clamp_min(0.0)) ** 0.25
    unstable = 2 * torch.log((1 + x) / 2) + torch.log((1 + x**2) / 2) - 2 * torch.atan(x) + math.pi / 2
    return torch.where(zeta > 0, -_STABLE * zeta.clamp(0.0, 1.0), unstable)


def heat_stability(zeta: torch.Tensor) -> torch.Tensor:
    """Integrated stability function of heat and matter, psi_h(z/L) (Paulson 1970; Dyer 1974)."""
    y = torch.sqrt(1 + _UNSTABLE * (-zeta).clamp_min(0.0))
    return torch.where(zeta > 0, -_STABLE * zeta.clamp(0.0, 1.0), 2 * torch.log((1 + y) / 2))


def _by_heat(
    fields: WeatherFields, heat: torch.Tensor, velocity: torch.Tensor, largest: torch.Tensor
) -> torch.Tensor:
    flux = heat / (fields.density[:, 0] * DRY_AIR_HEAT_CAPACITY)
    inverse = -VON_KARMAN * GRAVITY * flux / (fields.temperature_2m * velocity**3)
    return torch.maximum(torch.minimum(inverse, largest), -largest)


def _by_richardson(fields: WeatherFields, roughness: torch.Tensor, largest: torch.Tensor) -> torch.Tensor:
    height = fields.height[0]
    wind = torch.hypot(fields.eastward_wind[:, 0], fields.northward_wind[:, 0]).clamp_min(0.5)
    warming = (
        fields.temperature[:, 0] - fields.temperature_2m + GRAVITY / DRY_AIR_HEAT_CAPACITY * (height - 2.0)
    )
    richardson = (GRAVITY * height * warming / (fields.temperature_2m * wind**2)).clamp(-2.0, 0.19)
    zeta = richardson * torch.log(height / roughness) / (1 - _STABLE * richardson.clamp_min(0.0))
    return torch.maximum(torch.minimum(zeta / height, largest), -largest)


def _by_wind(
    fields: WeatherFields, roughness: torch.Tensor, inverse: torch.Tensor, slowest: torch.Tensor
) -> torch.Tensor:
    height = fields.wind_height
    profile = torch.log(height / roughness) - momentum_stability(height * inverse)
    profile = profile + momentum_stability(roughness * inverse)
    return torch.maximum(VON_KARMAN * fields.wind_10m / profile.clamp_min(1.0), slowest)


def _richardson_height(fields: WeatherFields, velocity: torch.Tensor) -> torch.Tensor:
    if len(fields.height) == 1:
        return fields.edges[-1].expand(velocity.shape)
    heights = fields.height[:, None, None]
    warmth = fields.temperature + GRAVITY / DRY_AIR_HEAT_CAPACITY * heights
    rise = heights - fields.height[0]
    shear = (fields.eastward_wind - fields.eastward_wind[:, :1]) ** 2
    shear = shear + (fields.northward_wind - fields.northward_wind[:, :1]) ** 2 + 100 * velocity[:, None] ** 2
    richardson = GRAVITY / warmth[:, :1] * (warmth - warmth[:, :1]) * rise / shear
    stopped = torch.cat(
        [richardson >= _CRITICAL_RICHARDSON, torch.ones_like(richardson[:, :1], dtype=torch.bool)], 1
    )
    above = stopped.to(torch.uint8).argmax(dim=1, keepdim=True).clamp(1, heights.shape[0] - 1)
    low, high = richardson.gather(1, above - 1), richardson.gather(1, above)
    share = ((_CRITICAL_RICHARDSON - low) / (high - low).clamp_min(1e-6)).clamp(0.0, 1.0)
    low_height = fields.height[above - 1]
    return (low_height + share * (fields.height[above] - low_height)).squeeze(1)


def _instead(missing: str, instead: str) -> str:
    return f"{missing}: not in the weather; used instead: {instead}"
