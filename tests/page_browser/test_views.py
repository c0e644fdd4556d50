"""Every view at the sizes people have: complete, on one host, in order, and fast."""

from __future__ import annotations

import time

import pytest

from tests.page_browser.looking import AXE, Looker, serious_faults, too_wide

pytestmark = pytest.mark.browser

VIEWS = ("today", "map", "place", "sources", "assessment", "verification", "consult")
SIZES = {"projector": (1920, 1080), "desk": (1280, 800), "phone": (390, 844)}
FIRST_PAGE_SECONDS = 2.0


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", SIZES)
def test_view_fits_and_says_what_it_stands_on(look: Looker, view: str, size: str) -> None:
    with look.page(f"#/{view}?hour=30&place=urumqi", size=SIZES[size], dark=size == "desk") as page:
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        bar = page.inner_text(".runbar")
        assert "虚拟数据 SYNTHETIC" in bar
        assert "距今" in bar
        page.click(".degradedchip summary")
        assert page.locator(".degradedchip li").count() >= 1
        assert too_wide(page) == []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_no_serious_fault(look: Looker, view: str, dark: bool, size: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not there: make page")
    with look.page(f"#/{view}?hour=30&place=urumqi", size=SIZES[size], dark=dark) as page:
        assert serious_faults(page) == []


@pytest.mark.parametrize("view", VIEWS)
def test_english_leaves_no_chinese_of_the_page(look: Looker, view: str) -> None:
    with look.page(f"#/{view}?place=urumqi", english=True) as page:
        words = page.inner_text(".header .views") + page.inner_text(".runbar .age")
        assert "Today" in words
        assert "ago" in words
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in words)
        assert too_wide(page) == []


def test_first_page_is_complete_in_time(look: Looker) -> None:
    with look.page("#/today"):
        pass
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        with look.page("#/today", size=(1920, 1080)) as page:
            taken.append(time.perf_counter() - began)
            assert page.locator(".regioncard").count() == 3
    assert min(taken) < FIRST_PAGE_SECONDS


def test_today_tells_each_day_with_range_and_chance(look: Looker) -> None:
    with look.page("#/today") as page:
        card = page.locator(".regioncard").first
        assert card.locator(".days li").count() >= 3
        assert card.locator(".chances").get_attribute("aria-label").startswith("各级概率")
        for tile in card.locator(".tile").all():
            number, word = tile.inner_text().split("\n")
            assert number.isdigit()
            assert word in ("优", "良", "轻度", "中度", "重度", "严重")
        assert page.locator(".warnings").count() == 1
        assert page.locator(".degraded li").count() >= 1
