"""Slots, due times, rungs and retention as functions of an instant."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ladder.circumstances import RUNGS
from flows.operations.clock import BEIJING, written
from flows.operations.jobs import filled
from flows.operations.retention import StoredRun, leaving
from flows.operations.rungs import next_step
from flows.operations.slots import begun, due, following, job_window, slots_of
from flows.site.configuration import SiteConfig
from flows.site.parts import JobConfig, RetentionConfig, ScheduleConfig
from foundation.configuration import parse_yaml, validate
from foundation.errors import ConfigurationError
from tests.flows.operations.conftest import schedule

SCHEDULE = schedule()
minutes = st.integers(0, 2 * 365 * 1440)
instants = minutes.map(lambda m: datetime(2026, 1, 1, tzinfo=BEIJING) + dt.timedelta(minutes=m))


@given(instants)
def test_at_every_instant_one_slot_is_due_and_another_follows(now: dt.datetime) -> None:
    found = due(SCHEDULE, now)
    assert len(found) == 1
    assert found[0].start <= now < found[0].useful_until == following(SCHEDULE, now).start
    assert found[0] == begun(SCHEDULE, now)[0]


@given(st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
def test_slots_of_a_day_follow_each_other(day: dt.date) -> None:
    found = slots_of(SCHEDULE, day)
    assert [slot.start for slot in found] == sorted(slot.start for slot in found)
    for slot in found:
        assert slot.reference_time <= slot.start < slot.done_by <= slot.deadline
        assert slot.reference_time.minute == 0
    assert len({slot.reference_time for slot in found}) == len(found)


outcomes = st.lists(st.sampled_from(["failed", "stopped", "killed", "lost"]), max_size=8)


@given(instants, outcomes)
def test_time_for_the_lowest_rung_is_always_kept(now: dt.datetime, past: list[str]) -> None:
    slot = due(SCHEDULE, now)[0]
    ended = written(now)
    attempts = [{"rung": RUNGS[min(n, 2)], "outcome": one, "ended": ended} for n, one in enumerate(past)]
    step = next_step(slot, attempts, SCHEDULE, now)
    reserve = SCHEDULE.reserve_minutes * 60
    if step.rung == "persistence":
        assert step.limit_s == reserve
    else:
        bound = next(end for end in (slot.done_by, slot.deadline, slot.useful_until) if end > now)
        assert (bound - now).total_seconds() - step.limit_s >= reserve * (2 - RUNGS.index(step.rung)) - 1e-6


@given(instants, outcomes, st.sampled_from(["failed", "stopped", "killed"]))
def test_a_further_failure_never_raises_the_rung(now: dt.datetime, past: list[str], more: str) -> None:
    slot = due(SCHEDULE, now)[0]
    made = [{"rung": "full", "outcome": one, "ended": written(now)} for one in past]
    before = next_step(slot, made, SCHEDULE, now).rung
    after = next_step(
        slot, [*made, {"rung": before, "outcome": more, "ended": written(now)}], SCHEDULE, now
    ).rung
    assert RUNGS.index(after) >= RUNGS.index(before)


def test_one_loss_does_not_lower_the_rung() -> None:
    slot = slots_of(SCHEDULE, dt.date(2026, 12, 11))[1]
    lost = {"rung": "full", "outcome": "lost", "ended": written(slot.start)}
    assert next_step(slot, [lost], SCHEDULE, slot.start).rung == "full"
    assert next_step(slot, [lost, lost], SCHEDULE, slot.start).rung == "statistical"


def test_hours_of_a_job_are_those_of_its_days() -> None:
    job = JobConfig(start="01:00", done_by="05:00", days=("sun",), commands=(("backtest",),))
    sunday = datetime(2026, 12, 13, 1, 0, tzinfo=BEIJING)
    assert job_window(job, sunday) == (sunday, sunday + dt.timedelta(hours=4))
    assert job_window(job, sunday + dt.timedelta(hours=4)) is None
    assert job_window(job, sunday + dt.timedelta(days=1)) is None


def test_places_of_a_command_are_filled() -> None:
    words = ("hindcast", "--from", "{day-60}", "--to", "{today}", "--store", "{store}", "{other}")
    assert filled(words, "/s", dt.date(2026, 3, 1)) == (
        "hindcast", "--from", "2025-12-31", "--to", "2026-03-01", "--store", "/s", "{other}",
    )  # fmt: skip


SLOT = "{name: final, start: 17:00, done_by: 18:00, chinese: 定稿, english: Final}"


def test_times_without_quotes_are_understood() -> None:
    parsed = validate(ScheduleConfig, parse_yaml(f"slots: [{SLOT}]", "site"), "site")
    assert (parsed.slots[0].start, parsed.slots[0].done_by, parsed.deadline) == ("17:00", "18:00", "20:00")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"slots: [{SLOT}, {SLOT}]", "same name"),
        (f"slots: [{SLOT}]\ndeadline: '17:30'", "after the deadline"),
        (f"slots: [{SLOT.replace('18:00', '16:00')}]", "not after start"),
        (f"slots: [{SLOT}]\nreserve_minutes: 70", "reserve_minutes"),
        (f"slots: [{SLOT.replace('17:00', '25:00')}]", "start"),
        (
            f"slots: [{SLOT}]\nlearning: {{start: 01:00, done_by: 02:00, commands: [[daily]]}}",
            "not run by a schedule",
        ),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        validate(ScheduleConfig, parse_yaml(text, "site"), "site")


def _run(day: int, *, whole: bool = True, size: int = 1 << 30) -> StoredRun:
    issued = datetime(2026, 11, day, tzinfo=UTC)
    name = f"demo/{issued:%Y%m%dT%H%M%SZ}"
    return StoredRun(name, Path(name), size, whole, issued, "", 0, {})


NOW = datetime(2026, 11, 30, tzinfo=UTC)


def test_neither_the_latest_whole_run_nor_one_of_the_record_goes() -> None:
    runs = [_run(29, whole=False), *(_run(day) for day in (20, 10, 5, 1))]
    found = leaving(runs, RetentionConfig(days=2), {"demo/20261105T000000Z"}, NOW)
    assert [one.run.name[5:13] for one in found] == ["20261101", "20261110"]


@given(st.sets(st.integers(1, 28), min_size=1), st.sets(st.integers(1, 28)), st.integers(1, 10))
def test_by_number_the_oldest_go(days: set[int], held: set[int], most: int) -> None:
    runs = [_run(day) for day in sorted(days, reverse=True)]
    names = {_run(day).name for day in held}
    gone = [one.run.name for one in leaving(runs, RetentionConfig(runs=most), names, NOW)]
    assert not set(gone) & names
    assert runs[0].name not in gone
    assert gone == sorted(gone)
    assert len(gone) <= max(0, len(runs) - most)


def test_by_size_the_oldest_go_until_it_fits() -> None:
    runs = [_run(day) for day in (20, 10, 5, 1)]
    found = leaving(runs, RetentionConfig(gib=2.5), (), NOW)
    assert [one.run.name[5:13] for one in found] == ["20261101", "20261105"]


def test_the_site_file_of_the_operators_page_is_one() -> None:
    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    block = page.split("```yaml\n")[1].split("```")[0]
    head = "name: page\nchinese: 页\nenglish: Page\ncase: demo\n"
    site = validate(SiteConfig, parse_yaml(head + block, "docs/operations.md"), "docs/operations.md")
    assert [slot.name for slot in site.schedule.slots] == ["morning", "draft", "update", "final"]
    assert site.schedule.learning is not None
    assert site.schedule.verification is not None
    assert site.alarms.targets
    assert site.deliver.targets
