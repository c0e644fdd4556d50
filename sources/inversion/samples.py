"""Measured hours and the tags of the same hours, averaged and laid side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from sources.inversion.admission import admitted
from sources.inversion.arrays import Array, Index
from sources.inversion.blocks import Blocks
from sources.inversion.configuration import InversionConfig
from sources.inversion.precursors import precursor_shares

__all__ = ["Samples", "Source", "sampled", "sources_of"]

_OF_SOURCE = ("source", "sector", "region", "source_chinese", "source_english")


@dataclass(frozen=True)
class Source:
    """A tag: its id, the groups of sectors and regions it is, its names."""

    id: str
    sector: str
    region: str
    chinese: str
    english: str

    @property
    def emitted(self) -> bool:
        """Whether it is an emission, and not what flowed in or was there."""
        return self.sector not in {"boundary", "initial"}


@dataclass(frozen=True)
class Samples:
    """Measured means with the tags of the same hours; one row for each place, pollutant and block of hours.

    Attributes:
        places: names.
        pollutants: names.
        sources: of the columns of `tags`.
        place: number of each row's place, growing.
        pollutant: number of each row's pollutant.
        hour: beginning of the row's block, from the first hour of all, h.
        day: number of the Beijing day, from the first.
        count: measured hours in the row's mean.
        measured: kg m-3.
        tags: contributions in the same hours, kg m-3, (row, source).
        precursors: share of each contribution that stems from primary particles, sulphur and nitrogen,
            (row, source, 3); None where the tags do not say.
        span: end of the first and of the last hour, UTC.
        left_out: measured hours in blocks of which less than half is measured.
    """

    places: tuple[str, ...]
    pollutants: tuple[str, ...]
    sources: tuple[Source, ...]
    place: Index
    pollutant: Index
    hour: Array
    day: Index
    count: Index
    measured: Array
    tags: Array
    precursors: Array | None
    span: tuple[np.datetime64, np.datetime64]
    left_out: int


def sampled(tags: xr.Dataset, measured: xr.Dataset, config: InversionConfig) -> Samples:
    """Lay measurements and tags side by side.

    Args:
        tags: hourly contributions of one run, kg m-3, as the transport model gives them.
        measured: hourly means of places, (time, place), kg m-3; an hour is labelled by its end.
        config: the choices.

    Raises:
        InputError: when either is not hourly, they share no hour, place or pollutant, tags have gaps, or
            no value is measured.
    """
    found = admitted(tags, measured, config.pollutants)
    times = found.tags["time"].values
    amounts = found.tags["contribution"].values.astype(float)
    blocks = Blocks.of(times, np.isfinite(found.measured), config.averaging_hours)
    averaged = blocks.mean(amounts)
    pollutants = tuple(map(str, found.tags["pollutant"].values))
    shares = precursor_shares(found.tags, pollutants)
    if shares is not None:
        empty = np.full((*averaged.shape, shares.shape[-1]), 1 / shares.shape[-1])
        parts, whole = blocks.mean(shares * amounts[..., None]), averaged[..., None]
        shares = np.divide(parts, whole, out=empty, where=whole > 0)
    return Samples(
        tuple(map(str, found.tags["place"].values)), pollutants, sources_of(found.tags), blocks.place,
        blocks.pollutant, blocks.hour, blocks.day, blocks.count, blocks.mean(found.measured), averaged,
        shares, (times[0], times[-1]), int(np.isfinite(found.measured).sum() - blocks.count.sum()),
    )  # fmt: skip


def sources_of(tags: xr.Dataset) -> tuple[Source, ...]:
    """The sources of a data set of contributions, in their order."""
    names = zip(*(map(str, tags[name].values) for name in _OF_SOURCE), strict=True)
    return tuple(Source(*one) for one in names)
