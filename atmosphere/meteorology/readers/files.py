"""The files meant by a path, and data sets of several files joined in time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from atmosphere.meteorology.readers.value_checks import refuse_bad_times
from foundation.errors import InputError


def files_of(paths: str | Path | Sequence[str | Path]) -> list[Path]:
    """The files meant by a file, a folder or a list of them, in the order of their names within a folder.

    Raises:
        InputError: when one is absent, or nothing is left.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    found: list[Path] = []
    if not all(str(path).strip() for path in given):
        raise InputError("an empty path", remedy="Name a file or a folder")
    for path in map(Path, given):
        if path.is_dir():
            found += sorted(file for file in path.iterdir() if file.is_file() and _is_data(file))
        elif path.is_file():
            found.append(path)
        else:
            raise InputError("no such file or folder", where=str(path), remedy="Check the path")
    if not found:
        raise InputError("no weather files", where=", ".join(map(str, given)), remedy="Check the path")
    return found


def _is_data(file: Path) -> bool:
    return not file.name.startswith(".") and file.suffix not in {".idx", ".txt", ".md", ".json"}


def named(files: Sequence[Path]) -> str:
    """Files as messages name them."""
    return str(files[0]) if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"


def joined(parts: Sequence[xr.Dataset], where: str) -> xr.Dataset:
    """Data sets of one grid, one after the other in time, whatever order they are given in.

    Raises:
        InputError: when grids, levels or variables differ, or times overlap.
    """
    ordered = sorted(parts, key=lambda part: part["time"].values[0])
    if len(ordered) == 1:
        return ordered[0]
    first = ordered[0]
    for part in ordered[1:]:
        if set(part.data_vars) != set(first.data_vars):
            odd = ", ".join(sorted(map(str, set(part.data_vars) ^ set(first.data_vars))))
            raise InputError(f"not in all files: {odd}", where=where, remedy="Give files of one kind")
        if any(part.sizes.get(dim) != first.sizes.get(dim) for dim in ("level", "y", "x")) or not np.allclose(
            part["lon"], first["lon"]
        ):
            raise InputError("the files lie on different grids", where=where, remedy="Give files of one grid")
    refuse_bad_times(np.concatenate([part["time"].values for part in ordered]), where)
    return xr.concat(
        ordered, "time", data_vars="minimal", coords="minimal", compat="override", join="override",
        combine_attrs="override",
    )  # fmt: skip
