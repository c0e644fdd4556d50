"""What was measured lately, as the folders of runs hold it: places and target regions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import netCDF4
import numpy as np
import xarray as xr

from foundation.contracts import place_observations
from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.pollutants import pollutants_of
from observations.means import region_means

if TYPE_CHECKING:
    from sources.tagging.runs import RunContributions

__all__ = ["OBSERVATIONS_FILE", "measured_course", "read_measured"]

OBSERVATIONS_FILE = "observations.nc"


def read_measured(folder: str | Path) -> dict[str, xr.Dataset]:
    """Recent measurements of a run by averaging, `day` and `hour`, as far as it holds them.

    Returns:
        Each with a variable for every pollutant, kg m-3, (time, place), missing where not measured; the means
        of the target regions are further places. Nothing where the run has no measurements.

    Raises:
        InputError: when the file cannot be read.
        ContractError: when it does not hold place means.
    """
    file = Path(folder) / OBSERVATIONS_FILE
    if not file.is_file():
        return {}
    try:
        with netCDF4.Dataset(file) as opened:
            groups = {"day": None} | ({"hour": "hour"} if "hour" in opened.groups else {})
        held = {name: xr.load_dataset(file, group=group, engine="netcdf4") for name, group in groups.items()}
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError("cannot be read as NetCDF", where=str(file), remedy="Make the run again") from error
    return {
        name: _with_regions(place_observations(name).check(dataset, str(file)), name)
        for name, dataset in held.items()
    }


def _with_regions(places: xr.Dataset, averaging: str) -> xr.Dataset:
    names = list(pollutants_of(averaging))
    held = set(map(str, places["place"].values))
    regions = [
        region_means(places, one)[names] for one in gazetteer().regions if held.intersection(one.places)
    ]
    made = xr.concat([places[names], *regions], "place", combine_attrs="override")
    return made.assign_attrs(averaging=averaging)


def measured_course(runs: Sequence[RunContributions], averaging: str) -> xr.Dataset | None:
    """What was measured, joined from many runs; where two hold a value, the later run's counts.

    Args:
        runs: of one domain, in any order.
        averaging: `day` or `hour`.

    Returns:
        As `read_measured` gives it; None when no run holds any.
    """
    ordered = sorted(runs, key=lambda run: run.reference_time, reverse=True)
    held = [run.measured[averaging] for run in ordered if averaging in run.measured]
    if not held:
        return None
    times = np.unique(np.concatenate([one["time"].values for one in held]))
    places = list(dict.fromkeys(str(name) for one in held for name in one["place"].values))
    joined = held[0].reindex(time=times, place=places)
    for other in held[1:]:
        joined = joined.fillna(other.reindex(time=times, place=places))
    return joined.assign_attrs(averaging=averaging)
