"""Which runs may go, by age, number and size; never the latest, nor any that the record speaks of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.operations.register import read_json
from flows.site.parts import RetentionConfig
from foundation.errors import RunError

_GIB = 1 << 30


@dataclass(frozen=True)
class StoredRun:
    """A folder under `runs/`.

    Attributes:
        name: `domain/reference time`.
        whole: whether it has a manifest that can be read.
        rung: rungs that it was made on, by kind; empty where its manifest does not say.
    """

    name: str
    folder: Path
    bytes: int
    whole: bool
    issued: datetime | None
    created: str
    degradations: int
    rung: dict[str, str]

    @property
    def domain(self) -> str:
        """The first part of its name."""
        return self.name.partition("/")[0]


@dataclass(frozen=True)
class Leaving:
    """A run that goes, and why."""

    run: StoredRun
    chinese: str
    english: str


def stored_runs(store: Path) -> list[StoredRun]:
    """Runs of a local store, latest issue first; half-written folders are none."""
    folders = [
        path for path in (store / "runs").glob("*/*") if path.is_dir() and not path.name.startswith(".")
    ]
    found = [_stored(path) for path in folders]
    return sorted(found, key=lambda run: (run.folder.name, run.domain), reverse=True)


def _stored(folder: Path) -> StoredRun:
    manifest = read_json(folder / "manifest.json")
    told: dict[str, Any] = manifest or {}
    ladder = (told.get("configuration") or {}).get("ladder") or {}
    rung = {kind: str(one["rung"]) for kind, one in ladder.items() if isinstance(one, dict) and "rung" in one}
    return StoredRun(
        f"{folder.parent.name}/{folder.name}", folder, _size(folder), bool(told.get("products")),
        _instant(folder.name), str(told.get("created", "")), len(told.get("degradations") or ()), rung,
    )  # fmt: skip


def _instant(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _size(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(Path(path, name)).st_blocks * 512
            except OSError:
                continue
    return total


def leaving(
    runs: Sequence[StoredRun], retention: RetentionConfig, held: Collection[str], now: datetime
) -> list[Leaving]:
    """Which runs go, oldest first.

    Args:
        runs: those of the store.
        retention: bounds.
        held: names that the consultation record speaks of; they stay.
        now: this instant.
    """
    latest: dict[str, str] = {}
    for run in runs:
        if run.whole:
            latest.setdefault(run.domain, run.name)
    kept = [run for run in runs if run.issued is not None]
    total = sum(run.bytes for run in kept)
    found: list[Leaving] = []
    for run in sorted(kept, key=lambda one: one.folder.name):
        if run.name in held or latest.get(run.domain) == run.name:
            continue
        why = _reason(run, retention, now, len(kept) - len(found), total)
        if why is not None:
            found.append(Leaving(run, *why))
            total -= run.bytes
    return found


def _reason(
    run: StoredRun, retention: RetentionConfig, now: datetime, left: int, total: int
) -> tuple[str, str] | None:
    age = (now - run.issued).total_seconds() / 86400 if run.issued else 0.0
    if retention.days is not None and age > retention.days:
        return f"起报已{age:.0f}天", f"{age:.0f} days old"
    if retention.runs is not None and left > retention.runs:
        return f"运行数{left}多于{retention.runs}", f"{left} runs, more than {retention.runs}"
    if retention.gib is not None and total > retention.gib * _GIB:
        return f"共{total / _GIB:.2f} GiB", f"{total / _GIB:.2f} GiB in all"
    return None


def remove(one: Leaving) -> None:
    """Take a run away, at once for every reader.

    Raises:
        RunError: when it cannot be moved.
    """
    aside = one.run.folder.with_name(f".pruned-{one.run.folder.name}")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        one.run.folder.rename(aside)
    except OSError as error:
        raise RunError(
            f"cannot be removed: {error.strerror or error}",
            where=str(one.run.folder),
            remedy="Check who owns it",
        ) from error
    shutil.rmtree(aside, ignore_errors=True)


def named_in_record(store: Path, settings: Path | None) -> set[str]:
    """Runs that the consultation record speaks of: signed, changed, noted, delivered, evidence of a warning.

    Raises:
        RunError: when the data base is there and cannot be read; then nothing may be pruned.
    """
    from consultation.record.configuration import consultation_config
    from consultation.record.desk import open_desk

    address = consultation_config(settings).address(store)
    if address.startswith("sqlite") and not Path(address.split("///", 1)[-1]).exists():
        return set()
    desk = open_desk(store, settings)
    try:
        found: set[str] = set()
        for entry in desk.record.entries():
            found.update((entry.subject, *_texts(entry.payload)))
        return found
    finally:
        desk.close()


def _texts(value: Any) -> set[str]:
    """All texts of a document that could be the name of a run."""
    if isinstance(value, dict):
        return {text for one in value.values() for text in _texts(one)}
    if isinstance(value, (list, tuple)):
        return {text for one in value for text in _texts(one)}
    return {value} if isinstance(value, str) and len(value) < 200 else set()
