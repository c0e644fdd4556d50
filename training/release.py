"""From fitted members to a release that is written, tracked and registered; never promoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from forecast.learned.release import read_document, write_release
from forecast.learned.release_document import ReleaseDocument, Score
from forecast.verification.hindcast import MEAN
from foundation.errors import InputError
from foundation.times import iso_utc
from training.registration import register
from training.registry import Version
from training.tracking import TrackedRun, Tracking

KEPT = ("mae", "rmse", "crps", "coverage80")
"""Scores that travel with a release."""


def scores_of(
    table: Iterable[Mapping[str, Any]], models: Sequence[str], issues: np.ndarray, place: str = MEAN
) -> tuple[Score, ...]:
    """Scores as a release keeps them.

    Args:
        table: records of `forecast.verification.table.score_table`.
        models: those kept, the released one and those beside it.
        issues: (issue,) judged, UTC.
        place: id of the place, or `mean`.

    Raises:
        InputError: when nothing was judged, or a model is not in the table.
    """
    if not len(issues):
        raise InputError("no issue was judged, so there is no score to release")
    begins, ends = iso_utc(issues.min()), iso_utc(issues.max())
    chosen = [record for record in table if record["place"] == place and record["model"] in models]
    absent = sorted(set(models) - {record["model"] for record in chosen})
    if absent:
        raise InputError(f"no scores of {absent[0]}", remedy="Judge it on the same cases")
    return tuple(
        Score(
            model=record["model"], pollutant=record["pollutant"], lead_hours=record["lead_hours"], score=name,
            value=record[name], judged_from=begins, judged_until=ends, cases=record["n"],
        )
        for record in chosen
        for name in KEPT
        if record.get(name) is not None
    )  # fmt: skip


def publish(
    tracking: Tracking, run: TrackedRun, folder: str | Path, document: ReleaseDocument,
    members: Sequence[Mapping[str, Any]], past: np.ndarray | None = None,
) -> Version:  # fmt: skip
    """Write a release, keep it with its run, and register it as the next version of its kind.

    Args:
        tracking: runs and registry.
        run: the run that made it.
        folder: where the release is written; must not exist yet.
        document: its contract.
        members: state dict of each member.
        past: as `forecast.learned.release.write_release` takes it.

    Raises:
        BogdaError: when anything cannot be written; what is not registered is no version.
    """
    return publish_folder(tracking, run, write_release(folder, document, members, past))


def publish_folder(tracking: Tracking, run: TrackedRun, folder: str | Path) -> Version:
    """Keep a written release with a run, and register it.

    Raises:
        BogdaError: when it is not whole or cannot be kept.
    """
    document = read_document(folder)
    run.log_release(folder)
    run.log_metrics(0, _figures(document.scores))
    return register(tracking, folder, run.id)


def _figures(scores: Sequence[Score]) -> dict[str, float]:
    """Scores under names that MLflow takes."""
    return {f"{one.model}/{one.pollutant}/{one.lead_hours} h/{one.score}": one.value for one in scores}
