"""The run store: any fsspec URL; a run is whole or absent, and the same run again changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import numpy as np

from foundation.errors import RunError
from foundation.leftovers import in_hand, owner, sweep_leftovers
from foundation.times import stamp

MANIFEST = "manifest.json"


class RunStore:
    """Runs under `runs/<domain>/<reference time>/` of a store.

    A run is written beside, complete with its manifest, and then put in place: by one rename in a
    local folder; in an object store by copying the manifest last, without which no run is listed.
    """

    def __init__(self, url: str) -> None:
        """Open a store.

        Args:
            url: a folder, or any fsspec URL such as `s3://bucket/bogda`.

        Raises:
            RunError: when the protocol is unknown or its client is not installed.
        """
        if not str(url).strip():
            raise RunError("the store has no name", remedy="Name a folder or a URL")
        self.url = str(url).rstrip("/")
        try:
            self.filesystem, root = fsspec.core.url_to_fs(self.url)
        except (ValueError, ImportError) as error:
            raise RunError(
                str(error), where=self.url, remedy="Use a folder or an installed protocol"
            ) from error
        self.root = str(root).rstrip("/")
        self.is_local = "file" in np.atleast_1d(self.filesystem.protocol)

    def prepare(self) -> None:
        """Make sure that a local store is a folder that can be written.

        Raises:
            RunError: when it is not.
        """
        if not self.is_local:
            return
        try:
            Path(self.root).mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.root, prefix=".probe-"):
                pass
        except OSError as error:
            raise RunError(
                f"cannot write: {error.strerror or error}",
                where=self.url,
                remedy="Name a folder that may be written and has space",
            ) from error

    def path(self, domain: str, reference_time: np.datetime64) -> str:
        """Path of a run, whether or not it exists."""
        return f"{self.root}/runs/{domain}/{stamp(reference_time)}"

    def exists(self, domain: str, reference_time: np.datetime64) -> bool:
        """Whether that run is there, whole."""
        return bool(self.filesystem.exists(f"{self.path(domain, reference_time)}/{MANIFEST}"))

    def runs(self, domain: str) -> list[str]:
        """Reference-time folder names of the whole runs of a domain, oldest first."""
        found = self.filesystem.glob(f"{self.root}/runs/{domain}/*/{MANIFEST}")
        names = (str(path).rsplit("/", 2)[1] for path in found)
        return sorted(name for name in names if not name.startswith("."))

    @contextmanager
    def writing(self, domain: str, reference_time: np.datetime64) -> Iterator[Path]:
        """Give a local folder to write a run in; publish it when the block ends without an error.

        Raises:
            RunError: when the folder lacks its manifest or the store cannot be written.
        """
        target = self.path(domain, reference_time)
        try:
            folder = self._working_folder(target)
        except OSError as error:
            raise RunError(
                f"cannot write: {error.strerror or error}",
                where=self.url,
                remedy="Check that the store exists, may be written and has space",
            ) from error
        in_hand.add(folder)
        try:
            yield folder
            if not (folder / MANIFEST).is_file():
                raise RunError("a run without its manifest is not published", where=target)
            self._publish(folder, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            in_hand.discard(folder)

    def _working_folder(self, target: str) -> Path:
        if not self.is_local:
            return Path(tempfile.mkdtemp(prefix="bogda-run-"))
        parent = Path(target).parent
        parent.mkdir(parents=True, exist_ok=True)
        sweep_leftovers(parent)
        folder = parent / f".writing-{owner()}-{uuid.uuid4().hex[:8]}"
        folder.mkdir()
        return folder

    def _publish(self, folder: Path, target: str) -> None:
        if self.is_local:
            _replace_folder(folder, Path(target))
            return
        if self.filesystem.exists(f"{target}/{MANIFEST}"):
            self.filesystem.rm_file(f"{target}/{MANIFEST}")
        if self.filesystem.exists(target):
            self.filesystem.rm(target, recursive=True)
        for file in sorted(folder.rglob("*"), key=lambda path: path.name == MANIFEST):
            if file.is_file():
                self.filesystem.put_file(str(file), f"{target}/{file.relative_to(folder).as_posix()}")


def _replace_folder(folder: Path, target: Path) -> None:
    if not target.exists():
        folder.rename(target)
        return
    aside = target.parent / f".replaced-{owner()}-{target.name}"
    target.rename(aside)
    folder.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def written_beside(path: str | Path) -> Iterator[Path]:
    """A name to write to, put in place of a file when all went well: a reader sees the old or the new.

    The name keeps the ending of the file, by which some writers choose the format.
    """
    target = Path(path)
    beside = target.with_name(f".{uuid.uuid4().hex[:8]}-{target.name}")
    try:
        yield beside
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def write_text_atomically(path: str | Path, text: str) -> None:
    """Write a UTF-8 text file so that a reader sees the old one or the new one, never half."""
    with written_beside(path) as beside, beside.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def fingerprint(document: object) -> str:
    """SHA-256 of a JSON document in its one canonical form."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
