"""The contributions of sources to PM2.5 at places, as bars and as a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from consultation.bulletin.source_bars import Bars, Source, colours_of, source_bars
from consultation.bulletin.tables import place_names
from consultation.physical import SHOWN_SPECIES, PhysicalProducts, whole_days
from foundation.units import to_display

_SHOWN_FROM = 0.05
"""Contributions below this, µg/m³, are shown as a dot."""


@dataclass(frozen=True)
class SourceRow:
    """A source in the table: its colour, and its contribution and share at each place."""

    chinese: str
    english: str
    colour: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SourcesTable:
    """Contributions by source, and their sums."""

    chinese: str
    english: str
    bars: str
    places: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    totals: tuple[str, ...]


def sources_table(physical: PhysicalProducts, places: list[str], most: int) -> SourcesTable | None:
    """Mean contributions over the first whole days; None when there is no whole day or no place.

    A source that rounds to nothing everywhere has no row.

    Args:
        physical: the products.
        places: ids, in the order shown.
        most: days at most.
    """
    days = whole_days(physical.contributions)[:most]
    if not days or not places:
        return None
    hours = slice(days[0][1].start, days[-1][1].stop)
    part = physical.contributions.isel(reference_time=0, lead_time=hours).sel(place=places)
    means = part["contribution"].sel(pollutant=SHOWN_SPECIES).mean("lead_time").transpose("place", "source")
    values, sources = np.asarray(to_display(means.values, SHOWN_SPECIES)), _names(physical.contributions)
    names = tuple(place_names(place).chinese for place in places)
    span = f"{str(days[0][0])[5:]} 至 {str(days[-1][0])[5:]}"
    bars = Bars("PM2.5 by source", names, sources, values, physical.synthetic)
    totals, colours = values.sum(axis=1), colours_of(sources)
    rows = tuple(
        SourceRow(
            source.chinese, source.english, colours[source.id],
            tuple(
                _cell(float(value), float(total))
                for value, total in zip(values[:, number], totals, strict=True)
            ),
        )
        for number, source in enumerate(sources)
        if (values[:, number] >= _SHOWN_FROM).any()
    )  # fmt: skip
    english = f"{str(days[0][0])[5:]} to {str(days[-1][0])[5:]}"
    return SourcesTable(
        span, english, source_bars(bars, "sources"), names, rows, tuple(f"{total:.1f}" for total in totals)
    )


def _cell(value: float, total: float) -> tuple[str, str]:
    """A contribution and its share; a dot where it rounds to nothing."""
    if value < _SHOWN_FROM:
        return "·", ""
    return f"{value:.1f}", f"{100 * value / total:.0f}%"


def _names(contributions: xr.Dataset) -> tuple[Source, ...]:
    """Sources with their names, sectors and regions, as far as the product gives them."""
    ids = [str(name) for name in contributions["source"].values]
    given = {
        name: [str(value) for value in contributions[name].values] if name in contributions.coords else ids
        for name in ("source_chinese", "source_english", "sector", "region")
    }
    return tuple(
        Source(*each)
        for each in zip(
            ids, given["source_chinese"], given["source_english"], given["sector"], given["region"],
            strict=True,
        )
    )  # fmt: skip
