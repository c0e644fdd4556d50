"""Cold fronts that cross from west to east, and the stagnation that grows behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foundation.errors import InputError

__all__ = ["FRONT_SPEED_H_PER_DEGREE", "REFERENCE_LONGITUDE", "Episode", "Front", "episode"]

REFERENCE_LONGITUDE = 84.7
"""Longitude at which the time of a front is given, degrees east."""

FRONT_SPEED_H_PER_DEGREE = 3.0
"""Hours a front takes for a degree of longitude, some 80 km at 7 m s-1."""

_BUILD_UP_H = 60.0
_COLD_H = 48.0
_GUST_H = 10.0
_STRONGEST = 3.5
_WIDTH_H = 2.0


@dataclass(frozen=True)
class Front:
    """A cold front.

    Attributes:
        time: passage at `REFERENCE_LONGITUDE`, UTC.
        strength: 0 to 1, the stagnation that the days after it tend to.
        dust: 0 (snow, winds of 14 m/s) to 1 (dry, winds of 20 m/s) and on to 3.5 (a storm of 35 m/s), all at
            some 500 m above ground.
    """

    time: np.datetime64
    strength: float
    dust: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no front."""
        if np.isnat(self.time) or not (0.0 <= self.strength <= 1.0 and 0.0 <= self.dust <= _STRONGEST):
            raise InputError(
                f"front: expected a time, strength from 0 to 1 and dust from 0 to {_STRONGEST:g}, got {self}"
            )


@dataclass(frozen=True)
class Episode:
    """Where in its life the weather is, at one time; arrays of the shape of the longitudes given.

    Attributes:
        stagnation: 0 (mixed) to 1 (cold pool under a strong inversion).
        gust: wind of the cold air behind the front, m s-1, at some 500 m above ground.
        cold: 0 to 1, how fresh the cold air is.
        snowfall: 0 to 1, the band of snow along the front.
        cloud: 0 to 1, the band of cloud along it.
    """

    stagnation: np.ndarray
    gust: np.ndarray
    cold: np.ndarray
    snowfall: np.ndarray
    cloud: np.ndarray


def episode(time: np.datetime64, lon: np.ndarray, fronts: Sequence[Front], before: float) -> Episode:
    """The state between fronts: S (1 - exp(-age / 60 h)) behind each, with a passage of some four hours.

    Args:
        time: UTC.
        lon: degrees east.
        fronts: in any order.
        before: stagnation ahead of the first front.
    """
    stagnation = np.full_like(lon, before)
    gust, cold, snowfall, cloud = (np.zeros_like(lon) for _ in range(4))
    for front in sorted(fronts, key=lambda each: each.time):
        elapsed = float((time - front.time) / np.timedelta64(1, "s")) / 3600.0
        age = elapsed - FRONT_SPEED_H_PER_DEGREE * (lon - REFERENCE_LONGITUDE)
        past, since = 0.5 * (1.0 + np.tanh(age / _WIDTH_H)), np.clip(age, 0.0, None)
        stagnation += past * (front.strength * -np.expm1(-since / _BUILD_UP_H) - stagnation)
        gust += past * ((14.0 + 6.0 * front.dust) * np.exp(-since / _GUST_H) - gust)
        cold += past * (np.exp(-since / _COLD_H) - cold)
        snowfall += max(1.0 - front.dust, 0.0) * np.exp(-((age / 2.5) ** 2))
        cloud += np.exp(-((age / 5.0) ** 2))
    return Episode(stagnation, gust, cold, np.minimum(snowfall, 1.0), np.minimum(cloud, 1.0))
