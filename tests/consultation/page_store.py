"""A small store for tests of the page: two days of runs, made of the products of other tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from consultation.page.settings import PageConfig, page_config
from tests.consultation.model_products import write_model_products

STAMP, EARLIER = "20261209T160000Z", "20261208T160000Z"
RUN, BEFORE = f"demo.{STAMP}", f"demo.{EARLIER}"
DAY = np.timedelta64(1, "D")


def write_store(root: Path, make_run: Any, make_forecast: Any) -> Path:
    """Write a store with a run and the one of the day before."""
    folder = make_run(root / "runs" / "demo" / STAMP)
    reference = np.datetime64("2026-12-09T16:00", "ns")
    write_model_products(folder, reference)
    regions = {"wu-chang-shi": (90.0, 120.0, 160.0), "kui-du-wu": (50.0, 70.0, 90.0)}
    add_region(folder, make_forecast(regions))
    write_weather(folder, reference)
    earlier = make_run(root / "runs" / "demo" / EARLIER)
    shift(earlier, DAY)
    return root


def add_region(folder: Path, regions: xr.Dataset) -> None:
    """Put a forecast of regions beside that of places."""
    regions.to_netcdf(folder / "forecast.nc", mode="a", group="region")


def shift(folder: Path, by: np.timedelta64) -> None:
    """Make a run one of an earlier time."""
    parts = {}
    for group in (None, "hour"):
        part = xr.load_dataset(folder / "forecast.nc", group=group, decode_timedelta=True)
        moved = part.assign_coords(
            reference_time=part["reference_time"] - by, valid_time=part["valid_time"] - by
        )
        moved["concentration"] = moved["concentration"] * 0.9
        parts[group] = moved.drop_encoding()
    (folder / "forecast.nc").unlink()
    parts[None].to_netcdf(folder / "forecast.nc")
    parts["hour"].to_netcdf(folder / "forecast.nc", mode="a", group="hour")
    change_manifest(folder, reference_time="2026-12-08T16:00:00Z", created="2026-12-09T01:10:00Z")


def change_manifest(folder: Path, **changes: Any) -> None:
    """Change keys of a manifest."""
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(told | changes, ensure_ascii=False), encoding="utf-8")


def write_weather(folder: Path, reference: np.datetime64, hours: int = 72) -> None:
    """Wind, mixing and inversion on a coarse grid, as a run packs them, and a profile above Urumqi."""
    leads = np.arange(1, hours + 1) * np.timedelta64(1, "h").astype("timedelta64[ns]")
    lat, lon = np.arange(43.0, 45.0, 0.5), np.arange(86.0, 89.0, 0.5)
    shape = (hours, len(lat), len(lon))
    turn = np.where(np.arange(hours) < 40, 0.0, 1.0)[:, None, None] * np.ones(shape)
    axes = {"lead_time": leads, "y": lat, "x": lon, "reference_time": reference}
    names = ("eastward_wind_10m", "northward_wind_10m", "boundary_layer_height", "inversion_strength")
    values = (1.0 + 6.0 * turn, 2.0 - 2.0 * turn, 300.0 + 900.0 * turn, 6.0 - 6.0 * turn)
    made = xr.Dataset(
        {name: (("lead_time", "y", "x"), one) for name, one in zip(names, values, strict=True)}, axes
    )
    packed = {name: {"dtype": "int16", "scale_factor": 0.1, "_FillValue": -32768} for name in names}
    made.to_zarr(folder / "weather.zarr", mode="w", zarr_format=2, consolidated=True, encoding=packed)
    profiles(
        reference, leads, {name: one[:, 0, 0] for name, one in zip(names, values, strict=True)}
    ).to_netcdf(folder / "profiles.nc")


def profiles(reference: np.datetime64, leads: np.ndarray, courses: dict[str, np.ndarray]) -> xr.Dataset:
    """A profile above Urumqi that warms by 4 K over 400 m."""
    height = np.array([2.0, 100.0, 400.0, 1500.0])
    level = {"air_temperature": 260.0 + np.array([0, 1, 4, 0]), "dew_point": np.full(4, 255.0)}
    level |= {"air_pressure": 92000.0 * np.exp(-height / 8000.0), "relative_humidity": np.full(4, 0.6)}
    level |= {"eastward_wind": np.array([0.0, 2.0, 4.0, 6.0]), "northward_wind": np.full(4, -2.0)}
    count = (len(leads), len(height), 1)
    volume = {
        name: (("lead_time", "level", "place"), np.broadcast_to(one[None, :, None], count).copy())
        for name, one in level.items()
    }
    told = courses | {
        "inversion_base": np.full(len(leads), 2.0),
        "inversion_depth": np.full(len(leads), 398.0),
    }
    told |= {"ventilation_index": np.full(len(leads), 900.0)}
    surface = {name: (("lead_time", "place"), one[:, None]) for name, one in told.items()}
    grade = (("lead_time", "place"), np.full((len(leads), 1), 5, dtype=np.int8), {"verified": 0})
    return xr.Dataset(
        {"height_above_ground": ("level", height), **volume, **surface, "dispersion_grade": grade},
        {"lead_time": leads, "place": ["urumqi"], "valid_time": ("lead_time", reference + leads)},
    )


def config_of(store: Path | str, **changes: Any) -> PageConfig:
    """Choices of the page over a store, looking anew at every request."""
    usual = {"store": str(store), "rescan_seconds": 0.0, "views_ahead": False}
    return page_config().model_copy(update=usual | changes)
