"""Yesterday's verification and the scores of the last period, as tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from consultation.bulletin.looks import Look, look_of_index, look_of_level
from consultation.bulletin.settings import BulletinConfig, ComparedModel
from consultation.bulletin.tables import place_names

_POLLUTANT = "pm25"


@dataclass(frozen=True)
class Check:
    """Yesterday at one place; numbers are text, `—` where missing."""

    chinese: str
    english: str
    day: str
    pm25: str
    pm25_range: str
    pm25_observed: str
    persistence: str
    aqi_range: str
    aqi_observed: str
    forecast_look: Look
    observed_look: Look
    level_hit: bool | None
    range_hit: bool | None
    primary_hit: bool | None


@dataclass(frozen=True)
class ScoreRow:
    """Scores of one lead, means over the places that every compared model has."""

    day: int
    places: int
    cases: int
    mae: tuple[str, ...]
    gain: str
    crps: tuple[str, ...]
    coverage: str
    csi: str


@dataclass(frozen=True)
class Scores:
    """Scores of PM2.5 beside those of the floors."""

    begins: str
    ends: str
    models: tuple[ComparedModel, ...]
    rows: tuple[ScoreRow, ...]


def number(value: Any, decimals: int = 0) -> str:
    """A number as text; `—` for null, NaN and what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "—"
    return f"{value:.{decimals}f}"


def _between(low: Any, high: Any) -> str:
    return "—" if "—" in (number(low), number(high)) else f"{number(low)}~{number(high)}"


def _truth(value: Any) -> bool | None:
    return bool(value) if isinstance(value, bool) or number(value) != "—" else None


def checks_of(verification: dict[str, Any]) -> tuple[Check, ...]:
    """Yesterday's verification, one row a place, from `verification.json`."""
    return tuple(_check(row) for row in verification.get("yesterday") or () if isinstance(row, dict))


def _check(row: dict[str, Any]) -> Check:
    names = place_names(str(row.get("place", "—")))
    return Check(
        chinese=names.chinese,
        english=names.english,
        day=str(row.get("valid_day") or "—"),
        pm25=number(row.get("forecast")),
        pm25_range=_between(row.get("low"), row.get("high")),
        pm25_observed=number(row.get("observed")),
        persistence=number(row.get("persistence")),
        aqi_range=_between(row.get("aqi_low"), row.get("aqi_high")),
        aqi_observed=number(row.get("aqi_observed")),
        forecast_look=_look(row.get("level_forecast"), row.get("aqi_forecast")),
        observed_look=_look(row.get("level_observed"), row.get("aqi_observed")),
        level_hit=_truth(row.get("level_hit")),
        range_hit=_truth(row.get("range_hit")),
        primary_hit=_truth(row.get("primary_hit")),
    )


def _look(level: Any, aqi: Any) -> Look:
    if number(level) != "—":
        return look_of_level(int(level))
    return look_of_index(None if number(aqi) == "—" else float(aqi))


def scores_of(verification: dict[str, Any], config: BulletinConfig) -> Scores | None:
    """Scores of PM2.5 by lead day; None when there are none.

    Args:
        verification: the document `verification.json`.
        config: which models are compared; the first is the published one, the second its floor.
    """
    rows = [row for row in verification.get("scores") or () if isinstance(row, dict)]
    rows = [row for row in rows if row.get("pollutant") == _POLLUTANT and _complete(row)]
    held = {row.get("model") for row in rows}
    models = tuple(model for model in config.compared_models if model.id in held)
    leads = sorted({row["lead_hours"] for row in rows if row["lead_hours"] % 24 == 0})
    if not models or not leads:
        return None
    period = verification.get("period") or {}
    return Scores(
        begins=str(period.get("from") or "—"),
        ends=str(period.get("to") or "—"),
        models=models,
        rows=tuple(_score_row([row for row in rows if row["lead_hours"] == lead], models) for lead in leads),
    )


def _complete(row: dict[str, Any]) -> bool:
    return isinstance(row.get("place"), str) and all(
        number(row.get(name)) != "—" for name in ("lead_hours", "mae")
    )


def _score_row(rows: list[dict[str, Any]], models: tuple[ComparedModel, ...]) -> ScoreRow:
    by_model = {model.id: {row["place"]: row for row in rows if row["model"] == model.id} for model in models}
    shared = sorted(set.intersection(*(set(found) for found in by_model.values())))

    def mean(model: str, score: str) -> float:
        values = [by_model[model][place].get(score) for place in shared]
        good = [float(value) for value in values if value is not None and number(value) != "—"]
        return sum(good) / len(good) if good and len(good) == len(shared) else math.nan

    published = models[0].id
    errors = [mean(model.id, "mae") for model in models]
    gain = 100 * (1 - errors[0] / errors[1]) if len(errors) > 1 and errors[1] > 0 else math.nan
    return ScoreRow(
        day=int(rows[0]["lead_hours"] // 24),
        places=len(shared),
        cases=sum(int(by_model[published][place].get("n") or 0) for place in shared),
        mae=tuple(number(error, 1) for error in errors),
        gain="—" if not math.isfinite(gain) else f"{gain:+.0f}%",
        crps=tuple(number(mean(model.id, "crps"), 1) for model in models),
        coverage=number(100 * mean(published, "coverage80")) + "%",
        csi=number(mean(published, "csi150"), 2),
    )
