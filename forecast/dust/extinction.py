"""What dust takes out of light: mass extinction of every bin, optical depth, visibility.

Mie's theory of a sphere, Bohren and Huffman 1983, eq. 4.61, 4.88 and 4.89, with Riccati-Bessel functions from
SciPy instead of recurrences.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from atmosphere.transport.species import SpeciesTable
from forecast.dust.configuration import OpticsConfig, VisibilityConfig, dust_forecast_config
from foundation.errors import ConfigurationError

__all__ = ["extinction_efficiency", "mass_extinction", "visibility"]

_SIZES = 200
"""Diameters of a bin over which extinction is averaged."""

_M_PER_KM = 1000.0


def extinction_efficiency(size: float, index: complex) -> float:
    """Extinction cross-section of a sphere over its geometric one, 1.

    Args:
        size: circumference over wavelength.
        index: refractive index of the sphere over that of air; absorption has a positive imaginary part.
    """
    from scipy.special import spherical_jn, spherical_yn

    terms = int(size + 4.05 * size ** (1 / 3) + 2)
    order = np.arange(terms + 1)
    psi = size * spherical_jn(order, size)
    xi = psi + 1j * size * spherical_yn(order, size)
    inside = spherical_jn(order, index * size)
    n = order[1:]
    log_slope = inside[:-1] / inside[1:] - n / (index * size)
    sums = 0.0
    for factor in (log_slope / index + n / size, log_slope * index + n / size):
        part = (factor * psi[1:] - psi[:-1]) / (factor * xi[1:] - xi[:-1])
        sums += float(((2 * n + 1) * part.real).sum())
    return 2 / size**2 * sums


def mass_extinction(table: SpeciesTable, config: OpticsConfig | None = None) -> np.ndarray:
    """Extinction cross-section of a kilogram of every species, m2 kg-1, (species,).

    Args:
        table: species, of which all must have a bin.
        config: optics; those shipped by default.

    Raises:
        ConfigurationError: for a species without a bin.
    """
    config = config or dust_forecast_config().optics
    index = complex(config.refractive_index.value, config.absorption_index.value)
    found = []
    for one in table.species:
        if one.bin_um is None or one.density is None:
            raise ConfigurationError(f"species {one.name!r} has no size bin", remedy="Choose bins of dust")
        found.append(_of_bin(tuple(one.bin_um), one.density, index, config.wavelength_um.value))
    return np.array(found)


@lru_cache(maxsize=64)
def _of_bin(edges_um: tuple[float, ...], density: float, index: complex, wavelength_um: float) -> float:
    """Mean of 3 Q / (2 density D) over mass that is even in ln(D), m2 kg-1."""
    steps = (np.arange(_SIZES) + 0.5) / _SIZES
    diameters = edges_um[0] * (edges_um[1] / edges_um[0]) ** steps
    efficiency = [extinction_efficiency(float(np.pi * one / wavelength_um), index) for one in diameters]
    return float(np.mean(1.5 * np.array(efficiency) / (density * diameters * 1e-6)))


def visibility(extinction: np.ndarray, config: VisibilityConfig | None = None) -> np.ndarray:
    """How far one sees a black object by day, m (Koschmieder 1924), at most the highest configured.

    Args:
        extinction: by particles, m-1.
        config: contrast and clear air; those shipped by default.
    """
    config = config or dust_forecast_config().visibility
    clear = config.clear_air_per_km.value / _M_PER_KM
    seen = -np.log(config.contrast.value) / (np.asarray(extinction) + clear)
    return np.asarray(np.minimum(seen, config.highest_km.value * _M_PER_KM))
