"""The `bogda` command: JSON alone on standard output, one clear line on error, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.commands.backtest import Request, scores
from flows.commands.doctor import examine
from tests.flows.conftest import write_days


def bogda(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "flows.cli", *arguments],
        capture_output=True, text=True, timeout=110, check=False, cwd=cwd,
    )  # fmt: skip


def answer(*arguments: str) -> Any:
    done = bogda(*arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_aqi_by_the_standard_of_the_day() -> None:
    new = answer("aqi", "--date", "2026-11-22", "--averaging", "day", "pm25=75", "pm10=150", "--json")
    assert (new["aqi"], new["level"], new["primary"], new["rules"]) == (114, 3, ["pm25"], "HJ 633-2026")
    assert new["iaqi"] == {"pm25": 114, "pm10": 112}
    assert new["publishable"] is True
    old = answer("aqi", "--date", "2026-02-28", "pm25=75", "pm10=150", "--json")
    assert (old["aqi"], old["rules"], old["publishable"]) == (100, "HJ 633-2012", False)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("aqi", "--date", "2026-11-22", "pm25"), 2, "name=number"),
        (("aqi", "--date", "yesterday", "pm25=1"), 2, "not a date"),
        (("aqi", "--date", "2026-11-22", "pm25=-1"), 3, "pm25"),
        (("aqi", "--date", "2026-11-22", "pm2=1"), 3, "pm2"),
        (("daily", "--case", "nonsense"), 2, "no case"),
        (("daily", "--reference-time", "soon"), 2, "not a reference time"),
        (("daily", "--store", "nowhere://x"), 5, "nowhere"),
        (("observations", "check", "absent.csv"), 3, "absent.csv"),
        (("warnings", "evaluate", "absent.nc"), 3, "absent.nc"),
    ],
)
def test_bad_input_is_one_clear_line(
    arguments: tuple[str, ...], code: int, message: str, tmp_path: Path
) -> None:
    done = bogda(*arguments, cwd=tmp_path)
    lines = [line for line in done.stderr.splitlines() if line.startswith("bogda: ")]
    assert done.returncode == code, done.stderr
    assert len(lines) == 1
    assert message in lines[0]
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "store" / "runs").exists()


def test_check_counts_rows_places_and_flags(tmp_path: Path) -> None:
    write_days(tmp_path / "days")
    found = answer("observations", "check", str(tmp_path / "days"), "--json")
    assert found["provider"] == "aqistudy"
    assert found["rows"] == 3 * 142


def test_a_backtest_names_its_places_and_keeps_the_floor(tmp_path: Path) -> None:
    write_days(tmp_path / "days", until="2016-02-01")
    request = Request(
        str(tmp_path / "days"), "aqistudy", "2015-12-31", "2016-01-01", "2016-01-20",
        models="damped persistence",
    )  # fmt: skip
    records = scores(request)
    assert {record["model"] for record in records} == {"published", "persistence", "damped persistence"}
    assert {record["place_chinese"] for record in records} >= {"乌鲁木齐", "昌吉", "石河子"}
    fine = next(
        r for r in records if r["pollutant"] == "pm25" and r["place"] == "urumqi" and r["lead_hours"] == 24
    )
    assert fine["n"] == 20
    assert {"mae", "rmse", "bias", "crps", "coverage80", "csi150"} <= set(fine)


def test_scores_of_a_period_do_not_know_what_came_after(tmp_path: Path) -> None:
    write_days(tmp_path / "days", until="2016-02-01")
    request = Request(str(tmp_path / "days"), "aqistudy", "2015-12-31", "2016-01-01", "2016-01-10")
    told = scores(request)
    write_days(tmp_path / "days", until="2016-01-10")
    assert scores(request) == told


def test_doctor_finds_libraries_and_cases() -> None:
    checks = {item["what"]: item for item in examine("memory://doctor")["checks"]}
    assert checks["xarray"]["ok"]
    assert "demo" in checks["cases"]["found"]
