"""Which part a learned model has in the published forecast where it is one candidate among others."""

from __future__ import annotations

from typing import Any

import numpy as np

from flows.champion.notes import KINDS_NAMED
from forecast.candidates import verified
from forecast.product import ForecastProduct
from foundation.provenance import Degradation

__all__ = ["part_of", "weights_told"]


def part_of(kind: str, product: ForecastProduct, lacking: tuple[Degradation, ...]) -> tuple[Degradation, ...]:
    """That a candidate takes part, with which weight, and what it lacked; or why it does not.

    Args:
        kind: `day` or `hour`.
        product: the forecast with the candidate.
        lacking: what it had to do without, which matters only where it takes part.
    """
    if product.weights:
        return (_taking_part(kind, by_day(product, "pm25")), *lacking)
    return (_kept_out(kind, _is_verified(product)),)


def _taking_part(kind: str, weights: np.ndarray) -> Degradation:
    chinese, english = KINDS_NAMED[kind]
    values = " ".join(f"{weight:.2f}" for weight in weights)
    return Degradation(
        code="learned-model-candidate",
        chinese=f"{chinese}预报为统计组合，学习模型参加其中；PM2.5各日权重依次为{values}，由往期检验确定。",
        english=(
            f"The {english} forecast is the statistical combination with the learned model in it; its weight "
            f"for PM2.5 day by day, from past verification: {values}."
        ),
    )


def _kept_out(kind: str, is_verified: bool) -> Degradation:
    chinese, english = KINDS_NAMED[kind]
    told = (
        ("往期误差明显大于最好的模型", "its past errors are clearly larger than the best model's")
        if is_verified
        else ("往期检验不足", "too little of its past is verified")
    )
    code = "learned-model-worse" if is_verified else "learned-model-unverified"
    return Degradation(
        code=code,
        chinese=f"{chinese}预报的学习模型未计入（{told[0]}），发布的是统计组合预报。",
        english=(
            f"The learned model for {english} means has no weight: {told[1]}; the statistical combination is "
            "published."
        ),
    )


def _is_verified(product: ForecastProduct) -> bool:
    line = product.learned
    return line is not None and any(
        verified(prediction, line.quantiles[name][..., 0]) for name, prediction in product.predictions.items()
    )


def by_day(product: ForecastProduct, pollutant: str) -> np.ndarray:
    """Weights of a candidate for one pollutant, mean over each day ahead."""
    prediction = product.predictions[pollutant]
    day = (prediction.leads - 1) // prediction.history.steps_per_day
    weights = product.weights[pollutant]
    return np.array([weights[day == number].mean() for number in np.unique(day)])


def weights_told(product: ForecastProduct) -> dict[str, Any]:
    """Weights (lead,) of a candidate by pollutant for a manifest; zero throughout where it has no part."""
    if product.learned is None or product.learned.alone:
        return {}
    found = product.weights
    return {
        "weights": {
            name: (found[name] if found else np.zeros(len(one.leads))).round(4).tolist()
            for name, one in product.predictions.items()
        }
    }
