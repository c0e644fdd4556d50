"""Contents of EDGAR files: NetCDF on longitude and latitude, for a year or its months.

Tonnes per cell or kg m-2 s-1, coordinates at the middles of cells: https://edgar.jrc.ec.europa.eu/dataset_ap81.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import Any

import numpy as np

from atmosphere.meteorology.regridding.weights import SourceGrid, cell_edges
from emissions_inventory.gridded.catalogue import MapFile
from emissions_inventory.gridded.classic import refuse_truncated
from emissions_inventory.gridded.configuration import EdgarConfig
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["Window", "read_edgar_file"]

_MARGIN = 1
_DIGITS = 4
"""Of degrees; the axes of the files are in single precision, off by as much as 1e-5."""
_DAY_S = 86400.0
_AXES = {"lat": ("lat", "latitude"), "lon": ("lon", "longitude")}


@dataclass(frozen=True)
class Window:
    """The part of a world map around a domain.

    Attributes:
        rows: places along latitude as stored, in the order from south to north.
        columns: places along longitude as stored, in the order from west to east.
        grid: its grid; longitudes are turned towards the domain.
    """

    rows: np.ndarray
    columns: np.ndarray
    grid: SourceGrid

    @classmethod
    def around(cls, lon: np.ndarray, lat: np.ndarray, grid: Grid, where: str) -> Window:
        """The cells that touch a grid, and one more on each side.

        Raises:
            InputError: when the axes are not regular or the map does not reach the grid.
        """
        middle = 0.5 * (grid.lon_edges[0] + grid.lon_edges[-1])
        turned = middle + np.mod(lon - middle + 180.0, 360.0) - 180.0
        east, north = np.argsort(turned, kind="stable"), np.argsort(lat, kind="stable")
        picked = []
        for order, values, edges in ((north, lat, grid.lat_edges), (east, turned, grid.lon_edges)):
            sorted_values = values[order]
            step = np.diff(sorted_values)
            near = np.flatnonzero(
                (sorted_values > edges[0] - (0.5 + _MARGIN) * step.mean())
                & (sorted_values < edges[-1] + (0.5 + _MARGIN) * step.mean())
            )
            if near.size < 2 or (np.ptp(step[near[:-1]]) > 1e-3 * step.mean()):
                raise InputError(
                    "the map does not reach the domain, or its axes are not regular",
                    where=where,
                    remedy="Give a map of the world or of all the domain",
                )
            picked.append((order[near], np.round(sorted_values[near], _DIGITS)))
        return cls(picked[0][0], picked[1][0], SourceGrid(picked[1][1], picked[0][1]))

    def area_m2(self) -> np.ndarray:
        """Area of each cell on the sphere, m2, (y, x)."""
        bands = EARTH_RADIUS**2 * np.diff(np.sin(np.deg2rad(cell_edges(self.grid.y))))
        return np.asarray(bands[:, None] * np.deg2rad(np.diff(cell_edges(self.grid.x))))


def read_edgar_file(
    file: MapFile, month: int, grid: Grid, config: EdgarConfig
) -> tuple[np.ndarray, SourceGrid, bool]:
    """Read one month of one map of EDGAR around a domain.

    Args:
        file: what its name says.
        month: 1 to 12.
        grid: of the domain.
        config: names of variables and units.

    Returns:
        Emissions, kg per cell in the month, (y, x) from the south-west; the grid; whether the file holds the
        year as a whole, which then is spread over the months by their days.

    Raises:
        InputError: when the contents are not those of EDGAR, naming the file, what was expected and got.
    """
    from netCDF4 import Dataset

    where = str(file.path)
    refuse_truncated(file.path)
    try:
        with Dataset(where) as data:
            data.set_auto_mask(False)
            axes = {axis: _axis(data, names, where) for axis, names in _AXES.items()}
            variable = _variable(data, file, config, where)
            window = Window.around(axes["lon"], axes["lat"], grid, where)
            times, values = _month_of(variable, window, month, where)
            units = str(getattr(variable, "units", "")).strip()
            fill = getattr(variable, "_FillValue", None)
    except (OSError, RuntimeError) as error:
        raise InputError(
            "no NetCDF file, or it cannot be read", where=where, remedy="Get the file anew"
        ) from error
    if times == 12 and file.month:
        raise InputError("its name says one month, it holds 12", where=where, remedy="Get the file anew")
    whole_year = times == 1 and not file.month
    if fill is not None:
        values = np.where(np.isnan(values) if np.isnan(fill) else values == fill, 0.0, values)
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise InputError("expected emissions of 0 or more", where=where, remedy="Get the file anew")
    days = calendar.monthrange(file.year, month)[1]
    return values * _factor(units, window, days, whole_year, file, config), window.grid, whole_year


def _factor(
    units: str, window: Window, days: int, whole_year: bool, file: MapFile, config: EdgarConfig
) -> np.ndarray | float:
    """What turns the stored values into kg in the month."""
    kind = config.units.get(units) or config.units.get(units.lower())
    if kind is None:
        raise InputError(
            f"units: expected one of {', '.join(config.units)}, got {units[:40]!r}",
            where=str(file.path),
            remedy="Add the unit to configs/inventory/edgar.yaml",
        )
    if kind == "flux":
        return window.area_m2() * days * _DAY_S
    year = 366 if calendar.isleap(file.year) else 365
    return 1000.0 * days / year if whole_year else 1000.0


def _axis(data: Any, names: tuple[str, ...], where: str) -> np.ndarray:
    for name in names:
        if name in data.variables and data[name].ndim == 1 and data[name].size > 2:
            return np.asarray(data[name][:], float)
    raise InputError(f"expected a coordinate {names[0]!r}", where=where, remedy="Give a NetCDF file of EDGAR")


def _variable(data: Any, file: MapFile, config: EdgarConfig, where: str) -> Any:
    wanted = [name.format(species=file.name) for name in config.variables]
    by_lower = {name.lower(): name for name in data.variables}
    for name in wanted:
        if name in by_lower:
            return data[by_lower[name]]
    maps = [one for one in data.variables.values() if one.ndim >= 2 and {*_AXES["lat"]} & {*one.dimensions}]
    if len(maps) == 1:
        return maps[0]
    raise InputError(
        f"expected one of the variables {', '.join(wanted)}, got {', '.join(data.variables)}"[:200],
        where=where,
        remedy="Give a NetCDF file of EDGAR",
    )


def _month_of(variable: Any, window: Window, month: int, where: str) -> tuple[int, np.ndarray]:
    """Number of times in a file, and the map of a month in the window, from the south-west."""
    dims = [name.lower() for name in variable.dimensions]
    if len(dims) not in (2, 3) or dims[-2] not in _AXES["lat"] or dims[-1] not in _AXES["lon"]:
        raise InputError(f"{variable.name}: expected (time, lat, lon) or (lat, lon), got ({', '.join(dims)})",
                         where=where, remedy="Give a NetCDF file of EDGAR")  # fmt: skip
    times = variable.shape[0] if len(dims) == 3 else 1
    if times not in (1, 12):
        raise InputError(
            f"{variable.name}: expected 1 or 12 times, got {times}", where=where, remedy="Get the file anew"
        )
    first = () if len(dims) == 2 else (month - 1 if times == 12 else 0,)
    low, high = window.rows.min(), window.rows.max() + 1
    band = np.asarray(variable[(*first, slice(low, high), slice(None))], float)
    return times, band[window.rows - low][:, window.columns]
