"""The parts of a footprint beside the tags of the run: two views of one concentration.

The tags are each moved by the limited scheme on its own; the footprint is that of all tags as one. Their
difference is the limiter's.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.contracts import CONTRIBUTIONS
from foundation.errors import InputError
from foundation.places import gazetteer

__all__ = ["means_of_tags", "shares_apart"]

_DUST = "dust"


def means_of_tags(footprints: xr.Dataset, tags: xr.Dataset, name: str = "contribution") -> np.ndarray:
    """Means of the tags over the places and hours of each receptor, kg m-3, (receptor, source).

    Args:
        footprints: keeps `FOOTPRINTS`.
        tags: hourly contributions of the same run, keeps `CONTRIBUTIONS`. Desert dust has a run of its own
            and no footprint: it is left out.
        name: which variable of the tags: `contribution` or `carried_over`.

    Raises:
        InputError: when the tags have other sources, or lack a place, a pollutant or an hour.
    """
    CONTRIBUTIONS.check(tags, "tags")
    tags = tags.isel(source=np.flatnonzero(tags["sector"].values.astype(str) != _DUST))
    if list(map(str, tags["source"].values)) != list(map(str, footprints["source"].values)):
        raise InputError("tags: expected the sources of the footprints, got others", where="tags.nc")
    return np.stack(
        [_mean(footprints.isel(receptor=n), tags, name) for n in range(footprints.sizes["receptor"])]
    )


def _mean(one: xr.Dataset, tags: xr.Dataset, name: str) -> np.ndarray:
    place, pollutant = str(one["place"].values), str(one["pollutant"].values)
    members = {region.id: region.places for region in gazetteer().regions}.get(place, (place,))
    held = [member for member in members if member in tags["place"].values]
    valid = (tags["reference_time"].values[0] + tags["lead_time"].values).astype("datetime64[ns]")
    hours = np.flatnonzero((valid > one["mean_start"].values) & (valid <= one["mean_end"].values))
    wanted = (one["mean_end"].values - one["mean_start"].values) / np.timedelta64(1, "h")
    if not held or len(hours) != wanted or pollutant not in tags["pollutant"].values:
        raise InputError(f"tags lack {place}, {pollutant} or its hours", where="tags.nc")
    chosen = tags[name].isel(reference_time=0, lead_time=hours).sel(place=held, pollutant=pollutant)
    return np.asarray(chosen.mean(("lead_time", "place")).values)


def shares_apart(footprints: xr.Dataset, tags: xr.Dataset) -> np.ndarray:
    """Largest difference of a source between both views, as a share of the total of the tags, (receptor,).

    Args:
        footprints: keeps `FOOTPRINTS`.
        tags: as in `means_of_tags`.

    Raises:
        InputError: as `means_of_tags`.
    """
    means = means_of_tags(footprints, tags)
    return np.asarray(np.abs(footprints["contribution"].values - means).max(1) / means.sum(1))
