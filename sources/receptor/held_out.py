"""Elements held out of a table, the factorisations of what is left, and how well they foretell them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foundation.errors import InputError
from sources.receptor.curvature import equations
from sources.receptor.factorisation import converge
from sources.receptor.least_squares import Tensor, coordinate_descent, flattened, gathered
from sources.receptor.samples import Array
from sources.receptor.starts import promising_starts
from sources.receptor.weighted_table import OUTLIER, WeightedTable, q_true

__all__ = ["Mask", "held_out_errors", "masks_of"]

Mask = NDArray[np.bool_]

_TRIES, _STANDSTILL, _SWEEPS = 3, 1e-4, 200
_ROUNDS_OF_PRIOR, _SWEEPS_A_ROUND, _WINSORISED = 4, 12, 0.8


def masks_of(measured: Mask, folds: int, block: int, seed: int) -> Mask:
    """Masks that hold out each measured element exactly once, at random.

    Args:
        measured: (samples, species), which elements may be held out; gaps that were filled may not.
        folds: how many masks; each holds out about one element of as many.
        block: consecutive samples of a species that are held out together, 1 for single elements: longer
            where errors of measurement last from one sample to the next.
        seed: of the draw.

    Returns:
        (folds, samples, species), true where held out.

    Raises:
        InputError: when there are fewer than two folds, a block is longer than the record, or a mask would
            leave a species without any value.
    """
    samples, species = measured.shape
    if folds < 2:
        raise InputError(f"{folds} folds", remedy="Give two or more")
    if not 1 <= block <= samples:
        raise InputError(f"blocks of {block} of {samples} samples", remedy="Give a block within the record")
    draw = np.random.default_rng(seed)
    blocks = -(-samples // block)
    fold = np.empty((blocks, species), dtype=np.int64)
    for column in range(species):
        fold[:, column] = draw.permutation((np.arange(blocks) + column) % folds)
    by_sample = np.repeat(fold, block, axis=0)[:samples]
    masks = (by_sample[None] == np.arange(folds)[:, None, None]) & measured
    bare = (measured[None] & ~masks).sum(1) == 0
    if bare.any():
        raise InputError(
            f"species number {int(np.argwhere(bare)[0, 1]) + 1} has too few values to hold any out",
            remedy="Ask for more folds or shorter blocks, or call it bad",
        )
    return np.asarray(masks)


def held_out_errors(
    table: WeightedTable, masks: Mask, factors: int, starts: int, seed: int
) -> tuple[Array, Array, int]:
    """Mean squared scaled residual of what was held out, all masks and starts in one batch.

    No fit sees what its mask hides, not even where it starts; of the starts of a mask the one that fits the
    rest best counts.

    Args:
        table: with one table of weights for all.
        masks: (folds, samples, species).
        factors: how many.
        starts: of each mask.
        seed: of the starts.

    Returns:
        Mean square by mask, (folds,); the same in which an outlier r counts 4 |r|; starts that did not stand
        still.
    """
    import torch

    folds = len(masks)
    hidden = torch.as_tensor(masks, device=table.values.device)
    kept = table.own_weights((table.weights * ~hidden).repeat_interleave(starts, 0))
    state = promising_starts(kept, factors, folds * starts, seed, _TRIES)
    contributions, profiles, still = converge(kept, state, _SWEEPS, _STANDSTILL)
    best = q_true(kept, contributions, profiles).reshape(folds, starts).argmin(1)
    chosen = best + torch.arange(folds, device=best.device) * starts
    foretold = _most_likely(table.own_weights(kept.weights[chosen]), contributions[chosen], profiles[chosen])
    square, robust = _scores(table, hidden, foretold, profiles[chosen])
    return square, robust, int((~still).sum())


def _most_likely(table: WeightedTable, contributions: Tensor, profiles: Tensor) -> Tensor:
    """Contributions that the values that are left and the factor's own habit make most likely.

    A factor that one species alone marks is not seen in a sample in which that species is held out; its least
    squares contribution would be anything. Each factor's contributions are therefore taken as scattered about
    a mean, both found from the contributions themselves (empirical Bayes: Efron and Morris 1973,
    doi:10.1080/01621459.1973.10481350).
    """
    folds, _, samples = contributions.shape
    normal, right = equations(table, profiles)
    ordinary = contributions.quantile(_WINSORISED, dim=2, keepdim=True)
    found = flattened(contributions.minimum(2.0 * ordinary))
    for _ in range(_ROUNDS_OF_PRIOR):
        by_fold = gathered(found, folds)
        mean, spread = by_fold.mean(2), by_fold.var(2)
        precision = 1.0 / (spread + 1e-6 * mean.square() + 1e-300)
        tight = flattened(precision[:, :, None].expand(-1, -1, samples))
        centre = flattened((precision * mean)[:, :, None].expand(-1, -1, samples))
        held = normal.clone()
        held.diagonal(dim1=0, dim2=1).add_(tight.T)
        found = coordinate_descent(held, right + centre, found, _SWEEPS_A_ROUND)
    return gathered(found, folds)


def _scores(
    table: WeightedTable, hidden: Tensor, contributions: Tensor, profiles: Tensor
) -> tuple[Array, Array]:
    size = (table.values - contributions.mT @ profiles).abs() * table.weights.sqrt() * hidden
    count = hidden.sum((1, 2))
    square = size.square().sum((1, 2)) / count
    robust = (size * size.clamp(max=OUTLIER)).sum((1, 2)) / count
    return square.cpu().numpy(), robust.cpu().numpy()
