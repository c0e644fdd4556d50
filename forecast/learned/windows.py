"""Cut out of a panel what a network sees at an issue; missing values are zero with a mark beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.history import last_known, sums_before
from forecast.learned.clock import CALENDAR, calendar
from forecast.learned.configuration import ANCHOR_LAGS, WindowsConfig
from forecast.learned.normalisation import Normalisation, east_and_north
from forecast.learned.panel import Panel
from forecast.learned.source_kinds import SourcesConfig
from forecast.learned.tag_windows import TagWindows


@dataclass(frozen=True)
class Windows:
    """What a network sees at some issues; float32.

    Attributes:
        history: (issue, station, feature) standardised series up to the issue, and their marks.
        anchors: (issue, station, pollutant, anchor) standardised values a forecast may start from: those of
            `ANCHOR_LAGS` (where one is missing the last before it, or the usual), and the usual itself.
        ahead: (issue, lead, station, feature) calendar, weather ahead and its mark.
        tags: (issue, lead, station, source) µg m-3, zero where there are none.
        tagged: (issue, lead, station) 1 where the physical model says something.
        lately: (issue, station, source + 1) means of late of tags and, last, of PM2.5 measured, µg m-3.
        kinds: (source, 2) numbers of the sector and region of each tag, 0 for none that is known.
        positions: (station, 2) east and north of the centre of training, in 100 km.
        leads: (lead,) steps ahead.
    """

    history: np.ndarray
    anchors: np.ndarray
    ahead: np.ndarray
    tags: np.ndarray
    tagged: np.ndarray
    lately: np.ndarray
    kinds: np.ndarray
    positions: np.ndarray
    leads: np.ndarray


def history_features(config: WindowsConfig, pollutants: int, weather: int) -> int:
    """Length of the last axis of `Windows.history`."""
    of_step = 2 * pollutants + weather + (weather > 0)
    return (config.fine + config.blocks + 1) * of_step + CALENDAR


def ahead_features(config: WindowsConfig, weather: int) -> int:
    """Length of the last axis of `Windows.ahead`."""
    return CALENDAR + (weather * (2 + len(config.ahead_means)) + 1 if weather else 0)


class Cutter:
    """Cuts windows out of one panel.

    Args:
        panel: the series.
        config: what a network looks at.
        scales: of the training part.
        sources: what the network knows of tags; None for one that does not look at them.

    Raises:
        ContractError: when the panel has other pollutants, weather or steps than the network.
    """

    def __init__(
        self, panel: Panel, config: WindowsConfig, scales: Normalisation, sources: SourcesConfig | None = None
    ) -> None:  # fmt: skip
        scales.check(panel)
        self.panel, self.config, self.scales = panel, config, scales
        values = (panel.recent - np.array(scales.mean)) / np.array(scales.deviation)
        weather = self._scaled_weather(panel.weather)
        self._steps = self._with_marks(values, weather)
        self._sums = sums_before(self._steps.astype(float))
        self._known = sums_before(np.isfinite(np.concatenate([values, weather], axis=-1)).astype(float))
        self._last = last_known(values, config.fine)
        self._tags = TagWindows(panel, sources)
        self.positions = east_and_north(panel.positions, np.array(scales.centre)).astype(np.float32)

    def cut(self, issues: np.ndarray, leads: np.ndarray) -> Windows:
        """The windows of some issues.

        Args:
            issues: (issue,) rows of the panel.
            leads: (lead,) steps ahead.
        """
        usual = self._mean(issues, 0, self.config.memory)
        blocks = [
            self._mean(issues, self.config.fine + number * self.config.block, self.config.block)
            for number in range(self.config.blocks)
        ]
        rows = issues[:, None] + np.arange(1 - self.config.fine, 1)
        fine = np.where((rows >= 0)[..., None, None], self._steps[np.maximum(rows, 0)], 0.0)
        parts = [np.moveaxis(fine, 1, 2).reshape(len(issues), len(self.panel.stations), -1), *blocks, usual]
        clock = calendar(self.panel.times[issues])[:, None, :].repeat(len(self.panel.stations), axis=1)
        return Windows(
            np.concatenate([*parts, clock], axis=-1).astype(np.float32),
            self._anchors(issues, usual[..., : len(self.panel.pollutants)]), self._ahead(issues, leads),
            *self._tags.cut(issues, leads), self.positions, leads,
        )  # fmt: skip

    def _anchors(self, issues: np.ndarray, usual: np.ndarray) -> np.ndarray:
        """See `Windows.anchors`."""
        rows = issues[:, None] - np.array(ANCHOR_LAGS)
        values = np.where((rows >= 0)[..., None, None], self._last[np.maximum(rows, 0)], np.nan)
        values = np.where(np.isfinite(values), values, usual[:, None])
        return np.moveaxis(np.concatenate([values, usual[:, None]], axis=1), 1, -1).astype(np.float32)

    def _with_marks(self, values: np.ndarray, weather: np.ndarray) -> np.ndarray:
        """(time, station, feature): values, which are known, weather, and whether it is."""
        known = np.isfinite(values)
        parts = [np.where(known, values, 0.0), known, np.where(np.isfinite(weather), weather, 0.0)]
        if weather.shape[-1]:
            parts.append(np.isfinite(weather).all(axis=-1, keepdims=True))
        return np.concatenate(parts, axis=-1).astype(np.float32)

    def _scaled_weather(self, weather: np.ndarray) -> np.ndarray:
        mean, deviation = np.array(self.scales.weather_mean), np.array(self.scales.weather_deviation)
        return np.asarray((weather - mean) / deviation)

    def _mean(self, issues: np.ndarray, back: int, length: int) -> np.ndarray:
        """Mean of what is known in the `length` steps that end `back` steps before each issue."""
        stop = np.maximum(issues + 1 - back, 0)
        start = np.maximum(stop - length, 0)
        steps = np.maximum(stop - start, 1)[:, None, None]
        sums, known = (every[stop] - every[start] for every in (self._sums, self._known))
        mean = sums / steps
        count, weather = len(self.panel.pollutants), len(self.panel.weather_names)
        of_values = (
            (slice(count), slice(count)),
            (slice(2 * count, 2 * count + weather), slice(count, None)),
        )
        for inside, marks in of_values:
            mean[..., inside] = sums[..., inside] / np.maximum(known[..., marks], 1)
        return np.asarray(mean)

    def _ahead(self, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """Calendar of the valid steps and what is foreseen of the weather."""
        panel, stations = self.panel, len(self.panel.stations)
        step = np.timedelta64(86_400 // panel.steps_per_day, "s")
        valid = panel.times[issues][:, None] + leads * step
        clock = calendar(valid.ravel()).reshape(*valid.shape, 1, CALENDAR).repeat(stations, axis=2)
        if not panel.weather_names:
            return clock.astype(np.float32)
        weather = self._weather_ahead(issues, leads)
        return np.concatenate([clock, weather], axis=-1).astype(np.float32)

    def _weather_ahead(self, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """(issue, lead, station, feature): at the valid step, means that end there, mean since the issue."""
        count = len(self.panel.weather_names)
        features = count * (2 + len(self.config.ahead_means)) + 1
        shape = (len(issues), len(leads), len(self.panel.stations), features)
        if self.panel.ahead is None:
            return np.zeros(shape)
        every = np.arange(1, int(leads.max()) + 1)
        foreseen = self._scaled_weather(self.panel.ahead.of(issues, every))
        known = np.isfinite(foreseen).all(axis=-1, keepdims=True)
        sums = sums_before(np.where(known, foreseen, 0.0), axis=1)
        counts = sums_before(known.astype(float), axis=1)
        parts = [np.where(known, foreseen, 0.0)[:, leads - 1]]
        for length in (*self.config.ahead_means, int(leads.max())):
            start = np.maximum(leads - length, 0)
            number = counts[:, leads] - counts[:, start]
            parts.append((sums[:, leads] - sums[:, start]) / np.maximum(number, 1))
        return np.concatenate([*parts, known[:, leads - 1]], axis=-1)
