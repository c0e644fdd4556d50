"""Pieces of NetCDF files: only what is asked for is read, one thread at a time, and kept for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xarray as xr
from xarray.backends import NetCDF4DataStore

from consultation.page.faults import AbsentError
from consultation.page.reading.caches import BoundedCache
from consultation.products import HDF5, first_line

__all__ = ["Pieces"]

Selection = Mapping[str, Any]
_Stamp = tuple[str, int, int, int]
_GROUPS_KNOWN = 256


@dataclass(frozen=True)
class _Group:
    """A group of a file, of which names, axes and packing are known; closed, it opens when it is read."""

    dataset: xr.Dataset
    store: NetCDF4DataStore

    @classmethod
    def opened(cls, path: str, group: str | None) -> _Group:
        store: NetCDF4DataStore = NetCDF4DataStore.open(path, group=group)  # type: ignore[no-untyped-call]
        try:
            return cls(xr.open_dataset(store, engine="store", decode_timedelta=True, cache=False), store)
        except BaseException:
            store.close()  # type: ignore[no-untyped-call]
            raise


def _known_groups() -> BoundedCache[_Group]:
    return BoundedCache(_GROUPS_KNOWN, lambda _: 1)


@dataclass
class Pieces:
    """Reads pieces of files.

    Attributes:
        cache: of data sets by file, its time of change, and what was read of it.
        groups: names, axes and packing of groups, by file and its time of change; to learn them takes longer
            than to read a piece. No file is held open: whoever writes one again is not in the way.
    """

    cache: BoundedCache[xr.Dataset] = field(
        default_factory=lambda: BoundedCache(1 << 26, lambda piece: int(piece.nbytes))
    )
    groups: BoundedCache[_Group] = field(default_factory=_known_groups)

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
        wanted = tuple(sorted((selection or {}).items(), key=lambda pair: pair[0]))
        try:
            stamp = _stamp(path)
            key = (stamp, group, variables, repr(wanted))
            return self.cache.get(key, lambda: self._read(stamp, group, variables, dict(wanted)))
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            said = first_line(error)
            raise AbsentError(
                f"{path.name} 无法读取：{said}", f"{path.name} cannot be read: {said}", "unreadable"
            ) from error

    def _read(
        self, stamp: _Stamp, group: str | None, variables: tuple[str, ...], wanted: dict[str, Any]
    ) -> xr.Dataset:
        path = Path(stamp[0])
        with HDF5:
            known = self.groups.get((stamp, group), lambda: _Group.opened(stamp[0], group))
            try:
                whole = known.dataset
                chosen = whole[[name for name in variables if name in whole]] if variables else whole
                for dim, label in wanted.items():
                    if dim in chosen.dims:
                        chosen = _at(chosen, dim, label, path.name)
                read = chosen.copy().load()
            finally:
                known.store.close()  # type: ignore[no-untyped-call]
        if _stamp(path) != stamp:
            raise OSError("it was written again while it was read")
        return read


def _stamp(path: Path) -> _Stamp:
    known = path.stat()
    return str(path), known.st_mtime_ns, known.st_size, known.st_ino


def _at(chosen: xr.Dataset, dim: str, label: Any, file: str) -> xr.Dataset:
    if isinstance(label, slice):
        return chosen.isel({dim: label})
    if label not in chosen[dim].values:
        raise AbsentError(f"{file} 中没有 {label}", f"{file} holds no {dim} {label!r}")
    found: xr.Dataset = chosen.sel({dim: label})
    return found
