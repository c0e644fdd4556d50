"""Fields and profiles of the weather that a run saw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from atmosphere.meteorology.diagnostics.diagnosis import diagnose
from atmosphere.meteorology.diagnostics.profile_of_grid import profile_of_grid
from atmosphere.meteorology.idealised import idealised_winter_weather
from flows.weather import story_fronts
from flows.weather_products import PROFILES_FILE, WEATHER_FOLDER, weather_products, write_weather
from foundation.configuration import load_shipped
from foundation.grids import GridConfig
from foundation.places import gazetteer
from foundation.times import HOUR

REFERENCE = np.datetime64("2026-11-20T08:00", "ns")


@pytest.fixture(scope="module")
def weather() -> xr.Dataset:
    grid = load_shipped(GridConfig, "domains/demo.yaml").grid()
    times = np.arange(REFERENCE, REFERENCE + 7 * HOUR, HOUR)
    return idealised_winter_weather(grid, times, story_fronts(REFERENCE))


def test_profiles_say_what_the_diagnosis_of_a_point_says(weather: xr.Dataset) -> None:
    grid = load_shipped(GridConfig, "domains/demo.yaml").grid()
    made = weather_products(weather, grid, REFERENCE, 168)
    assert made.fields.sizes["lead_time"] == 6
    for name in ("urumqi", "karamay"):
        place = gazetteer().place(name)
        for hour in (0, 5):
            time = REFERENCE + (hour + 1) * HOUR
            alone = diagnose(profile_of_grid(weather, place.lon, place.lat, time))
            there = made.profiles.sel(place=name).isel(lead_time=hour)
            assert there["valid_time"].values == time
            np.testing.assert_allclose(there["air_temperature"].values, alone.profile.temperature)
            assert alone.inversion is not None
            assert alone.ventilation is not None
            assert alone.dispersion is not None
            assert float(there["inversion_strength"]) == pytest.approx(alone.inversion.strength)
            assert float(there["ventilation_index"]) == pytest.approx(alone.ventilation.index)
            assert int(there["dispersion_grade"]) == alone.dispersion.grade


def test_what_is_written_is_read_back_to_its_rounding(weather: xr.Dataset, tmp_path: Path) -> None:
    grid = load_shipped(GridConfig, "domains/demo.yaml").grid()
    made = weather_products(weather, grid, REFERENCE, 4)
    assert write_weather(tmp_path, made, {"synthetic": 1}) == {
        "weather": WEATHER_FOLDER,
        "profiles": PROFILES_FILE,
    }
    assert write_weather(tmp_path, None, {}) == {}
    with xr.open_zarr(tmp_path / WEATHER_FOLDER, chunks=None, decode_timedelta=True) as back:
        assert back["eastward_wind_10m"].encoding["dtype"] == np.int16
        np.testing.assert_allclose(
            back["eastward_wind_10m"], weather["eastward_wind_10m"].isel(time=slice(1, 5)), atol=0.0051
        )
        np.testing.assert_allclose(
            back["boundary_layer_height"], weather["boundary_layer_height"].isel(time=slice(1, 5)), atol=0.51
        )
    with xr.open_dataset(tmp_path / PROFILES_FILE, decode_timedelta=True) as profiles:
        assert profiles.sizes == {"place": 16, "lead_time": 4, "level": 12}
