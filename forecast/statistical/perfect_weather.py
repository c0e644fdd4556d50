"""What weather could be worth: damped persistence and a ridge regression on weather as it was measured.

The weather of the valid day is not known when a forecast is issued. Scores of this model say how much
a perfect weather forecast would bring and are never those of a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.baselines.persistence import DampedPersistence
from forecast.history import History, mean_of_known, targets, trailing_anchors
from foundation.times import beijing_from_utc

NAME = "perfect weather"
RIDGE = 30.0
HEATING_MONTHS = (10, 11, 12, 1, 2, 3)
_FIRST_GUESS = DampedPersistence(memory_days=30, decay=0.9)


@dataclass(frozen=True)
class PerfectWeather:
    """Regression, for each place, of the errors of damped persistence on the change of the weather; daily.

    Attributes:
        weather: (day, feature) standardised features, one row for each row of the history: the weather
            of the day that `target[i]` measures, and beyond its end for the leads; NaN where unknown.
        train_until: nothing after this instant (UTC) enters the fit.
        name: name in scores.
    """

    weather: np.ndarray
    train_until: np.datetime64
    name: str = NAME

    def predict(self, history: History, issues: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """See `SeriesModel.predict`; this one sees the weather after the issue."""
        forecast = _FIRST_GUESS.predict(history, issues, leads)
        error = targets(history, issues, leads) - forecast
        months = beijing_from_utc(history.times[issues]).astype("datetime64[M]").astype(int) % 12 + 1
        heating = np.isin(months, HEATING_MONTHS)
        for column, lead in enumerate(leads):
            inputs = self._inputs(history, issues, int(lead))
            known = np.isfinite(inputs).all(axis=-1)
            judged = history.times[issues] + lead * np.timedelta64(1, "D") <= self.train_until
            cases = known & (heating & judged)[:, None] & np.isfinite(error[:, column])
            for place in range(cases.shape[1]):
                chosen = cases[:, place]
                slopes = _ridge(inputs[chosen, place], error[chosen, column, place])
                correction = np.nan_to_num(inputs[:, place]) @ slopes
                forecast[:, column, place] += np.where(known[:, place], correction, 0.0)
        return forecast

    def _inputs(self, history: History, issues: np.ndarray, lead: int) -> np.ndarray:
        """(issue, place, input): the change of the weather, its usual state, today's anomaly, one."""
        usual = trailing_anchors(self.weather, issues, 30, 1)[:, 0]
        at = [
            self.weather[np.minimum(issues + ahead, len(self.weather) - 1)] for ahead in (lead, lead - 1, 0)
        ]
        weather = np.concatenate([at[0] - usual, at[1] - usual, at[2] - usual, usual], axis=1)
        anomaly = history.recent[issues] - trailing_anchors(history.recent, issues, 30, 1)[:, 0]
        places = anomaly.shape[1]
        shared = np.repeat(weather[:, None, :], places, axis=1)
        basin = np.repeat(mean_of_known(anomaly, axis=1)[:, None], places, axis=1)
        return np.concatenate([shared, np.stack([anomaly, basin, np.ones_like(basin)], axis=-1)], axis=-1)


def _ridge(inputs: np.ndarray, answers: np.ndarray) -> np.ndarray:
    gram = inputs.T @ inputs + RIDGE * np.eye(inputs.shape[1])
    return np.asarray(np.linalg.solve(gram, inputs.T @ answers))
