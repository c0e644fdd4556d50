"""Warnings: no state is skipped, two persons, lead, scope, measures, one delivery."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from consultation.record.chain import Actor, Entry, canonical
from consultation.record.deliveries import Deliveries, DeliveryKey
from consultation.record.desk import Desk, open_desk
from consultation.record.drafts import Draft
from consultation.record.refusals import NotAcceptable, NotPermitted, Refusal, Unknown
from consultation.record.transitions import NONE, STATES
from consultation.record.verification import verify
from consultation.record.warning_acts import Edited, Proposed, approve, edit, propose
from consultation.record.warning_releases import end, release
from consultation.record.warning_steps import Act
from consultation.record.warning_view import warning, warnings_of
from tests.consultation.record.conftest import AREA, RUN, Clock
from tests.consultation.record.raw_rows import forged, insert

People = dict[str, Actor]
Acting = Callable[[int], Act]


def draft(level: int = 2, **values: object) -> Draft:
    return Draft.model_validate(
        {
            "level": level,
            "onset": "2026-12-12T00:00:00Z",
            "end": "2026-12-15T00:00:00Z",
            "text": {"chinese": "预计出现重污染过程"},
            "reason": "会商后修改",
            **values,
        }
    )


def test_the_whole_course_of_an_orange_warning(
    desk: Desk, people: People, proposed: Entry, act: Acting, clock: Clock
) -> None:
    assert proposed.transition is not None
    assert proposed.transition.level == 2
    approve(desk, people["second"], act(1))
    issued = release(desk, people["second"], act(2), "issued")
    assert (issued.payload["written_by"], issued.payload["approved_by"]) == ("first", "second")
    assert issued.payload["references"] == []
    edit(desk, people["first"], Edited(warning=proposed.subject, step=3, draft=draft(level=3)))
    held = warning(desk, proposed.subject)
    assert held.in_force is not None
    assert held.in_force.sequence == issued.sequence, "a draft does not change what is in force"
    approve(desk, people["third"], act(4))
    updated = release(desk, people["second"], act(5), "updated")
    assert updated.payload["references"] == [{"version": 3, "sent": issued.time, "anchor": issued.anchor}]
    edit(desk, people["first"], Edited(warning=proposed.subject, step=6, draft=draft(level=1)))
    approve(desk, people["second"], act(7))
    with pytest.raises(Refusal, match="cannot become updated"):
        release(desk, people["second"], act(8), "updated")
    release(desk, people["second"], act(8), "downgraded")
    clock.forward(days=3)
    lifted = end(desk, people["second"], act(9), "lifted")
    assert lifted.payload["notice"]["level"]["english"] == "yellow"
    assert warnings_of(desk, only_open=True) == []
    assert verify(desk.record.database).whole


def test_a_forecaster_cannot_approve_nor_an_administrator(desk: Desk, people: People, act: Acting) -> None:
    for name in ("first", "weather-office", "guest", "keeper"):
        with pytest.raises(NotPermitted, match="may not approve"):
            approve(desk, people[name], act(1))


def test_nobody_approves_his_own_orange_words(
    desk: Desk, people: People, proposed: Entry, act: Acting
) -> None:
    edit(desk, people["second"], Edited(warning=proposed.subject, step=1, draft=draft()))
    with pytest.raises(NotPermitted, match="two persons"):
        approve(desk, people["second"], act(2))
    approve(desk, people["third"], act(2))


def test_one_person_may_do_for_yellow(desk: Desk, people: People, proposed: Entry, act: Acting) -> None:
    edit(desk, people["second"], Edited(warning=proposed.subject, step=1, draft=draft(level=1)))
    approve(desk, people["second"], act(2))


def test_an_edit_takes_the_approval_away(desk: Desk, people: People, proposed: Entry, act: Acting) -> None:
    approve(desk, people["second"], act(1))
    edit(desk, people["first"], Edited(warning=proposed.subject, step=2, draft=draft()))
    with pytest.raises(Refusal, match="cannot become issued"):
        release(desk, people["second"], act(3), "issued")


def test_issuing_twice_is_refused(desk: Desk, people: People, act: Acting) -> None:
    approve(desk, people["second"], act(1))
    release(desk, people["second"], act(2), "issued")
    with pytest.raises(Refusal, match="you saw step 2"):
        release(desk, people["second"], act(2), "issued")
    with pytest.raises(Refusal, match="cannot become issued"):
        release(desk, people["second"], act(3), "issued")


def _raw(store: Path, proposed: Entry, step: int, before: str, after: str, **values: object) -> None:
    row = {"kind": "warning", "subject": proposed.subject, "step": step, "before": before, "after": after,
           "level": 2, "payload": canonical({"reason": "x"})}  # fmt: skip
    insert(store, forged(store, **(row | values)))


@pytest.mark.parametrize(
    "after", [state for state in STATES if state not in ("edited", "approved", "cancelled")]
)
def test_raw_sql_cannot_skip_a_state(store: Path, proposed: Entry, after: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="may not follow"):
        _raw(store, proposed, 2, "proposed", after)


def test_raw_sql_cannot_lie_about_the_state_it_is_in(store: Path, proposed: Entry) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="not the state"):
        _raw(store, proposed, 2, "approved", "issued")
    with pytest.raises(sqlite3.IntegrityError, match="left out"):
        _raw(store, proposed, 3, "approved", "issued")
    with pytest.raises(sqlite3.IntegrityError, match="may not follow"):
        _raw(store, proposed, 1, NONE, "issued", subject="another-warning")
    with pytest.raises(sqlite3.IntegrityError, match=r"may not follow|entries_warning"):
        _raw(store, proposed, 2, "proposed", "released")


def test_raw_sql_cannot_do_with_one_person(store: Path, proposed: Entry) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="two persons"):
        _raw(store, proposed, 2, "proposed", "approved", actor="first")
    with pytest.raises(sqlite3.IntegrityError, match="changes the level"):
        _raw(store, proposed, 2, "proposed", "approved", actor="first", level=1)


def test_a_skipped_state_is_also_found_when_the_triggers_were_removed(
    desk: Desk, store: Path, proposed: Entry
) -> None:
    row = {"kind": "warning", "subject": proposed.subject, "step": 2, "before": "proposed", "after": "issued",
           "level": 2}  # fmt: skip
    insert(store, forged(store, **row), without_triggers=True)
    broken = verify(desk.record.database).broken
    assert broken is not None
    assert broken.sequence == 2
    assert "may not follow" in broken.english


def test_one_open_warning_for_an_area_and_a_kind(
    desk: Desk, people: People, proposed: Entry, act: Acting
) -> None:
    with pytest.raises(Refusal, match="has not ended"):
        propose(desk, people["first"], Proposed(run=RUN, area=AREA))
    propose(desk, people["first"], Proposed(run=RUN, area=AREA, draft=draft(level=1, kind="dust")))
    end(desk, people["second"], act(1), "cancelled")
    again = propose(desk, people["first"], Proposed(run=RUN, area=AREA))
    assert again.subject not in (proposed.subject, "")


def test_a_short_lead_is_flagged_and_not_refused(desk: Desk, people: People, act: Acting) -> None:
    approve(desk, people["second"], act(1))
    onset = warning(desk, act(1).warning).entries[0].payload["notice"]["onset"]
    assert onset == "2026-12-10T16:00:00Z"
    issued = release(desk, people["second"], act(2), "issued")
    assert issued.payload["lead"] == {"hours": 10.0, "sufficient": False, "required": 24}


def test_a_lead_of_a_day_suffices(desk: Desk, people: People, clock: Clock) -> None:
    onset = f"{clock.now:%Y-%m-}11T06:00:00Z"
    made = propose(desk, people["first"], Proposed(run=RUN, area="urumqi", draft=draft(onset=onset)))
    assert made.payload["lead"] == {"hours": 24.0, "sufficient": True, "required": 24}


def test_three_blocks_of_measures_and_counties(proposed: Entry) -> None:
    made = proposed.payload["notice"]
    assert [block["chinese"] for block in made["blocks"]] == [
        "健康防护提示",
        "倡议性减排措施",
        "强制性减排措施",
    ]
    assert all(block["measures"] for block in made["blocks"])
    assert {"id": "shawan", "chinese": "沙湾", "english": "Shawan", "adcode": "654203"} in made["counties"]


def test_dust_never_gets_the_stoppages_for_particles(desk: Desk, people: People) -> None:
    wanted = Proposed(run=RUN, area="kui-du-wu", draft=draft(level=3, kind="dust"))
    made = propose(desk, people["first"], wanted).payload["notice"]
    ordered = [measure["id"] for block in made["blocks"] for measure in block["measures"]]
    assert "dust-cover" in ordered
    assert not [name for name in ordered if name.startswith(("industry", "trucks", "earthworks"))]
    assert made["level"]["response"] is None
    assert made["expected_effect"]["known"] is False
    blocks = {"health_protection": ["dust-mask"], "voluntary_reductions": ["firms-cover"],
              "mandatory_reductions": ["industry-red"]}  # fmt: skip
    with pytest.raises(NotAcceptable, match="industry-red"):
        propose(
            desk,
            people["first"],
            Proposed(run=RUN, area="karamay", draft=draft(kind="dust", measures=blocks)),
        )


def test_counties_outside_the_area_are_refused(desk: Desk, people: People) -> None:
    with pytest.raises(NotAcceptable, match="kuitun"):
        propose(
            desk, people["first"], Proposed(run=RUN, area=AREA, draft=draft(counties=["urumqi", "kuitun"]))
        )


def test_without_tags_the_effect_is_said_to_be_unknown(proposed: Entry) -> None:
    effect = proposed.payload["notice"]["expected_effect"]
    assert effect["known"] is False
    assert effect["reason"]["chinese"]
    assert effect["reason"]["english"]


def test_unknown_runs_and_areas(desk: Desk, people: People) -> None:
    for run in ("demo/20200101T000000Z", "demo.20200101T000000Z"):
        with pytest.raises(Unknown):
            propose(desk, people["first"], Proposed(run=run, area=AREA))
    with pytest.raises(Unknown):
        propose(desk, people["first"], Proposed(run=RUN, area="atlantis", draft=draft()))


# Deliveries

KEY = DeliveryKey("warning-1", "3", "folder")


def test_a_delivery_is_claimed_once_and_recorded(desk: Desk, clock: Clock) -> None:
    ledger = Deliveries(desk.record, 10)
    assert ledger.claim(KEY)
    assert not ledger.claim(KEY)
    ledger.finish(KEY, "failed", "no answer")
    assert ledger.claim(KEY), "what failed may be tried again"
    ledger.finish(KEY, "delivered", "accepted")
    clock.forward(days=1)
    assert not ledger.claim(KEY)
    ledger.finish(KEY, "failed", "too late")
    (held,) = ledger.all("warning-1")
    assert (held.status, held.attempts, held.detail) == ("delivered", 2, "accepted")
    told = [entry.payload["status"] for entry in desk.record.entries(kind="delivery")]
    assert told == ["failed", "delivered"]


def test_a_claim_that_was_left_is_given_anew_and_told(desk: Desk, clock: Clock) -> None:
    ledger = Deliveries(desk.record, 10)
    assert ledger.claim(KEY)
    clock.forward(minutes=9, seconds=59)
    assert not ledger.claim(KEY)
    clock.forward(seconds=1)
    assert ledger.claim(KEY)
    assert [entry.payload["status"] for entry in desk.record.entries(kind="delivery")] == ["left unfinished"]


def _deliver(store: str, folder: str) -> None:
    desk = open_desk(store)
    ledger = Deliveries(desk.record, 10)
    for version in range(10):
        key = DeliveryKey("warning-1", str(version), "folder")
        if ledger.claim(key):
            with (Path(folder) / str(version)).open("a", encoding="utf-8") as file:
                file.write("x")
            ledger.finish(key, "delivered", "written")
    desk.close()


def test_several_processes_deliver_each_once(desk: Desk, store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "delivered"
    folder.mkdir()
    desk.close()  # no connection may be carried into another process
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_deliver, args=(str(store), str(folder))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert {file.name: file.read_text() for file in folder.iterdir()} == {str(n): "x" for n in range(10)}
    assert verify(desk.record.database).whole
