"""GFS and ECMWF GRIB: generated files of known content, the real files, and bad input."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from atmosphere.meteorology.readers.eccodes_library import eccodes_library
from atmosphere.meteorology.readers.ecmwf import read_ecmwf
from atmosphere.meteorology.readers.gfs import read_gfs, read_surface_wind
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.constants import GRAVITY
from foundation.errors import InputError

GFS = "meteorology/gfs_2p5deg_20110110T12_f120.grib2"
LEVELS = (1000, 850, 500, 100, 10)
COLUMNS, ROWS = 36, 7

Message = dict[str, Any]


def message(values: float | np.ndarray, step: int = 0, **keys: Any) -> Message:
    return {
        "values": np.broadcast_to(np.asarray(values, dtype=float), (ROWS, COLUMNS)),
        "endStep": step,
        **keys,
    }


def at_surface(category: int, number: int, surface: int, level: int = 0, **keys: Any) -> Message:
    return {
        "discipline": keys.pop("discipline", 0), "parameterCategory": category, "parameterNumber": number,
        "typeOfFirstFixedSurface": surface, "scaleFactorOfFirstFixedSurface": 0,
        "scaledValueOfFirstFixedSurface": level, **message(keys.pop("values"), keys.pop("step", 0), **keys),
    }  # fmt: skip


def write(path: Path, messages: Iterable[Message], edition: int = 2, centre: str = "kwbc") -> Path:
    """Global 10 degree grid from 90°E westward round the earth, north to south; each key as given."""
    eccodes = eccodes_library()
    with path.open("wb") as stream:
        for given in messages:
            keys = dict(given)
            values = keys.pop("values")
            statistical = "lengthOfTimeRange" in keys
            handle = eccodes.codes_grib_new_from_samples(f"regular_ll_pl_grib{edition}")
            if statistical:
                eccodes.codes_set(handle, "productDefinitionTemplateNumber", 8)
            fixed = {
                "centre": centre, "Ni": COLUMNS, "Nj": ROWS, "latitudeOfFirstGridPointInDegrees": 60.0,
                "latitudeOfLastGridPointInDegrees": 0.0, "longitudeOfFirstGridPointInDegrees": 0.0,
                "longitudeOfLastGridPointInDegrees": 350.0, "iDirectionIncrementInDegrees": 10.0,
                "jDirectionIncrementInDegrees": 10.0, "dataDate": 20200115, "dataTime": 0, "bitsPerValue": 24,
            }  # fmt: skip
            length = keys.pop("lengthOfTimeRange", None)
            for key, value in {**fixed, **keys}.items():
                eccodes.codes_set(handle, key, value)
            if length is not None:
                eccodes.codes_set(handle, "startStep", keys["endStep"] - length)
                eccodes.codes_set(handle, "endStep", keys["endStep"])
            if not np.isfinite(values).all():
                eccodes.codes_set(handle, "bitmapPresent", 1)
                eccodes.codes_set(handle, "missingValue", -9999.0)
                values = np.where(np.isfinite(values), values, -9999.0)
            eccodes.codes_set_values(handle, values.ravel())
            eccodes.codes_write(handle, stream)
            eccodes.codes_release(handle)
    return path


HEIGHT = {1000: 110.0, 850: 1450.0, 500: 5500.0, 100: 16000.0, 10: 30000.0}
EAST = np.broadcast_to(np.arange(COLUMNS) * 1.0, (ROWS, COLUMNS))
NORTH = np.broadcast_to(np.arange(ROWS)[:, None] * -1.0, (ROWS, COLUMNS))


def gfs(step: int = 0) -> list[Message]:
    found = []
    for level in LEVELS:
        volume = {(0, 0): 290.0 - HEIGHT[level] / 400.0, (2, 2): EAST, (2, 3): NORTH, (3, 5): HEIGHT[level]}
        if level != 10:
            volume |= {(1, 1): 60.0}
        if level >= 100:
            volume |= {(2, 8): 0.2}
        for (category, number), values in volume.items():
            found.append(at_surface(category, number, 100, level * 100, values=values, step=step))
    found += [
        at_surface(3, 0, 1, values=95000.0, step=step), at_surface(3, 5, 1, values=400.0, step=step),
        at_surface(0, 0, 103, 2, values=285.0, step=step), at_surface(1, 1, 103, 2, values=50.0, step=step),
        at_surface(2, 2, 103, 10, values=3.0, step=step), at_surface(2, 3, 103, 10, values=-4.0, step=step),
        at_surface(3, 196, 1, values=300.0, step=step),
    ]  # fmt: skip
    return found


def mean_flux(step: int, length: int, value: float) -> Message:
    return at_surface(
        0, 11, 1, values=value, step=step, lengthOfTimeRange=length, typeOfStatisticalProcessing=0
    )


def rain(step: int, length: int, value: float) -> Message:
    return at_surface(
        1, 8, 1, values=value, step=step, lengthOfTimeRange=length, typeOfStatisticalProcessing=1
    )


def test_a_generated_gfs_file_keeps_the_contract(tmp_path: Path) -> None:
    weather = METEOROLOGY.check(read_gfs(write(tmp_path / "a.grib2", gfs())))
    assert weather["x"].values[[0, -1]].tolist() == [-180.0, 170.0]
    assert weather["y"].values.tolist() == [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]
    place = weather.sel(x=90.0, y=50.0).isel(time=0)
    assert place["air_pressure"].values.tolist() == [100000.0, 85000.0, 50000.0, 10000.0, 1000.0]
    assert place["eastward_wind"].values == pytest.approx(9.0, abs=1e-4)
    assert place["northward_wind"].values == pytest.approx(-1.0, abs=1e-4)
    assert place["height_above_ground"].values == pytest.approx([-290, 1050, 5100, 15600, 29600], abs=0.1)
    assert float(place["boundary_layer_height"]) == pytest.approx(300.0, abs=0.1)
    assert place["lagrangian_tendency_of_air_pressure"].values == pytest.approx(
        [0.2, 0.2, 0.2, 0.2, 0.0], abs=1e-6
    )
    assert place["upward_air_velocity"].values[1] == pytest.approx(
        -0.2 * 287 * 286.5 / 85000 / 9.81, rel=0.01
    )
    assert 0 < place["specific_humidity"].values[-1] <= place["specific_humidity"].values[-2] * 1.01
    assert float(place["dew_point_2m"]) == pytest.approx(274.8, abs=0.3)
    assert "no humidity in the file at 10 hPa" in weather.attrs["notes"]


def test_longitudes_follow_the_area_across_the_date_line_and_greenwich(tmp_path: Path) -> None:
    path = write(tmp_path / "a.grib2", gfs())
    whole = read_gfs(path)
    for west, east, first, last in (
        (-15.0, 12.0, -20.0, 20.0),
        (165.0, 195.0, 160.0, 200.0),
        (75.0, 95.0, 70.0, 100.0),
    ):
        part = read_gfs(path, (west, east, 15.0, 42.0))
        assert part["x"].values[[0, -1]].tolist() == [first, last]
        assert part["y"].values.tolist() == [10.0, 20.0, 30.0, 40.0, 50.0]
        there = whole.sel(x=(part["x"] + 180.0) % 360.0 - 180.0, y=part["y"])
        np.testing.assert_array_equal(part["eastward_wind"], there["eastward_wind"])
    with pytest.raises(InputError, match=r"covers 0 to 60°N.*needs 50 to 70"):
        read_gfs(path, (75.0, 95.0, 50.0, 70.0))


def test_means_since_a_common_start_become_means_between_the_times(tmp_path: Path) -> None:
    messages = [
        *gfs(3),
        *gfs(6),
        *gfs(9),
        mean_flux(3, 3, 60.0),
        mean_flux(6, 6, 90.0),
        mean_flux(9, 3, 30.0),
    ]
    weather = read_gfs(write(tmp_path / "a.grib2", messages))
    assert weather["sensible_heat_flux"].values[:, 0, 0] == pytest.approx([60.0, 120.0, 30.0], abs=1e-4)


def test_sums_become_rates_and_the_first_step_takes_that_of_the_next(tmp_path: Path) -> None:
    messages = [*gfs(0), *gfs(3), *gfs(6), rain(3, 3, 5.4), rain(6, 6, 5.4 + 10.8)]
    weather = read_gfs(write(tmp_path / "a.grib2", messages))
    expected = [5.4 / 10800, 5.4 / 10800, 10.8 / 10800]
    assert weather["precipitation_rate"].values[:, 0, 0] == pytest.approx(expected, rel=1e-4)
    assert "first time is that of the interval after it" in weather.attrs["notes"]


def test_messages_in_any_order_and_in_several_files_give_the_same(tmp_path: Path) -> None:
    messages = [*gfs(0), *gfs(3)]
    one = read_gfs(write(tmp_path / "a.grib2", messages))
    backward = messages[::-1]
    two = read_gfs([write(tmp_path / "b.grib2", backward[:20]), write(tmp_path / "c.grib2", backward[20:])])
    xr.testing.assert_equal(one, two)


def _without(messages: list[Message], step: int, category: int, number: int, level: int) -> list[Message]:
    def lost(one: Message) -> bool:
        return (one["endStep"], one["parameterCategory"], one["parameterNumber"]) == (
            step,
            category,
            number,
        ) and (one["scaledValueOfFirstFixedSurface"] == level * 100)

    return [one for one in messages if not lost(one)]


def _with_nan(messages: list[Message]) -> list[Message]:
    wind = next(one for one in messages if (one["parameterCategory"], one["parameterNumber"]) == (2, 2))
    wind["values"] = np.where(np.arange(COLUMNS) == 5, np.nan, wind["values"])
    return messages


def _celsius(messages: list[Message]) -> list[Message]:
    for one in messages:
        if (one["parameterCategory"], one["parameterNumber"]) == (0, 0):
            one["values"] = one["values"] - 273.15
    return messages


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        (lambda: _without([*gfs(0), *gfs(3)], 3, 0, 0, 850), r"air_temperature at 850 hPa is missing.*T03"),
        (lambda: _without(gfs(), 0, 2, 2, 500), r"eastward_wind and air_temperature.*500 hPa"),
        (lambda: _without(gfs(), 0, 1, 1, 500), r"humidity is missing at 500 hPa"),
        (lambda: _without(gfs(), 0, 2, 8, 850), r"omega and air_temperature.*850 hPa"),
        (lambda: _with_nan(gfs()), r"eastward_wind: 7 of 1260 values are missing, first at 2020-01-15T00"),
        (lambda: _celsius(gfs()), r"air_temperature_2m: median .*is it in degrees Celsius"),
        (lambda: gfs()[-3:], r"not on pressure levels in the file: air_temperature"),
        (lambda: [*gfs(), at_surface(0, 0, 100, 85000, values=200.0)], r"850.*comes twice|comes twice"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_one_line(
    tmp_path: Path, messages: Callable[[], list[Message]], says: str
) -> None:
    path = write(tmp_path / "a.grib2", messages())
    with pytest.raises(InputError, match=says) as caught:
        read_gfs(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("keep", [0.3, 0.999])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, keep: float) -> None:
    path = write(tmp_path / "a.grib2", gfs())
    content = path.read_bytes()
    path.write_bytes(content[: int(keep * len(content))])
    with pytest.raises(InputError, match="cut off or damaged after message"):
        read_gfs(path)


def test_other_grids_are_refused(tmp_path: Path) -> None:
    eccodes = eccodes_library()
    handle = eccodes.codes_grib_new_from_samples("reduced_gg_pl_32_grib2")
    eccodes.codes_set(handle, "parameterCategory", 0)
    eccodes.codes_set(handle, "parameterNumber", 0)
    path = tmp_path / "a.grib2"
    with path.open("wb") as stream:
        eccodes.codes_write(handle, stream)
    with pytest.raises(InputError, match="grid of type 'reduced_gg'"):
        read_gfs(path)


NUMBERS = {"t": 130, "u": 131, "v": 132, "w": 135, "r": 157, "z": 129}


def ecmwf(step: int = 0, *, ground: bool = True, **keys: Any) -> list[Message]:
    """GRIB 1 messages with ECMWF's numbers of table 128."""
    found = []
    for level in (1000, 850, 500):
        volume = {"t": 290.0 - HEIGHT[level] / 200.0, "u": EAST, "v": NORTH, "w": 0.1, "r": 50.0,
                  "z": HEIGHT[level] * GRAVITY}  # fmt: skip
        for name, values in volume.items():
            found.append(message(values, step, indicatorOfParameter=NUMBERS[name], table2Version=128,
                                 indicatorOfTypeOfLevel=100, level=level, **keys))  # fmt: skip
    surface = {134: 95000.0, 167: 280.0, 168: 270.0, 165: 1.0, 166: 2.0, 141: 0.05, 146: -36000.0 * step}
    for number, values in surface.items() if ground else ():
        found.append(message(values, step, indicatorOfParameter=number, table2Version=128,
                             indicatorOfTypeOfLevel=1, level=0, **keys))  # fmt: skip
    return found


