"""The work folder of a hindcast: its plan, what was measured, and what follows from them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from flows.hindcasts.plan import HindcastPlan
from forecast.configuration import forecast_config
from forecast.history import History
from forecast.series import day_history, hour_history
from foundation.pollutants import pollutants_of

__all__ = ["clock_rows", "histories_in", "mark_of", "places_in", "plan_in", "work_folder"]

PLAN_FILE = "plan.json"
MEASURED_FILE = "measured.nc"
TRAILING = "trailing"


def work_folder(out: Path) -> Path:
    """Where the parts of a hindcast lie until it is whole."""
    return out.with_name(f"{out.name}.parts")


def mark_of(folder: Path) -> str | None:
    """The fingerprint of the hindcast whose parts lie there; None where there are none."""
    try:
        return str(_told(folder)["fingerprint"])
    except (OSError, ValueError, KeyError):
        return None


def plan_in(folder: Path) -> HindcastPlan:
    """The plan of a work folder."""
    return HindcastPlan.from_document(_told(folder)["plan"])


def _told(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
    return document


def histories_in(folder: Path, clock: int, *, carried: bool = True) -> dict[str, History]:
    """The history of every pollutant for the issues of a clock time, to the end of what judges them.

    Args:
        folder: the work folder.
        clock: hours after the first issue at which the clock time lies.
        carried: whether a last value stands in for a missing one, as statistical models want it; learned
            models were trained to see gaps.
    """
    carry = forecast_config().carry_forward_days if carried else 0
    return _histories(str(folder), str(_told(folder)["fingerprint"]), clock, carry)


@lru_cache(maxsize=3)
def _histories(folder: str, _fingerprint: str, clock: int, carry: int) -> dict[str, History]:
    plan = plan_in(Path(folder))
    measured = xr.load_dataset(Path(folder) / MEASURED_FILE)
    names, end = pollutants_of(plan.averaging), plan.end(clock)
    if plan.averaging == "hour":
        return {name: hour_history(measured, name, end, carry=carry) for name in names}
    with xr.open_dataset(Path(folder) / MEASURED_FILE, group=TRAILING) as opened:
        trailing = opened.load() if opened.data_vars else None
    return {name: day_history(measured, name, end, carry=carry, trailing=trailing) for name in names}


def places_in(folder: Path) -> tuple[str, ...]:
    """Ids of the places measured."""
    with xr.open_dataset(folder / MEASURED_FILE) as opened:
        return tuple(map(str, opened["place"].values))


def clock_rows(history: History) -> np.ndarray:
    """Rows of a history at the clock time of its last, as `forecast.prediction.predict` takes them."""
    last = len(history.times) - 1
    return np.arange(last % history.steps_per_day, last + 1, history.steps_per_day)
