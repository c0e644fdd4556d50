"""OpenAQ's long tables: one value a row, each with its own unit; archive, explorer and version 2 layouts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from foundation.configuration import Config, load_shipped
from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.pollutants import HOURLY
from foundation.units import si_factor
from observations.assembling import Part, read_parts
from observations.readers.rows import stations_of_rows
from observations.reading import Problem, Reading
from observations.stations import Station
from observations.table_times import plausible_times
from observations.tables import Table, check_unit, no_usable_row, numbers_of, table_of
from observations.text_files import read_records
from observations.vocabulary import Origin


class Layout(Config):
    """One of the forms OpenAQ has exported; `keys` is role to column."""

    name: str
    keys: dict[str, str]


class OpenaqVocabulary(Origin):
    """Layouts, names of parameters and texts for missing values of OpenAQ."""

    names: dict[str, str]
    missing: tuple[str, ...]
    nearest_place_km: float
    layouts: tuple[Layout, ...]

    def layout(self, header: Sequence[str]) -> Layout | None:
        """The layout whose columns are all in a header."""
        return next((one for one in self.layouts if set(one.keys.values()) <= set(header)), None)


@lru_cache(maxsize=1)
def openaq_vocabulary() -> OpenaqVocabulary:
    """The vocabulary that ships with the program (`configs/providers/openaq.yaml`)."""
    return load_shipped(OpenaqVocabulary, "providers/openaq.yaml")


def read(paths: Sequence[Path], places: Sequence[str] | None = None) -> Reading:
    """Read hourly values of OpenAQ locations, each placed by its city, its name or the nearest known place.

    Args:
        paths: CSV or csv.gz files.
        places: only these, by any name; all when None.

    Raises:
        InputError: when nothing can be used; names file, row and column.
    """
    words = openaq_vocabulary()
    return read_parts(paths, lambda path: _read_file(path, words), words, places)


def _open(path: Path, words: OpenaqVocabulary) -> tuple[Table, dict[str, str]]:
    rows, numbers, problems = read_records(path)
    layout = words.layout(rows[0])
    if layout is None:
        nearest = max(words.layouts, key=lambda one: len(set(one.keys.values()) & set(rows[0])))
        lacking = [name for name in nearest.keys.values() if name not in rows[0]]
        raise InputError(
            f"missing column {lacking[0]!r} of the layout {nearest.name!r}; got {', '.join(rows[0])[:200]}",
            where=f"{path}, row {numbers[0]}",
            remedy="Add the column or name it so",
        )
    return table_of(path, rows[0], rows[1:], numbers[1:], problems), dict(layout.keys)


def _read_file(path: Path, words: OpenaqVocabulary) -> Part:
    table, keys = _open(path, words)
    times, problems = _utc(table, keys["time"])
    cells = [table.columns[keys[role]] for role in ("id", "name", "lat", "lon")]
    city = table.columns.get(keys.get("city", ""), np.full(len(table.lines), "", dtype=object))
    codes, stations = stations_of_rows([*cells, city], _station)
    problems += _unplaced(table, keys, codes)
    pollutants = pd.Series(table.columns[keys["parameter"]]).str.lower().map(words.names)
    values, bad = numbers_of(table, keys["value"], words.missing)
    factors, wrong = _factors(table, keys, pollutants)
    problems += bad + wrong
    measured = pollutants.notna().to_numpy() & np.isfinite(factors)
    good = ~np.isnat(times) & (codes != "") & measured
    everything = (*table.problems, *problems)
    if not good.any():
        raise no_usable_row(path, everything)
    wide: dict[str, np.ndarray] = {}
    for pollutant in HOURLY:
        rows = good & (pollutants == pollutant).to_numpy()
        wide[pollutant] = np.where(rows, values * factors, np.nan)[good]
        check_unit(wide[pollutant], pollutant, f"{path}, column {keys['value']!r}", "kg m-3")
    used = {code: stations[code] for code in np.unique(codes[good]).tolist()}
    return Part(times[good], codes[good], wide, used, everything, len(table.lines))


def _utc(table: Table, column: str) -> tuple[np.ndarray, list[Problem]]:
    """Times with an offset, as UTC; the label is the end of the hour."""
    cells = pd.Series(table.columns[column], dtype=object)
    marked = cells.str.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)", na=False)
    parsed = pd.to_datetime(cells.where(marked), format="ISO8601", utc=True, errors="coerce")
    times = parsed.dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    kept, problems = plausible_times(
        table, column, times, "a time with its offset, such as 2022-01-01T12:00:00+08:00"
    )
    off = ~np.isnat(kept) & (kept != kept.astype("datetime64[h]"))
    kept[off] = np.datetime64("NaT", "s")
    what, remedy = "a time that is not a whole hour", "Give hourly means"
    problems += table.problem_of(off, what=what, column=column, remedy=remedy)
    return kept.astype("datetime64[ns]"), problems


def _factors(table: Table, keys: dict[str, str], pollutants: pd.Series) -> tuple[np.ndarray, list[Problem]]:
    """Factor to kg m-3 of each row; NaN and a problem where the unit is not one of concentration."""
    factors = np.full(len(table.lines), np.nan)
    problems: list[Problem] = []
    units = table.columns[keys["unit"]]
    pairs = dict.fromkeys(zip(pollutants.tolist(), units.tolist(), strict=True))
    for pollutant, unit in pairs:
        if not isinstance(pollutant, str):
            continue
        rows = (pollutants == pollutant).to_numpy() & (units == unit)
        try:
            factors[rows] = si_factor(unit, pollutant)
        except InputError as error:
            what, remedy, column = error.what, error.remedy, keys["unit"]
            problems += table.problem_of(rows, what=what, column=column, remedy=remedy)
    return factors, problems


def _station(identity: str, name: str, lat: str, lon: str, city: str) -> Station | None:
    coordinates = pd.to_numeric(pd.Series([lon, lat]), errors="coerce").to_numpy(dtype=float)
    coordinates = np.where(np.abs(coordinates) <= 180, coordinates, np.nan)
    known = gazetteer()
    plain = re.sub(r"-\d+$", "", name)
    place = known.find(city) or known.find(plain)
    identifier = place.id if place else _nearest_place(float(coordinates[0]), float(coordinates[1]))
    if identifier is None or not identity:
        return None
    return Station(
        code=f"openaq:{identity}",
        chinese=name,
        english=name,
        place=identifier,
        lon=float(coordinates[0]),
        lat=float(coordinates[1]),
    )


def _nearest_place(lon: float, lat: float) -> str | None:
    places = gazetteer().places
    east = np.radians([place.lon - lon for place in places]) * np.cos(np.radians(lat))
    distance_km = 6371.0 * np.hypot(east, np.radians([place.lat - lat for place in places]))
    if not np.isfinite(distance_km).all() or distance_km.min() > openaq_vocabulary().nearest_place_km:
        return None
    return places[int(np.argmin(distance_km))].id


def _unplaced(table: Table, keys: dict[str, str], codes: np.ndarray) -> list[Problem]:
    problems: list[Problem] = []
    names = table.columns[keys["name"]]
    for name in dict.fromkeys(names[codes == ""].tolist()):
        problems += table.problem_of(
            (codes == "") & (names == name),
            what=f"location {name[:40]!r} lies in no known place",
            column=keys["name"],
            remedy="Add the place to configs/places.yaml",
        )
    return problems
