"""Rows of a table that have a time and a station: the part of reading all providers share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from foundation.times import utc_from_beijing
from observations.assembling import Part
from observations.reading import Problem
from observations.stations import Station
from observations.tables import Table, concentrations_of, no_usable_row
from observations.vocabulary import Vocabulary


def part_of(
    table: Table,
    words: Vocabulary,
    times: np.ndarray,
    stations: tuple[np.ndarray, dict[str, Station]],
    problems: list[Problem],
) -> Part:
    """The usable rows of a table: those with a time on the hour and a known station.

    Args:
        table: text of the file.
        words: the provider's vocabulary.
        times: naive Beijing times, `datetime64[s]`, NaT where unread, shape (row,).
        stations: station code of each row, empty where unknown, and the stations of these codes.
        problems: found while times and stations were read.

    Raises:
        InputError: when no row is usable.
    """
    codes, known = stations
    off = ~np.isnat(times) & (times != times.astype("datetime64[h]"))
    problems += table.problem_of(
        off,
        what="a time that is not a whole hour",
        column=words.keys.get("time", ""),
        remedy="Give hourly means, labelled with the end of their hour",
    )
    good = ~np.isnat(times) & ~off & (codes != "")
    values: dict[str, np.ndarray] = {}
    for column in words.concentrations:
        numbers, bad = concentrations_of(table, column, words.missing)
        values[column.pollutant] = numbers[good]
        problems += bad
    everything = (*table.problems, *problems)
    if not good.any():
        raise no_usable_row(table.file, everything)
    used = {code: known[code] for code in np.unique(codes[good]).tolist()}
    return Part(utc_from_beijing(times[good]), codes[good], values, used, everything, len(table.lines))


def stations_of_rows(
    keys: list[np.ndarray], find: Callable[..., Station | None]
) -> tuple[np.ndarray, dict[str, Station]]:
    """Station code of each row, from cells that name it; each distinct combination is looked up once.

    Args:
        keys: text columns, each of shape (row,).
        find: gives the station for one cell of each column, or None.

    Returns:
        Codes, empty where none is known, and the stations of these codes.
    """
    found: dict[tuple[str, ...], Station | None] = {}
    codes: list[str] = []
    for cells in zip(*(key.tolist() for key in keys), strict=True):
        if cells not in found:
            found[cells] = find(*cells)
        station = found[cells]
        codes.append(station.code if station else "")
    stations = {station.code: station for station in found.values() if station}
    return np.asarray(codes, dtype=object), stations


def unknown_places(table: Table, column: str, codes: np.ndarray) -> list[Problem]:
    """One problem for each name in a column that is no place of the gazetteer."""
    problems: list[Problem] = []
    for name in dict.fromkeys(table.columns[column][codes == ""].tolist()):
        rows = (codes == "") & (table.columns[column] == name)
        problems += table.problem_of(
            rows,
            what=f"unknown place {name[:40]!r}",
            column=column,
            remedy="Correct the name, or add it as an alias in configs/places.yaml",
        )
    return problems


def station_unlisted(code: str, name: str, place: str) -> Station:
    """A station in a known place that is not in the registry; its coordinates are not known."""
    return Station(code=code, chinese=name, english=name, place=place, lon=float("nan"), lat=float("nan"))
