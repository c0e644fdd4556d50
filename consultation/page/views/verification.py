"""Verification of a run: yesterday, the last days by lead, and what runs of the store had said."""

from __future__ import annotations

from typing import Any

import numpy as np

from consultation.bulletin.settings import bulletin_config
from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes import verification as shapes
from consultation.page.shapes.words import Unavailable
from consultation.page.views.forecasts import at_quantile, forecast_of, is_region, names_of
from consultation.page.views.writing import days, shown_numbers
from consultation.products import OBSERVATIONS_FILE, VERIFICATION_FILE
from consultation.run_folder import read_document
from foundation.errors import BogdaError
from foundation.pollutants import POLLUTANTS

__all__ = ["MEAN", "verification"]

MEAN, INDEX = "mean", "aqi"
_NOT_SCORES = ("place", "place_chinese", "place_english", "lead_hours", "pollutant", "model", "n")
_NAMES = ("place", "valid_day", "pollutant")


def verification(
    library: Library, run: Run, earlier: list[Run], place: str, pollutant: str
) -> shapes.VerificationView:
    """Scores of a place and a pollutant.

    Args:
        library: of the page.
        run: whose scores are shown.
        earlier: runs of the store that were issued before.
        place: id, or `mean` over all places.
        pollutant: one of a daily forecast, or `aqi`.
    """
    try:
        document, absent = read_document(run.files.path(VERIFICATION_FILE)), None
    except AbsentError as error:
        document, absent = {}, Unavailable(chinese=error.chinese, english=error.english)
    except BogdaError as error:
        document, absent = {}, Unavailable(chinese=f"{VERIFICATION_FILE} 已损坏", english=error.what)
    scores = [one for one in document.get("scores", []) if isinstance(one, dict)]
    chosen = [one for one in scores if (one.get("place"), one.get("pollutant")) == (place, pollutant)]
    if absent is None and not chosen:
        absent = Unavailable(
            chinese="没有该地点和污染物的评分", english="There are no scores of this place and pollutant"
        )
    leads = sorted({int(one["lead_hours"]) for one in chosen})
    return shapes.VerificationView(
        available=bool(chosen),
        absent=absent,
        period=document.get("period"),
        place=place,
        pollutant=pollutant,
        unit="" if pollutant == INDEX else POLLUTANTS[pollutant].shown_unit,
        lead_hours=leads,
        count=[_of(chosen, lead, None, "n") for lead in leads],
        models=_models(chosen, leads),
        yesterday=_yesterday(document, place, pollutant),
        places=sorted({str(one["place"]) for one in scores}),
        issued=_issued(library, run, earlier, place, pollutant),
        pollutants=sorted({str(one["pollutant"]) for one in scores}),
    )


def _models(chosen: list[dict[str, Any]], leads: list[int]) -> list[shapes.LeadScores]:
    names = {one.id: (one.chinese, one.english) for one in bulletin_config().compared_models}
    models = list(dict.fromkeys(str(one["model"]) for one in chosen))
    kinds = [name for name in (chosen[0] if chosen else {}) if name not in _NOT_SCORES]
    return [
        shapes.LeadScores(
            model=model,
            chinese=names.get(model, (model, model))[0],
            english=names.get(model, (model, model))[1],
            scores={kind: [_of(chosen, lead, model, kind) for lead in leads] for kind in kinds},
        )
        for model in models
    ]


def _of(chosen: list[dict[str, Any]], lead: int, model: str | None, kind: str) -> float | None:
    for one in chosen:
        if one["lead_hours"] == lead and model in (None, one["model"]):
            value = one.get(kind)
            return float(value) if isinstance(value, int | float) else None
    return None


def _yesterday(document: dict[str, Any], place: str, pollutant: str) -> list[shapes.Yesterday]:
    wanted = "pm25" if pollutant == INDEX else pollutant
    found = []
    for one in document.get("yesterday", []):
        if one.get("pollutant") == wanted and place in (MEAN, one.get("place")):
            chinese, english, _, _ = names_of(str(one["place"]))
            values = {key: value for key, value in one.items() if key not in _NAMES}
            found.append(
                shapes.Yesterday(
                    place=str(one["place"]),
                    chinese=chinese,
                    english=english,
                    day=str(one["valid_day"]),
                    values=values,
                )
            )
    return found


def _issued(
    library: Library, run: Run, earlier: list[Run], place: str, pollutant: str
) -> list[shapes.IssuedCase]:
    """What earlier runs had said of the days measured since."""
    if place == MEAN or is_region(place) or pollutant == INDEX:
        return []
    try:
        found = library.read(run, OBSERVATIONS_FILE, None, (pollutant,), {"place": place})
        observed = dict(
            zip(
                days(found["time"].values, "day"),
                shown_numbers(found[pollutant].values, pollutant),
                strict=True,
            )
        )
    except (AbsentError, KeyError):
        return []
    said: dict[str, dict[str, float | None]] = {}
    for one in earlier:
        for day, lead, value in _medians(library, one, place, pollutant):
            if day in observed:
                said.setdefault(day, {})[str(lead)] = value
    return [shapes.IssuedCase(day=day, observed=observed[day], forecasts=said[day]) for day in sorted(said)]


def _medians(library: Library, run: Run, place: str, pollutant: str) -> list[tuple[str, int, float | None]]:
    try:
        forecast = forecast_of(library, run, place, "day")
    except AbsentError:
        return []
    if pollutant not in forecast["pollutant"].values:
        return []
    values = shown_numbers(at_quantile(forecast["concentration"].sel(pollutant=pollutant), 0.5), pollutant)
    leads = (forecast["lead_time"].values / np.timedelta64(1, "h")).astype(int)
    return list(zip(days(forecast["valid_time"].values, "day"), leads.tolist(), values, strict=True))
