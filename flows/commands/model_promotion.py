"""`bogda models promote`."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.commands.models import required_tracking
from flows.commands.verify import read_hindcast
from flows.output import print_json, print_line, progress_bar
from foundation.errors import ConfigurationError, InputError
from foundation.times import now

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from training.tracking import Tracking
    from training.verdict import Verdict

_LONGEST_REASON = 1000


@dataclass(frozen=True)
class PromotionRequest:
    """What is asked for on the command line, as it was written."""

    name: str
    verification: str
    store: str
    by: str | None = None
    force: str | None = None


def run(request: PromotionRequest, *, as_json: bool) -> None:
    """Make a version the champion if verification says so, or someone answers for it.

    Raises:
        InputError: when verification speaks against it; the judgement is printed all the same.
        BogdaError: when the model, the hindcast or the registry cannot be used.
    """
    _check(request)
    with progress_bar("bogda models promote", 3) as progress:
        progress("registry")
        tracking = required_tracking(request.store)
        progress("hindcast")
        hindcast = read_hindcast(request.verification)
        progress("judgement")
        document = _promoted(tracking, request, hindcast)
    if as_json:
        print_json(document)
    else:
        _print_judgement(document)
    if not document["promoted"]:
        against = [reason for reason in document["reasons"] if not reason["holds"]]
        more = f" (and {len(against) - 1} more)" if len(against) > 1 else ""
        raise InputError(
            f"{document['model']} is not promoted: {against[0]['english'].rstrip('.')}{more}",
            where=request.verification,
            remedy='Train a better one, judge it on more days, or give --force "reason"',
        )  # fmt: skip


def _check(request: PromotionRequest) -> None:
    if ":" not in request.name:
        raise ConfigurationError(
            f"{request.name!r} names no version", remedy="Write name and version, such as bogda-day:3"
        )
    for option, text in (("--force", request.force), ("--by", request.by)):
        if text is not None and not 0 < len(text.strip()) <= _LONGEST_REASON:
            raise ConfigurationError(f"{option} needs 1 to {_LONGEST_REASON} characters")


def _promoted(tracking: Tracking, request: PromotionRequest, hindcast: xr.Dataset) -> dict[str, Any]:
    """Judge and, if it may be, promote; no other process changes the champion meanwhile."""
    from forecast.learned.release import read_release, release_fingerprint
    from foundation.provenance import record_input
    from training import registry
    from training.promotion import judge, line_of

    with tracking.alone():
        version = registry.find(tracking, request.name)
        kind = version.name.removeprefix("bogda-")
        folder = registry.folder_of(tracking, version)
        document, _ = read_release(folder)
        former = registry.champion_of(tracking, kind)
        rival = None if former is None else release_fingerprint(registry.folder_of(tracking, former))
        verdict = judge(hindcast, document, release_fingerprint(folder), rival)
        promoted = verdict.promoted or request.force is not None
        forced = request.force.strip() if request.force and not verdict.promoted else None
        record = {
            "model": version.label, "former_champion": None if former is None else former.label,
            "promoted": promoted, "by": request.by or _user(), "at": str(now()), "forced": forced,
            "verification": record_input(request.verification, "hindcast").model_dump(),
            **verdict.as_document(),
        }  # fmt: skip
        if promoted:
            record["no_drift_alarm"] = _no_reference(tracking, folder, hindcast, line_of(document))
            registry.set_champion(tracking, version, record, _told(record, verdict))
    return record


def _told(record: dict[str, Any], verdict: Verdict) -> dict[str, str]:
    told = {
        "promoted": record["at"],
        "promoted_by": record["by"],
        "verdict": verdict.as_document()["verdict"],
    }
    return told | ({"forced": record["forced"]} if record["forced"] else {})


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may have no name for its user
        return "unknown"


def _no_reference(tracking: Tracking, folder: Path, hindcast: xr.Dataset, line: str) -> str | None:
    """Why daily runs will not be able to tell whether the model grew worse; None where they will."""
    from flows.hindcasts.drift import keep_reference
    from forecast.learned.release import release_fingerprint

    if not tracking.is_local:
        return "the registry is on a server"
    return keep_reference(folder, release_fingerprint(folder), hindcast, line)


def _print_judgement(document: dict[str, Any]) -> None:
    for reason in document["reasons"]:
        print_line(f"{'✓' if reason['holds'] else '✗'} {reason['chinese']} {reason['english']}")
    if document.get("no_drift_alarm"):
        print_line(f"无漂移警报 no drift alarm: {document['no_drift_alarm']}")
    if document["promoted"]:
        overruled = f"，理由 forced: {document['forced']}" if document["forced"] else ""
        print_line(f"已启用 promoted: {document['model']}（{document['by']}{overruled}）")
    else:
        print_line(f"未启用 not promoted: {document['model']}")
