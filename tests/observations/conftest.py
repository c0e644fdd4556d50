"""Measurements made for the tests: stations in two cities, any values in µg/m³."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import xarray as xr

from tests.observations.made_hours import made_hours

Maker = Callable[..., xr.Dataset]


@pytest.fixture(scope="session")
def hours() -> Maker:
    """Give `hours(values, first=..., **pollutants)`: arrays (time, station) in µg/m³."""

    return made_hours
