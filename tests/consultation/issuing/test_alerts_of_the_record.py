"""Warnings of the record as alerts: stable names, references, anchors; each delivered once."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from consultation.documents.parts import Line
from consultation.issuing.alerts import alert, alert_of
from consultation.issuing.carrying import carry
from consultation.issuing.consignments import consignments
from consultation.issuing.feed import feed, warning_entry
from consultation.issuing.notice_papers import notice_material
from consultation.issuing.outlets import outlets_of
from consultation.issuing.releases import released_step
from consultation.record.desk import Desk
from consultation.record.drafts import Draft
from consultation.record.refusals import Unknown
from consultation.record.warning_acts import Edited, Proposed, approve, edit, propose
from consultation.record.warning_releases import end, release
from consultation.record.warning_steps import Act
from consultation.record.warning_view import warning
from consultation.record.words import Bilingual
from foundation.errors import ConfigurationError
from tests.consultation.issuing.conftest import WANG, ZHAO, Opening, Receiver, Site
from tests.consultation.record.conftest import AREA, RUN, Clock

CAP = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}


def said(document: bytes, path: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(document).findall(path, CAP)]  # noqa: S314 - our own


def parameters(document: bytes) -> dict[str, str]:
    info = ET.fromstring(document).find("c:info", CAP)  # noqa: S314 - our own
    assert info is not None
    return {
        one.findtext("c:valueName", "", CAP): one.findtext("c:value", "", CAP)
        for one in info.findall("c:parameter", CAP)
    }


def act(desk: Desk, name: str) -> Act:
    return Act(warning=name, step=warning(desk, name).step, reason="会商一致，逆温持续")


def issued(desk: Desk) -> str:
    name = propose(desk, WANG, Proposed(run=RUN, area=AREA)).subject
    approve(desk, ZHAO, act(desk, name))
    release(desk, ZHAO, act(desk, name), "issued")
    return name


def rewritten(desk: Desk, name: str, level: int, state: Any) -> None:
    held = warning(desk, name).draft
    assert held is not None
    told = held.payload["notice"]
    draft = Draft(
        level=level, onset=told["onset"], end=told["end"], text=Bilingual(chinese="过程有变化"),
        reason="实况有变化",
    )  # fmt: skip
    edit(desk, WANG, Edited(warning=name, step=warning(desk, name).step, draft=draft))
    approve(desk, ZHAO, act(desk, name))
    release(desk, ZHAO, act(desk, name), state)


@pytest.fixture
def desk(opening: Opening) -> Desk:
    return opening()


def test_an_issued_warning_is_an_actual_alert_with_its_anchor(desk: Desk) -> None:
    name = issued(desk)
    exchange = outlets_of(desk).exchange
    made = alert(desk, exchange, name)
    assert said(made, "c:status") == ["Actual"]
    assert said(made, "c:msgType") == ["Alert"]
    assert said(made, "c:identifier") == [f"{name}.3"]
    row = warning(desk, name).entries[-1]
    assert parameters(made)["record anchor"] == row.anchor
    assert ZHAO.name not in made.decode()
    assert alert(desk, exchange, name) == made, "the same whenever it is made"
    instruction = said(made, "c:info/c:instruction")[0]
    for block in ("健康防护提示", "倡议性减排措施", "强制性减排措施"):
        assert block in instruction


def test_each_change_references_the_alert_it_changes(desk: Desk, clock: Clock) -> None:
    name = issued(desk)
    exchange = outlets_of(desk).exchange
    first = alert(desk, exchange, name)
    level = int(warning(desk, name).level)
    clock.forward(hours=3)
    rewritten(desk, name, min(level + 1, 3), "updated")
    second = alert(desk, exchange, name)
    clock.forward(hours=3)
    rewritten(desk, name, 1, "downgraded")
    third = alert(desk, exchange, name)
    clock.forward(hours=3)
    end(desk, ZHAO, act(desk, name), "lifted")
    last = alert(desk, exchange, name)
    for before, after in ((first, second), (second, third), (third, last)):
        told = ",".join(said(before, f"c:{tag}")[0] for tag in ("sender", "identifier", "sent"))
        assert said(after, "c:references") == [told]
    assert [said(one, "c:msgType")[0] for one in (second, third, last)] == ["Update", "Update", "Cancel"]
    assert said(last, "c:info/c:responseType") == ["AllClear", "AllClear"]
    assert "解除" in said(last, "c:info/c:headline")[0]
    assert "会商一致" in said(last, "c:info/c:description")[0]
    assert alert(desk, exchange, name, 3) == first
    titles = [one.text or "" for one in ET.fromstring(feed(desk, exchange)).findall(".//{*}entry/{*}title")]  # noqa: S314
    assert [title[:2] for title in titles] == ["解除", "降级", "升级", "发布"]


def of_level(desk: Desk, name: str, level: int, state: Any) -> None:
    """A new text as the program builds it, approved and sent."""
    held = warning(desk, name).draft
    assert held is not None
    told = held.payload["notice"]
    draft = Draft(level=level, onset=told["onset"], end=told["end"], reason="实况有变化")
    edit(desk, WANG, Edited(warning=name, step=warning(desk, name).step, draft=draft))
    approve(desk, ZHAO, act(desk, name))
    release(desk, ZHAO, act(desk, name), state)


def test_nothing_that_goes_out_proposes_or_names_another_level(desk: Desk, clock: Clock) -> None:
    """Alerts, the feed, notices on paper, messages: from an orange proposal over yellow to the lifting."""
    name = propose(desk, WANG, Proposed(run=RUN, area=AREA)).subject
    assert warning(desk, name).level == 2
    of_level(desk, name, 1, "issued")
    for level, state in ((3, "updated"), (2, "downgraded")):
        clock.forward(hours=1)
        of_level(desk, name, level, state)
    clock.forward(hours=1)
    end(desk, ZHAO, act(desk, name), "lifted")
    outlets = outlets_of(desk)
    allowed = {4: "黄", 7: "黄红", 10: "红橙", 11: "橙"}
    sent = {
        one.version: one for one in consignments(desk, outlets, desk.record.clock()) if name in one.product
    }
    for version, colours in allowed.items():
        one = released_step(warning(desk, name), version)
        paper = [
            part.text for part in notice_material(desk, one, outlets.exchange).parts if isinstance(part, Line)
        ]
        document = alert_of(one, outlets.exchange)
        words = [said(document, f"c:info/c:{tag}")[0] for tag in ("event", "headline", "description")]
        entry = warning_entry(one, outlets.exchange)
        parcel = sent[version].make("cap")
        for text in (*paper, *words, entry.title, entry.summary, parcel.subject, parcel.text):
            assert "建议" not in text
            assert "propos" not in text
            assert {colour for colour in "黄橙红" if f"{colour}色" in text} <= set(colours), (version, text)
        own = colours[-1]
        assert f"{own}色预警" in words[2]
        assert f"{own}色预警" in "".join(paper)


def test_a_draft_stays_a_draft(desk: Desk) -> None:
    exchange = outlets_of(desk).exchange
    name = propose(desk, WANG, Proposed(run=RUN, area=AREA)).subject
    with pytest.raises(Unknown, match="not issued"):
        alert(desk, exchange, name)
    approve(desk, ZHAO, act(desk, name))
    with pytest.raises(Unknown, match="not issued"):
        alert(desk, exchange, name)
    end(desk, ZHAO, act(desk, name), "cancelled")
    with pytest.raises(Unknown, match="not issued"):
        alert(desk, exchange, name)
    assert carry(desk, outlets_of(desk)) == []


def test_under_the_shipped_sender_nothing_actual_goes_out(desk: Desk, receiver: Receiver) -> None:
    issued(desk)
    outlets = outlets_of(desk)
    nobody = outlets.exchange.model_copy(update={"sender": "bogda.invalid"})
    unnamed = type(outlets)(nobody, outlets.delivery, outlets.ledger)
    found = carry(desk, unnamed)
    assert {one.status for one in found} == {"failed"}
    assert "placeholder" in found[0].detail
    assert receiver.taken == []


@pytest.mark.real_data
def test_every_alert_validates_against_the_schema(desk: Desk, clock: Clock, real_data: Path) -> None:
    schema = etree.XMLSchema(etree.parse(real_data / "exchange" / "CAP-v1.2.xsd"))
    name = issued(desk)
    exchange = outlets_of(desk).exchange
    alerts = [alert(desk, exchange, name)]
    for level, state in ((3, "updated"), (1, "downgraded")):
        clock.forward(hours=1)
        rewritten(desk, name, level, state)
        alerts.append(alert(desk, exchange, name))
    end(desk, ZHAO, act(desk, name), "cancelled")
    for one in [*alerts, alert(desk, exchange, name)]:
        schema.assertValid(etree.fromstring(one))


def test_several_at_once_deliver_once(opening: Opening, receiver: Receiver, tmp_path: Path) -> None:
    desks = [opening() for _ in range(3)]
    name = issued(desks[0])
    threads = [threading.Thread(target=carry, args=(desk, outlets_of(desk))) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.of(name)) == 1
    assert [file.name for file in (tmp_path / "out").iterdir()] == [f"bogda-warning-{name}.3-cap.xml"]
    assert carry(desks[1], outlets_of(desks[1])) == []


def test_what_a_process_left_is_delivered_after_a_time_under_the_same_key(
    opening: Opening, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies between claim and hand-over, and one that dies after it."""
    first = opening()
    name = issued(first)
    outlets = outlets_of(first)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("consultation.delivery.folder.put", dies)
        carry(first, outlets)
    second = opening()
    assert [one.status for one in carry(second, outlets_of(second))] == ["not-claimed", "delivered"]
    assert len(receiver.of(name)) == 1
    clock.forward(minutes=11)
    third = opening()
    assert [one.status for one in carry(third, outlets_of(third))] == ["delivered"]
    assert carry(third, outlets_of(third)) == []
    assert len(receiver.of(name)) == 1
    told = [one for one in third.record.entries(kind="delivery") if "left" in str(one.payload)]
    assert len(told) == 1


