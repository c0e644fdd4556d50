"""PM10 and PM2.5 as dust and the rest, with intervals, from two end members of the fine share.

With P the PM10, s = PM2.5/PM10, and the fine shares d of dust and r of the rest, mass balance of both
fractions gives the part of dust in PM10, f = (r - s) / (r - d), and dust in PM2.5 as d f P (two-component
mixing). d and r are not known but distributed: d as in the highest dust of the region, r as at the place
itself outside events. Draws of d, r and of the error of s give the distribution of f, held between 0 and 1;
with the probability that there is no dust at all it is mixed with zero. Dust below r in its share that is
lower than d is all dust, its PM2.5 too.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from foundation.units import CONCENTRATION
from observations.dust.configuration import SEASONS, DetectionConfig, detection_config, seasons_of
from observations.dust.detection import probability_of
from observations.dust.likelihood import logit
from observations.dust.series import Particles, particles_of

_CHUNK = 4096


def split_dust(
    dataset: xr.Dataset, weather: xr.Dataset | None = None, config: DetectionConfig | None = None
) -> xr.Dataset:
    """Dust and the rest in PM10 and PM2.5.

    Args:
        dataset: hourly or daily, keeps `foundation.contracts.observations` or `place_observations`.
        weather: see `detection.detect`.
        config: the numbers; those shipped when None.

    Returns:
        kg m-3, dims (time, place or station): `<pm>_dust`, `<pm>_rest` (means; their sum is `<pm>`),
        `<pm>_dust_low`, `<pm>_dust_high`, `<pm>_rest_low`, `<pm>_rest_high` (the interval of
        `split.interval`), `<pm>` itself, and `dust_probability`. NaN where PM10 or PM2.5 is missing: one of
        them alone cannot be split.
    """
    config = config or detection_config()
    series = particles_of(dataset)
    chance = probability_of(series, weather, config)
    parts = _parts(series, chance, config)
    low, high = config.split.interval
    attributes = {
        "units": CONCENTRATION,
        "interval": f"{low:g} to {high:g}",
        "method": "two end members of the fine share",
    }
    variables = {
        name: series.laid_out(values, name, {**attributes, "long_name": name.replace("_", " ")})
        for name, values in parts.items()
    }
    variables["dust_probability"] = series.laid_out(
        chance, "dust_probability", {"units": "1", "long_name": "probability of dust"}
    )
    return xr.Dataset(variables, attrs={"averaging": series.averaging, "source": config.source})


def _parts(series: Particles, chance: np.ndarray, config: DetectionConfig) -> dict[str, np.ndarray]:
    both = np.isfinite(series.coarse) & np.isfinite(series.fine)
    # PM2.5 above PM10 is the instruments' disagreement: there is no dust in such air.
    asked = both & (chance > config.split.negligible_probability) & (series.fine < series.coarse)
    found = {name: np.where(both, 0.0, np.nan) for name in _names()}
    rest = rest_share(series, chance, config)
    for column, place in enumerate(series.places):
        pure = config.region_of(place).fine_share_of_dust
        rows = np.flatnonzero(asked[:, column])
        for part in np.array_split(rows, max(1, len(rows) // _CHUNK)):
            shares = (pure.mean, pure.spread, rest[0][part, column], rest[1][part, column])
            amounts = (series.coarse[part, column], series.fine[part, column])
            for name, values in _drawn(amounts, shares, chance[part, column], config).items():
                found[name][part, column] = values
    parts: dict[str, np.ndarray] = {}
    for name, whole in (("pm10", series.coarse), ("pm25", series.fine)):
        dust, low, high = (found[f"{name}_dust{end}"] for end in ("", "_low", "_high"))
        total = np.where(both, whole, np.nan)
        parts |= {name: total, f"{name}_dust": dust, f"{name}_dust_low": low, f"{name}_dust_high": high}
        parts |= {
            f"{name}_rest": total - dust, f"{name}_rest_low": total - high, f"{name}_rest_high": total - low,
        }  # fmt: skip
    return parts


def _names() -> list[str]:
    return [f"{name}_dust{end}" for name in ("pm10", "pm25") for end in ("", "_low", "_high")]


def _drawn(
    amounts: tuple[np.ndarray, np.ndarray],
    shares: tuple[float, float, np.ndarray, np.ndarray],
    chance: np.ndarray,
    config: DetectionConfig,
) -> dict[str, np.ndarray]:
    """Mean and interval of dust in PM10 and PM2.5 of one column, each of shape (row,)."""
    settings = config.split
    normal = np.random.default_rng(settings.seed).standard_normal((3, settings.draws))
    whole, fine = (values[:, None] for values in amounts)
    dust_share = _share(shares[0] + shares[1] * normal[0])[None, :]
    rest_shares = _share(shares[2][:, None] + shares[3][:, None] * normal[1])
    measured = fine / whole * np.exp(settings.share_error * normal[2])
    # Draws that do not tell the end members apart say nothing: no less than a small step between them.
    distance = np.maximum(rest_shares - dust_share, 0.02)
    part = np.clip((rest_shares - measured) / distance, 0.0, 1.0)
    coarse_dust = part * whole
    fine_dust = np.where(part >= 1.0, fine, np.minimum(dust_share * coarse_dust, fine))
    coarse_dust = np.minimum(coarse_dust, whole - fine + fine_dust)
    result: dict[str, np.ndarray] = {}
    for name, draws, total in (("pm10", coarse_dust, amounts[0]), ("pm25", fine_dust, amounts[1])):
        mean = np.clip(chance * draws.mean(1), 0.0, total)
        low, high = _mixed_quantiles(np.sort(draws, axis=1), chance, settings.interval)
        result |= {
            f"{name}_dust": mean, f"{name}_dust_low": np.minimum(low, mean),
            f"{name}_dust_high": np.maximum(high, mean),
        }  # fmt: skip
    return result


def _mixed_quantiles(
    draws: np.ndarray, chance: np.ndarray, levels: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles of a distribution that is zero but with the given chance, when it is that of sorted draws."""
    found = []
    for level in levels:
        inside = (level - (1.0 - chance)) / np.maximum(chance, 1e-12)
        index = np.clip(np.ceil(inside * draws.shape[1]).astype(int) - 1, 0, draws.shape[1] - 1)
        found.append(np.where(inside > 0, draws[np.arange(len(draws)), index], 0.0))
    return found[0], found[1]