def test_a_generated_ecmwf_file_keeps_the_contract_and_finds_the_ground(tmp_path: Path) -> None:
    path = write(tmp_path / "a.grib", ecmwf(), 1, "ecmf")
    weather = METEOROLOGY.check(read_ecmwf(path))
    place = weather.sel(x=90.0, y=50.0).isel(time=0)
    share = np.log(1000 / 950) / np.log(1000 / 850)
    ground = 110.0 + share * (1450.0 - 110.0)
    assert float(place["surface_height"]) == pytest.approx(ground, abs=0.1)
    assert place["height_above_ground"].values == pytest.approx(
        [110 - ground, 1450 - ground, 5500 - ground], abs=0.2
    )
    assert float(place["snow_depth"]) == pytest.approx(0.2, abs=1e-3)
    assert float(place["air_temperature_2m"]) == pytest.approx(280.0, abs=1e-3)
    assert float(place["eastward_wind"][0]) == pytest.approx(9.0, abs=1e-3)


def test_sums_since_the_start_of_an_ecmwf_run_become_upward_rates(tmp_path: Path) -> None:
    """Sensible heat in GRIB 1 without a word that it is a sum; rain in m: 1 mm an hour, then 2."""
    messages = [*ecmwf(0), *ecmwf(6), *ecmwf(12)]
    for step, depth in ((0, 0.0), (6, 0.006), (12, 0.018)):
        messages.append(message(depth, step, indicatorOfParameter=228, table2Version=128,
                                indicatorOfTypeOfLevel=1, level=0))  # fmt: skip
    weather = read_ecmwf(write(tmp_path / "a.grib", messages, 1, "ecmf"))
    assert weather["sensible_heat_flux"].values[:, 0, 0] == pytest.approx(10.0, rel=1e-3)
    assert weather["precipitation_rate"].values[:, 0, 0] * 3600 == pytest.approx([1.0, 1.0, 2.0], rel=1e-3)


