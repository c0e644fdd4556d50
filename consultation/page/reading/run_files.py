"""The files of one run: where they lie, or where they are fetched to from a store that is no folder."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from consultation.page.faults import AbsentError
from foundation.store import RunStore

__all__ = ["FetchedFiles", "RunFiles"]


class FetchedFiles:
    """Copies of files of an object store, as many as may lie on the disk; the oldest go first.

    NetCDF cannot be read piece by piece through every protocol, so each file is fetched once.
    """

    def __init__(self, most_bytes: int) -> None:
        """Begin empty; the folder is made with the first copy."""
        self._most = most_bytes
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lock = Lock()
        self._sizes: OrderedDict[Path, int] = OrderedDict()

    def fetch(self, store: RunStore, source: str, folder: str, name: str) -> Path:
        """The local copy of a file, made when there is none."""
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="bogda-page-")
            target = Path(self._folder.name) / folder / name
            if target not in self._sizes or not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                beside = target.with_name(f".{name}.part")
                store.filesystem.get_file(source, str(beside))
                beside.replace(target)
                self._sizes[target] = target.stat().st_size
            self._sizes.move_to_end(target)
            while sum(self._sizes.values()) > self._most and len(self._sizes) > 1:
                old, _ = self._sizes.popitem(last=False)
                old.unlink(missing_ok=True)
        return target

    def clear(self) -> None:
        """Remove all copies."""
        with self._lock:
            if self._folder is not None:
                self._folder.cleanup()
            self._folder = None
            self._sizes.clear()


@dataclass(frozen=True)
class RunFiles:
    """The files of a run.

    Attributes:
        store: that holds it.
        root: of the run in the store.
        label: names the run and its revision, for copies.
        fetched: where copies lie; not used for a local store.
    """

    store: RunStore
    root: str
    label: str
    fetched: FetchedFiles

    def has(self, name: str) -> bool:
        """Whether the run holds a file or folder."""
        return bool(self.store.filesystem.exists(f"{self.root}/{name}"))

    def url(self, name: str) -> str:
        """Where a folder of the run lies, for readers that read piece by piece."""
        source = f"{self.root}/{name}"
        return source if self.store.is_local else str(self.store.filesystem.unstrip_protocol(source))

    def path(self, name: str) -> Path:
        """A local path of a file.

        Raises:
            AbsentError: when the run has no such file.
        """
        source = f"{self.root}/{name}"
        if self.store.is_local:
            path = Path(source)
            if path.exists():
                return path
        elif self.has(name):
            return self.fetched.fetch(self.store, source, self.label, name)
        raise AbsentError(f"本次运行没有 {name}", f"This run holds no {name}")

    def folder(self, names: tuple[str, ...]) -> Path:
        """A local folder that holds these files of the run, as far as it has them."""
        if self.store.is_local:
            return Path(self.root)
        paths = [self.path(name) for name in names if self.has(name)]
        if not paths:
            raise AbsentError(f"本次运行没有 {names[0]}", f"This run holds no {names[0]}")
        return paths[0].parent
