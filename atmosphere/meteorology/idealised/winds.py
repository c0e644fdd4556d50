"""Winds: a weak drift in the pool, slope and valley breezes, the föhn of the gap, the air behind a front."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atmosphere.meteorology.idealised.air import POOL_TOP_M, Sun
from atmosphere.meteorology.idealised.fronts import Episode
from atmosphere.meteorology.idealised.terrain import roughness_length, surface_height, terrain_slope

__all__ = ["Ground", "friction_profile", "low_level_wind", "westerlies"]

_GAP = (88.3, 43.05)
"""Where the south-easterly wind of Dabancheng leaves the gap, degrees east and north."""

_GAP_DIRECTION = (-0.60, 0.80)
"""Its direction, to the north-west over Urumqi, in degrees of latitude."""

_VALLEY = (87.6, 43.75)
"""The valley of Urumqi, which opens to the north."""

_FRONT_DIRECTION = (0.80, -0.60)
"""Towards which the cold air behind a front blows (from 307°)."""


@dataclass(frozen=True)
class Ground:
    """What the air feels of the ground; arrays of shape (y, x), float32.

    Attributes:
        lon: degrees east.
        lat: degrees north.
        height: above the sea, m.
        slope: rise to the east and to the north, m per m.
        wide_slope: the same of the terrain smoothed to the scale of valley and plain winds.
        roughness: m.
    """

    lon: np.ndarray
    lat: np.ndarray
    height: np.ndarray
    slope: tuple[np.ndarray, np.ndarray]
    wide_slope: tuple[np.ndarray, np.ndarray]
    roughness: np.ndarray

    @classmethod
    def under(cls, lon: np.ndarray, lat: np.ndarray) -> Ground:
        """The ground at some places."""
        slope, wide_slope = terrain_slope(lon, lat), terrain_slope(lon, lat, 1.7)
        values = (lon, lat, surface_height(lon, lat), *slope, *wide_slope, roughness_length(lon, lat))
        here = [value.astype(np.float32) for value in values]
        return cls(here[0], here[1], here[2], (here[3], here[4]), (here[5], here[6]), here[7])


def friction_profile(height: np.ndarray, roughness: np.ndarray) -> np.ndarray:
    """Wind over that at 500 m, a logarithmic profile that ends there."""
    lowest = np.minimum(height, 500.0)
    return np.asarray(np.log1p(lowest / roughness) / np.log1p(500.0 / roughness))


def westerlies(height: np.ndarray, ground: Ground) -> np.ndarray:
    """Eastward wind of the free atmosphere, m s-1: 4 at 1.5 km above the sea, 13 at 6 km."""
    above_sea = ground.height + height
    speed = 4.0 + 9.0 * np.clip((above_sea - 1500.0) / 4500.0, -0.3, 1.2)
    return np.asarray(speed * friction_profile(height, ground.roughness))


def low_level_wind(
    height: np.ndarray, ground: Ground, now: Episode, daylight: Sun
) -> tuple[np.ndarray, np.ndarray]:
    """Eastward and northward wind before the columns are balanced, m s-1, shape (z, y, x)."""
    friction = friction_profile(height, ground.roughness)
    inside = np.clip((POOL_TOP_M + 200.0 - ground.height - height) / 500.0, 0.0, 1.0)
    pooled = inside * np.clip(1.6 * now.stagnation, 0.0, 1.0)
    cold = now.gust * friction * np.exp(-((height / 2400.0) ** 2))
    east = (1.0 - pooled) * westerlies(height, ground) + pooled * 0.9 * friction
    east, north = east + cold * _FRONT_DIRECTION[0], -0.5 * pooled * friction + cold * _FRONT_DIRECTION[1]
    east, north = _blocked(east, north, height, ground)
    breeze_x, breeze_y = _breeze(height, ground, daylight)
    jet_x, jet_y = _gap_wind(height, ground)
    calm, jet = np.exp(-now.gust / 5.0), np.clip(now.stagnation, 0.0, 1.0) * (0.85 - 0.15 * daylight.breeze)
    return east + calm * breeze_x + jet * jet_x, north + calm * breeze_y + jet * jet_y


def _blocked(
    east: np.ndarray, north: np.ndarray, height: np.ndarray, ground: Ground
) -> tuple[np.ndarray, np.ndarray]:
    """Take away most of the wind up and down steep slopes near the ground: the air goes round."""
    slope_x, slope_y = ground.slope
    steepness = np.hypot(slope_x, slope_y)
    share = 0.8 * np.clip(steepness / 0.05, 0.0, 1.0) * np.exp(-((height / 1200.0) ** 2))
    across = share * (east * slope_x + north * slope_y) / np.maximum(steepness, 1e-9) ** 2
    return east - across * slope_x, north - across * slope_y


def _breeze(height: np.ndarray, ground: Ground, daylight: Sun) -> tuple[np.ndarray, np.ndarray]:
    """Down the slope and out of the valleys by night, up and into them by day, with a weak return flow."""
    slope_x, slope_y = ground.wide_slope
    upslope = 1.0 / (np.hypot(slope_x, slope_y) + 0.008)
    night = 2.6 * np.exp(-height / 220.0) - 0.35 * np.exp(-(((height - 800.0) / 300.0) ** 2))
    day = 2.0 * np.exp(-height / 350.0) - 0.35 * np.exp(-(((height - 1000.0) / 350.0) ** 2))
    speed = np.where(daylight.breeze < 0.0, night, day) * daylight.breeze
    speed = speed * friction_profile(height, ground.roughness)
    x, y = (ground.lon - _VALLEY[0]) / 0.3, (ground.lat - _VALLEY[1]) / 0.4
    valley = np.exp(-(x**2) - y**2)
    return speed * slope_x * upslope * (1.0 - valley), speed * (slope_y * upslope * (1.0 - valley) - valley)


def _gap_wind(height: np.ndarray, ground: Ground) -> tuple[np.ndarray, np.ndarray]:
    """The shallow föhn from the gap of Dabancheng that rides over the pool at Urumqi, south-easterly.

    Some 10 m s-1, most often in winter (Li et al. 2020, doi:10.1016/j.atmosres.2020.104940).
    """
    x, y = (ground.lon - _GAP[0]) * 0.72, ground.lat - _GAP[1]
    along = x * _GAP_DIRECTION[0] + y * _GAP_DIRECTION[1]
    across = x * _GAP_DIRECTION[1] - y * _GAP_DIRECTION[0]
    begun, ended = (np.tanh((along - place) / width) for place, width in ((-0.1, 0.12), (1.3, 0.3)))
    place = 0.25 * np.exp(-((across / 0.22) ** 2)) * (1.0 + begun) * (1.0 - ended)
    speed = 9.0 * np.exp(-(((height - 800.0) / 400.0) ** 2)) * place
    return speed * _GAP_DIRECTION[0], speed * _GAP_DIRECTION[1]
