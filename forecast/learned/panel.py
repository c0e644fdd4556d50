"""What a learned model may look at: pollutants at all stations, weather, tags of the physical model.

As in `forecast.history`, row `i` belongs to the issue at `times[i]`: `recent[i]` and `weather[i]` are of the
step that ends there, and a forecast of lead `k` issued there is judged by `target[i + k]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from forecast.history import History
from foundation.errors import ContractError
from foundation.places import gazetteer


class Ahead(Protocol):
    """What an outer model said, at an issue, about the steps ahead: weather, or tags."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names along the last axis of `of`."""
        ...

    @property
    def perfect(self) -> bool:
        """Whether it is what was measured in the end, which no one knows at an issue."""
        ...

    def of(self, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """Values (issue, lead, station, name) for rows of the panel and steps ahead; NaN for none."""
        ...


@dataclass(frozen=True)
class Panel:
    """Series of all stations, up to and beyond the issues; see the module's first lines.

    Attributes:
        recent: (time, station, pollutant) ln of display units, known at the row's issue; NaN where missing.
        target: (time, station, pollutant) ln of display units of the step judged; NaN where not measured.
        times: (time,) issue instants, UTC, evenly spaced.
        steps_per_day: 1 or 24.
        pollutants: names along the last axis.
        stations: (station,) ids.
        positions: (station, 2) longitude and latitude, degrees.
        weather: (time, station, variable) measured or analysed by each issue; NaN where not.
        weather_names: names of those variables.
        ahead: weather foreseen at an issue; None where there is none.
        tags: contributions of the physical model to PM2.5 foreseen at an issue, µg m-3, by source; None
            where there are none.
        delay: steps after its issue at which `target[i]` is known, as in `History`.
    """

    recent: np.ndarray
    target: np.ndarray
    times: np.ndarray
    steps_per_day: int
    pollutants: tuple[str, ...]
    stations: tuple[str, ...]
    positions: np.ndarray
    weather: np.ndarray
    weather_names: tuple[str, ...] = ()
    ahead: Ahead | None = None
    tags: Ahead | None = None
    delay: int = 0

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        shape = (len(self.times), len(self.stations), len(self.pollutants))
        expected = {
            "recent": (self.recent.shape, shape), "target": (self.target.shape, shape),
            "positions": (self.positions.shape, (shape[1], 2)),
            "weather": (self.weather.shape, (*shape[:2], len(self.weather_names))),
        }  # fmt: skip
        for name, (got, wanted) in expected.items():
            if got != wanted:
                raise ContractError(f"panel: expected {name} of shape {wanted}, got {got}")
        if self.ahead is not None and self.ahead.names != self.weather_names:
            raise ContractError(f"panel: expected weather {self.weather_names} ahead, got {self.ahead.names}")
        self._check_axes()

    def _check_axes(self) -> None:
        """Refuse stations that are one or nowhere, and times with a hole."""
        if len(set(self.stations)) < len(self.stations) or not np.isfinite(self.positions).all():
            raise ContractError("panel: expected different stations, each with a longitude and a latitude")
        steps = np.diff(self.times)
        uneven = np.flatnonzero(steps != steps[:1])
        if len(uneven):
            raise ContractError(
                f"panel: expected evenly spaced times, got a break after {self.times[uneven[0]]} UTC"
            )

    def without_future(self, issue: int) -> Panel:
        """The same panel as it was known at an issue: what came later is missing."""
        recent, target, weather = self.recent.copy(), self.target.copy(), self.weather.copy()
        recent[issue + 1 :] = np.nan
        weather[issue + 1 :] = np.nan
        target[issue + 1 - self.delay :] = np.nan
        return replace(self, recent=recent, target=target, weather=weather)

    def targets(self, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """What was measured (issue, lead, station, pollutant); NaN where it was not."""
        rows = issues[:, None] + leads
        inside = rows < len(self.target)
        return np.where(inside[..., None, None], self.target[np.where(inside, rows, 0)], np.nan)


def panel_of(
    histories: Mapping[str, History], stations: tuple[str, ...], positions: np.ndarray | None = None
) -> Panel:
    """A panel without weather from the histories of single pollutants.

    Args:
        histories: of each pollutant, on the same rows.
        stations: ids along their second axis; places of the gazetteer when `positions` is None.
        positions: (station, 2) longitude and latitude, degrees.

    Raises:
        ContractError: when the histories do not share their rows.
        InputError: for a place that the gazetteer does not know.
    """
    first = next(iter(histories.values()))
    for name, history in histories.items():
        if not np.array_equal(history.times, first.times) or history.delay != first.delay:
            raise ContractError(f"panel: expected the issues of all pollutants to agree, {name} differs")
    if positions is None:
        places = [gazetteer().place(name) for name in stations]
        positions = np.array([(place.lon, place.lat) for place in places])
    recent, target = (
        np.stack([getattr(history, part) for history in histories.values()], axis=-1)
        for part in ("recent", "target")
    )
    weather = np.empty((*recent.shape[:2], 0))
    return Panel(
        recent, target, first.times, first.steps_per_day, tuple(histories), tuple(stations), positions,
        weather, delay=first.delay,
    )  # fmt: skip


@dataclass(frozen=True)
class PerfectAhead:
    """Weather as it was measured in the end; every score with it says "perfect weather".

    Attributes:
        values: (time, station, name) one row for each row of the panel, and beyond its end where known.
        names: names along the last axis.
    """

    values: np.ndarray
    names: tuple[str, ...]
    perfect: bool = True

    def of(self, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """See `Ahead.of`."""
        rows = issues[:, None] + leads
        inside = rows < len(self.values)
        return np.where(inside[..., None, None], self.values[np.where(inside, rows, 0)], np.nan)


@dataclass(frozen=True)
class IssuedAhead:
    """What was said at each issue; issues without a run have nothing.

    Attributes:
        values: (run, lead, station, name) with leads 1, 2, ... steps.
        rows: (run,) row of the panel at which each run was issued, increasing.
        names: names along the last axis.
    """

    values: np.ndarray
    rows: np.ndarray
    names: tuple[str, ...]
    perfect: bool = False

    def of(self, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """See `Ahead.of`."""
        if not len(self.rows):
            return np.full((len(issues), len(leads), *self.values.shape[2:]), np.nan)
        run = np.minimum(np.searchsorted(self.rows, issues), len(self.rows) - 1)
        there = (self.rows[run] == issues)[:, None] & (leads <= self.values.shape[1])
        position = np.minimum(leads, self.values.shape[1]) - 1
        return np.where(there[..., None, None], self.values[run[:, None], position], np.nan)
