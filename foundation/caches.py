"""Where the program keeps on a user's machine what it can make again."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["user_cache", "writable_user_cache"]


def user_cache() -> Path:
    """The folder of this program among the user's caches (XDG base directories), there or not."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bogda"


def writable_user_cache() -> Path | None:
    """That folder, made where it was not; None where nothing can be written, and nothing is kept then."""
    folder = user_cache()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None
