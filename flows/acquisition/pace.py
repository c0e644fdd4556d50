"""How often a server is asked."""

from __future__ import annotations

import threading
import time

from flows.acquisition.line_errors import too_long

__all__ = ["Pace"]


class Pace:
    """No more requests in a minute than a server allows; shared by all lines to it."""

    def __init__(self, requests_per_min: float | None) -> None:
        """Start at once."""
        self._step = 60.0 / requests_per_min if requests_per_min else 0.0
        self._lock, self._next = threading.Lock(), 0.0

    def wait(self, ends: float) -> None:
        """Wait for one's turn.

        Raises:
            NotArrivedError: when it comes after `ends`.
        """
        with self._lock:
            turn = max(self._next, time.monotonic())
            if turn > ends:
                raise too_long()
            self._next = turn + self._step
        time.sleep(max(turn - time.monotonic(), 0.0))
