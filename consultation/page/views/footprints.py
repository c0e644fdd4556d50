"""Footprints of a run: which cells and counties a mean comes from."""

from __future__ import annotations

import numpy as np
import xarray as xr

from consultation.page.answers import Answer
from consultation.page.faults import AbsentError, UnprocessableError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes import maps as shapes
from consultation.page.views.forecasts import names_of
from consultation.page.views.maps import FramesAsked, binary, grid_of
from consultation.page.views.writing import days, number, utc
from foundation.pollutants import POLLUTANTS
from foundation.units import si_factor

__all__ = ["ALL_SOURCES", "FOOTPRINTS_FILE", "footprint_frame", "footprints"]

FOOTPRINTS_FILE = "footprints.nc"
ALL_SOURCES = "all"
_SHOWN_COUNTIES = 15
_LISTED = (
    "concentration",
    "contribution",
    "county_contribution",
    "place",
    "pollutant",
    "mean_start",
    "mean_end",
    "source_chinese",
    "source_english",
    "county_chinese",
    "county_english",
    "x",
    "y",
)


def footprints(library: Library, run: Run, place: str | None) -> shapes.FootprintList:
    """The footprints of a run.

    Raises:
        AbsentError: when it has none, or none of the place.
    """
    found = _read(library, run, _LISTED)
    numbers = [n for n, name in enumerate(found["place"].values) if place is None or str(name) == place]
    if not numbers:
        raise AbsentError(
            f"没有 {place} 的足迹；每日运行只算目标区域，其他地点用 bogda explain",
            f"No footprint of {place}: the daily run makes those of regions; bogda explain others",
        )
    return shapes.FootprintList(
        grid=grid_of(found["x"].values, found["y"].values),
        footprints=[_listed(found.isel(receptor=n), n) for n in numbers],
    )


def _read(library: Library, run: Run, names: tuple[str, ...]) -> xr.Dataset:
    if not run.files.has(FOOTPRINTS_FILE):
        raise AbsentError("本次运行没有足迹", "This run holds no footprints")
    return library.read(run, FOOTPRINTS_FILE, None, names)


def _listed(one: xr.Dataset, position: int) -> shapes.Footprint:
    pollutant, place = str(one["pollutant"].values), str(one["place"].values)
    factor = si_factor(POLLUTANTS[pollutant].display_unit, pollutant)
    total = float(one["concentration"]) / factor
    chinese, english, _, _ = names_of(place)
    return shapes.Footprint(
        number=position,
        place=place,
        chinese=chinese,
        english=english,
        pollutant=pollutant,
        unit=POLLUTANTS[pollutant].shown_unit,
        begins=utc(one["mean_start"].values),
        ends=utc(one["mean_end"].values),
        day=days(np.atleast_1d(one["mean_start"].values), "day")[0],
        concentration=number(total),
        sources=_rows(one, "source", one["contribution"].values / factor, total),
        counties=_counties(one, factor, total),
    )


def _counties(one: xr.Dataset, factor: float, total: float) -> list[shapes.ShareRow]:
    if "county_contribution" not in one:
        return []
    rows = _rows(one, "county", one["county_contribution"].sum("source").values / factor, total)
    return sorted(rows, key=lambda row: -(row.value or 0.0))[:_SHOWN_COUNTIES]


def _rows(one: xr.Dataset, kind: str, values: np.ndarray, total: float) -> list[shapes.ShareRow]:
    names = [str(name) for name in one[kind].values]
    chinese, english = (
        [str(name) for name in one[f"{kind}_{tongue}"].values] if f"{kind}_{tongue}" in one.coords else names
        for tongue in ("chinese", "english")
    )
    return [
        shapes.ShareRow(
            id=name,
            chinese=chinese[n],
            english=english[n],
            value=number(values[n]),
            share=number(100.0 * values[n] / total, 1) if total > 0 else None,
        )
        for n, name in enumerate(names)
    ]


def footprint_frame(library: Library, run: Run, position: int, source: str) -> Answer:
    """What was emitted in each cell since the reference time adds to a mean; binary, as frames are.

    Slightly negative parts, which the transport scheme makes, are sent as zero.

    Raises:
        AbsentError: when there is no such footprint.
        UnprocessableError: when there is no such source.
    """
    listed = _read(library, run, _LISTED)
    if position >= listed.sizes["receptor"]:
        raise AbsentError(f"没有第{position}个足迹", f"There is no footprint number {position}")
    names = [str(name) for name in listed["source"].values]
    if source not in (*names, ALL_SOURCES):
        known = ", ".join(names)
        raise UnprocessableError(
            f"没有来源 {source}；可用：all, {known}", f"no source {source}; known: all, {known}"
        )
    pieces = library.pieces
    selection = {"receptor": slice(position, position + 1)}
    read = pieces.read(run.files.path(FOOTPRINTS_FILE), None, ("cell_contribution",), selection)
    cells = read["cell_contribution"].isel(receptor=0)
    chosen = cells.sum("source") if source == ALL_SOURCES else cells.isel(source=names.index(source))
    pollutant = str(listed["pollutant"].values[position])
    factor = si_factor(POLLUTANTS[pollutant].display_unit, pollutant)
    values = np.clip(chosen.transpose("y", "x").values / factor, 0.0, None)
    asked = FramesAsked("footprint", "day", position, 1, 1)
    return binary(values[None, None], "footprint", POLLUTANTS[pollutant].shown_unit, asked)
