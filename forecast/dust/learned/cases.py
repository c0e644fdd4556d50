"""Cases to fit on and to judge by: predictors at every issue of a record, and what was then measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from forecast.dust.learned.configuration import LearnedDustConfig, learned_dust_config
from forecast.dust.learned.known import known_at_all
from forecast.dust.learned.predictors import Foreseen, matrix_of, predictor_names, predictors_of
from foundation.units import si_factor
from observations.dust.detection import detect
from observations.dust.series import particles_of
from observations.dust.split import split_dust

__all__ = ["QUANTITIES", "Cases", "Model", "cases_of", "measured_quantities"]

Model = Callable[[np.datetime64, int], Foreseen | None]

QUANTITIES = ("pm10", "pm10_dust", "dust")
"""What is forecast: PM10, PM10 of dust (µg/m³), and whether the detector finds dust."""


@dataclass(frozen=True)
class Cases:
    """All issues and places of a record.

    Attributes:
        times: of the steps, each of which is an issue, UTC, (issue,).
        averaging: `day` or `hour`.
        places: ids.
        names: of the predictors.
        predictors: by lead, (issue, place, predictor), NaN where a place had no measurements.
        measured: by quantity, (issue, place): at the step itself; NaN where not known.
    """

    times: np.ndarray
    averaging: str
    places: tuple[str, ...]
    names: tuple[str, ...]
    predictors: dict[int, np.ndarray]
    measured: dict[str, np.ndarray]

    def ahead(self, quantity: str, lead: int) -> np.ndarray:
        """What was measured so many steps after each issue, (issue, place)."""
        now = self.measured[quantity]
        found = np.full(now.shape, np.nan)
        found[:-lead] = now[lead:]
        return found

    def usable(self, quantity: str, lead: int) -> np.ndarray:
        """Cases with predictors and a measurement, (issue, place)."""
        known = np.isfinite(self.predictors[lead]).all(-1)
        return np.asarray(known & np.isfinite(self.ahead(quantity, lead)))


def cases_of(
    dataset: xr.Dataset, config: LearnedDustConfig | None = None, model: Model | None = None
) -> Cases:
    """Every step of a record as an issue; its predictors know nothing that came after it.

    Args:
        dataset: places, hourly or daily, keeps `place_observations`.
        config: the choices; those shipped by default.
        model: what the transport model foresaw, by issue and lead, with nothing measured after the issue;
            None where it did not run at an issue. Without, a statistical forecast.

    Raises:
        InputError: for stations.
    """
    config = config or learned_dust_config()
    series = particles_of(dataset)
    steps = config.steps["hour" if series.averaging == "hour" else "day"]
    names = predictor_names(series.averaging, series.places, physical=model is not None)
    rows: dict[int, list[np.ndarray]] = {lead: [] for lead in steps.leads}
    for known in known_at_all(dataset, None, steps.memory):
        for lead, found in rows.items():
            foreseen = model(known.issue, lead) if model is not None else None
            if model is not None and foreseen is None:
                foreseen = Foreseen.nowhere(len(series.places))
            made = predictors_of(known, lead, steps, series.places, foreseen)
            found.append(matrix_of(made, names))
    stacked = {lead: np.stack(found) for lead, found in rows.items()}
    measured = measured_quantities(dataset)
    return Cases(series.steps.times, series.averaging, series.places, names, stacked, measured)


def measured_quantities(dataset: xr.Dataset) -> dict[str, np.ndarray]:
    """PM10, PM10 of dust (µg/m³) and dust (1 or 0) of every step by the detector on the whole record.

    What came after a step helps to tell whether it was dust: this is what a forecast is judged by.

    Args:
        dataset: as `cases_of`.

    Returns:
        By quantity, (step, place), NaN where not known.
    """
    series = particles_of(dataset)
    unit = si_factor("ug m-3", "pm10")
    coarse = series.coarse / unit
    marked = series.steps.spread(detect(dataset).mask.values.astype(float))
    return {
        "pm10": coarse,
        "pm10_dust": series.steps.spread(split_dust(dataset)["pm10_dust"].values / unit),
        "dust": np.where(np.isfinite(coarse), marked, np.nan),
    }
