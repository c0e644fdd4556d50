"""Reports about sources that the store keeps: listed, opened, absent, broken; nothing beyond their folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from consultation.page.application import create_app
from consultation.source_reports.shelf import keep_report
from tests.consultation.page_store import config_of

PAGE = "<!doctype html><title>来源报告</title>"


def report(kind: str, first: str, last: str) -> dict[str, Any]:
    return {"kind": kind, "domain": "demo", "period": {"from": first, "to": last}, "findings": []}


@pytest.fixture
def page(tmp_path: Path) -> Iterator[TestClient]:
    for made in (("episode", "2026-12-01", "2026-12-05"), ("weekly", "2026-12-03", "2026-12-09")):
        keep_report(str(tmp_path), report(*made), PAGE)
    with TestClient(create_app(config_of(tmp_path))) as client:
        yield client


def test_reports_are_listed_by_their_end(page: TestClient) -> None:
    listed = page.get("/api/reports", params={"domain": "demo"}).json()
    names = [one["name"] for one in listed["reports"]]
    assert names == ["weekly-20261203-20261209", "episode-20261201-20261205"]
    episode = listed["reports"][1]
    assert (episode["chinese"], episode["first"], episode["last"]) == (
        "污染过程来源分析报告", "2026-12-01", "2026-12-05"
    )  # fmt: skip
    assert listed["absent"] is None


def test_a_report_is_served_as_it_was_written(page: TestClient, tmp_path: Path) -> None:
    at = "/api/reports/demo/episode-20261201-20261205"
    told = page.get(at)
    assert told.json() == report("episode", "2026-12-01", "2026-12-05")
    whole = page.get(f"{at}/page")
    assert whole.text == PAGE
    assert whole.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in whole.headers["content-security-policy"]
    new = report("episode", "2026-12-01", "2026-12-05") | {"findings": [{"chinese": "新", "english": "new"}]}
    keep_report(str(tmp_path), new, PAGE)
    assert page.get(at).json() == new


def test_a_domain_without_reports_says_how_to_make_one(page: TestClient) -> None:
    listed = page.get("/api/reports", params={"domain": "elsewhere"}).json()
    assert listed["reports"] == []
    assert "bogda sources report" in listed["absent"]["chinese"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("reports/demo/episode-20260101-20260105", 404), ("reports/demo/episode-20260101-20260105/page", 404),
        ("reports/elsewhere/episode-20261201-20261205", 404), ("reports/demo/..%2f..%2fpasswd", 404),
        ("reports/demo/manifest", 422), ("reports/de.mo/episode-20261201-20261205", 422), ("reports", 422),
    ],
)  # fmt: skip
def test_what_is_no_report_is_one_clear_line(page: TestClient, path: str, status: int) -> None:
    answer = page.get(f"/api/{path}")
    assert answer.status_code == status
    assert answer.json()["error"]["chinese"]


def test_strange_files_beside_reports_are_not_listed_and_broken_ones_say_so(
    page: TestClient, tmp_path: Path
) -> None:
    folder = tmp_path / "reports/demo"
    (folder / "notes.json").write_text("{}", encoding="utf-8")
    (folder / "episode-20261201-20261205.json").write_text("{", encoding="utf-8")
    assert len(page.get("/api/reports", params={"domain": "demo"}).json()["reports"]) == 2
    broken = page.get("/api/reports/demo/episode-20261201-20261205").json()
    assert broken["error"]["code"] == "unreadable"
    assert json.dumps(broken["error"]["chinese"], ensure_ascii=False).count("已损坏") == 1
