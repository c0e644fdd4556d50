"""Turbulent displacement that keeps well-mixed air well mixed, for steps of any length.

Air that is well mixed must stay so (Thomson 1987, doi:10.1017/S0022112087001940). For times long beside the
Lagrangian time scale the displacement is a diffusion with the drift d(rho K)/dz / rho (Wilson and Sawford
1996, doi:10.1007/BF00120492). Near the ground K ~ z, and the usual step would have to be seconds. Two devices
cure that:

1. With z = a^2 + b^2, uniform in z is uniform in the plane (a, b), and diffusion with K(z) in z is isotropic
   diffusion with D = K / (4 z) in the plane. D is smooth and not nothing at the ground, which is the origin,
   an inner point: nothing has to be reflected there, and nothing at the top, where K is continuous.
2. The step in the plane is proposed with its drift, and accepted with the probability of Metropolis and
   Hastings (Hastings 1970, doi:10.1093/biomet/57.1.97; Roberts and Tweedie 1996, doi:10.2307/3318418), which
   leaves the density of air exactly as it is. A refused particle stays. The diffusion is its own reverse, so
   the same step serves backward runs (Flesch, Wilson and Yee 1995,
   doi:10.1175/1520-0450(1995)034<1320:BTLSDM>2.0.CO;2).

The horizontal displacement has a constant diffusivity; uniform numbers of the right variance serve, as only
the first moments count for a diffusion (Kloeden and Platen 1992, section 14.1).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from atmosphere.trajectories.configuration import TurbulenceConfig
from atmosphere.trajectories.random_numbers import philox, unit_interval

__all__ = ["MixingColumn", "horizontal_shift", "mixed_height", "plane_diffusivity", "random_numbers"]


@dataclass(frozen=True)
class MixingColumn:
    """Mixing at the place of each particle, each of shape (particle,).

    Attributes:
        top: mixing height, m.
        speed: von Kármán constant times turbulent velocity, m s-1.
        damping: 5 over the Obukhov length in stable air, else 0, m-1.
        thinning: relative fall of density with height, m-1.
        free: diffusivity above the boundary layer, m2 s-1.
        depth: height over which `free` sets in, m.
    """

    top: torch.Tensor
    speed: torch.Tensor
    damping: torch.Tensor
    thinning: torch.Tensor
    free: float
    depth: float


def plane_diffusivity(air: MixingColumn, height: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """K / (4 z), m s-1, and its derivative in z, s-1."""
    rest = 1.0 - height / air.top
    free = air.free / (height + air.depth)
    stable = 1.0 + air.damping * height
    part = air.speed * rest / stable
    inside = rest > 0.0
    value = torch.where(inside, free + part * rest, free)
    fall = -free / (height + air.depth)
    slope = torch.where(inside, fall - part * (2.0 / air.top + air.damping * rest / stable), fall)
    return value * 0.25, slope * 0.25


def mixed_height(
    air: MixingColumn, height: torch.Tensor, seconds: float, normals: tuple[torch.Tensor, torch.Tensor],
    chance: torch.Tensor,
) -> torch.Tensor:  # fmt: skip
    """Heights after a turbulent step.

    Args:
        air: mixing at each particle's place.
        height: above ground, m, shape (particle,).
        seconds: length of the step, above 0, s.
        normals: two independent standard normal numbers for each particle.
        chance: a uniform number between 0 and 1 for each particle.
    """
    first, second = normals
    here, slope = plane_diffusivity(air, height)
    radius, width = torch.sqrt(height), torch.sqrt(2.0 * here * seconds)
    along = (radius + 2.0 * seconds * radius * (slope - here * air.thinning)) + width * first
    across = width * second
    proposed = along * along + across * across
    there, slope_there = plane_diffusivity(air, proposed)
    stretch = 1.0 + 2.0 * seconds * (slope_there - there * air.thinning)
    back_along, back_across = along * stretch - radius, across * stretch
    back = (back_along * back_along + back_across * back_across) / (4.0 * there * seconds)
    gain = (0.5 * (first * first + second * second) - back) - (proposed - height) * air.thinning
    return torch.where(chance * there < here * torch.exp(gain), proposed, height)


def horizontal_shift(
    words: torch.Tensor, scale: tuple[torch.Tensor, torch.Tensor], diffusivity: float, seconds: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Displacement in column and row index from 32 random bits a particle.

    Args:
        words: int64 that hold 32 bits.
        scale: change of column and row index per metre, m-1.
        diffusivity: m2 s-1.
        seconds: length of the step, s.
    """
    reach = (24.0 * diffusivity * seconds) ** 0.5
    dtype = scale[0].dtype
    east, north = (((bits.to(dtype) + 0.5) / 65536.0 - 0.5) for bits in (words & 0xFFFF, words >> 16))
    return reach * scale[0] * east, reach * scale[1] * north


def random_numbers(
    config: TurbulenceConfig, particles: torch.Tensor, step: int, dtype: torch.dtype
) -> tuple[tuple[torch.Tensor, torch.Tensor], torch.Tensor, torch.Tensor]:
    """Two normals, a chance and 32 bits for each particle at a step.

    Args:
        config: holds the seed.
        particles: their numbers, int64, shape (particle,).
        step: number of the step.
        dtype: of the floating numbers.
    """
    steps, nothing = torch.full_like(particles, step), torch.zeros_like(particles)
    words = philox((particles, steps, nothing, nothing), (config.seed, 0))
    size = torch.sqrt(-2.0 * torch.log(unit_interval(words[0], dtype)))
    angle = 6.2831853071795864 * unit_interval(words[1], dtype)
    return (size * torch.cos(angle), size * torch.sin(angle)), unit_interval(words[2], dtype), words[3]
