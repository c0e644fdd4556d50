"""Levels to layers, and times between times, against profiles with closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from atmosphere.meteorology.layers import on_layers, saturation_humidity
from atmosphere.meteorology.time_interpolation import in_time
from foundation.constants import DRY_AIR_GAS_CONSTANT, GRAVITY
from foundation.errors import InputError

LAYERS = np.array([5.0, 10.0, 40.0, 160.0, 590.0, 1700.0, 4000.0])
SHAPE = (3, 4)


def levels(*heights: float) -> np.ndarray:
    """Levels at these heights, each column shifted by up to 30 m."""
    shift = 10.0 * np.arange(12.0).reshape(SHAPE) / 4.0
    return np.array(heights)[:, None, None] + shift


def atmosphere(height: np.ndarray, lapse: float = 0.0, roughness: float = 0.1) -> dict[str, np.ndarray]:
    temperature = 280.0 - lapse * height
    if lapse:
        pressure = 9e4 * (temperature / 280.0) ** (GRAVITY / DRY_AIR_GAS_CONSTANT / lapse)
    else:
        pressure = 9e4 * np.exp(-GRAVITY * height / (DRY_AIR_GAS_CONSTANT * 280.0))
    speed = np.log(np.maximum(height, roughness) / roughness)
    return {
        "height_above_ground": height, "air_temperature": temperature, "air_pressure": pressure,
        "eastward_wind": speed, "northward_wind": -0.5 * speed,
    }  # fmt: skip


SURFACE = {
    "air_temperature_2m": np.full(SHAPE, 280.0), "surface_pressure": np.full(SHAPE, 9e4),
    "eastward_wind_10m": np.full(SHAPE, np.log(100.0)),
    "northward_wind_10m": np.full(SHAPE, -0.5 * np.log(100.0)),
}  # fmt: skip


def test_isothermal_air_and_logarithmic_wind_are_exact() -> None:
    made = on_layers(atmosphere(levels(30, 120, 400, 1500, 4000, 6000)), SURFACE, LAYERS)
    expected = atmosphere(np.broadcast_to(LAYERS[:, None, None], (7, *SHAPE)))
    for name in ("air_pressure", "eastward_wind", "northward_wind", "air_temperature"):
        np.testing.assert_allclose(made[name], expected[name], rtol=1e-12)


def test_without_surface_fields_wind_and_pressure_follow_their_laws() -> None:
    made = on_layers(atmosphere(levels(30, 120, 400, 1500, 4000, 6000)), {}, LAYERS)
    expected = atmosphere(np.broadcast_to(LAYERS[:, None, None], (7, *SHAPE)))
    np.testing.assert_allclose(made["eastward_wind"], expected["eastward_wind"], rtol=1e-12)
    np.testing.assert_allclose(made["air_pressure"], expected["air_pressure"], rtol=1e-4)


def test_standard_lapse_is_kept_without_2m_temperature() -> None:
    heights = levels(300, 1200, 4000, 6000)
    made = on_layers(atmosphere(heights, lapse=0.0065), {}, LAYERS)
    expected = atmosphere(np.broadcast_to(LAYERS[:, None, None], (7, *SHAPE)), lapse=0.0065)
    np.testing.assert_allclose(made["air_temperature"][2:], expected["air_temperature"][2:], atol=0.02)
    np.testing.assert_allclose(made["air_pressure"], expected["air_pressure"], rtol=1e-4)


def test_the_guess_below_a_high_level_is_bounded() -> None:
    made = on_layers(atmosphere(levels(2000, 3000, 6000)), {}, LAYERS)
    assert made["air_temperature"].max() <= 280.0 + 0.0065 * 500.0 + 1e-9


def test_values_below_the_ground_are_never_used() -> None:
    heights = levels(-900, -200, 300, 1500, 4500)
    good = atmosphere(heights)
    spoilt = {name: values.copy() for name, values in good.items()}
    for name in ("eastward_wind", "northward_wind", "air_temperature", "air_pressure"):
        spoilt[name][:2] = 1.0
    for surface in (SURFACE, {}):
        one, other = on_layers(good, surface, LAYERS), on_layers(spoilt, surface, LAYERS)
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])
            assert np.isfinite(one[name]).all()


def test_an_inversion_between_the_ground_and_a_high_level_is_kept() -> None:
    """Urumqi on 2011-01-15: 251.4 K at 2 m under 264 K some 500 m higher."""
    volume = atmosphere(levels(500, 1400, 5000))
    volume["air_temperature"][0] = 264.0
    made = on_layers(volume, {**SURFACE, "air_temperature_2m": np.full(SHAPE, 251.4)}, LAYERS)
    at_160m = 251.4 + (264.0 - 251.4) * 158.0 / 498.0
    assert made["air_temperature"][3, 0, 0] == pytest.approx(at_160m)
    assert made["air_temperature"][0].max() < 251.6


def test_moisture_follows_the_dew_point_and_stays_below_saturation() -> None:
    volume = {**atmosphere(levels(500, 1400, 5000)), "specific_humidity": np.full((3, *SHAPE), 3e-3)}
    cold = {**SURFACE, "air_temperature_2m": np.full(SHAPE, 251.0), "dew_point_2m": np.full(SHAPE, 249.0)}
    humidity = on_layers(volume, cold, LAYERS)["specific_humidity"]
    # saturation vapour pressure over water at 249 K is 90 Pa (WMO No. 8, annex 4.B: 90.1 Pa)
    np.testing.assert_allclose(humidity[0], 0.622 * 90.1 / 9e4, rtol=0.02)
    made = on_layers(volume, {**SURFACE, "air_temperature_2m": np.full(SHAPE, 251.0)}, LAYERS)
    most = saturation_humidity(made["air_temperature"], made["air_pressure"])
    assert (made["specific_humidity"] <= most).all()
    assert made["specific_humidity"][-1, 0, 0] == pytest.approx(3e-3)


def test_levels_that_do_not_reach_or_grow_are_refused() -> None:
    with pytest.raises(InputError, match="reach 3000 m above ground, the highest layer needs 4000 m"):
        on_layers(atmosphere(levels(30, 120, 3000)), SURFACE, LAYERS)
    with pytest.raises(InputError, match="level 2 does not lie above level 1"):
        on_layers(atmosphere(levels(30, 5000, 3000)), SURFACE, LAYERS)


TIMES = np.array(["2016-01-10T00", "2016-01-10T03", "2016-01-10T06", "2016-01-10T18"], "datetime64[ns]")


def series() -> xr.Dataset:
    hours = np.array([0.0, 3.0, 6.0, 18.0])
    column = np.ones((1, 2, 2))
    return xr.Dataset(
        {
            "eastward_wind": (("time", "level", "y", "x"), (2.0 + hours)[:, None, None, None] * column),
            "air_pressure": (
                ("time", "level", "y", "x"),
                9e4 * np.exp(-0.01 * hours)[:, None, None, None] * column,
            ),
            "precipitation_rate": (
                ("time", "y", "x"),
                np.array([9.0, 1.0, 4.0, 2.0])[:, None, None] * column,
            ),
            "surface_height": (("y", "x"), np.ones((2, 2))),
        },
        {"time": TIMES},
        {"source": "made"},
    )


def test_between_times_everything_follows_its_law() -> None:
    wanted = TIMES[0] + np.arange(7) * np.timedelta64(1, "h")
    made = in_time(series(), wanted)
    np.testing.assert_allclose(made["eastward_wind"][:, 0, 0, 0], 2.0 + np.arange(7.0), rtol=1e-14)
    np.testing.assert_allclose(
        made["air_pressure"][:, 0, 0, 0], 9e4 * np.exp(-0.01 * np.arange(7.0)), rtol=1e-12
    )
    np.testing.assert_array_equal(made["precipitation_rate"][:, 0, 0], [9, 1, 1, 1, 4, 4, 4])
    assert made["surface_height"].dims == ("y", "x")
    assert made.attrs == {"source": "made"}


def test_times_of_the_file_come_back_as_they_are() -> None:
    xr.testing.assert_identical(in_time(series(), TIMES[:3]), series().isel(time=slice(0, 3)))


def test_times_that_cannot_be_given_are_refused() -> None:
    hour = np.timedelta64(1, "h")
    with pytest.raises(InputError, match=r"for 12 h between 2016-01-10T06:00 and 2016-01-10T18:00 UTC; 6 h"):
        in_time(series(), np.array([TIMES[2] + hour]))
    assert in_time(series(), np.array([TIMES[2] + hour]), np.timedelta64(12, "h")).sizes["time"] == 1
    for outside in (TIMES[0] - hour, TIMES[3] + hour):
        with pytest.raises(
            InputError, match=r"no weather at .* only from 2016-01-10T00:00 to 2016-01-10T18:00"
        ):
            in_time(series(), np.array([outside]))
    for wrong in (TIMES[:2][::-1], TIMES[:0], np.array(["NaT"], "datetime64[ns]")):
        with pytest.raises(InputError, match="times: expected"):
            in_time(series(), wrong)
