"""`bogda dust detect`, and what it shares with `bogda dust split`: reading, columns, events of a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.output import print_json, print_line
from foundation.errors import ConfigurationError

if TYPE_CHECKING:
    import xarray as xr

    from observations.dust.events import DustEvent


@dataclass(frozen=True)
class Judged:
    """Events and the mask of affected steps under one rule."""

    events: tuple[DustEvent, ...]
    mask: xr.DataArray


def run(observations: str, provider: str | None, rule: str | None, by: str, *, as_json: bool) -> None:
    """Print the dust events of a record.

    Args:
        observations: file or folder.
        provider: name of the provider; recognised when None.
        rule: `detector` (when None) or the name of an official rule.
        by: `station` or `place`.
        as_json: print JSON.

    Raises:
        BogdaError: when the files cannot be read, or the rule is unknown or does not apply to them.
    """
    dataset, problems = measured(observations, provider, by)
    judged = judge(dataset, rule)
    document = {
        "rule": rule_facts(rule),
        "by": by,
        "averaging": dataset.attrs["averaging"],
        "period": _period(dataset),
        "events": [described(event, dataset) for event in judged.events],
        "official": _official(dataset, judged, rule),
        "problems": problems,
    }
    if as_json:
        print_json(document)
        return
    facts = document["rule"]
    unsure = "" if facts["verified"] else "（未经核实 · not verified）"
    print_line(f"{facts['chinese']} · {facts['english']} {unsure}")
    for event in document["events"]:
        print_line(f"{event['name']:14} {event['evidence']}")
    if not document["events"]:
        print_line("没有发现沙尘事件 · no dust event found")


def measured(observations: str, provider: str | None, by: str) -> tuple[xr.Dataset, list[str]]:
    """Stations, or means of places, of a record; and what in the files could not be used."""
    if by not in {"station", "place"}:
        raise ConfigurationError(f"--by: expected station or place, got {by!r}")
    from observations.means import place_means
    from observations.providers import read

    reading = read(observations, provider)
    dataset = reading.dataset if by == "station" else place_means(reading.dataset)
    return dataset, [str(problem) for problem in reading.problems]


def judge(dataset: xr.Dataset, rule: str | None) -> Judged:
    """Events by the detector, or by an official rule."""
    from observations.dust.rules import DETECTOR, dust_rule

    if rule in {None, DETECTOR}:
        from observations.dust.detection import detect

        found = detect(dataset)
        return Judged(found.events, found.mask)
    from observations.dust.rule_hours import dust_hours

    return Judged(*dust_hours(dataset, dust_rule(rule)))


def rule_facts(rule: str | None) -> dict[str, Any]:
    """Name, source and state of verification of a rule."""
    from observations.dust.configuration import detection_config
    from observations.dust.rules import DETECTOR, dust_rule

    if rule in {None, DETECTOR}:
        config = detection_config()
        words = {"chinese": "统计识别（隐马尔可夫模型）", "english": "statistical detector"}
        return {"name": DETECTOR, **words, "source": config.source, "verified": config.verified}
    found = dust_rule(rule)
    return {
        name: getattr(found, name)
        for name in ("name", "chinese", "english", "source", "verified", "in_force_from")
    }


def described(event: DustEvent, dataset: xr.Dataset) -> dict[str, Any]:
    """An event as JSON, with the Chinese name of its place."""
    return {"name": column_names(dataset).get(event.place, event.place), **event.as_dict()}


def column_names(dataset: xr.Dataset) -> dict[str, str]:
    """What people call each station (its city and name) or place."""
    from foundation.places import gazetteer

    def chinese(place: str) -> str:
        found = gazetteer().find(place)
        return found.chinese if found else place

    if "station" not in dataset.dims:
        return {str(place): chinese(str(place)) for place in dataset["place"].values}
    stations = zip(
        dataset["station"].values, dataset["place"].values, dataset["station_name"].values, strict=True
    )
    return {
        str(code): chinese(str(place)) + (f" {name}" if str(name) != str(place) else "")
        for code, place, name in stations
    }


def _period(dataset: xr.Dataset) -> dict[str, str]:
    from foundation.times import shown

    times = dataset["time"].values
    return {"from": shown(times[0]), "to": shown(times[-1])}


def _official(dataset: xr.Dataset, judged: Judged, rule: str | None) -> dict[str, Any] | None:
    """How the detector's events compare with the official rule's on the same hours."""
    from observations.dust.rules import DETECTOR
    from observations.dust.verification import score_events

    if rule not in {None, DETECTOR} or dataset.attrs["averaging"] != "hour":
        return None
    from observations.dust.rule_hours import dust_hours
    from observations.dust.rules import dust_rule

    official, _ = dust_hours(dataset)
    scores = score_events(judged.events, official)
    return {
        "rule": rule_facts(dust_rule().name),
        "events": [described(event, dataset) for event in official],
        "hits": scores.hits,
        "misses": scores.misses,
        "found_by_the_detector_alone": scores.false_alarms,
    }
