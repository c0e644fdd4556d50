"""Clusters are found when they are there; distances are those of the sphere; documents are whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError
from sources.trajectory_statistics.arrivals import BackwardTrajectories
from sources.trajectory_statistics.clusters import clusters
from sources.trajectory_statistics.configuration import ClusterConfig
from sources.trajectory_statistics.figures import draw_map
from sources.trajectory_statistics.made_case import made_case, wandering
from sources.trajectory_statistics.matching import sample
from sources.trajectory_statistics.proofs import proofs
from sources.trajectory_statistics.source_maps import cwt, pscf
from sources.trajectory_statistics.sphere import arc_m, bearing_vectors, place_of, unit_vectors

CONFIG = ClusterConfig(most=7, every_h=6.0, starts=3, seed=1, change_percent=30.0)
SPHERE = Geod(a=EARTH_RADIUS, b=EARTH_RADIUS)
DEGREES = st.tuples(st.floats(-180, 180), st.floats(-89, 89))


def bundles(
    bearings: list[float],
    each: int = 40,
    lon: float = 87.6,
    speeds: tuple[float, ...] = (30.0,),
    seed: int = 1,
) -> BackwardTrajectories:
    """Trajectories from a few bearings at speeds in km h-1, on great circles, a little scattered."""
    generator = np.random.default_rng(seed)
    kinds = [(bearing, speed) for bearing in bearings for speed in speeds]
    turn = np.concatenate([generator.normal(bearing, 4.0, each) for bearing, _ in kinds])
    pace = np.concatenate([generator.normal(speed, 0.05 * speed, each) for _, speed in kinds])
    ages = np.arange(49.0)
    count = len(turn)
    way = np.broadcast_to(ages * 1000.0, (count, 49)) * pace[:, None]
    ends = SPHERE.fwd(
        np.full(way.size, lon), np.full(way.size, 43.8), np.repeat(turn, 49), way.ravel()
    )  # fmt: skip
    times = np.datetime64("2019-01-01", "ns") + np.arange(count) * np.timedelta64(6, "h")
    shape = (count, 49)
    return BackwardTrajectories(
        np.full(count, "urumqi"), times, ages, ends[0].reshape(shape), ends[1].reshape(shape),
        np.full(shape, 500.0), ("",) * count,
    )  # fmt: skip


@pytest.mark.parametrize("lon", [87.6, 179.9])
def test_bundles_of_air_are_found_and_counted_also_across_the_antimeridian(lon: float) -> None:
    ours = bundles([20.0, 140.0, 260.0], lon=lon)
    found = clusters(ours, CONFIG)
    assert found.number == 3
    assert found.chosen_by == "change"
    truth = np.repeat(np.arange(3), 40)
    assert len({(int(a), int(b)) for a, b in zip(truth, found.label, strict=True)}) == 3
    assert found.share.tolist() == pytest.approx([1 / 3] * 3)
    for number in range(3):
        bearing, _, way = SPHERE.inv(lon, 43.8, found.mean_lon[number, -1], found.mean_lat[number, -1])
        kind = truth[np.argmax(found.label == number)]
        assert (bearing - (20, 140, 260)[kind] + 180) % 360 - 180 == pytest.approx(0.0, abs=2.0)
        assert way == pytest.approx(48 * 30e3, rel=0.03)


def test_total_spatial_variance_is_that_of_great_circles() -> None:
    ours = bundles([20.0, 200.0], each=10)
    found = clusters(ours, replace_config(most=2), number=1)
    ages = np.arange(6, 49, 6)
    total = 0.0
    for age in ages:
        lon, lat = place_of(unit_vectors(ours.lon[:, age], ours.lat[:, age]).mean(axis=0))
        count = len(ours)
        *_, way = SPHERE.inv(ours.lon[:, age], ours.lat[:, age], np.full(count, lon), np.full(count, lat))
        total += float((way**2).sum())
    assert found.variance[0] == pytest.approx(total, rel=1e-9)


def replace_config(**change: object) -> ClusterConfig:
    return CONFIG.model_copy(update=change)


def test_angles_sort_by_direction_and_paths_by_speed_too() -> None:
    ours = bundles([60.0, 240.0], speeds=(10.0, 60.0), each=25)
    by_angle = clusters(ours, CONFIG, "angle", number=2)
    assert [len(set(by_angle.label[start : start + 50])) for start in (0, 50)] == [1, 1]
    by_path = clusters(ours, CONFIG, "path", number=4)
    assert sorted(len(set(by_path.label[start : start + 25])) for start in (0, 25, 50, 75)) == [1, 1, 1, 1]
    assert len(set(by_path.label)) == 4
    assert clusters(ours, CONFIG, "end_point", number=4).number == 4


def test_the_largest_cluster_comes_first() -> None:
    ours = bundles([20.0, 140.0, 260.0]).select(np.r_[0:12, 40:80, 80:105])
    found = clusters(ours, CONFIG, number=3)
    assert np.bincount(found.label).tolist() == [40, 25, 12]
    assert set(found.label[12:52]) == {0}


def test_trajectories_all_alike_are_one_cluster() -> None:
    ours = bundles([20.0], each=6)
    alike = replace(ours, lon=np.tile(ours.lon[:1], (6, 1)), lat=np.tile(ours.lat[:1], (6, 1)))
    assert clusters(alike, CONFIG).number == 1
    with pytest.raises(InputError, match="expected 1 to 1 different trajectories, asked for 2"):
        clusters(alike, CONFIG, number=2)


def test_truncated_trajectories_are_left_out_by_name_and_the_rest_is_checked() -> None:
    ours = bundles([20.0, 200.0], each=5)
    lon, lat, height = ours.lon.copy(), ours.lat.copy(), ours.height_m.copy()
    for values in (lon, lat, height):
        values[4, 20:] = np.nan
    reasons = tuple("left the weather's area" if row == 4 else "" for row in range(10))
    cut = replace(ours, lon=lon, lat=lat, height_m=height, reasons=reasons)
    found = clusters(cut, CONFIG, number=2)
    assert np.flatnonzero(found.label < 0).tolist() == [4]
    assert [one["hours_followed"] for one in found.left_out] == [19.0]
    with pytest.raises(InputError, match="expected 3 complete trajectories or more, got 1"):
        clusters(cut.select(np.array([3, 4])), CONFIG)
    with pytest.raises(InputError, match="expected one receptor, got urumqi, yining"):
        clusters(wandering(5, receptors=2), CONFIG)


@settings(max_examples=50, deadline=None)
@given(one=DEGREES, other=DEGREES)
def test_distances_and_bearings_are_those_of_the_sphere(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    bearing, _, way = SPHERE.inv(*one, *other)
    first, second = (unit_vectors(*(np.array(part) for part in place)) for place in (one, other))
    assert float(arc_m(first, second)) == pytest.approx(way, abs=0.01)
    if 1e3 < way < 1.9e7:
        east, north = bearing_vectors(*(np.array(part) for part in (*one, *other)))
        assert (np.rad2deg(np.arctan2(east, north)) - bearing + 180) % 360 - 180 == pytest.approx(0, abs=1e-3)


def test_documents_are_plain_and_figures_are_drawn(tmp_path: Path) -> None:
    case = made_case(400, 2, seed=5)
    joined = sample(case.trajectories, case.series)
    for kind, make in (("pscf", pscf), ("cwt", cwt)):
        result = make(joined, case.grid)
        document = json.loads(json.dumps(result.document(), allow_nan=False))
        assert document["statistic"] == kind
        assert len(document["cells"]) == 20
        assert document["report"]["used"] == 800
        assert document["receptors"] == {"urumqi": [87.6, 43.8], "yining": [81.3, 43.9]}
        path = tmp_path / f"{kind}.png"
        draw_map(result, path, synthetic=True)
        assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    one = joined.at("urumqi")
    described = json.loads(
        json.dumps(clusters(one.trajectories, CONFIG).document(one.concentration), allow_nan=False)
    )
    weights = [part["share"] * part["mean_concentration"] for part in described["clusters"]]
    assert sum(weights) == pytest.approx(one.concentration.mean())


def test_every_proof_passes() -> None:
    found = proofs(worlds=10)
    assert [proof["name"] for proof in found if not proof["passed"]] == []
    assert len(found) == 7
