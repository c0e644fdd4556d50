"""Rungs of measurements, inventory, device and learned model, and the notes that tell them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from flows.acquisition.arrival import Allowance, Arrival, Failure
from flows.ladder.hours import measured_standing
from flows.ladder.standing import Passed, Standing, why
from flows.ladder.table import ladder
from flows.site import device
from flows.site.inventory import find_inventory
from foundation.times import HOUR

NOON = np.datetime64("2026-11-20T08:00:00", "ns")


def hours(newest_h: int, missing: tuple[int, ...] = (), silent: bool = False) -> xr.Dataset:
    """Two days of two places up to so many hours before noon; hours counted back from there are missing."""
    times = NOON - newest_h * HOUR - np.arange(48)[::-1] * HOUR
    values = np.full((48, 2), 5e-8)
    for back in missing:
        values[47 - back] = np.nan
    if silent:
        values[20:, 1] = np.nan
    return xr.Dataset({"pm25": (("time", "place"), values)}, {"time": times, "place": ["urumqi", "changji"]})


@pytest.mark.parametrize(
    ("newest", "missing", "silent", "rung", "told"),
    [
        (0, (), False, "complete", "24小时"),
        (3, (), False, "complete", "21小时"),
        (0, (1, 2, 3, 4, 5), False, "incomplete", "收到19小时"),
        (1, (), True, "incomplete", "24小时内无PM2.5的地点：昌吉"),
        (4, (), False, "late", "收到20小时，最新为2026-11-20 12:00"),
        (23, (), False, "late", "收到1小时"),
        (24, (), False, "carried", "收到0小时，最新为2026-11-19 16:00"),
    ],
)
def test_the_rung_of_measurements(
    newest: int, missing: tuple[int, ...], silent: bool, rung: str, told: str
) -> None:
    failed = (Passed("complete", "cnemc", "x", "missing", "总站 16时：未找到", "CNEMC 16h: not there"),)
    standing = measured_standing(hours(newest, missing, silent), NOON, 20, failed)
    assert standing is not None
    assert standing.rung == rung
    assert told in standing.detail[0]
    assert standing.passed == failed
    notes = [note.chinese for note in standing.notes]
    assert notes == [] if rung == "complete" else "未找到" in notes[0]


def test_without_hours_there_is_no_rung() -> None:
    assert measured_standing(None, NOON, 20) is None


def test_every_note_of_the_table_can_be_filled_in() -> None:
    passed = (Passed("x", "gfs", "f000", "late", "甲未到。", "a is late."),)
    for kind, rungs in ladder().kinds.items():
        assert Standing(kind, rungs[0].code).notes == ()
        for rung in rungs[1:]:
            for note in Standing(kind, rung.code, ("源", "source"), "时次", ("详情", "detail"), passed).notes:
                assert note.code == f"{kind}-{rung.code}"
                assert not set("{}") & set(note.chinese + note.english)
                assert "。。" not in note.chinese
                assert "()" not in note.english


def test_reasons_are_told_once_and_not_too_many() -> None:
    one = Passed("x", "", "", "late", "甲未到。", "a is late.")
    assert why((one, one)) == ("甲未到", "a is late")
    many = [replace(one, chinese=f"{n}未到") for n in range(7)]
    assert why(many)[0].endswith("3未到；等")


@dataclass
class Updates:
    """A source of inventories that has what it is told to have."""

    arrival: Arrival
    name: str = "inventory"
    holds: str = "inventory"

    def fetch(self, _allowance: Allowance) -> Arrival:
        return self.arrival

    def held(self) -> Arrival:
        return self.arrival


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real inventory: the prior of a month."""
    from emissions_inventory.prior.building import build_prior
    from emissions_inventory.storage import write_inventory
    from flows.inventory_request import domain_grid

    file = tmp_path_factory.mktemp("inventory") / "prior.nc"
    write_inventory(build_prior(domain_grid("demo"), ["2026-11"]), file)
    return file


def arrived(file: Path | None, *failures: Failure, days: int = 1) -> Updates:
    files = () if file is None else (file,)
    newest = None if file is None else NOON - days * 24 * HOUR
    return Updates(Arrival("inventory", Path(), files, failures, not failures, newest))


GONE = Failure("inventory", "nc", "unreachable", "清单：无法连接", "inventory: cannot be reached")


def test_the_rungs_of_the_inventory(inventory: Path, tmp_path: Path) -> None:
    keep, titles = tmp_path / "good", ("清单", "inventory")

    def rung(source: Updates) -> tuple[str, str | None]:
        found = find_inventory(source, titles, keep, 90, NOON, Allowance.of_seconds(9))
        notes = found.standing.notes
        assert (found.file is None) == (found.standing.rung == "of-the-case")
        return found.standing.rung, notes[0].chinese if notes else None

    told = rung(arrived(None, GONE))
    assert told[0] == "of-the-case"
    assert "清单 清单：无法连接" in str(told[1])
    assert rung(arrived(inventory)) == ("as-expected", None)
    told = rung(arrived(inventory, GONE, days=100))
    assert told[0] == "old"
    assert "100天前，应不超过90天" in str(told[1])
    broken = tmp_path / "broken.nc"
    broken.write_bytes(inventory.read_bytes()[:2000])
    told = rung(arrived(broken))
    assert told[0] == "kept"
    assert "更新文件无法读取" in str(told[1])
    assert rung(arrived(None, GONE))[0] == "kept"
    (kept,) = keep.iterdir()
    kept.write_bytes(b"edited by hand")
    assert rung(arrived(None, GONE))[0] == "of-the-case"


def test_a_gpu_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert device.device_standing(expected=False) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    found = device.device_standing(expected=True)
    assert found is not None
    assert found.rung == "cpu"
    assert "GPU无响应" in found.notes[0].chinese
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho A GPU\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    found = device.device_standing(expected=True)
    assert found is not None
    assert found.rung == "as-expected"
    monkeypatch.setattr(device, "_SECONDS", 0.2)
    tool.write_text("#!/bin/sh\nexec sleep 5\n")
    found = device.device_standing(expected=True)
    assert found is not None
    assert "TimeoutExpired" in found.passed[0].english
