"""Ventilation: how much air passes through the mixed layer.

The ventilation index is the mean wind speed of the mixed layer times its height, m2 s-1: the two factors of
Holzworth (1967, J. Appl. Meteorol. 6, 1039-1044), whose product smoke and air-quality forecasters use.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atmosphere.meteorology.diagnostics.air_profile import Profile


@dataclass(frozen=True)
class Ventilation:
    """Ventilation of a mixed layer.

    Attributes:
        index: m2 s-1.
        mean_wind_speed: of the layer, m s-1.
        height: of the layer, m.
    """

    index: float
    mean_wind_speed: float
    height: float


def ventilation(profile: Profile, height: float) -> Ventilation | str:
    """Ventilation of the layer from the ground to a height above it (m), or why it cannot be said.

    Wind speed is linear between levels and, below the lowest, that of the lowest: the 10 m wind where there
    is one.
    """
    known = profile.has_wind
    heights, speeds = profile.wind_height[known], profile.wind_speed[known]
    if not known.any():
        return "no wind"
    if not known[0] and heights[0] >= height:
        return f"no wind below {heights[0]:.0f} m"
    if heights[-1] < height:
        return f"no wind above {heights[-1]:.0f} m, below the mixing height"
    inside = (heights > 0.0) & (heights < height)
    edges = np.concatenate([[0.0], heights[inside], [height]])
    values = np.interp(edges, heights, speeds)
    mean = float(np.trapezoid(values, edges) / height) if height > 0.0 else float(speeds[0])
    return Ventilation(mean * height, mean, height)
