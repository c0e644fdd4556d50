"""The latest usable measurements at a reference time, and why the others were not used."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from foundation.contracts import observations as observations_contract
from foundation.errors import InputError
from foundation.grids import Grid
from foundation.times import HOUR
from observations.quality_control import usable

__all__ = ["Measured", "latest"]


@dataclass(frozen=True)
class Measured:
    """Measurements of one pollutant at stations in the grid.

    Attributes:
        pollutant: its name.
        station: codes, (station,).
        value: kg m-3, (station,).
        lon: degrees east, (station,).
        lat: degrees north, (station,).
        row: of the station's cell, (station,).
        column: of the station's cell, (station,).
        skipped: codes of the stations not used, by reason: `outside`, `missing` or `flagged`.
    """

    pollutant: str
    station: tuple[str, ...]
    value: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    row: np.ndarray
    column: np.ndarray
    skipped: dict[str, tuple[str, ...]] = field(default_factory=dict)


def latest(
    observed: xr.Dataset, pollutant: str, reference_time: np.datetime64, window_hours: int, grid: Grid
) -> Measured:
    """The last usable value of each station within a window that ends at the reference time.

    A station is `outside` the grid, or `flagged` when it has values in the window of which quality control
    leaves none, or `missing`; nothing after the reference time is looked at.

    Args:
        observed: keeps `foundation.contracts.observations("hour")`.
        pollutant: its name.
        reference_time: UTC.
        window_hours: length of the window.
        grid: the model's grid.

    Raises:
        InputError: when the measurements are no hourly means.
        ContractError: when they break their contract.
    """
    if observed.attrs.get("averaging") != "hour":
        raise InputError(
            f"expected hourly means, got averaging {observed.attrs.get('averaging')!r}", where="observations"
        )
    times = observed["time"].values
    window = observed.isel(time=(times > reference_time - window_hours * HOUR) & (times <= reference_time))
    observations_contract("hour").check(window, "observations")
    values, good = window[pollutant].values, usable(window, pollutant).values
    skipped: dict[str, list[str]] = {"outside": [], "missing": [], "flagged": []}
    kept: list[tuple[str, float, float, float, int, int]] = []
    for number, code in enumerate(map(str, window["station"].values)):
        lon, lat = (float(window[name].values[number]) for name in ("lon", "lat"))
        cell = grid.cell_of(lon, lat) if np.isfinite([lon, lat]).all() else None
        hours = np.flatnonzero(good[:, number])
        if cell is None:
            skipped["outside"].append(code)
        elif not hours.size:
            skipped["flagged" if np.isfinite(values[:, number]).any() else "missing"].append(code)
        else:
            kept.append((code, float(values[hours[-1], number]), lon, lat, *cell))
    parts = [np.array(part) for part in zip(*kept, strict=True)] if kept else [np.array([])] * 6
    whole = {reason: tuple(codes) for reason, codes in skipped.items() if codes}
    return Measured(
        pollutant, tuple(map(str, parts[0])), parts[1].astype(float), parts[2], parts[3],
        parts[4].astype(int), parts[5].astype(int), whole,
    )  # fmt: skip
