"""Footprints as files."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from foundation.errors import InputError, RunError
from foundation.footprint_contracts import FOOTPRINTS, check_footprint_closure
from foundation.store import written_beside

__all__ = ["FOOTPRINTS_FILE", "read_footprints", "write_footprints"]

FOOTPRINTS_FILE = "footprints.nc"
"""Name in the folder of a run."""

_PACKED = {"zlib": True, "complevel": 1, "shuffle": True}
_ENCODING = {"sensitivity": _PACKED | {"significant_digits": 4}, "cell_contribution": _PACKED}
"""Maps of sensitivity keep four digits."""


def write_footprints(footprints: xr.Dataset, path: str | Path) -> Path:
    """Write footprints as NetCDF; a reader sees the whole file or none.

    Raises:
        ContractError: when they are none, or do not close.
        RunError: when the file cannot be written.
    """
    check_footprint_closure(FOOTPRINTS.check(footprints, "footprints"))
    target = Path(path)
    try:
        with written_beside(target) as beside:
            footprints.to_netcdf(beside, engine="netcdf4", encoding=_ENCODING)
    except (OSError, RuntimeError) as error:
        raise RunError(f"cannot write: {getattr(error, 'strerror', None) or error}", where=str(target),
                       remedy="Check the folder, its rights and its space") from error  # fmt: skip
    return target


def read_footprints(path: str | Path) -> xr.Dataset:
    """Read footprints.

    Raises:
        InputError: when the file is absent or cannot be read.
        ContractError: when it holds no footprints, or they do not close.
    """
    try:
        made = xr.load_dataset(path, engine="netcdf4", decode_timedelta=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            "cannot be read as NetCDF", where=str(path), remedy="Make the footprints again"
        ) from error
    check_footprint_closure(FOOTPRINTS.check(made, str(path)))
    return made
