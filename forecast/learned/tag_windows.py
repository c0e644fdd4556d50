"""What a network sees of the physical model: tags ahead, and those of late beside the measurements."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecast.history import sums_before
from forecast.learned.panel import Ahead, Panel
from forecast.learned.source_kinds import SourcesConfig, kinds_of

__all__ = ["Lately", "TagWindows", "tags_ahead", "tags_before"]

_OLDEST_RUN_DAYS = 2
"""A step that the physical model foresaw no later than this many days before counts as foreseen."""


def tags_ahead(panel: Panel, issues: np.ndarray, leads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tags foreseen at issues.

    Args:
        panel: the series.
        issues: (issue,) rows.
        leads: (lead,) steps ahead.

    Returns:
        Tags (issue, lead, station, source), µg m-3, zero where there are none, and (issue, lead, station) 1
        where the physical model says something; both float32.
    """
    shape = (len(issues), len(leads), len(panel.stations))
    if panel.tags is None:
        return np.zeros((*shape, 0), np.float32), np.zeros(shape, np.float32)
    tags = panel.tags.of(issues, leads)
    tagged = np.isfinite(tags).all(axis=-1)
    return np.where(tagged[..., None], tags, 0.0).astype(np.float32), tagged.astype(np.float32)


def tags_before(tags: Ahead, steps: int, steps_per_day: int) -> np.ndarray:
    """What was foreseen of each row by the latest run issued before it.

    Args:
        tags: contributions foreseen.
        steps: number of rows.
        steps_per_day: of the panel.

    Returns:
        (time, station, source) µg m-3; NaN where no run of the last two days says anything.
    """
    rows = np.arange(steps)
    found = tags.of(rows - 1, np.array([1]))[:, 0]
    found[0] = np.nan
    for lead in range(2, _OLDEST_RUN_DAYS * steps_per_day + 1):
        missing = np.flatnonzero(~np.isfinite(found).all(axis=(1, 2)) & (rows >= lead))
        if not len(missing):
            break
        older = tags.of(missing - lead, np.array([lead]))[:, 0]
        found[missing] = np.where(np.isfinite(found[missing]), found[missing], older)
    return found


class Lately:
    """Means of tags and of measured PM2.5 over the same steps before each issue.

    Args:
        panel: the series; its first pollutant is PM2.5.
        memory: length of the mean, steps.
    """

    def __init__(self, panel: Panel, memory: int) -> None:
        self._memory = memory
        steps, stations = panel.recent.shape[:2]
        if panel.tags is None:
            parts = np.zeros((steps, stations, 1))
            known = np.zeros((steps, stations), dtype=bool)
        else:
            tags = tags_before(panel.tags, steps, panel.steps_per_day)
            parts = np.concatenate([tags, np.exp(panel.recent[..., :1])], axis=-1)
            known = np.asarray(np.isfinite(parts).all(axis=-1))
        self._sums = sums_before(np.where(known[..., None], parts, 0.0))
        self._counts = sums_before(known.astype(float))

    def of(self, issues: np.ndarray) -> np.ndarray:
        """Means up to issues.

        Args:
            issues: (issue,) rows.

        Returns:
            (issue, station, source + 1) µg m-3, what was measured last; all zero where nothing was known.
        """
        stop = issues + 1
        start = np.maximum(stop - self._memory, 0)
        number = self._counts[stop] - self._counts[start]
        mean = (self._sums[stop] - self._sums[start]) / np.maximum(number, 1)[..., None]
        return np.asarray(np.maximum(mean, 0.0)).astype(np.float32)


class TagWindows:
    """The part of windows that tags make.

    Args:
        panel: the series.
        sources: what the network knows of tags; None for one that does not look at them.
    """

    def __init__(self, panel: Panel, sources: SourcesConfig | None) -> None:
        self._panel = panel if sources is not None else replace(panel, tags=None)
        self._lately = Lately(self._panel, panel.steps_per_day * (1 if sources is None else sources.days))
        names = () if self._panel.tags is None else self._panel.tags.names
        self._kinds = np.empty((0, 2), np.int64) if sources is None else kinds_of(names, sources)

    def cut(
        self, issues: np.ndarray, leads: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """`tags`, `tagged`, `lately` and `kinds` of `forecast.learned.windows.Windows`."""
        return *tags_ahead(self._panel, issues, leads), self._lately.of(issues), self._kinds
