"""One run of a day: which, from what, and whether it is there already."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from flows.case import CaseConfig
from flows.champion.record import KINDS, Champion, champion_of
from flows.hot_start import LeftState, dust_choices, left_states, physical_choices
from flows.inputs import inputs_of
from flows.ladder.circumstances import NOWHERE, Circumstances
from forecast.configuration import forecast_config
from foundation.errors import RunError
from foundation.provenance import InputRecord, versions
from foundation.store import MANIFEST, RunStore, fingerprint


@dataclass(frozen=True)
class DayPlan:
    """One run: which case, at which time, into which store, on which rungs. Its inputs are hashed once."""

    case: CaseConfig
    folder: Path | None
    reference_time: np.datetime64
    store: str
    circumstances: Circumstances = NOWHERE

    @cached_property
    def inputs(self) -> tuple[InputRecord, ...]:
        """The files that the run reads, as they are when first asked for."""
        return inputs_of(self.case, self.folder)

    @property
    def measured_inputs(self) -> tuple[InputRecord, ...]:
        """Those of them that hold measurements."""
        return tuple(record for record in self.inputs if record.role == "observations")

    @property
    def inventory(self) -> str | None:
        """SHA-256 of the file of emissions; None where there is none."""
        return next((record.sha256 for record in self.inputs if record.role == "emissions"), None)

    @cached_property
    def starts(self) -> tuple[LeftState, ...]:
        """States of earlier runs that the transport model can start from; none for a cold start."""
        return left_states(RunStore(self.store), self.case, self.reference_time, self.inventory)

    @cached_property
    def champions(self) -> dict[str, Champion]:
        """The learned models that the store's forecasts are made with, by kind; none on a fresh machine.

        None is asked on the lowest rung, which stands without them.
        """
        if self.circumstances.rung == "persistence":
            return {}
        found = {kind: champion_of(self.store, kind) for kind in KINDS}
        return {kind: champion for kind, champion in found.items() if champion is not None}


def cache_folder(plan: DayPlan) -> Path | None:
    """Where averaged measurements are kept: beside the runs of a local store."""
    store = RunStore(plan.store)
    return Path(store.root) / "cache" if store.is_local else None


def run_versions(plan: DayPlan) -> dict[str, str]:
    """Versions that shape the numbers of a run."""
    with_torch = plan.case.physical or plan.champions
    return versions() | ({"torch": metadata.version("torch")} if with_torch else {})


def plan_fingerprint(plan: DayPlan) -> str:
    """What decides a run's result: case, time, choices, inputs, the state it starts from, versions."""
    return fingerprint(
        {
            "case": plan.case.model_dump(mode="json"), "reference_time": str(plan.reference_time),
            "forecast": forecast_config().model_dump(mode="json"), "physical": physical_choices(plan.case),
            "inputs": sorted((record.sha256, record.role) for record in plan.inputs),
            "starts": [left.sha256 for left in plan.starts], "versions": run_versions(plan),
        }
        | plan.circumstances.choices
        | ({} if plan.case.dust is None else {"dust": dust_choices(plan.case)})
        | _learned(plan)
    )  # fmt: skip


def _learned(plan: DayPlan) -> dict[str, Any]:
    """The learned models, and the earlier runs whose tags they look at; nothing on a fresh machine."""
    if not plan.champions:
        return {}
    from flows.champion.tags import earlier_fingerprints

    champions = {kind: [one.sha256, one.fault] for kind, one in plan.champions.items()}
    looks_back = any(one.uses_tags for one in plan.champions.values())
    return {"champions": champions, "earlier": earlier_fingerprints(plan) if looks_back else []}


def already_made(plan: DayPlan) -> Path | None:
    """Where this very run lies when it was made before from the same inputs; None otherwise."""
    store = RunStore(plan.store)
    if not store.exists(plan.case.domain, plan.reference_time):
        return None
    made = run_manifest(plan).get("configuration", {}).get("fingerprint")
    return Path(store.path(plan.case.domain, plan.reference_time)) if made == plan_fingerprint(plan) else None


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
