"""The readers on the real files: counts taken from the files with other means, values cell by cell."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from foundation.contracts import observations
from foundation.times import start_of_day
from observations.providers import read, recognise
from observations.readers.cnemc import read_published

pytestmark = pytest.mark.real_data


def test_daily_city_files(real_data: Path) -> None:
    started = time.perf_counter()
    reading = read(real_data / "observations" / "city_daily")
    assert time.perf_counter() - started < 20
    dataset = observations("day").check(reading.dataset)
    assert reading.provider == "aqistudy"
    assert (reading.rows, len(reading.files), dataset.sizes["station"]) == (9329, 15, 15)
    assert reading.problems == ()
    first = dataset.sel(station="urumqi", time=start_of_day("2013-12-02"))
    assert float(first["pm25"]) == pytest.approx(84.3e-9)
    assert float(first["co"]) == pytest.approx(2.21e-6)
    assert float(first["o3_8h"]) == pytest.approx(7e-9)
    # Seven zeros of PM10, three of CO, four of ozone stand for missing.
    present = {name: int(dataset[name].notnull().sum()) for name in ("pm25", "pm10", "co", "o3_8h")}
    assert present == {"pm25": 9329, "pm10": 9322, "co": 9326, "o3_8h": 9325}


def test_only_the_places_asked_for(real_data: Path) -> None:
    reading = read(real_data / "observations" / "city_daily", places=["乌鲁木齐", "Changji", "Kuitun"])
    assert reading.dataset["station"].values.tolist() == ["changji", "urumqi"]
    assert [problem.what for problem in reading.problems] == ["no measurement of 'Kuitun'"]


def test_hourly_crawl_keeps_all_but_its_three_broken_rows_and_another_bozhou(real_data: Path) -> None:
    reading = read(real_data / "observations" / "station_hourly" / "xinjiang_202003_04.csv")
    assert reading.provider == "pm25in"
    broken, *elsewhere = reading.problems
    assert (broken.row, broken.count) == (693, 3)
    assert [(problem.row, problem.count) for problem in elsewhere] == [(1000, 67), (1067, 69)]
    assert all("亳州" in problem.what for problem in elsewhere)
    dataset = reading.dataset
    assert dict(dataset.sizes) == {"time": 74, "station": 36}
    assert not any(":" in code for code in dataset["station"].values)
    cell = dataset.sel(station="1494A", time=np.datetime64("2020-03-26T12:00", "ns"))
    assert float(cell["pm10"]) == pytest.approx(27e-9)
    assert float(cell["co"]) == pytest.approx(0.8e-6)


def test_national_snapshot_and_what_it_publishes(real_data: Path) -> None:
    path = real_data / "observations" / "station_hourly" / "cnemc_20220101T12.csv"
    reading = read(path)
    assert reading.provider == "cnemc"
    assert (reading.rows, reading.problems) == (46, ())
    assert reading.dataset["time"].values.tolist() == [np.datetime64("2022-01-01T04:00", "ns").astype(int)]
    published, problems = read_published(path)
    assert problems == ()
    first = published.iloc[0]
    assert (first["row"], first["station"], first["aqi"]) == (2, "1490A", 140)
    assert first["pm10_24h"] == pytest.approx(224e-9)
    assert first["co_24h"] == pytest.approx(2.3e-6)
    assert int(published["aqi"].isna().sum()) == 1


def test_beijing_benchmark_has_co_in_micrograms(real_data: Path) -> None:
    folder = real_data / "observations" / "uci_beijing"
    file = min(folder.iterdir())
    reading = read(file)
    assert (reading.provider, reading.rows, reading.problems) == ("uci", 35064, ())
    dataset = reading.dataset
    assert dataset["station"].values.tolist() == ["1011A"]
    assert int(dataset["pm25"].isnull().sum()) == 925
    first = dataset.sel(time=np.datetime64("2013-02-28T16:00", "ns")).isel(station=0)
    assert float(first["co"]) == pytest.approx(300e-9)


def test_layouts_are_told_apart(real_data: Path) -> None:
    folder = real_data / "observations"
    assert recognise(folder / "city_daily" / "乌鲁木齐.csv") == "aqistudy"
    assert recognise(next((folder / "uci_beijing").iterdir())) == "uci"
