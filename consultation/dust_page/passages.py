"""Dust at places as people read it: in which order, and on which days."""

from __future__ import annotations

import numpy as np

from consultation.dust_page.document import DustDay, DustDocument, Passage
from foundation.places import gazetteer
from foundation.times import HOUR, day_of_hour, instant_of_iso

__all__ = ["LIKELY", "days_of_passage", "learned_rows", "ordered_passages"]

LIKELY = 0.2
"""Chance of a dust day from which on a place outside the target regions is shown."""


def ordered_passages(passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """Those of the target regions first, the strongest of each first."""
    near = gazetteer().in_regions
    return tuple(sorted(passages, key=lambda one: (one.place not in near, -one.peak_ug_m3)))


def days_of_passage(passage: Passage, document: DustDocument) -> tuple[str, ...]:
    """Beijing days, ISO 8601, from the arrival of dust to its end, or to that of the forecast."""
    begin = instant_of_iso(passage.arrival)
    last = instant_of_iso(document.reference_time) + document.hours * HOUR
    end = last if passage.end is None else instant_of_iso(passage.end)
    first, final = (np.datetime64(day_of_hour(np.asarray(time)).item(), "D") for time in (begin, end))
    return tuple(str(day) for day in np.arange(first, final + 1))


def learned_rows(days: tuple[DustDay, ...]) -> tuple[tuple[DustDay, ...], ...]:
    """Days of the learned forecast by place: of the target regions, then others where dust is likely."""
    by_place: dict[str, list[DustDay]] = {}
    for one in days:
        by_place.setdefault(one.place, []).append(one)
    near = gazetteer().in_regions
    shown = [
        tuple(cells)
        for name, cells in by_place.items()
        if name in near or max(one.probability for one in cells) >= LIKELY
    ]
    return tuple(sorted(shown, key=lambda cells: (cells[0].place not in near, -cells[0].probability)))
