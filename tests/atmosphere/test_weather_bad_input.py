"""Bad weather files and bad wishes at the commands: one line that names the file, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from atmosphere.meteorology.describing import describe
from atmosphere.meteorology.figures.saving import save_figure
from atmosphere.meteorology.readers.area import longitude_columns
from atmosphere.meteorology.readers.era5 import read_era5
from atmosphere.meteorology.readers.files import files_of
from atmosphere.meteorology.readers.value_checks import standard_height
from flows.commands import trajectories, weather_diagnose
from foundation.constants import GRAVITY
from foundation.errors import ConfigurationError, InputError

LEVELS, HEIGHT = np.array([500.0, 850.0, 925.0, 1000.0]), np.array([5500.0, 1450.0, 760.0, 110.0])
DIMS = ("time", "level", "latitude", "longitude")


def era5(times: int = 2) -> xr.Dataset:
    shape = (times, 4, 3, 4)
    column = np.broadcast_to(HEIGHT[None, :, None, None], shape)
    volumes = {
        "t": (285.0 - column / 180.0, "K"), "u": (np.full(shape, 3.6), "m s**-1"),
        "v": (np.zeros(shape), "m s**-1"), "w": (np.zeros(shape), "Pa s**-1"),
        "z": (column * GRAVITY, "m**2 s**-2"),
    }  # fmt: skip
    held: dict[str, Any] = {
        name: (DIMS, values, {"units": units}) for name, (values, units) in volumes.items()
    }
    surface = ("time", "latitude", "longitude")
    held["sp"] = (surface, np.full((times, 3, 4), 90000.0), {"units": "Pa"})
    coords = {
        "time": np.datetime64("2024-01-10T00", "ns") + np.arange(times) * np.timedelta64(1, "h"),
        "level": ("level", LEVELS, {"units": "hPa"}), "latitude": [45.0, 44.0, 43.0],
        "longitude": [86.0, 87.0, 88.0, 89.0],
    }  # fmt: skip
    return xr.Dataset(held, coords)


def with_levels(values: np.ndarray, units: str) -> Callable[[xr.Dataset], xr.Dataset]:
    return lambda dataset: dataset.assign_coords(level=("level", values, {"units": units}))


BAD: dict[str, tuple[Callable[[xr.Dataset], xr.Dataset], str]] = {
    "latitude missing": (
        lambda held: held.assign_coords(latitude=[45.0, np.nan, 43.0]), "lat: expected numbers"),
    "latitude beyond the pole": (
        lambda held: held.assign_coords(latitude=[95.0, 94.0, 93.0]), "is it swapped with lon"),
    "level missing": (with_levels(np.array([500, 850, np.nan, 1000]), "hPa"), "level: expected numbers"),
    "level twice": (with_levels(np.array([500.0, 850, 850, 1000]), "hPa"), "level: 850 comes twice"),
    "time missing": (
        lambda held: held.assign_coords(time=np.array(["2024-01-10", "NaT"], "datetime64[ns]")),
        "time: 1 of 2 missing"),
    "time without units": (lambda held: held.assign_coords(time=[0.0, 1.0]), "time: expected units"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_coordinates_are_named_by_reader_and_description_alike(tmp_path: Path, name: str) -> None:
    spoil, line = BAD[name]
    path = tmp_path / "pl.nc"
    spoil(era5()).to_netcdf(path)
    for door in (read_era5, describe):
        with pytest.raises(InputError, match=line) as caught:
            door(path)
        assert str(path) in str(caught.value)


UNUSABLE: dict[str, tuple[Callable[[xr.Dataset], xr.Dataset], str]] = {
    "text for numbers": (lambda held: held.assign(t=held["t"].astype(str)), "expected numbers, got <U"),
    "one level": (lambda held: held.isel(level=[1]), "two pressure levels or more, got 1"),
    "kilopascals called hectopascals": (with_levels(LEVELS / 10.0, "hPa"), "expected about 16"),
    "metres called m2 s-2": (
        lambda held: held.assign(z=(DIMS, held["z"].values / GRAVITY, held["z"].attrs)), "is it in m2 s-2"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSABLE)
def test_values_that_cannot_be_are_refused_and_described_as_unusable(tmp_path: Path, name: str) -> None:
    spoil, line = UNUSABLE[name]
    path = tmp_path / "pl.nc"
    spoil(era5()).to_netcdf(path)
    with pytest.raises(InputError, match=line):
        read_era5(path)
    assert line in describe(path)["transport"]["reason"]


def test_labels_in_kilopascals_kilometres_an_hour_and_degrees_are_converted(tmp_path: Path) -> None:
    held = with_levels(LEVELS / 10.0, "kPa")(era5())
    held["u"].attrs["units"] = "km/h"
    held["t"] = (DIMS, held["t"].values - 273.15, {"units": "°C"})
    held.to_netcdf(tmp_path / "pl.nc")
    weather = read_era5(tmp_path / "pl.nc")
    assert weather["air_pressure"][0, :, 0, 0].values == pytest.approx([1e5, 92500.0, 85000.0, 50000.0])
    assert weather["eastward_wind"].values == pytest.approx(1.0)
    assert weather["air_temperature"][0, 0].values == pytest.approx(285.0 - 110.0 / 180.0, abs=1e-3)
    assert describe(tmp_path / "pl.nc")["levels"]["pressure_hpa"] == [1000.0, 925.0, 850.0, 500.0]


@pytest.mark.parametrize(("pressure", "height"), [(50000.0, 5574.4), (85000.0, 1457.3), (10000.0, 16179.0)])
def test_heights_of_the_standard_atmosphere(pressure: float, height: float) -> None:
    """Geopotential heights of the tables of the U.S. Standard Atmosphere, 1976."""
    assert standard_height(pressure) == pytest.approx(height, abs=3.0)


def test_a_grid_across_greenwich_counts_from_below_zero() -> None:
    order, lon = longitude_columns(np.array([358.0, 359.0, 0.0, 1.0]), None, "file")
    assert order.tolist() == [0, 1, 2, 3]
    assert lon.tolist() == [-2.0, -1.0, 0.0, 1.0]


def test_description_refuses_a_folder_of_several_kinds_and_an_empty_path(tmp_path: Path) -> None:
    era5().to_netcdf(tmp_path / "a.nc")
    (tmp_path / "b.000").write_bytes(b"diamond 1 surface\n")
    with pytest.raises(InputError, match="several kinds: ERA5, reports"):
        describe(tmp_path)
    with pytest.raises(InputError, match="an empty path"):
        files_of("")


def test_a_point_outside_is_refused_by_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "pl.nc"
    era5().to_netcdf(path)
    with pytest.raises(InputError, match="outside the weather's area") as caught:
        weather_diagnose.diagnosed(str(path), 10.0, 44.0, None)
    assert caught.value.where == str(path)


@pytest.mark.parametrize("name", ["none/a.png", "folder.png", "a.xyz"])
def test_a_figure_that_cannot_be_is_refused_before_anything_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ConfigurationError, match="--figure"):
        weather_diagnose.run("no file", 87.5, 44.0, None, str(tmp_path / name), as_json=True)


def test_a_figure_that_fails_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    class Figure:
        def savefig(self, content: object, **_: object) -> None:
            content.write(b"drawn")  # type: ignore[attr-defined]

    (tmp_path / "a.png").mkdir()
    with pytest.raises(OSError, match=r"a\.png"):
        save_figure(Figure(), tmp_path / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize(
    ("change", "line"),
    [({"hours": 1e9}, "at most 20000 output times"), ({"lon": 44.0, "lat": 87.5}, "swapped"),
     ({"lon": 10.0}, "outside the weather's area"), ({"height_m": -1.0}, "start height")],
)  # fmt: skip
def test_wishes_that_no_trajectory_can_meet(tmp_path: Path, change: dict[str, float], line: str) -> None:
    path = tmp_path / "pl.nc"
    era5().to_netcdf(path)
    wish = {"lon": 87.5, "lat": 44.0, "height_m": 100.0, "hours": 1.0, **change}
    with pytest.raises(InputError, match=line):
        trajectories.trajectory(trajectories.Request(weather=str(path), start="2024-01-10T08:00", **wish))  # type: ignore[arg-type]


def test_weather_of_one_time_is_refused_for_trajectories_by_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "pl.nc"
    era5(times=1).to_netcdf(path)
    request = trajectories.Request(str(path), 87.5, 44.0, 100.0, "2024-01-10T08:00", 1.0)
    with pytest.raises(InputError, match="two times or more, got 1") as caught:
        trajectories.trajectory(request)
    assert caught.value.where == str(path)
