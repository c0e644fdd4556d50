"""Area sources as streams: what shares a tag, heights and hours, laid on the grid of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atmosphere.meteorology.regridding import SourceGrid, conservative
from emissions_inventory.heights import heights_config, layer_shares
from emissions_inventory.labels import source_labels
from foundation.grids import Grid

__all__ = ["Entries", "Streams", "laid_on", "streams_of"]


@dataclass(frozen=True)
class Entries:
    """Emissions from cells; all but `rate` are (entry,).

    Attributes:
        sector: ids.
        region: ids.
        cell: row * columns + column of a grid.
        rate: kg s-1, mean of the month, (entry, species).
    """

    sector: np.ndarray
    region: np.ndarray
    cell: np.ndarray
    rate: np.ndarray

    def joined(self, other: Entries) -> Entries:
        """Both one after the other."""
        return Entries(*map(np.concatenate, zip(self.parts, other.parts, strict=True)))

    @property
    def parts(self) -> tuple[np.ndarray, ...]:
        """The arrays, in their order."""
        return self.sector, self.region, self.cell, self.rate


@dataclass(frozen=True)
class Streams:
    """Streams of one month.

    Attributes:
        flux: kg m-2 s-1, mean of the month, (stream, species, y, x).
        layer_share: (stream, layer), every layer of the grid.
        time_factor: over the mean of the month, (time, stream).
        tag: (stream,).
    """

    flux: np.ndarray
    layer_share: np.ndarray
    time_factor: np.ndarray
    tag: list[str]


def laid_on(entries: Entries, source: Grid, grid: Grid) -> Entries:
    """Entries on the cells of another grid, by the area in which cells overlap, without what lies outside.

    Args:
        entries: on the cells of the source.
        source: the grid they lie on.
        grid: the grid wanted.
    """
    if _same(source, grid):
        return entries
    matrix = conservative(SourceGrid(source.lon, source.lat), grid, "amount", inside=False).matrix.tocsc()
    counts = np.diff(matrix.indptr)[entries.cell]
    which = np.repeat(np.arange(len(entries.cell)), counts)
    first = np.repeat(matrix.indptr[entries.cell], counts)
    within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    place = first + within
    share = matrix.data[place]
    return Entries(
        entries.sector[which], entries.region[which], matrix.indices[place].astype(np.int64),
        entries.rate[which] * share[:, None],
    )  # fmt: skip


def _same(one: Grid, other: Grid) -> bool:
    return all(
        len(mine) == len(theirs) and np.allclose(mine, theirs, rtol=0, atol=1e-9)
        for mine, theirs in ((one.lon_edges, other.lon_edges), (one.lat_edges, other.lat_edges))
    )


def streams_of(entries: Entries, grid: Grid, pairs: list[tuple[str, str]], factors: np.ndarray) -> Streams:
    """Put together what shares a tag, heights and hours.

    Args:
        entries: on the cells of the grid.
        grid: the grid.
        pairs: sectors and regions for which there are factors.
        factors: of each pair, (time, pair).
    """
    config, labels = heights_config(), source_labels()
    _, alike = np.unique(factors, axis=1, return_inverse=True)
    tags = labels.tags_of(*zip(*pairs, strict=True)) if pairs else []
    split = [config.sector_splits.get(sector, config.other_split) for sector, _ in pairs]
    keys = [
        f"{tag} {height} {hours:06d}" for tag, height, hours in zip(tags, split, alike.ravel(), strict=True)
    ]
    _, first, stream_of_pair = np.unique(np.array(keys, "U"), return_index=True, return_inverse=True)
    shares = [layer_shares(pairs[index][0], grid.layer_edges_m) for index in first]
    stream = stream_of_pair[_places(entries, pairs)]
    return Streams(
        _fluxes(entries, stream, len(first), grid),
        np.array(shares).reshape(len(first), grid.shape[0]),
        factors[:, first],
        [tags[index] for index in first],
    )


def _places(entries: Entries, pairs: list[tuple[str, str]]) -> np.ndarray:
    """Place of each entry's sector and region among the pairs, (entry,)."""
    known = {pair: place for place, pair in enumerate(pairs)}
    held = zip(map(str, entries.sector), map(str, entries.region), strict=True)
    return np.array([known[pair] for pair in held], np.int64)


def _fluxes(entries: Entries, stream: np.ndarray, streams: int, grid: Grid) -> np.ndarray:
    """Flux of each stream, kg m-2 s-1, (stream, species, y, x)."""
    rows, columns = grid.shape[1:]
    cell = stream * rows * columns + entries.cell
    sums = [np.bincount(cell, rate, streams * rows * columns) for rate in entries.rate.T]
    fluxes = np.stack(sums, axis=-1).reshape(streams, rows, columns, len(sums))
    return np.asarray(fluxes.transpose(0, 3, 1, 2) / grid.cell_area_m2)
