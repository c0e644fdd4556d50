"""The log: a JSON line for each event with the run's id, in files that are turned over and bounded."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
from pathlib import Path
from typing import Any

from flows.operations.clock import Clock, written

JOURNAL = "operations.jsonl"
_LARGEST_BYTES, _KEPT = 8 << 20, 8


class Journal:
    """Writes events; several processes may.

    Args:
        folder: of the operations; the files lie in its `log/`.
        clock: gives the time of each.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Write nothing yet."""
        self._file, self._clock = folder / "log" / JOURNAL, clock

    def say(self, event: str, run: str = "", **facts: Any) -> None:
        """Write an event down; where the disk does not take it, it goes to standard error.

        Args:
            event: what happened.
            run: id of the attempt concerned.
            **facts: what is known of it.
        """
        told = {"time": written(self._clock.now()), "run": run, "event": event, **facts}
        line = json.dumps(told, ensure_ascii=False, default=str) + "\n"
        try:
            self._write(line.encode())
        except OSError:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(line)

    def _write(self, line: bytes) -> None:
        self._file.parent.mkdir(exist_ok=True)
        file = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            if os.fstat(file).st_size + len(line) > _LARGEST_BYTES:
                self._turn(file)
                os.close(file)
                file = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
            os.write(file, line)
        finally:
            os.close(file)

    def _turn(self, file: int) -> None:
        """Put the full file aside, once, whoever comes first."""
        fcntl.flock(file, fcntl.LOCK_EX)
        if not self._file.exists() or os.fstat(file).st_ino != self._file.stat().st_ino:
            return
        for number in range(_KEPT - 1, 0, -1):
            older = self._file.with_name(f"{JOURNAL}.{number}")
            if older.exists():
                older.replace(self._file.with_name(f"{JOURNAL}.{number + 1}"))
        self._file.replace(self._file.with_name(f"{JOURNAL}.1"))


def last_line(file: Path, most: int = 8192) -> dict[str, Any] | None:
    """The last whole line of a file of JSON lines; None where there is none."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - most))
            lines = stream.read().split(b"\n")[:-1]
    except OSError:
        return None
    for line in reversed(lines):
        with contextlib.suppress(ValueError):
            document = json.loads(line)
            if isinstance(document, dict):
                return document
    return None
