"""A measure from its text to its answer: what changes, how surely, and the least cut that meets a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emissions_inventory.scenarios.cut import Cut
from emissions_inventory.scenarios.cut_text import parse_cuts
from foundation.errors import ConfigurationError, InputError
from foundation.places import Region, gazetteer
from foundation.provenance import Degradation
from foundation.times import HOUR, parse_reference_time
from sources.measures.beginning import fraction_from
from sources.measures.cautions import cautions
from sources.measures.change import air_quality, decrease
from sources.measures.changes_told import changes_by_day, changes_by_hour
from sources.measures.configuration import MeasuresConfig, measures_config
from sources.measures.emission_totals import TOTALS_FILE, EmissionTotals, read_totals
from sources.measures.joining import tagged_forecasts
from sources.measures.report import cuts_told, told
from sources.measures.run_folder import read_parts
from sources.measures.tag_cuts import TagCuts, needs_inventory, pair_cuts, tag_cuts
from sources.measures.tagged_forecast import TaggedForecast
from sources.measures.target import target_told
from sources.measures.uncertainty import intervals

__all__ = ["Question", "answer"]

_POINTS_ONLY = Degradation(
    code="points-only",
    chinese="按县、企业或绩效等级减排只减到点源；面源不分县，未减。"
    "要减整个地区，请用清单的地区名，如 @changji。",
    english="Cuts of counties, enterprises or grades reach points only; area sources know no county. "
    "To cut a whole region, name a region of the inventory, such as @changji.",
)


@dataclass(frozen=True)
class Question:
    """What is asked of a run.

    Attributes:
        cuts: texts, see `cut_text`; may be none where a target is given.
        begins: when the measure begins, as a person writes it (Beijing time); the reference time when None.
        target: index that must not be passed on any day, if any.
        region: of `configs/places.yaml`, whose places are told about and kept; all are told about when None.
        inventory: file of the run's inventory, needed for counties, enterprises and grades.
        hours: whether to tell the hours too.
    """

    cuts: tuple[str, ...] = ()
    begins: str | None = None
    target: int | None = None
    region: str | None = None
    inventory: str | None = None
    hours: bool = True


def answer(folder: str | Path, question: Question, config: MeasuresConfig | None = None) -> dict[str, Any]:
    """Answer a question with the tags of a run.

    Args:
        folder: of the run.
        question: what is asked.
        config: choices; those that ship by default.

    Returns:
        Plain data: the cuts as shares of tags, changes by place and day, by region and day, by place and
        hour, the least cut for the target, and cautions.

    Raises:
        ConfigurationError: when nothing is asked, or the time, the target or the region is wrong.
        InputError: when a cut cannot be read or reaches nothing, or the run lacks what it takes.
    """
    chosen = config or measures_config()
    if not question.cuts and question.target is None:
        raise ConfigurationError(
            "nothing to do", remedy='Give --cut "industry=0.3@urumqi" or --target-aqi 150'
        )
    if question.inventory is not None and not Path(question.inventory).is_file():
        raise InputError("no such file", where=question.inventory, remedy="Name the inventory of the run")
    region = _region(question.region, chosen) if question.region or question.target is not None else None
    cuts = parse_cuts(question.cuts) if question.cuts else ()
    parts = read_parts(folder, question.hours and bool(question.cuts))
    reference = parts["day"].reference_time
    begins = parse_reference_time(question.begins) if question.begins else reference
    if begins != begins.astype("datetime64[h]"):
        raise ConfigurationError(f"{question.begins!r} is no full hour", where="--from",
                                 remedy="Give a full hour, such as 2026-11-22T08:00")  # fmt: skip
    later = begins != reference
    fraction = fraction_from(folder, begins, chosen.drivers) if later else None
    found = tagged_forecasts(parts, chosen.drivers, fraction)
    if question.region and region is not None:
        found = _within(found, region)
    document = told(folder, found["day"], reference, begins)
    totals = _totals(Path(folder), question, reference)
    if cuts:
        document |= _change(found, cuts, totals, question, chosen, later)
    if question.target is not None and region is not None:
        kept = found["day"].of_places(region.places)
        document |= {"target": target_told(kept, totals, question.target, region, chosen, begins)}
    return document


def _change(
    found: dict[str, TaggedForecast],
    cuts: Sequence[Cut],
    totals: EmissionTotals,
    question: Question,
    config: MeasuresConfig,
    later: bool,
) -> dict[str, Any]:
    """What cuts change, in plain data."""
    day = found["day"]
    of_tags, notes = _of_tags(day, cuts, totals, question)
    document: dict[str, Any] = {"cuts": cuts_told(cuts, of_tags, day.sources, notes)}
    for kind, forecast in found.items():
        less = decrease(forecast, of_tags.share)
        bounds = intervals(forecast, of_tags.share, of_tags.is_part, config.uncertainty, later=later)
        if kind == "hour":
            document["hours"] = changes_by_hour(forecast, less, bounds)
        else:
            document[{"day": "places", "region": "regions"}[kind]] = changes_by_day(forecast, less, bounds)
    less = decrease(day, of_tags.share)
    after = air_quality(day, np.maximum(day.published - less.sum(axis=-1), 0.0))
    told_too = [_POINTS_ONLY] * bool(notes)
    document["cautions"] = [
        one.model_dump() for one in (*told_too, *cautions(day, of_tags, less, after, config))
    ]
    document["interval"] = list(config.uncertainty.range)
    return document


def _of_tags(
    day: TaggedForecast, cuts: Sequence[Cut], totals: EmissionTotals, question: Question
) -> tuple[TagCuts, tuple[str, ...]]:
    if question.inventory is None or not any(map(needs_inventory, cuts)):
        return tag_cuts(totals, pair_cuts(totals, cuts), day.sources, day.species), ()
    from emissions_inventory.storage import read_inventory
    from sources.measures.inventory_cuts import inventory_cuts, weighted

    hours = np.arange(day.valid_time[0], day.valid_time[-1] + 24 * HOUR, HOUR)
    by_inventory, shares, notes = inventory_cuts(read_inventory(question.inventory), cuts, hours)
    shares, outside = weighted(totals, by_inventory, shares)
    cut = tag_cuts(totals, shares, day.sources, day.species, uneven=True)
    return cut, (*notes, *outside)


def _totals(folder: Path, question: Question, reference: np.datetime64) -> EmissionTotals:
    file = folder / TOTALS_FILE
    if file.is_file() or question.inventory is None:
        return read_totals(file)
    from emissions_inventory.storage import read_inventory
    from sources.measures.inventory_cuts import totals_of

    return totals_of(read_inventory(question.inventory), np.array([reference]))


def _region(name: str | None, config: MeasuresConfig) -> Region:
    try:
        return gazetteer().region(name or config.region)
    except InputError as error:
        raise ConfigurationError(error.what, where="--region", remedy=error.remedy) from error


def _within(found: dict[str, TaggedForecast], region: Region) -> dict[str, TaggedForecast]:
    made = {
        kind: one.of_places([region.id] if kind == "region" else region.places) for kind, one in found.items()
    }
    if not made["day"].places:
        raise ConfigurationError(
            f"the run publishes no place of {region.id}", where="--region",
            remedy=f"It publishes {', '.join(found['day'].places)}",
        )  # fmt: skip
    return {kind: one for kind, one in made.items() if one.places}
