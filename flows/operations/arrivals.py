"""What lies in the inbox, and since when; file times alone, without reading anything."""

from __future__ import annotations

import os
from pathlib import Path

_ASIDE = (".part", ".sha256", ".tmp")
_DEEPEST, _MOST = 6, 50_000


def newest_of_sources(inbox: Path) -> dict[str, float]:
    """When the newest whole file of each source came, seconds since 1970; `<inbox>/<source>/`."""
    try:
        folders = sorted(entry for entry in inbox.iterdir() if entry.is_dir())
    except OSError:
        return {}
    found = {folder.name: _newest(folder) for folder in folders if not folder.name.startswith(".")}
    return {name: time for name, time in found.items() if time > 0}


def _newest(folder: Path) -> float:
    newest, seen = 0.0, 0
    waiting = [(str(folder), 0)]
    while waiting and seen < _MOST:
        path, depth = waiting.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    seen += 1
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if depth < _DEEPEST:
                            waiting.append((entry.path, depth + 1))
                    elif not entry.name.endswith(_ASIDE):
                        newest = max(newest, entry.stat(follow_symlinks=False).st_mtime)
        except OSError:
            continue
    return newest
