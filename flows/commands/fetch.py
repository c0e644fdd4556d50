"""`bogda fetch`: what a site names is fetched by hand, and said in one line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from flows.acquisition.arrival import Allowance, Arrival, WeatherWish
from flows.acquisition.configuration import (
    GriddedConfig,
    InventoryConfig,
    MeasurementsConfig,
    WeatherSourceConfig,
)
from flows.acquisition.cycles import shown_cycle
from flows.acquisition.sources import open_inventory, open_measurements, open_weather
from flows.output import print_json, print_line
from flows.site.inbox import inbox_of
from foundation.errors import ConfigurationError, InputError
from foundation.named_configuration import load_named
from foundation.times import HOUR, iso_utc, now, shown

KINDS = ("weather", "measurements", "inventory")
_LEAD_STEP_H = 3
_XINJIANG = (73.0, 97.0, 34.0, 50.0)
"""West, east, south, north, degrees: what weather fetched by hand must cover."""


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    site: str
    what: str | None
    store: str
    hours: int
    lead: int
    minutes: float


class SiteSources(BaseModel):
    """The sources of a site; what else its file holds is not looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    weather: tuple[WeatherSourceConfig, ...] = ()
    measurements: tuple[MeasurementsConfig, ...] = ()
    inventory: InventoryConfig | None = None
    inbox: Path | None = None


def run(request: Request, *, as_json: bool) -> None:
    """Fetch, and print what arrived and what did not.

    Raises:
        ConfigurationError: when the site's file or an option is not acceptable.
        InputError: when a source that was asked gave not everything that was wanted.
    """
    if request.what is not None and request.what not in KINDS:
        raise ConfigurationError(
            f"--what {request.what!r} is none of {', '.join(KINDS)}", remedy="Choose one"
        )
    sources, folder = load_named(SiteSources, "sites", "site", request.site)
    inbox = inbox_of(sources.inbox, folder, request.store)
    arrivals: list[tuple[str, Arrival]] = []
    for title, arrival in _arrivals(sources, request, inbox):
        arrivals.append((title, arrival))
        if not as_json:
            _show(title, arrival)
    if as_json:
        print_json([_document(title, arrival) for title, arrival in arrivals])
    if not arrivals:
        raise ConfigurationError(
            "names no such source", where=request.site, remedy="Add one, or another --what"
        )
    lacking = [arrival.source for _, arrival in arrivals if not arrival.complete]
    if lacking:
        raise InputError(f"not everything arrived: {', '.join(lacking)}", remedy="See the lines above")


def _arrivals(sources: SiteSources, request: Request, inbox: Path) -> Iterator[tuple[str, Arrival]]:
    allowance = Allowance.of_seconds(60 * request.minutes, now())
    if request.what in (None, "weather"):
        for weather in sources.weather:
            yield from _weather(weather, inbox, request, allowance)
    if request.what in (None, "measurements"):
        last = allowance.moment.astype("datetime64[h]").astype("datetime64[ns]")
        hours = np.array([last - n * HOUR for n in range(request.hours)])
        for measured in sources.measurements:
            title = f"{measured.chinese} {measured.english}"
            yield title, open_measurements(measured, inbox).fetch(hours, allowance)
    if request.what in (None, "inventory") and sources.inventory is not None:
        title = f"{sources.inventory.chinese} {sources.inventory.english}"
        yield title, open_inventory(sources.inventory, inbox).fetch(allowance)


def _weather(
    config: WeatherSourceConfig, inbox: Path, request: Request, allowance: Allowance
) -> Iterator[tuple[str, Arrival]]:
    source = open_weather(config, inbox)
    longest = min(request.lead, config.last_lead_h) if isinstance(config, GriddedConfig) else request.lead
    wish = WeatherWish(tuple(range(0, longest + 1, _LEAD_STEP_H)), _XINJIANG)
    for cycle in source.cycles(allowance.moment, 1):
        title = f"{config.chinese} {config.english} {shown_cycle(cycle)[1]}"
        yield title, source.fetch(cycle, wish, allowance)


def _show(title: str, arrival: Arrival) -> None:
    newest = "—" if arrival.newest is None else f"{shown(arrival.newest)}"
    state = "齐全 complete" if arrival.complete else "不全 not complete"
    size = sum(file.stat().st_size for file in arrival.files) / (1 << 20)
    print_line(f"{title}：{state}，{len(arrival.files)} 个文件 files，{size:.1f} MiB，最新 newest {newest}")
    for failure in arrival.failures:
        print_line(f"  [{failure.code}] {failure.chinese} · {failure.english}")


def _document(title: str, arrival: Arrival) -> dict[str, Any]:
    return {
        "source": arrival.source, "title": title, "folder": str(arrival.folder), "complete": arrival.complete,
        "files": [str(file) for file in arrival.files],
        "newest": None if arrival.newest is None else iso_utc(arrival.newest),
        "failures": [asdict(failure) for failure in arrival.failures],
    }  # fmt: skip
