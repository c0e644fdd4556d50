"""Alarms: each cause of a slot once, written down first, then carried to the targets beside the work."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consultation.delivery.configuration import DeliveryConfig, delivery_config
from consultation.delivery.dispatch import deliver
from consultation.delivery.ledger import DeliveryKey, Status
from consultation.delivery.parcel import Parcel
from flows.operations.clock import Clock, written
from flows.operations.journal import Journal
from flows.operations.register import read_json, write_json
from flows.operations.station import Station

FOLDER = "alarms"


@dataclass(frozen=True)
class Alarm:
    """Something a person should look at.

    Attributes:
        cause: one word, such as `no-product`.
        subject: slot or day that it concerns.
    """

    cause: str
    subject: str
    chinese: str
    english: str

    @property
    def key(self) -> str:
        """The same cause of the same slot is one alarm."""
        return f"{self.subject}-{self.cause}"


class AlarmLedger:
    """What became of an alarm at each target, in the alarm's own file.

    The lock of the schedule leaves one process to send; so a claim needs no more than a look.

    Args:
        file: of the alarm.
    """

    def __init__(self, file: Path) -> None:
        """Read nothing yet."""
        self._file = file

    def claim(self, key: DeliveryKey) -> bool:
        """Whether this target has not been reached."""
        held: dict[str, str] = self._outcomes().get(key.target, {})
        return held.get("status") != "delivered"

    def finish(self, key: DeliveryKey, status: Status, detail: str) -> None:
        """Say how it went."""
        document = read_json(self._file) or {}
        document["outcomes"] = self._outcomes() | {key.target: {"status": status, "detail": detail}}
        with contextlib.suppress(OSError):
            write_json(self._file, document)

    def _outcomes(self) -> dict[str, Any]:
        outcomes: dict[str, Any] = (read_json(self._file) or {}).get("outcomes", {})
        return outcomes


class Alarms:
    """Raises alarms.

    Args:
        station: whose.
        clock: their time.
        journal: where they are told too.
    """

    def __init__(self, station: Station, clock: Clock, journal: Journal) -> None:
        """Start no thread yet."""
        self._station, self._clock, self._journal = station, clock, journal
        self._folder = station.store / "operations" / FOLDER
        self._raised: set[str] = set()
        self._waiting: queue.SimpleQueue[Alarm] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._idle = threading.Event()
        self._idle.set()

    def raise_once(self, alarm: Alarm) -> bool:
        """Raise an alarm unless it was; whether it was raised now."""
        file = self._folder / f"{alarm.key}.json"
        if alarm.key in self._raised or file.exists():
            return False
        self._raised.add(alarm.key)
        told = {
            **alarm.__dict__,
            "time": written(self._clock.now()),
            "site": self._station.name,
            "outcomes": {},
        }
        with contextlib.suppress(
            OSError
        ):  # of a store out of reach; the journal then writes to standard error
            write_json(file, told)
        self._journal.say("alarm", cause=alarm.cause, subject=alarm.subject, detail=alarm.chinese)
        if self._station.alarms.targets:
            self._idle.clear()
            self._waiting.put(alarm)
            self._wake()
        return True

    def wait(self, seconds: float) -> bool:
        """Wait until all were carried; whether they were."""
        return self._idle.wait(seconds)

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._carry, name="bogda-alarms", daemon=True)
            self._thread.start()

    def _carry(self) -> None:
        while True:
            alarm = self._waiting.get()
            try:
                self._send(alarm)
            except Exception as error:  # noqa: BLE001 - the thread lives on; the journal has it
                self._journal.say(
                    "alarm-not-sent", cause=alarm.cause, detail=f"{type(error).__name__}: {error}"
                )
            if self._waiting.empty():
                self._idle.set()

    def _send(self, alarm: Alarm) -> None:
        ledger = AlarmLedger(self._folder / f"{alarm.key}.json")
        for outcome in deliver([parcel_of(alarm, self._station)], self._targets(), ledger):
            self._journal.say(
                f"alarm-{outcome.status}", cause=alarm.cause, target=outcome.key.target, detail=outcome.detail
            )

    def _targets(self) -> DeliveryConfig:
        return delivery_config().model_copy(update={"targets": self._station.alarms.targets})


def parcel_of(alarm: Alarm, station: Station) -> Parcel:
    """An alarm as it is sent: a JSON document and two lines for people."""
    told = {"format": "bogda-alarm-1", "site": station.name, **alarm.__dict__}
    return Parcel(
        product=f"alarm/{station.name}/{alarm.key}", version="1", form="json",
        file_name=f"bogda-alarm-{alarm.key}.json", media_type="application/json",
        content=(json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode(),
        subject=f"【告警】{station.chinese}：{alarm.chinese[:80]}",
        text=f"{station.chinese}：{alarm.chinese}\n{station.english}: {alarm.english}\n",
    )  # fmt: skip


def latest_alarms(store: str | Path, count: int = 5) -> list[dict[str, Any]]:
    """The last alarms, latest first."""
    try:
        files = sorted(Path(store, "operations", FOLDER).glob("*.json"), reverse=True)[:40]
    except OSError:
        return []
    found = [document for document in map(read_json, files) if document is not None]
    return sorted(found, key=lambda one: str(one.get("time", "")), reverse=True)[:count]
