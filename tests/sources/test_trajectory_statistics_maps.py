"""PSCF and CWT against plain loops and hand-made cases; the known source area is found."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import ConfigurationError, InputError
from foundation.grids import Grid, GridConfig
from sources.trajectory_statistics.arrivals import BackwardTrajectories
from sources.trajectory_statistics.benchmark import trajectory_statistics_benchmark
from sources.trajectory_statistics.binning import bin_points, cell_indices
from sources.trajectory_statistics.configuration import EndpointWeights, StatisticsConfig, statistics_config
from sources.trajectory_statistics.made_case import MadeCase, made_case
from sources.trajectory_statistics.maps import (
    concentration_weighted,
    potential_source_contribution,
    residence,
)
from sources.trajectory_statistics.matching import Sample, sample
from sources.trajectory_statistics.proofs import source_cells_on_top
from sources.trajectory_statistics.source_maps import cwt, pscf

NO_WEIGHT = EndpointWeights(
    name="none", relative_to_mean=False, bounds=(), weights=(1.0,), source="test", verified=True
)
START = np.datetime64("2020-01-01T00:00", "ns")


def box(
    west: float = 80.0, east: float = 84.0, south: float = 40.0, north: float = 44.0, step: float = 1.0
) -> Grid:
    return GridConfig(
        name="box", west=west, east=east, south=south, north=north, step_deg=step, layer_tops_m=(2000.0,)
    ).grid()


def arriving(lon: np.ndarray, lat: np.ndarray, height: float | np.ndarray = 100.0) -> BackwardTrajectories:
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    times = START + np.arange(len(lon)) * np.timedelta64(6, "h")
    heights = np.broadcast_to(np.asarray(height, dtype=float), lon.shape).copy()
    return BackwardTrajectories(
        np.full(len(lon), "here"), times, np.arange(float(lon.shape[1])), lon, lat, heights, ("",) * len(lon)
    )


def given_values(trajectories: BackwardTrajectories, values: np.ndarray) -> Sample:
    return Sample(trajectories, np.asarray(values, dtype=float), "pm25", "ug m-3", {"used": len(values)})


@pytest.fixture(scope="module")
def case() -> MadeCase:
    return made_case(400, 3, seed=4)


def test_two_trajectories_by_hand() -> None:
    """One brings 10 and crosses cells a, a, b; the other brings 40 and crosses a, b, b."""
    ours = arriving(np.array([[80.5, 80.6, 81.5], [80.5, 81.2, 81.7]]), np.full((2, 3), 40.5))
    binned = bin_points(ours, box())
    high = potential_source_contribution(binned, np.array([False, True]), NO_WEIGHT)
    assert high["pscf"].values[0, :2].tolist() == [1 / 3, 2 / 3]
    assert high["endpoints"].values[0].tolist() == [3, 3, 0, 0]
    mean = concentration_weighted(binned, np.array([10.0, 40.0]), "ug m-3", NO_WEIGHT)
    assert mean["cwt"].values[0, :2].tolist() == [20.0, 30.0]
    logarithmic = concentration_weighted(binned, np.array([10.0, 40.0]), "ug m-3", NO_WEIGHT, "logarithmic")
    assert logarithmic["cwt"].values[0, :2] == pytest.approx([10 * 4 ** (1 / 3), 10 * 4 ** (2 / 3)])
    where = residence(binned)
    assert where["passage_share"].values[0].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert where["residence"].values[0, :2].tolist() == [1.5, 1.5]
    assert float(where["endpoint_share"].sum()) == 1.0
    assert np.isnan(mean["cwt"].values[1:]).all()


def test_maps_agree_with_plain_loops(case: MadeCase) -> None:
    joined = sample(case.trajectories, case.series)
    ours = joined.trajectories
    cells: dict[tuple[int, int], list[int]] = {}
    for number in range(len(ours)):
        for age in range(ours.lon.shape[1]):
            column = math.floor(ours.lon[number, age] - case.grid.lon_edges[0])
            row = math.floor(ours.lat[number, age] - case.grid.lat_edges[0])
            if 0 <= column < 32 and 0 <= row < 20:
                cells.setdefault((row, column), []).append(number)
    limit = {name: np.percentile(joined.concentration[ours.receptor == name], 80) for name in ours.receptors}
    average = np.mean([len(found) for found in cells.values()])
    shares = {0.5: 0.15, 1.0: 0.5, 2.0: 0.75, math.inf: 1.0}
    high, mean = np.full((20, 32), np.nan), np.full((20, 32), np.nan)
    for cell, found in cells.items():
        weight = next(share for bound, share in shares.items() if len(found) <= bound * average)
        above = [joined.concentration[number] > limit[str(ours.receptor[number])] for number in found]
        high[cell] = weight * sum(above) / len(found)
        mean[cell] = weight * sum(joined.concentration[number] for number in found) / len(found)
    ours_high = pscf(joined, case.grid, percentile=80, drawing=None)
    ours_mean = cwt(joined, case.grid, drawing=None)
    np.testing.assert_allclose(ours_high.fields["weighted_pscf"].values, high, rtol=1e-12)
    np.testing.assert_allclose(ours_mean.fields["weighted_cwt"].values, mean, rtol=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_known_source_is_found_from_three_receptors(seed: int) -> None:
    made = made_case(1200, 3, seed=seed)
    joined = sample(made.trajectories, made.series)
    for result in (pscf(joined, made.grid, drawing=None), cwt(joined, made.grid, drawing=None)):
        assert source_cells_on_top(made, result) == 1.0


def test_one_receptor_sees_the_source_and_its_wake() -> None:
    made = made_case(1500, 1, seed=1)
    result = cwt(sample(made.trajectories, made.series), made.grid, drawing=None)
    west, east, south, north = made.source_area
    assert all(west < cell["lon"] < east and south < cell["lat"] < north for cell in result.cells()[:2])


def test_all_below_the_threshold_is_no_source() -> None:
    ours = arriving(np.full((4, 3), 81.5), np.full((4, 3), 41.5))
    result = pscf(given_values(ours, [5, 5, 7, 7]), box(), threshold=7.0, weighting="none", drawing=None)
    assert result.fields["pscf"].values[1, 1] == 0.0
    assert [cell["weighted_pscf"] for cell in result.cells()] == [0.0]


@pytest.mark.parametrize("threshold", [4.9, 7.1])
def test_a_threshold_outside_the_data_is_refused_by_name(threshold: float) -> None:
    ours = arriving(np.full((4, 3), 81.5), np.full((4, 3), 41.5))
    with pytest.raises(InputError, match=r"pm25 at here: PSCF threshold .* lies outside the data, 5 to 7"):
        pscf(given_values(ours, [5, 5, 7, 7]), box(), threshold=threshold, drawing=None)


def test_threshold_and_percentile_exclude_each_other() -> None:
    ours = given_values(arriving(np.full((4, 3), 81.5), np.full((4, 3), 41.5)), [5, 5, 7, 7])
    with pytest.raises(InputError, match="both or neither"):
        pscf(ours, box(), threshold=6.0, percentile=75.0)
    with pytest.raises(InputError, match="between 0 and 100"):
        pscf(ours, box(), percentile=100.0)
    with pytest.raises(InputError, match="above 0, got 1 of 0"):
        cwt(given_values(ours.trajectories, [0, 5, 7, 7]), box(), mean="logarithmic")
    with pytest.raises(ConfigurationError, match=r"no weighting 'wishful'.*relative_half_one_two"):
        cwt(ours, box(), weighting="wishful")


def test_a_grid_without_points_is_refused_with_both_extents() -> None:
    ours = arriving(np.full((2, 3), 100.0), np.full((2, 3), 41.5))
    with pytest.raises(
        InputError, match=r"100.0 to 100.0 E.*none of the 6 points lies in the grid: 80 to 84 E"
    ):
        bin_points(ours, box())
    with pytest.raises(InputError, match="none of the 6 points"):
        bin_points(arriving(np.full((2, 3), 81.0), np.full((2, 3), 41.5), 2500.0), box())


def test_sides_belong_to_one_cell_and_heights_above_the_top_are_told_apart() -> None:
    grid = box()
    lon = np.array([80.0, 81.0, 84.0, 79.999, 83.999, 441.0, -279.0])
    found = cell_indices(grid, lon, np.full(7, 40.0), np.full(7, 2000.0))
    assert found.tolist() == [0, 1, -1, -1, 3, 1, 1]
    lat = np.array([40.0, 41.0, 44.0, 43.999, 39.999])
    assert cell_indices(grid, np.full(5, 80.0), lat, np.zeros(5)).tolist() == [0, 4, -1, 12, -1]
    assert cell_indices(grid, np.array([80.0]), np.array([40.0]), np.array([2000.1])).tolist() == [-2]


def test_the_antimeridian_is_no_edge() -> None:
    grid = box(west=170.0, east=190.0, south=40.0, north=44.0)
    ours = arriving(np.array([[179.5, -179.5, -175.0, 169.0]]), np.full((1, 4), 42.5))
    binned = bin_points(ours, grid)
    assert np.flatnonzero(binned.endpoints[2]).tolist() == [9, 10, 15]
    assert (binned.outside, binned.above, binned.total) == (1, 0, 4)
    around = box(west=-180.0, east=180.0, south=-80.0, north=80.0, step=10.0)
    assert bin_points(ours, around).endpoints.sum() == 4


PLACES = st.tuples(
    st.floats(-360, 360, allow_nan=False), st.floats(-90, 90, allow_nan=False), st.floats(0, 4000)
)


@settings(max_examples=60, deadline=None)
@given(points=st.lists(PLACES, min_size=4, max_size=40), west=st.integers(-360, 0))
def test_every_point_is_counted_once_wherever_it_is(
    points: list[tuple[float, float, float]], west: int
) -> None:
    grid = box(west=west, east=west + 360, south=-80, north=80, step=20)
    half = len(points) // 2
    lon, lat, height = np.array(points[: 2 * half]).T.reshape(3, 2, half)
    cells = cell_indices(grid, lon, lat, height)
    inside_lat = (lat >= -80) & (lat < 80)
    assert np.array_equal(cells == -1, ~inside_lat), "a grid around the earth has no western or eastern side"
    assert np.array_equal(cells == -2, inside_lat & (height > 2000.0))
    if (cells >= 0).any():
        binned = bin_points(arriving(lon, lat, height), grid)
        assert binned.endpoints.sum() + binned.outside + binned.above == binned.total == lon.size
        assert np.array_equal(binned.endpoints.ravel(), np.bincount(cells[cells >= 0], minlength=144))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), count=st.integers(2, 25))
def test_the_order_of_trajectories_does_not_matter(seed: int, count: int) -> None:
    generator = np.random.default_rng(seed)
    lon, lat = generator.uniform(79, 85, (count, 6)), generator.uniform(39, 45, (count, 6))
    lon[0, 0], lat[0, 0] = 81.5, 41.5
    values = generator.integers(1, 50, count).astype(float)
    joined = given_values(arriving(lon, lat), values)
    order = generator.permutation(count)
    turned = given_values(joined.trajectories.select(order), values[order])
    for make in (pscf, cwt):
        one, other = make(joined, box(), drawing=None), make(turned, box(), drawing=None)
        for name, field in one.fields.items():
            np.testing.assert_allclose(field.values, other.fields[name].values, rtol=1e-13)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_pscf_is_a_share_and_cwt_a_mean(seed: int) -> None:
    generator = np.random.default_rng(seed)
    lon, lat = generator.uniform(80, 84, (12, 5)), generator.uniform(40, 44, (12, 5))
    values = generator.lognormal(3, 1, 12)
    joined = given_values(arriving(lon, lat), values)
    share = pscf(joined, box(), drawing=None).fields
    mean = cwt(joined, box(), drawing=None).fields
    held = share["endpoints"].values > 0
    assert ((share["pscf"].values[held] >= 0) & (share["pscf"].values[held] <= 1)).all()
    assert (mean["cwt"].values[held] >= values.min() * (1 - 1e-12)).all()
    assert (mean["cwt"].values[held] <= values.max() * (1 + 1e-12)).all()
    assert float((mean["cwt"] * mean["endpoints"]).sum()) == pytest.approx(5 * values.sum())
    assert float(share["endpoints_above"].sum()) == 5 * (values > np.percentile(values, 75)).sum()
    assert np.isnan(share["weighted_pscf"].values[~held]).all()


def test_weights_of_few_points() -> None:
    absolute = statistics_config().weight_function("absolute_10_20_80")
    assert absolute.of(np.array([0, 1, 10, 11, 20, 21, 80, 81])).tolist() == [
        0.0, 0.05, 0.05, 0.42, 0.42, 0.7, 0.7, 1.0,
    ]  # fmt: skip
    relative = statistics_config().weight_function("relative_half_one_two")
    assert relative.of(np.array([0, 5, 10, 20, 5, 21, -0, 0])).tolist()[1:5] == [0.15, 0.5, 0.75, 0.15]
    assert relative.of(np.zeros(3)).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "change",
    [{"bounds": (2.0, 1.0)}, {"weights": (0.5, 1.0)}, {"weights": (1.0, 0.5, 0.2)}, {"weights": (0, 1, 2)}],
)
def test_weights_that_make_no_sense_are_refused(change: dict[str, tuple[float, ...]]) -> None:
    sound = {"name": "x", "relative_to_mean": False, "bounds": (1.0, 2.0), "weights": (0.1, 0.5, 1.0)}
    with pytest.raises(ValueError, match=r"bounds|weights"):
        EndpointWeights.model_validate(sound | {"source": "test", "verified": False} | change)


def test_remembered_weights_are_not_the_shipped_choice() -> None:
    shipped: StatisticsConfig = statistics_config()
    assert shipped.weight_function().verified
    assert [one.name for one in shipped.weights if not one.verified] == ["relative_one_to_three"]


def test_ten_thousand_trajectories_are_binned_in_less_than_a_second() -> None:
    found = trajectory_statistics_benchmark(repeats=2, clustered=200, replicates=19)
    assert found["points"] == 730_000
    assert found["binning_s"] + max(found["pscf_s"], found["cwt_s"]) < 1.0
    assert found["trajectories_binned_per_second"] > 10_000