def test_open_data_in_grib_2_keeps_the_contract(tmp_path: Path) -> None:
    """Geopotential height, specific humidity, and geopotential of the ground at one time only."""
    messages = [one for step in (0, 3) for one in gfs(step) if one["parameterCategory"] != 1]
    lost = {(3, 196, 1), (3, 5, 1)}
    keys = ("parameterCategory", "parameterNumber", "typeOfFirstFixedSurface")
    messages = [one for one in messages if tuple(one[key] for key in keys) not in lost]
    messages += [
        at_surface(1, 0, 100, level * 100, values=0.002, step=step) for step in (0, 3) for level in LEVELS
    ]
    messages.append(at_surface(3, 4, 1, values=700.0 * GRAVITY))
    weather = METEOROLOGY.check(read_ecmwf(write(tmp_path / "a.grib2", messages, 2, "ecmf")))
    assert weather["surface_height"].values == pytest.approx(700.0, abs=0.01)
    assert weather["height_above_ground"].values[1, :, 0, 0] == pytest.approx(
        [-590, 750, 4800, 15300, 29300], abs=0.1
    )
    assert weather["specific_humidity"].values == pytest.approx(0.002, abs=1e-6)
    assert weather["eastward_wind_10m"].values == pytest.approx(3.0, abs=1e-4)
    assert weather["time"].size == 2


