"""The assessment of a year: places and regions, as measured and without dust, beside targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.times import beijing_day
from standards.aqi import air_quality_index
from standards.assessment.areas import area_records
from standards.assessment.comparison import published_records, target_records
from standards.assessment.targets import TargetBook, target_book
from standards.assessment.year import year_of_place

FORMAT = "bogda-assessment-1"
BASES = ("measured", "without_dust")
"""The two numbers of everything: as measured, and with the days of dust deducted."""


def assessment_document(
    whole: xr.Dataset,
    without: xr.Dataset,
    year: int,
    dust_rule: Mapping[str, Any],
    *,
    until: np.datetime64 | None = None,
    book: TargetBook | None = None,
) -> dict[str, Any]:
    """A year, or its part up to a day, held against the limits of its days and the targets of the plans.

    The index of each day is that of the rules in force on it. A deducted day keeps the index of its other
    pollutants, and counts where it counted as measured.

    Args:
        whole: daily means of places as measured, dims (time, place), kg m-3.
        without: the same with PM2.5 and PM10 NaN or recomputed where dust was deducted, with `dust_hours`.
        year: Beijing year.
        dust_rule: name, source and state of verification of the rule of deduction.
        until: last Beijing day counted; the last of the year, or the last measured, when None.
        book: targets; those that ship when None.

    Raises:
        InputError: when no day of the year was measured.
    """
    chosen = book or target_book()
    days = _days_of(whole, year, until)
    parts = {"measured": whole.isel(time=days), "without_dust": without.isel(time=days)}
    first, last = np.datetime64(f"{year}-01-01"), _last_day(parts["measured"], year, until)
    elapsed = int((last - first).astype(int)) + 1
    indices = {name: _index(part) for name, part in parts.items()}
    places = [_place(str(place), parts, indices, elapsed) for place in whole["place"].values]
    places = [one for one in places if any(one[basis]["days"]["valid"] for basis in BASES)]
    areas = area_records(places, chosen)
    return {
        "format": FORMAT,
        "year": year,
        "period": {"from": str(first), "to": str(last), "days": elapsed,
                   "whole_year": str(last) == f"{year}-12-31"},
        "rules": indices["measured"].attrs["rules"],
        "dust_rule": {**dust_rule, "in_force": _in_force(dust_rule, year)},
        "places": places,
        "regions": areas,
        "targets": target_records(places + areas, chosen, year),
        "published": published_records(places + areas, chosen, year),
    }  # fmt: skip


def _days_of(whole: xr.Dataset, year: int, until: np.datetime64 | None) -> np.ndarray:
    dates = beijing_day(whole["time"].values)
    inside = dates.astype("datetime64[Y]").astype(int) + 1970 == year
    if until is not None:
        inside &= dates <= until
    if not inside.any():
        raise InputError(
            f"no day of {year} was measured{f' up to {until}' if until is not None else ''}",
            remedy=f"The measurements run from {dates.min()} to {dates.max()}"
            if dates.size
            else "Give other files",
        )
    return np.flatnonzero(inside)


def _last_day(part: xr.Dataset, year: int, until: np.datetime64 | None) -> np.datetime64:
    """The day asked for, else the year's end if December was measured, else the last day measured."""
    if until is not None:
        return min(until, np.datetime64(f"{year}-12-31"))
    last = beijing_day(part["time"].values).max()
    return np.datetime64(f"{year}-12-31") if str(last)[5:7] == "12" else np.datetime64(last.item(), "D")


def _index(part: xr.Dataset) -> xr.Dataset:
    return air_quality_index(part.drop_vars("dust_hours", errors="ignore"), None, "day")


def _place(
    place: str, parts: Mapping[str, xr.Dataset], indices: Mapping[str, xr.Dataset], elapsed: int
) -> dict[str, Any]:
    known = next((one for one in gazetteer().places if one.id == place), None)
    whole = indices["measured"].sel(place=place)
    valid = whole["publishable"].values & np.isfinite(whole["aqi"].values)
    deducted = parts["without_dust"]["dust_hours"].sel(place=place).values > 0
    record: dict[str, Any] = {
        "id": place,
        "chinese": known.chinese if known else place,
        "english": known.english if known else place,
        "dust_days": int((deducted & valid).sum()),
    }
    for basis, part in parts.items():
        index = indices[basis].sel(place=place)
        counted = valid & np.isfinite(index["aqi"].values)
        record[basis] = year_of_place(part.sel(place=place), index, counted, elapsed)
    return record


def _in_force(dust_rule: Mapping[str, Any], year: int) -> bool:
    """Whether an official rule of deduction held in the year; the statistical detector is none."""
    begins = str(dust_rule.get("in_force_from") or "")
    return bool(begins) and int(begins[:4]) <= year
