"""PM10 and PM2.5 of stations or places on regular steps, as rules and detector take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.errors import ContractError
from observations.quality_control import usable
from observations.regular import RegularTimes, regular_times

_LEAST = 1e-15
"""kg m-3; PM10 below, a millionth of a µg/m³, is none."""


@dataclass(frozen=True)
class Particles:
    """PM10 and PM2.5 on every step from the first to the last.

    Attributes:
        dim: `station` or `place`.
        names: code or id of each column.
        places: id of the place in which each column stands.
        averaging: `hour` or `day`.
        steps: the regular steps.
        coarse: PM10, kg m-3, NaN where missing or not usable, shape (step, column).
        fine: PM2.5, the same.
    """

    dim: str
    names: tuple[str, ...]
    places: tuple[str, ...]
    averaging: str
    steps: RegularTimes
    coarse: np.ndarray
    fine: np.ndarray

    @property
    def ratio(self) -> np.ndarray:
        """PM2.5/PM10, NaN where either is missing or there is no PM10."""
        out = np.full(self.coarse.shape, np.nan)
        return np.asarray(np.divide(self.fine, self.coarse, out=out, where=self.coarse > _LEAST))

    @property
    def level(self) -> np.ndarray:
        """PM10, and PM2.5 as its lower bound where PM10 is missing, kg m-3."""
        return np.where(np.isfinite(self.coarse), self.coarse, self.fine)

    def laid_out(self, values: np.ndarray, name: str, attributes: dict[str, str]) -> xr.DataArray:
        """Values (step, column) on the times of the data set they came from."""
        coords = {"time": self.steps.times[self.steps.index], self.dim: list(self.names)}
        return xr.DataArray(values[self.steps.index], coords, ("time", self.dim), name, attributes)


def particles_of(dataset: xr.Dataset) -> Particles:
    """PM10 and PM2.5 of a data set that keeps `observations` or `place_observations`.

    Values of stations that are flagged as not usable are left out; means of places hold none of them.

    Raises:
        ContractError: when the averaging is neither `hour` nor `day`, or times lie off the steps.
    """
    averaging = str(dataset.attrs.get("averaging", ""))
    if averaging not in {"hour", "day"}:
        raise ContractError(f"'averaging': expected 'hour' or 'day', got {averaging!r}")
    dim = "station" if "station" in dataset.dims else "place"
    steps = regular_times(dataset["time"].values, averaging)
    coarse, fine = (steps.spread(_measured(dataset, name, dim)) for name in ("pm10", "pm25"))
    names = _texts(dataset[dim].values)
    places = _texts(dataset["place"].values)
    return Particles(dim, names, places, averaging, steps, coarse, fine)


def _measured(dataset: xr.Dataset, name: str, dim: str) -> np.ndarray:
    values = dataset[name].transpose("time", dim).values.astype(float)
    if dim == "place":
        return values
    return np.where(usable(dataset, name).transpose("time", dim).values, values, np.nan)


def _texts(values: Sequence[object] | np.ndarray) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def missing_just_before(present: np.ndarray, index: int) -> int:
    """How many steps without a value end just before a step.

    Args:
        present: whether there is a value, shape (step,).
        index: the step.
    """
    earlier = np.flatnonzero(present[:index])
    return index - 1 - int(earlier[-1]) if earlier.size else index
