"""One column of air above a point at one time, from the ground upward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np

from foundation.errors import InputError

SCREEN_HEIGHT = 2.0
"""Height of the surface temperature above ground, m (WMO-No. 8, 1.25 to 2 m)."""

ANEMOMETER_HEIGHT = 10.0
"""Height of the surface wind above ground, m (WMO-No. 8)."""


@dataclass(frozen=True)
class Profile:
    """A column of air; SI units, arrays of shape (level,) from the ground upward.

    Attributes:
        lon: degrees east.
        lat: degrees north.
        time: UTC.
        source: where it was cut from.
        pressure: Pa, falling upward.
        temperature: K.
        height: above ground, m, growing upward.
        dew_point: K; NaN where not known.
        eastward_wind: m s-1; NaN where not known.
        northward_wind: m s-1; NaN where not known.
        starts_at_surface: whether the first level holds the temperature at 2 m and the wind at 10 m.
        station: number of the station of a sounding.
        surface_height: of the ground above the sea, m; NaN when not known.
        surface: other values at the ground by their contract name, SI units.
        remarks: what a reader should know of how it was cut, Chinese and English.
    """

    lon: float
    lat: float
    time: np.datetime64
    source: str
    pressure: np.ndarray
    temperature: np.ndarray
    height: np.ndarray
    dew_point: np.ndarray
    eastward_wind: np.ndarray
    northward_wind: np.ndarray
    starts_at_surface: bool
    station: str = ""
    surface_height: float = float("nan")
    surface: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse columns that are not in order or hold no numbers where some must be."""
        count = len(self.pressure)
        if count < 2:
            raise self._refusal(f"expected two levels or more above ground, got {count}")
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, np.ndarray) and value.shape != (count,):
                raise self._refusal(f"{part.name}: expected {count} levels, got shape {value.shape}")
        for name in ("pressure", "temperature", "height"):
            if not np.isfinite(getattr(self, name)).all():
                raise self._refusal(f"{name}: expected numbers on every level, got missing ones")
        if not (np.diff(self.pressure) < 0).all() or not (np.diff(self.height) > 0).all():
            raise self._refusal("levels: expected falling pressure and growing height")
        if self.pressure[-1] <= 0:
            raise self._refusal(f"pressure: expected more than 0 Pa, got {self.pressure[-1]:g}")

    def _refusal(self, what: str) -> InputError:
        place = self.station or f"lon {self.lon:g}, lat {self.lat:g}"
        return InputError(f"profile at {place}: {what}", where=self.source)

    @property
    def wind_height(self) -> np.ndarray:
        """Height above ground at which the winds hold, m; that of the surface wind is 10 m."""
        height = self.height.copy()
        if self.starts_at_surface:
            height[0] = min(ANEMOMETER_HEIGHT, 0.5 * (height[0] + height[1]))
        return height

    @property
    def has_wind(self) -> np.ndarray:
        """Whether each level has a wind, shape (level,)."""
        return np.asarray(np.isfinite(self.eastward_wind) & np.isfinite(self.northward_wind))

    @property
    def wind_speed(self) -> np.ndarray:
        """Wind speed, m s-1, shape (level,); NaN where there is none."""
        return np.asarray(np.hypot(self.eastward_wind, self.northward_wind))

    def pressure_at(self, height: float) -> float:
        """Pressure (Pa) at a height above ground (m) within the profile, linear in its logarithm."""
        return float(np.exp(np.interp(height, self.height, np.log(self.pressure))))
