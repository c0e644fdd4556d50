"""The models of the program by the name they have in scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecast.baselines.analogues import Analogues
from forecast.baselines.climatology import Climatology
from forecast.baselines.persistence import DampedPersistence, Persistence
from forecast.configuration import ForecastConfig
from forecast.model import SeriesModel
from forecast.statistical.regression import Regression, gradient_boosting, ridge
from foundation.errors import ConfigurationError

PUBLISHED = "published"
"""Name in scores of what is published: the combination, or a learned model in its place."""

STATISTICAL = "statistical combination"
"""Name in scores of the combination where a learned model is published in its place."""


def published_with(name: str) -> str:
    """Name of what is published where a learned model of that name is one candidate of the combination."""
    return f"{PUBLISHED} with {name}"


def known_models(config: ForecastConfig, train_until: np.datetime64 | None = None) -> dict[str, SeriesModel]:
    """Every model that can be asked for, by name; regressions are fitted on nothing after `train_until`."""
    damped, seasonal = config.damped_persistence, config.seasonal_damped_persistence
    models: tuple[SeriesModel, ...] = (
        Persistence(),
        DampedPersistence(damped.memory_days, damped.decay),
        DampedPersistence(
            seasonal.memory_days, seasonal.decay, seasonal=True, name="seasonal damped persistence"
        ),
        Climatology(),
        Analogues(),
        Regression("ridge regression", ridge, train_until),
        Regression("gradient boosting", gradient_boosting, train_until),
    )
    return {model.name: model for model in models}


def models_named(
    names: Sequence[str], config: ForecastConfig, train_until: np.datetime64 | None = None
) -> list[SeriesModel]:
    """Models of those names, in that order.

    Raises:
        ConfigurationError: for a name that no model has.
    """
    known = known_models(config, train_until)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigurationError(
            f"unknown model {unknown[0]!r}", remedy=f"Known models: {', '.join([PUBLISHED, *known])}"
        )
    return [known[name] for name in names]
