"""A desk over a store with one run, people of every role, and a clock that can be set."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consultation.record.chain import Actor, Entry
from consultation.record.desk import Desk, open_desk
from consultation.record.warning_acts import Proposed, propose
from consultation.record.warning_steps import Act
from consultation.warnings import write_warnings

RUN = "demo/20261209T160000Z"
AREA = "wu-chang-shi"


class Clock:
    """Tells the time that it was set to."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 12, 10, 6, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


@pytest.fixture(scope="session")
def stored_run(tmp_path_factory: pytest.TempPathFactory, make_run: Callable[..., Path]) -> Path:
    """The folder of a run with proposals of warnings, in a store with an empty record."""
    folder = tmp_path_factory.mktemp("store") / "runs" / RUN
    make_run(folder, hourly=False, complete=False)
    write_warnings(folder)
    open_desk(folder.parents[2]).close()
    return folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, stored_run: Path) -> Path:
    """A store of its own for each test, with the tables made."""
    shutil.copytree(stored_run.parents[2], tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def desk(store: Path, clock: Clock) -> Iterator[Desk]:
    opened = open_desk(store, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def people() -> dict[str, Actor]:
    return {
        "first": Actor("first", "forecaster"),
        "weather-office": Actor("weather-office", "meteorologist"),
        "second": Actor("second", "approver"),
        "third": Actor("third", "approver"),
        "guest": Actor("guest", "viewer"),
        "keeper": Actor("keeper", "administrator"),
    }


@pytest.fixture
def proposed(desk: Desk, people: dict[str, Actor]) -> Entry:
    """A warning that the forecaster took over from the run."""
    return propose(desk, people["first"], Proposed(run=RUN, area=AREA))


@pytest.fixture
def act(proposed: Entry) -> Callable[[int], Act]:
    """An act on that warning by someone who saw it at a step."""
    return lambda step: Act(warning=proposed.subject, step=step, reason="会商一致")
