"""Going through the hours, places, sources and measures."""

from __future__ import annotations

import json

import pytest

from tests.page_browser.looking import READY_MS, Looker, until

pytestmark = pytest.mark.browser


def test_keys_step_the_map_through_three_days(look: Looker) -> None:
    with look.page("#/map?hour=0&wind=on") as page:
        assert page.inner_text(".hourlabel").startswith("11月20日 17时")
        for hour in range(1, 73):
            page.keyboard.press("ArrowRight")
            until(page, f"location.hash.includes('hour={hour}')")
        until(page, "document.querySelector('.hourlabel').textContent.startsWith('11月23日 17时')")
        values = page.inner_text(".spots")
        page.keyboard.press("ArrowLeft")
        until(page, "document.querySelector('.hourlabel').textContent.startsWith('11月23日 16时')")
        until(page, f"document.querySelector('.spots').innerText !== {json.dumps(values)}")


def test_space_plays_and_stops(look: Looker) -> None:
    with look.page("#/map?hour=10") as page:
        page.keyboard.press("Space")
        until(page, "Number(new URLSearchParams(location.hash.split('?')[1]).get('hour')) >= 13")
        page.keyboard.press("Space")
        held = page.evaluate("location.hash")
        page.wait_for_timeout(900)
        assert page.evaluate("location.hash") == held


def test_the_address_can_be_sent(look: Looker) -> None:
    with look.page("#/map?hour=30") as page:
        page.get_by_role("button", name="日均").click()
        until(page, "document.querySelector('.hourlabel').textContent.startsWith('11月21日 周六')")
        sent = page.evaluate("location.hash")
    assert "run=demo." in sent
    with look.page(sent) as page:
        assert page.inner_text(".hourlabel").startswith("11月21日 周六")
        assert page.get_by_role("button", name="日均").get_attribute("aria-pressed") == "true"


def test_the_map_paints_the_field(look: Looker) -> None:
    with look.page("#/map?hour=30") as page:
        page.wait_for_timeout(1000)
        one = page.locator(".stage").screenshot()
        page.select_option(".mapcontrols select", "wind")
        page.wait_for_selector(".maplegend:has-text('m/s')")
        page.wait_for_timeout(1000)
        assert page.locator(".stage").screenshot() != one


def test_a_place_opens_from_the_map(look: Looker) -> None:
    with look.page("#/map?hour=30") as page:
        page.locator(".spot", has_text="石河子").focus()
        page.keyboard.press("Enter")
        look.ready(page, "place")
        assert page.inner_text(".placehead h1") == "石河子"
        assert "place=shihezi" in page.evaluate("location.hash")
        assert page.locator(".stack canvas").count() >= 2


def test_a_footprint_follows_the_place(look: Looker) -> None:
    with look.page("#/map?hour=40&overlay=footprint&place=kuitun") as page:
        page.wait_for_selector(".footprint")
        assert page.inner_text(".footprint h2").startswith("奎屯-独山子-乌苏")
        assert page.locator(".footprint .ranking li").count() >= 6


def test_a_source_is_shown_at_the_places(look: Looker) -> None:
    with look.page("#/map?hour=30&overlay=source&group=traffic") as page:
        page.wait_for_selector(".spotlabel b")
        assert "%" in page.inner_text(".spot:first-child .spotlabel b")


def test_a_slider_is_answered_in_under_a_second(look: Looker) -> None:
    with look.page("#/sources") as page:
        slider = page.locator(".slider input[data-sector=industry]")
        slider.focus()
        for _ in range(3):
            page.keyboard.press("PageUp")
        page.wait_for_selector(".answered", timeout=READY_MS)
        page.keyboard.press("PageUp")
        page.wait_for_timeout(1500)
        seconds = float(page.inner_text(".answered").split(" ")[0])
        assert seconds < 1.0
        assert page.locator(".changes tbody tr").count() >= 3
        assert "PM₂.₅ −" in page.inner_text(".changes")


def test_without_webgl_the_map_is_a_table(look: Looker) -> None:
    with look.page("#/today") as page:
        page.context.add_init_script(
            "const kept = HTMLCanvasElement.prototype.getContext;"
            "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
            "  return kind.startsWith('webgl') ? null : kept.call(this, kind, ...rest); };"
        )
        page.reload()
        look.ready(page, "today")
        look.go(page, "#/map?hour=30")
        assert "石河子" in page.inner_text(".underlay table")


def test_the_bulletin_opens_with_its_own_style(look: Looker) -> None:
    with look.page("#/today") as page:
        page.goto(f"{look.host}/{page.locator('a', has_text='会商材料全文').get_attribute('href')}")
        assert page.evaluate("document.styleSheets[0].cssRules.length") > 5


def test_a_view_that_cannot_be_fetched_says_so_and_comes_on_asking_again(look: Looker) -> None:
    with pytest.raises(AssertionError, match="ERR_"), look.page("#/today") as page:  # noted by the browser
        page.context.set_offline(True)
        page.get_by_role("link", name="分布", exact=True).click()
        page.wait_for_selector("main [role=alert]:has-text('连不上服务器')")
        page.context.set_offline(False)
        page.get_by_role("button", name="重试").click()
        look.ready(page, "map")
