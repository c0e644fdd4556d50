"""Means over hours, days and regions; counties of cells; agreement of maps; heights of release."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.configuration import load_shipped
from foundation.errors import ConfigurationError, InputError
from foundation.grids import Grid, GridConfig
from foundation.places import gazetteer
from foundation.times import HOUR, parse_reference_time
from sources.footprints.comparison import compare_maps
from sources.footprints.configuration import Release, footprint_config, release_shares
from sources.footprints.counties import county_shares
from sources.footprints.targets import located, target_of

GRID = load_shipped(GridConfig, "domains/demo.yaml").grid()


@given(st.sampled_from(["hour", "day"]), st.integers(0, 24 * 365))
@settings(max_examples=25, deadline=None)
def test_shares_of_instants_sum_to_1(averaging: str, hours: int) -> None:
    time = np.datetime64("2026-01-01T00", "ns") + hours * HOUR
    target = target_of("urumqi", GRID, "pm25", averaging, time)
    instants = np.arange(target.start - 3 * HOUR, target.end + 4 * HOUR, HOUR)
    shares = [target.share_at(instant) for instant in instants]
    assert sum(shares) == pytest.approx(1.0)
    assert target.start <= time <= target.end
    assert target.is_hour == (averaging == "hour")


def test_a_day_is_the_mean_of_its_hours() -> None:
    day = target_of("urumqi", GRID, "pm25", "day", parse_reference_time("2026-11-22T13:00"))
    hours = [target_of("urumqi", GRID, "pm25", "hour", day.start + n * HOUR) for n in range(1, 25)]
    for instant in np.arange(day.start, day.end + HOUR, HOUR):
        mean = np.mean([hour.share_at(instant) for hour in hours])
        assert day.share_at(instant) == pytest.approx(mean)


def test_a_region_is_its_places_in_the_grid() -> None:
    region, cells = located("乌鲁木齐-昌吉-石河子", GRID)
    assert region.id == "wu-chang-shi"
    wanted = [gazetteer().place(place) for place in gazetteer().region("wu-chang-shi").places]
    assert cells == tuple(GRID.cell_of(place.lon, place.lat) for place in wanted)
    small = Grid(np.linspace(87, 88, 11), np.linspace(43.5, 44, 6), GRID.layer_edges_m)
    assert len(located("wu-chang-shi", small)[1]) == 1
    with pytest.raises(InputError, match="outside the grid"):
        located("kui-du-wu", small)


@pytest.mark.parametrize(
    ("name", "averaging", "time", "said"),
    [
        ("urumchi", "hour", "2026-11-22T13:00", "unknown place"),
        ("urumqi", "week", "2026-11-22T13:00", "week"),
        ("urumqi", "hour", "2026-11-22T13:30", "full hour"),
    ],
)
def test_what_cannot_be_a_target_is_named(name: str, averaging: str, time: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        target_of(name, GRID, "pm25", averaging, parse_reference_time(time))


def test_a_mean_that_the_run_does_not_hold_is_refused() -> None:
    reference = parse_reference_time("2026-11-20T16:00")
    target = target_of("urumqi", GRID, "pm25", "day", reference)
    with pytest.raises(InputError, match="the run covers"):
        target.check(reference, reference + 100 * HOUR)
    later = target_of("urumqi", GRID, "pm25", "hour", reference + HOUR)
    assert later.check(reference, reference + HOUR) is later


def test_cells_belong_to_counties_by_area() -> None:
    found = county_shares(GRID)
    assert found.shares.sum(0) == pytest.approx(np.ones(GRID.shape[1:]))
    assert len(set(found.codes)) == len(found.codes) > 30
    seats = {"urumqi": "乌鲁木齐市", "kuitun": "伊犁哈萨克自治州", "shihezi": "新疆生产建设兵团第八师"}
    for place, prefecture in seats.items():
        known = gazetteer().place(place)
        row, column = GRID.cell_of(known.lon, known.lat) or (0, 0)
        largest = int(found.shares[:, row, column].argmax())
        assert found.prefectures[largest] == prefecture, place
    cells = np.random.default_rng(1).random((2, 3, *GRID.shape[1:]))
    by_county = found.of_cells(cells)
    assert by_county.sum(-1) == pytest.approx(cells.sum((-2, -1)))
    assert by_county[0, 0] == pytest.approx([(cells[0, 0] * share).sum() for share in found.shares])


def spot(row: int, column: int, size: int = 1) -> np.ndarray:
    field = np.zeros(GRID.shape[1:])
    field[row : row + size, column : column + size] = 2.0
    return field


def test_agreement_of_maps_of_known_difference() -> None:
    field = np.random.default_rng(2).random(GRID.shape[1:])
    same = compare_maps(3.0 * field, field, GRID)
    assert (same.overlap, same.correlation, same.total_ratio) == pytest.approx((1.0, 1.0, 3.0))
    assert same.centroids_km == pytest.approx(0.0, abs=1e-9)
    apart = compare_maps(spot(18, 40), spot(18, 50), GRID)
    assert apart.overlap == 0.0
    wide = 6371.0 * np.deg2rad(1.0) * np.cos(np.deg2rad(GRID.lat.mean()))
    assert apart.centroids_km == pytest.approx(wide, rel=1e-3)
    assert compare_maps(spot(3, 3, 4), spot(3, 5, 4), GRID).overlap == pytest.approx(0.5)
    with pytest.raises(InputError, match="above 0"):
        compare_maps(np.zeros(GRID.shape[1:]), field, GRID)
    with pytest.raises(InputError, match="shape"):
        compare_maps(field[1:], field, GRID)


def test_releases_take_layers_by_thickness() -> None:
    releases, shares = release_shares(GRID, 10, footprint_config().releases)
    assert [one.id for one in releases] == ["ground", "stacks", "plumes"]
    assert shares[0, :3] == pytest.approx([1 / 3, 2 / 3, 0.0])
    assert shares.sum(1) == pytest.approx(np.ones(3))
    high = (Release(id="low", chinese="低", english="low", top_m=1.0),)
    with pytest.raises(ConfigurationError, match="no layer"):
        release_shares(GRID, 10, high)
