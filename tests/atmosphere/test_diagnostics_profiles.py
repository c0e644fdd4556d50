"""Profiles: cut from grids and soundings, and the physics they stand on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.diagnostics.air_profile import Profile
from atmosphere.meteorology.diagnostics.profile_of_grid import profile_of_grid
from atmosphere.meteorology.diagnostics.profile_of_sounding import (
    distance_km,
    nearest_sounding,
    profile_of_sounding,
)
from atmosphere.meteorology.diagnostics.thermodynamics import (
    dew_point_of_specific_humidity,
    hydrostatic_height,
    mixing_ratio,
    potential_temperature,
    relative_humidity,
    virtual_temperature,
)
from atmosphere.meteorology.point_reports import read_soundings
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.errors import InputError
from tests.atmosphere.air_columns import grid_weather

G_OVER_R = 9.80665 / 287.0423113


def test_bilinear_interpolation_is_exact_for_linear_fields() -> None:
    weather = METEOROLOGY.check(grid_weather())
    profile = profile_of_grid(weather, 88.6, 44.3)
    slope = 2.0 * 1.0 - 3.0 * 0.5
    assert profile.height == pytest.approx([2.0, 600.0 + slope, 2050.0 + slope, 4500.0 + slope])
    assert profile.temperature == pytest.approx(np.array([252.0, 264.0, 258.0, 245.0]) + 0.1 * slope)
    assert profile.eastward_wind == pytest.approx([0.5, 3.0, 6.0, 12.0])
    assert profile.pressure[0] == pytest.approx(92000.0 * np.exp(-2.0 * G_OVER_R / 252.05))
    assert profile.surface["boundary_layer_height"] == pytest.approx(120.0 + slope)
    assert profile.surface_height == pytest.approx(800.0 + slope)
    assert profile.wind_height[0] == 10.0
    assert profile.height[0] == 2.0


def test_without_surface_values_the_profile_begins_at_the_lowest_level_and_says_so() -> None:
    weather = grid_weather().drop_vars("air_temperature_2m")
    profile = profile_of_grid(weather, 87.6, 43.8)
    assert not profile.starts_at_surface
    assert profile.pressure == pytest.approx([85000.0, 70000.0, 50000.0])
    assert "2米气温" in profile.remarks[0][0]


def test_without_surface_pressure_it_follows_from_the_level_above() -> None:
    profile = profile_of_grid(grid_weather().drop_vars("surface_pressure"), 87.6, 43.8)
    thickness = np.log(profile.pressure[0] / 85000.0) / G_OVER_R * 0.5 * (252.0 + 264.0)
    assert thickness == pytest.approx(600.0 - 2.0)


@pytest.mark.parametrize(
    ("lon", "lat", "message"),
    [
        (95.0, 43.8, r"lies outside the weather's area, 80 to 90°E, 40 to 47.5°N"),
        (87.6, 50.0, "lies outside the weather's area"),
        (43.8, 87.6, "look swapped"),
        (41.0, 85.0, "look swapped"),
        (43.8, 187.6, "is no point on the earth; they look swapped"),
        (float("nan"), 43.8, "is no point on the earth"),
    ],
)
def test_points_outside_are_refused_in_one_line(lon: float, lat: float, message: str) -> None:
    with pytest.raises(InputError, match=message) as refusal:
        profile_of_grid(grid_weather(), lon, lat)
    assert "\n" not in str(refusal.value)


def test_times_outside_are_refused() -> None:
    with pytest.raises(InputError, match="no weather at 2011-01-16T12:00Z; the file holds 2011-01-15T12:00Z"):
        profile_of_grid(grid_weather(), 87.6, 43.8, np.datetime64("2011-01-16T12", "ns"))


def test_a_grid_round_the_earth_is_closed_at_its_seam() -> None:
    weather = grid_weather(x0=-180.0, step=10.0, columns=36)
    inside, seam = profile_of_grid(weather, 175.0, 43.8), profile_of_grid(weather, -179.9 + 360.0, 43.8)
    assert seam.temperature[0] == pytest.approx(profile_of_grid(weather, -179.9, 43.8).temperature[0])
    west, east = (float(weather["air_temperature_2m"].interp(y=43.8)[0, column]) for column in (35, 0))
    assert inside.temperature[0] == pytest.approx(0.5 * (west + east))


def test_a_projected_grid_is_entered_through_its_projection() -> None:
    crs = "+proj=lcc +lat_1=35 +lat_2=50 +lat_0=43.8 +lon_0=87.6 +R=6370000"
    weather = grid_weather(crs)
    import pyproj

    metres = 30000.0 * np.arange(-2, 3), 30000.0 * np.arange(-2, 2)
    lon, lat = pyproj.Proj(crs)(*np.meshgrid(*metres), inverse=True)
    weather = weather.assign_coords(x=metres[0], y=metres[1], lon=(("y", "x"), lon), lat=(("y", "x"), lat))
    profile = profile_of_grid(weather, 87.6, 43.8)  # the projection's origin: the third column, third row
    assert profile.temperature[0] == pytest.approx(float(weather["air_temperature_2m"][0, 2, 2]))


def test_profiles_out_of_order_are_refused() -> None:
    good = profile_of_grid(grid_weather(), 87.6, 43.8)
    fields = {name: getattr(good, name) for name in good.__dataclass_fields__}
    with pytest.raises(InputError, match="falling pressure and growing height"):
        Profile(**{**fields, "height": good.height[::-1]})
    with pytest.raises(InputError, match="temperature: expected numbers on every level"):
        Profile(**{**fields, "temperature": np.full(4, np.nan)})
    with pytest.raises(InputError, match="two levels or more above ground, got 1"):
        Profile(**{n: v[:1] if isinstance(v, np.ndarray) else v for n, v in fields.items()})


def test_metpy_does_what_its_names_say() -> None:
    # Bolton (1980, doi:10.1175/1520-0493(1980)108<1046:TCOEPT>2.0.CO;2), table 1: e_s(20 C) = 23.37 hPa.
    vapour = 23.37
    assert mixing_ratio(np.array([1e5]), np.array([293.15])) == pytest.approx(
        [0.62198 * vapour / (1000.0 - vapour)], rel=2e-3
    )
    assert potential_temperature(np.array([5e4]), np.array([250.0]))[0] == pytest.approx(
        250.0 * 2.0 ** (2.0 / 7.0), rel=1e-5
    )
    assert relative_humidity(np.array([293.15]), np.array([293.15]))[0] == pytest.approx(1.0)
    wet = virtual_temperature(np.array([1e5]), np.array([300.0]), np.array([293.15]))[0]
    ratio = 0.62198 * vapour / (1000.0 - vapour)
    assert wet == pytest.approx(300.0 * (1 + 0.61 * ratio / (1 + ratio)), rel=1e-4)
    assert virtual_temperature(np.array([1e5]), np.array([300.0]), np.array([np.nan]))[0] == 300.0


@given(dew=st.floats(200.0, 300.0), pressure=st.floats(40000.0, 105000.0))
@settings(max_examples=30, deadline=None)
def test_dew_point_and_humidity_go_back_and_forth(dew: float, pressure: float) -> None:
    ratio = mixing_ratio(np.array([pressure]), np.array([dew]))
    back = dew_point_of_specific_humidity(np.array([pressure]), ratio / (1.0 + ratio))
    assert back[0] == pytest.approx(dew, abs=2e-3)
    assert np.isnan(dew_point_of_specific_humidity(np.array([pressure]), np.array([0.0]))[0])


def test_heights_of_the_standard_atmosphere() -> None:
    # US Standard Atmosphere 1976, table I: pressures at geopotential heights, 6.5 K colder each km.
    pressure = np.array([101325.0, 89874.6, 79495.2, 70108.5, 54019.9])
    height = np.array([0.0, 1000.0, 2000.0, 3000.0, 5000.0])
    assert hydrostatic_height(pressure, 288.15 - 0.0065 * height) == pytest.approx(height, abs=1.5)


def test_distances_on_the_sphere() -> None:
    assert distance_km(0.0, 0.0, np.array([90.0]), np.array([0.0]))[0] == pytest.approx(6371.229 * np.pi / 2)
    assert distance_km(87.6, 43.8, np.array([87.6]), np.array([44.8]))[0] == pytest.approx(111.2, abs=0.1)


@pytest.mark.real_data
def test_soundings_of_the_neighbours(real_data: Path) -> None:
    soundings = read_soundings(real_data / "meteorology" / "surface" / "temp_20081208T12.bufr")
    at = nearest_sounding(soundings, 73.3, 49.7, None)
    assert str(soundings["station"].values[at]) == "35394"
    profile = profile_of_sounding(soundings, at)
    # Karaganda, 553 m: the report itself gives 850 hPa at 1491 m.
    level = int(np.flatnonzero(profile.pressure == 85000.0)[0])
    assert profile.height[level] + 553.0 == pytest.approx(1491.0, abs=4.0)
    assert profile.remarks == ()
    almaty = profile_of_sounding(soundings, nearest_sounding(soundings, 76.93, 43.23, None))
    assert "-200 m" in almaty.remarks[0][1]  # the report carries the height of another site
    with pytest.raises(InputError, match=r"no sounding within 50 km of lon 87\.6, lat 43\.8; the nearest"):
        nearest_sounding(soundings, 87.6, 43.8, None)
    with pytest.raises(InputError, match="no sounding there at 2008-12-09T00:00Z"):
        nearest_sounding(soundings, 73.3, 49.7, np.datetime64("2008-12-09T00:00", "ns"))


@pytest.mark.real_data
def test_every_real_sounding_gives_a_profile_or_one_line(real_data: Path) -> None:
    soundings = read_soundings(real_data / "meteorology" / "surface" / "temp_20081208T12.bufr")
    made = 0
    for index in range(0, soundings.sizes["station"], 7):
        try:
            profile = profile_of_sounding(soundings, index)
        except InputError as error:
            assert "\n" not in str(error)
            continue
        made += 1
        assert profile.height[0] == 0.0
        assert 100.0 < profile.height[-1] < 45000.0
    assert made >= 58
