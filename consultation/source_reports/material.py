"""What a report is made of: contributions and measurements of the runs of a store, and the period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from consultation.source_reports.configuration import Kind, SourceReportsConfig
from consultation.source_reports.episodes import Episode, find_episodes
from foundation.errors import InputError
from foundation.times import DAY, beijing_day, day_of_instant, start_of_day
from foundation.units import to_display
from sources.tagging.courses import Period, in_period, stitched
from sources.tagging.means import receptor_course
from sources.tagging.measured import measured_course
from sources.tagging.runs import RunContributions
from sources.tagging.stores import read_store

__all__ = ["Material", "daily_values", "gather"]

_RECORD_DAYS = 40
"""Days before the last run in which an episode is looked for."""


@dataclass(frozen=True)
class Material:
    """All that a report is made of.

    Attributes:
        domain: folder under `runs/`.
        kind: weekly or episode.
        first: first Beijing day of the period.
        last: last day of it.
        episode: found by the rule; None for a weekly report, and for one whose days were given and hold none.
        found_at: the receptor whose course decided.
        daily: contributions by day at places and target regions, as `means.receptor_course`, of the period.
        hourly: the same by hour at places; None where no run has hours in the period.
        measured: by averaging, as `measured.measured_course`.
        runs: reference times, oldest first.
        refused: runs that could not be read, and why.
        issued: reference time of the latest run.
    """

    domain: str
    kind: Kind
    first: np.datetime64
    last: np.datetime64
    episode: Episode | None
    found_at: str
    daily: xr.Dataset
    hourly: xr.Dataset | None
    measured: dict[str, xr.Dataset]
    runs: tuple[np.datetime64, ...]
    refused: dict[str, str]
    issued: np.datetime64

    @property
    def synthetic(self) -> bool:
        """Whether anything behind it was made up."""
        return bool(int(self.daily.attrs.get("synthetic", 0)))

    @property
    def days(self) -> np.ndarray:
        """Beijing days of the period, `datetime64[D]`."""
        return np.arange(self.first, self.last + np.timedelta64(1, "D"))


def gather(store: str, domain: str, kind: Kind, period: Period, config: SourceReportsConfig) -> Material:
    """Read the runs of a domain and settle the period.

    Where no period is given, a weekly report takes the last whole days up to the last run, and those that
    follow where runs do not go back that far; an episode report takes the episode that holds the last run or
    lies nearest to it, at the target region where it was worst.

    Raises:
        InputError: when no run can be read, there is no episode, or the period holds no contributions.
    """
    runs, refused = read_store(store, domain, Period(None, period.ends))
    daily = receptor_course(runs, "day")
    measured = {name: found for name in ("day", "hour") if (found := measured_course(runs, name)) is not None}
    issued = max(run.reference_time for run in runs)
    held = beijing_day(daily["time"].values)
    receptor, episode = "", None
    if kind == "episode":
        receptor, episode = _episode(daily, measured.get("day"), period, issued, config)
    first, last = _span(period, episode, held, issued, config)
    inside = Period(
        np.datetime64(start_of_day(first).item(), "ns"), np.datetime64(start_of_day(last).item(), "ns") + DAY
    )
    return Material(
        domain, kind, first, last, episode, receptor, in_period(daily, inside),
        _hourly(runs, inside), measured, tuple(sorted(run.reference_time for run in runs)), refused, issued,
    )  # fmt: skip


def _hourly(runs: list[RunContributions], inside: Period) -> xr.Dataset | None:
    try:
        return in_period(stitched(runs, "hour"), inside)
    except InputError:
        return None


def _span(
    period: Period,
    episode: Episode | None,
    held: np.ndarray,
    issued: np.datetime64,
    config: SourceReportsConfig,
) -> tuple[np.datetime64, np.datetime64]:
    """First and last Beijing day of the report."""
    one = np.timedelta64(1, "D")
    if episode is not None:
        first, last = episode.first, episode.last
    else:
        length = (config.week_days - 1) * one
        last = min(max(day_of_instant(issued) - one, held[0] + length), held[-1])
        first = last - length
    if period.begins is not None:
        first = day_of_instant(period.begins)
        last = max(last, first) if period.ends is None else last
    if period.ends is not None:
        last = day_of_instant(period.ends - np.timedelta64(1, "ns"))
        first = min(first, last) if period.begins is None else first
    if not ((held >= first) & (held <= last)).any():
        raise InputError(
            f"no contributions from {first} to {last}; the runs hold {held[0]} to {held[-1]}",
            remedy="Give another --from or --to, or make the runs of those days",
        )
    return first, last


def daily_values(
    daily: xr.Dataset, measured: xr.Dataset | None, receptor: str, pollutant: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Daily values of a receptor: measured where measured, else published.

    Returns:
        Beijing days, values in the unit that people read, and whether each was measured.
    """
    published = daily["published"].sel(place=receptor, pollutant=pollutant)
    series = dict(zip(beijing_day(published["time"].values), published.values, strict=True))
    known: set[np.datetime64] = set()
    if measured is not None and receptor in measured["place"].values and pollutant in measured:
        past = measured[pollutant].sel(place=receptor).dropna("time")
        seen = dict(zip(beijing_day(past["time"].values), past.values, strict=True))
        known, series = set(seen), series | seen
    days = np.array(sorted(series), dtype="datetime64[D]")
    values = np.asarray(to_display(np.array([series[day] for day in days]), pollutant))
    return days, values, np.array([day in known for day in days], dtype=bool)


def _episode(
    daily: xr.Dataset,
    measured: xr.Dataset | None,
    period: Period,
    issued: np.datetime64,
    config: SourceReportsConfig,
) -> tuple[str, Episode | None]:
    """The region whose episode is worst, and that episode; none is needed where both days are given."""
    held = beijing_day(daily["time"].values)
    found: list[tuple[str, Episode]] = []
    receptors = [name for name in (*config.regions, *config.places) if name in daily["place"].values]
    for name in receptors:
        if found and name not in config.regions:
            break
        days, values, _ = daily_values(daily, measured, name, config.pollutant)
        recent = days >= day_of_instant(issued) - np.timedelta64(_RECORD_DAYS, "D")
        every = find_episodes(days[recent], values[recent], config.episode)
        every = [
            one for one in every if ((held >= one.first) & (held <= one.last)).any() and _inside(one, period)
        ]
        if every:
            found.append((name, min(every, key=lambda one: _distance(one, issued))))
    if found:
        return max(found, key=lambda pair: pair[1].value)
    if period.begins is not None and period.ends is not None:
        return "", None
    raise InputError(
        f"no episode: fewer than {config.episode.least_days} days of level {config.episode.level} or worse "
        "with contributions", remedy="Give --from and --to, or ask for --kind weekly",
    )  # fmt: skip


def _inside(episode: Episode, period: Period) -> bool:
    """Whether an episode has a day in the period that was asked for."""
    early = period.begins is not None and episode.last < day_of_instant(period.begins)
    late = period.ends is not None and episode.first > day_of_instant(period.ends - np.timedelta64(1, "ns"))
    return not early and not late


def _distance(episode: Episode, issued: np.datetime64) -> int:
    today = day_of_instant(issued)
    before, after = (episode.first - today).astype(int), (today - episode.last).astype(int)
    return max(0, int(before), int(after))
