"""Folders of files that are written whole or not at all."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from foundation.errors import RunError

__all__ = ["write_whole"]


def write_whole(
    tables: dict[str, str],
    path: str | Path,
    marker: str,
    also: Callable[[Path], None] = lambda _folder: None,
) -> Path:
    """Write files into a folder beside the wanted one and put it in its place at the end.

    Args:
        tables: text by file name.
        path: folder; absent, empty, or one that holds `marker`, which is replaced.
        marker: the file by which an earlier result is known.
        also: writes further files into the folder that it is given.

    Raises:
        RunError: when the folder holds something else or cannot be written; nothing is changed then.
    """
    target = Path(path)
    if target.exists() and not _replaceable(target, marker):
        raise RunError(
            f"holds something other than an earlier result ({marker})",
            where=str(target),
            remedy="Name another folder",
        )
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        beside.mkdir(parents=True)
        for name, text in tables.items():
            (beside / name).write_text(text, encoding="utf-8")
        also(beside)
        _put_in_place(beside, target)
    except OSError as error:
        raise RunError(f"cannot write: {error.strerror or error}", where=str(target)) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


def _replaceable(target: Path, marker: str) -> bool:
    return target.is_dir() and ((target / marker).is_file() or not any(target.iterdir()))


def _put_in_place(beside: Path, target: Path) -> None:
    if not target.exists():
        beside.rename(target)
        return
    aside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.old")
    target.rename(aside)
    try:
        beside.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)
