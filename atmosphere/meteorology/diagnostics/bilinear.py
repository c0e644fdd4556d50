"""Where a point lies among the centres of a grid, and values there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.errors import InputError

_CIRCLE = 360.0


@dataclass(frozen=True)
class Corners:
    """The four centres around a point and their weights.

    Attributes:
        rows: two rows of the grid.
        columns: two columns.
        weights: shape (2, 2), of row by column; they sum to 1.
    """

    rows: np.ndarray
    columns: np.ndarray
    weights: np.ndarray

    def value(self, field: xr.DataArray) -> np.ndarray:
        """Bilinear value of a field whose last dimensions are y and x; the other dimensions stay."""
        around = field.isel(
            y=xr.DataArray(self.rows, dims="row"), x=xr.DataArray(self.columns, dims="column")
        )
        values = np.asarray(around.transpose(..., "row", "column").values, dtype=float)
        return np.asarray((values * self.weights).sum(axis=(-2, -1)))


def node(row: int, column: int) -> Corners:
    """One centre alone, as if it were a point between four."""
    return Corners(np.array([row, row]), np.array([column, column]), np.array([[1.0, 0.0], [0.0, 0.0]]))


def corners_of(weather: xr.Dataset, lon: float, lat: float) -> Corners:
    """The four grid centres around a point.

    A grid in degrees that goes round the earth is closed at its seam; elsewhere 360° may be added to the
    point's longitude or taken from it.

    Args:
        weather: of the contract METEOROLOGY.
        lon: degrees east.
        lat: degrees north.

    Raises:
        InputError: when the point is none or lies outside the grid; says when lon and lat look swapped.
    """
    refuse_swapped(lon, lat)
    try:
        return _corners(weather, lon, lat)
    except _OutsideError as error:
        raise InputError(
            f"lon {lon:g}, lat {lat:g} lies outside the weather's area, {_area(weather)}"
            f"{_hint(weather, lon, lat)}",
            where=str(weather.attrs.get("source", "")), remedy="Choose a point inside, or another file",
        ) from error  # fmt: skip


def refuse_swapped(lon: float, lat: float) -> None:
    """Refuse what is no point, and a pair that lies in Central Asia only when it is swapped.

    Raises:
        InputError: in one line.
    """
    if not (np.isfinite([lon, lat]).all() and -180.0 <= lon <= _CIRCLE and -90.0 <= lat <= 90.0):
        swapped = "; they look swapped" if abs(lat) > 90.0 and abs(lon) <= 90.0 else ""
        raise InputError(
            f"lon {lon:g}, lat {lat:g} is no point on the earth{swapped}",
            remedy="Give degrees east and north",
        )
    if 30.0 <= lon <= 55.0 and 65.0 <= lat <= 90.0:
        raise InputError(
            f"lon {lon:g}, lat {lat:g} look swapped: the Arctic Ocean; {lat:g}°E, {lon:g}°N is Central Asia",
            remedy="Give --lon first in degrees east, --lat in degrees north",
        )


class _OutsideError(Exception):
    """The point is not within the grid."""


def _corners(weather: xr.Dataset, lon: float, lat: float) -> Corners:
    x, y = weather["x"].values.astype(float), weather["y"].values.astype(float)
    across, up = _projected(weather, lon, lat)
    row, row_share = _between(y, up)
    geographic = _is_geographic(weather)
    closed = geographic and x[-1] - x[0] + 1.5 * (x[1] - x[0]) > _CIRCLE
    if closed:
        x = np.append(x, x[0] + _CIRCLE)
    if geographic:
        across = x[0] + (across - x[0]) % _CIRCLE
    column, column_share = _between(x, across)
    next_column = (column + 1) % len(weather["x"])
    return Corners(
        np.array([row, row + 1]), np.array([column, next_column]),
        np.outer([1 - row_share, row_share], [1 - column_share, column_share]),
    )  # fmt: skip


def _between(axis: np.ndarray, value: float) -> tuple[int, float]:
    if len(axis) < 2 or not (np.isfinite(value) and axis[0] <= value <= axis[-1]):
        raise _OutsideError
    index = min(int(np.searchsorted(axis, value, side="right")) - 1, len(axis) - 2)
    return index, (value - axis[index]) / (axis[index + 1] - axis[index])


def _is_geographic(weather: xr.Dataset) -> bool:
    import pyproj

    return bool(pyproj.CRS.from_user_input(weather.attrs["crs"]).is_geographic)


def _projected(weather: xr.Dataset, lon: float, lat: float) -> tuple[float, float]:
    if _is_geographic(weather):
        return lon, lat
    import pyproj

    across, up = pyproj.Proj(weather.attrs["crs"])(lon, lat)
    return float(across), float(up)


def _area(weather: xr.Dataset) -> str:
    lon, lat = weather["lon"].values, weather["lat"].values
    return f"{lon.min():g} to {lon.max():g}°E, {lat.min():g} to {lat.max():g}°N"


def _hint(weather: xr.Dataset, lon: float, lat: float) -> str:
    try:
        _corners(weather, lat, lon)
    except _OutsideError:
        return ""
    return "; lon and lat look swapped"
