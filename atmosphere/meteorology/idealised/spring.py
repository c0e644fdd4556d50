"""The ground of a dry spring under the winds of the idealised winter: dust can rise everywhere."""

from __future__ import annotations

import xarray as xr

__all__ = ["over_spring_ground"]

_WARMER_K = 20.0
_DRY_M3_M3 = 0.06


def over_spring_ground(weather: xr.Dataset) -> xr.Dataset:
    """The same weather over ground without snow, thawed and dry; the air above is left as it is.

    Args:
        weather: as `idealised_winter_weather` makes it.
    """
    changed = {
        "air_temperature_2m": weather["air_temperature_2m"] + _WARMER_K,
        "snow_depth": 0.0 * weather["snow_depth"],
        "soil_moisture": weather["soil_moisture"].clip(max=_DRY_M3_M3),
    }
    return weather.assign({name: part.assign_attrs(weather[name].attrs) for name, part in changed.items()})
