"""Height of the ground, and the source function that Ginoux et al. (2001) make from it."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from emissions_inventory.natural.configuration import SourceFunctionConfig
from foundation.configuration import shipped_text
from foundation.errors import InputError

__all__ = ["Relief", "read_etopo", "shipped_relief", "source_function"]


_LOWEST_LAND_M = -430.0


@dataclass(frozen=True)
class Relief:
    """Mean height of cells of even size.

    Attributes:
        lon: of the centres, degrees east, ascending, (x,).
        lat: of the centres, degrees north, ascending, (y,).
        height: above the sea, m, (y, x).
        source: where it comes from.
    """

    lon: np.ndarray
    lat: np.ndarray
    height: np.ndarray
    source: str

    def at(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Height at places, bilinear between centres, m; shape of `lon`.

        Raises:
            InputError: when a place lies outside.
        """
        return self.interpolated(self.height, lon, lat)

    def interpolated(self, values: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Values (y, x) at places, as `at`."""
        if (
            lon.min() < self.lon[0]
            or lon.max() > self.lon[-1]
            or lat.min() < self.lat[0]
            or lat.max() > self.lat[-1]
        ):
            raise InputError(
                f"covers {self.lon[0]:g} to {self.lon[-1]:g}°E, {self.lat[0]:g} to {self.lat[-1]:g}°N; "
                f"the grid needs {lon.min():g} to {lon.max():g}°E, {lat.min():g} to {lat.max():g}°N",
                where=self.source, remedy="Give a terrain that covers it, with --terrain",
            )  # fmt: skip
        (row, up), (column, across) = _between(self.lat, lat), _between(self.lon, lon)
        south = (1 - across) * values[row, column] + across * values[row, column + 1]
        north = (1 - across) * values[row + 1, column] + across * values[row + 1, column + 1]
        return np.asarray((1 - up) * south + up * north)


def _between(axis: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of the centre below each value, and how far it lies towards the next, 0 to 1."""
    below = np.clip(np.searchsorted(axis, values, side="right") - 1, 0, len(axis) - 2)
    return below, (values - axis[below]) / (axis[below + 1] - axis[below])


@lru_cache(maxsize=1)
def shipped_relief() -> Relief:
    """Means of NOAA's ETOPO (20 minutes of arc) over cells of 1 degree, 48 to 112°E and 28 to 56°N."""
    rows = np.loadtxt(io.StringIO(shipped_text("dust_relief.csv")), delimiter=",", skiprows=1)
    lon, lat = np.unique(rows[:, 0]), np.unique(rows[:, 1])
    return Relief(lon, lat, rows[:, 2].reshape(lat.size, lon.size), "configs/dust_relief.csv")  # fmt: skip


def read_etopo(folder: str | Path) -> Relief:
    """Read ETOPO on 20 minutes of arc, as three compressed lists of numbers.

    Args:
        folder: holds `etopo20data.gz`, `etopo20lats.gz` and `etopo20lons.gz`.

    Raises:
        InputError: when one is missing, no list of numbers, or they do not fit each other.
    """
    values, lat, lon = (_numbers(Path(folder) / f"etopo20{name}.gz") for name in ("data", "lats", "lons"))
    growing = (np.diff(lat) > 0).all() and (np.diff(lon) > 0).all()
    if values.size != lat.size * lon.size or not growing:
        raise InputError(
            f"not heights of {lat.size} latitudes and {lon.size} longitudes that grow, got {values.size}",
            where=str(folder), remedy="Get the files again",
        )  # fmt: skip
    return Relief(lon, lat, values.reshape(lat.size, lon.size), str(folder))


def _numbers(file: Path) -> np.ndarray:
    try:
        with gzip.open(file, "rt", encoding="ascii") as stream:
            return np.array(stream.read().split(), dtype=float)
    except (OSError, EOFError, ValueError) as error:
        raise InputError(
            f"no compressed list of numbers ({error})", where=str(file),
            remedy="Give a folder with etopo20data.gz, etopo20lats.gz and etopo20lons.gz",
        ) from error  # fmt: skip


def source_function(relief: Relief, config: SourceFunctionConfig) -> np.ndarray:
    """How deep each cell lies in its surroundings, 0 to 1, (y, x).

    S = ((z_max - z) / (z_max - z_min))^5 with the highest and lowest ground of 10 by 10 degrees around
    (Ginoux et al. 2001, doi:10.1029/2000JD000053, eq. 1). What lies below the lowest land counts as that;
    at the terrain's edges the window is what there is of it.

    Args:
        relief: the terrain.
        config: width of the window and exponent.
    """
    ground = np.maximum(relief.height, _LOWEST_LAND_M)
    half = [int(config.window_deg / float(np.diff(axis).mean()) / 2) for axis in (relief.lat, relief.lon)]
    highest, lowest = _highest_around(ground, half), -_highest_around(-ground, half)
    depth = (highest - ground) / np.maximum(highest - lowest, 1e-9)
    return np.asarray(np.where(highest > lowest, depth, 0.0) ** config.exponent)


def _highest_around(values: np.ndarray, half: list[int]) -> np.ndarray:
    """Largest value within so many rows and columns, (y, x)."""
    for axis, reach in enumerate(half):
        width = [(reach, reach) if other == axis else (0, 0) for other in (0, 1)]
        padded = np.pad(values, width, constant_values=-np.inf)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=axis)
        values = windows.max(axis=-1)
    return values
