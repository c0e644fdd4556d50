"""Random acts by random people: a warning is never in a state that the rules do not allow."""

from __future__ import annotations

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from consultation.record.chain import Actor, Transition
from consultation.record.desk import Desk, open_desk
from consultation.record.refusals import Refusal
from consultation.record.transitions import RELEASED, STATES
from consultation.record.verification import verify
from consultation.record.warning_steps import add_step
from consultation.record.warning_view import WARNING, course

PEOPLE = st.sampled_from(
    [Actor("first", "forecaster"), Actor("second", "approver"), Actor("third", "approver")]
)


def machine(template: Path) -> type[RuleBasedStateMachine]:  # noqa: C901 - one class with all its rules
    """The machine over copies of a store."""

    class Acts(RuleBasedStateMachine):
        desk: Desk
        folder: Path

        def __init__(self) -> None:
            super().__init__()
            self.folder = Path(tempfile.mkdtemp())
            shutil.copytree(template, self.folder / "store")
            self.desk = open_desk(self.folder / "store")

        @rule(actor=PEOPLE, after=st.sampled_from(STATES), level=st.integers(0, 4))
        def through_the_program(self, actor: Actor, after: str, level: int) -> None:
            """The program's own last check, without the rights that the acts ask for before it."""
            with self.desk.record.writing() as writer:
                held = course(writer.connection, "w")
                if held.entries:
                    try:
                        add_step(writer, actor, held, (after, held.step, level or held.level), {})
                    except Refusal:
                        return

        @rule(actor=PEOPLE, before=st.sampled_from(["none", *STATES]), after=st.sampled_from(STATES),
              step=st.integers(0, 6), level=st.integers(0, 4))  # fmt: skip
        def straight_into_the_table(
            self, actor: Actor, before: str, after: str, step: int, level: int
        ) -> None:
            """What the program never writes, and the data base must refuse or be right to take."""
            from sqlalchemy.exc import IntegrityError

            try:
                with self.desk.record.writing() as writer:
                    writer.append(actor, WARNING, "w", {}, Transition(step, before, after, level))
            except IntegrityError:
                return

        @invariant()
        def every_rule_holds(self) -> None:
            """Judged by the rules as the text has them, not by the program's table."""
            with self.desk.record.database.reading() as connection:
                entries = course(connection, "w").entries
            states = [entry.transition.after for entry in entries if entry.transition]
            assert not states or states[0] == "proposed"
            assert states.count("issued") <= 1
            for before, after in pairwise(entries):
                assert before.transition is not None
                assert after.transition is not None
                assert after.transition.step == before.transition.step + 1
                assert before.transition.after not in ("lifted", "cancelled")
                if after.transition.after in RELEASED:
                    assert before.transition.after == "approved"
                    assert after.transition.level == before.transition.level
                if after.transition.after == "approved" and after.transition.level > 1:
                    assert before.actor != after.actor
                if after.transition.after == "lifted":
                    assert "issued" in states
            assert verify(self.desk.record.database).whole

        def teardown(self) -> None:
            self.desk.close()
            shutil.rmtree(self.folder)

    return Acts


def test_random_acts_reach_no_illegal_state(stored_run: Path) -> None:
    template = stored_run.parents[2]
    (template / "runs").rename(template / "runs-aside")
    try:
        run_state_machine_as_test(
            machine(template), settings=settings(max_examples=15, stateful_step_count=20, deadline=None)
        )
    finally:
        (template / "runs-aside").rename(template / "runs")


@pytest.mark.parametrize("state", ["issued", "approved"])
def test_the_machine_can_reach_what_it_judges(desk: Desk, state: str) -> None:
    """The course up to a state is possible at all, so that the test above is about something."""
    with desk.record.writing() as writer:
        writer.append(Actor("first", "forecaster"), WARNING, "w", {}, Transition(1, "none", "proposed", 2))
        writer.append(Actor("second", "approver"), WARNING, "w", {}, Transition(2, "proposed", "approved", 2))
        if state == "issued":
            writer.append(
                Actor("second", "approver"), WARNING, "w", {}, Transition(3, "approved", "issued", 2)
            )
    with desk.record.database.reading() as connection:
        assert course(connection, "w").state == state
