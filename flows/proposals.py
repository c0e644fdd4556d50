"""The proposals of retrained models that lie in a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from foundation.errors import InputError
from foundation.store import RunStore
from foundation.times import DAY, now

PROPOSAL = "proposal.json"


def is_due(store: str, kind: str, every_days: int, at: np.datetime64 | None = None) -> bool:
    """Whether a proposal should be made: none was in the last `every_days`; what a schedule asks each day.

    Args:
        store: local store.
        kind: `day` or `hour`.
        every_days: least distance of proposals.
        at: now when None, UTC.
    """
    latest = proposals(store, kind)[:1]
    return not latest or bool((at or now()) - _created(latest[0]) >= every_days * DAY)


def proposals(store: str, kind: str) -> list[dict[str, Any]]:
    """The proposals of a kind in a store, the newest first.

    Raises:
        InputError: when one cannot be read.
    """
    files = proposals_folder(RunStore(store)).glob(f"*-{kind}/{PROPOSAL}")
    return [read_proposal(file) for file in sorted(files, reverse=True)]


def read_proposal(file: Path) -> dict[str, Any]:
    """What a proposal says.

    Raises:
        InputError: when it cannot be read.
    """
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            "not a proposal", where=str(file), remedy="Remove the folder of that proposal"
        ) from error


def _created(proposal: dict[str, Any]) -> np.datetime64:
    return np.datetime64(str(proposal["created"]).rstrip("Z"))


def proposals_folder(store: RunStore) -> Path:
    """Where the proposals of a local store are."""
    return Path(store.root) / "models" / "proposals"
