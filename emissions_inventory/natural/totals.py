"""What was emitted when, by tag, and where and when thresholds are passed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from emissions_inventory.natural.fields import DustField
from foundation.grids import Grid

__all__ = ["dust_table", "emitted_grams", "held_seconds", "passing_record"]

_LONGEST_S = 6 * 3600.0
_SQUARE_KM = 1e6


def held_seconds(times: np.ndarray) -> np.ndarray:
    """How long each instant stands for, s: to the next, at most 6 h; the last as long as the one before.

    Args:
        times: UTC, growing, (time,).
    """
    if len(times) == 1:
        return np.array([3600.0])
    gaps = np.diff(times).astype("timedelta64[s]").astype(float)
    return np.asarray(np.minimum(np.append(gaps, gaps[-1]), _LONGEST_S))


def dust_table(field: DustField, grid: Grid) -> pd.DataFrame:
    """One row for each time and tag.

    Args:
        field: dust emitted.
        grid: its grid.

    Returns:
        time (UTC), tag, hours (that the instant stands for), emitted_kg, passed_km2 (area on which the
        threshold is passed), greatest_flux (kg m-2 s-1), lon and lat of the cell with it (NaN without any).
    """
    held, area = field.dataset, grid.cell_area_m2
    flux = held["flux"].values
    seconds = held_seconds(held["time"].values)
    flat = flux.reshape(*flux.shape[:2], -1)
    place, greatest = flat.argmax(axis=-1), flat.max(axis=-1)
    row, column = np.unravel_index(place, grid.shape[1:])
    emits = greatest > 0
    times, tags = np.meshgrid(held["time"].values, held["tag"].values, indexing="ij")
    columns = {
        "time": times, "tag": tags, "hours": np.broadcast_to(seconds[:, None] / 3600.0, times.shape),
        "emitted_kg": np.einsum("tgyx,yx->tg", flux, area, dtype=float) * seconds[:, None],
        "passed_km2": np.einsum("tgyx,yx->tg", held["passed"].values, area, dtype=float) / _SQUARE_KM,
        "greatest_flux": greatest,
        "lon": np.where(emits, grid.lon[column], np.nan), "lat": np.where(emits, grid.lat[row], np.nan),
    }  # fmt: skip
    return pd.DataFrame({name: np.asarray(values).ravel() for name, values in columns.items()})


def passing_record(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """For each tag the sum emitted, and when and where thresholds were passed; tags that never passed too.

    Args:
        table: of `dust_table`.
    """
    by_tag: dict[str, list[dict[str, Any]]] = {}
    for row in table.sort_values("time").to_dict("records"):
        by_tag.setdefault(str(row["tag"]), []).append({str(name): value for name, value in row.items()})
    return {tag: _record(rows) for tag, rows in by_tag.items()}


def _record(rows: list[dict[str, Any]]) -> dict[str, Any]:
    over = [row for row in rows if row["passed_km2"] > 0]
    record: dict[str, Any] = {
        "emitted_kg": float(sum(row["emitted_kg"] for row in rows)), "times_passed": len(over),
        "times": len(rows), "largest_area_km2": float(max(row["passed_km2"] for row in rows)),
    }  # fmt: skip
    if over:
        strongest = max(over, key=lambda row: row["greatest_flux"])
        record |= {
            "first_utc": _text(over[0]["time"]), "last_utc": _text(over[-1]["time"]),
            "strongest_utc": _text(strongest["time"]), "strongest_lon": float(strongest["lon"]),
            "strongest_lat": float(strongest["lat"]),
            "strongest_kg_m2_s": float(strongest["greatest_flux"]),
        }  # fmt: skip
    return record


def _text(time: Any) -> str:
    return f"{np.datetime64(time, 'm')}Z"


def emitted_grams(field: xr.Dataset) -> xr.DataArray:
    """Dust emitted over all times of a field, g m-2, (y, x)."""
    seconds = xr.DataArray(held_seconds(field["time"].values), dims="time")
    made: xr.DataArray = 1000.0 * (field["flux"].sum("tag") * seconds).sum("time")
    return made
