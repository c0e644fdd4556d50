"""Files of a release: read with one clear line when they cannot be, written beside and renamed."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from foundation.errors import InputError, RunError

LARGEST_DOCUMENT = 64 * 2**20
"""Bytes beyond which a JSON file is not read."""


def read_bytes(path: Path, largest: int | None = None) -> bytes:
    """All bytes of a file.

    Args:
        path: the file.
        largest: bytes it may have at most; None for any number.

    Raises:
        InputError: when it cannot be read or is larger.
    """
    try:
        if largest is not None and path.stat().st_size > largest:
            raise InputError(f"expected at most {largest} bytes", where=str(path))
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read: {error.strerror or error}", where=str(path), remedy="Name the folder of a release"
        ) from error


def read_json(path: Path) -> Any:
    """A JSON file, strictly: UTF-8, no key twice, no NaN.

    Raises:
        InputError: when it cannot be read or is not that.
    """
    data = read_bytes(path, LARGEST_DOCUMENT)
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"not JSON: {str(error)[:100]}", where=str(path), remedy="Use an undamaged copy of the release"
        ) from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise ValueError("a key is given twice")
    return keys


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files so that it is whole or absent.

    Raises:
        RunError: when it is there already, or cannot be written.
    """
    if target.exists():
        raise RunError(
            "there already", where=str(target), remedy="Name a new folder; a release never changes"
        )
    beside = target.parent / f".writing-{uuid.uuid4().hex}"
    try:
        beside.mkdir(parents=True)
        for name, data in files.items():
            with (beside / name).open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        beside.rename(target)
    except OSError as error:
        raise RunError(
            f"cannot write: {error.strerror or error}",
            where=str(target),
            remedy="Name a folder that may be written",
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
