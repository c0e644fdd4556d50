"""Sizes: of the grains of a soil, and of the dust that leaves it."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from atmosphere.transport.species_configuration import SpeciesFile
from emissions_inventory.natural.configuration import SizesConfig
from emissions_inventory.natural.region_configuration import Population
from foundation.configuration import load_shipped

__all__ = ["GRAIN_DIAMETERS", "bin_shares", "cross_section_shares", "dust_bins", "volume_by_logarithm"]

GRAIN_DIAMETERS = np.geomspace(20e-6, 2000e-6, 60)
"""Diameters of grains for which saltation is summed, m, shape (diameter,)."""

_STEPS = 400


@lru_cache(maxsize=1)
def dust_bins() -> dict[str, tuple[float, float]]:
    """The transport model's bins of dust: species and edges of the diameter, m, smallest first."""
    species = load_shipped(SpeciesFile, "species.yaml").species
    held = {one.name: one.bin_um for one in species if one.bin_um is not None}
    return {
        name: (1e-6 * low, 1e-6 * high) for name, (low, high) in sorted(held.items(), key=lambda it: it[1])
    }


def volume_by_logarithm(diameter: np.ndarray, config: SizesConfig) -> np.ndarray:
    """Volume of emitted dust by the logarithm of its diameter, in m, before it is made to sum to 1.

    Brittle fragmentation (Kok 2011, doi:10.1073/pnas.1014798108, eq. 6): D [1 + erf(ln(D/Ds) / (sqrt 2
    ln sigma_s))] exp(-(D/lambda)^3). The same for every wind.

    Args:
        diameter: m.
        config: the constants.
    """
    size = np.asarray(diameter)
    relative = np.log(size / (1e-6 * config.soil_median_um)) / (np.sqrt(2) * np.log(config.soil_sigma))
    fine = np.vectorize(math.erf, otypes=[float])(relative)
    cut = np.exp(-((size / (1e-6 * config.crack_length_um.value)) ** 3))
    return np.asarray(size * (1 + fine) * cut)


def bin_shares(bins: dict[str, tuple[float, float]], config: SizesConfig) -> np.ndarray:
    """Share of the emitted mass in each bin, shape (bin,); adds up to 1.

    Args:
        bins: edges of the diameter by name, m.
        config: the constants.
    """
    parts = []
    for low, high in bins.values():
        edges = np.linspace(np.log(low), np.log(high), _STEPS + 1)
        middles = np.exp(0.5 * (edges[1:] + edges[:-1]))
        parts.append(float((volume_by_logarithm(middles, config) * np.diff(edges)).sum()))
    return np.array(parts) / sum(parts)


def cross_section_shares(populations: tuple[Population, ...]) -> np.ndarray:
    """Share of each of `GRAIN_DIAMETERS` in the cross section of a soil's grains, (diameter,); adds up to 1.

    Of grains of one density, the share of the cross section is that of the mass over the diameter
    (Marticorena and Bergametti 1995, eq. 29 to 31).

    Args:
        populations: lognormal in mass.
    """
    logarithm = np.log(GRAIN_DIAMETERS)
    mass = np.zeros_like(logarithm)
    for one in populations:
        width = np.log(one.sigma)
        mass += one.share / width * np.exp(-0.5 * ((logarithm - np.log(1e-6 * one.median_um)) / width) ** 2)
    section = mass / GRAIN_DIAMETERS
    return np.asarray(section / section.sum())
