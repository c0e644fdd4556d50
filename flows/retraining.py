"""Retraining that proposes: a candidate is trained, judged beside the champion, and left for a person.

Nothing here promotes: the registry and its aliases are read alone. Who agrees with a proposal promotes with
`bogda models promote`, which judges again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr

from flows.hindcasts.learned import open_release
from flows.hindcasts.making import make_hindcast
from flows.hindcasts.plan import HindcastPlan
from flows.proposals import PROPOSAL, proposals_folder
from forecast.learned.champion import champion as champion_folder
from foundation.errors import ConfigurationError, RunError
from foundation.store import RunStore, write_text_atomically
from foundation.times import DAY, iso_utc, now, stamp

Progress = Callable[[str], None]

Train = Callable[[np.datetime64, Path], Path]
"""Trains on nothing measured after an instant (UTC), into a folder; returns the folder of the release."""

Judge = Callable[[xr.Dataset, Path, Path | None], dict[str, Any]]
"""The verdict on a hindcast with the candidate and, if there is one, the champion."""

HINDCAST = "hindcast.nc"


@dataclass(frozen=True)
class Retraining:
    """What shall be retrained, and on what it is judged.

    Attributes:
        plan: a hindcast of the case to its last issue; its first issue is set after the training.
        store: local store with the champion; the proposal is left under its `models/proposals/`.
        trained_until: the candidate sees nothing measured after it, UTC.
        fewest_days: days of issues after the training without which nothing is proposed.
    """

    plan: HindcastPlan
    store: str
    trained_until: np.datetime64
    fewest_days: int = 60

    @property
    def kind(self) -> Literal["day", "hour"]:
        """Of which means the model is."""
        return "day" if self.plan.averaging == "day" else "hour"


def propose_retraining(
    request: Retraining, train: Train, judge: Judge | None = None, progress: Progress = lambda _: None
) -> Path:
    """Train a candidate, judge it after its training beside the champion and the baselines, write it down.

    Args:
        request: what, until when.
        train: trains the candidate.
        judge: gives the verdict; `training.promotion.judge` when None.
        progress: told each step.

    Returns:
        The folder of the proposal: `candidate/`, `hindcast.nc` and `proposal.json`.

    Raises:
        ConfigurationError: when too few days lie after the training, or the store is not a folder.
        BogdaError: when training, hindcast or verdict fail; no proposal is left then.
    """
    store = RunStore(request.store)
    if not store.is_local:
        raise ConfigurationError("expected a local store", where=request.store, remedy="Name a folder")
    _check_days(request, request.trained_until)
    folder = proposals_folder(store) / f"{stamp(now())}-{request.kind}"
    beside = folder.with_name(f".{folder.name}")
    try:
        beside.mkdir(parents=True)
        document = _made(request, train, judge or verdict_of, beside, progress)
        write_text_atomically(beside / PROPOSAL, json.dumps(document, ensure_ascii=False, indent=1))
        beside.rename(folder)
    except OSError as error:
        problem = f"cannot write: {error.strerror or error}"
        raise RunError(problem, where=str(folder), remedy="Check the store") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def _made(
    request: Retraining, train: Train, judge: Judge, folder: Path, progress: Progress
) -> dict[str, Any]:
    progress("training")
    candidate = train(request.trained_until, folder / "candidate")
    if not candidate.resolve().is_relative_to(folder.resolve()):
        candidate = Path(shutil.copytree(candidate, folder / "candidate", dirs_exist_ok=True))
    champion = champion_folder(request.store, request.kind)
    plan = _plan(request, candidate, champion)
    progress("hindcast")
    made = make_hindcast(plan, folder / HINDCAST, progress=lambda step: progress(f"hindcast · {step}"))
    progress("verdict")
    with xr.open_dataset(made.path) as opened:
        hindcast = opened.load()
    verdict = judge(hindcast, candidate, champion)
    return {
        "kind": request.kind, "created": iso_utc(now()),
        "candidate": {
            "folder": str(candidate.relative_to(folder)), "fingerprint": hindcast.attrs.get("release"),
            "trained_until": str(open_release(str(candidate)).trained_until),
        },
        "champion": None if champion is None else {
            "folder": str(champion), "fingerprint": hindcast.attrs.get("champion_release")
        },
        "judged": {"from": str(plan.issues[0]), "to": str(plan.issues[-1]), "issues": len(plan.issues)},
        "hindcast": HINDCAST, "models": list(made.models), "verdict": verdict, "promoted": False,
        "chinese": "仅为建议：现用模型未改动。同意者用 bogda models promote 启用，届时重新判定。",
        "english": "A proposal only: the champion is unchanged. Promote it with bogda models promote.",
    }  # fmt: skip


def _plan(request: Retraining, candidate: Path, champion: Path | None) -> HindcastPlan:
    """The hindcast after the training of both, on the clock of the plan asked for."""
    ends = [open_release(str(folder)).trained_until for folder in (candidate, champion) if folder]
    latest = max(end.astype("datetime64[ns]") for end in ends)
    _check_days(request, latest)
    later = -((request.plan.first - latest) // DAY)
    first = request.plan.first + max(int(later), 0) * DAY
    in_use = None if champion is None else str(champion)
    return replace(request.plan, first=first, release=str(candidate), champion=in_use)


def _check_days(request: Retraining, until: np.datetime64) -> None:
    days, least = int((request.plan.last - until) // DAY), request.fewest_days
    if days < least:
        problem = f"expected at least {least} days of issues after the training, got {max(days, 0)}"
        raise ConfigurationError(problem, remedy="End the training earlier, or wait")


def verdict_of(hindcast: xr.Dataset, candidate: Path, champion: Path | None) -> dict[str, Any]:
    """The verdict by the rules of a promotion.

    Args:
        hindcast: with the candidate, the baselines and the champion.
        candidate: folder of its release.
        champion: folder of the champion's release, if there is one.
    """
    from forecast.learned.release import read_document, release_fingerprint
    from training.promotion import judge

    in_use = None if champion is None else release_fingerprint(champion)
    found = judge(hindcast, read_document(candidate), release_fingerprint(candidate), in_use)
    return found.as_document()
