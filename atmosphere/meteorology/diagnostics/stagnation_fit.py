"""Fits the stable-weather index on local days of weather and PM2.5.

Points of intervals with few days are drawn towards 1 by a number of imagined days with the mean share. Beyond
the published method, an element weighs as much as its own points tell polluted from other days in training
(Somers' D, mean weight 1), so that elements that say little do not blur the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from atmosphere.meteorology.diagnostics.dispersion import dispersion_rules
from atmosphere.meteorology.diagnostics.stagnation import ElementPoints, StableWeatherIndex
from foundation.errors import InputError

_FEWEST_DAYS = 60
_INTERVALS = 6
_IMAGINED_DAYS = 5.0


def fit_index(
    weather: Mapping[str, np.ndarray], pm25: np.ndarray, polluted_above: float, place: str,
    intervals: int = _INTERVALS,
) -> StableWeatherIndex:  # fmt: skip
    """Fit the index on days of weather and PM2.5 at one place.

    Args:
        weather: elements (inversion strength, mixing height, wind, humidity, change of pressure ...) by name,
            shape (day,); a name carries its unit, as `inversion_strength_k`.
        pm25: daily mean PM2.5, kg m-3, shape (day,).
        polluted_above: kg m-3; a day above it is polluted.
        place: where.
        intervals: how many intervals of about equal numbers of days an element is cut into.

    Raises:
        InputError: when shapes differ, fewer than 60 days are complete, or no day or every day is polluted.
    """
    _refuse_shapes(weather, pm25)
    matrix = np.array([np.asarray(values, dtype=float) for values in weather.values()])
    whole = np.isfinite(matrix).all(axis=0) & np.isfinite(pm25)
    polluted = np.asarray(pm25)[whole] > polluted_above
    if whole.sum() < _FEWEST_DAYS or not 0 < polluted.sum() < polluted.size:
        raise InputError(
            f"stable-weather index: expected {_FEWEST_DAYS} complete days or more, some polluted, some not; "
            f"got {int(whole.sum())} days, {int(polluted.sum())} polluted",
            remedy="Give more days, or another limit",
        )
    elements = _weighted(
        [
            _element(name, values[whole], polluted, intervals)
            for name, values in zip(weather, matrix, strict=True)
        ],
        matrix[:, whole],
        polluted,
    )
    quantiles = dispersion_rules().index_quantiles
    fitted = StableWeatherIndex(
        place=place, polluted_above=polluted_above, polluted_share=float(polluted.mean()),
        days=int(whole.sum()), days_left_out=int((~whole).sum()), elements=elements,
        grade_edges=(0.0, 0.0, 0.0, 0.0, 0.0), grade_quantiles=quantiles,
    )  # fmt: skip
    values = fitted.apply(dict(zip(weather, matrix[:, whole], strict=True)))
    edges = tuple(float(edge) for edge in np.quantile(values, quantiles))
    return fitted.model_copy(update={"grade_edges": edges})


def _refuse_shapes(weather: Mapping[str, np.ndarray], pm25: np.ndarray) -> None:
    if not weather:
        raise InputError("stable-weather index: expected one weather element or more, got none")
    for name, values in weather.items():
        if np.shape(values) != np.shape(pm25) or np.ndim(values) != 1:
            raise InputError(
                f"stable-weather index: {name!r}: expected {np.shape(pm25)} days, got {np.shape(values)}"
            )


def _element(name: str, values: np.ndarray, polluted: np.ndarray, intervals: int) -> ElementPoints:
    inner: Sequence[float] = np.unique(np.quantile(values, np.linspace(0, 1, intervals + 1)[1:-1])).tolist()
    edges = [edge for edge in inner if edge < values.max()]
    place = np.searchsorted(edges, values, side="left")
    days = np.bincount(place, minlength=len(edges) + 1)
    bad = np.bincount(place, weights=polluted, minlength=len(edges) + 1)
    share = (bad + _IMAGINED_DAYS * polluted.mean()) / (days + _IMAGINED_DAYS)
    return ElementPoints(
        name=name, weight=1.0, edges=tuple(edges), days=tuple(int(count) for count in days),
        points=tuple(float(ratio) for ratio in share / polluted.mean()),
    )  # fmt: skip


def _weighted(
    elements: list[ElementPoints], matrix: np.ndarray, polluted: np.ndarray
) -> tuple[ElementPoints, ...]:
    """The elements, each weighing as its points tell polluted from other days; the weights' mean is 1."""
    worth = np.array(
        [_somers_d(item.of(values), polluted) for item, values in zip(elements, matrix, strict=True)]
    )
    worth = np.maximum(worth, 0.0)
    share = worth / worth.mean() if worth.any() else np.ones(len(elements))
    return tuple(
        item.model_copy(update={"weight": float(part)}) for item, part in zip(elements, share, strict=True)
    )


def _somers_d(points: np.ndarray, polluted: np.ndarray) -> float:
    """Chance that a polluted day has more points than another one, less that it has fewer."""
    levels, place = np.unique(points, return_inverse=True)
    bad = np.bincount(place, weights=polluted, minlength=levels.size)
    good = np.bincount(place, weights=~polluted, minlength=levels.size)
    below = np.cumsum(good) - good
    above = good.sum() - np.cumsum(good)
    return float((bad * (below - above)).sum() / (bad.sum() * good.sum()))
