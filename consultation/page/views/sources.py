"""Which groups of sources make the published days, receptor by receptor."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes import sources as shapes
from consultation.page.shapes.words import Numbers
from consultation.page.views.contributions import PartAsked, part_of_run, sums_of, valid_times
from consultation.page.views.forecasts import names_of, ordered_places
from consultation.page.views.places import pollutant_of
from consultation.page.views.writing import days, numbers, shown_numbers
from foundation.pollutants import POLLUTANTS

__all__ = ["matrix"]

Scope = Literal["place", "region"]


def matrix(library: Library, run: Run, query: dict[str, Any]) -> shapes.Matrix:
    """Receptors against groups of sources; target regions first.

    Args:
        library: of the page.
        run: that published the days.
        query: `pollutant`, `by` and `day`, a Beijing day, or None for the mean of all days.

    Raises:
        AbsentError: when the run has no contributions, or not that day.
    """
    by, pollutant = query["by"], pollutant_of(query["pollutant"], "day")
    rows: list[shapes.MatrixRow] = []
    columns: list[shapes.SourceNames] = []
    told: list[str] = []
    for kind in ("region", "day"):
        try:
            part = part_of_run(library, run, PartAsked(kind, pollutant, by))
        except AbsentError:
            if kind == "day":
                raise
            continue
        groups, sums = sums_of(part, by)
        told = days(valid_times(part, run, "day"), "day")
        columns = [shapes.SourceNames(id=one.id, chinese=one.chinese, english=one.english) for one in groups]
        rows += _rows(
            part, _on_day(sums, told, query["day"]), pollutant, "region" if kind == "region" else "place"
        )
    return shapes.Matrix(
        pollutant=pollutant, unit=POLLUTANTS[pollutant].shown_unit, by=by, day=query["day"], days=told,
        columns=columns, rows=rows,
    )  # fmt: skip


def _on_day(sums: np.ndarray, told: list[str], day: str | None) -> np.ndarray:
    """Sums (group, place) of a day, or the mean over all days that have a value."""
    if day is None:
        known = np.isfinite(sums).all(axis=0, keepdims=True) & np.ones_like(sums, dtype=bool)
        counted = known.sum(axis=1)
        total = np.where(known, sums, 0.0).sum(axis=1)
        return np.asarray(np.where(counted > 0, total / np.maximum(counted, 1), np.nan))
    if day not in told:
        raise AbsentError(
            f"没有 {day} 这一天；有：{'、'.join(told)}", f"no day {day}; there are {', '.join(told)}"
        )
    return np.asarray(sums[:, told.index(day)])


def _rows(part: xr.Dataset, sums: np.ndarray, pollutant: str, scope: Scope) -> list[shapes.MatrixRow]:
    at = {str(name): column for column, name in enumerate(part["place"].values)}
    return [_row(name, sums[:, at[name]], pollutant, scope) for name in ordered_places(part)]


def _row(name: str, values: np.ndarray, pollutant: str, scope: Scope) -> shapes.MatrixRow:
    chinese, english, _, _ = names_of(name)
    total = float(values.sum())
    shown: Numbers = shown_numbers(values, pollutant)
    percent = numbers(100.0 * values / total, 1) if total > 0 else [None] * len(values)
    return shapes.MatrixRow(
        id=name, chinese=chinese, english=english, scope=scope, values=shown, percent=percent,
        published=shown_numbers(np.array([total]), pollutant)[0],
    )  # fmt: skip
