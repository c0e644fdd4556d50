"""The trail of an inventory: every step, the files it read, the mass before and after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from foundation.configuration import Config
from foundation.errors import InputError
from foundation.provenance import InputRecord

if TYPE_CHECKING:
    from emissions_inventory.inventory import Inventory

__all__ = [
    "KEPT",
    "Step",
    "check_kept",
    "checksum_of",
    "mass_budget",
    "trail_from_json",
    "trail_to_json",
    "version_of",
]

KEPT = 1e-9
"""Relative change of a sum that a step may make."""


class Step(Config):
    """One thing done to an inventory.

    Attributes:
        action: what was done: `import`, `prior`, `grid`, `scenario`, `update` and the like.
        detail: in words.
        inputs: the files read, with their hashes.
        parents: versions that it was made from.
        mass_t: total of each species afterwards, t, all months together.
        dropped_t: what the step left out, t by species, such as what lies outside the grid.
        notes: what a reader should know, such as fallbacks and rows left out.
    """

    action: str
    detail: str
    inputs: tuple[InputRecord, ...] = ()
    parents: tuple[str, ...] = ()
    mass_t: dict[str, float] = Field(default_factory=dict)
    dropped_t: dict[str, float] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()


def mass_budget(inventory: Inventory) -> dict[str, float]:
    """Total of each species, t, all months together."""
    totals = inventory.totals().sum(("month", "sector", "region"))
    return {str(name): float(totals.sel(species=name)) / 1000.0 for name in inventory.species}


def check_kept(before: np.ndarray, after: np.ndarray, where: str) -> None:
    """Refuse a step that changes sums.

    Args:
        before: sums before, kg, any shape; usually by month, sector and species.
        after: sums after, the same shape.
        where: the step.

    Raises:
        InputError: with the largest relative change, when it is more than `KEPT`.
    """
    scale = np.maximum(np.abs(before), np.abs(after))
    change = np.abs(after - before) / np.where(scale > 0, scale, 1.0)
    if change.size and not float(change.max()) <= KEPT:
        raise InputError(f"sums changed by {float(change.max()):.2e} of themselves, {KEPT:g} is allowed",
                         where=where, remedy="Nothing was written; report this")  # fmt: skip


def trail_to_json(trail: Sequence[Step]) -> str:
    """A trail as one line of JSON."""
    return json.dumps([step.model_dump(mode="json") for step in trail], ensure_ascii=False)


def trail_from_json(text: str, where: str) -> tuple[Step, ...]:
    """A trail from JSON.

    Raises:
        InputError: when the text is no trail.
    """
    try:
        return tuple(Step.model_validate(step) for step in json.loads(text))
    except (ValueError, TypeError) as error:
        raise InputError("the trail of the inventory cannot be read", where=where,
                         remedy="Build or import it again") from error  # fmt: skip


def checksum_of(contents: Iterable[tuple[str, np.ndarray]]) -> str:
    """SHA-256 of named arrays, however wide their numbers are stored."""
    digest = hashlib.sha256()
    for name, value in contents:
        array = np.asarray(value)
        digest.update(f"{name}{array.shape}".encode())
        digest.update(_plain(array))
    return digest.hexdigest()


def version_of(checksum: str, title: str, trail: Sequence[Step]) -> str:
    """The version of an inventory: twelve hexadecimal digits that stand for contents, title and trail."""
    told = json.dumps([_without_folders(step) for step in trail], ensure_ascii=False)
    return hashlib.sha256(f"{checksum}\x1f{title}\x1f{told}".encode()).hexdigest()[:12]


def _without_folders(step: Step) -> dict[str, Any]:
    """A step as JSON; where its files lay does not make another version of them."""
    document = step.model_dump(mode="json")
    document["inputs"] = [one | {"path": Path(one["path"]).name} for one in document["inputs"]]
    return document


def _plain(array: np.ndarray) -> bytes:
    """Bytes of an array that do not depend on how wide its numbers are stored, or on the sign of a NaN."""
    if array.dtype.kind in "OUS":
        return "\x1f".join(map(str, array.ravel())).encode()
    if array.dtype.kind in "iu":
        return array.astype(np.int64).tobytes()
    wide = array.astype(np.float64)
    wide[np.isnan(wide)] = np.nan
    return wide.tobytes()