def _share(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-logits)))


def rest_share(
    series: Particles, chance: np.ndarray, config: DetectionConfig
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and spread of the logit of the fine share outside dust, near each step, shape (step, column) each.

    The place's own steps, each counted by its probability of no dust, drawn towards the region's
    distribution.
    """
    values = logit(series.ratio)
    season = seasons_of(series.steps.times)
    region = np.asarray(
        [
            [
                (one.mean, one.spread)
                for one in (config.region_of(p).seasons[name].logit_share for p in series.places)
            ]
            for name in SEASONS
        ]
    )
    mean, spread = region[season, :, 0], region[season, :, 1]
    weight = np.where(np.isfinite(values), (1.0 - chance) ** 2, 0.0)
    filled = np.where(np.isfinite(values), values, 0.0)
    window, least = config.split.own_share_window[series.averaging], float(config.split.own_share_least)
    total = _around(weight, window) + least
    own = (_around(weight * filled, window) + least * mean) / total
    square = (_around(weight * filled**2, window) + least * (spread**2 + mean**2)) / total
    return own, np.sqrt(np.maximum(square - own**2, 0.01))


def _around(values: np.ndarray, window: int) -> np.ndarray:
    """Sum over a centred window of steps, shorter at the ends."""
    half = window // 2
    running = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    last = np.minimum(np.arange(len(values)) + half + 1, len(values))
    first = np.maximum(np.arange(len(values)) - half, 0)
    return np.asarray(running[last] - running[first])
