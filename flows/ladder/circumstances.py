"""What is known of the outside when a run is planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from flows.ladder.standing import Passed, Standing
from foundation.provenance import Degradation

__all__ = ["NOWHERE", "RUNGS", "Circumstances", "ForecastRung"]

ForecastRung = Literal["full", "statistical", "persistence"]
RUNGS: tuple[ForecastRung, ...] = ("full", "statistical", "persistence")
"""Rungs of the forecast, the highest first."""


@dataclass(frozen=True)
class Circumstances:
    """Where a run stands before it begins; that of a case by name stands nowhere in particular.

    Attributes:
        standings: rungs decided before the run: weather, inventory, device.
        remarks: what is told beside them.
        rung: highest rung of the forecast that is allowed.
        measured_hours: of the last 24, that should be there; None where nobody expects any.
        champion: whether a learned model should be there.
        not_measured: why measurements did not arrive.
        minutes: time for weather and transport; that of `configs/daily.yaml` when None.
    """

    standings: tuple[Standing, ...] = ()
    remarks: tuple[Degradation, ...] = ()
    rung: ForecastRung = "full"
    measured_hours: int | None = None
    champion: bool = False
    not_measured: tuple[Passed, ...] = ()
    minutes: float | None = None

    @property
    def choices(self) -> dict[str, Any]:
        """What of it decides a run's result, or is told in it; nothing for a case by name."""
        if self == NOWHERE:
            return {}
        rungs = [[one.kind, one.rung, one.source[1], one.item] for one in self.standings]
        told = [self.measured_hours, self.champion, [one.code for one in self.remarks]]
        return {"circumstances": [self.rung, rungs, told]}


NOWHERE = Circumstances()
"""Those of a case by name, about which nobody expects anything."""
