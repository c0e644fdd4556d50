"""Days without their dust-affected hours, for assessment; the measured values stay as they are."""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.errors import ContractError
from foundation.times import day_of_hour, start_of_day
from observations.dust.rules import dust_rules
from observations.flags import FLAGS
from observations.means import daily_means

PARTICLES = ("pm25", "pm10")


def days_with_and_without_dust(places: xr.Dataset, mask: xr.DataArray) -> tuple[xr.Dataset, xr.Dataset]:
    """Daily means as measured, and with dust-affected hours or days left out of PM2.5 and PM10.

    Of hourly values, a day keeps the mean of its other hours when `remaining_hours_of_day` of them are valid,
    and loses PM2.5 and PM10 otherwise; a daily value marked as dust is left out as a whole. Gases stay.

    Args:
        places: hourly or daily, keeps `place_observations`.
        mask: dust-affected steps (time, place), with the attribute `rule`.

    Returns:
        Two daily data sets on the same times; the second has `dust_hours` (affected hours of each day; 24 for
        a whole day of daily values), and the rule in its attributes.

    Raises:
        ContractError: when the mask is not on the same times and places.
    """
    if mask.shape != places["pm10"].transpose(*mask.dims).shape:
        raise ContractError(f"'mask': expected shape {places['pm10'].shape}, got {mask.shape}")
    affected = mask.values
    cleared = places.copy()
    for name in PARTICLES:
        values = places[name].transpose(*mask.dims)
        flags = places[f"{name}_flag"].transpose(*mask.dims)
        cleared[name] = values.where(~mask)
        cleared[name].attrs = values.attrs
        cleared[f"{name}_flag"] = flags.copy(
            data=np.where(affected, flags.values | FLAGS["missing"], flags.values).astype(flags.dtype)
        )
    if places.attrs["averaging"] == "hour":
        whole = daily_means(places)
        without = daily_means(cleared, dust_rules().remaining_hours_of_day)
        days, which = np.unique(day_of_hour(places["time"].values), return_inverse=True)
        count = np.zeros((len(days), affected.shape[1]), dtype=int)
        np.add.at(count, which, affected)
        times = start_of_day(days)
    else:
        whole, without, count, times = places, cleared, affected * 24, places["time"].values
    without["dust_hours"] = xr.DataArray(count, {"time": times, "place": places["place"]}, ("time", "place"))
    without["dust_hours"].attrs["units"] = "h"
    without.attrs |= {"dust_rule": mask.attrs["rule"], "dust_rule_verified": mask.attrs["verified"]}
    return whole, without
