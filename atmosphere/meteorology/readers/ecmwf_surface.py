"""Fields at the ground as ECMWF names them, in GRIB and in ERA5 files: units and derived fields."""

from __future__ import annotations

import numpy as np

from atmosphere.meteorology.readers.gfs import SNOW_DENSITY
from foundation.constants import GRAVITY

SURFACE = {
    "sp": "surface_pressure", "10u": "eastward_wind_10m", "10v": "northward_wind_10m",
    "2t": "air_temperature_2m", "2d": "dew_point_2m", "blh": "boundary_layer_height",
    "zust": "friction_velocity", "sshf": "sensible_heat_flux", "avg_ishf": "mean_sensible_heat_flux",
    "tp": "precipitation_rate", "tprate": "mean_precipitation_rate", "avg_tprate": "mean_precipitation_rate",
    "sd": "snow_water", "rsn": "snow_density", "tcc": "cloud_area_fraction",
    "ssrd": "surface_downwelling_shortwave_flux", "orog": "surface_height",
}  # fmt: skip
"""Names here by ECMWF's short names. `sshf` and `ssrd` are sums over time (J m-2), `tp` in m or kg m-2."""

_WATER = 1000.0
"""Density of water, kg m-3."""


def surfaces(held: dict[str, np.ndarray], units: dict[str, str]) -> tuple[dict[str, np.ndarray], list[str]]:
    """Fields at the ground by contract name, and notes.

    Sums over time must already be rates (per second): ECMWF counts heat fluxes positive downward, the
    contract upward.

    Args:
        held: by the names of `SURFACE`; `geopotential_at_ground` (m2 s-2) among them where there is one.
        units: as the file gives them, by the same names.
    """
    found = dict(held)
    notes: list[str] = []
    if "geopotential_at_ground" in found:
        found.setdefault("surface_height", found.pop("geopotential_at_ground") / GRAVITY)
        found.pop("geopotential_at_ground", None)
    for name in ("sensible_heat_flux", "precipitation_rate"):
        mean = found.pop(f"mean_{name}", None)
        if mean is not None and name not in found:
            found[name] = mean
        elif name == "precipitation_rate" and name in found and units.get(name) == "m":
            found[name] = found[name] * _WATER
    if "sensible_heat_flux" in found:
        found["sensible_heat_flux"] = -found["sensible_heat_flux"]
        notes.append("sensible heat flux turned to count upward")
    if "cloud_area_fraction" in found:
        percent = units.get("cloud_area_fraction") == "%"
        found["cloud_area_fraction"] = np.clip(
            found["cloud_area_fraction"] * (0.01 if percent else 1.0), 0.0, 1.0
        )
    _snow(found, units, notes)
    return found, notes


def _snow(found: dict[str, np.ndarray], units: dict[str, str], notes: list[str]) -> None:
    """Depth of snow from its water and density."""
    water, density = found.pop("snow_water", None), found.pop("snow_density", None)
    if water is None:
        return
    mass = water if units.get("snow_water", "").startswith("kg") else water * _WATER
    if density is None:
        notes.append(f"snow depth from its water at {SNOW_DENSITY:g} kg m-3")
    found["snow_depth"] = mass / (SNOW_DENSITY if density is None else density)
