"""Contents of MEIC files: NetCDF on longitude and latitude, ASCII grids in degrees or Lambert's projection.

The NetCDF files follow the grids of the Generic Mapping Tools: `x_range`, `y_range`, `spacing` and
`dimension` describe the grid, `z` holds the cells one after the other, from the west to the east and from the
north to the south; cells without emissions hold a fill value.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.regridding.weights import SourceGrid
from emissions_inventory.gridded.classic import refuse_truncated
from emissions_inventory.gridded.configuration import MeicConfig
from foundation.errors import InputError

__all__ = ["read_meic_file"]

_KG_PER_TONNE = 1000.0
_HEADER = ("ncols", "nrows", "cellsize", "nodata_value")
_LARGEST_DEGREES = 10.0
_CLOSE = 1e-6


def read_meic_file(path: Path, config: MeicConfig) -> tuple[np.ndarray, SourceGrid]:
    """Read one map of MEIC.

    Args:
        path: NetCDF (`.nc`) or ASCII grid.
        config: fill value and the Lambert grid expected.

    Returns:
        Emissions, kg per cell and month, (y, x) from the south-west; the grid.

    Raises:
        InputError: when the contents are not those of MEIC, naming the file, what was expected and got.
    """
    values, grid, fill = _netcdf(path, config) if path.suffix == ".nc" else _ascii(path, config)
    filled = (values == fill) | (values == config.nodata)
    if np.isnan(fill):
        filled |= np.isnan(values)
    bad = ~filled & ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        row, column = (int(place[0]) for place in np.nonzero(bad))
        raise InputError(
            f"expected emissions of 0 or more or the fill value {fill:g}, got {values[row, column]:g} "
            f"in row {row + 1} from the north, column {column + 1}",
            where=str(path),
            remedy="Get the file anew",
        )
    return np.where(filled, 0.0, values)[::-1] * _KG_PER_TONNE, grid


def _netcdf(path: Path, config: MeicConfig) -> tuple[np.ndarray, SourceGrid, float]:
    from netCDF4 import Dataset

    refuse_truncated(path)
    try:
        with Dataset(str(path)) as file:
            file.set_auto_mask(False)
            lacking = [
                name
                for name in ("x_range", "y_range", "spacing", "dimension", "z")
                if name not in file.variables
            ]
            if lacking:
                raise InputError(
                    f"expected the variables x_range, y_range, spacing, dimension and z; {lacking[0]!r} is "
                    "missing",
                    where=str(path),
                    remedy="Give a NetCDF file of MEIC",
                )
            pairs = {
                name: np.asarray(file[name][:], float).ravel()
                for name in ("x_range", "y_range", "spacing", "dimension")
            }
            values, fill = np.asarray(file["z"][:], float).ravel(), _fill(file["z"], config)
    except (OSError, RuntimeError) as error:
        raise InputError(
            "no NetCDF file, or it cannot be read", where=str(path), remedy="Get the file anew"
        ) from error
    for name, pair in pairs.items():
        if pair.shape != (2,) or not np.isfinite(pair).all():
            raise InputError(
                f"{name}: expected two numbers, got {pair.size}", where=str(path), remedy="Get the file anew"
            )
    columns, rows = (round(count) for count in pairs["dimension"])
    if min(columns, rows) < 2 or values.size != rows * columns:
        raise InputError(f"dimension says {columns} x {rows} cells, z holds {values.size}", where=str(path),
                         remedy="Get the file anew")  # fmt: skip
    x = _centres(pairs["x_range"], pairs["spacing"][0], columns, f"{path}, x_range")
    y = _centres(pairs["y_range"], pairs["spacing"][1], rows, f"{path}, y_range")
    if y[0] < -90 or y[-1] > 90 or x[0] < -360 or x[-1] > 360:
        raise InputError("expected degrees", where=f"{path}, x_range and y_range", remedy="Get the file anew")
    return values.reshape(rows, columns), SourceGrid(x, y), fill


def _fill(variable: Any, config: MeicConfig) -> float:
    for name in ("nodata_value", "_FillValue", "missing_value"):
        if name in variable.ncattrs():
            return float(np.ravel(variable.getncattr(name))[0])
    return config.nodata


def _centres(ends: np.ndarray, step: float, count: int, where: str) -> np.ndarray:
    """Centres of cells; the ends are edges, or centres in a file of nodes."""
    steps = (ends[1] - ends[0]) / step if step > 0 else np.nan
    if abs(steps - count) < _CLOSE * count:
        return np.asarray(ends[0] + step * (np.arange(count) + 0.5))
    if abs(steps - (count - 1)) < _CLOSE * count:
        return np.asarray(ends[0] + step * np.arange(count))
    raise InputError(
        f"{ends[0]:g} to {ends[1]:g} by {step:g} is not {count} cells",
        where=where,
        remedy="Get the file anew",
    )


def _ascii(path: Path, config: MeicConfig) -> tuple[np.ndarray, SourceGrid, float]:
    header, lines = _header(path)
    rows, columns, cell = int(header["nrows"]), int(header["ncols"]), header["cellsize"]
    try:
        values = np.array(" ".join(lines).split(), dtype=float)
    except ValueError as error:
        raise InputError(
            f"expected numbers below the header: {error}", where=str(path), remedy="Get the file anew"
        ) from error
    if values.size != rows * columns:
        raise InputError(
            f"the header says {columns} x {rows} cells, {values.size} numbers follow",
            where=str(path),
            remedy="Get the file anew",
        )
    corner = [header[f"{axis}llcorner"] for axis in "xy"]
    crs = "EPSG:4326"
    if cell > _LARGEST_DEGREES:
        _check_lambert(path, (rows, columns), (corner[0], corner[1]), cell, config)
        crs = config.lambert_projection
    x, y = (
        start + cell * (np.arange(count) + 0.5) for start, count in zip(corner, (columns, rows), strict=True)
    )
    return values.reshape(rows, columns), SourceGrid(x, y, crs), header["nodata_value"]


def _header(path: Path) -> tuple[dict[str, float], list[str]]:
    """Header of an ESRI ASCII grid, and the lines below."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        header = {name.lower(): float(value) for name, value in (line.split() for line in lines[:6])}
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(
            "expected an ASCII grid with six lines of header: ncols, nrows, xllcorner, yllcorner, cellsize, "
            "NODATA_value",
            where=str(path),
            remedy="Give an ASCII file of MEIC",
        ) from error
    for axis in "xy":
        if f"{axis}llcenter" in header:
            header[f"{axis}llcorner"] = header[f"{axis}llcenter"] - 0.5 * header.get("cellsize", np.nan)
    lacking = [name for name in (*_HEADER, "xllcorner", "yllcorner") if name not in header]
    if lacking:
        raise InputError(
            f"the header lacks {lacking[0]}", where=str(path), remedy="Give an ASCII file of MEIC"
        )
    places = [header[name] for name in ("ncols", "nrows", "cellsize", "xllcorner", "yllcorner")]
    if not np.isfinite(places).all() or min(places[:2]) < 2 or places[2] <= 0:
        raise InputError(
            "the header's counts and cell size are not of a grid", where=str(path), remedy="Get the file anew"
        )
    return header, lines[6:]


def _check_lambert(
    path: Path, shape: tuple[int, int], corner: tuple[float, float], cell: float, config: MeicConfig
) -> None:
    expected = (config.lambert_shape, config.lambert_origin_m, config.lambert_cell_m)
    if (shape, corner, cell) != expected:
        raise InputError(
            f"expected {expected[0][1]} x {expected[0][0]} cells of {expected[2]:g} m from {expected[1]}, "
            f"got {shape[1]} x {shape[0]} of {cell:g} m from {corner}",
            where=str(path),
            remedy="Only MEIC's own Lambert grid of 36 km is known",
        )
