"""Contributions of a run as its folder holds them, checked at the door."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import netCDF4
import numpy as np
import xarray as xr

from foundation.contracts import CONTRIBUTIONS, check_closure
from foundation.errors import BogdaError, ContractError, InputError
from sources.tagging.measured import read_measured

__all__ = ["CONTRIBUTIONS_FILE", "GROUPS", "TAGS_FILE", "RunContributions", "read_contributions"]

CONTRIBUTIONS_FILE, FORECAST_FILE, MANIFEST_FILE = "contributions.nc", "forecast.nc", "manifest.json"
TAGS_FILE = "tags.nc"

GROUPS = {"day": (None, None), "region": ("regions", "region"), "hour": ("hour", "hour")}
"""Parts of a run by name, and the group of each in the file of contributions and in that of the forecast.

`region` is daily too. A group may not have the name of a variable beside it, and `region` is
one of each source."""

_REMEDY = "Make the run again"
_LABELS = ("sector", "region", "source_chinese", "source_english")


@dataclass(frozen=True)
class RunContributions:
    """What sources contribute to the forecast that a run publishes.

    Attributes:
        folder: of the run.
        domain: its folder in the store.
        parts: by name of `GROUPS`, as far as the run has them; each keeps `CONTRIBUTIONS` and holds
            `published` (reference_time, lead_time, place, pollutant), kg m-3, the median that its sources
            sum to.
        closure: largest difference between the sum and the published median, relative, by part.
        measured: recent measurements by averaging, as `measured.read_measured` gives them.
    """

    folder: Path
    domain: str
    parts: dict[str, xr.Dataset]
    closure: dict[str, float]
    measured: dict[str, xr.Dataset] = field(default_factory=dict)

    @property
    def reference_time(self) -> np.datetime64:
        """When the run was issued, UTC."""
        return np.datetime64(self.parts["day"]["reference_time"].values[0], "ns")

    @property
    def synthetic(self) -> bool:
        """Whether anything behind it was made up."""
        return any(bool(int(part.attrs.get("synthetic", 0))) for part in self.parts.values())


def read_contributions(folder: str | Path, parts: Sequence[str] = tuple(GROUPS)) -> RunContributions:
    """Read the contributions of a run and the medians that they sum to.

    Args:
        folder: of the run.
        parts: which of `GROUPS` to read; `day` is always needed.

    Raises:
        InputError: when a file is absent or cannot be read, or the file is not of the published forecast.
        ContractError: when a part breaks its contract, or its sources do not sum to the published median.
    """
    home = Path(folder)
    if not home.is_dir():
        raise InputError("no such run folder", where=str(home), remedy="Name a folder under runs/ of a store")
    held = _groups(home / CONTRIBUTIONS_FILE)
    published = _groups(home / FORECAST_FILE)
    found, closure = {}, {}
    for name, (group, of_forecast) in GROUPS.items():
        if name not in parts or (group is not None and group not in held):
            continue
        if of_forecast is not None and of_forecast not in published:
            raise ContractError(
                f"expected the group {of_forecast!r} here too, {CONTRIBUTIONS_FILE} has it",
                where=str(home / FORECAST_FILE), remedy=_REMEDY,
            )  # fmt: skip
        found[name] = _part(home, group, of_forecast)
        closure[name] = _openness(found[name])
    return RunContributions(home, _domain(home), found, closure, read_measured(home))


def _groups(file: Path) -> tuple[str, ...]:
    if not file.is_file():
        raise InputError(
            "no such file", where=str(file), remedy="Only runs of the published forecast have contributions"
        )
    try:
        with netCDF4.Dataset(file) as opened:
            return tuple(opened.groups)
    except (OSError, RuntimeError) as error:
        raise InputError("cannot be read as NetCDF", where=str(file), remedy=_REMEDY) from error


def _part(home: Path, group: str | None, of_forecast: str | None) -> xr.Dataset:
    where = f"{home / CONTRIBUTIONS_FILE}{'' if group is None else f', group {group}'}"
    made = CONTRIBUTIONS.check(_opened(home / CONTRIBUTIONS_FILE, group), where)
    expected = "hour" if group == "hour" else "day"
    if made.attrs["averaging"] != expected:
        raise InputError(
            f"expected averaging {expected!r}, got {made.attrs['averaging']!r}: not what is published",
            where=where, remedy=_REMEDY,
        )  # fmt: skip
    for name in _LABELS:
        if name not in made.coords:
            raise ContractError(f"coordinate {name!r} of the sources is missing", where=where, remedy=_REMEDY)
    if made.sizes["reference_time"] != 1:
        raise ContractError(
            f"expected one reference time, got {made.sizes['reference_time']}", where=where, remedy=_REMEDY
        )
    median, synthetic = _median(home / FORECAST_FILE, of_forecast)
    try:
        check_closure(made, median)
    except BogdaError as error:
        raise ContractError(
            error.what, where=", ".join(filter(None, (where, error.where))), remedy=_REMEDY
        ) from error
    stamped = {"synthetic": int(bool(made.attrs.get("synthetic")) or synthetic)}
    return made.assign(published=median).assign_attrs(stamped)


def _median(file: Path, group: str | None) -> tuple[xr.DataArray, bool]:
    """The published median, and whether the forecast is marked as made up; nothing else is read."""
    try:
        with xr.open_dataset(file, group=group, engine="netcdf4", decode_timedelta=True) as forecast:
            nearest = int(np.abs(forecast["quantile"].values - 0.5).argmin())
            median = forecast["concentration"].isel(quantile=nearest, drop=True).load()
            synthetic = bool(int(forecast.attrs.get("synthetic", 0)))
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise InputError("cannot be read as a forecast", where=str(file), remedy=_REMEDY) from error
    return median.drop_vars(set(median.coords) - set(median.dims)), synthetic


def _opened(file: Path, group: str | None) -> xr.Dataset:
    try:
        return xr.load_dataset(file, group=group, engine="netcdf4", decode_timedelta=True)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise InputError("cannot be read as NetCDF", where=str(file), remedy=_REMEDY) from error


def _openness(part: xr.Dataset) -> float:
    """Largest relative difference between the sum of the sources and the published median."""
    published = part["published"].where(part["published"] > 0)
    off = abs(part["contribution"].sum("source", skipna=False) / published - 1.0).values
    return float(np.nanmax(off)) if np.isfinite(off).any() else 0.0


def _domain(home: Path) -> str:
    """The domain of a run by its manifest; by the folder it lies in where there is none."""
    try:
        return str(json.loads((home / MANIFEST_FILE).read_text(encoding="utf-8"))["domain"])
    except (OSError, ValueError, KeyError, TypeError):
        return home.resolve().parent.name
