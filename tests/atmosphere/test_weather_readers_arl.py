"""ARL-packed files: the packing against a writer after NOAA's own, the real NGM file, and bad input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.readers.arl import mapped, read_arl, read_indices, record_places, unpacked
from atmosphere.meteorology.readers.arl_records import unpack
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.errors import InputError

NGM = "meteorology/hysplit_ngm/oct1618.BIN"


def pack(field: np.ndarray) -> tuple[bytes, int, float, float, int]:
    """NOAA's PAKOUT: bytes, exponent, precision, first value and rotating checksum."""
    widest, previous = 0.0, field[0, 0]
    for row in field:
        for value in row:
            widest, previous = max(widest, abs(value - previous)), value
        previous = row[0]
    power = np.log2(widest) if widest else 0.0
    exponent = int(power) + (1 if power >= 0 or power % 1 == 0 else 0)
    scale, checksum, out, column = 2.0 ** (7 - exponent), 0, bytearray(), field[0, 0]
    for row in field:
        last = column
        for place, value in enumerate(row):
            number = int((value - last) * scale + 127.5)
            last = (number - 127) / scale + last
            column = last if place == 0 else column
            out.append(number)
            checksum += number
            checksum = checksum - 255 if checksum >= 256 else checksum
    return bytes(out), exponent, 2.0**exponent / 254.0, float(field[0, 0]), checksum


def label(hour: int, level: int, name: str, exponent: int, precision: float, first: float) -> bytes:
    return f"20 115{hour:2d} 0{level:2d}99{name}{exponent:4d}{precision:14.7E}{first:14.7E}".encode()


Levels = list[tuple[float, dict[str, np.ndarray]]]


def write(path: Path, times: list[tuple[int, Levels]], numbers: list[float], vertical: int = 2) -> Path:
    with path.open("wb") as stream:
        for hour, levels in times:
            rows, columns = next(iter(levels[0][1].values())).shape
            listed, records = "", []
            for place, (value, fields) in enumerate(levels):
                listed += f"{value:6.5g}"[:6].rjust(6) + f"{len(fields):2d}"
                for name, field in fields.items():
                    packed, exponent, precision, first, checksum = pack(field)
                    records.append(label(hour, place, name, exponent, precision, first) + packed)
                    listed += f"{name}{checksum:3d} "
            head = "TEST  0 0" + "".join(f"{number:7.2f}" for number in numbers)
            head += f"{columns:3d}{rows:3d}{len(levels):3d}{vertical:2d}{108 + len(listed):4d}{listed}"
            record = label(hour, 0, "INDX", 0, 0.0, 0.0) + head.encode().ljust(columns * rows)
            for part in (record, *records):
                assert len(part) == 50 + columns * rows
                stream.write(part)
    return path


LONLAT = [90.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 35.0, 70.0, 0.0]


def levels(shift: float = 0.0) -> Levels:
    y, x = np.mgrid[0:20, 0:40].astype(float)
    ground = {"PRSS": 900.0 + y, "SHGT": 10.0 * x, "T02M": 280.0 + 0.1 * x + shift, "TPP6": 0.02 + 0.0 * x}
    found: Levels = [(0.0, ground)]
    for pressure, height in ((1000.0, 100.0), (850.0, 1450.0), (500.0, 5500.0)):
        found.append((pressure, {
            "HGTS": height + y, "TEMP": 290.0 - 0.006 * height + 0.05 * x + shift, "UWND": 5.0 + 0.1 * y,
            "VWND": -3.0 + 0.1 * x, "WWND": 0.001 + 2e-5 * y, "RELH": 50.0 + 0.0 * x,
        }))  # fmt: skip
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.floats(1e-6, 1e5), st.floats(-1e4, 1e4))
def test_unpacking_gives_back_what_was_packed_to_the_precision_of_the_label(
    seed: int, spread: float, offset: float
) -> None:
    rng = np.random.default_rng(seed)
    field = offset + spread * rng.normal(size=(7, 9))
    packed, exponent, precision, first, checksum = pack(field)
    header = label(0, 1, "TEMP", exponent, precision, first)
    found = unpack(header + packed, 9, 7, checksum, "")
    shown = float(f"{first:14.7E}")
    assert np.abs(found - field).max() <= 2.0 ** (exponent - 8) + precision + abs(shown - first) + 1e-9 * abs(
        offset
    )


