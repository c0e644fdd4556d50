"""Tags that earlier runs of a store foresaw, for a learned model that compares them with the measurements."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from flows.champion.panel import Foreseen
from flows.plan import DayPlan
from foundation.store import MANIFEST, RunStore
from foundation.times import DAY, stamp
from sources.tagging.runs import TAGS_FILE

__all__ = ["MOST_DAYS", "earlier_fingerprints", "run_with_tags", "runs_before", "tags_before", "tags_in"]

MOST_DAYS = 60
"""Days before a reference time whose runs are read."""


def run_with_tags(plan: DayPlan) -> Path | None:
    """Folder of the run of a plan in a local store; None without one, or without tags."""
    store = RunStore(plan.store)
    folder = Path(store.path(plan.case.domain, plan.reference_time))
    return folder if store.is_local and (folder / TAGS_FILE).is_file() else None


def runs_before(plan: DayPlan) -> dict[np.datetime64, Path]:
    """Folders of the earlier runs of a local store, of the domain and the clock time, oldest first."""
    times = [plan.reference_time - number * DAY for number in range(MOST_DAYS, 0, -1)]
    folders = {time: run_with_tags(replace(plan, reference_time=time)) for time in times}
    return {time: folder for time, folder in folders.items() if folder is not None}


def tags_before(plan: DayPlan) -> tuple[Foreseen, ...]:
    """What those runs foresaw; one that cannot be read is left out, as a run that was not made."""
    found = {time: tags_in(folder) for time, folder in runs_before(plan).items()}
    return tuple(Foreseen(time, tags) for time, tags in found.items() if tags is not None)


def tags_in(folder: Path) -> xr.Dataset | None:
    """Hourly contributions to PM2.5 that a run foresaw; None where they cannot be read."""
    file = folder / TAGS_FILE
    try:
        return _tags(file, file.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError):
        return None


@lru_cache(maxsize=MOST_DAYS + 1)
def _tags(file: Path, _changed: int) -> xr.Dataset:
    with xr.open_dataset(file) as opened:
        return opened[["contribution"]].sel(pollutant=["pm25"]).load()


def earlier_fingerprints(plan: DayPlan) -> list[str]:
    """What those runs were made of, so that a run is made anew when they change."""
    return [f"{stamp(time)} {_fingerprint(folder)}" for time, folder in runs_before(plan).items()]


def _fingerprint(folder: Path) -> str:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return str(manifest["configuration"]["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
