"""A hash that lies beside a file, as `sha256sum` and `md5sum` write it."""

from __future__ import annotations

import re
from pathlib import Path

from flows.acquisition.inbox import hash_of
from flows.acquisition.not_arrived import NotArrivedError

__all__ = ["refuse_other_hash"]

_DIGITS = {".sha256": 64, ".md5": 32}


def refuse_other_hash(path: Path, said: str, suffix: str) -> None:
    """Refuse a file whose hash is another one than what was said of it.

    Args:
        path: the file.
        said: text of the file with the hash: its first word, or the one after `=`.
        suffix: `.sha256` or `.md5`.

    Raises:
        NotArrivedError: when it is, or the text holds no hash.
    """
    found = re.search(rf"\b[0-9a-fA-F]{{{_DIGITS[suffix]}}}\b", said)
    if found is None:
        raise NotArrivedError("wrong-hash", "校验文件内没有校验值", "the file with the hash holds none")
    if found[0].lower() != hash_of(path, suffix.removeprefix(".")):
        raise NotArrivedError("wrong-hash", "校验值不符", "the hash does not fit")
