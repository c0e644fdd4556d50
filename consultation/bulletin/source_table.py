"""What sources contribute to the published PM2.5 at places and target regions, as bars and as tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consultation.bulletin.source_bars import Bars, Source, colours_of, source_bars
from consultation.physical import SHOWN_SPECIES
from foundation.times import beijing_day
from foundation.units import to_display
from sources.tagging.groups import NEARNESS, receptor_names, sums_by
from sources.tagging.means import Means, mean_contributions, receptor_course
from sources.tagging.runs import RunContributions
from sources.tagging.uncertainty import drawn_contributions, intervals_by

_SHOWN_FROM = 0.05
"""Contributions below this, µg/m³, and shares below this, %, are shown as a dot."""


@dataclass(frozen=True)
class SourceRow:
    """A source in the table: its colour, and its contribution and share at each place."""

    chinese: str
    english: str
    colour: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShareRow:
    """How near the sources are, for one receptor: share and range of each kind of `SourcesTable.kinds`."""

    chinese: str
    english: str
    total: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SourcesTable:
    """Contributions by source, their sums, and shares of local and transported."""

    chinese: str
    english: str
    segments: Bars
    places: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    totals: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]
    shares: tuple[ShareRow, ...]

    @property
    def bars(self) -> str:
        """The bars as inline SVG, drawn when asked for: documents on paper show the tables alone."""
        return source_bars(self.segments, "sources")


def sources_table(
    contributions: RunContributions, places: list[str], regions: tuple[str, ...], most: int
) -> SourcesTable | None:
    """Mean contributions to the published medians of the first days; None when there is no day or no place.

    A source that rounds to nothing everywhere has no row.

    Args:
        contributions: of the run.
        places: ids, in the order shown.
        regions: ids of target regions, whose shares come first.
        most: days at most.
    """
    course = receptor_course([contributions], "day")
    held = set(map(str, course["place"].values))
    chosen = [name for name in (*regions, *places) if name in held]
    course = course.isel(time=slice(most)).sel(place=chosen)
    known = course["published"].sel(pollutant=SHOWN_SPECIES).notnull()
    chosen = [name for name in chosen if bool(known.sel(place=name).any())]
    if not chosen or not course.sizes["time"]:
        return None
    days = beijing_day(course["time"].values)
    means = mean_contributions(course.sel(place=chosen), SHOWN_SPECIES)
    values, sources = _shown(means), _names(means)
    names = tuple(receptor_names(name).chinese for name in chosen)
    bars = Bars("PM2.5 by source", names, sources, values, contributions.synthetic)
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
    first, last = str(days[0])[5:], str(days[-1])[5:]
    return SourcesTable(
        f"{first} 至 {last}", f"{first} to {last}", bars, names, rows,
        tuple(f"{total:.1f}" for total in totals), *_shares(means, chosen),
    )  # fmt: skip


def _shown(means: Means) -> np.ndarray:
    return np.asarray(to_display(means.dataset["contribution"].values, SHOWN_SPECIES))


def _cell(value: float, total: float) -> tuple[str, str]:
    """A contribution and its share; a dot where it rounds to nothing."""
    if value < _SHOWN_FROM:
        return "·", ""
    return f"{value:.1f}", f"{100 * value / total:.0f}%"


def _names(means: Means) -> tuple[Source, ...]:
    """Sources with their names, sectors and regions."""
    kinds = ("source", "source_chinese", "source_english", "sector", "region")
    columns = [[str(value) for value in means.dataset[kind].values] for kind in kinds]
    return tuple(Source(*each) for each in zip(*columns, strict=True))


def _shares(means: Means, receptors: list[str]) -> tuple[tuple[tuple[str, str], ...], tuple[ShareRow, ...]]:
    """How near the sources are: kinds that occur, and a row for each receptor."""
    total = means.dataset["published"].values
    percent = 100.0 * sums_by(means.dataset, "nearness").values / total[:, None]
    bounds = intervals_by(means, drawn_contributions(means), "nearness").values
    bounds = 100.0 * bounds / total[None, :, None]
    kept = [n for n in range(len(NEARNESS)) if (percent[:, n] >= _SHOWN_FROM).any()]
    rows = [
        ShareRow(
            receptor_names(name).chinese, receptor_names(name).english,
            f"{float(to_display(total[row], SHOWN_SPECIES)):.0f}",
            tuple(_share(percent[row, n], bounds[:, row, n]) for n in kept),
        )
        for row, name in enumerate(receptors)
    ]  # fmt: skip
    return tuple((NEARNESS[n].chinese, NEARNESS[n].english) for n in kept), tuple(rows)


def _share(percent: float, bounds: np.ndarray) -> tuple[str, str]:
    if percent < _SHOWN_FROM:
        return "·", ""
    return f"{percent:.0f}%", f"{bounds[0]:.0f}~{bounds[1]:.0f}"
