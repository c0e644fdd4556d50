"""Room for a product on a full disk: leftovers of dead runs go, then a file kept for that purpose."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_BALLAST = "ballast"
_MIB = 1 << 20


def free_mib(store: Path) -> float:
    """Free space of the disk that holds a store.

    Raises:
        OSError: when it cannot be reached.
    """
    return shutil.disk_usage(store).free / _MIB


def keep_ballast(store: Path, mib: int, spare_mib: float) -> bool:
    """Lay the ballast down where more than `spare_mib` stay free beside it; whether it lies there."""
    file = store / "operations" / _BALLAST
    if file.exists() and file.stat().st_size == mib * _MIB:
        return True
    if mib == 0 or free_mib(store) < mib + spare_mib:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, mib * _MIB)
    except OSError:
        file.unlink(missing_ok=True)
        return False
    return True


def give_up_ballast(store: Path) -> bool:
    """Free the ballast; whether there was any."""
    file = store / "operations" / _BALLAST
    try:
        file.unlink()
    except OSError:
        return False
    return True


def sweep(store: Path) -> list[str]:
    """Clear what killed runs left under `runs/`; names of the folders that are gone or back in place."""
    from foundation.leftovers import sweep_leftovers

    return [name for folder in sorted((store / "runs").glob("*/")) for name in sweep_leftovers(folder)]
