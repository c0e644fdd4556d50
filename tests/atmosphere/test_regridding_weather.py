"""Whole weather data sets on the model's grid: bounds, inversions, refusals, and a real GFS state."""

from __future__ import annotations

import time as clock
from pathlib import Path

import numpy as np
import pytest
import torch
import xarray as xr

from atmosphere.meteorology.column_balance import ColumnBalance
from atmosphere.meteorology.grid_fit import check_on_grid
from atmosphere.meteorology.regridding import on_grid
from atmosphere.transport.air_flow import air_flows
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.configuration import load_shipped
from foundation.constants import DRY_AIR_GAS_CONSTANT, EARTH_RADIUS, GRAVITY
from foundation.errors import ContractError, InputError
from foundation.grids import Grid, GridConfig

LEVELS = np.array([1000, 975, 950, 925, 900, 850, 800, 750, 700, 650, 600, 550, 500, 450, 400, 350, 300, 250])
SMALL = GridConfig(
    name="small",
    west=85.0,
    east=89.0,
    south=42.5,
    north=45.5,
    step_deg=0.25,
    layer_tops_m=(20, 120, 480, 1000, 5000),
).grid()
HOUR = np.timedelta64(1, "h")
START = np.datetime64("2016-01-10T00", "ns")


def ground_height(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    return 500.0 + 60.0 * (lon - 80.0) + 100.0 * (46.0 - lat)


def pressure_level_weather(
    step: float = 0.25, count: int = 2, west: float = 78.0, rows: int = 41
) -> xr.Dataset:
    """Isothermal air of 260 K over an inclined plane, a linear wind, and air of 250 K at the ground."""
    lon, lat = west + step * np.arange(round(19 / step) + 1), 40.5 + step * np.arange(rows)
    across, up = np.meshgrid(lon, lat)
    surface = ground_height(across, up)
    scale = DRY_AIR_GAS_CONSTANT * 260.0 / GRAVITY
    height = scale * np.log(102_000.0 / (100.0 * LEVELS))[:, None, None] - surface
    shape = (count, len(LEVELS), *surface.shape)
    hour = 3.0 * np.arange(count)[:, None, None]
    volume = {
        "eastward_wind": across - 80.0 + 0.01 * hour[..., None],
        "northward_wind": 0.1 * (up - 45.0),
        "air_temperature": np.float64(260.0),
        "air_pressure": 100.0 * LEVELS[:, None, None],
        "height_above_ground": height,
        "specific_humidity": np.float64(5e-4),
    }
    flat = {
        "surface_pressure": 102_000.0 * np.exp(-surface / scale),
        "air_temperature_2m": np.float64(250.0),
        "precipitation_rate": 1e-4 * (1.0 + hour),
        "boundary_layer_height": 300.0 + 10.0 * (across - 80.0),
        "snow_depth": np.where(up > 44.0, 0.2, np.nan),
    }
    known = {**METEOROLOGY.variables, **METEOROLOGY.optional}
    made = {}
    for name, values in {**volume, **flat}.items():
        whole = np.broadcast_to(values, shape if name in volume else (count, *surface.shape))
        made[name] = (known[name].dims, whole.astype(np.float32), {"units": known[name].units})
    made["surface_height"] = (("y", "x"), surface, {"units": "m"})
    coords = {
        "time": START + 3 * HOUR * np.arange(count), "x": lon, "y": lat,
        "lon": (("y", "x"), across, {"units": "degrees_east"}),
        "lat": (("y", "x"), up, {"units": "degrees_north"}),
    }  # fmt: skip
    return METEOROLOGY.check(xr.Dataset(made, coords, {"source": "made", "crs": "EPSG:4326"}))


def test_weather_arrives_on_the_grid() -> None:
    made = on_grid(pressure_level_weather(), SMALL)
    check_on_grid(made, SMALL)
    assert made["snow_depth"].isel(y=0).isnull().all()
    assert (made["snow_depth"].isel(y=-1) == pytest.approx(0.2, rel=1e-6)).all()
    np.testing.assert_allclose(made["surface_height"], ground_height(made["lon"], made["lat"]), atol=0.01)
    np.testing.assert_allclose(
        made["boundary_layer_height"][0], 300.0 + 10.0 * (made["lon"] - 80.0), atol=1e-3
    )
    upper = made.isel(level=-1, time=0)
    np.testing.assert_allclose(upper["eastward_wind"], made["lon"] - 80.0, atol=1e-4)
    np.testing.assert_allclose(upper["air_temperature"], 260.0, atol=1e-4)
    height = ground_height(made["lon"], made["lat"]) + SMALL.layer_height_m[-1]
    expected = 102_000.0 * np.exp(-height * GRAVITY / DRY_AIR_GAS_CONSTANT / 260.0)
    np.testing.assert_allclose(upper["air_pressure"], expected, rtol=1e-5)


def test_nothing_leaves_the_bounds_of_the_source_and_the_inversion_is_kept() -> None:
    weather = pressure_level_weather()
    made = on_grid(weather, SMALL)
    for name in ("eastward_wind", "northward_wind", "air_temperature"):
        lowest = 250.0 if name == "air_temperature" else min(0.0, float(weather[name].min()))
        assert float(made[name].min()) >= lowest - 1e-4
        assert float(made[name].max()) <= float(weather[name].max()) + 1e-4
    column = made["air_temperature"].isel(time=0, y=6, x=8).values
    assert column[0] < 250.6
    assert (np.diff(column[:3]) > 0).all()


def test_hours_between_are_made() -> None:
    times = START + np.arange(4) * HOUR
    made = on_grid(pressure_level_weather(count=3), SMALL, times)
    np.testing.assert_array_equal(made["time"], times)
    wind = made["eastward_wind"].isel(level=-1, y=3, x=3)
    np.testing.assert_allclose(wind - wind[0], 0.01 * np.arange(4), atol=1e-5)
    np.testing.assert_allclose(made["precipitation_rate"][:, 2, 2], 1e-4 * np.array([1, 4, 4, 4]), rtol=1e-6)


def test_the_models_own_ground_moves_pressure_and_temperature() -> None:
    weather = pressure_level_weather()
    mine = ground_height(*np.meshgrid(SMALL.lon, SMALL.lat)) + 300.0
    high, low = on_grid(weather, SMALL, terrain=mine), on_grid(weather, SMALL)
    np.testing.assert_allclose(high["surface_height"], mine, rtol=1e-6)
    np.testing.assert_allclose(high["air_temperature"], low["air_temperature"] - 0.0065 * 300.0, rtol=1e-6)
    thickness = 300.0 * GRAVITY / DRY_AIR_GAS_CONSTANT / (low["air_temperature"] - 0.0065 * 150.0)
    np.testing.assert_allclose(high["air_pressure"], low["air_pressure"] * np.exp(-thickness), rtol=1e-5)
    np.testing.assert_array_equal(high["eastward_wind"], low["eastward_wind"])
    with pytest.raises(InputError, match="'surface_height' is missing"):
        on_grid(weather.drop_vars("surface_height"), SMALL, terrain=mine)


def test_what_cannot_be_regridded_is_refused_in_one_line() -> None:
    with pytest.raises(InputError, match=r"lacks 0\.875° in the west"):
        on_grid(pressure_level_weather(west=86.0), SMALL)
    with pytest.raises(InputError, match=r"lacks .* in the north"):
        on_grid(pressure_level_weather(rows=12), SMALL)
    with pytest.raises(InputError, match="upper levels are missing"):
        on_grid(pressure_level_weather().isel(level=slice(0, 10)), SMALL)
    gap = pressure_level_weather()
    gap["eastward_wind"][1, 4, 5, 6] = np.nan
    with pytest.raises(ContractError, match="'eastward_wind': expected no missing value, got 1"):
        on_grid(gap, SMALL)
    with pytest.raises(InputError, match="no weather at 2016-01-10T09:00"):
        on_grid(pressure_level_weather(), SMALL, START + np.array([0, 9]) * HOUR)
    with pytest.raises(InputError, match="'x' is missing"):
        on_grid(pressure_level_weather().drop_vars("x"), SMALL)


def test_a_quarter_degree_state_takes_less_than_a_second() -> None:
    grid = load_shipped(GridConfig, "domains/tianshan.yaml").grid()
    weather = pressure_level_weather(count=3)
    start = clock.perf_counter()
    on_grid(weather, grid)
    assert (clock.perf_counter() - start) / 3 < 1.0


@pytest.mark.real_data
def test_gfs_over_urumqi_keeps_its_winter_inversion(real_data: Path) -> None:
    """2011-01-15 12 UTC: 251 K at 2 m under 264 K at 850 hPa, mixed to 20 m."""
    reading = pytest.importorskip("atmosphere.meteorology.reading")
    grid: Grid = load_shipped(GridConfig, "domains/tianshan.yaml").grid()
    path = real_data / "meteorology" / "gfs_2p5deg_20110110T12_f120.grib2"
    weather = reading.read_weather(path, (70.0, 105.0, 35.0, 55.0))
    made = on_grid(weather, grid)
    check_on_grid(made, grid)
    for name in ("eastward_wind", "northward_wind", "air_temperature", "boundary_layer_height"):
        values = weather[name].values
        extremes = [values, weather["air_temperature_2m"].values] if name == "air_temperature" else [values]
        assert float(made[name].max()) <= max(float(part.max()) for part in extremes) + 1e-3
        assert float(made[name].min()) >= min(float(part.min()) for part in extremes) - 1e-3
    row, column = grid.cell_of(87.6177, 43.7928) or (0, 0)
    urumqi = made.isel(time=0, y=row, x=column)
    temperature = urumqi["air_temperature"].values
    assert temperature[0] == pytest.approx(float(urumqi["air_temperature_2m"]), abs=1.0)
    assert 8.0 < temperature.max() - temperature[0] < 16.0
    assert 250.0 < grid.layer_height_m[int(np.argmax(temperature))] < 1800.0
    assert float(urumqi["boundary_layer_height"]) < 100.0


@pytest.mark.real_data
def test_ngm_on_its_polar_projection_drives_a_flow_that_closes(real_data: Path) -> None:
    """Real tendencies and winds over the Mississippi: uncorrected, 4 cm/s go through the top."""
    reading = pytest.importorskip("atmosphere.meteorology.reading")
    grid = GridConfig(
        name="mississippi", west=-98.0, east=-86.0, south=34.0, north=43.0, step_deg=0.5,
        layer_tops_m=(20, 120, 480, 1000, 2000, 3000, 5000),
    ).grid()  # fmt: skip
    weather = reading.read_weather(real_data / "meteorology" / "hysplit_ngm" / "oct1618.BIN")
    made = on_grid(weather.isel(time=slice(0, 3)), grid)
    first, second = air_flows(made, grid, torch.float64)
    assert float((first.mass_after(7200.0) / second.mass - 1.0).abs().max()) < 1e-12
    raw = next(air_flows(made, grid, torch.float64, balance=ColumnBalance(1e-6, 1e3)))
    before, after = (
        float(np.sqrt(np.mean((flow.flux_z[0, -1].numpy() / grid.cell_area_m2 / 0.65) ** 2)))
        for flow in (raw, first)
    )
    assert before > 0.02
    assert after < 0.4 * before
    moved = (first.flux_x - raw.flux_x)[..., 1:] / (first.mass / (EARTH_RADIUS * np.deg2rad(0.5) * 0.78))
    assert float(moved.abs().max()) < 4.0
