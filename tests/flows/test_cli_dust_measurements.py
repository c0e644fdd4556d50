"""`bogda dust detect` and `bogda dust split` on a made record and on bad input."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import xarray as xr

from tests.flows.command import bogda


@pytest.fixture(scope="module")
def hourly(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("dust") / "hours.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        names = "city,WatchPoint,time,AQI,PrimaryPollution,PM2.5,PM10,CO,NO2,O3_1h,O3_8h,SO2,src"
        writer.writerow(names.split(","))
        for hour in range(72):
            dusty = 30 <= hour < 40
            coarse, fine = (700, 70) if dusty else (60 + hour % 3, 30 + hour % 2)
            time = f"2020-04-{10 + hour // 24:02d} {hour % 24:02d}:00:00"
            row = ["塔城地区", "东门外小游园", time, "", "", fine, coarse, 0.7, 20 + hour % 5]
            row += [60 + hour % 7, 60, 8, "x"]
            writer.writerow(row)
    return str(path)


def test_detect_gives_start_peak_end_evidence_and_rule(hourly: str) -> None:
    done = bogda("dust", "detect", hourly, "--json")
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    (event,) = document["events"]
    assert (event["start"], event["end"]) == ("2020-04-11 06:00", "2020-04-11 15:00")
    assert event["rule"] == "detector"
    assert "PM2.5/PM10 0.10" in event["evidence"]
    assert document["official"]["hits"] == 1
    assert document["official"]["rule"]["verified"] is False


def test_split_writes_numbers_days_and_figure(hourly: str, tmp_path: Path) -> None:
    out, figure = tmp_path / "split.nc", tmp_path / "split.png"
    done = bogda(
        "dust",
        "split",
        hourly,
        "--rule",
        "national-2016",
        "--json",
        "--out",
        str(out),
        "--figure",
        str(figure),
    )
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    (mean,) = document["means"]
    assert mean["pm10"] == pytest.approx(mean["pm10_dust"] + mean["pm10_rest"], abs=0.11)
    assert 80 < mean["pm10_dust"] < 98
    (day,) = document["days"]
    assert (day["day"], day["assessed"]["pm10"], day["rule"]) == ("2020-04-11", "-", "national-2016")
    assert day["measured"]["primary"] == ["pm10"]
    with xr.open_dataset(out) as split:
        assert {"pm10_dust", "pm25_rest_high", "dust_probability"} <= set(split)
    assert figure.read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["detect", "/nowhere.csv"], "no such file"),
        (["detect", "{}", "--rule", "fog"], "unknown dust rule 'fog'"),
        (["detect", "{}", "--by", "county"], "expected station or place"),
        (["split", "{}", "--out", "x.doc"], "expected a name ending in .nc or .csv"),
    ],
)
def test_bad_input_is_one_clear_line(hourly: str, arguments: list[str], words: str) -> None:
    done = bogda("dust", *(argument.format(hourly) for argument in arguments))
    assert done.exit_code != 0
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
