"""A file on its way: the bytes that came so far, and of what they are."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from flows.acquisition.not_arrived import NotArrivedError
from foundation.store import write_text_atomically

__all__ = ["Part", "refuse_full_disk", "writing_errors"]

_MIB = 1 << 20


class Part:
    """The bytes of one file that came so far, in the order in which they will lie in it.

    They lie in `.NAME.part`, what is known of them in `.NAME.part.json`; readers of folders see neither.
    """

    def __init__(self, target: Path, stream: BinaryIO) -> None:
        """Take hold of an open part."""
        self.target, self._stream = target, stream
        self.path, self._side = part_names(target)

    @classmethod
    @contextlib.contextmanager
    def opened(cls, target: Path) -> Iterator[Part]:
        """Open the part of a file, for this process alone.

        Raises:
            NotArrivedError: when another process is at it, or the disk is full.
        """
        with writing_errors():
            target.parent.mkdir(parents=True, exist_ok=True)
            with _held(target.with_name(f".{target.name}.lock")), part_names(target)[0].open("ab") as stream:
                yield cls(target, stream)
                stream.flush()

    @property
    def size(self) -> int:
        """Bytes held."""
        self._stream.flush()
        return os.fstat(self._stream.fileno()).st_size

    def known(self) -> dict[str, str]:
        """What was noted of the bytes; empty when nothing was or it cannot be read."""
        try:
            found = json.loads(self._side.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}

    def note(self, facts: dict[str, str]) -> None:
        """Say of what the bytes are."""
        write_text_atomically(self._side, json.dumps(facts, ensure_ascii=False))

    def write(self, block: bytes) -> None:
        """Add bytes at the end."""
        self._stream.write(block)

    def cut(self, size: int) -> None:
        """Drop what lies beyond a size."""
        self._stream.flush()
        os.ftruncate(self._stream.fileno(), size)

    def drop(self) -> None:
        """Forget everything that came."""
        self.cut(0)
        self._side.unlink(missing_ok=True)

    def settle(self) -> None:
        """See to it that the bytes are on the disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def remove(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)
        self._side.unlink(missing_ok=True)

    def place(self) -> None:
        """Give the file its name; whoever looks sees nothing or all of it."""
        self.path.replace(self.target)
        self._side.unlink(missing_ok=True)


@contextlib.contextmanager
def _held(lock: Path) -> Iterator[None]:
    """Hold a lock that dies with its process; it is a file of its own, for NetCDF locks what it reads.

    Raises:
        NotArrivedError: when another process holds it.
    """
    with lock.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            same = lock.exists() and lock.stat().st_ino == os.fstat(stream.fileno()).st_ino
        except BlockingIOError:
            same = False
        if not same:
            raise NotArrivedError("unavailable", "另一进程正在获取此文件", "another process is fetching it")
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def part_names(target: Path) -> tuple[Path, Path]:
    """Names of the part of a file, and of what is known of it."""
    return target.with_name(f".{target.name}.part"), target.with_name(f".{target.name}.part.json")


def refuse_full_disk(folder: Path, wanted: int, spare_mib: float) -> None:
    """Refuse to begin what would fill the disk.

    Raises:
        NotArrivedError: when less than `spare_mib` would be left.
    """
    free = shutil.disk_usage(folder).free
    if free - wanted < spare_mib * _MIB:
        raise NotArrivedError(
            "no-space", f"磁盘空间不足（剩余 {free // _MIB} MiB，需 {wanted // _MIB + 1} MiB）",
            f"no space on the disk ({free // _MIB} MiB free, {wanted // _MIB + 1} MiB wanted)",
        )  # fmt: skip


@contextlib.contextmanager
def writing_errors() -> Iterator[None]:
    """Turn a disk that is full into what it means.

    Raises:
        NotArrivedError: when it is.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise NotArrivedError("no-space", "磁盘空间不足，写入失败", "no space left on the disk") from error
