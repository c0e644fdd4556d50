"""Means measured at a receptor, and which of them holds an instant of arrival.

An hourly mean is labelled with the end of its hour: air that arrives at 12:20 is in the mean labelled
13:00, and air that arrives at 12:00 in the one labelled 12:00. A daily mean belongs to a Beijing day; air
that arrives at 00:00 is in the last hour of the day before, as in the daily means of the standard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from foundation.contracts import place_observations
from foundation.errors import ContractError, InputError
from foundation.pollutants import POLLUTANTS
from foundation.times import HOUR, day_of_hour, start_of_day
from foundation.units import to_display
from observations.quality_control import usable

__all__ = ["Averaging", "ConcentrationSeries", "label_of_arrival", "series_of_places"]

Averaging = Literal["hour", "day"]


@dataclass(frozen=True)
class ConcentrationSeries:
    """Means at a receptor: of a pollutant, or of the contribution of a factor or a species.

    Attributes:
        receptor: its name, as the trajectories have it.
        name: of what is measured, such as `pm25`.
        unit: of the values.
        averaging: `hour`, labelled with the end, or `day`, labelled with the start of the Beijing day.
        times: labels in UTC, strictly increasing, shape (time,).
        values: not negative; NaN where not measured.

    Raises:
        ContractError: naming what is wrong.
    """

    receptor: str
    name: str
    unit: str
    averaging: Averaging
    times: np.ndarray
    values: np.ndarray

    def __post_init__(self) -> None:
        """Check times and values."""
        where = f"{self.name} at {self.receptor}"
        if self.averaging not in {"hour", "day"}:
            raise ContractError(f"averaging: expected hour or day, got {self.averaging!r}", where=where)
        if self.times.shape != self.values.shape or self.times.ndim != 1:
            got = f"{self.times.shape} and {self.values.shape}"
            raise ContractError(f"expected as many values as times, got shapes {got}", where=where)
        if self.times.dtype.kind != "M" or np.isnat(self.times).any():
            raise ContractError("expected times in UTC, none missing", where=where)
        if (self.times[1:] <= self.times[:-1]).any():
            raise ContractError("expected strictly increasing times", where=where)
        if np.isinf(self.values).any() or (self.values < 0).any():
            worst = self.values[np.isinf(self.values) | (self.values < 0)][0]
            raise ContractError(f"expected finite values of 0 or more, got {worst:g}", where=where)


def label_of_arrival(times: np.ndarray, averaging: Averaging) -> np.ndarray:
    """Label, UTC, of the hourly or daily mean that holds each instant of arrival."""
    exact = np.asarray(times, dtype="datetime64[ns]")
    whole = exact.astype("datetime64[h]").astype("datetime64[ns]")
    hours = np.where(whole < exact, whole + HOUR, whole)
    return hours if averaging == "hour" else start_of_day(day_of_hour(hours))


def series_of_places(
    observations: xr.Dataset, pollutant: str, places: Sequence[str]
) -> list[ConcentrationSeries]:
    """Series, in µg m-3 (CO mg m-3), of a data set that keeps `place_observations`.

    Values that carry an excluding flag are taken as not measured.

    Raises:
        ContractError: when it does not.
        InputError: when a place or the pollutant is not in it.
    """
    averaging = observations.attrs.get("averaging", "hour")
    place_observations(averaging).check(observations)
    if pollutant not in observations:
        raise InputError(f"no {pollutant!r} among the observations")
    held = observations["place"].values.astype(str)
    absent = sorted(set(places) - set(held))
    if absent:
        raise InputError(f"no measurements at {', '.join(absent)}", remedy=f"Places: {', '.join(held)}")
    unit = POLLUTANTS[pollutant].display_unit
    times, values = (
        observations["time"].values,
        observations[pollutant].where(usable(observations, pollutant)),
    )
    columns = [int(np.argmax(held == place)) for place in places]
    return [
        ConcentrationSeries(
            place, pollutant, unit, averaging, times, to_display(values.values[:, column], pollutant)
        )
        for place, column in zip(places, columns, strict=True)
    ]
