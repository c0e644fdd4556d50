"""Episodes in courses of daily PM2.5: first rise, peak, clearing, and what parts two of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation.source_reports.configuration import source_reports_config
from consultation.source_reports.episodes import find_episodes, stages_of, threshold_on
from foundation.errors import InputError

FIRST = np.datetime64("2026-11-10")
RULE = source_reports_config().episode


def days(count: int) -> np.ndarray:
    return FIRST + np.arange(count) * np.timedelta64(1, "D")


def on(number: int) -> np.datetime64:
    return FIRST + np.timedelta64(number, "D")


def test_the_limit_is_that_of_the_rules_in_force() -> None:
    assert threshold_on(np.datetime64("2026-11-10"), 3) == 60.0
    assert threshold_on(np.datetime64("2016-01-10"), 3) == 75.0


def test_an_episode_runs_from_the_first_rise_to_the_clearing() -> None:
    values = np.array([40.0, 20.0, 35.0, 50.0, 80.0, 140.0, 150.0, 125.0, 90.0, 30.0, 25.0])
    (one,) = find_episodes(days(len(values)), values, RULE)
    assert (one.first, one.peak, one.last) == (on(2), on(6), on(9))
    assert (one.polluted_days, one.open, one.value) == (5, False, 150.0)
    stages = stages_of(one, days(len(values)), values, RULE)
    assert [(stage.id, stage.first, stage.last) for stage in stages] == [
        ("rise", on(2), on(4)), ("peak", on(5), on(7)), ("clearing", on(8), on(9)),
    ]  # fmt: skip
    assert stages[2].chinese == "清除阶段"


def test_one_that_has_not_cleared_is_open_and_declines() -> None:
    values = np.array([30.0, 90.0, 200.0, 100.0])
    (one,) = find_episodes(days(4), values, RULE)
    assert one.open
    assert one.last == on(3)
    assert stages_of(one, days(4), values, RULE)[-1].chinese == "回落阶段"


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ([30.0, 90.0, 30.0], 0),
        ([90.0, 90.0, 50.0, 90.0, 95.0, 30.0], 2),
        ([90.0, 90.0, 58.0, 90.0, 95.0, 30.0], 1),
        ([90.0, 90.0, np.nan, 90.0, 95.0, 30.0], 1),
        ([90.0, 90.0, np.nan, np.nan, 90.0, 95.0, 30.0], 2),
        ([100.0, 120.0, 70.0, 130.0, 140.0, 30.0], 2),
        ([100.0, 120.0, 75.0, 130.0, 140.0, 30.0], 1),
        ([np.nan, np.nan], 0),
        ([], 0),
    ],
)
def test_troughs_and_gaps_part_episodes(values: list[float], count: int) -> None:
    assert len(find_episodes(days(len(values)), np.array(values), RULE)) == count


def test_a_missing_day_counts_as_unknown_and_disorder_is_refused() -> None:
    whole = days(5)[[0, 1, 3, 4]]
    assert len(find_episodes(whole, np.array([90.0, 95.0, 97.0, 99.0]), RULE)) == 1
    with pytest.raises(InputError, match="in order"):
        find_episodes(whole[::-1], np.array([90.0, 95.0, 97.0, 99.0]), RULE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.0, 400.0) | st.just(np.nan), max_size=40))
def test_whatever_the_course_episodes_follow_each_other_and_hold_their_peak(values: list[float]) -> None:
    found = find_episodes(days(len(values)), np.array(values), RULE)
    for one in found:
        assert one.first <= one.peak <= one.last
        assert one.value > threshold_on(one.peak, RULE.level)
        assert one.polluted_days >= RULE.least_days
        stages = stages_of(one, days(len(values)), np.array(values), RULE)
        assert stages[0].first == one.first
        assert stages[-1].last == one.last
        for before, after in itertools.pairwise(stages):
            assert after.first == before.last + np.timedelta64(1, "D")
    assert all(before.peak < after.peak for before, after in itertools.pairwise(found))
