"""Trying again, with waits that grow and all ends bounded."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from consultation.delivery.configuration import RetryConfig

_AGAIN_S = 0.5


class PassingError(Exception):
    """A failure that may pass: the target is busy, or cannot be reached; `wait_s` is what it asked for."""

    def __init__(self, detail: str, wait_s: float = 0.0) -> None:
        """Say what happened, in one line without secrets."""
        self.wait_s = wait_s
        super().__init__(detail)


class RefusedError(Exception):
    """A failure that trying again does not mend."""


@dataclass(frozen=True)
class Allowance:
    """Seconds that one attempt may take: for each wait on the line, and as a whole."""

    step_s: float
    whole_s: float


@dataclass(frozen=True)
class Clock:
    """Time as a delivery sees it; a test gives its own."""

    now: Callable[[], float] = field(default=time.monotonic)
    sleep: Callable[[float], None] = field(default=time.sleep)


def waits(config: RetryConfig) -> tuple[float, ...]:
    """Seconds before the second attempt, the third, and so on."""
    return tuple(
        min(config.first_wait_s * config.factor**n, config.longest_wait_s) for n in range(config.attempts - 1)
    )


def attempted(attempt: Callable[[Allowance], str], config: RetryConfig, clock: Clock) -> str:
    """Try until it works, the attempts are spent, or the deadline leaves no room.

    Args:
        attempt: takes the time it may use, gives what the target said.
        config: attempts, waits, deadline.
        clock: time.

    Raises:
        RefusedError: at once, where trying again does not help; and with the last failure in the end.
    """
    begun, last = clock.now(), ""
    pauses = (*waits(config), 0.0)
    for number, pause in enumerate(pauses, start=1):
        left = config.deadline_s - (clock.now() - begun)
        if left <= 0:
            break
        try:
            whole = min(config.attempt_s, left)
            return attempt(Allowance(min(config.timeout_s, whole), whole))
        except PassingError as failure:
            last = f"attempt {number} of {config.attempts}: {failure}"
            wait = min(max(pause, failure.wait_s), config.longest_wait_s)
        if number < len(pauses):
            if clock.now() - begun + wait >= config.deadline_s:
                break
            clock.sleep(wait)
    raise RefusedError(last or "the deadline passed before the first attempt")


def longest_seconds(config: RetryConfig) -> float:
    """How long one delivery can take at most, the last wait on the line included."""
    return config.deadline_s + config.timeout_s


@contextlib.contextmanager
def cut_off(seconds: float, cut: Callable[[], None]) -> Iterator[None]:
    """Run a block, and cut its line when it has taken too long: a target that drips keeps nobody waiting.

    Args:
        seconds: after which it is cut.
        cut: makes the block fail; what it raises is dropped, for the line may be gone already.
    """
    over = threading.Event()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            with contextlib.suppress(OSError, AttributeError):
                cut()
            wait = _AGAIN_S  # while the line is being secured it cannot be cut yet

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        over.set()
