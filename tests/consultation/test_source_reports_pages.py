"""Weekly and episode reports from a store of made runs whose truth is known."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from consultation.source_reports.page import Outlet, write_source_report
from consultation.source_reports.shelf import kept_reports
from foundation.errors import InputError
from foundation.store import RunStore
from sources.tagging.courses import parse_period
from tests.consultation.test_bulletin_page import (
    read,
    test_ids_are_unique_and_references_meet,
    test_page_loads_nothing,
)
from tests.flows.command import bogda
from tests.sources.tagging_runs import REFERENCE, SOURCES, write_contributions, write_store

TRUTH = np.array([40.0, 30.0, 45.0, 90.0, 150.0, 160.0, 140.0, 80.0, 30.0, 20.0, 18.0, 16.0, 15.0, 15.0])
"""Measured PM2.5 by day from 2026-12-10, µg/m³: an episode from the 12th to the 18th."""

RUNS = 10


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("reports"), TRUTH, REFERENCE, RUNS)


@pytest.fixture(scope="module")
def episode(store: Path) -> dict[str, Any]:
    return write_source_report(
        str(store), "made", "episode", parse_period(None, None), Outlet(store / "episode.html")
    )


@pytest.fixture(scope="module")
def page(store: Path, episode: dict[str, Any]) -> str:
    assert episode
    return (store / "episode.html").read_text(encoding="utf-8")


def test_the_episode_is_found_from_first_rise_to_clearing(episode: dict[str, Any]) -> None:
    assert episode["period"] == {"from": "2026-12-12", "to": "2026-12-18", "days": 7, "with_contributions": 7}
    found = episode["episode"]
    assert (found["peak"], found["value"], found["open"]) == ("2026-12-15", 160.0, False)
    assert found["polluted_days"] == 5
    (first, *_) = episode["regions"]
    assert [(stage["id"], stage["first"], stage["last"]) for stage in first["stages"]] == [
        ("rise", "2026-12-12", "2026-12-13"), ("peak", "2026-12-14", "2026-12-16"),
        ("clearing", "2026-12-17", "2026-12-18"),
    ]  # fmt: skip


def test_every_day_comes_from_the_run_of_that_morning(episode: dict[str, Any]) -> None:
    place = next(one for one in episode["receptors"] if one["id"] == "urumqi")
    assert [day["lead_hours"] for day in place["days"]] == [24] * 7
    assert [day["reference_time"] for day in place["days"]] == [f"2026-12-{n} 00:00" for n in range(12, 19)]
    np.testing.assert_allclose([day["published"] for day in place["days"]], 1.1 * TRUTH[2:9], rtol=1e-4)
    np.testing.assert_allclose([day["measured"] for day in place["days"]], TRUTH[2:9], rtol=1e-4)


def test_contributions_of_days_stages_and_means_sum_to_what_is_published(episode: dict[str, Any]) -> None:
    for one in episode["receptors"]:
        for kind in ("sector", "region", "nearness"):
            assert sum(part["value"] for part in one[kind]) == pytest.approx(one["published"], abs=1e-3)
        for day in one["days"]:
            assert sum(day["sector"]) == pytest.approx(day["published"], abs=1e-3)
            assert sum(day["region"]) == pytest.approx(day["published"], abs=1e-3)
    for region in episode["regions"]:
        for stage in region["stages"]:
            assert sum(part["value"] for part in stage["sector"]) == pytest.approx(
                stage["published"], abs=1e-3
            )


def test_how_far_published_and_measured_differ_is_known_here(episode: dict[str, Any]) -> None:
    place = next(one for one in episode["receptors"] if one["id"] == "urumqi")
    expected = 0.1 * TRUTH[2:9].mean()
    assert place["agreement"]["days"] == 7
    assert place["agreement"]["bias"] == pytest.approx(expected, abs=1e-3)
    assert place["agreement"]["mean_absolute_error"] == pytest.approx(expected, abs=1e-3)
    assert place["agreement"]["correlation"] == pytest.approx(1.0, abs=1e-6)


def test_the_source_that_rose_most_is_the_largest_share(episode: dict[str, Any]) -> None:
    (first, *_) = episode["regions"]
    names = [source["id"] for source in first["rising"]]
    largest = sorted(SOURCES, key=lambda one: -one[1])
    assert names[:2] == [largest[0][0], largest[1][0]]
    assert (first["rising"][0]["from_day"], first["rising"][0]["to_day"]) == ("2026-12-12", "2026-12-15")
    rise = 1.1 * 0.25 * (160.0 - 45.0)
    assert first["rising"][0]["change"] == pytest.approx(rise, rel=1e-3)


def test_the_page_needs_nothing_else_and_says_what_the_document_says(
    page: str, episode: dict[str, Any]
) -> None:
    test_page_loads_nothing(page)
    test_ids_are_unique_and_references_meet(page)
    text = re.sub(r"\s+", "", "".join(read(page).text))
    for one in episode["findings"]:
        assert one["chinese"].replace(" ", "") in text
    for word in (
        "污染过程来源分析报告",
        "上升阶段",
        "峰值阶段",
        "清除阶段",
        "传输矩阵",
        "上升最多的来源",
        "未解析",
    ):
        assert word in text
    assert "SYNTHETIC" not in page
    places = len(episode["receptors"])
    assert page.count("<svg") >= 2 * 2 + (places - 2) + 3


def test_the_same_runs_give_the_same_page(tmp_path: Path) -> None:
    course = np.array([70.0, 90.0])
    write_contributions(tmp_path / "runs/made/20261209T160000Z", course, hourly=False)
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for one in pages:
        write_source_report(str(tmp_path), "made", "episode", parse_period(None, None), Outlet(one))
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_a_week_is_the_last_whole_days(store: Path, tmp_path: Path) -> None:
    case, out = tmp_path / "made.yaml", tmp_path / "week.html"
    case.write_text(CASE, encoding="utf-8")
    asked = ("sources", "report", "--case", str(case), "--store", str(store), "--kind", "weekly")
    done = bogda(*asked, "--out", str(out), "--json")
    assert done.exit_code == 0, done.stderr
    week = json.loads(done.stdout)
    assert week["page"] == str(out)
    assert "大气污染来源周报" in out.read_text(encoding="utf-8")
    assert week["period"] == {"from": "2026-12-12", "to": "2026-12-18", "days": 7, "with_contributions": 7}
    assert week["episode"] is None
    assert all(region["stages"] == [] for region in week["regions"])


def test_a_report_is_kept_in_the_store_once(store: Path, tmp_path: Path) -> None:
    case = tmp_path / "made.yaml"
    case.write_text(CASE, encoding="utf-8")
    asked = ("sources", "report", "--case", str(case), "--store", str(store), "--kind", "episode", "--keep")
    for _ in range(2):
        done = bogda(*asked)
        assert done.exit_code == 0, done.stderr
    assert "已存入产品库" in done.stdout
    (one,) = kept_reports(RunStore(str(store)), "made")
    assert (one.kind, one.first, one.last) == ("episode", "2026-12-12", "2026-12-18")
    files = sorted(file.name for file in (store / "reports/made").iterdir())
    assert files == [f"{one.name}.html", f"{one.name}.json"]
    assert json.loads((store / f"reports/made/{one.name}.json").read_text("utf-8"))["kind"] == "episode"


def test_a_report_needs_a_place_to_go(store: Path, tmp_path: Path) -> None:
    case = tmp_path / "made.yaml"
    case.write_text(CASE, encoding="utf-8")
    done = bogda("sources", "report", "--case", str(case), "--store", str(store))
    assert done.exit_code == 2
    assert "--keep" in done.stderr


def test_a_period_of_ones_own_is_kept(tmp_path: Path) -> None:
    write_contributions(tmp_path / "runs/made/20261209T160000Z", TRUTH[:6], hourly=False)
    asked = (str(tmp_path), "made", "weekly")
    own = write_source_report(*asked, parse_period("2026-12-12", "2026-12-14"), Outlet())
    assert (own["period"]["from"], own["period"]["to"]) == ("2026-12-12", "2026-12-14")
    with pytest.raises(InputError, match="no contributions from 2027-02-01"):
        write_source_report(*asked, parse_period("2027-02-01", "2027-02-03"), Outlet())


def test_clean_air_holds_no_episode(tmp_path: Path) -> None:
    write_store(tmp_path, np.full(8, 20.0), REFERENCE, 4)
    with pytest.raises(InputError, match="no episode"):
        write_source_report(str(tmp_path), "made", "episode", parse_period(None, None), Outlet())


def test_shares_that_change_between_stages_are_spoken_of_unless_too_little_is_known(tmp_path: Path) -> None:
    shares = np.zeros((5, len(SOURCES)))
    at = {name: n for n, (name, _) in enumerate(SOURCES)}
    local = np.array([0.2, 0.2, 0.8, 0.8, 0.8])
    shares[:, at["industry.chang-shi"]], shares[:, at["boundary"]] = local, 1.0 - local
    course = np.array([70.0, 90.0, 200.0, 190.0, 180.0])
    write_contributions(tmp_path / "runs/made/20261209T160000Z", course, shares=shares, hourly=False)
    found = write_source_report(str(tmp_path), "made", "episode", parse_period(None, None), Outlet())
    said = "".join(one["chinese"] for one in found["findings"])
    assert "由上升阶段到峰值阶段，本地占比由 20% 升至 80%" in said
    hidden = shares.copy()
    hidden[:, at["unattributed"]], hidden[:, at["boundary"]] = hidden[:, at["boundary"]], 0.0
    write_contributions(tmp_path / "runs/made/20261209T160000Z", course, shares=hidden, hourly=False)
    found = write_source_report(str(tmp_path), "made", "episode", parse_period(None, None), Outlet())
    said = "".join(one["chinese"] for one in found["findings"])
    assert "升至" not in said
    assert "未能解析，结论需慎用" in said


CASE = """
name: made
chinese: 样例
english: Made for a test
domain: made
reference_time: "2026-12-19"
observations: {provider: aqistudy, path: days}
"""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(("--kind", "monthly"), "unknown"), ((), "nothing to write"), (("--out", "x.txt"), ".html")],
)
def test_what_cannot_be_written_is_refused_at_once(tmp_path: Path, wrong: tuple[str, ...], said: str) -> None:
    failed = bogda("sources", "report", "--case", "demo", "--store", str(tmp_path), *wrong)
    assert failed.exit_code == 2
    assert said in failed.stderr
