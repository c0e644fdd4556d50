"""Times of samples as instants, where the words of a table can be read as such, and axes of samples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["SampleAxis", "sample_axis", "sampling_times"]

_LONG_PAUSE, _LABELS = 10.0, 9

_FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d",
    "%Y/%m/%d %H:%M", "%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%y", "%m/%d/%y %H:%M",
    "%Y年%m月%d日",
)  # fmt: skip
"""The month before the day where the year comes last, as in the files of EPA PMF."""


def sampling_times(times: Sequence[str]) -> np.ndarray | None:
    """Instants of the samples, as local as the table has them.

    Args:
        times: one per sample, all in one of the usual formats.

    Returns:
        Shape (samples,), datetime64[s]; None when they are in no known format.
    """
    for pattern in _FORMATS:
        try:
            read = [dt.datetime.strptime(time, pattern) for time in times]  # noqa: DTZ007 - no zone is given
        except ValueError:
            continue
        return np.array(read, dtype="datetime64[s]")
    return None


@dataclass(frozen=True)
class SampleAxis:
    """An axis on which samples stand one beside the other, pauses between campaigns left out.

    Attributes:
        begins: first sample of each campaign, from 0; a pause of ten usual steps ends one.
        ticks: samples that are labelled.
        labels: of these.
    """

    begins: tuple[int, ...]
    ticks: tuple[int, ...]
    labels: tuple[str, ...]

    def parts(self, values: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Places and values of each campaign, shape (samples,) each, to be drawn by themselves."""
        places = np.split(np.arange(len(values)), self.begins[1:])
        return [(place, values[place]) for place in places]


def sample_axis(times: Sequence[str]) -> SampleAxis:
    """The axis of samples of these times; without campaigns where times cannot be read."""
    read = sampling_times(times)
    begins = [0]
    if read is not None and len(read) > 2:
        steps = np.diff(read).astype(float)
        begins += (1 + np.flatnonzero(steps > _LONG_PAUSE * max(float(np.median(steps)), 1.0))).tolist()
    apart = max(len(times) // _LABELS, 1)
    ticks: list[int] = []
    for place in sorted({*begins, *range(0, len(times), apart)}, key=lambda at: (at not in begins, at)):
        if all(abs(place - other) >= 0.8 * apart for other in ticks):
            ticks.append(place)
    labels = [times[at] if read is None else str(read[at].astype("datetime64[D]")) for at in sorted(ticks)]
    return SampleAxis(tuple(begins), tuple(sorted(ticks)), tuple(labels))
