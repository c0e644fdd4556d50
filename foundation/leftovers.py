"""What killed processes left half-written: whose it was, and how it is cleared."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

in_hand: set[Path] = set()
"""Half-written folders of this process: gone with it, also where it cannot leave in order."""


def clear_in_hand() -> None:
    """Remove what this process was writing; called by one that ends without waiting for its threads."""
    for folder in tuple(in_hand):
        shutil.rmtree(folder, ignore_errors=True)


def owner() -> str:
    """This process, told apart from a later one that is given the same number."""
    return f"{os.getpid()}-{start_of(os.getpid())}"


def start_of(process: int | str) -> str:
    """When a process started, in ticks since boot (proc(5), stat field 22); empty if gone or dead."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[19]


def is_alive(process: int | str, start: str) -> bool:
    """Whether that very process lives, and not a later one that was given its number."""
    return bool(start) and start_of(process) == start


def _is_left_over(folder: Path) -> bool:
    process, start = folder.name.split("-")[1:3]
    return Path("/proc/self").exists() and not is_alive(process, start)


def sweep_leftovers(parent: Path) -> list[str]:
    """Clear what killed runs left: half-written folders go, a run put aside and not replaced comes back.

    Args:
        parent: folder of the runs of a domain.

    Returns:
        Names of the folders found; what a living process writes is left alone.
    """
    half_written = sorted(filter(_is_left_over, parent.glob(".writing-*-*-*")))
    aside = sorted(filter(_is_left_over, parent.glob(".replaced-*-*-*")))
    for left in half_written:
        shutil.rmtree(left, ignore_errors=True)
    for left in aside:
        target = parent / left.name.split("-", 3)[3]
        if target.exists():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.rename(target)
    return [left.name for left in (*half_written, *aside)]
