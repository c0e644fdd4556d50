"""A command in a process group of its own: bounded in time and output, and gone as a whole in the end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Literal

from flows.operations.clock import Clock
from foundation.errors import RunError
from foundation.leftovers import start_of

Outcome = Literal["ended", "stopped", "killed"]

_LARGEST_OUT, _LARGEST_ERR = 4 << 20, 64 << 10
_POLL_S = 0.2
_JOIN_S = 5.0


@dataclass(frozen=True)
class Order:
    """What is started, and how long it may take.

    Attributes:
        command: program and arguments.
        limit_s: after so many seconds it is asked to end.
        grace_s: and after so many more it is ended.
        environment: added to that of this process.
        niceness: lower priority of work that can wait.
    """

    command: tuple[str, ...]
    limit_s: float
    grace_s: float
    environment: Mapping[str, str] = field(default_factory=dict)
    niceness: int = 0


@dataclass(frozen=True)
class Ended:
    """How it went.

    Attributes:
        outcome: `ended` by itself, `stopped` at its limit, `killed` by a signal from elsewhere.
        code: exit status, or minus the signal.
        out: end of its standard output, at most 4 MiB.
        err: end of its standard error, at most 64 KiB.
    """

    outcome: Outcome
    code: int
    out: str
    err: str

    @property
    def reason(self) -> str:
        """One line: its last word, or the signal."""
        if self.outcome == "stopped":
            return "it took longer than it may"
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        said = next(
            (line for line in reversed(lines) if line.startswith("bogda: ")), lines[-1] if lines else ""
        )
        if self.outcome == "killed":
            return f"ended by signal {-self.code}" + (f"; {said[:200]}" if said else "")
        return said.removeprefix("bogda: ")[:300] or f"exit status {self.code} without a word"


class _Tail(threading.Thread):
    """Reads a pipe to its end and keeps the last of it."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        """Begin to read."""
        super().__init__(daemon=True)
        self._stream, self._most, self._kept = stream, most, bytearray()
        self.start()

    def run(self) -> None:
        """Read until nobody writes any more."""
        with self._stream, contextlib.suppress(OSError, ValueError):
            while piece := os.read(self._stream.fileno(), 1 << 16):
                self._kept += piece
                if len(self._kept) > 2 * self._most:
                    del self._kept[: -self._most]

    def text(self) -> str:
        """What is kept; a grandchild that holds the pipe keeps nobody waiting."""
        self.join(_JOIN_S)
        return bytes(self._kept[-self._most :]).decode("utf-8", "replace")


def supervise(
    order: Order, clock: Clock, begun: Callable[[int], None], watch: Callable[[], bool] = lambda: False
) -> Ended:
    """Start a command and see it through.

    Args:
        order: what, and how long.
        clock: time of the limits.
        begun: told the process once it runs.
        watch: called several times a second; asks it to end by True.

    Raises:
        RunError: when it cannot be started.
    """
    process = _started(order)
    tails: tuple[_Tail, ...] = ()
    try:
        tails = (_Tail(_pipe(process.stdout), _LARGEST_OUT), _Tail(_pipe(process.stderr), _LARGEST_ERR))
        begun(process.pid)
        stopped = _seen_through(process, order, clock, watch)
    finally:
        _end_group(process)
    code = process.returncode
    outcome: Outcome = "stopped" if stopped else "killed" if code < 0 else "ended"
    return Ended(outcome, code, tails[0].text(), tails[1].text())


def _started(order: Order) -> subprocess.Popen[bytes]:
    quiet = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    command = (("nice", "-n", str(order.niceness)) if order.niceness else ()) + order.command
    try:
        return subprocess.Popen(  # noqa: S603 - this program itself, with arguments of the configuration
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **quiet, **order.environment}, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise RunError(
            f"cannot start: {error.strerror or error}",
            where=command[0],
            remedy="Check memory and the installation",
        ) from error


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise RunError("no pipe to the worker")
    return stream


def _seen_through(
    process: subprocess.Popen[bytes], order: Order, clock: Clock, watch: Callable[[], bool]
) -> bool:
    """Wait for the end; whether it had to be asked for."""
    begun = clock.now()
    while not _is_over(process):
        if watch() or (clock.now() - begun).total_seconds() >= order.limit_s:
            _ask_to_end(process, order.grace_s, clock)
            return True
        clock.sleep(_POLL_S)
    return False


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process ended; it is not reaped, so that the number of its group stays its own."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _ask_to_end(process: subprocess.Popen[bytes], grace_s: float, clock: Clock) -> None:
    _signal(process.pid, signal.SIGTERM)
    asked = clock.now()
    while not _is_over(process) and (clock.now() - asked).total_seconds() < grace_s:
        clock.sleep(_POLL_S)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End whatever is left of the group, then take the leader's exit status."""
    _signal(process.pid, signal.SIGKILL)
    process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end_left_over(process: int, grace_s: float, clock: Clock) -> None:
    """End the group of a worker whose scheduler is gone."""
    _signal(process, signal.SIGTERM)
    asked = clock.now()
    while start_of(process) and (clock.now() - asked).total_seconds() < grace_s:
        clock.sleep(_POLL_S)
    _signal(process, signal.SIGKILL)