def test_ensemble_members_must_be_chosen(tmp_path: Path) -> None:
    keys = {"localDefinitionNumber": 1, "type": "pf", "stream": "enfo"}
    messages = []
    for number, shift in ((1, 0.0), (2, 5.0)):
        for one in ecmwf():
            values = one["values"] + (shift if one["indicatorOfParameter"] == NUMBERS["u"] else 0.0)
            more = {**one, "values": values, "perturbationNumber": number}
            messages.append({"setLocalDefinition": 1, **keys, **more})
    path = write(tmp_path / "a.grib", messages, 1, "ecmf")
    with pytest.raises(InputError, match=r"holds 2 ensemble members \(1, 2\)"):
        read_ecmwf(path)
    difference = read_ecmwf(path, member=2)["eastward_wind"] - read_ecmwf(path, member=1)["eastward_wind"]
    assert difference.values == pytest.approx(5.0, abs=1e-3)
    with pytest.raises(InputError, match="no ensemble member 7"):
        read_ecmwf(path, member=7)


@pytest.mark.real_data
def test_the_real_gfs_state_is_read_in_time_and_has_the_urumqi_inversion(real_data: Path) -> None:
    begun = time.process_time()
    weather = METEOROLOGY.check(read_gfs(real_data / GFS, (79.0, 96.0, 41.0, 49.0)))
    assert time.process_time() - begun < 3.0
    assert dict(weather.sizes) == {"time": 1, "level": 26, "y": 5, "x": 9}
    place = weather.sel(x=87.5, y=42.5 + 2.5 * round((43.8 - 42.5) / 2.5)).isel(time=0)
    assert float(place["air_temperature_2m"]) == pytest.approx(251.4, abs=0.1)
    assert float(place["air_temperature"].where(place["air_pressure"] == 85000.0).max()) == pytest.approx(
        264.0, abs=0.1
    )
    assert float(place["boundary_layer_height"]) == 20.0
    assert str(weather["time"].values[0])[:16] == "2011-01-15T12:00"
    assert not set(METEOROLOGY.optional) - set(weather.data_vars)


