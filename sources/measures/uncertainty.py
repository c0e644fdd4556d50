"""Intervals of a change: from the quantiles of the forecast, and from how sure its sources are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sources.measures.change import air_quality, decrease
from sources.measures.configuration import UncertaintyConfig
from sources.measures.tagged_forecast import TaggedForecast

__all__ = ["Intervals", "intervals"]


@dataclass(frozen=True)
class Intervals:
    """Lower and upper bounds, the first dimension.

    Attributes:
        decrease: kg m-3, (2, lead, place, pollutant).
        aqi_before: (2, lead, place).
        aqi_after: (2, lead, place).
        aqi_decrease: (2, lead, place).
    """

    decrease: np.ndarray
    aqi_before: np.ndarray
    aqi_after: np.ndarray
    aqi_decrease: np.ndarray


def intervals(
    forecast: TaggedForecast,
    share: np.ndarray,
    is_part: np.ndarray,
    config: UncertaintyConfig,
    *,
    later: bool = False,
) -> Intervals:
    """Intervals by draws.

    Each draw takes one quantile of the published concentrations, the same for all pollutants as in the
    published index, with the sources in the proportions they have at the median; multiplies every source by a
    log-normal factor of median 1, and lets the sum stay what is published: errors of one source are made good
    by the others. A cut of a part of a tag, and one that begins later, get a further factor; no source
    loses more than all that it emits. The index is a whole number, rounded up: bounds are widened to hold the
    answer where it lies just outside.

    Args:
        forecast: what is published, by source.
        share: cut, (species, source).
        is_part: whether a cut is a part of its tag, (source,).
        config: standard deviations, number of draws, range told.
        later: whether the measure begins after the reference time.
    """
    draws = config.draws_of_hours if forecast.averaging == "hour" else config.draws
    random = np.random.default_rng(config.seed)
    factors = _factors(forecast, draws, random, config)
    further = _further(is_part, later, draws, random, config)
    taken = _share_taken(forecast, share, factors, further)
    levels = _levels(forecast, draws, random)
    less = levels * taken
    middle = forecast.published
    answer = decrease(forecast, share).sum(axis=-1)
    index = [
        air_quality(forecast, np.maximum(one, 0.0)).aqi
        for one in (levels, levels - less, middle, middle - answer)
    ]
    return Intervals(
        _bounds(np.moveaxis(less, -1, 0), answer, config),
        _bounds(index[0], index[2], config),
        _bounds(index[1], index[3], config),
        _bounds(index[0] - index[1], index[2] - index[3], config),
    )


def _factors(
    forecast: TaggedForecast, draws: int, random: np.random.Generator, config: UncertaintyConfig
) -> np.ndarray:
    """Factors of the sources, (draw, source)."""
    sigma = np.array([config.of_share[sector] for sector in forecast.sources.sector])
    return np.asarray(np.exp(sigma * random.standard_normal((draws, len(sigma)))))


def _further(
    is_part: np.ndarray, later: bool, draws: int, random: np.random.Generator, config: UncertaintyConfig
) -> np.ndarray:
    """Factors of what is cut, (draw, source)."""
    sigma = np.hypot(np.where(is_part, config.of_part, 0.0), config.later if later else 0.0)
    return np.asarray(np.exp(sigma * random.standard_normal((draws, len(sigma)))))


def _share_taken(
    forecast: TaggedForecast, share: np.ndarray, factors: np.ndarray, further: np.ndarray
) -> np.ndarray:
    """Share of each concentration that the cut takes in each draw, (lead, place, pollutant, draw)."""
    less = decrease(forecast, share)
    most = forecast.responsive.sum(axis=3)
    touched = np.flatnonzero(less.any(axis=(0, 1, 2)))
    taken = np.zeros((*less.shape[:3], len(factors)))
    for source in touched:
        part = less[..., source, None] * further[:, source]
        taken += np.minimum(part, most[..., source, None]) * factors[:, source]
    total = forecast.contribution @ factors.T
    return np.asarray(np.divide(taken, total, out=np.zeros_like(taken), where=total > 0))


def _levels(forecast: TaggedForecast, draws: int, random: np.random.Generator) -> np.ndarray:
    """Published concentrations at evenly spread quantiles in any order, (lead, place, pollutant, draw)."""
    wanted = random.permutation((np.arange(draws) + 0.5) / draws)
    known = forecast.quantiles
    place = np.interp(wanted, known, np.arange(len(known)))
    low = np.minimum(place.astype(int), max(len(known) - 2, 0))
    high = np.minimum(low + 1, len(known) - 1)
    weight = place - low
    values = forecast.concentration
    return np.asarray(values[..., low] * (1.0 - weight) + values[..., high] * weight)


def _bounds(drawn: np.ndarray, answer: np.ndarray, config: UncertaintyConfig) -> np.ndarray:
    """Bounds of draws (draw, ...), wide enough for the answer, (2, ...)."""
    low, high = np.quantile(drawn, config.range, axis=0)
    return np.stack([np.minimum(low, answer), np.maximum(high, answer)])
