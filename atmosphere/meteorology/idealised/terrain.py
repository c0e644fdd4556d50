"""Analytic terrain: the Junggar basin between the Tian Shan and the Altai, and what lies around it.

Ridges are bell-shaped across line segments. Axes, heights and widths follow a relief map by eye: cities,
gaps and passes lie where they do in nature to some 20 km; nothing here is a survey.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["desert_share", "roughness_length", "surface_height", "terrain_slope"]

_ASPECT = 0.72
"""Length of a degree of longitude over that of a degree of latitude at 44° north."""

_METRES_PER_DEGREE = 111_200.0


class _Ridge(NamedTuple):
    """A ridge: from, to (degrees), height above its surroundings (m) and half-width (degrees of latitude)."""

    lon_1: float
    lat_1: float
    lon_2: float
    lat_2: float
    height_m: float
    half_width: float


_RIDGES = (
    _Ridge(81.0, 44.3, 84.2, 43.75, 3600, 0.36),  # Borohoro
    _Ridge(84.2, 43.75, 87.2, 43.15, 4000, 0.36),  # Eren Habirga to Tianger; the gap of Dabancheng east of it
    _Ridge(85.5, 43.75, 88.2, 43.45, 620, 0.36),  # foothills, and the sill that Urumqi lies on
    _Ridge(88.2, 43.80, 89.5, 43.60, 4000, 0.22),  # Bogda
    _Ridge(90.2, 43.50, 94.5, 43.15, 2800, 0.28),  # Barkol and Karlik
    _Ridge(75.5, 40.90, 80.2, 42.10, 4200, 0.50),  # central Tian Shan
    _Ridge(80.2, 42.10, 86.5, 42.60, 3200, 0.33),  # southern Tian Shan
    _Ridge(78.5, 44.80, 81.7, 45.20, 3000, 0.28),  # Dzungarian Alatau; the gap of Alashankou east of it
    _Ridge(83.0, 45.60, 84.3, 46.05, 1100, 0.20),  # Maili
    _Ridge(81.5, 47.20, 85.0, 47.05, 1800, 0.22),  # Tarbagatai
    _Ridge(85.2, 47.05, 87.0, 47.00, 2300, 0.20),  # Saur
    _Ridge(84.5, 49.80, 87.5, 49.00, 2600, 0.55),  # Altai
    _Ridge(87.5, 49.00, 91.5, 46.60, 2700, 0.50),
    _Ridge(91.5, 46.60, 96.0, 45.20, 2400, 0.50),
    _Ridge(90.3, 45.30, 91.2, 45.00, 1400, 0.22),  # Baytik
    _Ridge(72.0, 38.50, 75.0, 39.50, 4300, 0.90),  # Pamir
    _Ridge(84.0, 37.60, 94.0, 39.10, 2800, 0.45),  # Altun
    _Ridge(94.0, 39.10, 100.5, 38.20, 3000, 0.45),  # Qilian
)

_DESERTS = (
    (87.6, 45.1, 2.9, 0.75),  # Gurbantünggüt
    (83.0, 44.9, 0.8, 0.35),  # Ebinur
    (83.5, 39.0, 5.5, 1.6),  # Taklamakan
    (90.5, 42.7, 2.0, 0.5),  # Turpan and Kumtag
    (96.0, 43.9, 4.5, 1.2),  # Gobi
)
"""Centre (degrees east, north) and half-axes (degrees) of the deserts."""


def surface_height(lon: np.ndarray, lat: np.ndarray, widening: float = 1.0) -> np.ndarray:
    """Height of the ground above the sea, m.

    Args:
        lon: degrees east.
        lat: degrees north, same shape.
        widening: factor on the width of all ridges; above 1 gives the terrain that wide valley and plain
            winds feel.
    """
    power = 4.0
    total = np.zeros(np.broadcast_shapes(np.shape(lon), np.shape(lat)), np.result_type(lon, lat))
    for ridge in _RIDGES:
        distance = _distance(lon, lat, ridge) / (ridge.half_width * widening)
        total += (ridge.height_m * np.exp(-(distance**2))) ** power
    plateau = 3300.0 * _step((36.4 - lat) / 0.4)
    return np.asarray(_floor(lon, lat) + (total + plateau**power) ** (1.0 / power))


def terrain_slope(lon: np.ndarray, lat: np.ndarray, widening: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Rise of the ground to the east and to the north, m per m."""
    reach = 0.02
    east = surface_height(lon + reach, lat, widening) - surface_height(lon - reach, lat, widening)
    north = surface_height(lon, lat + reach, widening) - surface_height(lon, lat - reach, widening)
    across = 2.0 * reach * _METRES_PER_DEGREE
    return east / (across * np.cos(np.deg2rad(lat))), north / across


def desert_share(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Share of bare, dry, snow-free desert soil, 0 to 1."""
    share = np.zeros(np.broadcast_shapes(np.shape(lon), np.shape(lat)), np.result_type(lon, lat))
    for centre_lon, centre_lat, half_lon, half_lat in _DESERTS:
        radius = np.hypot((lon - centre_lon) / half_lon, (lat - centre_lat) / half_lat)
        share = np.maximum(share, _step((1.0 - radius) / 0.12))
    return share


def roughness_length(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Aerodynamic roughness, m: 5 mm over desert, 5 cm over fields and snow, 0.5 m on slopes."""
    steepness = np.hypot(*terrain_slope(lon, lat))
    decades = np.clip(steepness / 0.05, 0.0, 1.0) - desert_share(lon, lat)
    return np.asarray(0.05 * 10.0**decades)


def _floor(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """The plains: Junggar 300 to 600 m, Tarim and the Gobi higher, Turpan below the sea."""
    junggar = 450.0 + 30.0 * np.clip(lon - 86.0, -5.0, 5.0)
    tarim = 600.0 * _step((42.5 - lat) / 0.25)
    gobi = 500.0 * _step((lon - 91.5) / 0.6)
    turpan = 800.0 * np.exp(-(((lon - 89.4) / 0.9) ** 2) - ((lat - 42.8) / 0.32) ** 2)
    return np.asarray(junggar + tarim + gobi - turpan)


def _distance(lon: np.ndarray, lat: np.ndarray, ridge: _Ridge) -> np.ndarray:
    """Distance from the axis of a ridge, degrees of latitude."""
    x, y = (lon - ridge.lon_1) * _ASPECT, lat - ridge.lat_1
    along_x, along_y = (ridge.lon_2 - ridge.lon_1) * _ASPECT, ridge.lat_2 - ridge.lat_1
    place = np.clip((x * along_x + y * along_y) / (along_x**2 + along_y**2), 0.0, 1.0)
    return np.asarray(np.hypot(x - place * along_x, y - place * along_y))


def _step(argument: np.ndarray) -> np.ndarray:
    """A smooth step from 0 to 1."""
    return np.asarray(0.5 * (1.0 + np.tanh(argument)))
