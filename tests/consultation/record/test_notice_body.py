"""The body of a notice: built from its level, scope, period and facts; kept where it was written by hand."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest

from consultation.issuing.releases import released_step
from consultation.record.body_faults import REASON, require_sound, require_sound_body
from consultation.record.chain import Actor, Entry
from consultation.record.desk import Desk
from consultation.record.drafting import body_for
from consultation.record.drafts import Draft, Terms
from consultation.record.notice_body import ENDINGS, built_body, ending_body, settled_body
from consultation.record.notices import area_named, head
from consultation.record.refusals import NotAcceptable, Refusal
from consultation.record.warning_acts import Edited, Proposed, approve, edit, propose
from consultation.record.warning_releases import end, release
from consultation.record.warning_steps import Act
from consultation.record.warning_view import warning
from consultation.record.words import Bilingual
from tests.consultation.record.conftest import AREA, RUN

People = dict[str, Actor]
ONSET, END = "2026-12-10T16:00:00Z", "2026-12-13T16:00:00Z"


def notice_of(entry: Entry) -> dict[str, Any]:
    made: dict[str, Any] = entry.payload["notice"]
    return made


def at(desk: Desk, name: str) -> Act:
    return Act(warning=name, step=warning(desk, name).step, reason="会商一致")


def rewritten(desk: Desk, who: Actor, name: str, level: int, **values: Any) -> Entry:
    draft = Draft(level=level, onset=ONSET, end=END, reason="会商后调整", **values)
    return edit(desk, who, Edited(warning=name, step=warning(desk, name).step, draft=draft))


def test_a_proposal_and_the_body_of_a_notice_are_two_things(proposed: Entry) -> None:
    made = notice_of(proposed)
    assert "建议橙色预警" in made["evidence"]["reason"]["chinese"]
    assert made["text"]["chinese"] == (
        "经会商，预计12月11日00时至12月15日00时，乌鲁木齐-昌吉-石河子有重污染天气过程，日AQI的区域均值为154~233。"
        "现发布重污染天气橙色预警，启动Ⅱ级响应。"
    )
    assert made["text"]["english"].endswith(
        "from 12-11 00:00 to 12-15 00:00 Beijing time, regional mean daily AQI 154~233. "
        "An orange warning is issued."
    )
    assert made["text_by_hand"] == []


def test_the_body_follows_level_scope_and_period(desk: Desk, people: People, proposed: Entry) -> None:
    held = notice_of(proposed)["text"]
    made = notice_of(
        rewritten(desk, people["first"], proposed.subject, 1, text=held, counties=("urumqi", "fukang"))
    )
    assert made["text"]["chinese"].startswith("经会商，预计12月11日00时至12月14日00时，乌鲁木齐、阜康有")
    assert made["text"]["chinese"].endswith("现发布重污染天气黄色预警，启动Ⅲ级响应。")
    assert "橙" not in made["text"]["chinese"]
    assert "yellow warning is issued" in made["text"]["english"]
    assert "Urumqi, Fukang" in made["text"]["english"]


def test_only_windows_within_the_period_are_told(desk: Desk, proposed: Entry) -> None:
    told = body_for(desk, proposed.subject, Terms(level=2, onset=ONSET, end="2026-12-11T16:00:00Z"))
    first = notice_of(proposed)["evidence"]["detail"]["course"][1]
    assert first["begins"] == ONSET
    assert f"区域均值为{-int(-first['aqi'] // 1)}。" in told.chinese
    within = Terms(level=2, onset="2026-12-11T00:00:00Z", end="2026-12-11T12:00:00Z")
    assert "AQI" not in body_for(desk, proposed.subject, within).chinese


def test_what_was_written_by_hand_stays_language_by_language(
    desk: Desk, people: People, proposed: Entry
) -> None:
    own = {"chinese": "预计12日夜间冷空气过境后缓解。", "english": notice_of(proposed)["text"]["english"]}
    made = notice_of(rewritten(desk, people["first"], proposed.subject, 1, text=own))
    assert made["text"]["chinese"] == own["chinese"]
    assert made["text"]["english"].endswith("A yellow warning is issued.")
    assert made["text_by_hand"] == ["chinese"]
    again = notice_of(rewritten(desk, people["first"], proposed.subject, 3, text=made["text"]))
    assert again["text"]["chinese"] == own["chinese"]
    assert again["text"]["english"].endswith("A red warning is issued.")
    left = notice_of(rewritten(desk, people["first"], proposed.subject, 3))
    assert left["text"]["chinese"].endswith("现发布重污染天气红色预警，启动Ⅰ级响应。"), (
        "left out, it is built anew"
    )


def test_a_downgrade_an_update_and_a_rise_say_so(desk: Desk, people: People, proposed: Entry) -> None:
    name = proposed.subject
    approve(desk, people["second"], at(desk, name))
    release(desk, people["second"], at(desk, name), "issued")
    said = {level: notice_of(rewritten(desk, people["first"], name, level))["text"] for level in (3, 2, 1)}
    assert said[3]["chinese"].endswith("现将重污染天气预警由橙色预警升级为红色预警，执行Ⅰ级响应。")
    assert said[2]["chinese"].endswith("现更新重污染天气预警，等级维持橙色，执行Ⅱ级响应。")
    assert said[1]["chinese"].endswith("现将重污染天气预警由橙色预警调整为黄色预警，执行Ⅲ级响应。")
    assert said[1]["english"].endswith("The warning is lowered from orange to yellow.")
    approve(desk, people["second"], at(desk, name))
    release(desk, people["second"], at(desk, name), "downgraded")
    shown = warning(desk, name).told()["ending"]["lifted"]
    assert shown["chinese"] == "自本通知发布时起，解除乌鲁木齐-昌吉-石河子重污染天气黄色预警，终止Ⅲ级响应。"
    lifted = end(desk, people["second"], at(desk, name), "lifted")
    assert lifted.payload["text"]["chinese"] == shown["chinese"] + "会商一致。"
    assert released_step(warning(desk, name)).entry.payload["text"] == lifted.payload["text"]


def test_words_of_another_level_are_refused_when_they_are_saved(
    desk: Desk, people: People, proposed: Entry
) -> None:
    stale = {"chinese": "预计持续重污染，发布橙色预警。"}
    with pytest.raises(
        NotAcceptable, match="The Chinese text names orange, the warning is yellow"
    ) as refused:
        rewritten(desk, people["first"], proposed.subject, 1, text=stale)
    assert "正文（中文）写的是橙色，而预警等级为黄色：“预计持续重污染，发布橙色预警”" in refused.value.chinese
    reason = notice_of(proposed)["evidence"]["reason"]
    with pytest.raises(NotAcceptable, match="proposes, a notice cannot"):
        rewritten(desk, people["first"], proposed.subject, 2, text={"chinese": reason["chinese"]})
    with pytest.raises(NotAcceptable, match="The English text proposes"):
        rewritten(desk, people["first"], proposed.subject, 2, text={"english": reason["english"]})
    draft = Draft(level=1, onset=ONSET, end=END, reason="会商后调整", text=Bilingual(**stale))
    with pytest.raises(NotAcceptable, match="names orange"):
        propose(desk, people["first"], Proposed(run=RUN, area="kui-du-wu", draft=draft))
    assert warning(desk, proposed.subject).step == 1


def test_a_draft_of_an_earlier_version_cannot_be_approved_as_it_is(
    desk: Desk, people: People, proposed: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records hold drafts whose body is the rules' own proposal, and approvals of such."""
    with monkeypatch.context() as earlier:
        earlier.setattr("consultation.record.drafting.require_sound_body", lambda *_: None)
        old = notice_of(proposed)["evidence"]["reason"]
        rewritten(desk, people["first"], proposed.subject, 1, text=old)
        with pytest.raises(NotAcceptable, match="proposes"):
            approve(desk, people["second"], at(desk, proposed.subject))
        earlier.setattr("consultation.record.warning_acts.require_sound_body", lambda *_: None)
        approve(desk, people["second"], at(desk, proposed.subject))
        with pytest.raises(NotAcceptable, match="proposes"):
            release(desk, people["second"], at(desk, proposed.subject), "issued")
    assert warning(desk, proposed.subject).released is None


