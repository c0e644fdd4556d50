"""The ground as the lowest node, levels below it, slopes, and both vertical coordinates."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from atmosphere.trajectories.configuration import TrajectoryConfig, TurbulenceConfig
from atmosphere.trajectories.idealised_flows import FlowSettings, flow_weather
from atmosphere.trajectories.runs import Release, run_trajectories
from atmosphere.trajectories.weather_nodes import weather_nodes
from foundation.constants import DRY_AIR_GAS_CONSTANT, EARTH_RADIUS, GRAVITY
from foundation.errors import ContractError, InputError

OMEGA = "lagrangian_tendency_of_air_pressure"
SETTINGS = FlowSettings(
    np.arange(80.0, 90.1, 0.5), np.arange(40.0, 46.1, 0.5), np.array([20.0, 200.0, 1000.0, 3000.0, 8000.0]),
    np.array([0.0, 3.0, 6.0]),
)  # fmt: skip


def weather(east: float = 0.0, north: float = 0.0, upward: float = 0.0) -> xr.Dataset:
    return flow_weather(SETTINGS, lambda _lon, _lat, z, _time: (east + 0 * z, north + 0 * z, upward + 0 * z))


def end(
    data: xr.Dataset, hours: float = 3.0, height: float = 500.0, **settings: str
) -> tuple[float, float, float]:
    """Longitude, height and pressure of a particle from 82 E, 43 N."""
    config = TrajectoryConfig.model_validate(settings)
    release = Release(np.array([82.0]), np.array([43.0]), np.array([height]), data["time"].values[0])
    found = run_trajectories(data, release, hours, config)
    assert found.reasons == ("",)
    return float(found.lon[-1, 0]), float(found.height_m[-1, 0]), float(found.pressure_hpa[-1, 0])


@pytest.mark.parametrize("coordinate", ["height", "pressure"])
def test_steady_eastward_wind_goes_along_the_parallel(coordinate: str) -> None:
    lon, height, pressure = end(weather(east=10.0), coordinate=coordinate)
    way = 10.0 * 3 * 3600.0
    assert lon == pytest.approx(82.0 + np.rad2deg(way / (EARTH_RADIUS * np.cos(np.deg2rad(43.0)))), abs=2e-5)
    assert height == pytest.approx(500.0, abs=0.5)
    assert pressure == pytest.approx(
        1013.25 * np.exp(-GRAVITY * 500.0 / (DRY_AIR_GAS_CONSTANT * 280.0)), rel=2e-3
    )


def test_upward_motion_and_omega_say_the_same() -> None:
    rising = weather(upward=0.05)
    scale = DRY_AIR_GAS_CONSTANT * 280.0 / GRAVITY
    omega = rising.drop_vars("upward_air_velocity")
    omega[OMEGA] = (-rising["air_pressure"] / scale * rising["upward_air_velocity"]).assign_attrs(
        units="Pa s-1"
    )
    expected = 2000.0 + 0.05 * 3 * 3600.0
    for data in (rising, omega):
        for coordinate in ("height", "pressure"):
            assert end(data, height=2000.0, coordinate=coordinate)[1] == pytest.approx(expected, rel=0.02)


def test_without_vertical_motion_height_or_pressure_is_kept() -> None:
    rising = weather(east=10.0, upward=0.5)
    assert end(rising, vertical_motion="none")[1] == pytest.approx(500.0, abs=1e-3)
    start = end(rising, hours=1e-3, coordinate="pressure", vertical_motion="none")[2]
    assert end(rising, coordinate="pressure", vertical_motion="none")[2] == pytest.approx(start, abs=1e-3)


def test_air_that_follows_a_slope_keeps_its_height_above_ground() -> None:
    data = weather(east=10.0)
    slope = 100.0  # metres per degree of longitude
    data["surface_height"] = (slope * (data["lon"] - 80.0)).assign_attrs(units="m")
    per_metre = slope / (np.deg2rad(1.0) * EARTH_RADIUS * np.cos(np.deg2rad(data["lat"])))
    data["upward_air_velocity"] = (data["eastward_wind"] * per_metre).assign_attrs(units="m s-1")
    assert end(data)[1] == pytest.approx(500.0, abs=0.1)
    level = weather(east=10.0)
    level["surface_height"] = data["surface_height"]
    lon, height, _ = end(level)
    assert height == pytest.approx(500.0 - slope * (lon - 82.0), abs=0.5)


def test_sinking_air_comes_to_rest_at_the_ground() -> None:
    for coordinate in ("height", "pressure"):
        _, height, _ = end(weather(upward=-1.0), height=100.0, coordinate=coordinate)
        assert 0.0 <= height < 30.0


def test_levels_below_the_ground_are_not_used() -> None:
    data = weather(east=10.0)
    sunk = data.copy(deep=True)
    sunk["height_above_ground"] = (data["height_above_ground"] - 900.0).assign_attrs(units="m")
    wind = sunk["eastward_wind"].values.copy()
    wind[:, :2] = -50.0  # 880 and 700 m below the ground
    sunk["eastward_wind"] = (sunk["eastward_wind"].dims, wind, {"units": "m s-1"})
    assert end(sunk, height=30.0)[0] == pytest.approx(end(data, height=30.0)[0], abs=1e-3)


def test_the_10_m_wind_holds_at_the_ground() -> None:
    data = weather(east=10.0)
    for name, value in (("eastward_wind_10m", 2.0), ("northward_wind_10m", 0.0)):
        data[name] = (("time", "y", "x"), np.full((3, 13, 21), value), {"units": "m s-1"})
    way = np.rad2deg(2.0 * 3 * 3600.0 / (EARTH_RADIUS * np.cos(np.deg2rad(43.0))))
    assert end(data, height=0.0)[0] == pytest.approx(82.0 + way, abs=1e-3)


def test_what_is_missing_is_named() -> None:
    bare = weather().drop_vars("upward_air_velocity")
    with pytest.raises(InputError, match=f"expected 'upward_air_velocity' or '{OMEGA}', got neither"):
        end(bare)
    assert end(bare, vertical_motion="none")[1] == pytest.approx(500.0)
    with pytest.raises(InputError, match="expected 'surface_height'"):
        end(weather().drop_vars("surface_height"))
    with pytest.raises(InputError, match="two times or more, got 1"):
        weather_nodes(weather().isel(time=[0]), TrajectoryConfig())
    with pytest.raises(InputError, match="expected 'boundary_layer_height'"):
        weather_nodes(weather(), TrajectoryConfig(turbulence=TurbulenceConfig()))
    with pytest.raises(InputError, match="turbulence needs coordinate 'height'"):
        weather_nodes(weather(), TrajectoryConfig(coordinate="pressure", turbulence=TurbulenceConfig()))


def test_missing_winds_and_disordered_times_are_refused() -> None:
    holed = weather()
    holed["eastward_wind"].values[1, 2, 3, 4] = np.nan
    with pytest.raises(ContractError, match="'eastward_wind': expected no missing value, got 1"):
        weather_nodes(holed, TrajectoryConfig())
    with pytest.raises(ContractError, match="strictly increasing"):
        weather_nodes(weather().isel(time=[1, 0, 2]), TrajectoryConfig())
