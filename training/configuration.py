"""How a network is fitted, and the whole of an experiment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from forecast.learned.configuration import NetworkConfig
from foundation.configuration import Config
from training.gaps import GapsConfig
from training.losses import LossConfig


class FitConfig(Config):
    """How a network is fitted.

    Attributes:
        epochs: passes over the training part at most; or that of each range of leads, in their order.
        patience: passes without a better validation after which the fit stops.
        keep: `best` for the weights of the best validation, `last` for those after the last pass, where the
            validation part is too unlike what is to come to choose by.
        batch: issues in a step.
        leads_drawn: leads drawn for each step, beside the first.
        learning_rate: largest, reached after a tenth of the steps; it falls to nothing like a cosine.
        weight_decay: of AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).
        clip: largest norm of a gradient.
        validation_stride: every so many issues of the validation part are judged.
        hold_out: whether each member leaves the measurements of some stations out of its loss, by which
            intervals for stations never trained on are calibrated.
        gaps: what is hidden in training.
        loss: what is minimised.
        precision: `mixed` takes bfloat16 on a GPU, and single precision on a CPU.
    """

    epochs: Annotated[int, Field(ge=1)] | Annotated[tuple[PositiveInt, ...], Field(min_length=1)] = 10
    patience: int = Field(default=3, ge=1)
    keep: Literal["best", "last"] = "best"
    batch: int = Field(default=32, ge=1)
    leads_drawn: int = Field(default=8, ge=1)
    learning_rate: float = Field(default=1e-3, gt=0)
    weight_decay: float = Field(default=0.01, ge=0)
    clip: float = Field(default=1.0, gt=0)
    validation_stride: int = Field(default=3, ge=1)
    hold_out: bool = True
    gaps: GapsConfig = GapsConfig()
    loss: LossConfig = LossConfig()
    precision: Literal["single", "mixed"] = "mixed"

    @property
    def most_epochs(self) -> int:
        """Passes at most, over all ranges of leads."""
        return self.epochs if isinstance(self.epochs, int) else max(self.epochs)

    def epochs_of(self, tower: int) -> int:
        """Passes at most for the range of leads of that number."""
        return self.epochs if isinstance(self.epochs, int) else self.epochs[tower]


class Recipe(Config):
    """What is fitted, and how.

    Attributes:
        network: its shape.
        fit: how it is fitted.
        seeds: one member of the ensemble for each.
    """

    network: NetworkConfig
    fit: FitConfig = FitConfig()
    seeds: tuple[NonNegativeInt, ...] = Field(default=(0, 1, 2, 3, 4), min_length=1)

    @model_validator(mode="after")
    def _epochs_of_each(self) -> Recipe:
        epochs, ranges = self.fit.epochs, len(self.network.ranges)
        if not isinstance(epochs, int) and len(epochs) != ranges:
            raise ValueError(f"fit.epochs: expected one number, or {ranges} for the ranges of leads")
        return self
