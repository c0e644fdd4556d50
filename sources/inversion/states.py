"""What is sought: logarithms of factors and of lasting errors, and what is known of them before.

A row's value is

    m = exp(s . x) sum over k of h_k exp((c x)_k)

with x the states, s of the row's lasting errors, and h_k its columns: a source, or a source's part that stems
from one precursor, on one day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emissions_inventory.labels import source_labels
from sources.inversion.arrays import Array
from sources.inversion.columns import columns_of
from sources.inversion.configuration import InversionConfig, PriorConfig, TransportConfig
from sources.inversion.samples import Samples, Source

__all__ = ["States", "source_covariance", "states_of"]


@dataclass(frozen=True)
class States:
    """The states, sources first.

    Attributes:
        covariance: of all states before, (state, state).
        columns: amounts, kg m-3, (row, column).
        of_columns: logarithm of a column's factor by state, (column, state).
        of_rows: logarithm of a row's lasting error by state, (row, state).
        biases: number of the first state that is a lasting error: of the first pollutant at the first place.
    """

    covariance: Array
    columns: Array
    of_columns: Array
    of_rows: Array
    biases: int

    @property
    def root(self) -> Array:
        """Lower root of the covariance, (state, state)."""
        return np.asarray(np.linalg.cholesky(self.covariance), dtype=np.float64)


def states_of(samples: Samples, config: InversionConfig) -> States:
    """The states of a problem and their prior.

    Raises:
        InputError: when precursors are to have factors of their own and the tags do not tell components.
    """
    columns = columns_of(samples, config.prior)
    errors, lasting = _lasting_errors(samples, config.transport)
    blocks = [source_covariance(samples.sources, config.prior), *columns.varied, *errors]
    begins = np.cumsum([0, *(len(block) for block in blocks)])
    covariance = np.zeros((begins[-1], begins[-1]))
    for begin, block in zip(begins[:-1], blocks, strict=True):
        covariance[begin : begin + len(block), begin : begin + len(block)] = block
    further, sought = lasting.shape[1], columns.of_states.shape[1]
    return States(
        covariance, columns.amounts,
        np.concatenate([columns.of_states, np.zeros((len(columns.of_states), further))], axis=1),
        np.concatenate([np.zeros((len(lasting), sought)), lasting], axis=1), sought,
    )  # fmt: skip


def source_covariance(sources: tuple[Source, ...], prior: PriorConfig) -> Array:
    """Covariance of the logarithms of the factors of sources, (source, source).

    Emissions are correlated where they share a sector or a region; sectors that are tagged as one share none.
    """
    sector = np.array([one.sector for one in sources])
    region = np.array([one.region for one in sources])
    emitted = np.array([one.emitted for one in sources])
    both = emitted[:, None] & emitted[None, :]
    one_sector = (sector[:, None] == sector) & (sector != source_labels().whole.id)
    shared = prior.same_sector * one_sector + prior.same_region * (region[:, None] == region)
    own = {"boundary": prior.boundary, "initial": prior.initial}
    deviation = np.array([own.get(one.sector, prior.deviation) for one in sources])
    correlation = np.where(both, shared, 0.0)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation * deviation[:, None] * deviation[None, :])


def _lasting_errors(samples: Samples, transport: TransportConfig) -> tuple[list[Array], Array]:
    """Prior covariances of biases of cells and of common errors of days, and which rows they are of."""
    places, pollutants = len(samples.places), len(samples.pollutants)
    place, pollutant = (part.ravel() for part in np.mgrid[:places, :pollutants])
    bias = (
        transport.place**2 * (place[:, None] == place)
        + transport.pollutant**2 * (pollutant[:, None] == pollutant)
        + transport.cell**2 * np.eye(len(place))
    )
    cell = samples.place * pollutants + samples.pollutant
    parts, blocks = [(cell[:, None] == np.arange(len(place))).astype(float)], [bias]
    if transport.day > 0:
        days = int(samples.day.max()) + 1
        parts.append((samples.day[:, None] == np.arange(days)).astype(float))
        blocks.append(transport.day**2 * np.eye(days))
    return blocks, np.concatenate(parts, axis=1)
