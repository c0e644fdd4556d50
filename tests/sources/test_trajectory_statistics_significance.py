"""Chance maps keep lasting weather together, find a source, and do not find one where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from foundation.errors import InputError
from sources.trajectory_statistics.binning import bin_points
from sources.trajectory_statistics.configuration import ResamplingConfig
from sources.trajectory_statistics.made_case import MadeCase, made_case, wandering
from sources.trajectory_statistics.matching import Sample, sample
from sources.trajectory_statistics.proofs import share_of_false_alarms
from sources.trajectory_statistics.resampling import Drawing, block_numbers, drawn_counts, drawn_sources
from sources.trajectory_statistics.significance import _discoveries, _ranks, intervals, significance
from sources.trajectory_statistics.source_maps import cwt, pscf

CONFIG = ResamplingConfig(replicates=99, block_days=5, alpha=0.05, fewest_trajectories=5, seed=1)


def numbered(arrivals: int, receptors: int = 1) -> Sample:
    ours = wandering(arrivals, receptors, hours=3)
    return Sample(ours, np.arange(len(ours), dtype=float), "pm25", "ug m-3", {})


@pytest.fixture(scope="module")
def case() -> MadeCase:
    return made_case(1000, 3, seed=2)


@pytest.mark.parametrize("drawing", ["permutation", "bootstrap"])
def test_a_real_source_is_significant_and_far_cells_are_not(case: MadeCase, drawing: Drawing) -> None:
    joined = sample(case.trajectories, case.series)
    result = cwt(joined, case.grid, drawing=drawing)
    found = result.significance
    assert found is not None
    west, east, south, north = case.source_area
    rows = (case.grid.lat > south) & (case.grid.lat < north)
    columns = (case.grid.lon > west) & (case.grid.lon < east)
    assert found.significant[np.ix_(rows, columns)].all()
    assert (found.share_below[np.ix_(rows, columns)] > 0.99).all()
    assert found.field_p_value < 0.05
    away = found.judged & (case.grid.lon > 92)
    assert found.significant[away].mean() < 0.05
    assert np.isnan(found.p_value[~found.judged]).all()


def test_permutation_uses_every_arrival_once_and_keeps_blocks_and_hours() -> None:
    ours = numbered(80)
    drawn = drawn_sources(ours, 2, 30, "permutation", 7)
    assert all(sorted(column) == list(range(80)) for column in drawn.T)
    follows = (np.diff(drawn, axis=0) == 1).mean()
    assert follows > 0.8, "8 arrivals to a block: seven of eight neighbours stay neighbours"
    assert len({tuple(column) for column in drawn.T}) == 30


def test_receptors_are_drawn_together() -> None:
    ours = numbered(40, receptors=3)
    drawn = drawn_sources(ours, 1, 20, "bootstrap", 7)
    times, receptors = ours.trajectories.arrival_time, ours.trajectories.receptor
    assert (receptors[drawn] == receptors[:, None]).all()
    for one, other in ((0, 40), (5, 85)):
        assert (times[drawn[one]] == times[drawn[other]]).all()


def test_a_receptor_that_lacks_the_drawn_time_takes_its_next_one() -> None:
    ours = numbered(40, receptors=2)
    kept = np.r_[0:40, 40:60]
    uneven = Sample(ours.trajectories.select(kept), ours.concentration[kept], "pm25", "ug m-3", {})
    drawn = drawn_sources(uneven, 1, 20, "permutation", 7)
    names = uneven.trajectories.receptor
    assert (names[drawn] == names[:, None]).all()
    assert all(sorted(column[:40]) == list(range(40)) for column in drawn.T)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), days=st.integers(1, 3))
def test_drawn_days_come_whole_and_as_many_blocks_as_there_are(seed: int, days: int) -> None:
    ours = numbered(100)
    counts = drawn_counts(ours, days, 5, seed)
    blocks = block_numbers(ours, days)
    for block in range(blocks.max() + 1):
        assert (np.ptp(counts[blocks == block], axis=0) == 0).all()
    first = np.unique(blocks, return_index=True)[1]
    assert (counts[first].sum(axis=0) == blocks.max() + 1).all()


def test_too_short_a_period_is_refused() -> None:
    with pytest.raises(InputError, match="expected 5 blocks of 5 days or more, got 2"):
        block_numbers(numbered(30), 5)


@settings(max_examples=30, deadline=None)
@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=40), rate=st.floats(0.01, 0.4))
def test_discoveries_are_those_of_benjamini_and_hochberg(values: list[float], rate: float) -> None:
    p_values = np.array(values)
    adjusted = false_discovery_control(p_values)
    clear = np.abs(adjusted - rate) > 1e-9
    assert np.array_equal(_discoveries(p_values, rate)[clear], (adjusted <= rate)[clear])


def test_ranks_by_hand() -> None:
    """Observed 3 among 1, 2, 3 and 4: two of four as high or higher, two lower, one equal."""
    p_values, below = _ranks(np.array([[3.0, 1.0, 2.0, 3.0, 4.0]]))
    assert p_values[0].tolist() == [0.6, 1.0, 0.8, 0.6, 0.2]
    assert below.tolist() == [0.625]


def test_lasting_weather_without_a_source_raises_few_alarms() -> None:
    """Level 10 %, 60 worlds: the page gives the rates of 500."""
    assert share_of_false_alarms(60, 5) <= 0.1 + 3 * np.sqrt(0.09 / 60)


def test_seams_of_blocks_fall_on_every_day() -> None:
    ours = numbered(80)
    drawn = drawn_sources(ours, 2, 60, "permutation", 3)
    where = np.argsort(drawn, axis=0)
    parted = {int(at) // 4 for column in where.T for at in np.flatnonzero(np.diff(column) != 1)}
    assert len(parted) > 15, "fixed seams would part 10 of the 20 days from the next"


def test_intervals_hold_the_map_and_shrink_with_more_data() -> None:
    widths = []
    for arrivals in (300, 1200):
        made = made_case(arrivals, 1, seed=2)
        joined = sample(made.trajectories, made.series)
        binned = bin_points(joined.trajectories, made.grid)
        spread = intervals(binned, joined, joined.concentration, CONFIG)
        observed = cwt(joined, made.grid, drawing=None).fields["cwt"].values
        often = binned.passages > 0.1 * arrivals
        assert ((spread.low <= observed) & (observed <= spread.high))[often].mean() > 0.9
        near = (abs(made.grid.lat - 43.5) < 2)[:, None] & (abs(made.grid.lon - 87.5) < 2)
        widths.append(np.median((spread.high - spread.low)[near]))
    assert widths[0] / widths[1] == pytest.approx(2.0, rel=0.45), "four times the data, half the width"


def test_the_same_seed_gives_the_same_and_a_value_everywhere_alike_is_not_significant(case: MadeCase) -> None:
    joined = sample(case.trajectories, case.series)
    one, other = (pscf(joined, case.grid).document() for _ in range(2))
    assert one == other
    binned = bin_points(joined.trajectories, case.grid)
    flat = significance(binned, joined, np.full(len(joined), 7.3), CONFIG)
    assert not flat.significant.any()
    assert (flat.field_p_value, flat.count_p_value) == (1.0, 1.0)
    assert (flat.share_below[flat.judged] == 0.5).all()
