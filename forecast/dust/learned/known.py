"""What measurements up to an issue say: PM10, fine share, odds of dust, and nothing of what came after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from foundation.errors import InputError
from foundation.times import shown
from foundation.units import si_factor
from observations.dust.configuration import DetectionConfig, detection_config
from observations.dust.hidden_states import dust_posterior
from observations.dust.likelihood import dust_frequency, logit, particle_evidence
from observations.dust.series import Particles, particles_of
from observations.regular import STEP

__all__ = ["Known", "known_at", "known_at_all", "logistic_odds"]

_LEAST_UG_M3 = 1.0
_LARGEST_ODDS = 7.0


@dataclass(frozen=True)
class Known:
    """The steps up to an issue, the last of which is the issue's.

    Attributes:
        issue: time of the last step.
        averaging: `day` or `hour`.
        places: ids.
        ln_pm10: of µg/m³, (step, place), NaN where missing.
        logit_share: of PM2.5/PM10, the same.
        odds: logarithm of the odds of dust by the detector on these steps alone, (step, place).
    """

    issue: np.datetime64
    averaging: str
    places: tuple[str, ...]
    ln_pm10: np.ndarray
    logit_share: np.ndarray
    odds: np.ndarray

    def ahead(self, lead: int) -> np.datetime64:
        """Time of the step so many steps ahead."""
        return self.issue + lead * STEP[self.averaging]


def known_at_all(
    dataset: xr.Dataset, issues: Sequence[np.datetime64] | None, memory: int,
    config: DetectionConfig | None = None,
) -> Iterator[Known]:  # fmt: skip
    """What was known at each of several issues, each from its own steps alone.

    Args:
        dataset: places, hourly or daily, keeps `place_observations`.
        issues: times of steps of it; every step when None.
        memory: steps looked at.
        config: of the detector; that shipped when None.

    Raises:
        InputError: for stations, or an issue outside the record.
    """
    config = config or detection_config()
    series = particles_of(dataset)
    if series.dim != "place":
        raise InputError("measurements: expected means of places, got stations")
    evidence, usual = particle_evidence(series, config), dust_frequency(series, config)
    with np.errstate(invalid="ignore"):
        ln_pm10 = np.log(np.maximum(series.coarse / si_factor("ug m-3", "pm10"), _LEAST_UG_M3))
    share = logit(series.ratio)
    duration = config.steps[series.averaging].mean_duration
    times = series.steps.times
    for issue in list(times) if issues is None else issues:
        end = _step_of(series, issue) + 1
        window = slice(max(0, end - memory), end)
        posterior = dust_posterior(evidence[window], usual[window], duration)
        odds = logistic_odds(posterior)
        yield Known(
            times[end - 1], series.averaging, series.places, ln_pm10[window], share[window], odds
        )  # fmt: skip


def known_at(dataset: xr.Dataset, issue: np.datetime64, memory: int) -> Known:
    """What was known at one issue; steps after it are not read.

    Raises:
        InputError: as `known_at_all`.
    """
    upto = dataset.sel(time=slice(None, issue))
    if not upto.sizes["time"]:
        raise InputError(f"measurements: nothing up to {shown(issue)}")
    return next(known_at_all(upto.isel(time=slice(-memory, None)), [issue], memory))


def logistic_odds(probability: np.ndarray) -> np.ndarray:
    """Logarithm of the odds of a probability, held away from infinity."""
    with np.errstate(divide="ignore"):
        odds = np.log(probability) - np.log1p(-probability)
    return np.asarray(np.clip(odds, -_LARGEST_ODDS, _LARGEST_ODDS))


def _step_of(series: Particles, issue: np.datetime64) -> int:
    times = series.steps.times
    at = int(np.searchsorted(times, issue))
    if at == len(times) or times[at] != issue:
        raise InputError(
            f"issue {shown(issue)} is not a step of the record, {shown(times[0])} to {shown(times[-1])}",
            where="measurements", remedy="Give the last day or hour measured",
        )  # fmt: skip
    return at
