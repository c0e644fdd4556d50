"""The file of a hindcast: its parts joined, and what it says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from flows.hindcasts.learned import CHAMPION
from flows.hindcasts.parts import PACKING, Part
from flows.hindcasts.physical import NAME as PHYSICAL
from flows.hindcasts.plan import HindcastPlan
from forecast.learned import NAME
from forecast.models import PUBLISHED, published_with
from foundation.errors import InputError, RunError
from foundation.provenance import versions
from foundation.store import written_beside

_EARLY = "measurements up to the issue; intervals from the model's own errors judged by then"


def joined_parts(work: Path, parts: list[Part]) -> xr.Dataset:
    """All issues in order of time.

    Args:
        work: the work folder.
        parts: those of the issues.

    Raises:
        InputError: when nothing was measured at any time judged.
    """
    opened = [xr.load_dataset(work / part.file) for part in parts]
    joined = xr.concat(opened, "issue", combine_attrs="override", join="outer").sortby("issue")
    if not bool(joined["observed"].notnull().any()):
        raise InputError("nothing is measured in the period judged", remedy="Choose another period")
    return joined


def attributes_of(plan: HindcastPlan, work: Path, learned: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What the file says of itself; what is not a number or a word is JSON.

    Args:
        plan: of the hindcast.
        work: the work folder, with the physical model's points where there are some.
        learned: what `flows.hindcasts.learned.check_honest` told of each learned model.

    Returns:
        Attributes, among them `release` and `champion_release`, the fingerprints that a promotion asks for.
    """
    known = dict.fromkeys(plan.statistical, _EARLY)
    physical = sorted(work.glob("physical-*.npz"))
    perfect = [PHYSICAL] if any(bool(np.load(file)["perfect"]) for file in physical) else []
    if physical:
        known[PHYSICAL] = "the run of the issue in the store; intervals from its own errors judged by then"
    for name, told in learned.items():
        known[name] = _known_to(told)
        lines = [name]
        if told["candidate"]:
            known[published_with(name)] = f"as {PUBLISHED}, with {name} as one candidate more"
            lines.append(published_with(name))
        perfect += lines if told["perfect_weather"] or told["outer"]["perfect"] else []
    documents = {
        "inputs": [record.model_dump() for record in plan.inputs()], "versions": versions(),
        "known_at_issue": known, "perfect_weather": perfect, "learned": learned, "plan": plan.document(),
    }  # fmt: skip
    marks = {NAME: "release", CHAMPION: "champion_release"}
    return {
        "contract": "hindcast", "averaging": plan.averaging, "title": plan.case.english,
        "synthetic": int(plan.case.synthetic or any(told["synthetic"] for told in learned.values())),
        "created_by": "bogda", **{marks[name]: told["fingerprint"] for name, told in learned.items()},
        **{name: json.dumps(value, ensure_ascii=False) for name, value in documents.items()},
    }  # fmt: skip


def _known_to(told: dict[str, Any]) -> str:
    """What a learned model knew at an issue."""
    outer = told["outer"]
    known = ["measurements up to the issue"]
    known += ["weather of the case's files"] if outer["weather"] else []
    known += (
        [f"tags of the store's runs at {outer['tagged_issues']} issues"] if outer["tagged_issues"] else []
    )
    return (
        f"{', '.join(known)}; trained on nothing after {told['trained_until']}; intervals drawn to its own "
        "errors judged by then; what it had to do without is in `situation`"
    )


def write_hindcast(hindcast: xr.Dataset, out: Path) -> None:
    """Write a hindcast beside, then rename it.

    Args:
        hindcast: whole.
        out: NetCDF file.

    Raises:
        RunError: when the file cannot be written.
    """
    packing = {str(name): PACKING for name in hindcast.data_vars}
    try:
        with written_beside(out) as beside:
            hindcast.to_netcdf(beside, encoding=packing)
    except OSError as error:
        raise RunError(
            f"cannot write: {error.strerror or error}", where=str(out), remedy="Name a file in another folder"
        ) from error
