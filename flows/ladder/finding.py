"""Where a run turned out to stand once it was made: its forecast, its measurements, its learned model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.ladder.hours import measured_standing
from flows.ladder.standing import Passed, Standing
from flows.measurements import Measurements
from flows.plan import DayPlan
from flows.transport import Physical
from forecast.persisted import MODEL
from forecast.product import ForecastProduct
from foundation.provenance import Degradation

__all__ = ["REASONS", "ladder_document", "reason", "standings_of"]

REASONS = {
    "rung-asked": ("值守程序要求只做应急预报", "asked for so that a product is in time"),
    "measurements-too-old": (
        "监测中断过久，统计组合无从起报",
        "measurements stopped too long ago",
    ),
    "statistics-failed": ("统计组合预报出错", "the statistical combination failed"),
}
"""Why a forecast is damped persistence, by code."""


def reason(code: str, detail: str = "") -> Degradation:
    """Why a forecast is damped persistence, for its product to carry."""
    chinese, english = REASONS[code]
    return Degradation(code=code, chinese=chinese, english=f"{english}: {detail}" if detail else english)


def standings_of(
    plan: DayPlan, measured: Measurements, products: Mapping[str, ForecastProduct], physical: Physical
) -> tuple[Standing, ...]:
    """The rungs that a run stands on, of all kinds that are known of it."""
    known = [*plan.circumstances.standings, _forecast(products["day"], physical)]
    expected = plan.circumstances.measured_hours
    if expected is not None:
        failed = plan.circumstances.not_measured
        hours = measured_standing(measured.hourly, plan.reference_time, expected, failed)
        known += [] if hours is None else [hours]
    if plan.circumstances.champion:
        known.append(Standing("champion", _champion(plan, products["day"])))
    return tuple(known)


def ladder_document(standings: tuple[Standing, ...]) -> dict[str, Any]:
    """The rungs of a run for its manifest, by kind."""
    return {one.kind: one.document for one in standings}


def _forecast(day: ForecastProduct, physical: Physical) -> Standing:
    if str(day.dataset.attrs["model"]) == MODEL:
        told = [note for note in day.notes if note.code in REASONS]
        passed = tuple(Passed("full", "", "", one.code, one.chinese, one.english) for one in told)
        return Standing("forecast", "persistence", passed=passed)
    return Standing("forecast", "statistical" if physical.forecast is None else "full")


def _champion(plan: DayPlan, day: ForecastProduct) -> str:
    if plan.circumstances.rung == "persistence" or "day" in plan.champions:
        return "as-expected" if day.learned is not None else "not-used"
    return "none"
