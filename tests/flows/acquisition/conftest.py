"""A provider that publishes synthetic files, and sources that fetch from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from flows.acquisition.arrival import Allowance, WeatherWish
from flows.acquisition.configuration import InventoryConfig, MeasurementsConfig, WeatherSourceConfig
from flows.acquisition.sources import open_inventory, open_measurements, open_weather
from tests.flows.acquisition import published
from tests.flows.acquisition.server import Provider

CYCLE = np.datetime64("2026-11-23T06:00", "ns")
MOMENT = np.datetime64("2026-11-23T12:00", "ns")
WISH = WeatherWish((0, 3), (80.0, 92.0, 40.0, 48.0))
BOUNDS = {
    "connect_s": 2,
    "idle_s": 2.0,
    "whole_s": 6,
    "attempts": 1,
    "slowest_bytes_per_s": 500,
    "spare_mib": 1,
}
NAMES = {"chinese": "测试源", "english": "test source"}


def allowance(seconds: float = 10.0, moment: np.datetime64 = MOMENT) -> Allowance:
    return Allowance.of_seconds(seconds, moment)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as made:
        made.publish_all(published.GFS_PATTERN, published.gfs_of())
        made.publish_all(published.ECMWF_PATTERN, published.ecmwf_of())
        made.publish_all(published.CNEMC_PATTERN, published.cnemc_of())
        yield made


Open = Callable[..., Any]


@pytest.fixture
def open_source(provider: Provider, tmp_path: Path) -> Open:
    """Open a source of a kind: `open_source("gfs", bounds={...})`; its inbox is `tmp_path`/inbox."""
    paths = {"gfs": published.GFS_PATH, "ecmwf": published.ECMWF_PATH, "cnemc": published.CNEMC_PATH}

    def opened(kind: str, **settings: Any) -> Any:
        bounds = {**BOUNDS, **settings.pop("bounds", {})}
        given: dict[str, Any] = {"kind": kind, "name": kind, **NAMES, "bounds": bounds, **settings}
        if kind in paths and "urls" not in given:
            given["urls"] = [provider.url + paths[kind]]
        if kind == "http":
            return open_inventory(TypeAdapter(InventoryConfig).validate_python(given), tmp_path / "inbox")
        if kind in ("cnemc", "openaq"):
            return open_measurements(
                TypeAdapter(MeasurementsConfig).validate_python(given), tmp_path / "inbox"
            )
        return open_weather(TypeAdapter(WeatherSourceConfig).validate_python(given), tmp_path / "inbox")

    return opened


def listed(folder: Path) -> list[Path]:
    """Files that a reader of a folder would see."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