@pytest.mark.real_data
def test_heights_and_temperatures_of_the_real_gfs_state_are_in_hydrostatic_balance(real_data: Path) -> None:
    """The thickness of every layer is that of its mean virtual temperature."""
    weather = read_gfs(real_data / GFS).isel(time=0)
    virtual = weather["air_temperature"] * (1 + 0.608 * weather["specific_humidity"])
    height, pressure = weather["height_above_ground"].values, np.log(weather["air_pressure"].values)
    made = (
        287.05 / GRAVITY * 0.5 * (virtual.values[1:] + virtual.values[:-1]) * (pressure[:-1] - pressure[1:])
    )
    for low, (thick, expected) in enumerate(zip(np.diff(height, axis=0), made, strict=True)):
        assert np.abs(thick - expected).mean() < 0.004 * expected.mean() + 1.5, low


@pytest.mark.real_data
def test_the_10_m_wind_files_become_a_time_series(real_data: Path) -> None:
    wind = read_surface_wind(real_data / "meteorology/gfs_wind10m_1deg_2018", (79.0, 96.0, 41.0, 49.0))
    assert dict(wind.sizes) == {"time": 100, "x": 18, "y": 9}
    speed = np.hypot(wind["eastward_wind_10m"], wind["northward_wind_10m"])
    assert 1.0 < float(speed.mean()) < 6.0
    assert (np.diff(wind["time"].values) > np.timedelta64(0)).all()


@pytest.mark.real_data
def test_the_real_ecmwf_file_needs_the_height_of_the_ground(real_data: Path) -> None:
    path = real_data / "meteorology/ecmwf_pl_10deg_202406"
    with pytest.raises(InputError, match="neither the height of the ground nor the surface pressure"):
        read_ecmwf(path)
    lon, lat = np.arange(-180.0, 181.0, 10.0), np.arange(-90.0, 91.0, 10.0)
    ground = xr.DataArray(np.full((19, 37), 200.0), {"lat": lat, "lon": lon}, ("lat", "lon"))
    weather = METEOROLOGY.check(read_ecmwf(path, surface_height=ground))
    assert dict(weather.sizes) == {"time": 8, "level": 6, "y": 19, "x": 36}
    assert set(np.diff(weather["time"].values) / np.timedelta64(1, "h")) == {6.0}
    heights = weather["height_above_ground"].mean(("time", "y", "x")).values + 200.0
    standard = [110.9, 1457.3, 3012.2, 5574.4, 7185.4, 9163.9]
    assert heights == pytest.approx(standard, rel=0.03, abs=60.0)


def test_every_code_of_gfs_names_a_contract_variable_or_a_stepping_stone() -> None:
    from atmosphere.meteorology.readers import gfs as module

    known = {*METEOROLOGY.variables, *METEOROLOGY.optional, *module._STEPPING_STONES, "omega",
             "geopotential_height", "relative_humidity"}  # fmt: skip
    named = {name for name, _, _ in itertools.chain.from_iterable(module._CODES.values())}
    assert not named - known
