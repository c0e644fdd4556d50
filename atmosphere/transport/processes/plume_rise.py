"""Rise of hot plumes from stacks, and the layers they end up in.

Final rise by Briggs (1975, in Lectures on Air Pollution and Environmental Impact Analyses, p. 59 to 111;
1984, in Atmospheric Science and Power Production, DOE/TIC-27601, p. 327 to 366) with the constants of the
ISC3 model (US EPA 1995, EPA-454/B-95-003b, section 1.1.4). Where stability changes with height, as under a
lifted inversion, each stable layer uses up its part of the plume's buoyancy (as RADM, SMOKE and CAMx do).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch

from atmosphere.transport.processes.weather_fields import WeatherFields
from foundation.constants import DRY_AIR_HEAT_CAPACITY, GRAVITY
from foundation.errors import InputError

__all__ = [
    "AirColumns", "Stacks", "air_columns", "buoyancy_flux", "layer_fractions", "momentum_flux",
    "neutral_rise", "plume_rise", "release_fractions", "stable_rise",
]  # fmt: skip

_SLOWEST = 1.0
_BENT_OVER = 2.6**-3
_THINNEST = 1.0


@dataclass(frozen=True)
class Stacks:
    """Stacks; all (stack,).

    Attributes:
        height: above ground, m.
        diameter: inner, at the top, m.
        temperature: of the gas leaving, K.
        velocity: of the gas leaving, m s-1.
    """

    height: torch.Tensor
    diameter: torch.Tensor
    temperature: torch.Tensor
    velocity: torch.Tensor

    def __post_init__(self) -> None:
        """Refuse what no stack is."""
        for one in fields(self):
            value = getattr(self, one.name)
            if value.ndim != 1 or value.shape != self.height.shape:
                raise InputError(
                    f"stack {one.name}: expected one number for each of {len(self.height)} stacks"
                )
            good = torch.isfinite(value) & (value >= 0)
            if not bool(good.all()):
                first = int((~good).nonzero()[0])
                raise InputError(
                    f"stack {one.name}: expected 0 or more, got {float(value[first]):g} at stack {first}"
                )
        if bool((self.temperature < 150).any()):
            raise InputError("stack temperature: expected kelvin, got values below 150")


@dataclass(frozen=True)
class AirColumns:
    """Air above each stack.

    Attributes:
        temperature: K, (..., stack, z).
        wind_speed: m s-1, (..., stack, z).
        edges: of the layers above ground, m, (z + 1,).
    """

    temperature: torch.Tensor
    wind_speed: torch.Tensor
    edges: torch.Tensor

    @property
    def height(self) -> torch.Tensor:
        """Middles of the layers, m, (z,)."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])


def air_columns(weather: WeatherFields, rows: torch.Tensor, columns: torch.Tensor) -> AirColumns:
    """The air over cells of the grid, (member, stack, z).

    Args:
        weather: the weather.
        rows: row of each stack's cell, (stack,), integers.
        columns: column of each stack's cell, (stack,), integers.
    """
    speed = torch.hypot(weather.eastward_wind, weather.northward_wind)
    return AirColumns(
        weather.temperature[..., rows, columns].transpose(-1, -2), speed[..., rows, columns].transpose(-1,
        -2), weather.edges,
    )  # fmt: skip


def release_fractions(stacks: Stacks, air: AirColumns) -> torch.Tensor:
    """Share of each stack's emission that each layer receives, (..., stack, z); sums to 1."""
    return layer_fractions(stacks.height, plume_rise(stacks, air), air.edges)


def buoyancy_flux(stacks: Stacks, temperature: torch.Tensor) -> torch.Tensor:
    """Briggs' buoyancy flux, m4 s-3 (ISC3, eq. 1-8): 0 when the gas is no warmer than the air (K)."""
    warmer = (stacks.temperature - temperature).clamp_min(0.0)
    return GRAVITY * stacks.velocity * stacks.diameter**2 * warmer / (4 * stacks.temperature)


def momentum_flux(stacks: Stacks, temperature: torch.Tensor) -> torch.Tensor:
    """Briggs' momentum flux, m4 s-2 (ISC3, eq. 1-9)."""
    return stacks.velocity**2 * stacks.diameter**2 * temperature / (4 * stacks.temperature)


