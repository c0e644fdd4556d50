"""The learned dust forecast of an issue, and of many: probabilities, quantiles, warnings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from forecast.dust.learned.configuration import Coefficients, learned_dust_config
from forecast.dust.learned.known import Known, known_at
from forecast.dust.learned.predictors import Foreseen, matrix_of, predictors_of
from foundation.errors import ConfigurationError, InputError
from foundation.times import shown
from observations.regular import STEP

__all__ = ["dust_outlook", "outlook_of", "quantiles_of"]

_UG = {"units": "ug m-3"}
_SHARE = {"units": "1"}


def dust_outlook(
    dataset: xr.Dataset, issue: np.datetime64, coefficients: Coefficients,
    foreseen: Mapping[int, Foreseen] | None = None,
) -> xr.Dataset:  # fmt: skip
    """Forecast dust at places from what was measured up to an issue.

    Without the transport model it is a statistical forecast; coefficients with it among their predictors
    correct it, and need it.

    Args:
        dataset: places, of the averaging of the coefficients, keeps `place_observations`; what came after the
            issue is not read.
        issue: time of the last step known, UTC.
        coefficients: as fitted.
        foreseen: by the transport model, by lead, for the places in the order of the data set.

    Returns:
        As `outlook_of`, with `reference_time`.

    Raises:
        InputError: when nothing was measured, or the record is of another averaging.
        ConfigurationError: when the coefficients need the transport model and it is not given.
    """
    steps = learned_dust_config().steps[coefficients.averaging]
    known = known_at(dataset, issue, steps.memory)
    if known.averaging != coefficients.averaging:
        raise InputError(
            f"measurements by the {known.averaging}, coefficients by the {coefficients.averaging}",
            remedy=f"Give measurements by the {coefficients.averaging}",
        )
    if coefficients.physical and foreseen is None:
        raise ConfigurationError(
            "coefficients with the transport model among their predictors, which did not run",
            remedy="Use coefficients without",
        )
    made = outlook_of(known, coefficients, foreseen)
    return made.assign_coords(reference_time=issue).assign_attrs(
        source=coefficients.source, fitted_until=coefficients.fitted_until,
        method="proportional odds on measurements" + (" and the transport model" if foreseen else ""),
    )  # fmt: skip


def outlook_of(
    known: Known, coefficients: Coefficients, foreseen: Mapping[int, Foreseen] | None = None
) -> xr.Dataset:
    """Forecast from what is known.

    Args:
        known: at the issue.
        coefficients: as fitted.
        foreseen: by lead, where the coefficients ask for it.

    Returns:
        `probability` and `warning` (lead_time, quantity, place, threshold) of PM10 and PM10 of dust above
        values; `quantiles` (lead_time, quantity, place, level), µg/m³; `dust_probability` and `dust_warning`
        (lead_time, place) of dust in that day or hour. Places without measurements are left out.

    Raises:
        InputError: when no place has measurements.
    """
    config = learned_dust_config()
    steps = config.steps[coefficients.averaging]
    here, by_lead = np.zeros(0, dtype=int), []
    for lead in coefficients.leads:
        part = foreseen[lead] if foreseen is not None and coefficients.physical else None
        made = predictors_of(known, lead, steps, coefficients.places, part)
        matrix = matrix_of(made, coefficients.predictors)
        here = np.flatnonzero(np.isfinite(matrix).all(-1))
        if not len(here):
            raise InputError(f"no place has PM10 and PM2.5 in the steps up to {shown(known.issue)}")
        by_lead.append(_of_lead(coefficients.standardised(matrix[here]), coefficients, lead))
    times = np.array(coefficients.leads) * STEP[coefficients.averaging]
    return xr.concat(by_lead, "lead_time").assign_coords(
        lead_time=times.astype("timedelta64[ns]"), place=[known.places[number] for number in here]
    )


def _of_lead(matrix: np.ndarray, coefficients: Coefficients, lead: int) -> xr.Dataset:
    config = learned_dust_config()
    marks, levels = np.array(config.thresholds_ug_m3), np.array(config.levels)
    chances, warned, spread = [], [], []
    quantities = ("pm10", "pm10_dust")
    for quantity in quantities:
        one = coefficients.of(quantity, lead)
        chances.append(one.law().above(matrix, marks))
        warned.append(chances[-1] > np.array([one.limits[float(mark)] for mark in marks]))
        spread.append(one.law().quantiles(matrix, levels))
    dust = coefficients.of("dust", lead)
    chance = dust.law().above(matrix, np.array(dust.cuts))[:, 0]
    dims = ("quantity", "place", "threshold")
    return xr.Dataset(
        {
            "probability": (dims, np.stack(chances), _SHARE),
            "warning": (dims, np.stack(warned)),
            "quantiles": (("quantity", "place", "level"), np.stack(spread), _UG),
            "dust_probability": ("place", chance, _SHARE),
            "dust_warning": ("place", chance > dust.limits[dust.cuts[0]]),
        },
        {"quantity": list(quantities), "threshold": ("threshold", marks, _UG), "level": levels},
    )  # fmt: skip


def quantiles_of(outlook: xr.Dataset, quantity: str, level: float) -> xr.DataArray:
    """One quantile of one quantity, µg/m³, (lead_time, place)."""
    return outlook["quantiles"].sel(quantity=quantity).sel(level=level, method="nearest")
