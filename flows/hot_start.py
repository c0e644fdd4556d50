"""Where the transport model starts from: the state that an earlier run left for this time."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from flows.case import CaseConfig
from foundation.configuration import shipped_text
from foundation.store import MANIFEST, RunStore, fingerprint
from foundation.times import HOUR, stamp

_SHIPPED = ("idealised_emissions.yaml", "physical.yaml", "processes.yaml", "species.yaml")

_OF_DUST = (
    "dust_forecast.yaml",
    "dust_emission.yaml",
    "dust_regions.yaml",
    "dust_relief.csv",
    "species.yaml",
)

_MOST = 2
"""States tried before the model starts cold."""


@dataclass(frozen=True)
class LeftState:
    """A state of the model that an earlier run left.

    Attributes:
        run: folder name of the run, its reference time.
        path: the file, in the store.
        sha256: of the file.
        time: of the state, UTC.
    """

    run: str
    path: str
    sha256: str
    time: np.datetime64


def physical_choices(case: CaseConfig) -> dict[str, str] | None:
    """Checksums of the configuration behind weather, emissions and transport; None without them."""
    if case.physical is None:
        return None
    from emissions_inventory.prior.configuration import PRIOR_FILES

    names = (*_SHIPPED, *PRIOR_FILES, f"domains/{case.physical}.yaml")
    return _checksums(names)


def dust_choices(case: CaseConfig) -> dict[str, str] | None:
    """Checksums of the configuration behind desert dust; None where it is not run."""
    if case.dust is None:
        return None
    return _checksums((*_OF_DUST, f"domains/{case.dust}.yaml"))


def _checksums(names: Sequence[str]) -> dict[str, str]:
    return {name: hashlib.sha256(shipped_text(name).encode()).hexdigest() for name in names}


def restart_record(
    case: CaseConfig, inventory: str | None, files: dict[np.datetime64, Path]
) -> dict[str, Any]:
    """What the manifest says of the states left for later runs.

    Args:
        case: the case of this run.
        inventory: SHA-256 of the file of emissions, if there is one.
        files: the states as written, by their times, UTC.
    """
    states = [
        {"time": stamp(time), "file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for time, file in files.items()
    ]
    return {"choices": _key(case, inventory), "states": states}


def _key(case: CaseConfig, inventory: str | None) -> str:
    emissions = None if case.emissions is None else case.emissions.model_dump(mode="json")
    return fingerprint({"choices": physical_choices(case), "emissions": emissions, "inventory": inventory})


def left_states(
    store: RunStore, case: CaseConfig, reference_time: np.datetime64, inventory: str | None = None
) -> tuple[LeftState, ...]:
    """States of earlier runs of the same model from which a run can go on, the best first.

    Another inventory is another model. The best is the latest state up to the reference time, of those of
    one time that of the latest run, which knew most.
    """
    if case.physical is None:
        return ()
    from forecast.physical.configuration import physical_config

    wanted = stamp(reference_time)
    oldest = stamp(reference_time - physical_config().oldest_restart_hours * HOUR)
    first = stamp(reference_time - physical_config().lead_hours * HOUR)
    found: list[LeftState] = []
    for run in [run for run in store.runs(case.domain) if first <= run < wanted]:
        folder = f"{store.root}/runs/{case.domain}/{run}"
        found += [
            LeftState(run, f"{folder}/{left['file']}", left["sha256"], _instant(left["time"]))
            for left in _left_by(store, folder, _key(case, inventory))
            if oldest <= left["time"] <= wanted
        ]
    return tuple(sorted(found, key=lambda left: (left.time, left.run), reverse=True)[:_MOST])


def _instant(name: str) -> np.datetime64:
    """A UTC instant from a folder name such as `20160109T160000Z`."""
    return np.datetime64(dt.datetime.strptime(name, "%Y%m%dT%H%M%SZ"), "ns")  # noqa: DTZ007 - UTC by name


def _left_by(store: RunStore, folder: str, key: str) -> list[dict[str, str]]:
    """What a run says of its states; nothing of another model's, or when its manifest cannot be read."""
    try:
        with store.filesystem.open(f"{folder}/{MANIFEST}", "r", encoding="utf-8") as stream:
            record = json.load(stream)["configuration"]["restart"]
        states = [{name: str(left[name]) for name in ("time", "file", "sha256")} for left in record["states"]]
        return states if record["choices"] == key else []
    except (OSError, ValueError, KeyError, TypeError):
        return []


@contextmanager
def fetched(store: RunStore, states: Sequence[LeftState]) -> Iterator[list[Path]]:
    """Local files of states, in their order, without those that are gone or not what was recorded."""
    with tempfile.TemporaryDirectory(prefix="bogda-restart-") as folder:
        files: list[Path] = []
        for left in states:
            file = Path(folder) / f"{left.run}-{Path(left.path).name}"
            try:
                store.filesystem.get_file(left.path, str(file))
            except OSError:
                continue
            if hashlib.sha256(file.read_bytes()).hexdigest() == left.sha256:
                files.append(file)
        yield files
