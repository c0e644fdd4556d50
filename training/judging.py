"""What a trained ensemble is worth on the part of its record that nothing saw, beside the baselines."""

from __future__ import annotations

import numpy as np
import xarray as xr

from forecast.baselines.climatology import Climatology
from forecast.baselines.persistence import DampedPersistence, Persistence
from forecast.configuration import forecast_config
from forecast.history import History
from forecast.learned import NAME
from forecast.learned.panel import Panel
from forecast.learned.release_document import Score
from forecast.learned.situations import flags_of
from forecast.model import SeriesModel
from forecast.series import carried, lead_times
from forecast.verification.table import score_table
from training.ensemble import cases_of
from training.experiment import Trained
from training.release import scores_of

HOUR_LEADS = (1, 6, 12, 24, 48, 72, 120, 168)
MOST_ISSUES = 500
"""Issues judged at most, evenly spread; one clock hour each, as in an operation of one forecast a day."""


def judged_hindcast(trained: Trained, device: str = "cpu") -> xr.Dataset:
    """Forecasts of the judged part beside what was measured.

    Args:
        trained: fitted and calibrated.
        device: `cpu` or `cuda`.

    Returns:
        Keeps `forecast.verification.hindcast.HINDCAST`; the baselines give a median alone.
    """
    data, shape = trained.ensemble.data, trained.ensemble.recipe.network
    panel, horizon = data.panel, shape.windows.horizon
    hourly = panel.steps_per_day == 24
    leads = np.array([lead for lead in (HOUR_LEADS if hourly else range(1, 8)) if lead <= horizon])
    judged = data.parts.judged[data.parts.judged + leads.min() < len(panel.times)]
    issues = judged[:: panel.steps_per_day][-MOST_ISSUES:]
    cases = cases_of(trained.ensemble, panel, issues, leads, device)
    expects = panel.ahead is not None
    flags = flags_of(panel, issues, leads, panel.stations, expects_ahead=expects)
    learned = trained.conformal.apply(cases.quantiles, leads, flags)
    models = _baselines()
    values = np.full((1 + len(models), *learned.shape), np.nan)
    values[0] = learned
    middle = shape.levels.index(0.5)
    for pollutant in range(len(panel.pollutants)):
        history = history_of(panel, pollutant)
        for number, model in enumerate(models, start=1):
            values[number, ..., pollutant, middle] = np.exp(model.predict(history, issues, leads))
    hours = (lead_times(history_of(panel, 0), leads) / np.timedelta64(1, "h")).astype(int)
    dims = ("model", "issue", "lead", "place", "pollutant", "quantile")
    return xr.Dataset(
        {"concentration": (dims, values), "observed": (dims[1:-1], cases.observed)},
        {
            "model": [NAME, *(model.name for model in models)], "issue": panel.times[issues], "lead": hours,
            "place": list(panel.stations), "pollutant": list(panel.pollutants),
            "quantile": np.array(shape.levels),
        },
    )  # fmt: skip


def scores_beside_baselines(trained: Trained, device: str = "cpu") -> tuple[Score, ...]:
    """Scores of the judged part as a release keeps them; none where the record ends with its validation."""
    judged = trained.ensemble.data.parts.judged
    if len(judged) < 2:
        return ()
    hindcast = judged_hindcast(trained, device)
    names = [str(name) for name in hindcast["model"].values]
    return scores_of(score_table(hindcast), names, hindcast["issue"].values)


def history_of(panel: Panel, pollutant: int) -> History:
    """One pollutant of a panel as models of single series see it: short gaps carry the last value."""
    steps = forecast_config().carry_forward_days * panel.steps_per_day
    recent = carried(panel.recent[..., pollutant], steps)
    return History(recent, panel.target[..., pollutant], panel.times, panel.steps_per_day, panel.delay)


def _baselines() -> list[SeriesModel]:
    damped = forecast_config().damped_persistence
    return [Persistence(), DampedPersistence(damped.memory_days, damped.decay), Climatology()]
