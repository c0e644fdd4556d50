"""The page of a verification: everything in one file, Chinese first, nothing invented."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from consultation.verification_page import compose_page, findings_of, write_verification_page
from consultation.verification_page.lookup import Scores, lead_of, number
from forecast.verification.configuration import verification_config
from forecast.verification.document import verification_document
from foundation.errors import InputError, RunError
from tests.forecast.made_hindcast import made_hindcast

CONFIG = verification_config()


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    drift = CONFIG.drift.model_copy(update={"paths": 60, "recent_days": 30})
    return verification_document(made_hindcast(days=170, seed=8), CONFIG.model_copy(update={"drift": drift}))


def test_the_page_needs_nothing_else(document: dict[str, Any]) -> None:
    page = compose_page(document, b"picture")
    assert not re.findall(r"(?:src|href)=\"(?!data:|#)", page)
    assert "<script" not in page
    assert page.index("预报检验") < page.index("Verification of forecasts")
    assert page.count("<svg") == 2
    assert page == compose_page(copy.deepcopy(document), b"picture")
    for heading in (
        "要点",
        "分地点",
        "分季节",
        "分实测AQI级别",
        "污染日报得准不准",
        "概率可信吗",
        "近期是否变差",
    ):
        assert heading in page
    assert not re.search(r"\bnan\b", re.sub(r"<[^>]*>", " ", page), re.IGNORECASE)


def test_numbers_on_the_page_are_those_of_the_document(document: dict[str, Any]) -> None:
    page = compose_page(document)
    scores = Scores(document)
    for lead in scores.leads:
        record = scores.of(lead, "published")
        assert record is not None
        assert f'<td class="">{number(record["mae"])}' in page or f">{number(record['mae'])}<" in page
    first = scores.of(scores.leads[0], "published")
    assert first is not None
    told = findings_of(document)[0]
    assert number(first["mae"]) in told["chinese"]
    skill = 100 * first["skill"]["persistence"]["mae"]
    assert f"比持续性{'小' if skill >= 0 else '大'}{number(abs(skill), 0)}%" in told["chinese"]


@pytest.mark.parametrize(
    ("state", "words"), [("alarm", "漂移警报"), ("watch", "尚未达到警报"), ("steady", "无漂移")]
)
def test_every_state_of_drift_has_its_sentence(document: dict[str, Any], state: str, words: str) -> None:
    changed = copy.deepcopy(document)
    changed["drift"]["state"] = state
    for group in changed["drift"]["groups"]:
        group["state"] = state
    changed["findings"] = findings_of(changed)
    assert any(words in one["chinese"] for one in changed["findings"])
    assert f'class="state {state}"' in compose_page(changed)


def test_too_little_is_said_and_perfect_weather_marked(document: dict[str, Any]) -> None:
    changed = copy.deepcopy(document)
    changed["drift"] = {"state": "unknown", "reason": "too short", "groups": []}
    changed["models"][0]["perfect_weather"] = True
    changed["synthetic"] = True
    page = compose_page(changed)
    assert "无法判断" in page
    assert "完美天气" in page
    assert "SYNTHETIC" in page
    assert "SYNTHETIC" not in compose_page(document)


def test_names_are_escaped(document: dict[str, Any]) -> None:
    changed = copy.deepcopy(document)
    changed["models"][0]["chinese"] = "<script>alert(1)</script>"
    assert "<script>" not in compose_page(changed)


def test_a_document_without_scores_and_a_folder_that_is_not_there(document: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="no case was judged"):
        compose_page({**document, "scores": []})
    with pytest.raises(RunError, match="cannot write"):
        write_verification_page(document, "/nowhere/at/all/page.html")


def test_leads_have_the_names_of_forecasters() -> None:
    assert lead_of(24, "day").chinese == "第1天"
    assert lead_of(32, "day").chinese == "第2天"
    assert lead_of(6, "hour").chinese == "6小时"
