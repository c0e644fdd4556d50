"""From arrays to one data set that keeps the weather contract, with checks that name the fault."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers.value_checks import (
    refuse_bad_times,
    refuse_missing,
    refuse_other_units,
    settled,
)
from foundation.atmospheric_contracts import METEOROLOGY

LONLAT = "EPSG:4326"
"""Name of a longitude-latitude grid; what model files hold is used as it is, on sphere or ellipsoid."""

_VARIABLES = {**METEOROLOGY.variables, **METEOROLOGY.optional}


@dataclass(frozen=True)
class Mesh:
    """Horizontal grid of the part that is read.

    Attributes:
        x: ascending, degrees or m, shape (x,).
        y: ascending, shape (y,).
        lon: degrees east, shape (y, x).
        lat: degrees north, shape (y, x).
        crs: the projection, as `pyproj.CRS.from_user_input` reads it.
    """

    x: np.ndarray
    y: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    crs: str


@dataclass
class Fields:
    """What a reader has gathered.

    Attributes:
        mesh: the horizontal grid.
        times: UTC, shape (time,).
        values: by contract name; (time, level, y, x), (time, y, x) or (y, x).
        source: kind and origin of the files, for people.
        where: the files, for messages.
        notes: what was converted, filled or found odd.
        extras: further attributes.
    """

    mesh: Mesh
    times: np.ndarray
    values: dict[str, np.ndarray]
    source: str
    where: str
    notes: list[str] = field(default_factory=list)
    extras: dict[str, str] = field(default_factory=dict)


def lonlat_mesh(lon: np.ndarray, lat: np.ndarray) -> Mesh:
    """A longitude-latitude grid from its ascending axes, degrees."""
    across, up = np.meshgrid(lon, lat)
    return Mesh(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float), across, up, LONLAT)


def weather(fields: Fields) -> xr.Dataset:
    """The data set of the weather contract.

    Raises:
        InputError: when times repeat or run backward, values are missing, or units look wrong.
        ContractError: when the contract is not kept in any other way.
    """
    return METEOROLOGY.check(dataset(fields), fields.where)


def dataset(fields: Fields) -> xr.Dataset:
    """The data set with the names, dimensions and units of the contract, whatever it holds.

    Raises:
        InputError: when times repeat or run backward, values are missing, or units look wrong.
    """
    times = np.asarray(fields.times, dtype="datetime64[ns]")
    refuse_bad_times(times, fields.where)
    mesh, notes = fields.mesh, "; ".join(fields.notes)
    attributes = {"source": fields.source, "crs": mesh.crs, **fields.extras, "notes": notes}
    coordinates = {
        "time": times,
        "x": mesh.x,
        "y": mesh.y,
        "lon": (("y", "x"), mesh.lon.astype(float), {"units": "degrees_east"}),
        "lat": (("y", "x"), mesh.lat.astype(float), {"units": "degrees_north"}),
    }
    held = {name: _variable(name, values, times, fields.where) for name, values in fields.values.items()}
    found = xr.Dataset(held, coordinates, attributes)
    return found.assign_coords(level=np.arange(found.sizes["level"])) if "level" in found.dims else found


def _variable(name: str, values: np.ndarray, times: np.ndarray, where: str) -> xr.DataArray:
    known = _VARIABLES.get(name)
    dims = known.dims if known else {4: ("time", "level", "y", "x"), 3: ("time", "y", "x")}[values.ndim]
    array = xr.DataArray(settled(name, np.asarray(values)).astype(np.float32), dims=dims)
    array.attrs["units"] = known.units if known else _EXTRA_UNITS[name]
    if not (known and known.may_be_missing):
        refuse_missing(name, array, times, where)
    refuse_other_units(name, array.values, where)
    return array


_EXTRA_UNITS = {"lagrangian_tendency_of_air_pressure": "Pa s-1"}
