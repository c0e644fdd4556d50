"""`bogda sources invert` from the command line, on tags made beforehand, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from flows.inversion_case import inversion_plan, measured_window
from foundation.contracts import CONTRIBUTIONS
from sources.tagging.factor_table import read_factors
from tests.flows.command import bogda
from tests.sources.made_tags import made_tags


@pytest.fixture(scope="module")
def tags_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("tags") / "tags.nc"
    CONTRIBUTIONS.check(made_tags(48), "made tags").to_netcdf(file)
    return str(file)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("store"))


def one_line(*arguments: str) -> str:
    made = bogda("sources", "invert", *arguments, "--json")
    assert made.exit_code != 0
    assert not made.stdout
    (line,) = [one for one in made.stderr.splitlines() if one.startswith("bogda: ")]
    return line


def test_factors_are_printed_and_written(tags_file: str, store: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = bogda(
        "sources", "invert", "demo", "--tags", tags_file, "--store", store, "--out", str(out), "--json"
    )
    assert made.exit_code == 0, made.stderr
    document = json.loads(made.stdout)
    assert document["synthetic"]
    assert document["window"] == ["2026-11-13T09:00:00Z", "2026-11-15T08:00:00Z"]
    assert document["places"] == ["urumqi", "shihezi", "kuitun"]
    assert all(0 < row["low"] < row["factor"] < row["high"] for row in document["factors"])
    assert sorted(Path(file).name for file in document["files"]) == sorted(p.name for p in out.iterdir())
    factors = read_factors(out / "factors.csv")
    assert factors["industry.urumqi"][0] == pytest.approx(document["factors"][0]["factor"], rel=1e-4)
    with (out / "factors.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(factors) == 7
    assert xr.load_dataset(out / "tags.nc", decode_timedelta=True).sizes["lead_time"] == 48


def test_the_lines_for_people_name_what_was_not_seen(tags_file: str, store: str) -> None:
    made = bogda("sources", "invert", "demo", "--tags", tags_file, "--store", store)
    assert made.exit_code == 0, made.stderr
    assert "看不到 not seen" in made.stdout
    assert "信号自由度" in made.stdout


def test_the_window_ends_at_the_reference_time(store: str) -> None:
    measured = measured_window(inversion_plan("demo", None, store), 48)
    assert measured.sizes["time"] == 48
    assert measured["time"].values[-1] == np.datetime64("2026-11-20T08:00", "ns")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("demo", "--hours", "5"), "24 to 744"),
        (("demo", "--tags", "nowhere.nc"), "nowhere.nc"),
        (("nowhere",), "no case 'nowhere'"),
        (("demo", "--reference-time", "yesterday"), "not a reference time"),
        (("demo", "--reference-time", "2026-07-20"), "winter"),
        (("demo", "--out", "/dev/null/out"), "--out"),
    ],
)
def test_bad_requests_are_one_line(arguments: tuple[str, ...], said: str, store: str) -> None:
    assert said in one_line(*arguments, "--store", store)


def test_a_window_without_overlap_is_one_line(tags_file: str, store: str) -> None:
    line = one_line("demo", "--tags", tags_file, "--reference-time", "2026-12-20", "--store", store)
    assert "no hour of the tags" in line


def test_a_case_without_weather_is_one_line(tmp_path: Path, store: str) -> None:
    case = tmp_path / "bare.yaml"
    case.write_text(
        "name: bare\nchinese: 无气象\nenglish: bare\ndomain: bare\nsynthetic: true\n"
        'reference_time: "2026-11-20T16:00"\nobservations: {provider: idealised}\n',
        encoding="utf-8",
    )
    assert "no weather" in one_line(str(case), "--store", store)


@pytest.mark.real_data
def test_daily_measurements_are_refused(real_data: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOGDA_REAL_DATA", str(real_data))
    assert "daily" in one_line("urumqi-winter", "--store", store)
