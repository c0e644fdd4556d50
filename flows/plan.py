"""One run of a day: which, from what, and whether it is there already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from flows.case import CaseConfig
from forecast.configuration import forecast_config
from foundation.errors import RunError
from foundation.provenance import InputRecord, versions
from foundation.store import MANIFEST, RunStore, fingerprint


@dataclass(frozen=True)
class DayPlan:
    """One run: which case, at which time, into which store."""

    case: CaseConfig
    folder: Path | None
    reference_time: np.datetime64
    store: str


def cache_folder(plan: DayPlan) -> Path | None:
    """Where averaged measurements are kept: beside the runs of a local store."""
    store = RunStore(plan.store)
    return Path(store.root) / "cache" if store.is_local else None


def plan_fingerprint(plan: DayPlan, inputs: Sequence[InputRecord]) -> str:
    """What decides a run's result: case, time, choices, inputs, versions."""
    return fingerprint(
        {
            "case": plan.case.model_dump(mode="json"), "reference_time": str(plan.reference_time),
            "forecast": forecast_config().model_dump(mode="json"),
            "inputs": sorted((record.sha256, record.role) for record in inputs), "versions": versions(),
        }
    )  # fmt: skip


def already_made(plan: DayPlan, inputs: Sequence[InputRecord]) -> Path | None:
    """Where this very run lies when it was made before from the same inputs; None otherwise."""
    store = RunStore(plan.store)
    if not store.exists(plan.case.domain, plan.reference_time):
        return None
    made = run_manifest(plan).get("configuration", {}).get("fingerprint")
    same = made == plan_fingerprint(plan, inputs)
    return Path(store.path(plan.case.domain, plan.reference_time)) if same else None


def run_manifest(plan: DayPlan) -> dict[str, Any]:
    """The manifest of a run that is there, from whatever store it lies in.

    Raises:
        RunError: when it cannot be read; the run should be made again.
    """
    store = RunStore(plan.store)
    file = f"{store.path(plan.case.domain, plan.reference_time)}/{MANIFEST}"
    try:
        with store.filesystem.open(file, "r", encoding="utf-8") as stream:
            document: dict[str, Any] = json.load(stream)
    except (OSError, ValueError) as error:
        raise RunError(
            "the manifest of the run cannot be read", where=file, remedy="Make the run again with --again"
        ) from error
    return document
