"""Events of series, counts with intervals, rivals, and a benchmark whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.dust.learned.configuration import learned_dust_config
from forecast.dust.scoring.counts import Tally, days_tally, difference, events_tally
from forecast.dust.scoring.days import LEARNED, day_benchmark, last_spring
from forecast.dust.scoring.hours import hour_benchmark
from forecast.dust.scoring.judging import Judged, judged_document
from forecast.dust.scoring.passages import passages_above
from forecast.dust.scoring.published import published_scores
from forecast.dust.scoring.rivals import Record, rival_chances
from foundation.errors import InputError
from observations.dust.verification import match_events
from tests.forecast.dust.dusty_days import dusty_days

HOURS = np.datetime64("2026-03-10T00", "ns") + np.arange(24) * np.timedelta64(1, "h")
KNOWN = learned_dust_config()
QUICK = KNOWN.model_copy(
    update={"folds": 2, "steps": {"day": KNOWN.steps["day"].model_copy(update={"leads": (1,)})}}
)
DAYS = np.datetime64("2026-02-28T16", "ns") + np.arange(40) * np.timedelta64(1, "D")


def test_a_passage_has_arrival_peak_and_end() -> None:
    pm10 = np.full((24, 2), 50.0)
    pm10[5:9, 0] = [200, 900, 400, 160]
    pm10[20:, 1] = 300
    first, second = passages_above(pm10, HOURS, ("a", "b"), 150.0)
    assert (first.place, first.start, first.peak, first.end) == ("a", HOURS[5], HOURS[6], HOURS[8])
    assert first.peak_value == 900
    assert (second.start, second.end) == (HOURS[20], HOURS[23])
    assert not passages_above(pm10, HOURS, ("a", "b"), 1000.0)


@pytest.mark.parametrize(("gap", "count"), [(0, 3), (1, 2), (3, 1)])
def test_missing_hours_split_only_beyond_the_longest_gap(gap: int, count: int) -> None:
    pm10 = np.full((24, 1), 200.0)
    pm10[[3, 10, 11, 12]] = np.nan
    assert len(passages_above(pm10, HOURS, ("a",), 150.0, gap)) == count


def test_counts_and_scores_by_hand() -> None:
    warned = np.array([[1, 1, 0, 0], [1, 0, 0, 1]], bool).T
    passed = np.array([[1, 0, 1, 0], [1, 0, 0, 0]], bool).T
    known = np.ones((4, 2), bool)
    known[3, 1] = False
    assert days_tally(warned, passed, known, DAYS[:4]).document()["threat_score_interval"] is None
    told = days_tally(warned, passed, known, DAYS[:40:10]).document()
    assert (told["hits"], told["misses"], told["false_alarms"]) == (2, 1, 1)
    assert told["threat_score"] == 0.5
    assert told["probability_of_detection"] == told["frequency_bias"] - told["false_alarm_ratio"] == 0.667
    low, high = told["threat_score_interval"]  # type: ignore[misc]
    assert low <= 0.5 <= high


def test_events_are_counted_where_they_begin() -> None:
    truth = np.zeros((24, 1))
    truth[[2, 3, 10, 11, 12]] = 200
    forecast = np.zeros((24, 1))
    forecast[[11, 12, 13, 20]] = 200
    events = [passages_above(values, HOURS, ("a",), 150.0) for values in (forecast, truth)]
    tally = events_tally(match_events(events[0], events[1]), HOURS)
    assert (np.flatnonzero(tally.hits), np.flatnonzero(tally.misses)) == ([10], [2])
    assert np.flatnonzero(tally.false_alarms) == [20]


def test_the_interval_of_a_difference_is_of_the_same_draws() -> None:
    random = np.random.default_rng(0)
    hits = (random.random(40) < 0.3).astype(float)
    one = Tally(DAYS, hits, 1 - hits, np.zeros(40))
    assert difference(one, one) == [0.0, 0.0]
    worse = Tally(DAYS, 0 * hits, np.ones(40), np.zeros(40))
    low, high = difference(one, worse) or (0, 0)
    assert 0 < low < hits.mean() < high


def judged(chance: np.ndarray, passed: np.ndarray) -> Judged:
    models = {"perfect": (passed, 0.5), "persistence": (chance, 0.5), "climatology": (0 * passed + 0.2, 0.5)}
    places, known = tuple("ab"), np.ones(passed.shape, bool)
    return Judged("dust", 0.5, 1, DAYS, places, passed, known, models, 0 * passed, passed)


def test_a_perfect_forecast_and_one_a_day_late() -> None:
    passed = np.zeros((40, 2))
    passed[[3, 4, 5, 15, 16, 30]] = 1
    late = np.roll(passed, 1, axis=0)
    told = judged_document(judged(late, passed))["models"]
    assert told["perfect"]["events"]["threat_score"] == told["perfect"]["steps"]["threat_score"] == 1
    assert told["perfect"]["brier_skill"] == 1
    assert told["persistence"]["timing"]["start_median_error_h"] == 24
    assert told["persistence"]["events"]["hits"] == 4, "the lone day is missed"
    assert told["persistence"]["events"]["threat_score"] == pytest.approx(4 / 8)


def test_rivals_are_made_of_the_fitted_days_alone() -> None:
    random = np.random.default_rng(4)
    passed = (random.random((400, 2)) < 0.25).astype(float)
    times = np.datetime64("2024-12-31T16", "ns") + np.arange(400) * np.timedelta64(1, "D")
    fitted = np.arange(400) < 300
    other = passed.copy()
    other[300:] = 1 - other[300:]
    limits = (0.1, 0.2, 0.4)
    made = [
        rival_chances(Record(one, passed, times, ("korla", "urumqi"), fitted, limits), 2)
        for one in (passed, other)
    ]
    for name, (chance, limit) in made[0].items():
        np.testing.assert_array_equal(chance, made[1][name][0])
        assert limit == made[1][name][1]
    damped = made[0]["damped persistence"][0]
    after = passed[2:300, 0][passed[:298, 0] == 1].mean()
    assert damped[350, 0][passed[350, 0] == 1] == pytest.approx(after, abs=0.02) or passed[350, 0] == 0
    np.testing.assert_array_equal(made[0]["persistence"][0], passed)


def test_the_learned_forecast_beats_its_rivals_where_there_is_something_to_learn() -> None:
    told = day_benchmark(dusty_days(530), "made", config=QUICK)
    assert told["judged"]["from"].startswith("2025-03-01")
    (score,) = [one for one in told["scores"] if one["quantity"] == "dust" and one["lead"] == 1]
    models = score["models"]
    assert models[LEARNED]["brier_skill_interval"][0] > models["damped persistence"]["brier_skill"]
    assert models[LEARNED]["onsets"]["hits"] > 0
    assert models["persistence"]["onsets"]["hits"] == 0
    assert models["always no"]["steps"]["threat_score"] == 0
    assert len(told["scores"]) == 9
    assert told["quantiles"][0]["coverage_of_80_percent"] > 0.6


def test_a_record_without_a_spring_to_judge_is_refused() -> None:
    with pytest.raises(InputError, match="a spring"):
        last_spring(dusty_days(300)["time"].values)


def test_hours_of_persistence_come_late_by_the_lead() -> None:
    dataset = dusty_days(1)
    times = np.datetime64("2026-03-10T00", "ns") + np.arange(200) * np.timedelta64(1, "h")
    pm10 = np.full((200, 1), 50e-9)
    pm10[60:100] = 500e-9
    hourly = dataset.isel(place=[0], time=[0] * 200).assign_coords(time=times)
    hourly = hourly.assign(pm10=(("time", "place"), pm10), pm25=(("time", "place"), 0.2 * pm10))
    hourly.attrs["averaging"] = "hour"
    scores = hour_benchmark(hourly, "made")["scores"]
    (day,) = [one for one in scores if (one["threshold"], one["lead"]) == (150.0, 24)]
    assert day["models"]["persistence"]["timing"]["start_median_error_h"] == 24
    (two,) = [one for one in scores if (one["threshold"], one["lead"]) == (150.0, 48)]
    assert two["models"]["persistence"]["events"]["hits"] == 0


def test_published_scores_are_those_of_the_paper() -> None:
    known = {one.name: one.threat_score for one in published_scores()}
    assert known["CUACE/Dust"] == {24: 0.31, 48: 0.23, 72: 0.21}
