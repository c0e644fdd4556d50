"""Weather columns beside measurements: SI, wind as a vector, every bad cell named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError
from observations.station_weather import read_station_weather
from observations.weather_columns import weather_columns

HEADER = "No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,PRES,DEWP,RAIN,wd,WSPM,station"
EAST, NORTH = "eastward_wind_10m", "northward_wind_10m"


def row(hour: int, weather: str = "-0.7,1023,-18.8,0,NNW,4.4", station: str = "Dongsi") -> str:
    return f"{hour + 1},2013,3,1,{hour},4,4,4,7,300,77,{weather},{station}"


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    file = folder / "PRSA_Data_made.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def test_si_and_cf_names(tmp_path: Path) -> None:
    reading = read_station_weather(write(tmp_path, row(0, "-0.7,1023.2,-18.8,3.6,S,2")))
    found = reading.dataset.isel(time=0, station=0)
    assert reading.problems == ()
    assert found["station"].item() == "1003A"
    assert found["time"].values == np.datetime64("2013-02-28T16:00")
    expected = {
        "air_temperature_2m": (272.45, "K", "air_temperature"),
        "surface_pressure": (102320.0, "Pa", "surface_air_pressure"),
        "dew_point_2m": (254.35, "K", "dew_point_temperature"),
        "precipitation_rate": (1e-3, "kg m-2 s-1", "precipitation_flux"),
        "wind_speed_10m": (2.0, "m s-1", "wind_speed"),
        EAST: (0.0, "m s-1", "eastward_wind"),
        NORTH: (2.0, "m s-1", "northward_wind"),
    }
    assert set(found.data_vars) == set(expected)
    for name, (value, units, standard_name) in expected.items():
        assert float(found[name]) == pytest.approx(value, abs=1e-12)
        assert found[name].attrs == {"units": units, "standard_name": standard_name}


@given(sector=st.sampled_from(weather_columns().sectors), speed=st.floats(0.1, 40).map(lambda x: round(x, 1)))
@settings(max_examples=25, deadline=None)
def test_wind_blows_from_its_sector(
    tmp_path_factory: pytest.TempPathFactory, sector: str, speed: float
) -> None:
    file = write(tmp_path_factory.mktemp("wind"), row(0, f"1,1000,0,0,{sector},{speed}"))
    wind = read_station_weather(file).dataset.isel(time=0, station=0)
    east, north = float(wind[EAST]), float(wind[NORTH])
    assert np.hypot(east, north) == pytest.approx(speed)
    letters = {"N": -1 if "N" in sector else 1, "E": -1 if "E" in sector else 1}
    if set(sector) & set("NS"):
        assert np.sign(north) == letters["N"]
    if set(sector) & set("EW"):
        assert np.sign(east) == letters["E"]
    assert (sector in ("NE", "SE", "SW", "NW")) == (abs(abs(east) - abs(north)) < 1e-9)


def test_calm_has_no_direction_and_a_wind_without_one_no_vector(tmp_path: Path) -> None:
    weather = (
        "1,1000,0,0,NA,0",
        "1,1000,0,0,calm,0.2",
        "1,1000,0,0,NA,3",
        "1,1000,0,0,N,NA",
        "1,1000,0,0,,0",
    )
    reading = read_station_weather(write(tmp_path, *(row(hour, text) for hour, text in enumerate(weather))))
    assert reading.problems == ()
    found = reading.dataset.isel(station=0)
    for name in (EAST, NORTH):
        np.testing.assert_array_equal(found[name], [0, 0, np.nan, np.nan, 0])
    np.testing.assert_array_equal(found["wind_speed_10m"], [0, 0.2, 3, np.nan, 0])


@pytest.mark.parametrize(
    ("weather", "column", "said"),
    [
        ("warm,1000,0,0,N,1", "TEMP", "'warm' is not a number"),
        ("1,98000,0,0,N,1", "PRES", "98000 is no surface air pressure; expected 500 to 1100 hPa"),
        ("1,1000,0,-1,N,1", "RAIN", "-1 is no precipitation flux"),
        ("1,1000,0,0,NNNW,1", "wd", "'NNNW' is not a wind direction"),
        ("1,1000,0,0,N,inf", "WSPM", "inf is no wind speed"),
        ("99,1000,0,0,N,1", "TEMP", "99 is no air temperature; expected -73.15 to 56.85 degC"),
    ],
)
def test_a_bad_cell_is_named_and_the_rest_is_kept(
    tmp_path: Path, weather: str, column: str, said: str
) -> None:
    reading = read_station_weather(write(tmp_path, row(0), row(1, weather), row(2, weather)))
    (problem,) = reading.problems
    assert said in problem.what
    assert (problem.column, problem.row, problem.count) == (column, 3, 2)
    assert "made.csv, row 3" in str(problem)
    missing = {name for name, values in reading.dataset.data_vars.items() if np.isnan(values[1, 0])}
    of_column = {q.column: {q.variable} for q in weather_columns().quantities} | {"wd": {EAST, NORTH}}
    assert missing == of_column[column] | ({EAST, NORTH} if column == "WSPM" else set())
    assert all(np.isfinite(values[0, 0]) for values in reading.dataset.data_vars.values())


def test_unknown_stations_and_times_that_are_none(tmp_path: Path) -> None:
    rows = (row(0), row(1, station="Elsewhere"), row(2).replace("2013,3,1,2", "2013,3,1,31"))
    reading = read_station_weather(write(tmp_path, *rows))
    assert dict(reading.dataset.sizes) == {"time": 1, "station": 1}
    assert sorted((problem.row, problem.column) for problem in reading.problems) == [
        (3, "station"),
        (4, "year"),
    ]


def test_the_first_row_of_an_hour_counts_and_gaps_are_missing(tmp_path: Path) -> None:
    rows = (row(0), row(0, "9,1000,0,0,N,1"), row(1, station="Shunyi"))
    found = read_station_weather(write(tmp_path, *rows)).dataset["air_temperature_2m"]
    np.testing.assert_allclose(found - 273.15, [[-0.7, np.nan], [np.nan, -0.7]])


def test_what_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_station_weather(tmp_path / "absent")
    lacking = write(tmp_path, row(0).replace(",NNW", ""), header=HEADER.replace(",wd", ""))
    with pytest.raises(InputError, match=r"made\.csv: missing column 'wd'"):
        read_station_weather(lacking)
    with pytest.raises(InputError, match="no usable row"):
        read_station_weather(write(tmp_path, row(0, station="Elsewhere")))


@pytest.mark.real_data
def test_a_real_file(real_data: Path) -> None:
    folder = real_data / "observations" / "uci_beijing"
    reading = read_station_weather(folder / "PRSA_Data_Dingling_20130301-20170228.csv.gz")
    found = reading.dataset.isel(station=0)
    assert reading.problems == ()
    assert (found.sizes["time"], found["station"].item()) == (35064, "1002A")
    # 43 lines of the column WSPM are NA; 31 calms have no direction, which is no gap.
    assert int(found["wind_speed_10m"].isnull().sum()) == 43
    assert int(found[EAST].isnull().sum()) == 109
    first = found.isel(time=0)
    assert float(first["air_temperature_2m"]) == pytest.approx(273.15 - 2.3)
    calm = found["wind_speed_10m"] == 0
    assert int(calm.sum()) == 417
    assert float(np.hypot(found[EAST], found[NORTH]).where(calm).max()) == 0