def test_a_generated_pressure_level_file_keeps_the_contract(tmp_path: Path) -> None:
    path = write(tmp_path / "a.arl", [(0, levels()), (6, levels(1.0))], LONLAT)
    weather = METEOROLOGY.check(read_arl(path))
    assert dict(weather.sizes) == {"time": 2, "x": 40, "y": 20, "level": 3}
    assert str(weather["time"].values[1])[:16] == "2020-01-15T06:00"
    assert weather["lon"].values[0, [0, -1]].tolist() == [70.0, 109.0]
    assert weather["lat"].values[[0, -1], 0].tolist() == [35.0, 54.0]
    assert weather["air_pressure"].values[0, :, 0, 0].tolist() == [100000.0, 85000.0, 50000.0]
    assert weather["surface_pressure"].values[0, 3, 0] == pytest.approx(90300.0, abs=60)
    assert weather["height_above_ground"].values[0, 1, 0, 10] == pytest.approx(1350.0, abs=2)
    assert weather["lagrangian_tendency_of_air_pressure"].values[:, :, 0] == pytest.approx(0.1, rel=1e-4)
    assert (weather["upward_air_velocity"].values < 0).all()
    assert weather["precipitation_rate"].values == pytest.approx(20.0 / 21600.0, rel=1e-5)
    density = 85000.0 / (287.05 * weather["air_temperature"].values[0, 1, 0, 0] * 1.003)
    assert weather["upward_air_velocity"].values[0, 1, 0, 0] == pytest.approx(
        -0.1 / density / 9.80665, rel=0.01
    )


def test_files_are_joined_in_time_whatever_their_order(tmp_path: Path) -> None:
    later = write(tmp_path / "a.arl", [(6, levels(1.0))], LONLAT)
    earlier = write(tmp_path / "b.arl", [(0, levels())], LONLAT)
    assert read_arl([later, earlier])["time"].diff("time").values.tolist() == [6 * 3600 * 10**9]
    with pytest.raises(InputError, match="time 2020-01-15T00:00 UTC comes twice"):
        read_arl([earlier, earlier])


def test_an_area_is_cut_out_with_one_point_beyond(tmp_path: Path) -> None:
    path = write(tmp_path / "a.arl", [(0, levels())], LONLAT)
    part, whole = read_arl(path, (80.5, 85.2, 41.0, 44.5)), read_arl(path)
    assert part["x"].values.tolist() == [80.0, 81.0, 82.0, 83.0, 84.0, 85.0, 86.0]
    assert part["y"].values.tolist() == [41.0, 42.0, 43.0, 44.0, 45.0]
    same = whole.sel(x=part["x"], y=part["y"])
    np.testing.assert_array_equal(part["eastward_wind"], same["eastward_wind"])
    with pytest.raises(InputError, match=r"covers 70 to 109°E.*60° to 85°E"):
        read_arl(path, (60.0, 85.0, 41.0, 44.0))


def _cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[850 * 9 + 300] ^= 0x10
    path.write_bytes(bytes(content))


def _garbled(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:60] + b"??" * 30 + content[120:])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [(_cut_off, "cut off at 2020-01-15T00:00 UTC"), (_damaged, "checksum"), (_garbled, "garbled")],
)
def test_a_spoilt_file_is_refused(tmp_path: Path, spoil: Callable[[Path], None], message: str) -> None:
    path = write(tmp_path / "a.arl", [(0, levels())], LONLAT)
    spoil(path)
    with pytest.raises(InputError, match=message):
        read_arl(path)


def test_a_level_that_lacks_a_variable_at_one_time_is_named(tmp_path: Path) -> None:
    short = levels()
    del short[2][1]["UWND"]
    path = write(tmp_path / "a.arl", [(0, levels()), (6, short)], LONLAT)
    with pytest.raises(InputError, match=r"UWND at level 2 \(850\) is missing at 2020-01-15T06:00"):
        read_arl(path)
    with pytest.raises(InputError, match=r"UWND is on levels \[1, 3\]"):
        read_arl(write(tmp_path / "b.arl", [(6, short)], LONLAT))


def test_times_that_run_backward_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.arl", [(6, levels()), (0, levels())], LONLAT)
    with pytest.raises(InputError, match="comes after 2020-01-15T06:00"):
        read_arl(path)


