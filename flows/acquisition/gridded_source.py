"""GFS and ECMWF open data: of each file only the fields that are read, by their bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from atmosphere.meteorology.readers import ecmwf, gfs
from flows.acquisition.addresses import filled, times_of_cycle
from flows.acquisition.arrival import Allowance, Arrival, Code, Failure, WeatherWish
from flows.acquisition.bodies import read_small
from flows.acquisition.configuration import GriddedConfig
from flows.acquisition.cycles import cycles_before, is_published, late_or_missing, shown_cycle
from flows.acquisition.grib_checks import GribWish, check_grib
from flows.acquisition.gridded_fields import chosen, publication
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.line import Line
from flows.acquisition.not_arrived import NotArrivedError, failure_of
from flows.acquisition.pace import Pace
from flows.acquisition.partial import Part
from flows.acquisition.receiving import STOPS, checked, drop_if_spoilt, gathered, held_files
from flows.acquisition.transfer import Order, fetch_into
from foundation.times import stamp

__all__ = ["GriddedSource"]

_STOPS: frozenset[Code] = STOPS | frozenset[Code]({"missing", "late"})
"""After one of these the later files of a cycle are not asked for: they will not be there either."""


class GriddedSource:
    """A model run, one file for each lead time in the folder of its cycle."""

    def __init__(self, config: GriddedConfig, inbox: Path, kind: str) -> None:
        """Open; nobody is called."""
        self.config, self.name = config, config.name
        self.inbox = Inbox(inbox / config.name)
        self._publication = publication(kind)
        self.kind = self._publication.kind
        self._name_of = gfs.name_of if kind == "gfs" else ecmwf.name_of
        self._pace = Pace(config.requests_per_min)

    def cycles(self, before: np.datetime64, count: int) -> tuple[np.datetime64, ...]:
        """Beginnings of the cycles that should be there by a time, UTC, newest first."""
        return cycles_before(self.config, before, count)

    def held(self, cycle: np.datetime64, wish: WeatherWish) -> Arrival:
        """What is here already; nobody is called."""
        held = {lead: self._record(cycle, lead) for lead in self._leads(wish)}
        return self._arrival(cycle, held, ())

    def fetch(self, cycle: np.datetime64, wish: WeatherWish, allowance: Allowance) -> Arrival:
        """Fetch what is not here yet, in the order of lead times."""
        held: dict[int, Record | None] = {lead: self._record(cycle, lead) for lead in self._leads(wish)}

        def work(lead: int) -> Record:
            try:
                return self._fetched(cycle, lead, wish, allowance)
            except NotArrivedError as error:
                raise late_or_missing(error, cycle, self.config, allowance.moment) from error

        wanted = [lead for lead, record in held.items() if record is None]
        came, faults = gathered(work, wanted, self.config.at_once, _STOPS)
        failures = [failure_of(self.name, shown_cycle(cycle, lead), fault) for lead, fault in faults.items()]
        arrival = self._arrival(cycle, {**held, **came}, tuple(failures))
        self.inbox.prune(self.config.keep, arrival.files)
        return arrival

    def _leads(self, wish: WeatherWish) -> list[int]:
        """Lead times wanted that are published; between them others interpolate."""
        return sorted({lead for lead in wish.leads_h if is_published(lead, self.config)})

    def _path(self, cycle: np.datetime64, lead: int) -> Path:
        return self.inbox.folder / stamp(cycle) / f"f{lead:03d}.grib2"

    def _wanted(self) -> str:
        """What is taken, in one word: a file that came under another configuration is fetched again."""
        levels = self.config.levels_hpa or self._publication.fields.levels_hpa
        return f"{self.kind} {','.join(f'{level:g}' for level in levels)}"

    def _record(self, cycle: np.datetime64, lead: int) -> Record | None:
        found = self.inbox.record(self._path(cycle, lead))
        return found if found is not None and found.facts.get("wanted") == self._wanted() else None

    def _fetched(self, cycle: np.datetime64, lead: int, wish: WeatherWish, allowance: Allowance) -> Record:
        first: NotArrivedError | None = None
        for template in self.config.urls:
            try:
                return self._from(filled(template, times_of_cycle(cycle, lead)), cycle, lead, wish, allowance)
            except NotArrivedError as error:
                first = first or error
                if error.code == "no-space":
                    break
        if first is None:
            raise AssertionError("no address")
        raise first

    def _from(
        self, url: str, cycle: np.datetime64, lead: int, wish: WeatherWish, allowance: Allowance
    ) -> Record:
        line = Line(self.config, self.config.bounds, self._pace)
        try:
            text = read_small(self._publication.index_url(url), line, self.config.bounds, allowance.ends)
            entries = self._publication.entries_of(text.decode("utf-8", "replace"))
            spans = chosen(entries, self._publication.fields, self.config)
            with Part.opened(self._path(cycle, lead)) as part:
                facts = fetch_into(part, Order(url, spans), line, self.config.bounds, allowance.ends)
                with drop_if_spoilt(part):
                    wanted = GribWish(cycle, lead, wish.area, self._name_of)
                    newest = checked(lambda path: check_grib(path, wanted), part.path)
                return self.inbox.place(part, newest, {**facts, "what": "", "wanted": self._wanted()})
        finally:
            line.close()

    def _arrival(
        self, cycle: np.datetime64, held: dict[int, Record | None], failures: tuple[Failure, ...]
    ) -> Arrival:
        found = {self._path(cycle, lead): one for lead, one in sorted(held.items()) if one is not None}
        return held_files(self.name, self.inbox.folder / stamp(cycle), found, failures, len(held))
