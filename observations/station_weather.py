"""Weather beside the measurements of a table: SI, CF names, wind as a vector.

Wind comes as a speed and one of sixteen sectors from which it blows; the vector points to where it goes:
`u = -s sin(d)`, `v = -s cos(d)` (WMO-No. 8, 2018, volume I, chapter 5). A calm has no direction and a vector
of zero; a wind without a direction has a speed and no vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from foundation.errors import InputError
from foundation.times import utc_from_beijing
from observations.assembling import station_coordinates
from observations.providers import files_of
from observations.readers.rows import stations_of_rows, unknown_places
from observations.readers.uci import station_named, times_of_rows
from observations.reading import Problem
from observations.stations import registry
from observations.tables import Table, no_usable_row, numbers_of, open_table
from observations.vocabulary import Vocabulary, vocabulary
from observations.weather_columns import SPEED, Quantity, WeatherColumns, weather_columns

WIND = ("eastward_wind_10m", "northward_wind_10m")


@dataclass(frozen=True)
class WeatherReading:
    """Weather read from files.

    Attributes:
        dataset: (time, station) in SI, float64, NaN where missing; times are UTC and end the hour.
        problems: what could not be used, file by file.
        files: files that were used.
    """

    dataset: xr.Dataset
    problems: tuple[Problem, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class _Rows:
    times: np.ndarray
    codes: np.ndarray
    values: dict[str, np.ndarray]
    problems: tuple[Problem, ...]


def read_station_weather(path: str | Path) -> WeatherReading:
    """Read the weather columns of UCI data set 501.

    Args:
        path: a file, or a folder of files; CSV or csv.gz.

    Returns:
        Temperature, dew point, pressure, precipitation, wind speed and the wind vector, at the stations and
        times of the files; the first row of a station's hour counts.

    Raises:
        InputError: when a file is absent, lacks a column or has no usable row; names file, row and column.
    """
    words, columns = vocabulary("uci"), weather_columns()
    needed = (*(quantity.column for quantity in columns.quantities), columns.direction)
    files = files_of(Path(path))
    parts = [_read_file(file, words, columns, needed) for file in files]
    problems = tuple(problem for part in parts for problem in part.problems)
    return WeatherReading(_dataset(parts, columns), problems, tuple(map(str, files)))


def _read_file(path: Path, words: Vocabulary, columns: WeatherColumns, needed: tuple[str, ...]) -> _Rows:
    table = open_table(path, words)
    lacking = [name for name in needed if name not in table.columns]
    if lacking:
        raise InputError(
            f"missing column {lacking[0]!r}; got {', '.join(table.columns)[:200]}",
            where=str(path), remedy="Add the column or name it so",
        )  # fmt: skip
    times, problems = times_of_rows(table, words)
    codes, _ = stations_of_rows([table.columns[words.keys["station"]]], station_named)
    problems += unknown_places(table, words.keys["station"], codes)
    values: dict[str, np.ndarray] = {}
    for quantity in columns.quantities:
        values[quantity.variable], bad = _numbers(table, quantity, words)
        problems += bad
    vector, bad = _vector(table, values[SPEED], words, columns)
    everything = (*table.problems, *problems, *bad)
    good = ~np.isnat(times) & (codes != "")
    if not good.any():
        raise no_usable_row(path, everything)
    values |= dict(zip(WIND, vector, strict=True))
    used = {name: column[good] for name, column in values.items()}
    return _Rows(utc_from_beijing(times[good]), codes[good].astype(str), used, everything)


def _numbers(table: Table, quantity: Quantity, words: Vocabulary) -> tuple[np.ndarray, list[Problem]]:
    """A column in SI; what weather cannot be is NaN, with a problem."""
    read, problems = numbers_of(table, quantity.column, words.missing)
    values = read * quantity.factor + quantity.offset
    with np.errstate(invalid="ignore"):
        absurd = np.isfinite(read) & ~((values >= quantity.lowest) & (values <= quantity.highest))
    absurd |= np.isinf(read)
    if absurd.any():
        low, high = (
            (limit - quantity.offset) / quantity.factor for limit in (quantity.lowest, quantity.highest)
        )
        what = (
            f"{read[int(np.argmax(absurd))]:g} is no {quantity.standard_name.replace('_', ' ')}; "
            f"expected {low:.4g} to {high:.4g} {quantity.unit}"
        )
        problems += table.problem_of(absurd, what, quantity.column, "Correct the value or leave it empty")
    return np.where(absurd, np.nan, values), problems


def _vector(
    table: Table, speed: np.ndarray, words: Vocabulary, columns: WeatherColumns
) -> tuple[list[np.ndarray], list[Problem]]:
    """Eastward and northward wind."""
    cells = table.columns[columns.direction]
    degrees = {name: number * 360.0 / len(columns.sectors) for number, name in enumerate(columns.sectors)}
    known = {**degrees, **dict.fromkeys((*columns.calm, *words.missing), np.nan)}
    strange = np.array([cell not in known for cell in cells])
    what = f"{str(cells[int(np.argmax(strange))])[:40]!r} is not a wind direction"
    remedy = f"Write one of {', '.join(columns.sectors[:4])} and so on, or leave it empty"
    problems = table.problem_of(strange, what, columns.direction, remedy)
    angle = np.deg2rad(np.array([known.get(cell, np.nan) for cell in cells]))
    calm = (speed == 0) | np.isin(cells.astype(str), columns.calm)
    parts = (-speed * np.sin(angle), -speed * np.cos(angle))
    return [np.where(calm & np.isfinite(speed), 0.0, part) for part in parts], problems


def _dataset(parts: list[_Rows], columns: WeatherColumns) -> xr.Dataset:
    times, row = np.unique(np.concatenate([part.times for part in parts]), return_inverse=True)
    codes, column = np.unique(np.concatenate([part.codes for part in parts]), return_inverse=True)
    first, cell = np.full(len(times) * len(codes), -1), row * len(codes) + column
    first[cell[::-1]] = np.arange(len(cell))[::-1]
    attributes = {
        quantity.variable: (quantity.standard_name, quantity.units) for quantity in columns.quantities
    }
    attributes |= {name: (name.removesuffix("_10m"), "m s-1") for name in WIND}
    variables = {}
    for name, (standard_name, units) in attributes.items():
        rows = np.concatenate([*(part.values[name] for part in parts), [np.nan]])
        grid = rows[first].reshape(len(times), len(codes))
        variables[name] = (("time", "station"), grid, {"standard_name": standard_name, "units": units})
    coords = {"time": times, **station_coordinates([registry().station(code) for code in codes])}
    return xr.Dataset(
        variables, coords, {"averaging": "hour", "source": columns.source, "provider": columns.provider}
    )
