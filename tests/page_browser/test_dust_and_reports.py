"""Dust by the dust model, earlier forecasts, reports and footprints, as far as the store holds such runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.page_browser.looking import Looker, too_wide, until

pytestmark = pytest.mark.browser


def _asked(look: Looker, path: str) -> Any:
    context = look.browser.new_context()
    try:
        return context.request.get(f"{look.host}/api/{path}").json()
    finally:
        context.close()


def _runs(look: Looker) -> list[str]:
    return [one["id"] for one in _asked(look, "runs")["runs"]]


@pytest.fixture
def dusty(look: Looker) -> str:
    """The newest run whose dust model gave a forecast."""
    found = [one for one in _runs(look) if _asked(look, f"runs/{one}/dust")["state"] == "forecast"]
    return found[0] if found else pytest.skip("no run with dust: bogda daily --case dust-storm")


@pytest.fixture
def calm(look: Looker) -> str:
    """The newest run without dust of a model."""
    found = [one for one in _runs(look) if _asked(look, f"runs/{one}/dust")["reason"]]
    return found[0] if found else pytest.skip("every run has dust")


@pytest.mark.parametrize(("size", "dark"), [((1920, 1080), False), ((390, 844), True)])
def test_today_tells_where_dust_comes_and_goes(
    look: Looker, dusty: str, size: tuple[int, int], dark: bool
) -> None:
    with look.page(f"#/today?run={dusty}", size=size, dark=dark) as page:
        card = page.inner_text(".card.dust")
        assert "地有沙尘" in card
        assert "不提高也不降低重污染预警级别" in card
        assert page.locator(".card.dust tbody tr").count() >= 1
        assert page.locator(".places .dustflag.model").count() >= 1
        assert too_wide(page) == []


def test_a_run_without_dust_says_why(look: Looker, calm: str) -> None:
    reason = _asked(look, f"runs/{calm}/dust")["reason"]
    with look.page(f"#/today?run={calm}") as page:
        assert reason["chinese"] in page.inner_text(".card.dust")
    with look.page(f"#/map?run={calm}&layer=dust&hour=5", english=True) as page:
        assert reason["english"] in page.inner_text(".underlay")


def test_the_map_paints_dust_and_consult_uses_it(look: Looker, dusty: str) -> None:
    with look.page(f"#/map?run={dusty}&layer=dust&hour=12") as page:
        page.wait_for_selector(".maplegend:has-text('PM₁₀')")
    with look.page(f"#/consult?run={dusty}&question=timing") as page:
        assert "沙尘到达" in page.inner_text(".question")
        assert too_wide(page) == []


def test_earlier_forecasts_are_told_apart(look: Looker) -> None:
    run = _runs(look)[0]
    issues = _asked(look, f"runs/{run}/places/urumqi/previous")["issues"]
    if not issues:
        pytest.skip("one run only: bogda daily --reference-time")
    with look.page(f"#/place?run={run}&place=urumqi&averaging=day") as page:
        until(page, f"document.querySelectorAll('.placeview .keys')[0].children.length === {4 + len(issues)}")
        keys = page.locator(".placeview .keys").first.locator("li").all_inner_texts()
        assert len(set(keys)) == len(keys)
        assert sum("起报" in key for key in keys) == len(issues)


def test_reports_are_listed_and_open_or_say_how_to_make_one(look: Looker) -> None:
    run = _runs(look)[0]
    held = _asked(look, f"reports?domain={run.split('.', maxsplit=1)[0]}")["reports"]
    with look.page(f"#/sources?run={run}", size=(390, 844)) as page:
        text = page.inner_text(".report")
        assert too_wide(page) == []
        if not held:
            assert "bogda sources report" in text
            return
        assert "要点" in text
        at = page.locator(".report a").get_attribute("href")
        page.goto(f"{look.host}/{at}")
        assert page.locator("svg").count() > 0
        assert page.evaluate("document.styleSheets[0].cssRules.length") > 5


def test_the_footprint_is_that_of_the_place_or_says_whose_it_is(look: Looker) -> None:
    with look.page("#/map?hour=12&overlay=footprint&place=urumqi") as page:
        page.wait_for_selector(".footprint")
        name, said = page.inner_text(".footprint h2"), page.inner_text(".footprint")
        assert name.startswith("乌鲁木齐 ") or "没有单独的足迹" in said
    with look.page("#/map?hour=40&overlay=footprint&place=urumqi") as page:
        page.wait_for_selector(".footprint .ofregion")
        assert page.inner_text(".footprint h2").startswith("乌鲁木齐-昌吉-石河子")
