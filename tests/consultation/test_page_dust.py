"""Dust on the page: passages, signals, why there is none; in the map, among the questions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from consultation.dust_page.document import DUST_FILE
from consultation.page.application import create_app
from consultation.warnings import write_warnings
from tests.consultation.page_store import RUN, STAMP, change_manifest, config_of, write_store
from tests.consultation.test_dust_section import PASSAGE, document

FAR = PASSAGE | {
    "place": "hami", "chinese": "哈密", "english": "Hami", "arrival": "2026-12-09T18:00:00Z", "end": None,
    "peak_ug_m3": 2500.0, "signal": {"number": 0, "chinese": "无", "english": "none"},
    "grade": {"number": 0, "chinese": "无沙尘", "english": "no dust"},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, make_run: Callable[..., Path], make_forecast: Callable[..., Any]) -> Path:
    return write_store(tmp_path, make_run, make_forecast) / "runs/demo" / STAMP


def ask(folder: Path, path: str, dust: dict[str, Any] | str | None, **query: str) -> Any:
    """What the page answers about the run where its `dust.json` holds this."""
    if dust is not None:
        text = dust if isinstance(dust, str) else json.dumps(dust, ensure_ascii=False)
        (folder / DUST_FILE).write_text(text, encoding="utf-8")
        if not isinstance(dust, str):
            write_warnings(folder)
    with TestClient(create_app(config_of(folder.parents[2]))) as page:
        answer = page.get(f"/api/runs/{RUN}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def evidence(folder: Path, dust: dict[str, Any] | str | None, region: str) -> dict[str, Any]:
    asked = ask(folder, "consult", dust, region=region)
    return {one["id"]: one for question in asked["questions"] for one in question["evidence"]}


def test_passages_of_target_regions_come_first_with_their_days(folder: Path) -> None:
    told = ask(folder, "dust", document(passages=[FAR, PASSAGE]))
    assert (told["state"], told["reason"]) == ("forecast", None)
    assert [one["place"] for one in told["passages"]] == ["kuitun", "hami"]
    near, far = told["passages"]
    assert near["days"] == ["2026-12-10"]
    assert far["days"][0] == "2026-12-10"
    assert far["days"][-1] == "2026-12-16", "it goes on to the end of the forecast"
    assert "目标区域1地有沙尘：最早奎屯 2026-12-10 09:00" in told["statement"]["chinese"]
    assert told["statement"]["chinese"].endswith("区域以外另有1地有沙尘")
    assert "不提高也不降低重污染预警级别" in told["note"]["chinese"]


def test_signals_are_those_of_the_warnings(folder: Path) -> None:
    told = ask(folder, "dust", document(passages=[FAR, PASSAGE]))
    (signal,) = told["signals"]
    assert (signal["place"], signal["level"]["chinese"]) == ("kuitun", "黄色")
    assert told["signals_absent"] is None
    (folder / "warnings.json").unlink()
    change_manifest(folder, created="2026-12-10T02:00:00Z")
    told = ask(folder, "dust", None)
    assert told["signals"] == []
    assert "warnings.json" in told["signals_absent"]["chinese"]


def test_dust_in_air_that_is_too_clear_for_a_grade_is_called_so(folder: Path) -> None:
    told = ask(folder, "dust", document(passages=[FAR | {"place": "urumqi", "chinese": "乌鲁木齐"}]))
    assert "（未达浮尘标准）" in told["statement"]["chinese"]


@pytest.mark.parametrize(
    ("dust", "state", "said"),
    [
        (None, "absent", "没有沙尘产品 dust.json"),
        ("{", "absent", "dust.json 已损坏"),
        (document(state="absent", passages=[], hours=0), "absent", "未启用沙尘模式"),
        (document(state="calm", passages=[]), "calm", "不足以起沙"),
    ],
)
def test_a_run_without_dust_says_why_everywhere(folder: Path, dust: Any, state: str, said: str) -> None:
    told = ask(folder, "dust", dust)
    assert (told["state"], told["passages"]) == (state, [])
    assert said in told["reason"]["chinese"]
    layer = next(one for one in ask(folder, "map", None)["layers"] if one["id"] == "dust")
    assert not layer["available"]
    assert said in layer["reason"]["chinese"]
    pieces = evidence(folder, None, "kui-du-wu")
    assert said in pieces["dust"]["absent"]["chinese"]
    assert said in pieces["dust_times"]["absent"]["chinese"]
    assert not any(row["dust_model"] for row in pieces["kind"]["rows"])


def test_a_fault_of_the_dust_model_is_the_reason(folder: Path) -> None:
    lack = {"code": "no-dust", "chinese": "沙尘模式无结果（超过时限）", "english": "No dust model today"}
    change_manifest(folder, degradations=[lack])
    told = ask(folder, "dust", document(state="absent", passages=[], hours=0))
    assert told["reason"] == {"chinese": lack["chinese"], "english": lack["english"]}


def test_questions_of_kind_and_times_know_the_dust_of_their_region(folder: Path) -> None:
    dust = document(passages=[FAR, PASSAGE])
    pieces = evidence(folder, dust, "kui-du-wu")
    by_day = {row["day"]: row for row in pieces["kind"]["rows"]}
    assert by_day["2026-12-10"]["dust_model"]
    assert by_day["2026-12-10"]["kind"]["english"] == "mixed", "smoke and dust"
    assert not by_day["2026-12-11"]["dust_model"]
    (strength,) = pieces["dust"]["rows"]
    assert (strength["peak"], strength["visibility"], strength["storm"]) == (1245, 0.8, 0.4)
    (times,) = pieces["dust_times"]["rows"]
    assert [times[name] for name in ("arrival", "peak", "end")] == [
        "2026-12-10 09:00", "2026-12-10 11:00", "2026-12-10 17:00"
    ]  # fmt: skip
    elsewhere = evidence(folder, None, "wu-chang-shi")
    assert elsewhere["dust"]["rows"] == []
    assert "均不超过150" in elsewhere["dust"]["statement"]["chinese"]
    assert not any(row["dust_model"] for row in elsewhere["kind"]["rows"])
