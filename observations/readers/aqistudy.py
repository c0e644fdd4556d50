"""Daily city files of the aqistudy archive: no header, one city a file, Beijing calendar days."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from foundation.places import gazetteer
from observations.assembling import Part, read_parts
from observations.readers.rows import part_of, stations_of_rows, unknown_places
from observations.reading import Reading
from observations.stations import Station
from observations.table_times import times_of
from observations.tables import open_table
from observations.vocabulary import Vocabulary, vocabulary


def read(paths: Sequence[Path], places: Sequence[str] | None = None) -> Reading:
    """Read daily city values; a city is one pseudo-station whose code is the id of its place.

    Args:
        paths: CSV files.
        places: only these, by any name; all when None.

    Raises:
        InputError: when nothing can be used; names file, row and column.
    """
    words = vocabulary("aqistudy")
    return read_parts(paths, lambda path: _read_file(path, words), words, places)


def _read_file(path: Path, words: Vocabulary) -> Part:
    table = open_table(path, words)
    times, problems = times_of(table, words.keys["time"], words.time_formats)
    stations = stations_of_rows([table.columns[words.keys["city"]]], _city)
    problems += unknown_places(table, words.keys["city"], stations[0])
    return part_of(table, words, times, stations, problems)


def _city(name: str) -> Station | None:
    place = gazetteer().find(name)
    if place is None:
        return None
    return Station(
        code=place.id,
        chinese=place.chinese,
        english=place.english,
        place=place.id,
        lon=place.lon,
        lat=place.lat,
    )
