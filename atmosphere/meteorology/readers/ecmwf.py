"""Reader of ECMWF GRIB files on pressure levels, both editions: open data, MARS and Copernicus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import xarray as xr

from atmosphere.meteorology.readers.area import AreaLike, checked
from atmosphere.meteorology.readers.assembly import Fields, weather
from atmosphere.meteorology.readers.ecmwf_surface import SURFACE, surfaces
from atmosphere.meteorology.readers.files import files_of, named
from atmosphere.meteorology.readers.grib import Field, Header, fields
from atmosphere.meteorology.readers.grib_cubes import gather, means_note
from atmosphere.meteorology.readers.pressure_levels import Block, on_pressure_levels
from foundation.constants import GRAVITY
from foundation.errors import InputError

_VOLUME = {
    "t": "air_temperature", "u": "eastward_wind", "v": "northward_wind", "w": "omega",
    "q": "specific_humidity", "r": "relative_humidity", "z": "geopotential", "gh": "geopotential_height",
    "clwc": "cloud_water",
}  # fmt: skip
_CONSTANT = frozenset({"geopotential_at_ground", "surface_height"})


def read_ecmwf(
    paths: str | Path | Sequence[str | Path], area: AreaLike | None = None, member: int | None = None,
    surface_height: xr.DataArray | None = None,
) -> xr.Dataset:  # fmt: skip
    """Read ECMWF GRIB files into the weather contract.

    Args:
        paths: a file, a folder or a list of files: any mix of times and of fields.
        area: the part wanted; everything when None.
        member: number of the ensemble member; needed only when the files hold several.
        surface_height: height of the ground above the sea, m, with coordinates `lat` and `lon`, where the
            files hold neither it nor the surface pressure; interpolated to the grid.

    Raises:
        InputError: when a file is cut off or does not cover the area, fields or levels are missing, a time
            comes twice, or several members are there and none is chosen.
    """
    files = files_of(paths)
    where = named(files)
    found = _of_one_member(
        [_sums_as_sums(one) for one in fields(files, checked(area), _is_wanted)], member, where
    )
    gathered = gather(found, name_of, _CONSTANT, where)
    volumes = dict(gathered.volumes)
    if "geopotential" in volumes:
        block = volumes.pop("geopotential")
        volumes.setdefault("geopotential_height", Block(block.levels, block.values / GRAVITY))
    if "relative_humidity" in volumes:
        block = volumes["relative_humidity"]
        volumes["relative_humidity"] = Block(block.levels, block.values / 100.0)
    at_ground, notes = surfaces({**gathered.surfaces, **gathered.constants}, gathered.units)
    if surface_height is not None and "surface_height" not in at_ground:
        x, y = xr.DataArray(gathered.mesh.x, dims="x"), xr.DataArray(gathered.mesh.y, dims="y")
        at_ground["surface_height"] = surface_height.interp(lat=y, lon=x).transpose("y", "x").values
        notes.append("height of the ground from elsewhere")
    values, more = on_pressure_levels(volumes, at_ground, "ecmwf", where)
    run = {"reference_time": str(gathered.references[-1])}
    said = [*gathered.notes, *means_note(gathered), *notes, *more]
    return weather(Fields(gathered.mesh, gathered.times, values, "ECMWF GRIB", where, said, run))


def name_of(header: Header) -> str | None:
    """Name of an ECMWF field here; None for what is not read."""
    if header.level_type.startswith("isobaric"):
        return _VOLUME.get(header.short_name)
    if header.short_name == "z":
        return "geopotential_at_ground" if header.level_type == "surface" else None
    if header.short_name in ("vsw", "swvl1"):
        return "soil_moisture" if header.level == 0 else None
    return SURFACE.get(header.short_name)


def _sums_as_sums(one: Field) -> Field:
    """ECMWF's GRIB 1 calls sums since the start of the run instants: name them what they are."""
    header = one.header
    if header.short_name not in _SUMS or header.statistic != "instant":
        return one
    return replace(one, header=replace(header, statistic="accum", start=header.reference))


_SUMS = {"sshf", "tp", "ssrd"}


def _is_wanted(header: Header) -> bool:
    return name_of(header) is not None


def _of_one_member(found: list[Field], member: int | None, where: str) -> list[Field]:
    members = sorted({one.header.member for one in found})
    if member is None:
        if len(members) > 1:
            listed = ", ".join(map(str, members[:8])) + (" ..." if len(members) > 8 else "")
            raise InputError(
                f"holds {len(members)} ensemble members ({listed})", where=where,
                remedy="Choose one with member=, or give a file of one forecast",
            )  # fmt: skip
        return found
    if member not in members:
        listed = ", ".join(map(str, members[:8]))
        raise InputError(
            f"no ensemble member {member}; got {listed}", where=where, remedy="Choose one of these"
        )
    return [one for one in found if one.header.member == member]
