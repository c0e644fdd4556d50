"""WRF output: a generated domain of known weather, the real Tibetan grid, and bad input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import xarray as xr
from metpy.calc import temperature_from_potential_temperature
from metpy.units import units

from atmosphere.meteorology.readers.netcdf import opened
from atmosphere.meteorology.readers.wrf import read_wrf
from atmosphere.meteorology.readers.wrf_grid import axes
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.errors import InputError

SAMPLE = "meteorology/wrf_tibet_2times.nc"
NX, NY, NZ, STEP = 24, 18, 6, 9000.0
LAMBERT = {
    "MAP_PROJ": 1,
    "TRUELAT1": 30.0,
    "TRUELAT2": 60.0,
    "STAND_LON": 80.0,
    "MOAD_CEN_LAT": 44.0,
    "CEN_LAT": 44.0,
}
MERCATOR = {
    "MAP_PROJ": 3,
    "TRUELAT1": 40.0,
    "TRUELAT2": 0.0,
    "STAND_LON": 86.0,
    "MOAD_CEN_LAT": 44.0,
    "CEN_LAT": 44.0,
}
STEREO = {
    "MAP_PROJ": 2,
    "TRUELAT1": 60.0,
    "TRUELAT2": 0.0,
    "STAND_LON": 80.0,
    "MOAD_CEN_LAT": 44.0,
    "CEN_LAT": 44.0,
}
PROJ = {
    1: "+proj=lcc +lat_1=30 +lat_2=60 +lat_0=44 +lon_0=80 +R=6370000",
    2: "+proj=stere +lat_0=90 +lat_ts=60 +lon_0=80 +R=6370000",
    3: "+proj=merc +lat_ts=40 +lon_0=86 +R=6370000",
}
_HALVES = np.tan(np.pi / 4 + np.deg2rad([30.0, 60.0]) / 2)
CONE = {
    1: np.log(np.cos(np.deg2rad(30)) / np.cos(np.deg2rad(60))) / np.log(_HALVES[1] / _HALVES[0]),
    2: 1.0,
    3: 0.0,
}
"""Constant of the cone, Snyder (1987) eq. 15-3."""

EASTWARD, NORTHWARD = 6.0, -2.5


def domain(attributes: dict[str, Any], start: str = "2021-01-12_00:00:00") -> xr.Dataset:
    """A domain round 87.6°E 43.8°N under a uniform earth-relative wind, hydrostatic, heights known."""
    proj = pyproj.Proj(PROJ[attributes["MAP_PROJ"]])
    middle = proj(87.6, 43.8)
    x = middle[0] + STEP * (np.arange(NX) - 0.5 * (NX - 1))
    y = middle[1] + STEP * (np.arange(NY) - 0.5 * (NY - 1))

    def turned(across: np.ndarray, up: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Along the grid, by the direction in which the meridians run on the map."""
        lon, lat = proj(*np.meshgrid(across, up), inverse=True)
        north_x, north_y = np.subtract(proj(lon, lat + 1e-3), proj(lon, lat - 1e-3))
        length = np.hypot(north_x, north_y)
        north_x, north_y = north_x / length, north_y / length
        return EASTWARD * north_y + NORTHWARD * north_x, NORTHWARD * north_y - EASTWARD * north_x

    lon, lat = proj(*np.meshgrid(x, y), inverse=True)
    u = turned(np.append(x - STEP / 2, x[-1] + STEP / 2), y)[0]
    v = turned(x, np.append(y - STEP / 2, y[-1] + STEP / 2))[1]
    u10, v10 = turned(x, y)
    angle = np.deg2rad(CONE[attributes["MAP_PROJ"]] * (attributes["STAND_LON"] - lon))  # as WRF's geogrid
    terrain = 500.0 + 10.0 * np.arange(NX)[None, :] + 0.0 * lat
    faces = terrain + np.linspace(0.0, 12000.0, NZ + 1)[:, None, None]
    pressure = 100000.0 * np.exp(-0.5 * (faces[1:] + faces[:-1]) / 8000.0)
    stag = "bottom_top_stag"
    start_time = np.datetime64(start.replace("_", "T"))
    times = [str(start_time + np.timedelta64(hour, "h")).replace("T", "_") for hour in range(3)]

    def steady(values: np.ndarray, *dims: str) -> tuple[tuple[str, ...], np.ndarray]:
        return ("Time", *dims), np.broadcast_to(values, (3, *np.shape(values))).astype(np.float32)

    z, yy, xx = "bottom_top", "south_north", "west_east"
    hour = np.arange(3.0)[:, None, None] + np.zeros((3, NY, NX))
    held: dict[str, Any] = {
        "Times": ("Time", np.array(times, dtype="S19")),
        "XLONG": steady(lon, yy, xx), "XLAT": steady(lat, yy, xx),
        "U": steady(np.broadcast_to(u, (NZ, *u.shape)), z, yy, "west_east_stag"),
        "V": steady(np.broadcast_to(v, (NZ, *v.shape)), z, "south_north_stag", xx),
        "W": steady(0 * faces + np.linspace(0, 0.6, NZ + 1)[:, None, None], stag, yy, xx),
        "T": steady(np.full(pressure.shape, 8.0), z, yy, xx),
        "P": steady(0.1 * pressure, z, yy, xx),
        "PB": steady(0.9 * pressure, z, yy, xx), "PH": steady(0.2 * faces * 9.81, stag, yy, xx),
        "PHB": steady(0.8 * faces * 9.81, stag, yy, xx), "HGT": steady(terrain, yy, xx),
        "QVAPOR": steady(np.full(pressure.shape, 0.004), z, yy, xx),
        "QCLOUD": steady(np.zeros(pressure.shape), z, yy, xx),
        "PSFC": steady(100000.0 * np.exp(-terrain / 8000.0), yy, xx),
        "T2": steady(np.full(lat.shape, 268.0), yy, xx), "Q2": steady(np.full(lat.shape, 0.002), yy, xx),
        "U10": steady(u10, yy, xx), "V10": steady(v10, yy, xx),
        "PBLH": steady(np.full(lat.shape, 180.0), yy, xx), "UST": steady(np.full(lat.shape, 0.15), yy, xx),
        "HFX": steady(np.full(lat.shape, -12.0), yy, xx), "SNOWH": steady(np.full(lat.shape, 0.12), yy, xx),
        "RAINC": (("Time", yy, xx), 0.5 * hour), "RAINNC": (("Time", yy, xx), np.minimum(hour, 1.5)),
        "SWDOWN": steady(np.full(lat.shape, 90.0), yy, xx),
        "SMOIS": steady(np.full((4, *lat.shape), 0.21), "soil_layers_stag", yy, xx),
        "CLDFRA": steady(np.linspace(0, 0.5, NZ)[:, None, None] + 0 * pressure, z, yy, xx),
        "COSALPHA": steady(np.cos(angle), yy, xx), "SINALPHA": steady(np.sin(angle), yy, xx),
    }  # fmt: skip
    dataset = xr.Dataset(held)
    dataset.attrs = {
        "TITLE": " OUTPUT FROM WRF V4.5 MODEL", "DX": STEP, "DY": STEP, "CEN_LON": 87.6, "POLE_LAT": 90.0,
        "BUCKET_MM": -1.0, "SIMULATION_START_DATE": start, **attributes,
    }  # fmt: skip
    return dataset


