"""Pieces of NetCDF files: only what is asked for is read, one thread at a time, and kept for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.reading.caches import BoundedCache
from consultation.products import HDF5, first_line

__all__ = ["Pieces"]

Selection = Mapping[str, Any]


@dataclass
class Pieces:
    """Reads pieces of files.

    Attributes:
        cache: of data sets by file, its time of change, and what was read of it.
    """

    cache: BoundedCache[xr.Dataset] = field(
        default_factory=lambda: BoundedCache(1 << 26, lambda piece: int(piece.nbytes))
    )

    def read(
        self, path: Path, group: str | None, variables: tuple[str, ...], selection: Selection | None = None
    ) -> xr.Dataset:
        """Some variables of a group, at some labels.

        Args:
            path: of the file.
            group: in it; the root when None.
            variables: those that the group has not are left out; all when empty.
            selection: label, or slice of labels, by dimension; a dimension that is not there is not heeded.

        Raises:
            AbsentError: when a label is not there, or the file cannot be read.
        """
        known = path.stat()
        wanted = tuple(sorted((selection or {}).items(), key=lambda pair: pair[0]))
        key = (str(path), known.st_mtime_ns, known.st_size, known.st_ino, group, variables, repr(wanted))
        return self.cache.get(key, lambda: _read(path, group, variables, dict(wanted)))


def _read(path: Path, group: str | None, variables: tuple[str, ...], wanted: dict[str, Any]) -> xr.Dataset:
    try:
        with HDF5, xr.open_dataset(
            path, group=group, engine="netcdf4", decode_timedelta=True, cache=False
        ) as opened:  # fmt: skip
            chosen = opened[[name for name in variables if name in opened]] if variables else opened
            for dim, label in wanted.items():
                if dim in chosen.dims:
                    chosen = _at(chosen, dim, label, path.name)
            return chosen.load()
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise AbsentError(
            f"{path.name} 无法读取：{first_line(error)}", f"{path.name} cannot be read: {first_line(error)}",
            "unreadable",
        ) from error  # fmt: skip


def _at(chosen: xr.Dataset, dim: str, label: Any, file: str) -> xr.Dataset:
    if isinstance(label, slice):
        return chosen.isel({dim: label})
    if label not in chosen[dim].values:
        raise AbsentError(f"{file} 中没有 {label}", f"{file} holds no {dim} {label!r}")
    found: xr.Dataset = chosen.sel({dim: label})
    return found
