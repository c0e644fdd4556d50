"""Nothing measured after an issue may change its forecast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecast.configuration import forecast_config
from forecast.history import History
from forecast.models import PUBLISHED, known_models
from forecast.prediction import Prediction, predict, quantiles

LEADS = np.arange(1, 8)
CONFIG = forecast_config()
ISSUE = 390


def _with_another_future(history: History, issue: int) -> History:
    random = np.random.default_rng(99)
    recent, target = history.recent.copy(), history.target.copy()
    recent[issue + 1 :] = random.normal(9.0, 3.0, recent[issue + 1 :].shape)
    target[issue + 1 - history.delay :] = random.normal(9.0, 3.0, target[issue + 1 - history.delay :].shape)
    return replace(history, recent=recent, target=target)


@pytest.mark.parametrize("delay", [0, 1])
@pytest.mark.parametrize("name", list(known_models(CONFIG)))
def test_no_model_sees_the_future(winter: History, name: str, delay: int) -> None:
    history = replace(winter, delay=delay)
    model = known_models(CONFIG)[name]
    issues = np.arange(ISSUE + 1)
    told = model.predict(history, issues, LEADS)
    np.testing.assert_array_equal(told, model.predict(_with_another_future(history, ISSUE), issues, LEADS))
    assert np.isfinite(told[-1]).all()


def _predictions(winter: History) -> tuple[Prediction, Prediction]:
    return predict(winter, LEADS, CONFIG), predict(_with_another_future(winter, ISSUE), LEADS, CONFIG)


def test_what_is_published_does_not_see_the_future(winter: History) -> None:
    true, other = _predictions(winter)
    np.testing.assert_array_equal(true.of(PUBLISHED)[: ISSUE + 1], other.of(PUBLISHED)[: ISSUE + 1])
    np.testing.assert_array_equal(true.weights[: ISSUE + 1], other.weights[: ISSUE + 1])
    for model in true.models:
        np.testing.assert_array_equal(
            quantiles(true, model, ISSUE, CONFIG), quantiles(other, model, ISSUE, CONFIG)
        )


def test_the_test_would_notice(winter: History) -> None:
    true, other = _predictions(winter)
    assert not np.array_equal(true.of(PUBLISHED)[ISSUE + 1], other.of(PUBLISHED)[ISSUE + 1])


def test_a_record_cut_at_the_issue_gives_the_same_forecast(winter: History) -> None:
    cut = replace(
        winter, recent=winter.recent[: ISSUE + 1], target=winter.target[: ISSUE + 1],
        times=winter.times[: ISSUE + 1],
    )  # fmt: skip
    whole, short = predict(winter, LEADS, CONFIG), predict(cut, LEADS, CONFIG)
    np.testing.assert_allclose(short.of(PUBLISHED)[-1], whole.of(PUBLISHED)[ISSUE], rtol=1e-12)


def test_a_daily_run_makes_the_same_forecast_as_a_hindcast(winter: History) -> None:
    whole, daily = predict(winter, LEADS, CONFIG), predict(winter, LEADS, CONFIG, days_judged=10)
    np.testing.assert_array_equal(whole.of(PUBLISHED)[-10:], daily.of(PUBLISHED)[-10:])
    row = len(winter.times) - 1
    np.testing.assert_array_equal(
        quantiles(whole, PUBLISHED, row, CONFIG), quantiles(daily, PUBLISHED, row, CONFIG)
    )
