"""Values of reports on their way to the contract: what cannot be true is left out, and said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from foundation.atmospheric_contracts import SOUNDINGS, SURFACE_REPORTS
from foundation.contract_checks import Contract, Variable
from foundation.errors import InputError


class ReportTable:
    """Columns of surface reports, shape (report,), checked one by one.

    Args:
        where: the file.
        station: number or name of each report's station.
        time: UTC of each report, `datetime64[ns]`.
    """

    def __init__(self, where: str, station: Sequence[str], time: np.ndarray) -> None:
        self._where = where
        self._station = np.array(list(station), dtype=str)
        self._time = np.asarray(time, dtype="datetime64[ns]")
        self._columns: dict[str, np.ndarray] = {}
        self.refused: list[str] = []
        if not len(self._station):
            raise InputError("no report in the file", where=where, remedy="Check that it is the right file")

    def put(self, name: str, values: np.ndarray) -> None:
        """Add a column in SI units; values outside the contract's range become missing and are counted."""
        expected = _expected(SURFACE_REPORTS, name)
        self._columns[name] = within_range(name, values, expected, self.refused)

    def dataset(self, source: str) -> xr.Dataset:
        """The data set, checked; attributes `source`, `file` and `refused` (one line each)."""
        count = len(self._station)
        coords = {
            "report": ("report", np.arange(count)),
            "station": ("report", self._station),
            "time": ("report", self._time),
        }
        dataset = xr.Dataset(coords=coords, attrs={"source": source, "file": self._where})
        for name, values in self._columns.items():
            expected = _expected(SURFACE_REPORTS, name)
            dataset[name] = ("report", values, {"units": expected.units})
        placed = [name for name in SURFACE_REPORTS.coords if name in dataset.data_vars]
        return finished(dataset.set_coords(placed), SURFACE_REPORTS, self.refused)


def _expected(contract: Contract, name: str) -> Variable:
    return {**contract.coords, **contract.variables, **contract.optional}[name]


def within_range(name: str, values: np.ndarray, expected: Variable, refused: list[str]) -> np.ndarray:
    """Values as floats, NaN where they leave the range of the contract; `refused` gets a line about them."""
    numbers = np.asarray(values, dtype=float)
    low = -np.inf if expected.lowest is None else expected.lowest
    high = np.inf if expected.highest is None else expected.highest
    wrong = np.isinf(numbers) | (numbers < low) | (numbers > high)
    if wrong.any():
        example = numbers[wrong].ravel()[0]
        refused.append(
            f"{name}: {int(wrong.sum())} outside {low:g} to {high:g} {expected.units}, such as {example:g}"
        )
    return np.where(wrong, np.nan, numbers)


def finished(dataset: xr.Dataset, contract: Contract, refused: list[str]) -> xr.Dataset:
    """The data set checked against its contract, with what was refused."""
    dataset.attrs["refused"] = "; ".join(refused)
    return contract.check(dataset, str(dataset.attrs.get("file", "")))


def sounding_dataset(
    where: str, stations: list[dict[str, object]], columns: list[dict[str, np.ndarray]], refused: list[str]
) -> xr.Dataset:
    """Soundings of differing length as one data set, each padded with missing values to the longest.

    Args:
        where: the file.
        stations: for each sounding `station`, `time`, `lon`, `lat`, `station_height`.
        columns: for each sounding its variables by name, SI units, shape (level,).
        refused: lines about what was left out; more are added.
    """
    deepest = max(len(values["air_pressure"]) for values in columns)
    dataset = xr.Dataset(attrs={"source": "TEMP BUFR", "file": where})
    for name, expected in SOUNDINGS.coords.items():
        values = np.array([station[name] for station in stations])
        if expected.units is not None:
            values = within_range(name, values, expected, refused)
        attributes = {} if expected.units is None else {"units": expected.units}
        dataset.coords[name] = ("station", values, attributes)
    for name, expected in SOUNDINGS.variables.items():
        padded = np.full((len(columns), deepest), np.nan)
        for row, column in enumerate(columns):
            padded[row, : len(column[name])] = column[name]
        kept = within_range(name, padded, expected, refused)
        dataset[name] = (("station", "level"), kept, {"units": expected.units})
    return finished(dataset, SOUNDINGS, refused)
