"""The inbox of a source: whole files with a record of what they are, checked again before they are used."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from flows.acquisition.partial import Part, part_names
from flows.acquisition.source_parts import KeepingConfig
from foundation.store import write_text_atomically
from foundation.times import instant_of_iso, iso_utc, now

__all__ = ["Inbox", "Record", "hash_of"]

_BLOCK = 1 << 20
_GIB = 1 << 30
_DAY_S = 86400.0


@dataclass(frozen=True)
class Record:
    """What is known of a file that came.

    Attributes:
        size: bytes.
        sha256: of its content.
        newest: newest time it speaks of, UTC; None where it speaks of none.
        arrived: when, UTC.
        facts: of its origin, such as `url`, `validator`; what it was wanted for.
    """

    size: int
    sha256: str
    newest: np.datetime64 | None
    arrived: np.datetime64
    facts: Mapping[str, str] = field(default_factory=dict)


class Inbox:
    """The folder of one source; nobody else writes there."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when something comes."""
        self.folder = folder

    def record(self, path: Path) -> Record | None:
        """What was noted of a file when it came, if it is still that file; None when it is not there, whole.

        A file that was changed since, by hand or by the disk, is put aside under a hidden name.
        """
        noted = _read_record(path)
        if noted is None or not path.is_file():
            return None
        if path.stat().st_size != noted.size or hash_of(path) != noted.sha256:
            path.replace(path.with_name(f".{path.name}.damaged"))
            _record_name(path).unlink(missing_ok=True)
            return None
        return noted

    def place(self, part: Part, newest: np.datetime64 | None, facts: Mapping[str, str]) -> Record:
        """Give a part that was checked its name, with its record.

        The record comes first: killed between the two, the file is not there, and a new one does not fit
        the old one's record.
        """
        part.settle()
        made = Record(part.size, hash_of(part.path), newest, now(), dict(facts))
        write_text_atomically(_record_name(part.target), _as_json(made))
        part.place()
        _settle_folder(part.target.parent)
        return made

    def files(self, pattern: str = "*") -> Iterator[tuple[Path, Record]]:
        """Whole files of the inbox and its folders, in the order of their names."""
        for path in sorted(self.folder.rglob(pattern)):
            if not path.name.startswith(".") and path.is_file() and (noted := self.record(path)) is not None:
                yield path, noted

    def prune(self, keep: KeepingConfig, spared: tuple[Path, ...] = ()) -> list[Path]:
        """Remove what is older or more than is kept, oldest first; left-over parts as well.

        Args:
            keep: how long and how much.
            spared: files that stay in any case.

        Returns:
            What was removed.
        """
        files = [path for path in self.folder.rglob("*") if path.is_file() and not _is_record(path)]
        total, removed = 0, []
        for path in sorted(files, key=lambda one: one.stat().st_mtime, reverse=True):
            total += path.stat().st_size
            old = time.time() - path.stat().st_mtime > keep.days * _DAY_S or total > keep.largest_gib * _GIB
            if old and path not in spared:
                self.forget(path)
                removed.append(path)
        for folder in sorted((one for one in self.folder.rglob("*") if one.is_dir()), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()
        return removed

    def forget(self, path: Path) -> None:
        """Remove a file, its record and what came of a newer one."""
        for one in (path, _record_name(path), *part_names(path)):
            one.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)


def hash_of(path: Path, kind: str = "sha256") -> str:
    """Hash of a file in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, kind).hexdigest()


def _record_name(path: Path) -> Path:
    return path.with_name(f".{path.name}.record.json")


def _is_record(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(".json")


def _as_json(record: Record) -> str:
    newest = None if record.newest is None else iso_utc(record.newest)
    document = {
        "size": record.size, "sha256": record.sha256, "newest": newest, "arrived": iso_utc(record.arrived),
        "facts": dict(record.facts),
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1)


def _read_record(path: Path) -> Record | None:
    try:
        said = json.loads(_record_name(path).read_text(encoding="utf-8"))
        newest = None if said["newest"] is None else instant_of_iso(said["newest"])
        return Record(
            int(said["size"]),
            str(said["sha256"]),
            newest,
            instant_of_iso(said["arrived"]),
            dict(said["facts"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _settle_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
