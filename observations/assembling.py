"""Rows of many files become one data set: duplicates resolved, absurd values flagged, the contract kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from foundation.contracts import concentration_attributes, observations
from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.pollutants import pollutants_of
from observations.flags import FLAG_TYPE, FLAGS, flag_attributes
from observations.reading import Problem, Reading
from observations.stations import Station
from observations.vocabulary import Origin

_LARGEST = 0.1
"""kg m-3, the limit of the contract; nothing near it is measured in air."""


@dataclass(frozen=True)
class Part:
    """Usable rows of one file.

    Attributes:
        times: UTC, `datetime64[ns]`, shape (row,).
        codes: station code of each row, shape (row,).
        values: pollutant to concentration in kg m-3, each of shape (row,).
        stations: the stations of these codes.
        problems: what could not be used.
        rows: rows in the file.
    """

    times: np.ndarray
    codes: np.ndarray
    values: dict[str, np.ndarray]
    stations: dict[str, Station]
    problems: tuple[Problem, ...]
    rows: int


def read_parts(
    paths: Sequence[Path],
    read_file: Callable[[Path], Part],
    origin: Origin,
    places: Sequence[str] | None = None,
) -> Reading:
    """Read files one by one and put them together; a bad file does not spoil the others.

    Raises:
        InputError: when no file can be used, or none of the places asked for is in them.
    """
    parts: list[Part] = []
    used: list[str] = []
    problems: list[Problem] = []
    errors: list[InputError] = []
    for path in paths:
        try:
            part = read_file(path)
        except InputError as error:
            errors.append(error)
            where = error.where or str(path)
            problems.append(Problem(f"file left out: {error.what}", where, remedy=error.remedy))
            continue
        parts.append(part)
        used.append(str(path))
        problems.extend(part.problems)
    if not parts:
        raise (
            errors[0] if errors else InputError("no file to read", remedy="Give a file or a folder of files")
        )
    parts, absent = _only_places(parts, places, str(paths[0].parent))
    dataset = dataset_of(parts, origin.averaging, {"source": origin.source, "provider": origin.provider})
    rows = sum(part.rows for part in parts)
    return Reading(dataset, (*problems, *absent), tuple(used), rows, origin.provider)


def _only_places(
    parts: list[Part], places: Sequence[str] | None, where: str
) -> tuple[list[Part], list[Problem]]:
    if places is None:
        return parts, []
    wanted = {gazetteer().place(name).id: name for name in places}
    kept = [_rows_of_places(part, set(wanted)) for part in parts]
    have = {station.place for part in kept for station in part.stations.values()}
    remedy = "Add a file that holds it, or leave the place out"
    absent = [
        Problem(f"no measurement of {wanted[p]!r}", where, remedy=remedy) for p in wanted if p not in have
    ]
    if not have:
        raise InputError(f"no measurement of {', '.join(wanted.values())}", where=where, remedy=remedy)
    return kept, absent


def _rows_of_places(part: Part, wanted: set[str]) -> Part:
    stations = {code: station for code, station in part.stations.items() if station.place in wanted}
    rows = np.isin(part.codes, list(stations))
    values = {pollutant: array[rows] for pollutant, array in part.values.items()}
    present = set(part.codes[rows].tolist())
    stations = {code: station for code, station in stations.items() if code in present}
    return Part(part.times[rows], part.codes[rows], values, stations, part.problems, part.rows)


def dataset_of(parts: Sequence[Part], averaging: str, attributes: dict[str, str]) -> xr.Dataset:
    """One data set of the rows of all parts, in order; the first value of an hour or day is kept.

    Rows that say the same collapse; where they differ the first is kept and flagged `duplicate`. A value
    missing in one row and there in another is taken.

    Returns:
        A data set that keeps `foundation.contracts.observations`, times sorted.
    """
    stations = {code: station for part in parts for code, station in part.stations.items()}
    times, row_time = np.unique(np.concatenate([part.times for part in parts]), return_inverse=True)
    all_codes = np.concatenate([part.codes for part in parts]).astype(str)
    codes, row_station = np.unique(all_codes, return_inverse=True)
    cell = row_time * len(codes) + row_station
    shape = (len(times), len(codes))
    variables: dict[str, tuple[tuple[str, str], np.ndarray, dict[str, object]]] = {}
    for pollutant in pollutants_of(averaging):
        rows = np.concatenate([part.values[pollutant] for part in parts])
        values, flags = _gridded(rows, cell, shape)
        attrs: dict[str, object] = {
            **concentration_attributes(pollutant),
            "ancillary_variables": f"{pollutant}_flag",
        }
        variables[pollutant] = (("time", "station"), values, attrs)
        variables[f"{pollutant}_flag"] = (("time", "station"), flags, flag_attributes(pollutant))
    coords = {"time": times, **station_coordinates([stations[code] for code in codes])}
    dataset = xr.Dataset(variables, coords, {"averaging": averaging, **attributes})
    return observations(averaging).check(dataset, attributes.get("provider", ""))


def _gridded(rows: np.ndarray, cell: np.ndarray, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    values = np.full(shape[0] * shape[1], np.nan)
    flags = np.zeros(values.shape, dtype=FLAG_TYPE)
    absurd = np.isinf(rows) | (rows < 0) | (rows > _LARGEST)
    present = np.flatnonzero(np.isfinite(rows) & ~absurd)
    values[cell[present[::-1]]] = rows[present[::-1]]
    differing = present[rows[present] != values[cell[present]]]
    flags[cell[differing]] |= FLAGS["duplicate"]
    out = np.zeros(values.shape, dtype=bool)
    out[cell[absurd]] = True
    missing = np.isnan(values)
    flags[missing] |= FLAGS["missing"]
    flags[missing & out] |= FLAGS["out_of_range"]
    return values.reshape(shape), flags.reshape(shape)


def station_coordinates(stations: Sequence[Station]) -> dict[str, tuple[str, np.ndarray, dict[str, str]]]:
    """Coordinates along `station` of the observations contract, and `background`."""

    def text(values: list[str]) -> np.ndarray:
        return np.asarray(values, dtype=str)

    return {
        "station": ("station", text([s.code for s in stations]), {"long_name": "station code"}),
        "station_name": ("station", text([s.chinese for s in stations]), {}),
        "place": ("station", text([s.place for s in stations]), {}),
        "lon": ("station", np.asarray([s.lon for s in stations], float), {"units": "degrees_east"}),
        "lat": ("station", np.asarray([s.lat for s in stations], float), {"units": "degrees_north"}),
        "background": (
            "station",
            np.asarray([s.background for s in stations], bool),
            {"long_name": "clean control site, left out of the mean of its city"},
        ),
    }
