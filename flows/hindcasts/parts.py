"""The parts of a hindcast: each is made from the work folder alone, on whatever machine shares it.

Points of each statistical model and pollutant come first, at every issue of the record, since intervals and
weights rest on what was said before; then the issues, some at a time, with the intervals of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from flows.hindcasts.learned import releases_of, with_learned
from flows.hindcasts.plan import HindcastPlan
from flows.hindcasts.work import clock_rows, histories_in, places_in, plan_in
from forecast.calibration.past_errors import QUANTILES
from forecast.calibration.window import Window
from forecast.configuration import forecast_config
from forecast.hindcast import with_index
from forecast.history import History, targets
from forecast.models import PUBLISHED, models_named
from forecast.prediction import Prediction, predict, quantiles
from forecast.series import lead_times, valid_times
from foundation.pollutants import pollutants_of
from foundation.store import written_beside
from foundation.times import HOUR

PACKING = {"zlib": True, "complevel": 1}


@dataclass(frozen=True)
class Part:
    """One part.

    Attributes:
        kind: `points` of the statistical models for a pollutant, `physical` points, or `issues`.
        clock: hours after the first issue at which its clock time lies.
        pollutant: of `points`.
        number: of `issues`.
    """

    kind: Literal["points", "physical", "issues"]
    clock: int
    pollutant: str = ""
    number: int = 0

    @property
    def file(self) -> str:
        """Its file in the work folder."""
        if self.kind == "issues":
            return f"issues-{self.clock:02d}-{self.number:04d}.nc"
        return "-".join(filter(None, (self.kind, f"{self.clock:02d}", self.pollutant))) + ".npz"


def make_part(work: str, part: Part) -> str:
    """Make a part, unless it is there: written beside, then renamed.

    Args:
        work: the work folder, prepared.
        part: which.

    Returns:
        The part's file name.
    """
    folder = Path(work)
    if not (folder / part.file).exists():
        with written_beside(folder / part.file) as beside:
            _MAKERS[part.kind](folder, part, beside)
    return part.file


def _make_points(folder: Path, part: Part, target: Path) -> None:
    plan, config = plan_in(folder), forecast_config()
    usual = (PUBLISHED, *config.combination.candidates)
    further = models_named([name for name in plan.statistical if name not in usual], config)
    history = histories_in(folder, part.clock)[part.pollutant]
    made = predict(history, plan.leads, config, further)
    kept = made if releases_of(plan) else made.only(plan.statistical)
    np.savez_compressed(target, models=np.array(kept.models), points=kept.points, weights=kept.weights)


def _make_physical(folder: Path, part: Part, target: Path) -> None:
    from flows.hindcasts.physical import physical_points

    plan, history = plan_in(folder), histories_in(folder, part.clock)["pm25"]
    points, perfect = physical_points(plan, history, places_in(folder))
    np.savez_compressed(target, points=points, perfect=perfect)


def _prediction(
    history: History, models: tuple[str, ...], points: np.ndarray, leads: np.ndarray,
    weights: np.ndarray | None = None,
) -> Prediction:  # fmt: skip
    """Points (model, issue, lead, place) ln at every issue of a clock time, with weights of candidates."""
    config, issues = forecast_config(), clock_rows(history)
    cases = Window(**config.window.model_dump()).over(history, issues)
    if weights is None:
        weights = np.zeros((len(issues), len(leads), 0))
    candidates = config.combination.candidates[: weights.shape[-1]]
    return Prediction(history, models, issues, leads, points, weights, candidates, cases)


def _dressed(prediction: Prediction, rows: np.ndarray) -> np.ndarray:
    """Points with quantiles from each model's own errors known at each issue.

    Args:
        prediction: of the models wanted.
        rows: (issue,) rows of the history wanted.

    Returns:
        (model, issue, lead, place, quantile) display units, float32.
    """
    config, numbers = forecast_config(), np.searchsorted(prediction.issues, rows)
    return np.stack(
        [
            [quantiles(prediction, name, int(number), config) for number in numbers]
            for name in prediction.models
        ]
    ).astype(np.float32)


def _make_issues(folder: Path, part: Part, target: Path) -> None:
    plan = plan_in(folder)
    histories = histories_in(folder, part.clock)
    wanted = plan.parts(part.clock)[part.number]
    predictions = {name: _statistical(folder, plan, part.clock, name) for name in histories}
    parts = [_of_pollutant(folder, plan, one, name, part, wanted) for name, one in predictions.items()]
    axis = xr.DataArray(list(histories), dims="pollutant", name="pollutant")
    joined = xr.concat(parts, dim=axis).assign_coords(place=list(places_in(folder)))
    if releases_of(plan):
        joined = with_learned(joined, folder, part.clock, wanted, predictions)
    indexed = with_index(joined, plan.averaging, forecast_config())
    wide = [str(name) for name in indexed.data_vars if indexed[name].dtype == np.float64]
    small = indexed.assign({name: indexed[name].astype(np.float32) for name in wide})
    small.to_netcdf(target, encoding={str(name): PACKING for name in small.data_vars})


def _statistical(folder: Path, plan: HindcastPlan, clock: int, pollutant: str) -> Prediction:
    """What the statistical models said of one pollutant at every issue of a clock time."""
    history = histories_in(folder, clock)[pollutant]
    with np.load(folder / Part("points", clock, pollutant).file) as kept:
        models = tuple(map(str, kept["models"]))
        return _prediction(history, models, kept["points"], plan.leads, kept["weights"])


def _of_pollutant(
    folder: Path, plan: HindcastPlan, prediction: Prediction, pollutant: str, part: Part, wanted: np.ndarray
) -> xr.Dataset:
    """The issues wanted of one pollutant, of the statistical models and of the physical one."""
    history, leads = prediction.history, prediction.leads
    rows = np.searchsorted(history.times, wanted)
    values, names = _dressed(prediction.only(plan.statistical), rows), plan.statistical
    physical = folder / Part("physical", part.clock).file
    if physical.exists():
        from flows.hindcasts.physical import NAME

        with np.load(physical) as kept:
            number = list(pollutants_of(plan.averaging)).index(pollutant)
            points = kept["points"][None, ..., number]
        run = _prediction(history, (NAME,), points, leads)
        values = np.concatenate([values, _dressed(run, rows)])
        values[-1][~np.isfinite(points[0, np.searchsorted(clock_rows(history), rows)])] = np.nan
        names = (*names, NAME)
    hours = (lead_times(history, leads) / HOUR).astype(int)
    return xr.Dataset(
        {
            "concentration": (("model", "issue", "lead", "place", "quantile"), values),
            "observed": (("issue", "lead", "place"), np.exp(targets(history, rows, leads))),
        },
        {
            "model": list(names), "issue": wanted, "lead": hours, "quantile": QUANTILES,
            "valid_time": (("issue", "lead"), valid_times(history, rows, leads)),
        },
    )  # fmt: skip


_MAKERS = {"points": _make_points, "physical": _make_physical, "issues": _make_issues}
