"""Logging in, changing, agreeing, signing; a warning from its proposal to its end, by two persons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.page_browser.looking import AXE, Looker, serious_faults, too_wide, until

pytestmark = pytest.mark.browser
SIZES = ((1280, 800), (390, 844))
CELL = "[data-cell='shihezi 2026-11-22']"


def _confirm(page: Any, reason: str) -> None:
    page.fill("dialog textarea[name=reason]", reason)
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog", state="detached")


def _act(page: Any, warning: str, act: str, reason: str) -> None:
    page.click(f"[data-warning='{warning}'] [data-act={act}]")
    _confirm(page, reason)


def test_nobody_acts_without_logging_in(look: Looker) -> None:
    with look.page("#/consult") as page:
        page.wait_for_selector(CELL)
        assert page.locator(CELL).is_disabled()
        assert page.locator(".warning button, .offices button").count() == 0
        assert "登录后" in page.inner_text("main")


def test_a_wrong_password_is_refused_in_words(look: Looker) -> None:
    with (
        pytest.raises(AssertionError, match="401"),
        look.page("#/consult") as page,
    ):  # the browser notes the refusal
        page.get_by_role("button", name="登录").click()
        page.fill("dialog input[name=name]", "forecaster-1")
        page.fill("dialog input[name=password]", "not the password")
        page.click("dialog button[type=submit]")
        until(page, "document.querySelector('dialog .wrong').textContent.length > 3")
        assert page.locator(".person").count() == 0


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}")
def test_dialogues_fit_and_axe_finds_no_serious_fault(look: Looker, size: tuple[int, int]) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not there: make page")

    def checked(page: Any) -> None:
        page.wait_for_selector("dialog[open]")
        assert serious_faults(page) == []
        assert too_wide(page) == []
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog", state="detached")

    with look.page("#/consult", size=size) as page:
        page.get_by_role("button", name="登录").click()
        checked(page)
        look.log_in(page, "forecaster-1")
        page.click(f"{CELL}:enabled")
        checked(page)
        page.click("[data-propose=wu-chang-shi]")
        checked(page)
        assert serious_faults(page) == [], "the view of whoever may act"


def test_a_forecast_is_changed_agreed_and_signed(look: Looker) -> None:
    with look.page("#/consult") as page:
        look.log_in(page, "forecaster-1")
        page.click(f"{CELL}:enabled")
        page.fill("dialog input[name=low]", "210")
        page.fill("dialog input[name=high]", "260")
        page.select_option("dialog select[name=level]", "5")
        _confirm(page, "逆温较模式更强，上调")
        page.wait_for_selector(f"{CELL}.changed:has-text('210–260')")
        page.fill("textarea[aria-label=写一条记录]", "预计26日冷空气过境后改善。")
        page.locator("form", has=page.locator("textarea[aria-label=写一条记录]")).get_by_role(
            "button"
        ).click()
        page.wait_for_selector(".note:has-text('冷空气过境')")
        page.locator(".offices").get_by_role("button", name="同意").click()
        page.wait_for_selector(".offices:has-text('✓ 已同意')")
        assert page.get_by_role("button", name="签发", exact=True).count() == 0
    with look.page("#/consult") as page:
        look.log_in(page, "meteorologist-1")
        page.locator(".offices").get_by_role("button", name="同意").click()
        until(page, "document.querySelector('.offices').innerText.split('✓ 已同意').length === 3")
    with look.page("#/consult") as page:
        look.log_in(page, "approver-1")
        page.wait_for_selector(f"{CELL}.changed")
        assert page.locator(CELL).is_disabled()
        page.locator(".offices").get_by_role("button", name="签发").click()
        page.wait_for_selector(".offices:has-text('✓ 已签发')")


def test_two_who_change_the_same_place_are_told_of_each_other(look: Looker) -> None:
    cell = "[data-cell='fukang 2026-11-23']"

    def fill(page: Any, low: str, high: str) -> None:
        page.fill("dialog input[name=low]", low)
        page.fill("dialog input[name=high]", high)
        page.select_option("dialog select[name=level]", "4")
        page.fill("dialog textarea[name=reason]", "逆温较模式更强")

    with pytest.raises(AssertionError, match="409"), look.page("#/consult") as first:  # noted by the browser
        look.log_in(first, "forecaster-1")
        first.click(f"{cell}:enabled")
        fill(first, "160", "190")
        with look.page("#/consult") as second:
            look.log_in(second, "meteorologist-1")
            second.click(f"{cell}:enabled")
            fill(second, "155", "180")
            second.click("dialog button[type=submit]")
            second.wait_for_selector(f"{cell}.changed:has-text('155–180')")
        first.click("dialog button[type=submit]")
        first.wait_for_selector("dialog .wrong:has-text('meteorologist-1已改过此处')")
        first.wait_for_selector(f"{cell}.changed:has-text('155–180')")


def test_the_measures_of_a_warning_follow_its_level(look: Looker) -> None:
    with look.page("#/consult") as page:
        look.log_in(page, "forecaster-1")
        page.click("[data-propose=kui-du-wu]")
        page.click("dialog button[type=submit]")
        page.click("[data-warning^=kui-du-wu] [data-act=edit]")
        tick = "dialog label:has-text('执行Ⅱ级响应') input"
        assert page.is_checked(tick)
        page.select_option("dialog select[name=level]", "1")
        assert not page.is_checked(tick)
        assert page.is_checked("dialog label:has-text('执行Ⅲ级响应') input")


def test_the_text_of_a_warning_follows_its_level_until_it_is_written_by_hand(look: Looker) -> None:
    chinese, english = "dialog textarea[name=chinese]", "dialog textarea[name=english]"

    def says(page: Any, field: str, words: str) -> None:
        page.wait_for_selector(field)
        until(page, f"document.querySelector('{field}').value.includes('{words}')")

    with pytest.raises(AssertionError, match="422"), look.page("#/consult") as page:  # noted by the browser
        look.log_in(page, "forecaster-1")
        page.click("[data-propose=tianshan-north]")
        page.click("dialog button[type=submit]")
        page.click("[data-warning^=tianshan-north] [data-act=edit]")
        says(page, chinese, "现发布重污染天气橙色预警，启动Ⅱ级响应。")
        page.select_option("dialog select[name=level]", "1")
        says(page, chinese, "现发布重污染天气黄色预警，启动Ⅲ级响应。")
        says(page, english, "A yellow warning is issued.")
        page.uncheck("dialog label:has-text('昌吉') input")
        until(page, f"!document.querySelector('{chinese}').value.includes('天山北坡城市群')")
        page.fill(chinese, "预计持续重污染，发布橙色预警。")
        page.select_option("dialog select[name=level]", "3")
        says(page, english, "A red warning is issued.")
        assert page.input_value(chinese) == "预计持续重污染，发布橙色预警。"
        page.fill("dialog textarea[name=reason]", "逆温增强，上调")
        page.click("dialog button[type=submit]")
        page.wait_for_selector("dialog .wrong:has-text('正文（中文）写的是橙色，而预警等级为红色')")
        page.click("dialog [data-restore]")
        says(page, chinese, "现发布重污染天气红色预警")
        _confirm(page, "逆温增强，上调")
        page.wait_for_selector("[data-warning^=tianshan-north] [data-state=edited]")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}")
def test_the_dialogue_shows_what_goes_out_and_refuses_what_has_moved_on(
    look: Looker, size: tuple[int, int]
) -> None:
    area = "kui-du-wu" if size[0] > 500 else "wu-chang-shi"
    warning = f"[data-warning^={area}]"
    with pytest.raises(AssertionError, match="409"), look.page("#/consult", size=size) as first:
        look.log_in(first, "approver-1")
        if first.locator(warning).count() == 0:
            first.click(f"[data-propose={area}]")
            first.click("dialog button[type=submit]")
        first.click(f"{warning} [data-act=approve]")
        first.wait_for_selector("dialog .outgoing .passage")
        said = first.inner_text("dialog .outgoing")
        county = "乌苏" if area == "kui-du-wu" else "石河子"
        for words in ("橙色", "现发布重污染天气橙色预警，启动Ⅱ级响应。", "An orange warning is issued."):
            assert words in said
        for words in (county, "个县（市）", "预警时段", "11月"):
            assert words in said
        assert "建议" not in said
        assert too_wide(first) == []
        assert not AXE.is_file() or serious_faults(first) == []
        with look.page("#/consult") as second:
            look.log_in(second, "forecaster-1")
            second.click(f"{warning} [data-act=edit]")
            second.select_option("dialog select[name=level]", "1")
            _confirm(second, "改为黄色")
        first.fill("dialog textarea[name=reason]", "同意拟稿意见")
        first.click("dialog button[type=submit]")
        first.wait_for_selector("dialog .wrong:has-text('本次未执行')")
        first.wait_for_selector(f"{warning} [data-state=edited]")
        first.keyboard.press("Escape")
        first.click(f"{warning} [data-act=approve]")
        first.wait_for_selector("dialog .passage:has-text('现发布重污染天气黄色预警')")
        _confirm(first, "同意拟稿意见")
        first.click(f"{warning} [data-act=issue]")
        first.wait_for_selector("dialog .passage:has-text('现发布重污染天气黄色预警')")
        _confirm(first, "同意发布")
        first.click(f"{warning} [data-act=lift]")
        first.fill("dialog textarea[name=reason]", "冷空气过境，污染结束")
        said = first.inner_text("dialog .passage >> nth=0")
        assert said.startswith("自本通知发布时起，解除")
        assert said.endswith("重污染天气黄色预警，终止Ⅲ级响应。冷空气过境，污染结束。")
        assert too_wide(first) == []
        _confirm(first, "冷空气过境，污染结束")
        first.wait_for_selector(warning, state="detached")


def test_an_orange_warning_goes_out_by_two_persons_and_is_lifted(look: Looker) -> None:
    with look.page("#/consult") as page:
        look.log_in(page, "forecaster-1")
        page.click("[data-propose=wu-chang-shi]")
        page.click("dialog button[type=submit]")
        page.wait_for_selector("[data-warning^=wu-chang-shi] [data-state=proposed]")
        warning = page.locator("[data-warning^=wu-chang-shi]").first.get_attribute("data-warning")
        assert "橙色" in page.inner_text(f"[data-warning='{warning}']")
        page.click(f"[data-warning='{warning}'] [data-act=edit]")
        assert not AXE.is_file() or serious_faults(page) == []
        page.fill("dialog textarea[name=chinese]", "预计11月20日至27日乌昌石区域将出现重污染天气。")
        _confirm(page, "改写正文")
        page.wait_for_selector(f"[data-warning='{warning}'] [data-state=edited]")
        assert page.locator("[data-act=approve], [data-act=issue]").count() == 0
    with look.page("#/consult") as page:
        look.log_in(page, "approver-1")
        for act, state in (("approve", "approved"), ("issue", "issued")):
            page.wait_for_selector(f"[data-warning='{warning}'] [data-act={act}]")
            _act(page, warning, act, "同意拟稿意见")
            page.wait_for_selector(f"[data-warning='{warning}'] [data-state={state}]")
        _act(page, warning, "lift", "污染过程已结束")
        page.wait_for_selector(f"[data-warning='{warning}']", state="detached")
