"""A truth whose emissions nobody knows, what was measured of it, and what the physical model believed.

The truth is made of the tags of one run: emissions of every source in every region are wrong by a hidden
factor, one sector emits at other hours than believed, and one local source is not known at all. The transport
model is linear in emissions, so that sums of scaled tags are what it gives when it is run again with those.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from pydantic import Field

from forecast.learned.panel import Panel
from foundation.configuration import Config
from training.tag_series import MICROGRAMS, PM25, TagSeries, tags_of_run

__all__ = ["HIDDEN", "RETIMED", "Twin", "TwinConfig", "believed", "drawn_amounts", "twin"]

HIDDEN = "hidden.local"
"""The source that the forecaster's inventory does not know."""

RETIMED = "retimed_"
"""Stands before a source whose emissions come at other hours and days of the week."""

POLLUTANTS = ("pm25", "pm10", "so2", "no2")


class TwinConfig(Config):
    """How wrong the physical run is, and the measurements.

    Attributes:
        deviation: of the logarithm of a source's hidden factor.
        least: smallest hidden factor.
        most: largest.
        outside: deviation of the logarithm of the factor of what flows in.
        hidden_share: share of the mean PM2.5 that the unknown source has where it has most.
        measurement: standard deviation of a measured hour, relative.
        missing: share of hours not measured.
        mixing: deviation of the logarithm of an error of the model that all sources at a place share.
        mixing_hours: time in which that error is forgotten, by 1/e.
        horizon: largest lead, h.
    """

    deviation: float = Field(default=0.5, ge=0)
    least: float = Field(default=0.4, gt=0)
    most: float = Field(default=2.5, gt=0)
    outside: float = Field(default=0.15, ge=0)
    hidden_share: float = Field(default=0.08, ge=0, lt=1)
    measurement: float = Field(default=0.1, ge=0)
    missing: float = Field(default=0.03, ge=0, lt=1)
    mixing: float = Field(default=0.0, ge=0)
    mixing_hours: float = Field(default=12.0, gt=0)
    horizon: int = Field(default=72, ge=1, le=168)


@dataclass(frozen=True)
class Twin:
    """A drawn truth and what can be known of it.

    Attributes:
        panel: measurements with the physical run's tags.
        tags: of the physical run, by pollutant.
        truth: (time, station, source + 1) parts of true PM2.5 in the order of the tags, the unknown source
            last, µg m-3.
        amounts: factor of every source of the run; see `drawn_amounts`.
    """

    panel: Panel
    tags: TagSeries
    truth: np.ndarray
    amounts: dict[str, float]


def believed(run: xr.Dataset) -> list[str]:
    """Sources of the physical run among those of the whole run."""
    names = [str(name) for name in run["source"].values]
    return [name for name in names if name != HIDDEN and not name.startswith(RETIMED)]


def drawn_amounts(run: xr.Dataset, config: TwinConfig, random: np.random.Generator) -> dict[str, float]:
    """Factor of every source of a run in a truth; 0 for those that are not part of it.

    One of the sectors that are there at other hours too is drawn, and takes those.
    """
    names = [str(name) for name in run["source"].values]
    apart = [name.removeprefix(RETIMED) for name in names if name.startswith(RETIMED)]
    sectors = sorted({name.partition(".")[0] for name in apart})
    moved = sectors[random.integers(len(sectors))] if sectors else ""
    amounts = dict.fromkeys(names, 0.0)
    for name in believed(run):
        sector, _, region = name.partition(".")
        factor = np.exp(random.normal(0.0, config.deviation if region else config.outside))
        carried = RETIMED + name if sector == moved else name
        amounts[carried] = float(np.clip(factor, config.least, config.most))
    if HIDDEN in names:
        amounts[HIDDEN] = _hidden_amount(run, amounts, config.hidden_share)
    return amounts


def twin(run: xr.Dataset, config: TwinConfig, seed: int) -> Twin:
    """Draw a truth and measure it.

    Args:
        run: contributions hour by hour of all that a truth may be made of, as `flows.tag_series` makes them
            of `flows.hidden_emissions.with_hidden`; keeps `CONTRIBUTIONS`.
        config: how wrong the physical run is.
        seed: decides the draw.
    """
    random = np.random.default_rng(seed)
    amounts = drawn_amounts(run, config, random)
    physical = run.sel(source=believed(run))
    parts = _true_parts(run, amounts)
    parts = parts * _errors_of_mixing(parts, config, random)
    measured = parts.sum("source").transpose("lead_time", "place", "pollutant").values
    noise = 1.0 + random.normal(0.0, config.measurement, measured.shape)
    values = np.log(np.maximum(measured * np.maximum(noise, 0.05), 0.5))
    values[random.random(values.shape) < config.missing] = np.nan
    times = run["valid_time"].values[0].astype("datetime64[ns]")
    positions = np.column_stack([run["lon"].values, run["lat"].values])
    stations = tuple(str(name) for name in run["place"].values)
    panel = Panel(
        values, values, times, 24, POLLUTANTS, stations, positions, np.empty((*values.shape[:2], 0))
    )
    tags = tags_of_run(physical, panel, config.horizon)
    truth = parts.sel(pollutant=PM25).transpose("lead_time", "place", "source").values
    return Twin(tags.on(panel), tags, truth, amounts)


def _true_parts(run: xr.Dataset, amounts: dict[str, float]) -> xr.DataArray:
    """Parts of the truth in the order of the physical run's sources, the unknown one last, µg m-3."""
    names = [str(name) for name in run["source"].values]
    wanted = [*believed(run), HIDDEN]
    weights = np.zeros((len(wanted), len(names)))
    for column, name in enumerate(names):
        weights[wanted.index(name.removeprefix(RETIMED)), column] = amounts[name]
    held = run["contribution"].isel(reference_time=0).sel(pollutant=list(POLLUTANTS)) * MICROGRAMS
    mixed = xr.DataArray(weights, dims=("part", "source"))
    made = xr.dot(held.drop_vars(["sector", "region"], errors="ignore"), mixed, dim="source")
    named: xr.DataArray = made.rename(part="source").assign_coords(source=wanted)
    return named


def _errors_of_mixing(parts: xr.DataArray, config: TwinConfig, random: np.random.Generator) -> xr.DataArray:
    """Factors (lead_time, place), 1 on geometric average, that the truth has and the model does not."""
    steps, places = parts.sizes["lead_time"], parts.sizes["place"]
    if not config.mixing:
        return xr.DataArray(np.ones((steps, places)), dims=("lead_time", "place"))
    kept = np.exp(-1.0 / config.mixing_hours)
    noise = random.normal(0.0, config.mixing * np.sqrt(1 - kept**2), (steps, places))
    error = random.normal(0.0, config.mixing, places)
    errors = np.empty((steps, places))
    for step in range(steps):
        error = kept * error + noise[step]
        errors[step] = error
    return xr.DataArray(np.exp(errors - errors.mean(axis=0)), dims=("lead_time", "place"))


def _hidden_amount(run: xr.Dataset, amounts: dict[str, float], share: float) -> float:
    """Factor of the unknown source with which it has a share of the mean where it has most of it."""
    mean = run["contribution"].sel(pollutant=PM25).mean(["reference_time", "lead_time"])
    by = xr.DataArray([amounts[str(name)] for name in mean["source"].values], dims="source")
    known = (mean * by.assign_coords(source=mean["source"])).sum("source").values
    unknown = mean.sel(source=HIDDEN).values
    most = (unknown / known).max()
    return float(share / (1.0 - share) / most) if most > 0 else 0.0
