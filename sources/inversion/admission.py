"""What tags and measurements must be to be laid side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.errors import InputError
from foundation.times import shown
from sources.inversion.arrays import Array

__all__ = ["Admitted", "admitted"]


@dataclass(frozen=True)
class Admitted:
    """Hours, places and pollutants that both hold.

    Attributes:
        tags: `contribution` (time, place, pollutant, source), kg m-3.
        measured: (time, place, pollutant), kg m-3; NaN where nothing usable was measured.
    """

    tags: xr.Dataset
    measured: Array


def admitted(tags: xr.Dataset, measured: xr.Dataset, pollutants: Sequence[str]) -> Admitted:
    """Cut tags and measurements to what both hold.

    Args:
        tags: `contribution` (reference_time, lead_time, place, pollutant, source), kg m-3, of one run.
        measured: hourly means of places, (time, place), kg m-3.
        pollutants: those wanted.

    Raises:
        InputError: when either is not hourly, nothing is shared, or tags have gaps.
    """
    _check_hourly(tags, measured)
    run = tags.isel(reference_time=0)
    valid = (run["reference_time"].values + run["lead_time"].values).astype("datetime64[ns]")
    times = np.intersect1d(valid, measured["time"].values.astype("datetime64[ns]"))
    if not len(times):
        spans = f"no hour of the tags ({_span(valid)}) is measured ({_span(measured['time'].values)})"
        raise InputError(spans, where="measurements", remedy="Give the measurements of that window")
    places = _shared("place", _names(run["place"]), _names(measured["place"]))
    known = _shared(
        "pollutant", [p for p in pollutants if p in _names(run["pollutant"])], list(map(str, measured))
    )
    run = run.drop_vars(["lead_time", "valid_time"], errors="ignore").rename(lead_time="time")
    run = run.assign_coords(time=valid).sel(time=times, place=places, pollutant=known)
    run = run.transpose("time", "place", "pollutant", ..., "source")
    contribution = run["contribution"].values
    if not np.isfinite(contribution).all() or (contribution < 0).any():
        raise InputError("contributions: expected no gap and nothing below zero", where="tags")
    chosen = measured.sel(time=times, place=places)
    values = np.stack([chosen[name].transpose("time", "place").values for name in known], -1)
    return Admitted(run, np.where(np.isfinite(values) & (values >= 0), values, np.nan).astype(float))


def _check_hourly(tags: xr.Dataset, measured: xr.Dataset) -> None:
    for what, one in (("tags", tags), ("measurements", measured)):
        if one.attrs.get("averaging") != "hour":
            got = f"expected hourly values, got averaging {one.attrs.get('averaging')!r}"
            remedy = "Give hourly ones: a day's mean tells too little about sources"
            raise InputError(got, where=what, remedy=remedy)
    if tags.sizes.get("reference_time") != 1:
        count = tags.sizes.get("reference_time", 0)
        raise InputError(
            f"expected one reference time, got {count}", where="tags", remedy="Give the tags of one run"
        )


def _shared(what: str, wanted: Sequence[str], held: Sequence[str]) -> list[str]:
    both = [name for name in wanted if name in held]
    if not both:
        raise InputError(
            f"no {what} of the tags ({', '.join(wanted)[:80] or 'none'}) is measured "
            f"({', '.join(held)[:80] or 'none'})", where="measurements",
            remedy="Give measurements of places inside the model's domain",
        )  # fmt: skip
    return both


def _names(values: xr.DataArray) -> list[str]:
    return [str(name) for name in values.values]


def _span(times: np.ndarray) -> str:
    if not len(times):
        return "none"
    return f"{shown(times.min())} to {shown(times.max())} Beijing time"