def test_the_unchanged_body_of_an_earlier_version_counts_as_built() -> None:
    reason = {"chinese": "建议橙色预警。", "english": "orange proposed."}
    held: dict[str, Any] = {"text": dict(reason), "evidence": {"reason": reason}}
    built = Bilingual(chinese="现发布黄色预警。", english="A yellow warning is issued.")
    assert settled_body(Bilingual(**reason), built, held) == {"text": built.model_dump(), "text_by_hand": []}
    held["text"] = {"chinese": "自己写的", "english": ""}
    settled = settled_body(Bilingual(**held["text"]), built, held)
    assert settled == {"text": {"chinese": "自己写的", "english": built.english}, "text_by_hand": ["chinese"]}


def test_the_reason_of_a_lifting_goes_out_and_must_fit(desk: Desk, people: People, proposed: Entry) -> None:
    name = proposed.subject
    approve(desk, people["second"], at(desk, name))
    release(desk, people["second"], at(desk, name), "issued")
    for reason, said in (("污染结束，解除红色预警", "names red"), ("建议解除橙色预警", "proposes")):
        with pytest.raises(NotAcceptable, match=f"The reason {said}"):
            end(desk, people["second"], Act(warning=name, step=3, reason=reason), "lifted")
    end(desk, people["second"], Act(warning=name, step=3, reason="橙色预警条件已不满足"), "lifted")


