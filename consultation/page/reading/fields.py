"""Frames of gridded products, chunk by chunk, packed into 16 bits a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.reading.caches import BoundedCache
from consultation.page.reading.inspection import Run
from consultation.products import first_line

__all__ = ["FIELDS", "MISSING", "WEATHER", "GriddedProduct", "Grids", "Packed", "pack"]

FIELDS, WEATHER = "fields.zarr", "weather.zarr"
MISSING = 65535
_LARGEST_CODE = 65534


@dataclass(frozen=True)
class GriddedProduct:
    """An open Zarr product of a run, of which nothing but coordinates is in memory.

    Attributes:
        dataset: `concentration` (lead_time, species, y, x), or weather variables (lead_time, y, x).
        valid_time: ends of hours, UTC, (lead_time,).
        names: species of the fields, or variables of the weather.
    """

    dataset: xr.Dataset
    valid_time: np.ndarray
    names: tuple[str, ...]

    @property
    def lon(self) -> np.ndarray:
        """Centres of cells from west to east, degrees, (x,)."""
        return np.asarray(self.dataset["x"].values, dtype=float)

    @property
    def lat(self) -> np.ndarray:
        """Centres of cells from south to north, degrees, (y,)."""
        return np.asarray(self.dataset["y"].values, dtype=float)

    def frames(self, name: str, hours: slice, stride: int = 1) -> np.ndarray:
        """Values of some hours, (lead_time, y, x); only the chunks that hold them are read.

        Raises:
            AbsentError: when they cannot be read.
        """
        try:
            if "species" in self.dataset.dims:
                chosen = self.dataset["concentration"].isel(species=self.names.index(name))
            else:
                chosen = self.dataset[name]
            read = chosen.isel(lead_time=hours).values
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise _unreadable(name, error) from error
        return np.asarray(read[:, ::stride, ::stride], dtype=float)


class Grids:
    """Open gridded products of runs."""

    def __init__(self) -> None:
        """Begin empty."""
        self._open: BoundedCache[GriddedProduct] = BoundedCache(32, lambda _: 1)

    def product(self, run: Run, name: str) -> GriddedProduct:
        """The fields or the weather of a run.

        Raises:
            AbsentError: when the run has none, or they cannot be read.
        """
        if not run.files.has(name):
            raise AbsentError(f"本次运行没有 {name}", f"This run holds no {name}")
        return self._open.get((run.id, run.revision, name), lambda: _opened(run.files.url(name), name))


def _opened(url: str, name: str) -> GriddedProduct:
    try:
        dataset = xr.open_dataset(
            url, engine="zarr", chunks=None, cache=False, consolidated=True, decode_timedelta=True
        )
        reference = dataset["reference_time"].values.astype("datetime64[ns]")
        valid = reference + dataset["lead_time"].values
        if "species" in dataset.dims:
            names = tuple(str(one) for one in dataset["species"].values)
        else:
            names = tuple(str(key) for key, one in dataset.data_vars.items() if one.ndim == 3)
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise _unreadable(name, error) from error
    return GriddedProduct(dataset, valid, names)


def _unreadable(name: str, error: Exception) -> AbsentError:
    said = first_line(error)
    return AbsentError(f"{name} 无法读取：{said}", f"{name} cannot be read: {said}", "unreadable")


@dataclass(frozen=True)
class Packed:
    """Values as 16-bit whole numbers, little end first: value = offset + scale x code; 65535 is missing."""

    codes: bytes
    scale: float
    offset: float
    largest: float | None


def pack(values: np.ndarray) -> Packed:
    """Pack values; the error is half of `scale`, 1/131068 of their range.

    Args:
        values: any shape; what is not a number is missing.
    """
    known = np.isfinite(values)
    low = float(values[known].min()) if known.any() else 0.0
    high = float(values[known].max()) if known.any() else 0.0
    scale = (high - low) / _LARGEST_CODE or 1.0
    codes = np.full(values.shape, MISSING, dtype="<u2")
    codes[known] = np.rint((values[known] - low) / scale).astype("<u2")
    return Packed(codes.tobytes(), scale, low, high if known.any() else None)
