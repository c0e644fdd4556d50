"""Friction velocity at which the wind begins to move grains, and what raises it."""

from __future__ import annotations

import numpy as np

from emissions_inventory.natural.configuration import DragPartitionConfig, DustEmissionConfig, MoistureConfig
from foundation.constants import GRAVITY

__all__ = ["drag_partition", "iversen_white", "moisture_factor", "shao_lu"]

_CM = 100.0
_G_CM3 = 1e-3
_LARGE_REYNOLDS = 10.0


def iversen_white(diameter: np.ndarray, air_density: np.ndarray, config: DustEmissionConfig) -> np.ndarray:
    """Threshold friction velocity of a smooth, dry bed of grains of one size, m s-1.

    Iversen and White (1982) in the form of Marticorena and Bergametti (1995, doi:10.1029/95JD00690, eq. 3
    to 5), in which the Reynolds number of the threshold is a power of the diameter.

    Args:
        diameter: of the grains, m.
        air_density: kg m-3; broadcasts with `diameter`.
        config: the constants.
    """
    law = config.thresholds.iversen_white
    size, grain = np.asarray(diameter) * _CM, config.particle_density.value * _G_CM3
    gravity = GRAVITY * _CM
    weight = np.sqrt(grain * gravity * size / (np.asarray(air_density) * _G_CM3))
    cohesion = np.sqrt(1 + law.cohesion / (grain * gravity * size**2.5))
    reynolds = law.reynolds.factor * size**law.reynolds.exponent + law.reynolds.offset
    slow = 1 / np.sqrt(law.small.factor * np.minimum(reynolds, _LARGE_REYNOLDS) ** law.small.exponent - 1)
    fast = 1 - law.large.factor * np.exp(law.large.exponent * (reynolds - _LARGE_REYNOLDS))
    shape = np.where(reynolds > _LARGE_REYNOLDS, fast, slow)
    return np.asarray(law.coefficient * weight * cohesion * shape / _CM)


def shao_lu(diameter: np.ndarray, air_density: np.ndarray, config: DustEmissionConfig) -> np.ndarray:
    """Threshold friction velocity of a smooth, dry bed, m s-1.

    Shao and Lu (2000, doi:10.1029/2000JD900304, eq. 24).

    Args:
        diameter: of the grains, m.
        air_density: kg m-3; broadcasts with `diameter`.
        config: the constants.
    """
    law, size = config.thresholds.shao_lu, np.asarray(diameter)
    forces = config.particle_density.value * GRAVITY * size + law.cohesion.value / size
    return np.asarray(np.sqrt(law.coefficient * forces / np.asarray(air_density)))


def moisture_factor(moisture: np.ndarray, clay: float, config: MoistureConfig) -> np.ndarray:
    """By how much moisture raises the threshold, 1 or more.

    Fecan et al. (1999, doi:10.1007/s00585-999-0149-7, eq. 14 and 15): nothing up to what clay binds.

    Args:
        moisture: of the soil at the surface, % of mass.
        clay: % of mass.
        config: the constants.
    """
    bound = config.clay_square * clay**2 + config.clay_linear * clay
    beyond = np.maximum(np.asarray(moisture) - bound, 0.0)
    return np.asarray(np.sqrt(1 + config.factor * beyond**config.exponent))


def drag_partition(roughness: np.ndarray, config: DragPartitionConfig) -> np.ndarray:
    """Share of the friction velocity that reaches the soil between stones and plants, 0 to 1.

    Marticorena and Bergametti (1995, eq. 20): 1 for a bed of grains alone.

    Args:
        roughness: length of the surface, m.
        config: the constants.
    """
    smooth = config.smooth_roughness_m.value
    wake = config.factor * (config.distance_m / smooth) ** config.exponent
    reached = 1 - np.log(np.asarray(roughness) / smooth) / np.log(wake)
    return np.asarray(np.clip(reached, config.least, 1.0))
