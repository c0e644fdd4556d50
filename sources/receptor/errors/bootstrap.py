"""Bootstrap over whole blocks of samples: how far profiles hang on which days were measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foundation.errors import InputError
from sources.receptor.admission import tensor_table
from sources.receptor.alternating import begin
from sources.receptor.factorisation import converge
from sources.receptor.least_squares import Tensor
from sources.receptor.matching import best_partners
from sources.receptor.results import Factorisation
from sources.receptor.samples import Array
from sources.receptor.weighted_table import WeightedTable, q_true, robust_weights

__all__ = ["Bootstrap", "ResampledFits", "block_counts", "bootstrap", "resampled_fits"]

_SWEEPS, _STANDSTILL = 600, 1e-5
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Bootstrap:
    """Profiles of resampled runs, put to the base factors.

    Attributes:
        mapping: (factors, factors + 1): in how many runs the factor that began as one base factor (row)
            follows which (column) in the end; the last column is unmapped.
        profiles: (runs, factors, species), each base factor's profile in each run; NaN where none maps to it.
        quantiles: (5, factors, species): 5, 25, 50, 75 and 95 % of the mapped profiles.
        q_true: (runs,), Q of each run over its own resampled table.
        converged: (runs,).
        correlation: above which a factor maps.
        block: samples per block.
    """

    mapping: NDArray[np.int64]
    profiles: Array
    quantiles: Array
    q_true: Array
    converged: np.ndarray[Any, np.dtype[np.bool_]]
    correlation: float
    block: int


@dataclass(frozen=True)
class ResampledFits:
    """Fits of resampled tables.

    Attributes:
        table: with how often each run drew each sample.
        profiles: (runs, factors, species).
        mean: (runs, factors), mean contribution over all samples, drawn or not: over the drawn days alone it
            would add the luck of the draw to what the profile of the record is uncertain by.
        q: (runs,), over the resampled table.
        converged: (runs,).
        partner: (runs, factors), the base factor that each follows best.
        strength: (runs, factors), with which correlation over the drawn samples.
    """

    table: WeightedTable
    profiles: Tensor
    mean: Tensor
    q: Tensor
    converged: Tensor
    partner: Tensor
    strength: Tensor


def block_counts(samples: int, block: int, runs: int, seed: int) -> NDArray[np.int64]:
    """How often each sample is drawn in each run, (runs, samples).

    Blocks begin anywhere and go on round the end to the start, so that each sample is as likely to be drawn
    as any other (Politis and Romano 1992); the last block is cut to give as many samples as there are.

    Raises:
        InputError: when the block is not from 1 to the number of samples.
    """
    if not 1 <= block <= samples:
        raise InputError(f"blocks of {block} of {samples} samples", remedy="Give a block within the record")
    draw = np.random.default_rng(seed)
    begins = draw.integers(0, samples, (runs, -(-samples // block)))
    rows = (begins[:, :, None] + np.arange(block)).reshape(runs, -1)[:, :samples] % samples
    return np.stack([np.bincount(row, minlength=samples) for row in rows])


def bootstrap(
    found: Factorisation,
    runs: int = 20,
    *,
    block: int = 5,
    correlation: float = 0.6,
    seed: int = 0,
    device: str = "cpu",
) -> Bootstrap:
    """Factorise resampled tables from the base solution, all runs in one batch.

    A run's factor maps to the base factor with which its contributions correlate most, if by more than
    `correlation` (EPA PMF 5.0 User Guide, section 7.2). In robust mode the weights are those of the base.

    Args:
        found: base solution.
        runs: resampled tables.
        block: samples per block.
        correlation: as above, over the samples that the run drew.
        seed: of the draw.
        device: for torch.

    Profiles are mean contributions over the whole record: contributions of days that a run did not draw are
    fitted by its profiles too.

    Raises:
        InputError: when runs or block are out of range.
    """
    made = resampled_fits(found, runs, block=block, seed=seed, device=device)
    partner, strength = made.partner.cpu().numpy(), made.strength.cpu().numpy()
    held = (made.profiles * made.mean[:, :, None]).cpu().numpy()
    return _gathered(
        held, partner, strength, made.q.cpu().numpy(), made.converged.cpu().numpy(), correlation, block
    )


def resampled_fits(
    found: Factorisation, runs: int, *, block: int, seed: int, device: str = "cpu"
) -> ResampledFits:
    """Fits of resampled tables, as `bootstrap` describes; factors in the order in which they began.

    Raises:
        InputError: when runs or block are out of range.
    """
    import torch

    if runs < 1:
        raise InputError(f"{runs} bootstrap runs", remedy="Give at least one")
    counts = block_counts(len(found.samples.times), block, runs, seed)
    table = tensor_table(found.samples, device)
    profiles = torch.as_tensor(found.profiles, dtype=torch.float64, device=device)[None]
    base = torch.as_tensor(found.contributions.T.copy(), dtype=torch.float64, device=device)
    if found.robust:
        table = table.own_weights(robust_weights(table, base[None], profiles)[0])
    drawn = torch.as_tensor(counts, dtype=torch.float64, device=device)
    resampled = WeightedTable(table.values, table.weights, drawn)
    state = begin(resampled, profiles.expand(runs, -1, -1).contiguous())
    contributions, shapes, still = converge(resampled, state, _SWEEPS, _STANDSTILL)
    partner, strength = _partners(base, contributions, drawn)
    q = q_true(resampled, contributions, shapes)
    return ResampledFits(resampled, shapes, contributions.mean(2), q, still, partner, strength)


def _partners(base: Tensor, contributions: Tensor, drawn: Tensor) -> tuple[Tensor, Tensor]:
    """Partners by correlation over the drawn samples, each as often as it was drawn."""
    import torch

    rows = [torch.repeat_interleave(row.long()) for row in drawn]
    pairs = [
        best_partners(base[:, row], held[None, :, row]) for row, held in zip(rows, contributions, strict=True)
    ]
    return torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])


def _gathered(  # noqa: PLR0913, PLR0917 - the parts of one result
    profiles: Array,
    partner: NDArray[np.int64],
    strength: Array,
    q: Array,
    converged: np.ndarray[Any, np.dtype[np.bool_]],
    correlation: float,
    block: int,
) -> Bootstrap:
    runs, factors, species = profiles.shape
    partner = np.where(strength > correlation, partner, factors)
    mapping = np.zeros((factors, factors + 1), dtype=np.int64)
    mapped = np.full((runs, factors, species), np.nan)
    for run in range(runs):
        for own in np.argsort(strength[run]):
            mapping[own, partner[run, own]] += 1
            if partner[run, own] < factors:
                mapped[run, partner[run, own]] = profiles[run, own]
    quantiles = np.full((len(_QUANTILES), factors, species), np.nan)
    for factor in range(factors):
        there = mapped[np.isfinite(mapped[:, factor, 0]), factor]
        if len(there):
            quantiles[:, factor] = np.quantile(there, _QUANTILES, axis=0)
    return Bootstrap(mapping, mapped, quantiles, q, converged, correlation, block)
