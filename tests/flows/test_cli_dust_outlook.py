"""`bogda dust outlook` and `bogda dust learn`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.command import bogda


@pytest.mark.real_data
def test_an_outlook_of_the_city_files(real_data: Path, tmp_path: Path) -> None:
    folder, out = str(real_data / "observations" / "city_daily"), tmp_path / "o.nc"
    done = bogda("dust", "outlook", folder, "--issue", "2016-04-10T00", "--out", str(out), "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert out.is_file()
    assert told["reference_time"].startswith("2016-04-09")
    assert len(told["places"]) == 3 * 15
    for one in told["places"]:
        chances = list(one["pm10_above"].values())
        assert chances == sorted(chances, reverse=True)
        assert one["pm10_ug_m3"] == sorted(one["pm10_ug_m3"])


@pytest.mark.real_data
def test_what_cannot_be_used_is_said_in_a_line(real_data: Path, tmp_path: Path) -> None:
    folder = str(real_data / "observations" / "city_daily")
    early = bogda("dust", "outlook", folder, "--issue", "2010-01-01T00")
    assert early.exit_code == 3
    assert "nothing measured up to" in early.stderr
    nowhere = bogda("dust", "learn", folder, "--out", str(tmp_path / "no" / "c.yaml"))
    assert nowhere.exit_code == 5
    missing = bogda("benchmark", "dust-events", "--data", str(tmp_path))
    assert missing.exit_code == 3
    assert "city_daily is not there" in missing.stderr
