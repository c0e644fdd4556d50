"""The reference of the drift alarm as a file, so that a day need not draw its limits anew."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from forecast.verification.daily_losses import DailyLosses, Group
from forecast.verification.drift import Reference
from forecast.verification.drift_limits import Limits
from foundation.errors import InputError
from foundation.store import written_beside

__all__ = ["read_reference", "write_reference"]

_LOSSES = ("days", "count", "crps", "error", "inside")
_LIMITS = tuple(field.name for field in fields(Limits))


def write_reference(reference: Reference, path: Path) -> None:
    """Write a reference beside, then put it in place.

    Args:
        reference: from `forecast.verification.drift.reference_of`.
        path: file to write.
    """
    losses, limits = reference.losses, reference.limits
    told = {
        "model": reference.model, "baseline": reference.baseline,
        "groups": [asdict(group) for group in losses.groups],
    }  # fmt: skip
    with written_beside(path) as beside, beside.open("wb") as stream:
        np.savez_compressed(
            stream, told=json.dumps(told, ensure_ascii=False),
            **{name: getattr(losses, name) for name in _LOSSES},
            **{f"limits_{name}": getattr(limits, name) for name in _LIMITS},
        )  # fmt: skip


def read_reference(path: Path) -> Reference:
    """The reference that `write_reference` kept.

    Raises:
        InputError: when the file is not one of these.
    """
    try:
        with np.load(path) as kept:
            told = json.loads(str(kept["told"]))
            groups = tuple(Group(**group) for group in told["groups"])
            losses = DailyLosses(groups=groups, **{name: kept[name] for name in _LOSSES})
            limits = {name: kept[f"limits_{name}"] for name in _LIMITS}
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise InputError(
            "not a reference of the drift alarm", where=str(path), remedy="Promote the model again"
        ) from error
    step = float(limits.pop("largest_step"))
    return Reference(told["model"], told["baseline"], losses, Limits(**limits, largest_step=step))
