"""Contributions of all runs of a domain in a store."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from foundation.errors import BogdaError, InputError
from foundation.store import RunStore
from foundation.times import parse_reference_time
from sources.tagging.courses import Period
from sources.tagging.measured import OBSERVATIONS_FILE
from sources.tagging.runs import (
    CONTRIBUTIONS_FILE,
    FORECAST_FILE,
    MANIFEST_FILE,
    RunContributions,
    read_contributions,
)

__all__ = ["read_store"]

_LONGEST_LEAD = np.timedelta64(16, "D")
"""Runs issued longer before a period hold nothing of it."""

_FILES = (CONTRIBUTIONS_FILE, FORECAST_FILE, MANIFEST_FILE, OBSERVATIONS_FILE)


def read_store(
    store: str, domain: str, period: Period | None = None
) -> tuple[list[RunContributions], dict[str, str]]:
    """Contributions of all runs of a domain in a store that may hold steps of a period.

    Args:
        store: a folder or URL.
        domain: folder under `runs/`.
        period: runs issued at or after its end are left out.

    Returns:
        The runs, oldest first, and why others were left out, by reference time.

    Raises:
        InputError: when not a single run can be read.
    """
    opened = RunStore(store)
    found, refused = [], {}
    for name in opened.runs(domain):
        issued = parse_reference_time(f"{name[:4]}-{name[4:6]}-{name[6:8]}T{name[9:11]}:{name[11:13]}Z")
        if period is not None and not _may_reach(issued, period):
            continue
        try:
            found.append(_read(opened, domain, name))
        except BogdaError as error:
            refused[name] = error.what
    if not found:
        why = f"; {next(iter(refused.values()))}" if refused else ""
        raise InputError(
            f"no run of {domain!r} has contributions{why}",
            where=store,
            remedy="Make a run with weather and emissions",
        )
    return found, refused


def _may_reach(issued: np.datetime64, period: Period) -> bool:
    """Whether a run may hold steps of a period."""
    early = period.begins is not None and issued + _LONGEST_LEAD < period.begins
    late = period.ends is not None and issued >= period.ends
    return not early and not late


def _read(store: RunStore, domain: str, name: str) -> RunContributions:
    folder = f"{store.root}/runs/{domain}/{name}"
    if store.is_local:
        return read_contributions(folder)
    with tempfile.TemporaryDirectory(prefix="bogda-contributions-") as local:
        for file in _FILES:
            if store.filesystem.exists(f"{folder}/{file}"):
                store.filesystem.get_file(f"{folder}/{file}", str(Path(local) / file))
        return read_contributions(local)
