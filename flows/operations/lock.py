"""One at a time: a lock that the kernel gives back when its process is gone, however it went."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.operations.register import read_json
from foundation.leftovers import is_alive, start_of

LOCK = "lock"
SERVICE = "service"


@contextmanager
def alone(folder: Path, name: str = LOCK) -> Iterator[bool]:
    """Take a lock for a block, without waiting.

    Args:
        folder: of the operations.
        name: file of the lock.

    Yields:
        Whether it was taken; False where another process has it.

    Raises:
        OSError: when the folder cannot be written.
    """
    folder.mkdir(exist_ok=True)
    file = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        os.ftruncate(file, 0)
        with contextlib.suppress(OSError):  # a full disk; the lock holds without its note
            os.pwrite(file, json.dumps({"pid": os.getpid(), "start": start_of(os.getpid())}).encode(), 0)
        yield True
        os.ftruncate(file, 0)
    finally:
        os.close(file)


def holder(folder: Path, name: str = LOCK) -> int | None:
    """The process that holds a lock, by the note that it left; the lock itself is not touched."""
    note = read_json(folder / name) or {}
    process = int(note.get("pid", 0))
    return process if process and is_alive(process, str(note.get("start"))) else None
