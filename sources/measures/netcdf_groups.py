"""Some variables of a NetCDF file, quickly: opened once, nothing decoded that is not asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import netCDF4
import numpy as np
import xarray as xr

from foundation.errors import InputError

__all__ = ["GroupedFile"]

_NANOSECONDS = {"days": 86400e9, "hours": 3600e9, "minutes": 60e9, "seconds": 1e9, "milliseconds": 1e6}


class GroupedFile:
    """A NetCDF file with groups, open for reading.

    Args:
        path: of the file.
        what: what is wrong when there is no such file, for the message.

    Raises:
        InputError: when there is no such file or it is no NetCDF file.
    """

    def __init__(self, path: str | Path, what: str = "no such file") -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise InputError(
                what,
                where=str(path),
                remedy="Give the folder of a run of `bogda daily` with the transport model",
            )
        try:
            self._file = netCDF4.Dataset(self.path)
        except (OSError, RuntimeError) as error:
            raise InputError(
                "no NetCDF file, or it cannot be read", where=str(path), remedy="Make the run again"
            ) from error
        self._file.set_auto_mask(False)

    def __enter__(self) -> Self:
        """The file itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._file.close()

    def holds(self, group: str | None) -> bool:
        """Whether there is such a group; None is the root."""
        return group is None or group in self._file.groups

    def read(self, group: str | None, names: Sequence[str]) -> xr.Dataset:
        """Variables of a group that are there, with the coordinates of their dimensions; times are decoded.

        Args:
            group: None for the root.
            names: of variables; those that the group lacks are passed over.

        Raises:
            InputError: when there is no such group or it cannot be read.
        """
        where = f"{self.path}{f', group {group}' if group else ''}"
        if not self.holds(group):
            raise InputError(f"no group {group!r}", where=str(self.path), remedy="Make the run again")
        node = self._file if group is None else self._file.groups[group]
        held = [name for name in names if name in node.variables]
        dims = {dim for name in held for dim in node.variables[name].dimensions}
        held += [dim for dim in dims if dim in node.variables and dim not in held]
        try:
            variables = {name: _variable(node.variables[name]) for name in held}
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError("cannot be read", where=where, remedy="Make the run again") from error
        attributes = {name: node.getncattr(name) for name in node.ncattrs()}
        flat = {name for name, one in variables.items() if one.dims == (name,) or one.dtype.kind in "UM"}
        made = xr.Dataset(variables, attrs=attributes)
        return made.set_coords([name for name in flat if name in made.variables])


def _variable(held: Any) -> xr.Variable:
    attributes = {name: held.getncattr(name) for name in held.ncattrs() if name != "_FillValue"}
    values = held[...]
    if values.dtype.kind == "O":
        return xr.Variable(held.dimensions, values.astype(str), attributes)
    unit, _, since = str(attributes.get("units", "")).partition(" since ")
    if unit in _NANOSECONDS and (since or str(attributes.get("dtype", "")).startswith("timedelta64")):
        steps = np.rint(np.asarray(values, float) * _NANOSECONDS[unit]).astype("timedelta64[ns]")
        origin = np.datetime64(since.strip().replace(" ", "T"), "ns") if since else None
        return xr.Variable(held.dimensions, steps if origin is None else origin + steps)
    return xr.Variable(held.dimensions, values, attributes)
