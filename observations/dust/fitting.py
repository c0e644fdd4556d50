"""Distributions of the detector from a record of days that nobody labelled.

Days that are dust beyond doubt are marked first: PM10 above 150 µg/m³ and at least twice the 30th percentile
of the month around the day (the moving percentile that serves as background in Escudero et al. 2007,
Atmospheric Environment 41, 5516-5524), with a fine share that is low in itself and lower than usual; and PM10
above 300 µg/m³ with a share that no smoke has, where dust is usual. All other days are air without dust, mild
dust among them, which makes the detector cautious. Medians and the 16th and 84th percentiles, so that single
wrong values do not matter; days with more PM2.5 than PM10 tell nothing of the share.
`configs/dust_detection.yaml` holds what it gave. (Expectation and maximisation without marks was tried: its
two states became low and high fine share, coal smoke among the dust.)
"""

from __future__ import annotations

import numpy as np

from foundation.units import si_factor
from observations.dust.configuration import SEASONS, Air, DustRegion, SeasonalAir, Spread, seasons_of
from observations.dust.likelihood import logit
from observations.dust.series import Particles

BACKGROUND_PERCENTILE, WINDOW_DAYS, TIMES_BACKGROUND = 30, 31, 2.0
HIGHEST_SHARE, LEAST_PM10, PURE_PM10 = 0.45, 150.0, 600.0
MINERAL_SHARE, MINERAL_PM10 = 0.30, 300.0
_LEAST_SPREAD, _LEAST_DAYS = 0.25, 8
_PRIOR_DAYS, _PRIOR_FREQUENCY = 50, 0.02
"""A season without dust keeps a small chance of it."""


def sure_dust(series: Particles) -> np.ndarray:
    """Days that are dust beyond doubt, shape (step, column)."""
    coarse, share = series.coarse / si_factor("ug m-3", "pm10"), series.ratio
    background = _moving(coarse, BACKGROUND_PERCENTILE)
    with np.errstate(invalid="ignore"):
        high = (coarse > LEAST_PM10) & (coarse >= TIMES_BACKGROUND * background)
        sudden = high & (share <= HIGHEST_SHARE) & (share < _moving(share, 50))
        return np.asarray(sudden | ((coarse > MINERAL_PM10) & (share <= MINERAL_SHARE)))


def _moving(values: np.ndarray, percentile: float) -> np.ndarray:
    half = WINDOW_DAYS // 2
    padded = np.pad(values, ((half, half), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_DAYS, axis=0)
    enough = np.isfinite(windows).sum(-1) >= _LEAST_DAYS
    filled = np.where(enough[..., None], windows, 0.0)
    return np.where(enough, np.nanpercentile(filled, percentile, axis=-1), np.nan)


def fit_region(series: Particles, region: DustRegion) -> DustRegion:
    """The distributions of one region from the columns of its places.

    Args:
        series: daily, usually some years of several cities.
        region: gives the places, and the numbers that stay where fewer than eight days say otherwise.
    """
    columns = [number for number, place in enumerate(series.places) if place in region.places]
    coarse = series.coarse[:, columns] / si_factor("ug m-3", "pm10")
    ratio = series.ratio[:, columns]
    ln_pm10, share = np.log(np.maximum(coarse, 1.0)), logit(np.where(ratio < 1.0, ratio, np.nan))
    dusty = sure_dust(series)[:, columns]
    season = seasons_of(series.steps.times)
    seasons = {}
    for number, name in enumerate(SEASONS):
        clean = (season == number)[:, None] & ~dusty
        measured = np.isfinite(coarse) & (season == number)[:, None]
        seasons[name] = SeasonalAir(
            ln_pm10=_spread(ln_pm10[clean], region.seasons[name].ln_pm10),
            logit_share=_spread(share[clean], region.seasons[name].logit_share),
            dust_frequency=_frequency(int((dusty & measured).sum()), int(measured.sum())),
        )
    dust = Air(
        ln_pm10=_spread(ln_pm10[dusty], region.dust.ln_pm10),
        logit_share=_spread(share[dusty], region.dust.logit_share),
    )
    pure = _spread(share[dusty & (coarse > PURE_PM10)], region.fine_share_of_dust)
    return region.model_copy(update={"seasons": seasons, "dust": dust, "fine_share_of_dust": pure})


def _spread(values: np.ndarray, otherwise: Spread) -> Spread:
    held = values[np.isfinite(values)]
    if held.size < _LEAST_DAYS:
        return otherwise
    low, middle, high = np.percentile(held, [16, 50, 84])
    return Spread(mean=round(float(middle), 2), spread=round(float(max((high - low) / 2, _LEAST_SPREAD)), 2))


def _frequency(dusty: int, measured: int) -> float:
    return round((dusty + _PRIOR_DAYS * _PRIOR_FREQUENCY) / (measured + _PRIOR_DAYS), 3)
