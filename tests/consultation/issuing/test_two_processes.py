"""Two real processes that deliver at the same moment, on one record."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from consultation.record.deliveries import Deliveries
from consultation.record.desk import open_desk
from consultation.record.verification import verify
from consultation.record.warning_acts import Proposed, approve, propose
from consultation.record.warning_releases import release
from tests.consultation.issuing.conftest import WANG, ZHAO, Receiver, Site
from tests.consultation.issuing.test_alerts_of_the_record import act
from tests.consultation.record.conftest import AREA, RUN

PROCESSES = 3
FORMS = ("cap", "json", "docx")


@pytest.fixture
def issued(real_run: Path, tmp_path: Path, site: Site) -> tuple[Path, Path]:
    """A store in which a warning has just gone out, and the settings of the site; the clock is real."""
    shutil.copytree(real_run, tmp_path / "store")
    settings = site(formats=FORMS)
    desk = open_desk(tmp_path / "store", settings)
    name = propose(desk, WANG, Proposed(run=RUN, area=AREA)).subject
    approve(desk, ZHAO, act(desk, name))
    release(desk, ZHAO, act(desk, name), "issued")
    desk.close()
    return tmp_path / "store", settings


def delivering(store: Path, settings: Path) -> subprocess.Popen[str]:
    command = [
        sys.executable, "-c", "from flows.cli import main; main()", "consultation", "deliver", "--store",
        str(store), "--settings", str(settings), "--json",
    ]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_each_parcel_goes_to_each_target_once(
    issued: tuple[Path, Path], receiver: Receiver, tmp_path: Path
) -> None:
    started = [delivering(*issued) for _ in range(PROCESSES)]
    told = [one.communicate(timeout=120) for one in started]
    assert [one.returncode for one in started] == [0] * PROCESSES, [errors for _, errors in told]
    outcomes = [one for printed, _ in told for one in json.loads(printed)["outcomes"]]
    delivered = Counter((one["version"], one["target"]) for one in outcomes if one["status"] == "delivered")
    assert delivered == {("3/cap", "share"): 1, ("3/cap", "province"): 1, ("3/json", "share"): 1,
                         ("3/docx", "share"): 1}  # fmt: skip
    assert {one["status"] for one in outcomes} <= {"delivered", "not-claimed"}
    assert len(receiver.taken) == 1
    assert len(list((tmp_path / "out").iterdir())) == len(FORMS)
    desk = open_desk(*issued)
    ledger = Deliveries(desk.record, 10).all()
    assert [(one.status, one.attempts) for one in ledger] == [("delivered", 1)] * 4
    assert verify(desk.record.database, []).whole
    desk.close()


def test_a_later_process_finds_nothing_due(issued: tuple[Path, Path], receiver: Receiver) -> None:
    for _ in range(2):
        printed, errors = delivering(*issued).communicate(timeout=120)
        assert errors == ""
    assert json.loads(printed)["outcomes"] == []
    assert len(receiver.taken) == 1
