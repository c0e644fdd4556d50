"""What one hour or day of PM10, PM2.5, wind and visibility says for or against dust, as log odds.

PM10 and the fine share count as independent given the state, each normal in ln and logit. The log odds of a
normal against another are a parabola: beyond its vertex they would turn back, and air ever dustier would be
ever less dust. There the value at the vertex holds, so that the odds never fall with PM10 and never rise with
the fine share.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.units import si_factor
from observations.dust.configuration import (
    SEASONS,
    Air,
    DetectionConfig,
    DustRegion,
    Evidence,
    Spread,
    seasons_of,
)
from observations.dust.series import Particles

_LOWEST_SHARE, _HIGHEST_SHARE = 0.01, 0.97
"""Shares outside are read as these: the logit has no value at 0 and 1, and two instruments disagree."""


def log_odds(values: np.ndarray, dust: Spread, clean: Spread, *, rising: bool) -> np.ndarray:
    """Log of the density with dust over the density without, held beyond the vertex of the parabola.

    Args:
        values: any shape; NaN gives 0.
        dust: distribution with dust.
        clean: distribution without.
        rising: whether larger values speak for dust.
    """
    square = 1.0 / clean.spread**2 - 1.0 / dust.spread**2
    slope = dust.mean / dust.spread**2 - clean.mean / clean.spread**2
    held = values
    if abs(square) > 1e-9:
        vertex = -slope / square
        opens_up = square > 0
        held = np.maximum(values, vertex) if opens_up == rising else np.minimum(values, vertex)
    constant = 0.5 * (clean.mean / clean.spread) ** 2 - 0.5 * (dust.mean / dust.spread) ** 2
    odds = 0.5 * square * held**2 + slope * held + constant + np.log(clean.spread / dust.spread)
    return np.where(np.isfinite(values), odds, 0.0)


def logit(share: np.ndarray) -> np.ndarray:
    """Logit of a fine share, held away from 0 and 1."""
    held = np.clip(share, _LOWEST_SHARE, _HIGHEST_SHARE)
    return np.asarray(np.log(held / (1.0 - held)))


def particle_evidence(series: Particles, config: DetectionConfig) -> np.ndarray:
    """Log odds of dust from PM10 and PM2.5, bounded, 0 where neither was measured, shape (step, column)."""
    unit = si_factor("ug m-3", "pm10")
    season = seasons_of(series.steps.times)
    widening = config.steps[series.averaging].widening
    found = np.zeros(series.coarse.shape)
    for column, place in enumerate(series.places):
        coarse, fine = (np.maximum(values[:, column] / unit, 1.0) for values in (series.coarse, series.fine))
        ratio = logit(series.ratio[:, column])
        region = config.region_of(place)
        for number, name in enumerate(SEASONS):
            rows = season == number
            clean, dust = widened(region.seasons[name], widening), widened(region.dust, widening)
            odds = log_odds(np.log(coarse[rows]), dust.ln_pm10, clean.ln_pm10, rising=True)
            odds += log_odds(ratio[rows], dust.logit_share, clean.logit_share, rising=False)
            alone = np.where(np.isfinite(coarse[rows]), np.nan, np.log(fine[rows]))
            odds += log_odds(alone, _fine(dust), _fine(clean), rising=True)
            found[rows, column] = odds
    return np.clip(found, -config.largest_evidence, config.largest_evidence)


def widened(air: Air, factor: float) -> Air:
    """The same air with wider distributions, as hours scatter more than days."""
    return Air(
        ln_pm10=Spread(mean=air.ln_pm10.mean, spread=air.ln_pm10.spread * factor),
        logit_share=Spread(mean=air.logit_share.mean, spread=air.logit_share.spread * factor),
    )


def _fine(air: Air) -> Spread:
    """Distribution of ln PM2.5, to first order in the share: ln PM2.5 = ln PM10 + ln share."""
    share = 1.0 / (1.0 + np.exp(-air.logit_share.mean))
    spread = np.hypot(air.ln_pm10.spread, (1.0 - share) * air.logit_share.spread)
    return Spread(mean=float(air.ln_pm10.mean + np.log(share)), spread=float(spread))


def dust_frequency(series: Particles, config: DetectionConfig) -> np.ndarray:
    """How often there is dust in the region and season of each step, shape (step, column)."""
    season = seasons_of(series.steps.times)
    regions: list[DustRegion] = [config.region_of(place) for place in series.places]
    table = np.asarray([[region.seasons[name].dust_frequency for region in regions] for name in SEASONS])
    return np.asarray(table[season])


def weather_evidence(weather: xr.Dataset, series: Particles, config: DetectionConfig) -> np.ndarray:
    """Log odds of dust from wind speed and visibility where they are given, shape (step, column).

    Args:
        weather: any of `wind_speed` (m s-1), `visibility` (m), `relative_humidity` (0 to 1), dims (time,
            place) or (time, station) as the measurements; times and columns that are not there say nothing.
        series: the measurements.
        config: the bounds.
    """
    found = np.zeros(series.coarse.shape)
    rules = config.weather
    given = {
        name: weather[name].reindex({"time": series.steps.times, series.dim: list(series.names)}).values
        for name in ("wind_speed", "visibility", "relative_humidity")
        if name in weather
    }
    if "wind_speed" in given:
        found += _bounded(given["wind_speed"], rules.wind_speed_m_s)
    if "visibility" in given:
        seen = given["visibility"] / 1000.0
        humid = given.get("relative_humidity", np.full(seen.shape, np.nan)) > rules.humid_above
        found += np.where(humid, 0.0, _bounded(seen, rules.visibility_km))
    return found


def _bounded(values: np.ndarray, rule: Evidence) -> np.ndarray:
    share = 1.0 / (1.0 + np.exp(-np.clip((values - rule.middle) / rule.width, -60.0, 60.0)))
    return np.where(np.isfinite(values), rule.low + (rule.high - rule.low) * share, 0.0)
