"""`bogda benchmark dust-events`."""

from __future__ import annotations

from typing import Any

from flows.commands.dust_detect import measured
from flows.output import print_json, print_line, progress_bar
from foundation.errors import InputError

_CITY_DAYS = "observations/city_daily"
_STATION_HOURS = "observations/station_hourly/xinjiang_202003_04.csv"


def run(data: str | None, *, as_json: bool) -> None:
    """Judge the learned forecast of days on the last spring of the city files, and persistence of hours.

    Raises:
        InputError: when the folder of real files does not hold them.
    """
    from flows.case_inputs import real_folder
    from forecast.dust.scoring.days import day_benchmark
    from forecast.dust.scoring.hours import hour_benchmark

    folder = real_folder(data)
    for name in (_CITY_DAYS, _STATION_HOURS):
        if not (folder / name).exists():
            raise InputError(f"{name} is not there", where=str(folder), remedy="Name the folder with --data")
    days, _ = measured(str(folder / _CITY_DAYS), None, "place")
    hours, _ = measured(str(folder / _STATION_HOURS), None, "place")
    with progress_bar("benchmark dust-events", 5) as advance:
        document = {"days": day_benchmark(days, str(days.attrs["source"]), advance)}
        advance("hours")
        document["hours"] = hour_benchmark(hours, str(hours.attrs["source"]))
    if as_json:
        print_json(document)
        return
    for part, unit in (("days", "d"), ("hours", "h")):
        for score in document[part]["scores"]:
            _print_score(score, unit)


def _print_score(score: dict[str, Any], unit: str) -> None:
    print_line(
        f"{score['quantity']} > {score['threshold']:g}, {score['lead']} {unit}: {score['events']} events"
    )
    for model, told in score["models"].items():
        events, steps = told["events"], told["steps"]
        print_line(
            f"  {model:20} events H {events['hits']} M {events['misses']} F {events['false_alarms']} "
            f"TS {_number(events['threat_score'])}  steps TS {_number(steps['threat_score'])} "
            f"{steps['threat_score_interval']}  Brier {told['brier']:.4f}"
        )


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
