"""The runs of a store, newest first: which are good, which are not, and why."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import RLock
from typing import Any

from consultation.page.faults import AbsentError
from consultation.page.reading.inspection import STAMP, Run, Skipped, inspect, run_id
from consultation.page.reading.run_files import FetchedFiles
from consultation.products import FORECAST_FILE
from foundation.store import MANIFEST, RunStore

__all__ = ["LATEST", "Shelf"]

LATEST = "latest"
_MARKS = ("mtime", "created", "ino", "size", "LastModified", "last_modified", "updated", "ETag", "etag")


@dataclass(frozen=True)
class _Entry:
    """A folder of a run."""

    domain: str
    stamp: str

    @property
    def id(self) -> str:
        return run_id(self.domain, self.stamp)


class Shelf:
    """The runs of a store. What is found is kept until its files change.

    Args:
        store: that holds the runs.
        fetched: where copies of files lie, for a store that is no folder.
        rescan_seconds: how old the list of runs may be.
    """

    def __init__(self, store: RunStore, fetched: FetchedFiles, rescan_seconds: float) -> None:
        """Look at nothing yet."""
        self.store, self._fetched, self._rescan = store, fetched, rescan_seconds
        self._lock = RLock()
        self._listed: tuple[float, list[_Entry]] | None = None
        self._looked: dict[str, tuple[float, str, Run | Skipped]] = {}

    def close(self) -> None:
        """Remove copies of files, if there are any."""
        self._fetched.clear()

    def entries(self) -> list[str]:
        """Names of all folders of runs, newest first, good or not."""
        return [entry.id for entry in self._list()]

    def look(self, name: str) -> Run | Skipped | None:
        """A run, or why it is not shown; None when there is no such folder."""
        entry = next((one for one in self._list() if one.id == name), None)
        if entry is None:
            return None
        with self._lock:
            kept = self._looked.get(name)
            if kept is not None and time.monotonic() - kept[0] < self._rescan:
                return kept[2]
            marks = self._marks(entry)
            found = kept[2] if kept and kept[1] == marks else self._inspect(entry)
            self._looked[name] = (time.monotonic(), marks, found)
            return found

    def run(self, name: str) -> Run:
        """A run that can be shown.

        Raises:
            AbsentError: when there is none, or it is broken.
        """
        found = self.latest()[0] if name == LATEST else self.look(name)
        if isinstance(found, Skipped):
            raise AbsentError(
                f"该次运行不可用：{found.chinese}", f"This run cannot be shown: {found.english}", "broken"
            )
        if found is None:
            raise AbsentError("没有这次运行", "There is no such run", "no-run")
        return found

    def latest(self) -> tuple[Run | None, list[Skipped]]:
        """The last good run, and what is newer and not good."""
        skipped: list[Skipped] = []
        for name in self.entries():
            found = self.look(name)
            if isinstance(found, Run):
                return found, skipped
            skipped += [found] if found else []
        return None, skipped

    def before(self, run: Run, most: int) -> list[Run]:
        """Good runs of the same domain issued before a run, newest first."""
        names = [entry.id for entry in self._list() if entry.domain == run.domain]
        found: list[Run] = []
        for name in names[names.index(run.id) + 1 :] if run.id in names else []:
            looked = self.look(name)
            found += [looked] if isinstance(looked, Run) else []
            if len(found) == most:
                break
        return found

    def _list(self) -> list[_Entry]:
        with self._lock:
            if self._listed is None or time.monotonic() - self._listed[0] >= self._rescan:
                self._listed = (time.monotonic(), self._found())
            return self._listed[1]

    def _found(self) -> list[_Entry]:
        self.store.filesystem.invalidate_cache()
        paths = (str(path).rstrip("/").rsplit("/", 2) for path in self._folders())
        entries = [_Entry(parts[1], parts[2]) for parts in paths if STAMP.fullmatch(parts[2])]
        return sorted(entries, key=lambda entry: (entry.stamp, entry.domain), reverse=True)

    def _folders(self) -> list[str]:
        return list(self.store.filesystem.glob(f"{self.store.root}/runs/*/*"))

    def _inspect(self, entry: _Entry) -> Run | Skipped:
        return inspect(self.store, self._fetched, entry.domain, entry.stamp)

    def _marks(self, entry: _Entry) -> str:
        """What changes when a run is written again."""
        root = f"{self.store.root}/runs/{entry.domain}/{entry.stamp}"
        return "|".join(_mark(self.store.filesystem, f"{root}/{name}") for name in (MANIFEST, FORECAST_FILE))


def _mark(filesystem: Any, path: str) -> str:
    try:
        known = filesystem.info(path)
    except (OSError, ValueError):
        return "absent"
    return ",".join(str(known.get(name, "")) for name in _MARKS)
