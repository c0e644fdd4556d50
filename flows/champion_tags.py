"""Tags that earlier runs of a store foresaw, for a learned model that compares them with the measurements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from flows.champion_panel import Foreseen
from flows.plan import DayPlan
from foundation.store import MANIFEST, RunStore
from foundation.times import DAY, stamp
from sources.tagging.runs import TAGS_FILE

__all__ = ["MOST_DAYS", "earlier_fingerprints", "runs_before", "tags_before"]

MOST_DAYS = 60
"""Days before a reference time whose runs are read."""


def runs_before(plan: DayPlan) -> dict[np.datetime64, Path]:
    """Folders of the earlier runs of a local store, of the domain and the clock time, oldest first."""
    store = RunStore(plan.store)
    if not store.is_local:
        return {}
    times = [plan.reference_time - number * DAY for number in range(MOST_DAYS, 0, -1)]
    folders = {time: Path(store.path(plan.case.domain, time)) for time in times}
    return {time: folder for time, folder in folders.items() if (folder / TAGS_FILE).is_file()}


def tags_before(plan: DayPlan) -> tuple[Foreseen, ...]:
    """What those runs foresaw; one that cannot be read is left out, as a run that was not made."""
    found = []
    for time, folder in runs_before(plan).items():
        try:
            with xr.open_dataset(folder / TAGS_FILE) as opened:
                tags = opened[["contribution"]].sel(pollutant=["pm25"]).load()
        except (OSError, ValueError, KeyError):
            continue
        found.append(Foreseen(time, tags))
    return tuple(found)


def earlier_fingerprints(plan: DayPlan) -> list[str]:
    """What those runs were made of, so that a run is made anew when they change."""
    return [f"{stamp(time)} {_fingerprint(folder)}" for time, folder in runs_before(plan).items()]


def _fingerprint(folder: Path) -> str:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return str(manifest["configuration"]["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
