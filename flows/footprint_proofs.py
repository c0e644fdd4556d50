"""Proofs of the footprints of a run: closure, forward tags, backward particles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from atmosphere.transport.proofs.proof import Proof
from flows.stored_run import Driven
from foundation.footprint_contracts import check_footprint_closure
from foundation.times import HOUR

if TYPE_CHECKING:
    from sources.footprints.targets import Target

__all__ = ["footprint_proofs", "hourly_proofs"]

CLOSURE, APART = 1e-4, 0.05
"""Bounds: of the closure, and of the difference from the tags as a share of the total."""

_OVERLAP, _CORRELATION, _FACTOR = 0.5, 0.7, 1.5
_PLACE, _HOURS = "urumqi", 36


def footprint_proofs(folder: str | Path, tags: xr.Dataset) -> list[Proof]:
    """Closure and parts of the daily means that a run wrote.

    Args:
        folder: of the run.
        tags: its hourly contributions.
    """
    from sources.footprints.storage import FOOTPRINTS_FILE, read_footprints

    return _against_tags(read_footprints(Path(folder) / FOOTPRINTS_FILE), tags)


def hourly_proofs(driven: Driven, tags: xr.Dataset, told: Callable[[str], None]) -> list[Proof]:
    """The same of one hour at a place, with backward particles.

    Args:
        driven: what drives the run.
        tags: its hourly contributions.
        told: told what begins.
    """
    from flows.footprint_products import explain
    from sources.footprints.targets import target_of

    told("footprint of an hour")
    time = driven.run.reference_time + _HOURS * HOUR
    target = target_of(_PLACE, driven.run.driver.grid, "pm25", "hour", time)
    hourly = explain(driven.run, driven.start, [target])
    told("backward particles")
    return [*_against_tags(hourly, tags), *_particles(driven, target, hourly)]


def _against_tags(made: xr.Dataset, tags: xr.Dataset) -> list[Proof]:
    from sources.footprints.tag_comparison import shares_apart

    apart, closure = shares_apart(made, tags), check_footprint_closure(made, np.inf)
    worst, which = int(apart.argmax()), f"{made.sizes['receptor']} {made.attrs['averaging']} means"
    return [
        Proof("footprint times emissions, initial and outside", closure, CLOSURE, note=which),
        Proof("footprint parts against forward tags", float(apart[worst]), APART,
              note=f"{which}, share of the total; worst at {made['receptor'].values[worst]}"),
    ]  # fmt: skip


def _particles(driven: Driven, target: Target, hourly: xr.Dataset) -> list[Proof]:
    from flows.particle_check import particle_check

    check = particle_check(driven, target, hourly).document["inert"]
    which = f"{target.id}, against the adjoint of a tracer without losses"
    factor = max(check["total_ratio"], 1.0 / check["total_ratio"])
    return [
        Proof("backward particles, overlap", check["overlap"], _OVERLAP, True, which),
        Proof("backward particles, correlation", check["correlation"], _CORRELATION, True, which),
        Proof("backward particles, factor between totals", factor, _FACTOR, note=which),
    ]
