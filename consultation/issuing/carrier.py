"""A thread that carries what is due after an act, so that no request waits for a target."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from consultation.issuing.carrying import carry
from consultation.issuing.outlets import Outlets, outlets_of
from consultation.record.desk import Desk
from foundation.errors import BogdaError

_LOG = logging.getLogger(__name__)


class Wakeable(Protocol):
    """What is told that something went out."""

    def wake(self) -> None:
        """Look at what is due."""
        ...


class Carrier:
    """Carries in the background; without targets it does nothing.

    Args:
        desk: where people consult.
        outlets: who sends and whereto.
    """

    def __init__(self, desk: Desk, outlets: Outlets) -> None:
        """Start no thread yet."""
        self._desk, self._outlets = desk, outlets
        self._woken, self._over = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @classmethod
    def of(cls, desk: Desk) -> Carrier:
        """The carrier of a desk.

        Raises:
            ConfigurationError: when its settings cannot be used.
        """
        return cls(desk, outlets_of(desk))

    @property
    def outlets(self) -> Outlets:
        """Who sends and whereto."""
        return self._outlets

    def wake(self) -> None:
        """Look at what is due, soon and in another thread."""
        if not self._outlets.delivery.targets or self._over.is_set():
            return
        self._woken.set()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bogda-carrier", daemon=True)
                self._thread.start()

    def close(self, seconds: float = 5.0) -> None:
        """Begin nothing more, and wait a little for what is under way; its claim outlives the process."""
        self._over.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        again = self._outlets.delivery.rounds.again_minutes * 60.0
        while True:
            self._woken.wait(again)
            if self._over.is_set():
                return
            self._woken.clear()
            try:
                carry(self._desk, self._outlets)
            except BogdaError as error:
                _LOG.error("deliveries: %s", error)
            except Exception:  # noqa: BLE001 - the thread lives on, the log has it
                _LOG.exception("deliveries: an unforeseen fault; they are taken up again later")
