"""One run of a site from its sources to its product, however few of them answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.daily import make_day
from flows.ladder.circumstances import RUNGS
from flows.plan import DayPlan, run_manifest
from flows.site.gathering import Gatherer, Request
from foundation.errors import BogdaError
from foundation.store import RunStore

__all__ = ["Made", "make_run"]

Progress = Callable[[str], None]
_MODEL_FAULTS = ("no-weather-fields", "no-transport")


@dataclass(frozen=True)
class Made:
    """A run of a site.

    Attributes:
        path: its folder.
        made: whether it was made now.
        manifest: what it says of itself.
    """

    path: Path
    made: bool
    manifest: dict[str, Any]

    @property
    def rungs(self) -> dict[str, str]:
        """The rung of each kind."""
        standings = self.manifest["configuration"].get("ladder", {})
        return {kind: str(standing["rung"]) for kind, standing in standings.items()}


def make_run(request: Request, progress: Progress) -> Made:
    """Gather inputs and make the run; where the transport model fails, again on the next weather in time.

    A run is in the store, whole, before anything is tried again: what comes after can only better it.

    Raises:
        BogdaError: when nothing is measured, or the store cannot be written.
    """
    store = RunStore(request.store)
    store.prepare()
    there = None if request.again else _higher(request, store)
    if there is not None:
        return there
    gatherer = Gatherer(request, progress)
    plan, weather = gatherer.first_plan()
    path, made = make_day(plan, progress, again=request.again)
    manifest = run_manifest(plan)
    while weather is not None and (fault := _model_fault(manifest)) is not None:
        following = gatherer.next_plan(weather, fault)
        if following is None:
            break
        plan, weather = following
        path, made = make_day(plan, progress, again=request.again)
        manifest = run_manifest(plan)
    return Made(path, made, manifest)


def _model_fault(manifest: dict[str, Any]) -> str | None:
    """Why there is no result of the transport model; None where there is one."""
    if "physical" in manifest["products"]:
        return None
    told = [item["english"] for item in manifest["degradations"] if item["code"] in _MODEL_FAULTS]
    return str(told[0]) if told else None


def _higher(request: Request, store: RunStore) -> Made | None:
    """A run of this time from a higher rung than is allowed now, which is not replaced by a lower one."""
    case = request.site.case
    if request.rung == "full" or not store.exists(case.domain, request.reference_time):
        return None
    plan = DayPlan(case, request.site.folder, request.reference_time, request.store)
    try:
        manifest = run_manifest(plan)
        rung = manifest["configuration"]["ladder"]["forecast"]["rung"]
    except (BogdaError, KeyError, TypeError):
        return None
    if RUNGS.index(rung) >= RUNGS.index(request.rung):
        return None
    return Made(Path(store.path(case.domain, request.reference_time)), False, manifest)
