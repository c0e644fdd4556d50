"""`bogda sources agreement` on a made run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.flows.command import bogda
from tests.sources.tagging_runs import write_contributions


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(write_contributions(tmp_path / "run", np.array([100.0, 140.0, 60.0])))


def test_tags_alone_and_beside_an_inversion(folder: str, tmp_path: Path) -> None:
    alone = json.loads(bogda("sources", "agreement", folder, "--place", "urumqi", "--json").stdout)
    assert [view["id"] for view in alone["views"]] == ["tags"]
    assert {row["verdict"] for row in alone["rows"]} <= {"single", "none"}
    table = tmp_path / "factors.csv"
    table.write_text("source,factor,log_sd\ntraffic.urumqi,1.0,0.05\n", encoding="utf-8")
    done = bogda("sources", "agreement", folder, "--place", "乌鲁木齐", "--inversion", str(table))
    assert done.exit_code == 0, done.stderr
    assert "一致 agree" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--place", "atlantis"), 3, "atlantis"),
        (("--receptor", "somewhere"), 2, "--profiles"),
        (("--place", "urumqi", "--inversion", "nowhere.csv"), 3, "nowhere.csv"),
        (("--place", "urumqi", "--from", "2030-01-01"), 3, "2030"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    folder: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = bogda("sources", "agreement", folder, *arguments)
    assert done.exit_code == code, done.stderr
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("bogda: ")]
    assert said in line
