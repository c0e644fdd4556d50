"""What was begun, made, missed and delivered: a JSON file for each slot, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = "operations"
_OPEN = ("waiting", "running")


def operations_folder(store: str | Path) -> Path:
    """Where the state of a store's schedule lies."""
    return Path(store) / FOLDER


def read_json(file: Path) -> dict[str, Any] | None:
    """A document; None where it is absent or not whole."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def write_json(file: Path, document: dict[str, Any]) -> None:
    """Put a document in place. Where the store went away, no new one is begun in its stead.

    Raises:
        OSError: when it cannot be written; the old one stands.
    """
    from foundation.store import write_text_atomically

    file.parent.mkdir(exist_ok=True)
    write_text_atomically(file, json.dumps(document, ensure_ascii=False, indent=1))


class Register:
    """The slots of a store.

    A slot's document holds `state` (`waiting`, `running`, `made`, `missed`), `attempts` with their rung,
    times, process, outcome and reason, and, once made, `run`, `rung`, `made_at`, `delivered`.

    Args:
        store: folder of the store.
    """

    def __init__(self, store: str | Path) -> None:
        """Read nothing yet."""
        self.folder = operations_folder(store)

    def file(self, key: str) -> Path:
        """Where a slot stands."""
        return self.folder / "slots" / f"{key}.json"

    def slot(self, key: str) -> dict[str, Any]:
        """A slot's document; that of one which waits where none was begun."""
        return read_json(self.file(key)) or {"slot": key, "state": "waiting", "attempts": []}

    def keep(self, document: dict[str, Any]) -> None:
        """Write a slot down.

        Raises:
            OSError: when it cannot be written.
        """
        write_json(self.file(document["slot"]), document)

    def latest(self, count: int = 12) -> list[dict[str, Any]]:
        """The documents of the last slots, by the start of their slot, latest first."""
        found = (read_json(file) for file in self._files())
        known = [document for document in found if document is not None]
        return sorted(known, key=lambda one: str(one.get("start", "")), reverse=True)[:count]

    def running(self) -> Iterator[dict[str, Any]]:
        """Slots whose last attempt was begun and not ended."""
        for document in self.latest():
            if document["attempts"] and document["attempts"][-1].get("ended") is None:
                yield document

    def _files(self) -> list[Path]:
        """The last files by name, which begins with the day."""
        try:
            return sorted((self.folder / "slots").glob("[0-9]*.json"), reverse=True)[:40]
        except OSError:
            return []


def is_open(document: dict[str, Any]) -> bool:
    """Whether its forecast has still to be made."""
    return document.get("state") in _OPEN
