"""Where at a site what arrives is laid down."""

from __future__ import annotations

from pathlib import Path

from foundation.errors import ConfigurationError
from foundation.store import RunStore

__all__ = ["inbox_of"]


def inbox_of(named: Path | None, folder: Path | None, store: str) -> Path:
    """The folder for what arrives; one and the same for a run, for `bogda fetch` and for the schedule.

    Args:
        named: as the site's file names it; `inbox` in the store when None.
        folder: of the site's file, from which a relative name is found; None of a shipped site.
        store: folder or URL.

    Raises:
        ConfigurationError: when the store is not a folder and none is named.
    """
    if named is not None:
        return ((folder or Path()) / named.expanduser()).resolve()
    held = RunStore(store)
    if not held.is_local:
        raise ConfigurationError(
            "the store is not a folder of this machine, so the inbox needs one", where=store,
            remedy="Name one under `inbox` in the site's file",
        )  # fmt: skip
    return Path(held.root).resolve() / "inbox"
