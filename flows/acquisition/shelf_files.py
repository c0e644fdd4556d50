"""Whole files taken from a shelf into the inbox."""

from __future__ import annotations

from pathlib import Path

from flows.acquisition.arrival import Allowance
from flows.acquisition.file_parts import FilesConfig, SftpConfig
from flows.acquisition.hashes import refuse_other_hash
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.partial import Part, refuse_full_disk, writing_errors
from flows.acquisition.receiving import Check, checked, drop_if_spoilt
from flows.acquisition.shelves import FolderShelf, Seen, Shelf
from flows.acquisition.source_parts import Bounds
from foundation.configuration import Config

__all__ = ["ShelfFiles", "shelf_of"]

_MIB = 1 << 20


def shelf_of(config: Config, path: str, bounds: Bounds) -> Shelf:
    """The folder of a source: on a server where its configuration names one, else here."""
    if isinstance(config, SftpConfig):
        from flows.acquisition.sftp_shelf import SftpShelf

        return SftpShelf(config, path, bounds)
    return FolderShelf(Path(path))


class ShelfFiles:
    """Takes whole files of one source into its inbox."""

    def __init__(self, config: FilesConfig, inbox: Inbox, shelf: Shelf) -> None:
        """Prepare."""
        self._config, self._inbox, self._shelf = config, inbox, shelf

    def take(
        self, found: tuple[str, Seen, set[str]], target: Path, check: Check, allowance: Allowance
    ) -> Record:
        """Copy a file, unless the same is here already.

        Args:
            found: name, how it was seen, and all names beside it.
            target: where it is placed.
            check: run before it is placed.
            allowance: how long it may take.

        Raises:
            NotArrivedError: when it changes, is not whole, or does not pass its checks.
        """
        name, seen, there = found
        before = self._inbox.record(target)
        if before is not None and before.facts.get("what") == seen.said:
            return before
        if seen.size > self._config.bounds.largest_mib * _MIB:
            raise NotArrivedError(
                "too-large", "超过允许大小", f"larger than allowed ({seen.size // _MIB} MiB)"
            )
        with Part.opened(target) as part, writing_errors():
            if part.known().get("what") != seen.said:
                part.drop()
                part.note({"url": name, "what": seen.said})
            refuse_full_disk(target.parent, seen.size - part.size, self._config.bounds.spare_mib)
            self._shelf.copy(name, part, allowance.ends)
            with drop_if_spoilt(part):
                if part.size != seen.size or self._shelf.listed().get(name) != seen:
                    raise NotArrivedError("late", "文件仍在写入", "the file is still being written")
                self._held_against_hash(name, part.path, there)
                newest = checked(check, part.path)
            return self._inbox.place(part, newest, {"url": name, "what": seen.said})

    def _held_against_hash(self, name: str, path: Path, there: set[str]) -> None:
        beside = f"{name}{self._config.checksum_suffix}"
        if self._config.checksum == "none" or (self._config.checksum == "if-there" and beside not in there):
            return
        if beside not in there:
            raise NotArrivedError("missing", "缺少校验文件", "its hash is not there")
        said = self._shelf.read_small(beside).decode("utf-8", "replace")
        refuse_other_hash(path, said, self._config.checksum_suffix)
