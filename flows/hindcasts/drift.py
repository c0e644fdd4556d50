"""Drift in the daily run: what a run says when its learned model errs more than when it was promoted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from forecast.learned import NAME
from forecast.models import PUBLISHED
from forecast.verification.configuration import verification_config
from forecast.verification.drift import ALARM, drift_state, reference_of
from forecast.verification.drift_reference import read_reference, write_reference
from foundation.errors import BogdaError
from foundation.provenance import Degradation

__all__ = ["drift_found", "drift_told", "keep_reference", "reference_file"]

_GROUPS = 5
_UNKNOWN = "unknown"


def reference_file(release: Path, fingerprint: str, model: str = NAME) -> Path:
    """Where a reference of a release lies: beside its folder, which never changes.

    Args:
        release: folder of the release.
        fingerprint: `forecast.learned.release.release_fingerprint`.
        model: whose errors it holds, `training.promotion.line_of`.
    """
    return release.parent / f"drift-{model.replace(' ', '-')}-{fingerprint[:16]}.npz"


def keep_reference(release: Path, fingerprint: str, hindcast: xr.Dataset, model: str = NAME) -> str | None:
    """Keep what later days of a release that is promoted are held against.

    Args:
        release: folder of the release.
        fingerprint: of it.
        hindcast: on which it was judged.
        model: by which line, `training.promotion.line_of`.

    Returns:
        Why there is no reference; None when there is one.
    """
    try:
        reference = reference_of(hindcast, model, verification_config().drift)
        write_reference(reference, reference_file(release, fingerprint, model))
    except BogdaError as error:
        return error.what
    except OSError as error:
        return f"cannot write: {error.strerror or error}"
    return None


def drift_found(
    release: Path, fingerprint: str, recent: xr.Dataset, since: np.datetime64, model: str = NAME
) -> dict[str, Any] | None:
    """How recent forecasts made with the champion compare with those that it was promoted for.

    Args:
        release: folder of the champion.
        fingerprint: of it.
        recent: hindcast of the last days, as the run verifies them.
        since: issues after this instant, UTC, are the champion's own.
        model: whose errors `published` is held against: those of the champion where it leads alone, those of
            the combination with it (`forecast.models.published_with`) where it is a candidate.

    Returns:
        As `forecast.verification.drift.drift_state`, or `state` unknown with the `reason`; None where no
        reference was kept, and where no issue of the champion's own is judged yet.
    """
    file = reference_file(release, fingerprint, model)
    own = recent.isel(issue=recent["issue"].values > since)
    if not file.is_file() or not bool(own["observed"].notnull().any()):
        return None
    choices = verification_config().drift
    try:
        asked = own.sel(model=[PUBLISHED, choices.baseline]).assign_coords(model=[model, choices.baseline])
        return drift_state(read_reference(file), asked, choices)
    except BogdaError as error:
        return {"state": _UNKNOWN, "reason": error.what}


def drift_told(state: dict[str, Any] | None) -> tuple[Degradation, ...]:
    """A drift state in words; nothing while forecasts are as good as they were.

    Args:
        state: as `drift_found` gives it.
    """
    if state is None or state["state"] not in (ALARM, _UNKNOWN):
        return ()
    if state["state"] == _UNKNOWN:
        return (
            Degradation(
                code="drift-unknown",
                chinese="近期检验资料不足，无法判断预报是否变差。",
                english=f"Whether recent forecasts grew worse cannot be told: {state['reason']}.",
            ),
        )
    loud = [group for group in state["groups"] if group["state"] == ALARM]
    shown = loud[:_GROUPS]
    since = min(str(group["since"]) for group in loud)
    chinese, english = "、".join(one["chinese"] for one in shown), ", ".join(one["english"] for one in shown)
    return (
        Degradation(
            code="drift",
            chinese=f"预报质量警报：自{since}起{chinese}的误差比检验期明显变大，请谨慎使用并查明原因。",
            english=f"Drift alarm: since {since} errors grew at {english}; use with care, find out why.",
        ),
    )
