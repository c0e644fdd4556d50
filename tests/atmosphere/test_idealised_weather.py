"""The idealised winter: terrain, the life of an episode, continuity, and the stamp on it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import torch
import xarray as xr

from atmosphere.meteorology.column_balance import ColumnBalance
from atmosphere.meteorology.idealised import Front, idealised_winter_weather
from atmosphere.meteorology.idealised.fronts import FRONT_SPEED_H_PER_DEGREE, REFERENCE_LONGITUDE
from atmosphere.meteorology.idealised.terrain import surface_height
from atmosphere.transport.air_flow import air_flows
from foundation.configuration import load_shipped
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY
from foundation.errors import InputError
from foundation.grids import Grid, GridConfig

HOUR = np.timedelta64(1, "h")
START = np.datetime64("2016-01-10T00", "ns")
URUMQI, FLOOR = (87.6177, 43.7928), (86.0, 44.9)
UNBOUNDED = ColumnBalance(wind_error_m_s=1e-6, top_error_m_s=1e3)


@lru_cache(maxsize=1)
def grid() -> Grid:
    whole = load_shipped(GridConfig, "domains/tianshan.yaml")
    return whole.model_copy(update={"step_deg": 0.2}).grid()


def fronts() -> list[Front]:
    return [Front(START, strength=1.0, dust=1.0), Front(START + 150 * HOUR, strength=0.85)]


def weather_at(*hours: float) -> xr.Dataset:
    times = START + (np.array(hours) * 3600).astype("timedelta64[s]")
    return idealised_winter_weather(grid(), times, fronts())


def at(weather: xr.Dataset, place: tuple[float, float]) -> xr.Dataset:
    row, column = grid().cell_of(*place) or (0, 0)
    return weather.isel(y=row, x=column).squeeze("time")


def inversion(column: xr.Dataset) -> tuple[float, float, float]:
    """Base and top (m above ground) and strength (K) of the strongest inversion of one column at one time."""
    temperature, height = column["air_temperature"].values, column["height_above_ground"].values
    best = (0.0, 0.0, 0.0)
    for base in range(len(height)):
        for top in range(base + 1, len(height)):
            rise = float(temperature[top] - temperature[base])
            if (np.diff(temperature[base : top + 1]) > 0).all() and rise > best[2]:
                best = (float(height[base]), float(height[top]), rise)
    return best


def test_the_terrain_has_its_basin_ranges_and_gap() -> None:
    lon, lat = np.meshgrid(np.arange(84.0, 89.0, 0.1), np.arange(44.6, 46.0, 0.1))
    floor = surface_height(lon, lat)
    assert floor.min() > 300.0
    assert np.median(floor) < 600.0

    def crest(east: float) -> float:
        return float(surface_height(np.full(141, east), np.linspace(42.7, 44.1, 141)).max())

    assert crest(85.0) > 4000.0
    assert crest(88.5) > 4000.0
    assert float(surface_height(np.array(88.0), np.array(43.3))) < 1700.0
    assert 700.0 < float(surface_height(np.array(URUMQI[0]), np.array(URUMQI[1]))) < 1050.0
    assert float(surface_height(np.array(90.0), np.array(47.6))) > 2000.0
    assert crest(79.9) > 0.0
    assert float(surface_height(np.array(82.5), np.array(45.3))) < 700.0


def test_a_lifted_inversion_grows_between_fronts() -> None:
    noon = 6.5  # 06:30 UTC is 12:20 by the sun at Urumqi
    strength = []
    for day in (1, 2, 3, 5):
        made = weather_at(24.0 * day + noon)
        base, top, rise = inversion(at(made, FLOOR))
        strength.append(rise)
        if day >= 3:
            assert 250.0 <= base <= 600.0
            assert 1000.0 <= top <= 1800.0
    assert (np.diff(strength) > 0).all()
    assert 8.0 < strength[-1] < 13.0
    after_front = at(weather_at(162.0), URUMQI)
    assert inversion(after_front)[2] < 1.0
    assert float(after_front["boundary_layer_height"]) > 1500.0


def test_winds_of_pool_breezes_and_front() -> None:
    night, day = weather_at(138.0), weather_at(128.0)  # 18 UTC and 8 UTC: midnight and 14 h by the sun
    valley_night, valley_day = at(night, URUMQI), at(day, URUMQI)
    assert float(valley_night["northward_wind_10m"]) > 0.4
    assert float(valley_day["northward_wind_10m"]) < -0.4
    pool = at(night, FLOOR)
    assert 0.3 < float(np.hypot(pool["eastward_wind_10m"], pool["northward_wind_10m"])) < 2.0
    foehn = valley_night.isel(level=7)  # 850 m
    assert float(foehn["eastward_wind"]) < 0.0 < float(foehn["northward_wind"])
    aloft = night["eastward_wind"].isel(level=-2)
    assert 5.0 < float(aloft.mean()) < 15.0
    front = weather_at(9.0)
    speed = np.hypot(front["eastward_wind"], front["northward_wind"]).isel(level=5)
    behind = speed.where(
        (front["lon"] > 85.5) & (front["lon"] < 87.0) & (front["lat"] > 44.5) & (front["lat"] < 46.0)
    )
    assert 12.0 < float(behind.mean()) < 20.0
    assert float(at(front, FLOOR)["friction_velocity"]) > 0.45
    assert float(at(night, FLOOR)["friction_velocity"]) < 0.1


def test_fronts_cross_from_west_to_east_at_three_hours_a_degree() -> None:
    hours = np.arange(144.0, 172.0)
    made = weather_at(*hours)
    row = 20
    passage = hours[made["precipitation_rate"].isel(y=row).values.argmax(axis=0)]
    expected = 150.0 + FRONT_SPEED_H_PER_DEGREE * (grid().lon - REFERENCE_LONGITUDE)
    inside = (expected > 146.0) & (expected < 170.0)
    assert np.abs(passage - expected)[inside].max() <= 0.5
    assert float(made["precipitation_rate"].max()) * 3600.0 < 2.0
    assert float(weather_at(12.0)["precipitation_rate"].max()) == pytest.approx(0.0, abs=1e-9)


def test_air_is_hydrostatic() -> None:
    made = weather_at(100.0)
    logarithm, temperature = np.log(made["air_pressure"]).values, made["air_temperature"].values
    height = grid().layer_height_m
    mean = 0.5 * (1.0 / temperature[:, 1:] + 1.0 / temperature[:, :-1])
    expected = -GRAVITY / DRY_AIR_GAS_CONSTANT * mean * np.diff(height)[:, None, None]
    np.testing.assert_allclose(np.diff(logarithm, axis=1), expected, atol=2e-4)


@pytest.mark.parametrize("hour", [6.0, 72.0, 150.0])
def test_wind_and_density_satisfy_continuity(hour: float) -> None:
    """Uncorrected, less than 1.5 mm/s (root mean square) and 2 cm/s (most) goes through the top."""
    flow = next(air_flows(weather_at(hour, hour + 1.0), grid(), torch.float64, balance=UNBOUNDED))
    through = flow.flux_z[0, -1].numpy() / grid().cell_area_m2 / 0.6
    assert float(np.sqrt((through**2).mean())) < 1.5e-3
    assert float(np.abs(through).max()) < 2e-2


def test_vertical_motion_is_that_of_the_flow() -> None:
    """At the lowest level air climbs with the ground; higher up it is what continuity demands."""
    made = weather_at(72.0, 73.0)
    flow = next(air_flows(made, grid(), torch.float64, balance=UNBOUNDED))
    state = made.isel(time=0)
    density = state["air_pressure"] / (DRY_AIR_GAS_CONSTANT * state["air_temperature"])
    across = 0.5 * (flow.flux_z[0, 1:] + flow.flux_z[0, :-1]).numpy() / grid().cell_area_m2 / density
    length_x = grid().y_face_length_m.mean(axis=0).mean()
    rise_y = np.gradient(state["surface_height"].values, axis=0) / grid().x_face_length_m[:, None]
    rise_x = np.gradient(state["surface_height"].values, axis=1) / length_x
    expected = across + state["eastward_wind"] * rise_x + state["northward_wind"] * rise_y
    error = (state["upward_air_velocity"] - expected).values
    assert float(np.sqrt((error**2).mean())) < 0.1 * float(np.sqrt((expected.values**2).mean()))


def test_pieces_fit_and_the_stamp_is_there() -> None:
    whole, piece = weather_at(3.0, 4.0, 5.0), weather_at(4.0)
    xr.testing.assert_identical(whole.isel(time=[1]), piece)
    assert whole.attrs["synthetic"] == 1
    assert whole.attrs["title"] == "合成数据，非实测 SYNTHETIC, not measured"


def test_the_domain_of_dust_is_covered_too() -> None:
    dust = load_shipped(GridConfig, "domains/dust.yaml").grid()
    made = idealised_winter_weather(dust, np.array([START]), fronts())
    assert float(made["surface_height"].sel(y=35.1, x=85.1, method="nearest")) > 3500.0
    assert made.sizes["time"] == 1


def test_what_is_no_time_or_front_is_refused() -> None:
    for times in (
        np.array([START, START]),
        np.array([], "datetime64[ns]"),
        np.array(["NaT"], "datetime64[ns]"),
    ):
        with pytest.raises(InputError, match="times: expected one or more instants that grow"):
            idealised_winter_weather(grid(), times, fronts())
    with pytest.raises(InputError, match="front: expected"):
        Front(START, strength=1.5)
    with pytest.raises(InputError, match="stagnation before"):
        idealised_winter_weather(grid(), np.array([START]), fronts(), stagnation_before=2.0)
