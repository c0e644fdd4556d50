"""Whether a store that somebody names is there: a mistyped name shall not pass for an empty store."""

from __future__ import annotations

from pathlib import Path

from foundation.errors import RunError

__all__ = ["DEFAULT_STORE", "check_store"]

DEFAULT_STORE = "store"
"""The store where none is named; it is begun by its first use, as one that `bogda daily` writes to."""


def check_store(store: str, *, new: bool | None = None) -> None:
    """Pass a store that is there, that is the one by default, that is begun on purpose, or that is no folder.

    Args:
        store: as it was named.
        new: whether it is to be begun by `--new`; None where the command has no such option.

    Raises:
        RunError: when there is no such folder.
    """
    if new or "://" in store or store == DEFAULT_STORE or Path(store).is_dir():
        return
    begun = "bogda daily begins one" if new is None else "--new begins one there"
    raise RunError("there is no such store", where=store, remedy=f"Check --store; {begun}")
