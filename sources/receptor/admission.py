"""What may be factorised, and its tensors."""

from __future__ import annotations

import numpy as np

from foundation.errors import InputError
from sources.receptor.samples import Samples
from sources.receptor.weighted_table import WeightedTable, table_of

__all__ = ["check", "tensor_table"]


def check(samples: Samples, factors: int) -> None:
    """Refuse what cannot be factorised.

    Raises:
        InputError: naming the species and the sample.
    """
    count, species = samples.concentrations.shape
    if factors < 1:
        raise InputError(f"{factors} factors", remedy="Give at least one")
    if factors > min(species, count):
        raise InputError(
            f"{factors} factors are more than the {species} species or {count} samples can carry",
            remedy="Ask for fewer factors",
        )
    values, doubts = samples.concentrations, samples.uncertainties
    with np.errstate(invalid="ignore"):
        faults = (
            ("a missing concentration or uncertainty", ~(np.isfinite(values) & np.isfinite(doubts))),
            ("a negative concentration", values < 0.0),
            ("an uncertainty that is not above zero", doubts <= 0.0),
        )
    for what, wrong in faults:
        if wrong.any():
            row, column = (int(index) for index in np.argwhere(wrong)[0])
            raise InputError(
                f"species {samples.species[column]!r} has {what} at {samples.times[row]}",
                remedy="Prepare the samples: fill or leave out gaps, correct the uncertainties",
            )


def tensor_table(samples: Samples, device: str = "cpu") -> WeightedTable:
    """The samples as tensors of double precision."""
    import torch

    return table_of(
        torch.as_tensor(samples.concentrations, dtype=torch.float64, device=device),
        torch.as_tensor(samples.uncertainties, dtype=torch.float64, device=device),
    )