def test_what_was_read_is_what_is_approved(desk: Desk, people: People, proposed: Entry) -> None:
    rewritten(desk, people["first"], proposed.subject, 1)
    with pytest.raises(Refusal, match="is at step 2, you saw step 1") as refused:
        approve(desk, people["second"], Act(warning=proposed.subject, step=1, reason="会商一致"))
    assert "第2步" in refused.value.chinese


@pytest.mark.parametrize(
    "text",
    [
        "现将重污染天气预警由橙色预警调整为黄色预警。", "将此前发布的橙色预警降级为黄色预警",
        "黄色预警自发布时起执行，原橙色预警同时终止", "气象台同时发布大风橙色预警信号",
        "尚未达到橙色预警条件", "若污染加重，将升级为红色预警", "建议公众关注预警信息，减少户外活动",
        "建议市民在黄色预警期间减少外出", "The warning is lowered from orange to yellow.",
        "It replaces the orange warning.", "Should it worsen, a red warning follows.",
        "Below the threshold of orange", "reduced visibility, scored",
    ],
)  # fmt: skip
def test_legitimate_mentions_pass(text: str) -> None:
    require_sound({"reason": text}, 1, 2, where=REASON)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("现发布橙色预警", None), ("现发布橙色预警", 2), ("等级维持橙色，执行Ⅱ级响应", 2),
        ("启动红色预警", 2), ("现将预警由橙色预警调整为红色预警", 2), ("由橙色预警调整为黄色预警", None),
        ("由于逆温，维持橙色预警", 2), ("提前量不足24小时，启动橙色预警", None),
        ("发布重污染橙警，请执行橙预警措施", None), ("沙尘污染天气橙色预警", None),
        ("An orange warning is issued.", 2), ("The Red warning", None), ("建议黄色预警", None),
        ("建议发布预警", None), ("黄色预警建议", None), ("yellow proposed", None),
        ("We propose a warning", None),
    ],
)  # fmt: skip
def test_stale_and_proposing_words_do_not(text: str, before: int | None) -> None:
    with pytest.raises(NotAcceptable):
        require_sound({"reason": text}, 1, before, where=REASON)


@pytest.mark.parametrize("kind", ["particles", "dust", "ozone"])
@pytest.mark.parametrize("area", [AREA, "urumqi"])
def test_every_body_that_is_built_passes(kind: Any, area: str) -> None:
    where = area_named(area)
    course = [{"begins": ONSET, "ends": "2026-12-11T16:00:00Z", "aqi": 163.2, "counted": True}]
    rests_on = {"detail": {"basis": "sliding-24h", "course": course}}
    heads = {level: head(Terms(level=level, onset=ONSET, end=END), kind, where) for level in (1, 2, 3)}
    for level, before in product((1, 2, 3), (None, 1, 2, 3)):
        held = None if before is None else heads[before]
        told = heads[level] | {"text": built_body(heads[level], where.members, rests_on, held).model_dump()}
        require_sound_body(told, held)
        said = json.dumps(told["text"], ensure_ascii=False)
        assert ("AQI" in said) == (kind == "particles")
        assert "建议" not in said
        for state in ENDINGS:
            ended = ending_body(told, state).model_dump()
            require_sound_body(told | {"text": ended}, None)
