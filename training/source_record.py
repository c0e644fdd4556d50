"""Measurements and what the physical model foresaw of the same steps, in blocks of hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from forecast.learned.clock import calendar
from forecast.learned.panel import Panel
from forecast.learned.source_factors import courses
from forecast.learned.source_kinds import SourcesConfig, kinds_of
from forecast.learned.tag_windows import tags_before
from foundation.errors import InputError
from training.tag_series import PM25, TagSeries

__all__ = ["BLOCK_HOURS", "SourceRecord", "record_of"]

BLOCK_HOURS = 3
"""Hours that are averaged first; of days nothing is."""

_NEAR_GROUND = ("heating", "scattered_coal", "traffic", "other")


@dataclass(frozen=True)
class SourceRecord:
    """Means over blocks of what was measured and foreseen in the same steps; double precision.

    Attributes:
        measured: (block, station, pollutant) µg m-3.
        number: (block, station, pollutant) steps that both have.
        tags: (block, station, pollutant, source) µg m-3.
        course: (block, feature) of lasting factors.
        kinds: (source, 2) numbers of sectors and regions.
        mean: (station, pollutant) measured, µg m-3.
        nearby: (block, station) course of a source near the ground and the station, 1 on average.
        blocks_of_day: blocks in a day.
    """

    measured: Tensor
    number: Tensor
    tags: Tensor
    course: Tensor
    kinds: Tensor
    mean: Tensor
    nearby: Tensor
    blocks_of_day: int


def record_of(panel: Panel, tags: TagSeries, rows: np.ndarray, sources: SourcesConfig) -> SourceRecord:
    """Bring measurements and tags of some rows together.

    Args:
        panel: measurements.
        tags: contributions foreseen; each row takes those of the latest run before it.
        rows: one after the other; a last day that is not whole is left out.
        sources: what the network knows.

    Raises:
        InputError: when no PM2.5 was measured in rows with tags.
    """
    block = BLOCK_HOURS if panel.steps_per_day == 24 else 1
    rows = rows[: len(rows) // panel.steps_per_day * panel.steps_per_day]
    pollutants = [name for name in panel.pollutants if name in tags.ahead]
    columns = [panel.pollutants.index(name) for name in pollutants]
    before = [
        tags_before(tags.ahead[name], len(panel.times), panel.steps_per_day)[rows] for name in pollutants
    ]
    values = np.stack(before, axis=2).astype(float)
    measured = np.exp(panel.recent[rows][..., columns])
    known = np.isfinite(measured) & np.isfinite(values).all(axis=-1)
    if not known[..., 0].any():
        raise InputError(
            "no step with tags was measured in the training part",
            remedy="Give runs and measurements of the same time",
        )

    def together(part: np.ndarray) -> np.ndarray:
        return np.asarray(part.reshape(-1, block, *part.shape[1:]).sum(axis=1))

    number = together(known.astype(float))
    least = np.maximum(number, 1.0)
    measured, values = np.where(known, measured, 0.0), np.where(known[..., None], values, 0.0)
    mean = measured.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    course = courses(torch.from_numpy(calendar(panel.times[rows]))).numpy()
    foreseen = together(values) / least[..., None]
    kinds = kinds_of(tags.ahead[PM25].names, sources)
    parts = {
        "measured": together(measured) / least, "number": number, "tags": foreseen,
        "course": together(course) / block, "kinds": kinds, "mean": np.maximum(mean, 1e-3),
        "nearby": _nearby(foreseen, kinds, sources),
    }  # fmt: skip
    tensors = {name: torch.from_numpy(part) for name, part in parts.items()}
    return SourceRecord(**tensors, blocks_of_day=panel.steps_per_day // block)


def _nearby(foreseen: np.ndarray, kinds: np.ndarray, sources: SourcesConfig) -> np.ndarray:
    """Course (block, station) of PM2.5 from sources near the ground, 1 on average; constant without any."""
    low = [sources.sectors.index(name) + 1 for name in _NEAR_GROUND if name in sources.sectors]
    course = foreseen[:, :, 0, np.isin(kinds[:, 0], low)].sum(axis=-1) + 1e-2
    return np.asarray(course / course.mean(axis=0))
