"""`bogda bulletin` and `bogda assess`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consultation.warnings import write_warnings
from tests.consultation.conftest import write_run
from tests.flows.command import bogda


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = write_run(tmp_path_factory.mktemp("bulletins") / "demo" / "20261209T160000Z", hourly=False)
    write_warnings(made)
    return str(made)


@pytest.mark.parametrize(
    ("form", "head"),
    [
        ("html", b"<!DOCTYPE html>"), ("csv", b"\xef\xbb\xbf"), ("json", b"{"), ("geojson", b"{"),
        ("netcdf", b"\x89HDF"), ("cap", b"<?xml"), ("atom", b"<?xml"), ("docx", b"PK"), ("pdf", b"%PDF-"),
    ],
)  # fmt: skip
def test_a_run_in_every_form(folder: str, tmp_path: Path, form: str, head: bytes) -> None:
    if form == "pdf":
        pytest.importorskip("weasyprint", reason="WeasyPrint needs the system's pango", exc_type=OSError)
    out = tmp_path / "product"
    done = bogda("bulletin", folder, "--format", form, "--out", str(out), "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["bytes"] == out.stat().st_size
    assert out.read_bytes().lower().startswith(head.lower())


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--format", "doc"], 2, "expected one of html"), (["--kind", "weekly"], 2, "expected daily"),
        (["--area", "urumqi"], 2, "--format cap only"), (["--settings", "/nowhere.yaml"], 2, "no such file"),
        (["--format", "cap", "--area", "atlantis"], 3, "no warning for 'atlantis'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_clear_line(
    folder: str, tmp_path: Path, options: list[str], code: int, words: str
) -> None:
    done = bogda("bulletin", folder, "--out", str(tmp_path / "x"), *options)
    assert (done.exit_code, words in done.stderr, done.stderr.count("\n")) == (code, True, 1)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    done = bogda("bulletin", str(tmp_path), "--out", str(tmp_path / "x.html"))
    assert (done.exit_code, "no run" in done.stderr) == (3, True)
    nowhere = bogda("bulletin", str(tmp_path), "--out", str(tmp_path / "no" / "x.html"))
    assert "does not exist" in nowhere.stderr


def test_2015_beside_what_was_published(real_data: Path) -> None:
    files = str(real_data / "observations" / "city_daily")
    document = json.loads(bogda("assess", files, "--year", "2015", "--json").stdout)
    urumqi = next(one for one in document["places"] if one["id"] == "urumqi")
    assert urumqi["measured"]["days"]["good_share"] == pytest.approx(65.2, abs=2.5)
    assert urumqi["without_dust"]["days"]["good_share"] > urumqi["measured"]["days"]["good_share"]
    published = [one for one in document["published"] if one["measure"] == "pm25_mean"]
    assert len(published) == 13
    assert all(abs(one["difference"]) <= max(2.0, 0.06 * one["published"]) for one in published)
    assert document["dust_rule"]["verified"] is False
    assert {one["met"] for one in document["targets"]} == {False}
    words = bogda("assess", files, "--year", "2015").stdout
    assert "公布值 乌鲁木齐 优良天数比例 65.2%" in words


def test_bad_requests_of_an_assessment(real_data: Path) -> None:
    files = str(real_data / "observations" / "city_daily" / "塔城地区.csv")
    assert "no day of 2001" in bogda("assess", files, "--year", "2001").stderr
    assert "is no day" in bogda("assess", files, "--year", "2015", "--until", "June").stderr
    assert "lies outside 2015" in bogda("assess", files, "--year", "2015", "--until", "2016-01-01").stderr
    assert "judges hours" in bogda("assess", files, "--year", "2015", "--dust-rule", "national-2016").stderr
