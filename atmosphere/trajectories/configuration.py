"""How trajectories are computed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from foundation.configuration import Config

__all__ = ["TrajectoryConfig", "TurbulenceConfig"]


class TurbulenceConfig(Config):
    """Turbulent displacement of particles.

    Attributes:
        horizontal_diffusivity_m2_s: constant, m2 s-1 (50 in the free troposphere of FLEXPART, Stohl et al.
            2005, doi:10.5194/acp-5-2461-2005).
        free_diffusivity_m2_s: vertical, above the boundary layer, m2 s-1 (0.1: Legras et al. 2003,
            doi:10.1029/2002JD003045, from profiles of tracers in the stratosphere).
        free_depth_m: height at which that diffusivity, nothing at the ground, has half its value, m.
        lowest_mixing_height_m: a shallower boundary layer is taken to be this deep, m.
        roughness_length_m: used for the friction velocity only where the weather has none, m.
        seed: another seed gives other paths; the same seed the same paths, whatever the number of threads.
    """

    horizontal_diffusivity_m2_s: float = Field(default=50.0, ge=0.0, le=1e5)
    free_diffusivity_m2_s: float = Field(default=0.1, gt=0.0, le=100.0)
    free_depth_m: float = Field(default=50.0, gt=0.0, le=1e4)
    lowest_mixing_height_m: float = Field(default=20.0, gt=0.0, le=1e3)
    roughness_length_m: float = Field(default=0.1, gt=0.0, le=5.0)
    seed: int = Field(default=0, ge=0, lt=2**32)


class TrajectoryConfig(Config):
    """A way to compute trajectories.

    Attributes:
        step_s: longest time step, s; steps are shortened to end at the weather's times and the output's.
        scheme: `midpoint` (second order) or `runge_kutta_4`.
        coordinate: what particles keep when they move level: `height` above ground or `pressure`.
        vertical_motion: `wind` takes the weather's; `none` keeps the height above ground, or the pressure.
        turbulence: None for the mean wind alone.
    """

    step_s: float = Field(default=180.0, gt=0.0, le=3600.0)
    scheme: Literal["midpoint", "runge_kutta_4"] = "midpoint"
    coordinate: Literal["height", "pressure"] = "height"
    vertical_motion: Literal["wind", "none"] = "wind"
    turbulence: TurbulenceConfig | None = None
