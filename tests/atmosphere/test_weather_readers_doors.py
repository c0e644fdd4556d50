"""The doors: kinds recognised by content, areas, descriptions in JSON and for people."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.describing import describe
from atmosphere.meteorology.description_text import lines_of
from atmosphere.meteorology.readers.area import around, checked, longitude_columns
from atmosphere.meteorology.reading import kind_of, read_weather
from flows.commands import weather_describe
from foundation.errors import InputError
from foundation.grids import Grid

FILES = {
    "gfs_2p5deg_20110110T12_f120.grib2": "GFS", "ecmwf_pl_10deg_202406/pl_regular_ll.grib": "ECMWF",
    "wrf_tibet_2times.nc": "WRF", "hysplit_ngm/oct1618.BIN": "ARL",
}  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([0.25, 1.0, 2.5]), st.sampled_from([0.0, -180.0, 60.0]),
    st.floats(-180.0, 179.0), st.floats(0.3, 350.0),
)  # fmt: skip
def test_any_window_of_a_global_grid_is_found(step: float, start: float, west: float, width: float) -> None:
    """Columns are consecutive on the circle, cover the window and reach at most one beyond it."""
    lon = start + step * np.arange(round(360.0 / step))
    width = min(width, 360.0 - 2.0 * step)
    area = checked((west, west + width, 10.0, 20.0))
    columns, places = longitude_columns(lon, area, "")
    np.testing.assert_allclose(np.mod(lon[columns] - places + 180.0, 360.0), 180.0, atol=1e-6)
    np.testing.assert_allclose(np.diff(places), step, atol=1e-6)
    assert places[0] <= west + 1e-3
    assert places[0] > west - step - 1e-3
    assert places[-1] >= west + width - 1e-3
    assert places[-1] < west + width + step + 1e-3


def test_the_area_round_a_model_grid_has_its_margin() -> None:
    grid = Grid(np.array([79.0, 79.5, 80.0]), np.array([41.0, 41.5]), np.array([0.0, 20.0]))
    assert around(grid, 2.0) == (77.0, 82.0, 39.0, 43.5)


@pytest.mark.parametrize(
    "area", [(90.0, 80.0, 40.0, 50.0), (80.0, 90.0, 50.0, 40.0), (80.0, 90.0, 40.0, 95.0)]
)
def test_an_area_that_is_none_is_refused(area: tuple[float, float, float, float]) -> None:
    with pytest.raises(InputError, match="expected west < east, south < north"):
        checked(area)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04 and so on", "a zip archive, as the Climate Data Store sends"),
        (b"\x1f\x8b and so on", "a compressed file"),
        (b"station,time,wind\n", "not a weather file that is known; it begins with b'station,time"),
        (b"\x89HDF\r\n\x1a\n" + b"\x00" * 100, "cannot be opened as NetCDF"),
        (b"GRIB\x00\x00\xff\x02" + b"\x00" * 40, "cut off or damaged|holds no GRIB message"),
    ],
)
def test_what_is_not_known_is_said_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    for door in (kind_of, read_weather, describe):
        with pytest.raises(InputError, match=says) as caught:
            door(path)
        assert "\n" not in str(caught.value)


def test_a_missing_file_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        read_weather(tmp_path / "absent")
    with pytest.raises(InputError, match="no weather files"):
        read_weather(tmp_path)


def test_netcdf_of_another_kind_is_refused(tmp_path: Path) -> None:
    xr.Dataset({"a": ("x", [1.0, 2.0])}).to_netcdf(tmp_path / "a.nc", engine="netcdf4")
    with pytest.raises(InputError, match="NetCDF of neither ERA5 nor WRF; it holds a"):
        read_weather(tmp_path / "a.nc")


def test_reading_grib_leaves_the_projection_library_usable() -> None:
    """ecCodes brings a PROJ of its own; loaded first it would crash the interpreter."""
    script = (
        "from atmosphere.meteorology.readers.eccodes_library import eccodes_library\n"
        "handle = eccodes_library().codes_grib_new_from_samples('regular_ll_pl_grib2')\n"
        "eccodes_library().codes_get_values(handle)\n"
        "import pyproj\n"
        "print(pyproj.CRS('EPSG:4326').name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "WGS 84"


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "kind"), FILES.items())
def test_the_real_files_are_recognised_whatever_their_name(
    real_data: Path, tmp_path: Path, name: str, kind: str
) -> None:
    path = tmp_path / "nameless"
    shutil.copy(real_data / "meteorology" / name, path)
    assert kind_of(path) == kind


@pytest.mark.real_data
def test_files_of_several_kinds_are_refused(real_data: Path) -> None:
    folder = real_data / "meteorology"
    with pytest.raises(InputError, match="files of several kinds: ARL, GFS"):
        read_weather([folder / "hysplit_ngm/oct1618.BIN", folder / "gfs_2p5deg_20110110T12_f120.grib2"])


@pytest.mark.real_data
def test_the_description_of_the_gfs_state_is_what_a_forecaster_asks(real_data: Path) -> None:
    found = describe(real_data / "meteorology/gfs_2p5deg_20110110T12_f120.grib2")
    json.dumps(found, allow_nan=False)
    assert found["kind"] == "GFS (GRIB 2)"
    assert found["reference_times_utc"] == ["2011-01-10T12:00Z"]
    assert found["valid_times"]["utc"] == ["2011-01-15T12:00Z"]
    assert found["valid_times"]["first_beijing"] == "2011-01-15 20:00"
    assert found["area_deg"] == {"west": -180.0, "east": 177.5, "south": -90.0, "north": 90.0}
    assert (found["grid"]["columns"], found["grid"]["rows"], found["grid"]["step_x"]) == (144, 73, 2.5)
    assert len(found["levels"]["pressure_hpa"]) == 26
    assert found["levels"]["pressure_hpa"][0] == 1000.0
    by_name: dict[str, dict[str, Any]] = {held["name"]: held for held in found["variables"]}
    assert by_name["2t"]["minimum"] == pytest.approx(221.6)
    assert by_name["soilw"]["missing_share"] == pytest.approx(0.658, abs=0.001)
    assert by_name["0-3-196"]["minimum"] == pytest.approx(18.0)
    assert found["transport"]["usable"]
    assert found["transport"]["missing_optional"] == []


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gfs_wind10m_1deg_2018", "not on pressure levels in the file: air_temperature"),
        ("wrf_tibet_2times.nc", "not in the file: U, V, T, P, PB, PH, PHB"),
        ("ecmwf_pl_10deg_202406", "neither the height of the ground nor the surface pressure"),
    ],
)
def test_incomplete_files_are_described_with_what_they_lack(real_data: Path, name: str, says: str) -> None:
    found = describe(real_data / "meteorology" / name)
    json.dumps(found, allow_nan=False)
    assert not found["transport"]["usable"]
    assert says in found["transport"]["reason"]
    assert found["variables"]
    text = "\n".join(lines_of(found))
    assert "不可用" in text
    assert "北京时" in text


@pytest.mark.real_data
def test_the_description_of_the_ngm_file(real_data: Path) -> None:
    found = describe(real_data / "meteorology/hysplit_ngm/oct1618.BIN")
    assert found["valid_times"]["count"] == 36
    assert found["valid_times"]["steps_hours"] == [2.0]
    assert found["levels"]["vertical"] == "sigma"
    assert found["grid"]["step_x"] == 182900.0
    assert "lagrangian_tendency_of_air_pressure" in found["transport"]["found"]
    assert "boundary_layer_height" in found["transport"]["missing_optional"]


@pytest.mark.real_data
def test_reports_are_described_by_their_own_reader(real_data: Path) -> None:
    files = sorted((real_data / "meteorology/surface").iterdir())
    found = [describe(path) for path in files[:1] + files[-1:]]
    assert all(document["kind"] in ("surface reports", "soundings") for document in found)
    with pytest.raises(InputError, match="not weather on a grid"):
        read_weather(files[0])


@pytest.mark.real_data
def test_the_command_prints_one_document_or_a_table(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(real_data / "meteorology/wrf_tibet_2times.nc")
    weather_describe.run(path, as_json=True)
    assert json.loads(capsys.readouterr().out)["source"] == "OUTPUT FROM WRF V3.3.1 MODEL"
    weather_describe.run(path, as_json=False)
    assert capsys.readouterr().out.startswith("文件 File")