def test_celsius_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.arl", [(0, levels(-273.15))], LONLAT)
    with pytest.raises(InputError, match=r"air_temperature.*Celsius"):
        read_arl(path)


def test_winds_of_a_turned_lambert_grid_come_out_east_and_north(tmp_path: Path) -> None:
    """A wind along y at a point west of the central meridian is no south wind."""
    numbers = [90.0, 0.0, 45.0, 87.0, 50.0, 0.0, 45.0, 20.5, 10.5, 45.0, 87.0, 0.0]
    here = levels()
    for _, fields in here[1:]:
        fields["UWND"] = 0.0 * fields["UWND"]
        fields["VWND"] = 10.0 + 0.0 * fields["VWND"]
    weather = read_arl(write(tmp_path / "a.arl", [(0, here)], numbers))
    geod = pyproj.Geod(a=6371200.0, b=6371200.0)
    lon, lat = weather["lon"].values, weather["lat"].values
    towards, back, distance = geod.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    east = weather["eastward_wind"].values[0, 0]
    north = weather["northward_wind"].values[0, 0]
    bearing = np.degrees(np.arctan2(east, north))
    middle = 0.5 * (bearing[:-1] + bearing[1:])
    mean_towards = 0.5 * (towards + (back + 360.0) % 360.0 - 180.0)
    assert np.abs(middle - mean_towards).max() < 0.001
    assert np.abs(distance[9] / 50000.0 - 1.0).max() < 0.002
    assert np.hypot(east, north) == pytest.approx(10.0, rel=1e-5)


@pytest.mark.real_data
def test_every_record_of_the_ngm_file_gives_its_checksum(real_data: Path) -> None:
    path = real_data / NGM
    content = mapped(path)
    indices = read_indices(content, path)
    places = [(index, name, place) for index in indices for (name, _), place in record_places(index).items()]
    for index, name, place in places:
        unpacked(content, index, place, name, path)
    assert len(places) == 2196
    assert all(checksum > 0 for _, _, (_, checksum) in places)


@pytest.mark.real_data
def test_the_ngm_grid_has_the_pole_at_its_tie_point_and_true_scale_at_60_north(real_data: Path) -> None:
    weather = read_arl(real_data / NGM)
    x0, y0 = weather["x"].values[0], weather["y"].values[0]
    pole_x, pole_y = pyproj.Proj(weather.attrs["crs"])(0.0, 90.0)
    assert ((pole_x - x0) / 182900.0 + 1.0, (pole_y - y0) / 182900.0 + 1.0) == pytest.approx((13.25, 42.75))
    distance = pyproj.Geod(a=6371200.0, b=6371200.0).inv
    lon, lat = weather["lon"].values, weather["lat"].values
    near = np.abs(lat[:, 1:] - 60.0) < 0.6
    _, _, step = distance(lon[:, :-1][near], lat[:, :-1][near], lon[:, 1:][near], lat[:, 1:][near])
    assert near.any()
    assert step == pytest.approx(182900.0, rel=0.01)


@pytest.mark.real_data
def test_pressure_at_the_start_of_hysplits_trajectories_is_hysplits(real_data: Path) -> None:
    """The `tdump` files give 934.7 hPa and so on for 500 m above ground at 40°N 90°W."""
    weather = read_arl(real_data / NGM, (-95.0, -85.0, 36.0, 44.0))
    x, y = pyproj.Proj(weather.attrs["crs"])(-90.0, 40.0)
    for name in ("tdump95101600", "tdump95101612", "tdump95101700"):
        first = (real_data / "meteorology/hysplit_ngm" / name).read_text().splitlines()[5].split()
        time = np.datetime64(f"19{first[2]}-{first[3]}-{int(first[4]):02d}T{int(first[5]):02d}:00")
        column = weather.sel(time=time).interp(x=x, y=y)
        log_pressure = np.interp(500.0, column["height_above_ground"], np.log(column["air_pressure"]))
        assert np.exp(log_pressure) / 100.0 == pytest.approx(float(first[12]), abs=1.0)


@pytest.mark.real_data
def test_ngm_rain_gathers_anew_every_twelve_hours(real_data: Path) -> None:
    weather = METEOROLOGY.check(read_arl(real_data / NGM))
    rate = weather["precipitation_rate"].mean(("y", "x")).values * 3600.0
    assert (rate[1:] > 0.02).all()
    assert rate.max() < 0.3
