"""Hourly station values crawled from pm25.in: gappy, named by city and station, with rows of other cities."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from foundation.places import gazetteer
from observations.assembling import Part, read_parts
from observations.readers.rows import part_of, station_unlisted, stations_of_rows, unknown_places
from observations.reading import Problem, Reading
from observations.stations import Station, registry
from observations.table_times import times_of
from observations.tables import Table, open_table
from observations.vocabulary import Vocabulary, vocabulary


def read(paths: Sequence[Path], places: Sequence[str] | None = None) -> Reading:
    """Read hourly values of stations that are named, not coded.

    Args:
        paths: CSV files.
        places: only these, by any name; all when None.

    Raises:
        InputError: when nothing can be used; names file, row and column.
    """
    words = vocabulary("pm25in")
    return read_parts(paths, lambda path: _read_file(path, words), words, places)


def _read_file(path: Path, words: Vocabulary) -> Part:
    table = open_table(path, words)
    times, problems = times_of(table, words.keys["time"], words.time_formats)
    city, name = table.columns[words.keys["city"]], table.columns[words.keys["station"]]
    codes, stations = stations_of_rows([city, name], _station)
    problems += unknown_places(table, words.keys["city"], codes)
    problems += leave_out_elsewhere(table, words, codes)
    return part_of(table, words, times, (codes, stations), problems)


def _station(city: str, name: str) -> Station | None:
    place = gazetteer().find(city)
    if place is None or not name:
        return None
    return registry().find_by_name(place.id, name) or station_unlisted(f"{place.id}:{name}", name, place.id)


def leave_out_elsewhere(table: Table, words: Vocabulary, codes: np.ndarray) -> list[Problem]:
    """Blank the codes of stations that the provider lists under a place in which they do not stand."""
    city, name = table.columns[words.keys["city"]], table.columns[words.keys["station"]]
    problems: list[Problem] = []
    for entry in words.elsewhere:
        rows = (city == entry.city) & (name == entry.station)
        codes[rows] = ""
        what = f"left out: {entry.city} {entry.station} {entry.reason}"
        problems += table.problem_of(rows, what=what, column=words.keys["station"])
    return problems
