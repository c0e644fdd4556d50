"""Dust in hours or days by the statistical detector: a probability, and events made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from foundation.units import si_factor
from observations.dust.configuration import DetectionConfig, Steps, detection_config
from observations.dust.events import GAP, RECORD, RETURNED, SEEN, DustEvent
from observations.dust.hidden_states import dust_posterior
from observations.dust.likelihood import dust_frequency, particle_evidence, weather_evidence
from observations.dust.rules import DETECTOR
from observations.dust.series import Particles, missing_just_before, particles_of


@dataclass(frozen=True)
class Detection:
    """What the detector found.

    Attributes:
        probability: of dust, dims (time, place or station); the state passes through gaps by persistence
            alone.
        mask: steps that belong to an event, on the same dimensions.
        events: in the order of columns and time.
    """

    probability: xr.DataArray
    mask: xr.DataArray
    events: tuple[DustEvent, ...]


@dataclass
class _Found:
    """One event while the steps are gone through."""

    first: int
    last: int
    before: float
    ending: str = RECORD
    end: int = field(default=-1)


def detect(
    dataset: xr.Dataset, weather: xr.Dataset | None = None, config: DetectionConfig | None = None
) -> Detection:
    """Probability of dust in every step, and the events.

    An event starts at a measured step with a probability of at least `probability` and PM10 above
    `pm10_above`; it ends when the probability falls below, or PM10 is back within `return_within` of its mean
    over the undusted steps before (the end of the national rule). A missing step is neither start nor end;
    after `longest_gap` of them the event is closed as `gap`.

    Args:
        dataset: hourly or daily, keeps `foundation.contracts.observations` or `place_observations`.
        weather: wind speed, visibility, humidity where they are known, see `likelihood.weather_evidence`.
        config: the numbers; those shipped when None.
    """
    config = config or detection_config()
    series = particles_of(dataset)
    chance = probability_of(series, weather, config)
    mask = np.zeros(chance.shape, dtype=bool)
    events: list[DustEvent] = []
    for column in range(len(series.names)):
        for found in _found(series, chance[:, column], column, config):
            mask[found.first : found.end + 1, column] = True
            events.append(_event(series, chance[:, column], column, found, config))
    attributes = {"rule": DETECTOR, "source": config.source, "verified": str(config.verified).lower()}
    probability = series.laid_out(
        chance, "dust_probability", {"long_name": "probability of dust", "units": "1", **attributes}
    )
    steps = "day" if series.averaging == "day" else "hour"
    marked = series.laid_out(mask, "dust", {"long_name": f"dust-affected {steps}", **attributes})
    return Detection(probability, marked, tuple(events))


def probability_of(series: Particles, weather: xr.Dataset | None, config: DetectionConfig) -> np.ndarray:
    """Probability of dust in every step, shape (step, column)."""
    evidence = particle_evidence(series, config)
    if weather is not None:
        evidence = evidence + weather_evidence(weather, series, config)
    return dust_posterior(
        evidence, dust_frequency(series, config), config.steps[series.averaging].mean_duration
    )


def _found(series: Particles, chance: np.ndarray, column: int, config: DetectionConfig) -> list[_Found]:
    level, coarse = series.level[:, column], series.coarse[:, column]
    dusty = np.isfinite(level) & (chance >= config.probability)
    with np.errstate(invalid="ignore"):
        starts = dusty & (level > config.pm10_above * si_factor("ug m-3", "pm10"))
    done: list[_Found] = []
    current: _Found | None = None
    for step in range(len(level)):
        if current is None:
            if starts[step]:
                current = _Found(step, step, _before(coarse, dusty, step, config, series.averaging))
        elif _ends(
            current,
            step,
            coarse,
            (np.isfinite(level), dusty),
            config.steps[series.averaging],
            config.return_within,
        ):
            done.append(current)
            current = None
    if current is not None:
        current.end = current.last
        done.append(current)
    return done


def _ends(
    current: _Found,
    step: int,
    coarse: np.ndarray,
    states: tuple[np.ndarray, np.ndarray],
    steps: Steps,
    return_within: float,
) -> bool:
    """Whether the event is over at this step, and how; PM2.5 alone cannot show that PM10 is back."""
    measured, dusty = states
    if not measured[step]:
        if step - current.last <= steps.longest_gap:
            return False
        current.ending, current.end = GAP, current.last
        return True
    if dusty[step] and not coarse[step] <= current.before * (1 + return_within):
        current.last = step
        return False
    current.ending, current.end = RETURNED, step - 1
    return True


def _before(
    coarse: np.ndarray, dusty: np.ndarray, step: int, config: DetectionConfig, averaging: str
) -> float:
    """Mean over the measured steps without dust just before; NaN where there is none."""
    window = slice(max(0, step - config.steps[averaging].earlier_steps), step)
    return _mean(np.where(dusty[window], np.nan, coarse[window]))


def _event(
    series: Particles, chance: np.ndarray, column: int, found: _Found, config: DetectionConfig
) -> DustEvent:
    window = slice(max(0, found.first - config.steps[series.averaging].earlier_steps), found.first)
    coarse, ratio, level = series.coarse[:, column], series.ratio[:, column], series.level[:, column]
    inside = slice(found.first, found.end + 1)
    known = np.isfinite(coarse[inside]).any()
    peak = found.first + int(np.nanargmax((coarse if known else level)[inside]))
    earlier, shares = coarse[window], ratio[window]
    missing = missing_just_before(np.isfinite(level), found.first)
    return DustEvent(
        place=series.names[column],
        rule=DETECTOR,
        averaging=series.averaging,
        start=series.steps.times[found.first],
        peak=series.steps.times[peak],
        peak_pm10=float(coarse[peak]),
        end=series.steps.times[found.end],
        ending=found.ending,
        pm10_before=_mean(earlier),
        ratio_before=_mean(shares),
        ratio_at_start=float(ratio[found.first]),
        steps_before=int(np.isfinite(earlier).sum()),
        missing_before_start=missing,
        missing_before_end=missing_just_before(np.isfinite(level), found.end + 1)
        if found.ending == RETURNED
        else 0,
        probability=float(chance[inside].max()),
        beginning=_beginning(missing, found.first, config.steps[series.averaging].longest_gap),
    )


def _beginning(missing: int, first: int, longest_gap: int) -> str:
    if missing == first:
        return RECORD
    return GAP if missing > longest_gap else SEEN


def _mean(values: np.ndarray) -> float:
    held = values[np.isfinite(values)]
    return float(held.mean()) if held.size else float("nan")
