"""The middle steps of a day: forecast and verification."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from flows.champion.notes import NOT_INSTALLED
from flows.champion.products import championed, foreseen_of
from flows.hindcasts.drift import drift_found
from flows.ladder.finding import reason
from flows.ladder.table import ladder
from flows.measurements import Measurements
from flows.plan import DayPlan
from flows.transport import Physical, Weather
from forecast.configuration import ForecastConfig, forecast_config
from forecast.hindcast import Judged, from_predictions
from forecast.learned import NAME as LEARNED
from forecast.models import PUBLISHED, STATISTICAL, published_with
from forecast.persisted import FLOORS, age_of, persisting
from forecast.product import ForecastProduct, forecast_days, forecast_hours
from foundation.errors import InputError, fault_line
from foundation.places import gazetteer
from foundation.provenance import Degradation
from foundation.times import DAY, day_of_instant, instant_of_day, shown

JUDGED_DAYS = 30
_NOT_VERIFIED: dict[str, Any] = {"period": None, "scores": [], "yesterday": []}
NO_AGE = np.timedelta64(0, "D")


def forecast_step(
    plan: DayPlan, measured: Measurements, weather: Weather | None = None, physical: Physical | None = None
) -> dict[str, ForecastProduct]:
    """The daily forecast of places, and of regions, and the hourly one where hours are measured.

    Args:
        plan: the run.
        measured: what was measured by its time of issue.
        weather: of the run, for a learned model that looks at it.
        physical: the transport model's forecast, likewise.
    """
    why = _not_by_statistics(plan, measured)
    if why is not None:
        return _persisted(plan, measured, why)
    try:
        products = _statistical(plan, measured, forecast_config())
    except Exception as error:  # noqa: BLE001 - a forecast must go out whatever fails in the combination
        fault = fault_line(error)
        warnings.warn(f"the statistical combination failed: {fault}", RuntimeWarning, stacklevel=2)
        return _persisted(plan, measured, reason("statistics-failed", fault))
    if not plan.champions:
        return {**products, "day": replace(products["day"], notes=(NOT_INSTALLED,))}
    return championed(plan, measured, products, foreseen_of(plan, weather, physical))


def _not_by_statistics(plan: DayPlan, measured: Measurements) -> Degradation | None:
    """Why damped persistence is all that can be made, or is all that is asked for; None where more can."""
    if plan.circumstances.rung == "persistence":
        return reason("rung-asked")
    if plan.circumstances.measured_hours is None:
        return None
    limit = forecast_config().carry_forward_days
    too_old = _age(plan, measured) > np.timedelta64(limit, "D")
    return reason("measurements-too-old") if too_old else None


def _age(plan: DayPlan, measured: Measurements) -> np.timedelta64:
    series = measured.daily if measured.hourly is None else measured.hourly
    return age_of(series, plan.reference_time, ladder().choices.oldest_measured_days)


def _persisted(plan: DayPlan, measured: Measurements, why: Degradation) -> dict[str, ForecastProduct]:
    """Damped persistence from the last that was measured, and why it is no more."""
    products = _statistical(plan, measured, persisting(forecast_config()), _age(plan, measured))
    return {**products, "day": replace(products["day"], notes=(why,))}


def _statistical(
    plan: DayPlan, measured: Measurements, config: ForecastConfig, age: np.timedelta64 = NO_AGE
) -> dict[str, ForecastProduct]:
    """Forecasts by the models of a configuration, from measurements that ended so many days ago."""
    time, days = plan.reference_time, int(age / DAY)
    products = {"day": forecast_days(measured.daily, time, config, trailing=measured.trailing, age=days)}
    regions = _regions(measured.daily)
    if regions is not None:
        trailing = None if measured.trailing is None else _regions(measured.trailing)
        products["region"] = forecast_days(regions, time, config, trailing=trailing, days_judged=1, age=days)
    if measured.hourly is not None:
        products["hour"] = forecast_hours(measured.hourly, time, config, age=24 * days)
    return products


def _regions(places: xr.Dataset) -> xr.Dataset | None:
    """Means of the regions of which any place is measured."""
    from observations.means import region_means

    measured = set(places["place"].values)
    parts = [region_means(places, r) for r in gazetteer().regions if measured.intersection(r.places)]
    return xr.concat(parts, "place", combine_attrs="override") if parts else None


def verification_step(plan: DayPlan, products: dict[str, ForecastProduct]) -> dict[str, Any]:
    """Scores of the last days and of yesterday, from forecasts as they would have been issued."""
    from forecast.verification.table import score_table
    from forecast.verification.yesterday import yesterday

    config = forecast_config()
    product = products["day"]
    last = instant_of_day(day_of_instant(plan.reference_time) - np.timedelta64(1, "D"))
    models = (PUBLISHED, *FLOORS) if product.learned is None else (PUBLISHED, STATISTICAL, *FLOORS)
    judged = Judged(last - np.timedelta64(JUDGED_DAYS - 1, "D"), last, models)
    try:
        places = product.dataset["place"].values
        hindcast = from_predictions(product.predictions, places, judged, config)
        told = {"scores": score_table(hindcast), "yesterday": yesterday(hindcast, last)}
    except InputError:
        return dict(_NOT_VERIFIED)
    except Exception as error:  # noqa: BLE001 - what judges the forecast must not cost the forecast
        fault = fault_line(error)
        warnings.warn(f"verification failed: {fault}", RuntimeWarning, stacklevel=2)
        return _NOT_VERIFIED | {"fault": fault}
    return {
        "period": {"from": shown(judged.first, minutes=False), "to": shown(judged.last, minutes=False)},
        **told,
    } | _learned(plan, product, hindcast)


def _learned(plan: DayPlan, product: ForecastProduct, hindcast: xr.Dataset) -> dict[str, Any]:
    """From when on the learned model has its part in the published line, and whether that grew worse."""
    line, champion = product.learned, plan.champions.get("day")
    if line is None:
        return {}
    told: dict[str, Any] = {"learned_model": {"name": line.name, "issues_after": shown(line.since)}}
    if champion is None or champion.folder is None:
        return told
    judged_as = LEARNED if line.alone else published_with(LEARNED)
    drift = drift_found(champion.folder, champion.sha256, hindcast, line.since, judged_as)
    return told if drift is None else told | {"drift": drift}