def test_a_failure_is_taken_up_again_later_and_not_for_ever(
    desk: Desk, receiver: Receiver, clock: Clock
) -> None:
    name = issued(desk)
    receiver.answers[:] = [503] * 50
    outlets = outlets_of(desk)
    assert sorted(one.status for one in carry(desk, outlets)) == ["delivered", "failed"]
    assert carry(desk, outlets) == [], "not at once"
    for _ in range(20):
        clock.forward(minutes=11)
        carry(desk, outlets)
    assert len(receiver.of(name)) == outlets.delivery.rounds.most


def test_an_alert_never_comes_after_its_end(desk: Desk, receiver: Receiver, clock: Clock) -> None:
    name = issued(desk)
    receiver.answers[:] = [503]
    outlets = outlets_of(desk)
    carry(desk, outlets)
    receiver.answers[:] = []
    clock.forward(minutes=1)
    end(desk, ZHAO, act(desk, name), "lifted")
    carry(desk, outlets)
    clock.forward(minutes=30)
    carry(desk, outlets)
    assert [said(one, "c:msgType")[0] for one in receiver.of(name)] == ["Alert", "Cancel"], (
        "one try, then the end"
    )


def test_what_is_old_is_not_delivered_to_a_new_target(desk: Desk, clock: Clock) -> None:
    issued(desk)
    clock.forward(hours=100)
    assert carry(desk, outlets_of(desk)) == []


def test_a_claim_must_outlast_a_delivery(opening: Opening, site: Site) -> None:
    site(retry_minutes=5, deadline_s=300, timeout_s=15)
    with pytest.raises(ConfigurationError, match=r"more than the 315 s .* got 5 min"):
        outlets_of(opening())
