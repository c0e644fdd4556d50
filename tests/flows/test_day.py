"""The day from measurements to bulletin, without a scheduler."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from consultation.run_folder import read_run
from flows import daily, publication
from flows import plan as plans
from flows.case import load_case
from flows.plan import DayPlan
from foundation.contracts import FORECAST
from foundation.errors import BogdaError, InputError
from foundation.store import RunStore
from foundation.times import parse_reference_time
from tests.flows.conftest import write_days


def plan_of(case_file: Path, store: Path) -> DayPlan:
    case, folder = load_case(str(case_file))
    return DayPlan(case, folder, parse_reference_time(str(case.reference_time)), str(store))


def steps(plan: DayPlan) -> Path:
    return daily.steps_without_scheduler(plan, lambda _: None)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_day_leaves_a_whole_run(small_case: Path, tmp_path: Path) -> None:
    folder = steps(plan_of(small_case, tmp_path / "store"))
    with xr.open_dataset(folder / "forecast.nc") as forecast:
        FORECAST.check(forecast.load())
        assert forecast.attrs["rules"] == "HJ 633-2012"
        assert set(forecast["place"].values) == {"urumqi", "changji", "shihezi"}
    run = read_run(folder)
    assert run.manifest is not None
    assert [Path(record.path).name for record in run.manifest.inputs] == sorted(
        ["乌鲁木齐.csv", "昌吉州.csv", "石河子.csv"]
    )
    assert {lacking.code for lacking in run.manifest.degradations} >= {"no-weather", "no-hourly-measurements"}
    assert "乌鲁木齐" in (folder / "bulletin.html").read_text(encoding="utf-8")
    warnings = json.loads((folder / "warnings.json").read_text(encoding="utf-8"))
    assert warnings["proposals"] or warnings["not_evaluated"]
    verification = json.loads((folder / "verification.json").read_text(encoding="utf-8"))
    assert {record["model"] for record in verification["scores"]} == {
        "published",
        "persistence",
        "climatology",
    }
    assert [row["valid_day"] for row in verification["yesterday"]] == ["2016-01-09"] * 3


def test_nothing_after_the_reference_time_is_used(small_case: Path, tmp_path: Path) -> None:
    told = contents(steps(plan_of(small_case, tmp_path / "whole")))
    write_days(tmp_path / "days", until="2016-01-09")
    cut = contents(steps(plan_of(small_case, tmp_path / "cut")))
    with (
        xr.open_dataset(tmp_path / "whole/runs/small/20160109T160000Z/forecast.nc") as whole,
        xr.open_dataset(tmp_path / "cut/runs/small/20160109T160000Z/forecast.nc") as short,
    ):
        assert len(told) == len(cut)
        np.testing.assert_array_equal(whole["concentration"].values, short["concentration"].values)


def test_the_same_day_again_changes_nothing(small_case: Path, tmp_path: Path) -> None:
    plan = plan_of(small_case, tmp_path / "store")
    first = contents(steps(plan))
    assert plans.already_made(plan) is not None
    folder, made = daily.make_day(plan, lambda _: None)
    assert not made
    assert contents(folder) == first


def test_new_measurements_make_the_day_anew(small_case: Path, tmp_path: Path) -> None:
    plan = plan_of(small_case, tmp_path / "store")
    steps(plan)
    write_days(tmp_path / "days", seed=1)
    assert plans.already_made(plan_of(small_case, tmp_path / "store")) is None


def test_a_late_reference_time_is_flagged(small_case: Path, tmp_path: Path) -> None:
    case, folder = load_case(str(small_case))
    plan = DayPlan(case, folder, parse_reference_time("2016-01-23"), str(tmp_path / "store"))
    manifest = json.loads((steps(plan) / "manifest.json").read_text(encoding="utf-8"))
    late = [item for item in manifest["degradations"] if item["code"] == "late-measurements"]
    assert "2016-01-21 00:00" in late[0]["chinese"]


def test_a_failure_leaves_no_run(small_case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(small_case, tmp_path / "store")

    def broken(*_: object) -> None:
        raise InputError("broken on purpose")

    monkeypatch.setattr(publication, "_write_observations", broken)
    with pytest.raises(BogdaError, match="broken on purpose"):
        steps(plan)
    store = RunStore(plan.store)
    assert store.runs("small") == []
    assert list(Path(store.root, "runs", "small").iterdir()) == []


_HANG = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from flows import publication
from tests.flows.test_day import plan_of, steps
publication._write_observations = lambda *_: (print("half", flush=True), time.sleep(60))
steps(plan_of(Path({case!r}), Path({store!r})))
"""


def test_a_killed_run_leaves_no_half_run(small_case: Path, tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[2])
    code = _HANG.format(root=root, case=str(small_case), store=str(tmp_path / "store"))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    plan = plan_of(small_case, tmp_path / "store")
    assert RunStore(plan.store).runs("small") == []
    time.sleep(0.1)
    folder = steps(plan)
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]
