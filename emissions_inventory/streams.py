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
    keys = sorted(set(zip(tags, split, alike.ravel().tolist(), strict=True)))
    number = {key: place for place, key in enumerate(keys)}
    stream_of_pair = [number[key] for key in zip(tags, split, alike.ravel().tolist(), strict=True)]
    place = dict(zip(pairs, stream_of_pair, strict=True))
    first = {stream: index for index, stream in reversed(list(enumerate(stream_of_pair)))}
    stream = np.array([place[pair] for pair in zip(entries.sector, entries.region, strict=True)], np.int64)
    rows, columns = grid.shape[1:]
    species = entries.rate.shape[1]
    flux = np.stack([
        np.bincount(stream * rows * columns + entries.cell, entries.rate[:, s], len(keys) * rows * columns)
        for s in range(species)
    ], axis=0).reshape(species, len(keys), rows, columns)  # fmt: skip
    shares = [layer_shares(pairs[first[n]][0], grid.layer_edges_m) for n in range(len(keys))]
    return Streams(
        flux.transpose(1, 0, 2, 3) / grid.cell_area_m2,
        np.array(shares).reshape(len(keys), grid.shape[0]),
        factors[:, [first[n] for n in range(len(keys))]],
        [key[0] for key in keys],
    )
