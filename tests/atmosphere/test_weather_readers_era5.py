"""ERA5 in both layouts of the Climate Data Store, written here as it publishes them, and bad input."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from atmosphere.meteorology.readers.era5 import read_era5
from foundation.atmospheric_contracts import METEOROLOGY
from foundation.constants import GRAVITY
from foundation.errors import InputError

TIMES = pd.date_range("2024-01-10", periods=3, freq="h")
LAT, LON = np.arange(48.0, 39.9, -0.5), np.arange(80.0, 92.1, 0.5)
LEVELS = np.array([500.0, 850.0, 925.0, 1000.0])
HEIGHT = np.array([5500.0, 1450.0, 760.0, 110.0])


Held = tuple[tuple[str, ...], np.ndarray, dict[str, str]]


def field(values: float | np.ndarray, units: str, *, levels: bool = False) -> Held:
    shape = (len(TIMES), *((len(LEVELS),) if levels else ()), len(LAT), len(LON))
    dims = ("time", *(("level",) if levels else ()), "latitude", "longitude")
    return dims, np.broadcast_to(np.asarray(values, dtype=np.float32), shape).copy(), {"units": units}


def pressure_levels() -> xr.Dataset:
    column = np.asarray(HEIGHT)[:, None, None]
    hour = np.arange(3.0)[:, None, None, None]
    held = {
        "t": field(285.0 - column / 180.0 + hour, "K", levels=True),
        "u": field(np.arange(len(LON)) * 1.0, "m s**-1", levels=True),
        "v": field(np.arange(len(LAT))[:, None] * 1.0, "m s**-1", levels=True),
        "w": field(0.05, "Pa s**-1", levels=True), "q": field(0.002, "kg kg**-1", levels=True),
        "z": field(column * GRAVITY, "m**2 s**-2", levels=True),
    }  # fmt: skip
    coords = {"time": TIMES, "level": ("level", LEVELS, {"units": "hPa"}), "latitude": LAT, "longitude": LON}
    return xr.Dataset(held, coords)


def single_levels() -> xr.Dataset:
    held = {
        "sp": field(90000.0, "Pa"), "z": field(900.0 * GRAVITY, "m**2 s**-2"), "t2m": field(270.0, "K"),
        "d2m": field(265.0, "K"), "u10": field(2.0, "m s**-1"), "v10": field(-3.0, "m s**-1"),
        "blh": field(250.0, "m"), "zust": field(0.3, "m s**-1"), "swvl1": field(0.2, "m**3 m**-3"),
        "sd": field(0.03, "m of water equivalent"), "rsn": field(150.0, "kg m**-3"),
        "tcc": field(0.4, "(0 - 1)"),
    }  # fmt: skip
    return xr.Dataset(held, {"time": TIMES, "latitude": LAT, "longitude": LON})


def sums() -> xr.Dataset:
    held = {
        "sshf": field(-72000.0, "J m**-2"), "tp": field(0.0018, "m"), "ssrd": field(360000.0, "J m**-2"),
    }  # fmt: skip
    return xr.Dataset(held, {"time": TIMES, "latitude": LAT, "longitude": LON})


def new_layout(dataset: xr.Dataset, path: Path) -> Path:
    """As the converter of 2024 writes: valid_time in seconds since 1970, number and expver beside."""
    there = dataset.rename(
        {"time": "valid_time", **({"level": "pressure_level"} if "level" in dataset.dims else {})}
    )
    there = there.assign_coords(number=0, expver=("valid_time", np.array(["0001"] * 3, dtype=object)))
    there.attrs = {"GRIB_centre": "ecmf", "Conventions": "CF-1.7", "institution": "ECMWF"}
    encoding = {"valid_time": {"units": "seconds since 1970-01-01", "dtype": "int64"}}
    there.to_netcdf(path, engine="netcdf4", encoding=encoding)
    return path


def old_layout(dataset: xr.Dataset, path: Path) -> Path:
    """As before 2024: shorts with scale and offset, hours since 1900, levels in millibars as int32."""
    there = dataset.copy()
    encoding: dict[str, dict[str, object]] = {
        "time": {"units": "hours since 1900-01-01 00:00:00.0", "dtype": "int32"}
    }
    for name, array in there.data_vars.items():
        low, high = float(array.min()), float(array.max())
        scale = (high - low) / 60000.0 or 1e-4
        encoding[str(name)] = {"dtype": "int16", "scale_factor": scale, "add_offset": 0.5 * (low + high),
                               "_FillValue": np.int16(-32767)}  # fmt: skip
    if "level" in there.dims:
        there = there.assign_coords(level=("level", LEVELS.astype("int32"), {"units": "millibars"}))
    there.to_netcdf(path, engine="netcdf4", encoding=encoding)
    return path


Layout = Callable[[xr.Dataset, Path], Path]


def files(folder: Path, layout: Layout) -> list[Path]:
    parts = {"pl.nc": pressure_levels(), "data_stream-oper_stepType-instant.nc": single_levels(),
             "data_stream-oper_stepType-accum.nc": sums()}  # fmt: skip
    return [layout(dataset, folder / name) for name, dataset in parts.items()]


@pytest.mark.parametrize("layout", [new_layout, old_layout])
def test_both_layouts_keep_the_contract_with_everything_in_it(tmp_path: Path, layout: Layout) -> None:
    files(tmp_path, layout)
    weather = METEOROLOGY.check(read_era5(tmp_path))
    assert dict(weather.sizes) == {"time": 3, "level": 4, "y": len(LAT), "x": len(LON)}
    assert weather["time"].values.tolist() == TIMES.values.astype("datetime64[ns]").tolist()
    assert set(METEOROLOGY.optional) - set(weather.data_vars) == {"cloud_water"}
    place = weather.sel(x=87.5, y=44.0).isel(time=1)
    assert place["air_pressure"].values.tolist() == [100000.0, 92500.0, 85000.0, 50000.0]
    assert place["height_above_ground"].values == pytest.approx(HEIGHT[::-1] - 900.0, abs=0.2)
    assert place["air_temperature"].values == pytest.approx(286.0 - HEIGHT[::-1] / 180.0, abs=1e-3)
    assert place["eastward_wind"].values == pytest.approx(15.0, abs=1e-3)
    assert place["northward_wind"].values == pytest.approx(8.0, abs=1e-3)
    expected = {
        "sensible_heat_flux": 20.0, "precipitation_rate": 0.0005, "surface_downwelling_shortwave_flux": 100.0,
        "snow_depth": 0.2, "soil_moisture": 0.2, "cloud_area_fraction": 0.4, "boundary_layer_height": 250.0,
        "friction_velocity": 0.3, "surface_height": 900.0, "surface_pressure": 90000.0,
    }  # fmt: skip
    for name, value in expected.items():
        assert float(place[name]) == pytest.approx(value, rel=1e-3), name


def test_an_area_is_cut_before_loading_and_north_comes_last(tmp_path: Path) -> None:
    weather = read_era5(files(tmp_path, new_layout), (84.1, 89.0, 42.2, 46.0))
    assert weather["x"].values[[0, -1]].tolist() == [84.0, 89.0]
    assert weather["y"].values[[0, -1]].tolist() == [42.0, 46.0]
    assert (weather["northward_wind"].values[0, 0, :, 0] == np.arange(12.0, 3.9, -1.0)).all()
    with pytest.raises(InputError, match=r"covers 80 to 92°E"):
        read_era5(tmp_path, (79.0, 89.0, 42.0, 46.0))


def test_months_come_in_any_order_of_files(tmp_path: Path) -> None:
    later = pressure_levels().assign_coords(time=TIMES + pd.Timedelta(hours=3))
    paths = [new_layout(later, tmp_path / "a.nc"), new_layout(pressure_levels(), tmp_path / "b.nc")]
    ground = [new_layout(single_levels().assign_coords(time=times), tmp_path / f"{name}.nc")
              for name, times in (("c", TIMES), ("d", TIMES + pd.Timedelta(hours=3)))]  # fmt: skip
    assert read_era5([*paths, *ground]).sizes["time"] == 6


def test_final_and_preliminary_data_of_the_old_layout_are_put_together(tmp_path: Path) -> None:
    whole = pressure_levels()
    first = whole.where(whole["time"] < TIMES[2])
    second = whole.where(whole["time"] >= TIMES[2])
    mixed = xr.concat([first, second], pd.Index([1, 5], name="expver")).transpose("time", "expver", ...)
    mixed.to_netcdf(tmp_path / "pl.nc", engine="netcdf4")
    new_layout(single_levels(), tmp_path / "sl.nc")
    found = read_era5(tmp_path)["air_temperature"].values
    np.testing.assert_allclose(found, whole["t"].values[:, ::-1, ::-1], rtol=1e-6)


def _celsius(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.assign(t=(dataset["t"] - 273.15).assign_attrs())


def _backward(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.isel(time=[0, 2, 1])


def _repeated(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.isel(time=[0, 1, 1])


def _nan(dataset: xr.Dataset) -> xr.Dataset:
    broken = dataset.copy(deep=True)
    broken["u"][1, 2, 3, 4] = np.nan
    return broken


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_celsius, r"air_temperature: median .*is it in degrees Celsius"),
        (_backward, r"time 2024-01-10T01:00 UTC comes after 2024-01-10T02:00"),
        (_repeated, r"time 2024-01-10T01:00 UTC comes twice"),
        (_nan, r"eastward_wind: 1 of \d+ values are missing, first at 2024-01-10T01:00 UTC, level 1"),
        (lambda dataset: dataset.drop_vars("v"), r"not on pressure levels in the file: northward_wind"),
        (lambda dataset: dataset.drop_vars("t"), r"no temperature on pressure levels"),
    ],
)
def test_bad_pressure_levels_are_refused(
    tmp_path: Path, spoil: Callable[[xr.Dataset], xr.Dataset], says: str
) -> None:
    old_layout(spoil(pressure_levels()), tmp_path / "pl.nc")
    new_layout(single_levels(), tmp_path / "sl.nc")
    with pytest.raises(InputError, match=says) as caught:
        read_era5(tmp_path)
    assert "\n" not in str(caught.value)


def test_pressure_in_hectopascal_without_a_label_is_noticed(tmp_path: Path) -> None:
    ground = single_levels()
    ground["sp"] = (ground["sp"] / 100.0).drop_attrs()
    paths = [new_layout(pressure_levels(), tmp_path / "a.nc"), new_layout(ground, tmp_path / "b.nc")]
    with pytest.raises(InputError, match=r"surface_pressure: median 900, .*is it in hPa"):
        read_era5(paths)


def test_labels_of_units_are_obeyed_or_refused(tmp_path: Path) -> None:
    ground = single_levels()
    ground["sp"] = (ground["sp"] / 100.0).assign_attrs(units="hPa")
    ground["t2m"] = (ground["t2m"] - 273.15).assign_attrs(units="degC")
    pl = new_layout(pressure_levels(), tmp_path / "a.nc")
    weather = read_era5([pl, new_layout(ground, tmp_path / "b.nc")])
    assert float(weather["surface_pressure"][0, 0, 0]) == pytest.approx(90000.0)
    assert float(weather["air_temperature_2m"][0, 0, 0]) == pytest.approx(270.0)
    ground["u10"].attrs["units"] = "knots"
    with pytest.raises(InputError, match=r"eastward_wind_10m: units 'knots', expected m s-1"):
        read_era5([pl, new_layout(ground, tmp_path / "c.nc")])


def test_a_single_level_file_of_other_times_is_refused(tmp_path: Path) -> None:
    ground = single_levels().assign_coords(time=TIMES + pd.Timedelta(hours=1))
    paths = [new_layout(pressure_levels(), tmp_path / "a.nc"), new_layout(ground, tmp_path / "b.nc")]
    with pytest.raises(InputError, match=r"is missing for 1 of 3 times, first 2024-01-10T00:00"):
        read_era5(paths)


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = new_layout(pressure_levels(), tmp_path / "a.nc")
    path.write_bytes(path.read_bytes()[:20000])
    with pytest.raises(InputError, match="cannot be opened as NetCDF"):
        read_era5(path)


def test_without_the_ground_nothing_is_guessed(tmp_path: Path) -> None:
    path = new_layout(pressure_levels(), tmp_path / "a.nc")
    with pytest.raises(InputError, match="neither the height of the ground nor the surface pressure"):
        read_era5(path)
