"""Reader of WRF output (`wrfout`, ARW core) on its Lambert, stereographic, Mercator or lon-lat grid."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers.area import Area, AreaLike, checked
from atmosphere.meteorology.readers.assembly import Fields, weather
from atmosphere.meteorology.readers.files import files_of, joined, named
from atmosphere.meteorology.readers.netcdf import opened
from atmosphere.meteorology.readers.value_checks import refuse_bad_times, refuse_other_units
from atmosphere.meteorology.readers.wrf_fields import NEEDED, converted
from atmosphere.meteorology.readers.wrf_grid import window
from foundation.errors import InputError


def read_wrf(paths: str | Path | Sequence[str | Path], area: AreaLike | None = None) -> xr.Dataset:
    """Read WRF output into the weather contract.

    Winds are brought to the middle of the cells and turned to east and north; pressure, temperature and
    heights are put together from base state and perturbation.

    Args:
        paths: a file, a folder or a list of files of one domain, joined in time.
        area: the part wanted; everything when None.

    Raises:
        InputError: when a file cannot be read, lacks variables or does not cover the area, or times repeat.
    """
    files = files_of(paths)
    return joined([_one_file(file, checked(area)) for file in files], named(files))


def _one_file(path: Path, area: Area | None) -> xr.Dataset:
    with opened(path) as whole:
        lacking = [name for name in NEEDED if name not in whole.variables]
        if lacking:
            raise InputError(
                f"not in the file: {', '.join(lacking)}", where=str(path),
                remedy="Use a wrfout file as WRF wrote it, with all variables",
            )  # fmt: skip
        times = times_of(whole, path)
        refuse_bad_times(times, str(path))
        mesh, rows, columns, east = window(whole, area, path)
        cut = _cut(whole, rows, columns)
        refuse_other_units("air_pressure", cut["P"].values + cut["PB"].values, str(path))
        values, notes = converted(cut, times, east)
        start = str(whole.attrs.get("SIMULATION_START_DATE", whole.attrs.get("START_DATE", ""))).replace(
            "_", "T"
        )
        title = str(whole.attrs.get("TITLE", "WRF")).strip()
    return weather(Fields(mesh, times, values, f"WRF, {title}", str(path), notes, {"reference_time": start}))


def times_of(dataset: xr.Dataset, path: Path) -> np.ndarray:
    """Valid times in UTC, from the character variable `Times`.

    Raises:
        InputError: when it is missing or not readable.
    """
    try:
        texts = [
            bytes(text).decode() if isinstance(text, bytes) else str(text) for text in dataset["Times"].values
        ]
        return np.array([text.replace("_", "T") for text in texts], dtype="datetime64[ns]")
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise InputError(
            "no readable variable Times", where=str(path), remedy="Use a wrfout file as WRF wrote it"
        ) from error


def _cut(dataset: xr.Dataset, rows: slice, columns: slice) -> xr.Dataset:
    """The wanted rows and columns; staggered dimensions keep one more."""
    picks = {"south_north": rows, "west_east": columns}
    for name, dim in (("south_north_stag", "south_north"), ("west_east_stag", "west_east")):
        whole = picks[dim] == slice(None)
        picks[name] = slice(None) if whole else slice(picks[dim].start, picks[dim].stop + 1)
    return dataset.isel({dim: pick for dim, pick in picks.items() if dim in dataset.dims})
