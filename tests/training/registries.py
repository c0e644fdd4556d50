"""A store with a registry of two tiny models, made once and copied for each test."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from tests.forecast.releases import document, members
from training.registry import Version
from training.release import publish
from training.tracking import Tracking


def published(tracking: Tracking, folder: Path, **changes: object) -> Version:
    """A tiny release, registered as the next version."""
    made = document(**changes)  # type: ignore[arg-type]
    with tracking.run(
        made.name, {"seeds": list(made.seeds), "network": {"width": 8}}, {"kind": "day"}
    ) as run:
        for epoch in range(2):
            run.log_metrics(epoch, {"training": 1.0 / (epoch + 1)})
        return publish(tracking, run, folder, made, members())


@lru_cache(maxsize=1)
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="bogda-registry-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    tracking = Tracking(folder / "store")
    published(tracking, folder / "first")
    published(tracking, folder / "second", trained_until="2015-10-01", seeds=(3, 4))
    return folder / "store"


def store_with_models(folder: Path) -> Path:
    """A store in which `bogda-day` has two versions and no champion."""
    return Path(shutil.copytree(_template(), folder))