def write(dataset: xr.Dataset, path: Path) -> Path:
    dataset.to_netcdf(path, engine="netcdf4")
    return path


@pytest.mark.parametrize("attributes", [LAMBERT, MERCATOR, STEREO])
@pytest.mark.parametrize("with_angles", [True, False])
def test_uniform_earth_winds_come_out_of_every_projection(
    tmp_path: Path, attributes: dict[str, Any], *, with_angles: bool
) -> None:
    dataset = domain(attributes)
    if not with_angles:
        dataset = dataset.drop_vars(["COSALPHA", "SINALPHA"])
    weather = METEOROLOGY.check(read_wrf(write(dataset, tmp_path / "wrfout.nc")))
    for suffix, bound in (("", 2e-4), ("_10m", 1e-5)):
        assert np.abs(weather[f"eastward_wind{suffix}"].values - EASTWARD).max() < bound * 10
        assert np.abs(weather[f"northward_wind{suffix}"].values - NORTHWARD).max() < bound * 10


def test_a_generated_domain_keeps_the_contract_with_everything_in_it(tmp_path: Path) -> None:
    dataset = domain(LAMBERT)
    weather = METEOROLOGY.check(read_wrf(write(dataset, tmp_path / "wrfout.nc")))
    assert not set(METEOROLOGY.optional) - set(weather.data_vars)
    assert dict(weather.sizes) == {"time": 3, "level": NZ, "y": NY, "x": NX}
    assert np.diff(weather["x"].values) == pytest.approx(STEP, rel=1e-4)
    assert weather["height_above_ground"].values[0, :, 5, 7] == pytest.approx(
        np.arange(1000, 12000, 2000), rel=1e-4
    )
    assert weather["surface_height"].values[0, 3] == pytest.approx(530.0)
    pressure = weather["air_pressure"].values[0, :, 5, 7].astype(float)
    expected = temperature_from_potential_temperature(
        pressure * units.Pa, np.full(NZ, 308.0) * units.K
    ).magnitude
    assert weather["air_temperature"].values[0, :, 5, 7] == pytest.approx(expected, rel=2e-4)
    assert weather["upward_air_velocity"].values[0, :, 0, 0] == pytest.approx(
        np.arange(0.05, 0.6, 0.1), abs=1e-6
    )
    assert weather["specific_humidity"].values == pytest.approx(0.004 / 1.004, rel=1e-5)
    assert weather["precipitation_rate"].values[:, 0, 0] == pytest.approx(
        [1.5 / 3600, 1.5 / 3600, 1.0 / 3600], rel=1e-5
    )
    assert weather.attrs["reference_time"] == "2021-01-12T00:00:00"


