"""UCI data set 501: twelve Beijing stations, hourly, CO in µg/m³; the published benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from observations.assembling import Part, read_parts
from observations.readers.rows import part_of, stations_of_rows, unknown_places
from observations.reading import Problem, Reading
from observations.stations import Station, registry
from observations.table_times import plausible_times
from observations.tables import Table, numbers_of, open_table
from observations.vocabulary import Vocabulary, vocabulary

_PLACE = "beijing"


def read(paths: Sequence[Path], places: Sequence[str] | None = None) -> Reading:
    """Read hourly values of the Beijing stations.

    Args:
        paths: CSV or csv.gz files.
        places: only these, by any name; all when None.

    Raises:
        InputError: when nothing can be used; names file, row and column.
    """
    words = vocabulary("uci")
    return read_parts(paths, lambda path: _read_file(path, words), words, places)


def _read_file(path: Path, words: Vocabulary) -> Part:
    table = open_table(path, words)
    times, problems = times_of_rows(table, words)
    name = table.columns[words.keys["station"]]
    codes, stations = stations_of_rows([name], station_named)
    problems += unknown_places(table, words.keys["station"], codes)
    return part_of(table, words, times, (codes, stations), problems)


def station_named(name: str) -> Station | None:
    """The station of Beijing of a name; None where there is none."""
    return registry().find_by_name(_PLACE, name)


def times_of_rows(table: Table, words: Vocabulary) -> tuple[np.ndarray, list[Problem]]:
    """Naive Beijing times from year, month, day and hour; NaT and a problem where they are none."""
    parts, problems = {}, []
    for role in ("year", "month", "day", "hour"):
        parts[role], bad = numbers_of(table, words.keys[role], words.missing)
        problems += bad
    whole = np.all([(value % 1 == 0) & (value >= 0) & (value < 1e4) for value in parts.values()], axis=0)
    whole &= parts["hour"] < 24
    digits = np.where(whole, parts["year"] * 1e4 + parts["month"] * 1e2 + parts["day"], 0).astype(int)
    days = pd.to_datetime(pd.Series(digits.astype(str)), format="%Y%m%d", errors="coerce")
    hours = np.where(whole, parts["hour"], 0).astype("timedelta64[h]")
    times = days.to_numpy().astype("datetime64[s]") + hours
    times, unread = plausible_times(table, words.keys["year"], times, "year, month, day and hour 0 to 23")
    return times, problems + unread
