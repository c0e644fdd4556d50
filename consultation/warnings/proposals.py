"""Proposals for every region and place of a forecast, as a document and as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from consultation.products import FORECAST_FILE, WARNINGS_FILE, Products, is_synthetic, read_forecast
from consultation.warnings.assessment import Assessment, assess, stricter
from consultation.warnings.courses import Courses, daily_courses, sliding_courses
from consultation.warnings.document import Area, NotEvaluated, Proposal, WarningsDocument
from consultation.warnings.dust_signals import signals_of_run
from consultation.warnings.evidence import Origin, proposal_of
from consultation.warnings.wording import MEMBERS, NO_FORECAST, NOTICE, too_few
from foundation.places import gazetteer
from foundation.store import write_text_atomically
from foundation.times import beijing_day, iso_utc
from standards.warning_rules import WarningRules, rule_set_on


def propose_warnings(
    forecast_day: xr.Dataset, forecast_hour: xr.Dataset | None = None, *, file: str = FORECAST_FILE
) -> WarningsDocument:
    """Propose warnings for every region and place.

    The rules in force on the Beijing day of the reference time apply: those of the series `xinjiang` to
    the mean over a region, those of `national` to a place. Calendar days of the daily forecast and, where
    there is an hourly forecast, every consecutive 24 hours of it are judged; the stricter holds.
    Probabilities come from scenarios where the daily forecast has them, else from quantiles.

    Args:
        forecast_day: keeps `foundation.contracts.FORECAST`, averaging `day`, one reference time.
        forecast_hour: the same with averaging `hour`; None where there is none.
        file: name of the forecast file, for the evidence.
    """
    daily = daily_courses(forecast_day)
    sliding = None if forecast_hour is None else sliding_courses(forecast_hour)
    reference = forecast_day["reference_time"].values[0]
    origin = Origin(file, reference, str(forecast_day.attrs["model"]))
    day = np.datetime64(beijing_day(reference).item())
    rules = {"region": rule_set_on(day, "xinjiang"), "place": rule_set_on(day, "national")}
    results = [_judge(area, rules[area.scope], daily, sliding, origin) for area in _areas(daily)]
    return WarningsDocument(
        notice=NOTICE,
        reference_time=iso_utc(reference),
        synthetic=is_synthetic(forecast_day),
        probability_from=daily.members_are,
        probability_note=MEMBERS[daily.members_are],
        proposals=tuple(result for result in results if isinstance(result, Proposal)),
        not_evaluated=tuple(result for result in results if isinstance(result, NotEvaluated)),
    )


def _areas(daily: Courses) -> list[Area]:
    """Regions first, then places in the order of the gazetteer, then places it does not know."""
    known = gazetteer()
    present = daily.published.notnull().any("time")
    held = {str(place) for place in present["place"].values[present.values]}
    listed = [str(place) for place in daily.published["place"].values]
    regions = [
        Area(
            scope="region",
            id=region.id,
            chinese=region.chinese,
            english=region.english,
            members=tuple(place for place in region.places if place in held),
            missing=tuple(place for place in region.places if place not in held),
        )
        for region in known.regions
    ]
    wanted = {place for region in known.regions for place in region.places} | set(listed)
    ordered = [place.id for place in known.places if place.id in wanted]
    ordered += [place for place in listed if place not in set(ordered)]
    return regions + [_place_area(place, place in held) for place in ordered]


def _place_area(name: str, has_forecast: bool) -> Area:
    place = next((known for known in gazetteer().places if known.id == name), None)
    return Area(
        scope="place",
        id=name,
        chinese=place.chinese if place else name,
        english=place.english if place else name,
        members=(name,) if has_forecast else (),
        missing=() if has_forecast else (name,),
    )


def _judge(
    area: Area, rules: WarningRules, daily: Courses, sliding: Courses | None, origin: Origin
) -> Proposal | NotEvaluated:
    regional = area.scope == "region"
    needed = rules.scope.minimum_members if regional and rules.scope else 1
    if len(area.members) < needed:
        return NotEvaluated(area=area, reason=too_few(len(area.members), needed) if regional else NO_FORECAST)
    by_day = assess(daily, area.members, rules, regional=regional)
    if not by_day.evaluable:
        return NotEvaluated(area=area, reason=too_few(0, needed))
    by_hour = _by_hour(sliding, area, rules, regional=regional)
    found = by_day if by_hour is None else stricter(by_hour, by_day)
    return proposal_of(area, found, by_day, rules, origin)


def _by_hour(
    sliding: Courses | None, area: Area, rules: WarningRules, *, regional: bool
) -> Assessment | None:
    if sliding is None or not set(area.members) <= set(sliding.published["place"].values):
        return None
    found = assess(sliding, area.members, rules, regional=regional)
    return found if found.evaluable else None


def _propose(products: Products, file: str) -> WarningsDocument:
    return propose_warnings(products.day, products.hour, file=file)


def evaluate(forecast: str | Path) -> dict[str, Any]:
    """Proposals for a forecast file, as the JSON document of `bogda warnings evaluate`.

    Raises:
        InputError: when the file is absent or is not NetCDF.
        ContractError: when it is not a forecast.
    """
    document = _propose(read_forecast(forecast), Path(forecast).name)
    return document.model_dump(mode="json")


def write_warnings(folder: str | Path) -> Path:
    """Write `warnings.json` of a run folder from its `forecast.nc` and, for dust signals, its `dust.json`.

    Returns:
        Path of the file written.

    Raises:
        InputError: when there is no readable forecast.
        ContractError: when the forecast does not keep its contract.
    """
    target = Path(folder) / WARNINGS_FILE
    document = _propose(read_forecast(Path(folder) / FORECAST_FILE), FORECAST_FILE)
    document = document.model_copy(update={"dust_signals": signals_of_run(Path(folder))})
    write_text_atomically(target, document.model_dump_json(indent=1) + "\n")
    return target
