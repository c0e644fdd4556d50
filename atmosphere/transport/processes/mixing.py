"""Vertical mixing by turbulence: the profile of K and the exchange of air between layers.

In the boundary layer the profile of Holtslag and Boville 1993
(doi:10.1175/1520-0442(1993)006<1825:LVNBLD>2.0.CO;2), without its counter-gradient term, which would break
positivity; above it their local K by shear and stability.
"""

from __future__ import annotations

import torch

from atmosphere.transport.processes.surface_layer import SurfaceLayer
from atmosphere.transport.processes.weather_fields import WeatherFields
from foundation.constants import DRY_AIR_HEAT_CAPACITY, GRAVITY, VON_KARMAN

__all__ = ["boundary_layer_diffusivity", "diffusivity", "local_diffusivity", "mixing_exchange"]

_SURFACE_SHARE = 0.1
_COUNTER_GRADIENT = 7.2
_CONVECTIVE = 0.6


def mixing_exchange(
    fields: WeatherFields, layer: SurfaceLayer, parameters: dict[str, torch.Tensor]
) -> torch.Tensor:
    """Exchange of air through the faces between layers, kg s-1, (member, z - 1, y, x).

    Density at the face times K times area over the distance of the middles of the layers.
    """
    density = 0.5 * (fields.density[:, 1:] + fields.density[:, :-1])
    distance = fields.height.diff()[:, None, None]
    return density * diffusivity(fields, layer, parameters) * (fields.area / distance)


def diffusivity(
    fields: WeatherFields, layer: SurfaceLayer, parameters: dict[str, torch.Tensor]
) -> torch.Tensor:
    """K of heat and matter at the faces between layers, m2 s-1, (member, z - 1, y, x), with its floor."""
    faces = fields.edges[1:-1, None, None]
    floor = torch.where(
        faces <= parameters["near_ground_depth"], parameters["lowest_diffusivity_near_ground"],
        parameters["background_diffusivity"],
    )  # fmt: skip
    above = faces >= layer.boundary_layer_height[:, None]
    inside = boundary_layer_diffusivity(faces, layer)
    return torch.maximum(torch.where(above, local_diffusivity(fields), inside), floor)


def boundary_layer_diffusivity(height: torch.Tensor, layer: SurfaceLayer) -> torch.Tensor:
    """K in the boundary layer, m2 s-1 (eq. 3.9 and appendix); 0 above it.

    Args:
        height: above ground, m, (z, 1, 1).
        layer: scales of the surface layer, (member, y, x).
    """
    depth, velocity = layer.boundary_layer_height[:, None], layer.friction_velocity[:, None]
    inverse, convective = layer.inverse_obukhov_length[:, None], layer.convective_velocity[:, None]
    stable = height * inverse.clamp_min(0.0)
    gradient = torch.where(stable <= 1, 1 + 5 * stable, 5 + stable)
    lifted = torch.minimum(height, _SURFACE_SHARE * depth) * (-inverse).clamp_min(0.0)
    near_ground = velocity * torch.sqrt(1 + 15 * lifted)
    top = _SURFACE_SHARE * depth * (-inverse).clamp_min(0.0)
    momentum = (velocity**3 + _CONVECTIVE * convective**3) ** (1 / 3)
    prandtl = (1 + 15 * top) ** (-1 / 2 + 1 / 3)
    prandtl = prandtl + _COUNTER_GRADIENT * VON_KARMAN * _SURFACE_SHARE * convective / momentum
    unstable = torch.where(height < _SURFACE_SHARE * depth, near_ground, momentum / prandtl)
    scale = torch.where(inverse >= 0, velocity / gradient, unstable)
    return VON_KARMAN * scale * height * (1 - height / depth).clamp_min(0.0) ** 2


def local_diffusivity(fields: WeatherFields) -> torch.Tensor:
    """K by shear and stability at the faces between layers, m2 s-1 (eqs. 3.2 to 3.7; 2.11 when stable)."""
    faces, distance = fields.edges[1:-1, None, None], fields.height.diff()[:, None, None]
    asymptotic = 30 + 270 * torch.exp(1 - faces.clamp_min(1000.0) / 1000)
    length = 1 / (1 / (VON_KARMAN * faces) + 1 / asymptotic)
    shear = torch.hypot(fields.eastward_wind.diff(dim=1), fields.northward_wind.diff(dim=1)) / distance
    warming = fields.temperature.diff(dim=1) / distance + GRAVITY / DRY_AIR_HEAT_CAPACITY
    mean = 0.5 * (fields.temperature[:, 1:] + fields.temperature[:, :-1])
    richardson = (GRAVITY / mean * warming / (shear**2).clamp_min(1e-8)).clamp(-100.0, 1e4)
    stable = 1 / (1 + 10 * richardson.clamp_min(0.0) * (1 + 8 * richardson.clamp_min(0.0)))
    function = torch.where(richardson > 0, stable, torch.sqrt(1 + 18 * (-richardson).clamp_min(0.0)))
    return length**2 * shear * function