def plume_rise(stacks: Stacks, air: AirColumns) -> torch.Tensor:
    """Final rise above the stack, m, (..., stack).

    The lower of `neutral_rise` and `stable_rise`; at least the rise by momentum, 3 d v / u, or when that is
    less 1.5 (F_m / (u s^(1/2)))^(1/3).
    """
    layer = _layer_of(stacks, air)
    at_top = air.temperature.gather(-1, layer).squeeze(-1)
    wind = air.wind_speed.gather(-1, layer).squeeze(-1).clamp_min(_SLOWEST)
    buoyancy = buoyancy_flux(stacks, at_top)
    buoyant = torch.minimum(neutral_rise(buoyancy, wind), stable_rise(stacks, air, buoyancy))
    stability = _stability(air)
    local = stability.gather(-1, layer.clamp_max(stability.shape[-1] - 1)).squeeze(-1)
    pushed = 3 * stacks.diameter * stacks.velocity / wind
    held = 1.5 * (momentum_flux(stacks, at_top) / (wind * torch.sqrt(local.clamp_min(1e-6)))) ** (1 / 3)
    return torch.maximum(buoyant, torch.where(local > 0, torch.minimum(pushed, held), pushed))


def neutral_rise(buoyancy: torch.Tensor, wind: torch.Tensor) -> torch.Tensor:
    """Final rise in neutral and unstable air, m: 21.425 F^(3/4) / u, from 55 m4 s-3 on 38.71 F^(3/5) / u."""
    return torch.where(buoyancy < 55, 21.425 * buoyancy**0.75, 38.71 * buoyancy**0.6) / wind


def layer_fractions(height: torch.Tensor, rise: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
    """Share of a plume in each layer: even from half the rise to one and a half (Briggs 1975, p. 96).

    What would lie above an inversion's base is Briggs' (1984) partial penetration, 1.5 - base / rise.

    Args:
        height: of the stack, m, (stack,).
        rise: final rise, m, (..., stack).
        edges: of the layers, m, (z + 1,).

    Returns:
        (..., stack, z), sums to 1; what would rise above the highest layer is put into it.
    """
    middle, thickness = height + rise, rise.clamp_min(_THINNEST)
    low, high = (middle - 0.5 * thickness)[..., None], (middle + 0.5 * thickness)[..., None]
    tops = torch.cat([edges[1:-1], edges.new_full((1,), torch.inf)])
    bottoms = torch.cat([edges.new_full((1,), -torch.inf), edges[1:-1]])
    overlap = (torch.minimum(high, tops) - torch.maximum(low, bottoms)).clamp_min(0.0)
    return overlap / overlap.sum(dim=-1, keepdim=True)


def _layer_of(stacks: Stacks, air: AirColumns) -> torch.Tensor:
    inside = torch.searchsorted(air.edges[1:-1].contiguous(), stacks.height.contiguous(), right=True)
    return inside[:, None].expand(*air.temperature.shape[:-1], 1)


def _stability(air: AirColumns) -> torch.Tensor:
    """Stability g / T dtheta/dz between the middles of neighbouring layers, s-2, (..., stack, z - 1)."""
    gradient = air.temperature.diff(dim=-1) / air.height.diff() + GRAVITY / DRY_AIR_HEAT_CAPACITY
    return GRAVITY / (0.5 * (air.temperature[..., 1:] + air.temperature[..., :-1])) * gradient


def stable_rise(stacks: Stacks, air: AirColumns, buoyancy: torch.Tensor) -> torch.Tensor:
    """Height above the stack at which stable layers have used up the buoyancy, m; infinite if they do not.

    Rising from a to b in stability s and wind u uses u s (b^3 - a^3) / 2.6^3, so that a uniform layer stops
    the plume at 2.6 (F / (u s))^(1/3).
    """
    stability = _stability(air).clamp_min(0.0)
    wind = (0.5 * (air.wind_speed[..., 1:] + air.wind_speed[..., :-1])).clamp_min(_SLOWEST)
    bounds = torch.cat([air.edges[:1], air.height[1:-1], air.edges.new_full((1,), torch.inf)])
    left = buoyancy
    rise = torch.full_like(buoyancy, torch.inf)
    for interval in range(stability.shape[-1]):
        resistance = _BENT_OVER * wind[..., interval] * stability[..., interval]
        low = (bounds[interval] - stacks.height).clamp_min(0.0)
        high = (bounds[interval + 1] - stacks.height).clamp_min(0.0)
        stop = (low**3 + left / resistance.clamp_min(1e-12)) ** (1 / 3)
        stops = (stop <= high) & (high > low) & torch.isinf(rise)
        rise = torch.where(stops, stop, rise)
        used = resistance * (torch.where(torch.isinf(high), 0.0, high**3 - low**3))
        left = (left - used).clamp_min(0.0)
    return rise
