"""Reading what the transport model left in a run folder: fields, series at places, contributions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from consultation.products import first_line
from foundation.atmospheric_contracts import FIELDS
from foundation.contracts import CONTRIBUTIONS, check_closure
from foundation.errors import ContractError, InputError
from foundation.times import day_of_hour
from sources.tagging.runs import TAGS_FILE

FIELDS_FOLDER = "fields.zarr"
PLACES_FILE = "physical.nc"

SHOWN_SPECIES = "pm25"

_HOURS_OF_DAY = 24
_REMEDY = "Make the run again"


@dataclass(frozen=True)
class PhysicalProducts:
    """What the transport model gave, of one reference time.

    Attributes:
        fields: keeps `FIELDS`, of PM2.5 alone.
        places: `concentration` (reference_time, lead_time, place, pollutant), kg m-3.
        tags: keeps `CONTRIBUTIONS` and sums to `places`.
    """

    fields: xr.Dataset
    places: xr.Dataset
    tags: xr.Dataset

    @property
    def synthetic(self) -> bool:
        """Whether weather, emissions or measurements behind it were made up."""
        return any(
            bool(int(part.attrs.get("synthetic", 0))) for part in (self.fields, self.places, self.tags)
        )


def has_physical(folder: Path) -> bool:
    """Whether a run folder holds anything of the transport model."""
    return any((folder / name).exists() for name in (FIELDS_FOLDER, PLACES_FILE, TAGS_FILE))


def read_physical(folder: Path) -> PhysicalProducts:
    """Read the products of the transport model.

    Raises:
        InputError: when one of them is absent or cannot be read.
        ContractError: when one breaks its contract, sources do not sum up, or reference times differ.
    """
    fields = FIELDS.check(_fields(folder / FIELDS_FOLDER), FIELDS_FOLDER)
    places = _netcdf(folder / PLACES_FILE)
    tags = CONTRIBUTIONS.check(_netcdf(folder / TAGS_FILE), TAGS_FILE)
    if "concentration" not in places.variables:
        raise ContractError("variable 'concentration' is missing", where=PLACES_FILE, remedy=_REMEDY)
    check_closure(tags, places["concentration"])
    wanted = fields["reference_time"].values
    for name, part in ((PLACES_FILE, places), (TAGS_FILE, tags)):
        got = np.atleast_1d(part["reference_time"].values)
        if len(got) != 1 or got[0] != wanted:
            raise ContractError(
                f"expected the one reference time {wanted}, got {got}", where=name, remedy=_REMEDY
            )
    return PhysicalProducts(fields, places, tags)


def _fields(path: Path) -> xr.Dataset:
    try:
        with xr.open_zarr(path, chunks=None, decode_timedelta=True) as opened:
            if SHOWN_SPECIES not in opened["species"].values:
                raise InputError(f"{SHOWN_SPECIES} is missing", where=path.name, remedy=_REMEDY)
            shown: xr.Dataset = opened.sel(species=[SHOWN_SPECIES]).load()
            return shown
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(
            f"cannot be read as Zarr ({first_line(error)})", where=path.name, remedy=_REMEDY
        ) from error


def _netcdf(path: Path) -> xr.Dataset:
    try:
        return xr.load_dataset(path, engine="netcdf4", decode_timedelta=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            f"cannot be read as NetCDF ({first_line(error)})", where=path.name, remedy=_REMEDY
        ) from error


def whole_days(hourly: xr.Dataset) -> list[tuple[np.datetime64, slice]]:
    """The Beijing days of which an hourly forecast holds all 24 hours, and where those hours are.

    Args:
        hourly: with `reference_time` and `lead_time` to the end of each hour.
    """
    reference = np.atleast_1d(hourly["reference_time"].values)[0]
    days = day_of_hour(reference + hourly["lead_time"].values)
    found, first = np.unique(days, return_index=True)
    counts = np.append(first[1:], len(days)) - first
    return [
        (np.datetime64(day.item(), "D"), slice(int(start), int(start) + _HOURS_OF_DAY))
        for day, start, count in zip(found, first, counts, strict=True)
        if count == _HOURS_OF_DAY
    ]
