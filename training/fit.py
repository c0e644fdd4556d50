"""The one loop in which every network is fitted.

Each epoch draws its batches, gaps and dropout from the seed and its own number, so that a fit that was killed
and goes on from its last whole epoch ends with the same weights as one that was not (on one kind of machine,
with the same number of threads).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor

from training.checkpoints import Checkpoint
from training.configuration import Recipe
from training.fitting import Fitting
from training.member import Data, Member

Progress = Callable[[dict[str, float]], None]


@dataclass(frozen=True)
class Fitted:
    """A member.

    Attributes:
        weights: state of the network at its best validation.
        history: for each epoch its number, its training loss, and the validation loss of each tower.
        held_out: (station,) whether its measurements were left out of the loss.
    """

    weights: dict[str, Tensor]
    history: list[dict[str, float]]
    held_out: np.ndarray


def members_of(recipe: Recipe, stations: int) -> list[Member]:
    """The members of an ensemble; each leaves every so many-th station out of its loss, in turn."""
    number = len(recipe.seeds)
    apart = recipe.fit.hold_out and 2 <= number <= stations
    turn = np.arange(stations) % number
    return [
        Member(seed, turn == position if apart else np.zeros(stations, dtype=bool))
        for position, seed in enumerate(recipe.seeds)
    ]


def fit(
    data: Data, recipe: Recipe, member: Member, *, checkpoint: Path | None = None, device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Fitted:  # fmt: skip
    """Fit one network.

    Args:
        data: what it is fitted to.
        recipe: shape of the network, and how it is fitted.
        member: its seed and what it leaves out.
        checkpoint: file that keeps the state after each epoch; a fit goes on from it when it is there.
        device: `cpu` or `cuda`.
        progress: called after each epoch with its entry of `Fitted.history`.

    Raises:
        InputError: when a checkpoint is of another fit.
    """
    run = Fitting(data, recipe, member, device)
    kept = Checkpoint(checkpoint, run.identity)
    state = kept.read()
    if state is not None:
        run.resume(state)
    while not run.done:
        progress(run.epoch())
        kept.write(run.state())
    return Fitted(run.best, run.history, member.held_out)
