"""Surface reports and soundings: real files, files written by ecCodes, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.point_reports import (
    describe_reports,
    is_point_report,
    read_soundings,
    read_surface_reports,
)
from atmosphere.meteorology.readers.eccodes_library import eccodes_library
from foundation.atmospheric_contracts import SOUNDINGS, SURFACE_REPORTS
from foundation.errors import InputError

LINE = (
    "51463  87.65  43.78  935 1    8  310    2  286    0    0    0   9999 9999 9999 9999"
    "  -16  3.1   10  -13.1 9999 9999 9999 9999"
)


def micaps(tmp_path: Path, *lines: str, count: int | None = None, head: str = "20  02  04  02") -> Path:
    path = tmp_path / "20020402.000"
    title = "diamond  1 2020年02月04日02时地面观测"
    text = "\n".join([title, f"  {head}   {len(lines) if count is None else count}", *lines]) + "\n"
    path.write_bytes(text.encode("gbk"))
    return path


def test_a_micaps_line_in_si_units_and_utc(tmp_path: Path) -> None:
    found = read_surface_reports(micaps(tmp_path, LINE)).isel(report=0)
    assert str(found["station"].values) == "51463"
    assert found["time"].values == np.datetime64("2020-02-03T18:00")  # 02:00 in Beijing
    assert float(found["sea_level_pressure"]) == pytest.approx(102860.0)
    assert float(found["air_temperature_2m"]) == pytest.approx(260.05)
    assert float(found["dew_point_2m"]) == pytest.approx(257.15)
    assert float(found["visibility"]) == pytest.approx(3100.0)
    assert float(found["total_cloud"]) == pytest.approx(0.8)
    assert (float(found["wind_speed_10m"]), float(found["wind_from_direction_10m"])) == (2.0, 310.0)


@pytest.mark.parametrize(("written", "pascal"), [("994", 99940.0), ("8", 100080.0), ("604", 106040.0)])
def test_the_dropped_thousand_of_pressure(tmp_path: Path, written: str, pascal: float) -> None:
    line = LINE.replace("  286 ", f"  {written} ")
    assert float(read_surface_reports(micaps(tmp_path, line))["sea_level_pressure"][0]) == pytest.approx(
        pascal
    )


def test_missing_overflowed_and_impossible_values_are_missing_and_told(tmp_path: Path) -> None:
    line = LINE.replace("-13.1", "100.0").replace("  3.1 ", "  999 ").replace("   8  310", "  11  310")
    starred = LINE.replace("  935 ", " **** ")
    reports = read_surface_reports(micaps(tmp_path, line, starred))
    for name in ("air_temperature_2m", "visibility", "total_cloud"):
        assert np.isnan(reports[name].values[0]), name
        assert np.isfinite(reports[name].values[1]), name
    assert np.isnan(reports["station_height"].values[1])
    assert "air_temperature_2m: 1 outside 180 to 340 K, such as 373.15" in reports.attrs["refused"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 3}, "announces 3 reports, got 1"),
        ({"head": "20 02 31 02"}, "line 2: expected year, month, day, hour"),
        ({"head": "20 02"}, "line 2: expected year, month, day, hour"),
    ],
)
def test_damaged_micaps_headers_are_refused(tmp_path: Path, change: dict, message: str) -> None:
    with pytest.raises(InputError, match=message) as refusal:
        read_surface_reports(micaps(tmp_path, LINE, **change))
    assert "\n" not in str(refusal.value)


def test_damaged_micaps_lines_are_refused_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 4: expected 22 fields or more, got 12"):
        read_surface_reports(micaps(tmp_path, LINE, " ".join(LINE.split()[:12])))
    with pytest.raises(InputError, match=r"line 3, field 20: expected a number, got '-1x\.1'"):
        read_surface_reports(micaps(tmp_path, LINE.replace("-13.1", "-1x.1")))
    path = micaps(tmp_path, LINE)
    path.write_bytes(path.read_bytes().replace(b"diamond  1", b"diamond  2"))
    with pytest.raises(InputError, match="MICAPS type 2: expected type 1"):
        read_surface_reports(path)


@given(junk=st.binary(max_size=400), form=st.sampled_from([b"", b"diamond 1 x\n", b"BUFR"]))
@settings(max_examples=60, deadline=None)
def test_junk_is_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, form: bytes
) -> None:
    path = tmp_path_factory.mktemp("junk") / "file"
    path.write_bytes(form + junk)
    for read in (read_surface_reports, read_soundings, describe_reports):
        with pytest.raises(InputError) as refusal:
            read(path)
        assert "\n" not in str(refusal.value)


def bufr(
    path: Path, template: int, category: int, values: dict, subsets: int = 1, compressed: int = 0
) -> Path:
    """Write one message with ecCodes; a value that is a list holds one number for each subset or level."""
    eccodes = eccodes_library()
    handle = eccodes.codes_bufr_new_from_samples("BUFR4")
    delayed = values.pop("delayed", None)
    if delayed is not None:
        eccodes.codes_set_array(handle, "inputDelayedDescriptorReplicationFactor", delayed)
    extended = values.pop("extended", None)
    if extended is not None:
        eccodes.codes_set_array(handle, "inputExtendedDelayedDescriptorReplicationFactor", extended)
    for name, value in (
        ("dataCategory", category),
        ("numberOfSubsets", subsets),
        ("compressedData", compressed),
    ):
        eccodes.codes_set(handle, name, value)
    eccodes.codes_set(handle, "unexpandedDescriptors", template)
    for name, value in values.items():
        if isinstance(value, list):
            eccodes.codes_set_array(handle, name, value)
        else:
            eccodes.codes_set(handle, name, value)
    eccodes.codes_set(handle, "pack", 1)
    with path.open("wb") as file:
        eccodes.codes_write(handle, file)
    eccodes.codes_release(handle)
    return path


@pytest.mark.parametrize("compressed", [0, 1])
def test_todays_surface_template_with_two_stations_in_a_message(tmp_path: Path, compressed: int) -> None:
    pairs = {
        "blockNumber": [51, 51], "stationNumber": [463, 76], "year": [2024, 2024], "month": [1, 1],
        "day": [9, 9], "hour": [0, 0], "minute": [0, 0], "latitude": [43.78, 47.73],
        "longitude": [87.65, 88.08],
        "heightOfStationGroundAboveMeanSeaLevel": [935.0, 735.3], "nonCoordinatePressure": [91540.0, 94000.0],
        "pressureReducedToMeanSeaLevel": [103500.0, 104200.0], "airTemperature": [261.6, 251.25],
        "dewpointTemperature": [257.9, 247.05], "horizontalVisibility": [800.0, 20000.0],
        "cloudCoverTotal": [100, 113], "presentWeather": [45, 508],
    }  # fmt: skip
    values: dict = {"delayed": [0, 0] if compressed else [0, 0, 0, 0]}
    for name, (first, second) in pairs.items():
        values |= (
            {f"#1#{name}": [first, second]} if compressed else {f"#1#{name}": first, f"#2#{name}": second}
        )
    path = bufr(tmp_path / "synop.bufr", 307080, 0, values, 2, compressed)
    reports = read_surface_reports(path)
    assert reports["station"].values.tolist() == ["51463", "51076"]
    assert reports["air_temperature_2m"].values == pytest.approx([261.6, 251.25])
    assert reports["dew_point_2m"].values == pytest.approx([257.9, 247.05])
    assert reports["surface_pressure"].values == pytest.approx([91540.0, 94000.0])
    assert reports["visibility"].values == pytest.approx([800.0, 20000.0])
    assert reports["total_cloud"].values == pytest.approx([1.0, np.nan], nan_ok=True)
    assert reports["present_weather"].values == pytest.approx([45.0, np.nan], nan_ok=True)
    assert np.isnan(reports["wind_speed_10m"].values).all()
    assert (reports["time"].values == np.datetime64("2024-01-09T00:00")).all()


def test_todays_sounding_template_from_the_ground_upward(tmp_path: Path) -> None:
    levels = {
        "pressure": [85000.0, 100000.0, 91800.0, 70000.0],
        "extendedVerticalSoundingSignificance": [65536, 65536, 131072, 65536],
        "nonCoordinateGeopotentialHeight": [1560.0, 230.0, 935.0, 3050.0],
        "airTemperature": [268.0, None, 258.0, 262.0],
        "dewpointTemperature": [260.0, None, 254.0, 240.0],
        "windDirection": [270, None, 90, 360],
        "windSpeed": [5.0, None, 1.0, 10.0],
    }
    values: dict = {
        "extended": [4], "delayed": [0], "blockNumber": 51, "stationNumber": 463, "year": 2024,
        "month": 1, "day": 9, "hour": 0, "minute": 0, "latitude": 43.78, "longitude": 87.65,
        "heightOfStationGroundAboveMeanSeaLevel": 935.0,
    }  # fmt: skip
    for name, numbers in levels.items():
        values |= {f"#{rank}#{name}": number for rank, number in enumerate(numbers, 1) if number is not None}
    path = bufr(tmp_path / "temp.bufr", 309052, 2, values)
    one = read_soundings(path).isel(station=0)
    assert one["air_pressure"].values == pytest.approx([91800.0, 85000.0, 70000.0])  # none below the ground
    assert one["air_temperature"].values == pytest.approx([258.0, 268.0, 262.0])
    assert one["height_above_sea"].values == pytest.approx([935.0, 1560.0, 3050.0])
    assert one["eastward_wind"].values == pytest.approx([-1.0, 5.0, 0.0], abs=1e-9)
    assert one["northward_wind"].values == pytest.approx([0.0, 0.0, -10.0], abs=1e-9)
    with pytest.raises(
        InputError, match="no surface reports of land stations in the file; it holds soundings"
    ):
        read_surface_reports(path)


@pytest.mark.real_data
def test_the_real_micaps_file(real_data: Path) -> None:
    path = real_data / "meteorology" / "surface" / "micaps1_20020402.000"
    reports = SURFACE_REPORTS.check(read_surface_reports(path))
    assert reports.sizes["report"] == 6501
    urumqi = reports.isel(report=int(np.flatnonzero(reports["station"].values == "51463")[0]))
    assert float(urumqi["air_temperature_2m"]) == pytest.approx(260.05)
    assert float(urumqi["sea_level_pressure"]) == pytest.approx(102860.0)
    found = describe_reports(path)
    assert (found["kind"], found["reports"], found["stations"]) == ("surface reports", 6501, 5052)
    assert found["first_time_utc"] == found["last_time_utc"] == "2020-02-03T18:00:00Z"
    assert found["variables"]["air_temperature_2m"]["lowest"] == pytest.approx(219.35)
    assert found["refused"] == ["air_temperature_2m: 1 outside 180 to 340 K, such as 373.15"]
    truncated = path.read_bytes()[:-300]
    with pytest.raises(InputError, match=r"fields or more|announces 6501 reports"):
        _read_bytes(truncated, read_surface_reports)


def _read_bytes(content: bytes, read: object) -> object:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return read(file.name)  # type: ignore[operator]


@pytest.mark.real_data
def test_the_real_soundings(real_data: Path) -> None:
    path = real_data / "meteorology" / "surface" / "temp_20081208T12.bufr"
    soundings = SOUNDINGS.check(read_soundings(path))
    assert soundings.sizes["station"] == 420
    ulaangom = soundings.isel(station=int(np.flatnonzero(soundings["station"].values == "44212")[0]))
    assert ulaangom["air_pressure"].values[:3] == pytest.approx([90500.0, 88000.0, 85400.0])
    assert ulaangom["air_temperature"].values[:3] == pytest.approx([259.9, 259.3, 258.3])
    assert float(ulaangom["eastward_wind"][0]) == pytest.approx(1.0)  # 270 degrees, 1 m/s
    pressure = soundings["air_pressure"].values
    falling = np.diff(pressure, axis=1)
    assert not (falling[np.isfinite(falling)] > 0).any()
    with pytest.raises(InputError, match=r"the file ends within message 2\d\d"):
        _read_bytes(path.read_bytes()[:300000], read_soundings)


@pytest.mark.real_data
def test_the_real_synop_file(real_data: Path) -> None:
    path = real_data / "meteorology" / "surface" / "synop_20140112T12.bufr"
    assert is_point_report(path)
    reports = read_surface_reports(path)
    assert reports.sizes["report"] == 4830
    urumqi = reports.isel(report=int(np.flatnonzero(reports["station"].values == "51463")[0]))
    assert float(urumqi["surface_pressure"]) == pytest.approx(91540.0)
    assert float(urumqi["air_temperature_2m"]) == pytest.approx(261.6)