def test_buckets_of_rain_are_counted(tmp_path: Path) -> None:
    dataset = domain(LAMBERT)
    dataset.attrs["BUCKET_MM"] = 100.0
    dims = dataset["RAINNC"].dims
    dataset["RAINNC"] = (
        dims,
        np.broadcast_to(np.array([98.0, 99.5, 1.0])[:, None, None], (3, NY, NX)).copy(),
    )
    dataset["I_RAINNC"] = (
        dims,
        np.broadcast_to(np.array([0, 0, 1])[:, None, None], (3, NY, NX)).astype("int32"),
    )
    rate = read_wrf(write(dataset, tmp_path / "wrfout.nc"))["precipitation_rate"].values[:, 0, 0]
    assert rate * 3600 == pytest.approx([2.0, 2.0, 2.0], rel=1e-5)


def test_an_area_is_cut_with_its_staggered_faces(tmp_path: Path) -> None:
    path = write(domain(LAMBERT), tmp_path / "wrfout.nc")
    whole, part = read_wrf(path), read_wrf(path, (87.2, 88.0, 43.5, 44.0))
    assert part.sizes["x"] < 14
    assert float(part["lon"].min()) <= 87.2
    assert float(part["lon"].max()) >= 88.0
    there = whole.sel(x=part["x"], y=part["y"])
    for name in ("eastward_wind", "northward_wind", "air_temperature", "height_above_ground"):
        np.testing.assert_array_equal(part[name], there[name])
    with pytest.raises(InputError, match=r"covers .* the area 80° to 88°E"):
        read_wrf(path, (80.0, 88.0, 43.5, 44.0))


def test_files_of_one_time_each_are_joined(tmp_path: Path) -> None:
    dataset = domain(LAMBERT)
    paths = [write(dataset.isel(Time=[hour]), tmp_path / f"wrfout_{2 - hour}.nc") for hour in range(3)]
    weather = read_wrf(paths)
    assert weather.sizes["time"] == 3
    assert (np.diff(weather["time"].values) == np.timedelta64(1, "h")).all()
    assert "precipitation left out" in weather.attrs["notes"]


def _moved(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.assign(XLONG=dataset["XLONG"] * 1.01)


def _nan(dataset: xr.Dataset) -> xr.Dataset:
    broken = dataset.copy(deep=True)
    broken["U"][1, 2, 3, 4] = np.nan
    return broken


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda dataset: dataset.drop_vars(["U", "PHB"]), r"not in the file: U, PHB"),
        (lambda dataset: dataset.isel(Time=[0, 2, 1]), r"time 2021-01-12T01:00 UTC comes after 20"),
        (lambda dataset: dataset.isel(Time=[0, 0]), r"time 2021-01-12T00:00 UTC comes twice"),
        (_nan, r"eastward_wind: 2 of \d+ values are missing, first at .*T01:00 UTC, level 2, y 3, x 3"),
        (_moved, r"cells off the map of the global attributes"),
        (lambda dataset: dataset.assign_attrs(MAP_PROJ=203), r"MAP_PROJ 203 .* is not supported"),
        (lambda whole: whole.assign(T2=whole["T2"] - 273.15), r"air_temperature_2m: median -5.1"),
        (lambda whole: whole.assign(P=whole["P"] * 0, PB=whole["PB"] / 90), r"air_pressure: .*hPa"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_one_line(
    tmp_path: Path, spoil: Callable[[xr.Dataset], xr.Dataset], says: str
) -> None:
    path = write(spoil(domain(LAMBERT)), tmp_path / "wrfout.nc")
    with pytest.raises(InputError, match=says) as caught:
        read_wrf(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = write(domain(LAMBERT), tmp_path / "wrfout.nc")
    path.write_bytes(path.read_bytes()[:50000])
    with pytest.raises(InputError, match="cannot be opened as NetCDF"):
        read_wrf(path)


@pytest.mark.real_data
def test_the_real_coordinates_lie_on_the_map_to_a_thousandth_of_a_cell(real_data: Path) -> None:
    path = real_data / SAMPLE
    with opened(path) as dataset:
        x, y, off, crs = axes(dataset, path)
    assert off < 1e-3
    assert np.diff(x) == pytest.approx(30000.0, rel=1e-5)
    assert np.diff(y) == pytest.approx(30000.0, rel=1e-5)
    assert pyproj.CRS.from_user_input(crs).coordinate_operation.method_name == "Lambert Conic Conformal (2SP)"


@pytest.mark.real_data
def test_the_real_sample_says_what_it_lacks(real_data: Path) -> None:
    with pytest.raises(InputError, match="not in the file: U, V, T, P, PB, PH, PHB"):
        read_wrf(real_data / SAMPLE)
