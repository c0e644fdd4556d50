"""What a learned model brings to the published forecast: it leads alone, or is one candidate among others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecast.calibration.past_errors import QUANTILES
from forecast.learned.panel import Panel
from forecast.models import PUBLISHED
from forecast.prediction import Prediction
from foundation.errors import ContractError

__all__ = ["LearnedLine", "led", "mean_over_members"]


@dataclass(frozen=True)
class LearnedLine:
    """What a learned model says, on the issues of the statistical predictions.

    A model that makes its PM2.5 of sources leads alone: averaged with others its number would no longer be
    the sum of its parts. One without sources loses nothing by that and is a candidate of the combination.

    Attributes:
        name: of the release.
        sha256: of all that its forecasts depend on.
        since: nothing measured after this instant, UTC, shaped it; only issues after it are its own.
        quantiles: (issue, lead, place, quantile) natural logarithms of display units at `QUANTILES`, for each
            pollutant; NaN where it does not speak. A candidate has its median alone, (..., 1).
        alone: whether it leads alone.
        sources: (lead, place, source + 1) µg m-3, parts of the PM2.5 median of the last issue, what is
            unattributed last; None where it has none.
        source_names: names along the last axis of `sources`.
        panel: what it looked at; its last row is the last issue.
        reach: steps that it looks back and ahead.
    """

    name: str
    sha256: str
    since: np.datetime64
    quantiles: Mapping[str, np.ndarray]
    alone: bool = True
    sources: np.ndarray | None = None
    source_names: tuple[str, ...] = ()
    panel: Panel | None = None
    reach: tuple[int, int] = (1, 1)


def led(prediction: Prediction, quantiles: np.ndarray) -> Prediction:
    """A prediction whose published line is a learned model's where that speaks, the combination's elsewhere.

    The combination stays beside it under the name `STATISTICAL`, so that both are verified.

    Args:
        prediction: of one pollutant.
        quantiles: (issue, lead, place, quantile) as in `LearnedLine`.

    Raises:
        ContractError: when they are not of the issues, leads and places of the prediction.
    """
    combined = prediction.of(PUBLISHED)
    expected = (*combined.shape, len(QUANTILES))
    if quantiles.shape != expected:
        raise ContractError(
            f"quantiles of the learned model: expected shape {expected}, got {quantiles.shape}"
        )
    known = np.isfinite(quantiles).all(axis=-1)
    measured = np.isfinite(combined[-1]).any(axis=0)
    own = np.where((known & measured)[..., None], quantiles, np.nan)
    middle = own[..., len(QUANTILES) // 2]
    points = np.where(np.isfinite(middle), middle, combined)
    return replace(prediction.with_published(points), own=own)


def mean_over_members(
    line: LearnedLine, places: Sequence[str], members: Sequence[Sequence[str]]
) -> LearnedLine:
    """What a learned model says of regions: the mean over their places, level by level and source by source.

    So the number of a region is the mean of those of its places, and its sources are the means of theirs. The
    mean of quantiles is the quantile of the mean when all places err together (comonotone risks, Kaas et
    al. 2000, doi:10.1016/S0167-6687(00)00060-3); they nearly do within a region, and where they do not the
    interval is too wide, never too narrow.

    Args:
        line: of places.
        places: (place,) ids along its axes.
        members: ids of the places of each region; those without a forecast do not count.
    """
    weights = np.array([[float(place in held) for place in places] for held in members])
    quantiles = {
        name: np.log(_mean(np.exp(values), weights, axis=2)) for name, values in line.quantiles.items()
    }
    sources = None if line.sources is None else _mean(line.sources, weights, axis=1)
    return replace(line, quantiles=quantiles, sources=sources, panel=None)


def _mean(values: np.ndarray, weights: np.ndarray, axis: int) -> np.ndarray:
    """Means of what is known over one axis, one for each row of `weights`; NaN where nothing is."""
    moved = np.moveaxis(values, axis, 0)
    known = np.isfinite(moved)
    total = np.tensordot(weights, np.where(known, moved, 0.0), axes=1)
    count = np.tensordot(weights, known.astype(float), axes=1)
    mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return np.asarray(np.moveaxis(mean, 0, axis))
