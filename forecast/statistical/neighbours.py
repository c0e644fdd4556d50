"""Regressions on a station and those around it: gradient boosting and ridge, one model for each lead.

Trees: Friedman (2001), Greedy function approximation, Annals of Statistics 29, doi:10.1214/aos/1013203451, on
histograms as scikit-learn makes them. Both regressions forecast the change from the last measured value. A
chronological validation part stops the boosting and chooses the penalty of the ridge; it fits nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from forecast.history import mean_of_known
from forecast.statistical.neighbour_cases import Cases, Parts, Regressor
from foundation.configuration import Config

_SMALLEST = 1e-9
"""Standard deviation below which a column is constant."""

Loss = Literal["squared_error", "absolute_error"]


class BoostingConfig(Config):
    """How trees are grown.

    Attributes:
        learning_rate: share of each tree that is added.
        leaves: of a tree at most.
        smallest_leaf: cases in a leaf at least.
        penalty: on the squares of the leaves' values.
        column_share: share of the columns among which each split is chosen.
        most_trees: trees at most.
        patience: trees without a better validation after which the growth stops.
        short_lead: largest lead whose cases are `short_stride` hours apart; longer ones `long_stride`.
        short_stride: every so many hours are a case of training.
        long_stride: likewise; what lies hours ahead of neighbouring hours is nearly the same.
        seed: of the choice of columns.
    """

    learning_rate: float = Field(default=0.06, gt=0, le=1)
    leaves: int = Field(default=31, ge=2)
    smallest_leaf: int = Field(default=60, ge=1)
    penalty: float = Field(default=5.0, ge=0)
    column_share: float = Field(default=0.3, gt=0, le=1)
    most_trees: int = Field(default=400, ge=1)
    patience: int = Field(default=12, ge=1)
    short_lead: int = Field(default=3, ge=0)
    short_stride: int = Field(default=1, ge=1)
    long_stride: int = Field(default=6, ge=1)
    seed: int = 0


def boosting(cases: Cases, parts: Parts, lead: int, loss: Loss, config: BoostingConfig) -> Regressor:
    """Grow trees for one lead.

    Args:
        cases: of the panel.
        parts: rows to fit on, and rows that say when to stop.
        lead: steps ahead.
        loss: `squared_error` for the mean, `absolute_error` for the median.
        config: the choices.

    Raises:
        InputError: when a part holds no measured case.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    stride = config.short_stride if lead <= config.short_lead else config.long_stride
    (inputs, answers), (judged, truth) = _known(cases, parts, lead, stride)
    inputs[:, ~np.isfinite(inputs).any(axis=0)] = 0.0  # a column without a value cannot be binned
    grown = HistGradientBoostingRegressor(
        loss=loss, learning_rate=config.learning_rate, max_leaf_nodes=config.leaves,
        min_samples_leaf=config.smallest_leaf, l2_regularization=config.penalty,
        max_features=config.column_share, max_iter=config.most_trees, n_iter_no_change=config.patience,
        early_stopping=True, random_state=config.seed,
    )  # fmt: skip
    return grown.fit(inputs, answers, X_val=judged, y_val=truth)  # type: ignore[no-any-return]


def ridge(cases: Cases, parts: Parts, lead: int, penalties: tuple[float, ...], stride: int) -> Regressor:
    """Ridge regression on standardised columns for one lead; of the penalties, validation takes the best.

    Args:
        cases: of the panel.
        parts: rows to fit on, and rows by which the penalty is chosen.
        lead: steps ahead.
        penalties: of the squared slopes, for each case of training.
        stride: every so many hours are a case.

    Raises:
        InputError: when a part holds no measured case.
    """
    (inputs, answers), (judged, truth) = _known(cases, parts, lead, stride)
    middle, scale = _scales(inputs)
    design, level = _standardised(inputs, middle, scale), float(answers.mean())
    gram, moment = design.T @ design / len(design), design.T @ (answers - level) / len(design)
    fitted = [
        Ridge(middle, scale, level, np.linalg.solve(gram + penalty * np.eye(len(gram)), moment))
        for penalty in penalties
    ]
    errors = [float(np.mean((model.predict(judged) - truth) ** 2)) for model in fitted]
    return fitted[int(np.argmin(errors))]


@dataclass(frozen=True)
class Ridge:
    """A linear model of standardised columns; a missing one counts as its mean.

    Attributes:
        middle: (column,) means.
        scale: (column,) standard deviations.
        level: mean answer.
        slopes: (column,).
    """

    middle: np.ndarray
    scale: np.ndarray
    level: float
    slopes: np.ndarray

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Answers (case,) to inputs (case, column)."""
        return np.asarray(self.level + _standardised(inputs, self.middle, self.scale) @ self.slopes)


def _known(
    cases: Cases, parts: Parts, lead: int, stride: int
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Inputs and answers of both parts, none judged by a step beyond its part."""
    train, validation = (
        cases.known(np.arange(first, end - lead, stride), lead)
        for first, end in (parts.train, parts.validation)
    )
    return train, validation


def _scales(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (column,) of what is there; 0 and 1 for a column that says nothing."""
    middle = np.nan_to_num(mean_of_known(inputs.astype(float), axis=0))
    spread = np.sqrt(np.nan_to_num(mean_of_known((inputs - middle) ** 2, axis=0)))
    return middle, np.where(spread > _SMALLEST, spread, 1.0)


def _standardised(inputs: np.ndarray, middle: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.asarray(np.nan_to_num((inputs - middle) / scale))
