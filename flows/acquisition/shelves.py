"""Folders that others fill: what lies there, what of it is whole, and its bytes."""

from __future__ import annotations

import contextlib
import fnmatch
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from flows.acquisition.file_parts import SettlingConfig
from flows.acquisition.line_errors import too_long
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.partial import Part

__all__ = ["FolderShelf", "Seen", "Shelf", "settled"]

_BLOCK = 1 << 20
_SMALL = 1 << 16
_UNFINISHED = (".part", ".tmp", ".partial", ".filepart", ".sha256", ".md5")


class Seen(NamedTuple):
    """A file as it was seen: bytes, and when it was changed, seconds since 1970."""

    size: int
    changed: float

    @property
    def said(self) -> str:
        """The two in one word."""
        return f"{self.size}-{self.changed:.6f}"


class Shelf(Protocol):
    """A folder here or elsewhere; used within its block."""

    def opened(self, ends: float) -> contextlib.AbstractContextManager[None]:
        """Make it ready."""
        ...

    def listed(self) -> dict[str, Seen]:
        """Its files by name."""
        ...

    def copy(self, name: str, part: Part, ends: float) -> None:
        """Add to a part the bytes of a file that it lacks."""
        ...

    def read_small(self, name: str) -> bytes:
        """The beginning of a small file."""
        ...


class FolderShelf:
    """A folder of this machine, or a share."""

    def __init__(self, folder: Path) -> None:
        """Name it."""
        self._folder = folder

    @contextlib.contextmanager
    def opened(self, ends: float) -> Iterator[None]:
        """See whether it is there.

        Raises:
            NotArrivedError: when it is not, or cannot be read.
        """
        if time.monotonic() >= ends:
            raise too_long()
        if not self._folder.is_dir():
            raise NotArrivedError(
                "unreachable", f"目录不存在：{self._folder}", f"there is no folder {self._folder}"
            )
        try:
            yield
        except PermissionError as error:
            raise NotArrivedError(
                "refused", "目录或文件无权读取", f"may not be read: {error.filename}"
            ) from error

    def listed(self) -> dict[str, Seen]:
        """Its files by name."""
        found: dict[str, Seen] = {}
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.is_file():
                    found[path.name] = Seen(path.stat().st_size, path.stat().st_mtime)
        return found

    def copy(self, name: str, part: Part, ends: float) -> None:
        """Add to a part the bytes of a file that it lacks."""
        try:
            with (self._folder / name).open("rb") as stream:
                stream.seek(part.size)
                while block := stream.read(_BLOCK):
                    part.write(block)
                    if time.monotonic() >= ends:
                        raise too_long()
        except FileNotFoundError as error:
            raise NotArrivedError("missing", "文件已被移走", "the file was taken away") from error

    def read_small(self, name: str) -> bytes:
        """The beginning of a small file."""
        with (self._folder / name).open("rb") as stream:
            return stream.read(_SMALL)


def settled(
    shelf: Shelf, pattern: str, config: SettlingConfig, ends: float
) -> tuple[dict[str, Seen], list[str], set[str]]:
    """Files of a pattern that nobody writes any more.

    A file has settled when it was changed long enough ago; for one that is younger the rest of that time is
    waited for, if it is not longer than what is left, and it must not have changed meanwhile.

    Returns:
        Those that have, by name; names of those that have not; and all names there.
    """
    first = shelf.listed()
    wanted = {name: seen for name, seen in first.items() if _is_meant(name, pattern, config)}
    ready = {
        name: seen
        for name, seen in wanted.items()
        if _age(seen) >= config.settle_s or _marked(name, first, config)
    }
    young = {name: seen for name, seen in wanted.items() if name not in ready}
    wait = max((config.settle_s - _age(seen) for seen in young.values()), default=0.0)
    wait = min(wait, config.settle_s)
    if young and wait < (ends - time.monotonic()) / 2:
        time.sleep(wait)
        second = shelf.listed()
        ready |= {name: seen for name, seen in young.items() if second.get(name) == seen}
    return ready, sorted(set(young) - set(ready)), set(first)


def _age(seen: Seen) -> float:
    return time.time() - seen.changed


def _marked(name: str, there: Mapping[str, Seen], config: SettlingConfig) -> bool:
    marker = config.marker
    return bool(marker) and (
        marker in there or f"{name}{marker}" in there or f"{Path(name).stem}{marker}" in there
    )


def _is_meant(name: str, pattern: str, config: SettlingConfig) -> bool:
    plain = "/" not in name and "\\" not in name and not name.startswith(".") and name.isprintable()
    other = name.endswith(_UNFINISHED) or (config.marker and name.endswith(config.marker))
    return plain and not other and len(name) < 200 and fnmatch.fnmatchcase(name, pattern)
