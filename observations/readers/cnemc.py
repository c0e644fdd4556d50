"""Hourly snapshots of the national real-time release, with the 24 h means and indices published beside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from foundation.places import gazetteer
from foundation.times import utc_from_beijing
from foundation.units import si_factor
from observations.assembling import Part, read_parts
from observations.readers.rows import part_of, station_unlisted, stations_of_rows, unknown_places
from observations.reading import Problem, Reading
from observations.stations import Station, registry
from observations.table_times import times_of
from observations.tables import Table, numbers_of, open_table
from observations.vocabulary import Vocabulary, vocabulary


def read(paths: Sequence[Path], places: Sequence[str] | None = None) -> Reading:
    """Read hourly values of coded stations; stations outside the known places are left out and reported.

    Args:
        paths: CSV files, one or many hours each.
        places: only these, by any name; all when None.

    Raises:
        InputError: when nothing can be used; names file, row and column.
    """
    words = vocabulary("cnemc")
    return read_parts(paths, lambda path: _read_file(path, words), words, places)


def read_published(path: Path) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read what the release publishes beside the hourly values, row by row as in the file.

    Returns:
        A table with `row` (line in the file), `time` (UTC), `station`, `aqi`, `primary` (as written), the
        hourly concentrations under the names of the pollutants and the published ones under the names of
        their columns (`pm2_5_24h`, ..., `o3_8h`), all in kg m-3; and what could not be read.

    Raises:
        InputError: when the file cannot be read or lacks a column.
    """
    words = vocabulary("cnemc")
    table = open_table(path, words)
    times, problems = times_of(table, words.keys["time"], words.time_formats)
    index, bad = numbers_of(table, "aqi", words.missing)
    problems += bad
    columns: dict[str, np.ndarray] = {
        "row": table.lines,
        "time": utc_from_beijing(times),
        "station": table.columns[words.keys["code"]],
        "aqi": index,
        "primary": table.columns["primarypollutant"],
    }
    named = [(column.pollutant, column) for column in words.concentrations]
    for name, column in (*named, *((column.name, column) for column in words.published)):
        values, bad = numbers_of(table, column.name, words.missing)
        columns[name] = values * si_factor(column.unit, column.pollutant)
        problems += bad
    return pd.DataFrame(columns), (*table.problems, *problems)


def _read_file(path: Path, words: Vocabulary) -> Part:
    table = open_table(path, words)
    times, problems = times_of(table, words.keys["time"], words.time_formats)
    keys = [table.columns[words.keys[role]] for role in ("code", "city", "station")]
    codes, stations = stations_of_rows(keys, _station)
    problems += unknown_places(table, words.keys["city"], codes)
    stations = _with_coordinates(table, words, codes, stations)
    return part_of(table, words, times, (codes, stations), problems)


def _station(code: str, city: str, name: str) -> Station | None:
    known = registry().find(code)
    if known is not None:
        return known
    place = gazetteer().find(city)
    return station_unlisted(code, name, place.id) if place and code else None


def _with_coordinates(
    table: Table, words: Vocabulary, codes: np.ndarray, stations: dict[str, Station]
) -> dict[str, Station]:
    """Stations that are not in the registry get the coordinates of the file."""
    placed = dict(stations)
    for code, station in stations.items():
        if np.isnan(station.lon):
            row = int(np.argmax(codes == code))
            lon, lat = (_number(table.columns[words.keys[role]][row]) for role in ("lon", "lat"))
            background = "对照点" in station.chinese
            placed[code] = station.model_copy(update={"lon": lon, "lat": lat, "background": background})
    return placed


def _number(text: str) -> float:
    value = pd.to_numeric(pd.Series([text]), errors="coerce").iloc[0]
    return float(value) if np.isfinite(value) else float("nan")
