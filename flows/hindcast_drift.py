"""Drift in the daily run: what a run says when recent forecasts were worse than they used to be."""

from __future__ import annotations

from typing import Any

import xarray as xr

from forecast.verification.configuration import verification_config
from forecast.verification.drift import ALARM, Reference, drift_state
from foundation.errors import BogdaError
from foundation.provenance import Degradation

__all__ = ["drift_degradations", "drift_told"]

_GROUPS = 5


def drift_degradations(reference: Reference | None, recent: xr.Dataset) -> tuple[Degradation, ...]:
    """What a daily run says of drift; nothing while forecasts are as good as they were.

    Args:
        reference: of the champion's verification (`forecast.verification.drift.reference_of`); None where
            there is none, and nothing is said.
        recent: hindcast of the last days, as the run verifies them.
    """
    if reference is None:
        return ()
    try:
        found = drift_state(reference, recent, verification_config().drift)
    except BogdaError as error:
        return (
            Degradation(
                code="drift-unknown",
                chinese="近期检验资料不足，无法判断预报是否变差。",
                english=f"Whether recent forecasts grew worse cannot be told: {error.what}.",
            ),
        )
    return drift_told(found)


def drift_told(state: dict[str, Any]) -> tuple[Degradation, ...]:
    """The alarm of a drift state in words; nothing without one.

    Args:
        state: as `forecast.verification.drift.drift_state` gives it.
    """
    if state["state"] != ALARM:
        return ()
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
