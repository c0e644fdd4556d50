"""Means by the validity rules of the ambient air standard, of concentrations and never of indices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from foundation.contracts import concentration_attributes, observations, place_observations
from foundation.errors import ContractError
from foundation.places import Region
from foundation.pollutants import pollutants_of
from foundation.times import day_of_hour, start_of_day
from observations.flags import FLAG_TYPE, FLAGS, flag_attributes, flag_mask
from observations.quality_control import quality_control_config, usable
from observations.regular import regular_times
from observations.windows import largest_eight_hour_mean, means_of_groups, trailing

_CELLS = "station"


def place_means(dataset: xr.Dataset) -> xr.Dataset:
    """Mean of each place over its stations, by time; flagged values and control sites are left out.

    Args:
        dataset: hourly or daily, keeps `foundation.contracts.observations`.

    Returns:
        A data set that keeps `place_observations`, places in alphabetical order; a place whose only
        stations are control sites (对照点) is absent. `<pollutant>_stations` counts those of each mean.
    """
    averaging = str(dataset.attrs["averaging"])
    background = (
        dataset["background"].values if "background" in dataset else np.zeros(dataset.sizes[_CELLS], bool)
    )
    names = dataset["place"].values.astype(str)
    places = np.unique(names[~background])
    weight = ((names[:, None] == places[None, :]) & ~background[:, None]).astype(float)
    variables: dict[str, tuple[tuple[str, str], np.ndarray, dict[str, object]]] = {}
    for pollutant in pollutants_of(averaging):
        valid = usable(dataset, pollutant).values
        count = valid @ weight
        total = np.where(valid, dataset[pollutant].values, 0.0) @ weight
        mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
        provisional = valid & ((dataset[f"{pollutant}_flag"].values & FLAGS["provisional"]) != 0)
        variables |= _variables(pollutant, mean, (provisional @ weight) > 0, ("time", "place"))
        variables[f"{pollutant}_stations"] = (("time", "place"), count.astype(np.int16), {"units": "1"})
    coords = {"time": dataset["time"].values, "place": places}
    result = xr.Dataset(variables, coords, _attributes(dataset, averaging))
    return place_observations(averaging).check(result, "place means")


def region_means(places: xr.Dataset, region: Region) -> xr.Dataset:
    """Mean over the places of a region that have a value, as one place named by the region's id.

    Args:
        places: keeps `place_observations`.
        region: its places; those without measurements do not count.

    Raises:
        ContractError: when no place of the region is in the data set.
    """
    averaging = str(places.attrs["averaging"])
    members = [place for place in region.places if place in places["place"].values]
    if not members:
        held = ", ".join(map(str, places["place"].values))
        raise ContractError(f"region {region.id!r}: expected one of {', '.join(region.places)}, got {held}")
    chosen = places.sel(place=members)
    variables: dict[str, tuple[tuple[str, str], np.ndarray, dict[str, object]]] = {}
    for pollutant in pollutants_of(averaging):
        values = chosen[pollutant].values
        count = np.isfinite(values).sum(1)
        total = np.where(np.isfinite(values), values, 0.0).sum(1)
        mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
        provisional = ((chosen[f"{pollutant}_flag"].values & FLAGS["provisional"]) != 0).any(1)
        variables |= _variables(pollutant, mean[:, None], provisional[:, None], ("time", "place"))
    coords = {"time": places["time"].values, "place": np.asarray([region.id])}
    result = xr.Dataset(variables, coords, _attributes(places, averaging))
    return place_observations(averaging).check(result, region.id)


def daily_means(
    dataset: xr.Dataset, minimum_hours: int | None = None, *, provisional: bool = False
) -> xr.Dataset:
    """Means of Beijing days, and the day's largest 8 h mean of ozone.

    The hour labelled 00:00 ends the day before. The 8 h means of a day are those that end at 08:00 to 24:00.

    Args:
        dataset: hourly, over stations or places.
        minimum_hours: valid hours a day needs; 20 (GB 3095) when None.
        provisional: keep days with fewer hours too, flagged `provisional`; otherwise they are NaN.

    Returns:
        A daily data set on the same stations or places, one time for each day that has an hour.
    """
    validity = quality_control_config().validity
    least = validity.hours_of_day if minimum_hours is None else minimum_hours
    dim = _dimension(dataset)
    days, which = np.unique(day_of_hour(dataset["time"].values), return_inverse=True)
    variables: dict[str, tuple[tuple[str, str], np.ndarray, dict[str, object]]] = {}
    for pollutant in pollutants_of("hour"):
        valid = _valid(dataset, pollutant)
        values = np.where(valid, dataset[pollutant].values, np.nan)
        if pollutant == "o3":
            name = "o3_8h"
            mean, complete = largest_eight_hour_mean(values, dataset["time"].values, days, validity)
        else:
            name = pollutant
            mean, complete = means_of_groups(values, which, len(days), least)
        kept = mean if provisional else np.where(complete, mean, np.nan)
        variables |= _variables(name, kept, ~complete & np.isfinite(kept), ("time", dim))
    coords = {name: coord for name, coord in dataset.coords.items() if "time" not in coord.dims}
    attributes = _attributes(dataset, "day")
    result = xr.Dataset(variables, {**coords, "time": start_of_day(days)}, attributes)
    contract = observations("day") if dim == _CELLS else place_observations("day")
    return contract.check(result, "daily means")


def trailing_means(dataset: xr.Dataset, hours: int = 24, minimum: int = 20) -> xr.Dataset:
    """Means over the hours that end at each time, itself included.

    Args:
        dataset: hourly, over stations or places.
        hours: length of the window.
        minimum: valid hours it needs; NaN with fewer.

    Returns:
        The same data set with every pollutant, ozone too, replaced by its trailing mean.
    """
    steps = regular_times(dataset["time"].values, "hour")
    dims = ("time", _dimension(dataset))
    result = dataset.copy()
    for pollutant in pollutants_of("hour"):
        values = np.where(_valid(dataset, pollutant), dataset[pollutant].values, np.nan)
        mean, count = trailing(steps.spread(values), hours)
        kept = np.where(count >= minimum, mean, np.nan)[steps.index]
        for name, variable in _variables(pollutant, kept, np.zeros(kept.shape, bool), dims).items():
            result[name] = variable
        result[pollutant].attrs["cell_methods"] = f"time: mean (trailing {hours} h)"
    return result


def _dimension(dataset: xr.Dataset) -> str:
    return _CELLS if _CELLS in dataset.dims else "place"


def _valid(dataset: xr.Dataset, pollutant: str) -> np.ndarray:
    return np.asarray(usable(dataset, pollutant).values, dtype=bool)


def _attributes(dataset: xr.Dataset, averaging: str) -> dict[str, object]:
    kept = {name: dataset.attrs[name] for name in ("source", "provider") if name in dataset.attrs}
    return {"averaging": averaging, **kept}


def _variables(
    pollutant: str, values: np.ndarray, provisional: np.ndarray, dims: Sequence[str]
) -> dict[str, tuple[tuple[str, str], np.ndarray, dict[str, object]]]:
    flags = np.where(np.isnan(values), flag_mask("missing"), 0)
    flags = (flags | np.where(provisional, flag_mask("provisional"), 0)).astype(FLAG_TYPE)
    both = (dims[0], dims[1])
    attrs: dict[str, object] = {
        **concentration_attributes(pollutant),
        "ancillary_variables": f"{pollutant}_flag",
    }
    return {pollutant: (both, values, attrs), f"{pollutant}_flag": (both, flags, flag_attributes(pollutant))}
