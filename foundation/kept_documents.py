"""Documents that lie in a store beside its runs."""

from __future__ import annotations

import json
from typing import Any

from foundation.store import RunStore, write_text_atomically

__all__ = ["keep_json", "keep_text"]


def keep_text(store: RunStore, path: str, text: str) -> None:
    """Put a UTF-8 document into a store: a reader sees the old one or the new one.

    Args:
        store: a folder or an object store.
        path: in it; folders are made.
        text: whole.

    Raises:
        OSError: when it cannot be written.
    """
    whole = f"{store.root}/{path}"
    store.filesystem.makedirs(whole.rpartition("/")[0], exist_ok=True)
    if store.is_local:
        write_text_atomically(whole, text)
    else:
        store.filesystem.pipe_file(whole, text.encode())


def keep_json(store: RunStore, path: str, document: dict[str, Any]) -> None:
    """Put a document into a store as JSON, likewise; numbers that are none are refused.

    Raises:
        OSError: when it cannot be written.
        ValueError: for a number that JSON has no word for.
    """
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    keep_text(store, path, f"{text}\n")
