"""Points, lines and polygons on cells, against closed forms and under wild inputs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emissions_inventory.gridding import CellShares, lines_to_cells, points_to_cells, polygons_to_cells
from emissions_inventory.gridding.sphere import area_m2, path_length_m
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError
from foundation.grids import Grid

GRID = Grid(np.linspace(84.0, 89.0, 26), np.linspace(42.0, 46.0, 21), np.array([0.0, 20.0]))
ROWS, COLUMNS = GRID.shape[1:]
WILD = settings(max_examples=60, deadline=None)


def box_of(row: int, column: int) -> shapely.Polygon:
    lon, lat = GRID.lon_edges, GRID.lat_edges
    return shapely.box(lon[column], lat[row], lon[column + 1], lat[row + 1])


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Grids of uneven cells around 86 E, 44 N."""
    edges = []
    for start, most in ((84.0, 12), (42.0, 10)):
        steps = draw(st.lists(st.floats(0.01, 0.8), min_size=2, max_size=most))
        edges.append(start + np.concatenate([[0.0], np.cumsum(steps)]))
    return Grid(edges[0], edges[1], np.array([0.0, 20.0]))


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Polygon:
    """Any ring of points near the grid, most of which cut themselves, sometimes with a hole."""
    place = st.tuples(st.floats(82.0, 91.0), st.floats(40.0, 48.0))
    ring = draw(st.lists(place, min_size=3, max_size=12, unique=True))
    shape = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
    if draw(st.booleans()):
        hole = shapely.Point(draw(place)).buffer(draw(st.floats(0.05, 1.0)))
        shape = shape.difference(hole)
    assume(shape.area > 1e-6)
    return shape


@WILD
@given(polygons(), grids(), st.floats(1e-6, 1e9))
def test_polygons_keep_their_amount(polygon: shapely.Polygon, grid: Grid, amount: float) -> None:
    cells, outside = polygons_to_cells([polygon], grid).spread(np.array([amount]))
    assert cells.sum() + outside == pytest.approx(amount, rel=1e-12)
    assert (cells >= 0).all()
    frame = shapely.box(grid.lon_edges[0], grid.lat_edges[0], grid.lon_edges[-1], grid.lat_edges[-1])
    part = area_m2(np.array([polygon.intersection(frame), polygon]))
    assert cells.sum() == pytest.approx(amount * part[0] / part[1], rel=1e-9, abs=1e-9 * amount)


@WILD
@given(polygons(), grids(), st.floats(84.0, 88.0), st.floats(-3.0, 3.0))
def test_two_halves_are_the_whole(polygon: shapely.Polygon, grid: Grid, at: float, slant: float) -> None:
    side = shapely.Polygon([(at, 30.0), (at + slant, 60.0), (120.0, 60.0), (120.0, 30.0)])
    halves = [half for half in (polygon.intersection(side), polygon.difference(side)) if half.area > 0]
    halves = [shapely.make_valid(half, method="structure", keep_collapsed=False) for half in halves]
    halves = [
        shapely.MultiPolygon([p for p in shapely.get_parts(h) if p.geom_type == "Polygon"]) for h in halves
    ]
    assume(len(halves) == 2)
    areas = area_m2(np.array([*halves, polygon], dtype=object))
    rounding = 0.1 + 1e-9 * areas[2]  # m2: a new point is rounded to 1e-14 degrees
    assert areas[0] + areas[1] == pytest.approx(areas[2], rel=0, abs=rounding)
    cells, outside = polygons_to_cells(halves, grid).spread(areas[:2])
    whole, beyond = polygons_to_cells([polygon], grid).spread(areas[2:])
    np.testing.assert_allclose(cells, whole, rtol=0, atol=rounding)
    assert outside == pytest.approx(float(beyond), rel=0, abs=rounding)


@WILD
@given(grids(), st.data())
def test_a_polygon_that_is_a_cell_is_that_cell(grid: Grid, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, grid.shape[1] - 1))
    column = data.draw(st.integers(0, grid.shape[2] - 1))
    cell = shapely.box(grid.lon_edges[column], grid.lat_edges[row],
                       grid.lon_edges[column + 1], grid.lat_edges[row + 1])  # fmt: skip
    cells, outside = polygons_to_cells([cell], grid).spread(np.array([7.0]))
    assert np.flatnonzero(cells).tolist() == [row * grid.shape[2] + column]
    assert cells[row, column] == pytest.approx(7.0, rel=1e-15)
    assert outside == 0.0


def test_constant_density_gives_the_areas_of_the_cells() -> None:
    frame = shapely.box(84.0, 42.0, 89.0, 46.0)
    band = np.sin(np.deg2rad(46.0)) - np.sin(np.deg2rad(42.0))
    area = EARTH_RADIUS**2 * band * np.deg2rad(5.0)
    cells, outside = polygons_to_cells([frame], GRID).spread(np.array([area]))
    np.testing.assert_allclose(cells, GRID.cell_area_m2, rtol=1e-12)
    assert outside == 0.0


def test_a_triangle_has_its_area_on_the_sphere() -> None:
    """Below lat = lon, from 0 to 90°, lies the integral of sin(lon), R²; above it R² (π/2 - 1)."""
    triangle = shapely.Polygon([(0, 0), (90, 0), (90, 90)])
    below = EARTH_RADIUS**2 * 1.0
    np.testing.assert_allclose(area_m2(np.array([triangle])), [below], rtol=1e-14)
    above = shapely.Polygon([(0, 0), (90, 90), (0, 90)])
    np.testing.assert_allclose(area_m2(np.array([above])), [EARTH_RADIUS**2 * (np.pi / 2 - 1)], rtol=1e-14)


@pytest.mark.parametrize("size", [1.0, 1e-2, 1e-4, 1e-6])
def test_small_polygons_keep_their_digits(size: float) -> None:
    slanted = shapely.Polygon([(0, 45), (size, 45), (size, 45 + size)])
    low, step = np.deg2rad(45.0), np.deg2rad(size)
    # Two terms of the series of the closed form, exact to step squared.
    expected = (
        EARTH_RADIUS**2 * step**2 * (np.cos(low) / 2 - np.sin(low) * step / 6 - np.cos(low) * step**2 / 24)
    )
    np.testing.assert_allclose(area_m2(np.array([slanted])), [expected], rtol=max(1e-8, step**3 / 10))


def test_holes_parts_and_self_touching_rings() -> None:
    ring = shapely.Polygon(box_of(3, 3).exterior, [shapely.box(84.65, 42.65, 84.75, 42.75).exterior])
    eight = shapely.Polygon([(85.0, 43.0), (85.2, 43.2), (85.2, 43.0), (85.0, 43.2)])
    parts = shapely.MultiPolygon([box_of(10, 10), box_of(0, 0)])
    cells, outside = polygons_to_cells([ring, eight, parts], GRID).spread(np.eye(3))
    assert (outside == 0).all()
    assert np.flatnonzero(cells[0]).tolist() == [3 * COLUMNS + 3]
    assert np.flatnonzero(cells[1]).tolist() == [5 * COLUMNS + 5]
    both = np.array([cells[2, 0, 0], cells[2, 10, 10]])
    areas = GRID.cell_area_m2[[0, 10], [0, 10]]
    np.testing.assert_allclose(both, areas / areas.sum(), rtol=1e-12)
    in_hole = polygons_to_cells([ring], Grid(np.array([84.66, 84.70, 84.74]), np.array([42.66, 42.70, 42.74]),
                                             np.array([0.0, 20.0])))  # fmt: skip
    assert in_hole.outside[0] == 1.0


def test_a_polygon_across_the_edge_loses_what_lies_outside() -> None:
    across = shapely.box(83.0, 43.0, 85.0, 44.0)
    for turn in (-360.0, 0.0, 360.0):
        turned = shapely.transform(across, lambda points, by=turn: points + np.array([by, 0.0]))
        shares = polygons_to_cells([turned], GRID)
        assert shares.outside[0] == pytest.approx(0.5, rel=1e-12)
        assert shares.matrix.sum() == pytest.approx(0.5, rel=1e-12)


def test_a_proxy_decides_within_the_polygon() -> None:
    people = np.zeros((ROWS, COLUMNS))
    people[5, 5], people[5, 6], people[0, 0] = 300.0, 100.0, 1e9
    town = shapely.box(85.0, 43.0, 85.3, 43.2)  # all of one cell, half of the next
    desert = shapely.box(86.0, 44.0, 86.4, 44.2)
    shares = polygons_to_cells([town, desert], GRID, people)
    cells, outside = shares.spread(np.eye(2))
    assert cells[0, 5, 5] == pytest.approx(300 / 350, rel=1e-12)
    assert cells[0, 5, 6] == pytest.approx(50 / 350, rel=1e-12)
    assert shares.by_area.tolist() == [False, True]
    np.testing.assert_allclose(cells[1, 10, 10:12], 0.5, rtol=1e-12)
    assert (outside == 0).all()


@WILD
@given(polygons(), grids(), st.integers(0, 1000))
def test_a_proxy_keeps_amounts_too(polygon: shapely.Polygon, grid: Grid, seed: int) -> None:
    generator = np.random.default_rng(seed)
    proxy = generator.lognormal(0, 5, grid.shape[1:]) * (generator.random(grid.shape[1:]) < 0.4)
    cells, outside = polygons_to_cells([polygon], grid, proxy).spread(np.array([1.0]))
    plain, beyond = polygons_to_cells([polygon], grid).spread(np.array([1.0]))
    assert outside == beyond
    assert cells.sum() == pytest.approx(plain.sum(), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("polygon", "message"),
    [
        (shapely.Polygon(), "road: it is empty or has no area"),
        (shapely.Polygon([(84, 42), (85, 43), (86, 44)]), "road: it is empty or has no area"),
        (shapely.LineString([(84, 42), (85, 43)]), "road: expected a polygon, got LineString"),
        (shapely.box(488000, 4800000, 489000, 4900000), "road: it has a point that is no longitude"),
        (None, "road: expected a polygon, got NoneType"),
    ],
)
def test_what_is_no_polygon_is_refused(polygon: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        polygons_to_cells([polygon], GRID, names=["road"])


def test_bad_proxies_and_amounts_are_refused() -> None:
    with pytest.raises(InputError, match=r"proxy: expected shape \(20, 25\), got \(2, 2\)"):
        polygons_to_cells([box_of(0, 0)], GRID, np.ones((2, 2)))
    with pytest.raises(InputError, match="proxy: expected 0 or more"):
        polygons_to_cells([box_of(0, 0)], GRID, np.full((ROWS, COLUMNS), np.nan))
    with pytest.raises(InputError, match="amounts: emitter 0 has nan"):
        polygons_to_cells([box_of(0, 0)], GRID).spread(np.array([np.nan]))
    with pytest.raises(InputError, match="amounts: expected 1 emitters"):
        polygons_to_cells([box_of(0, 0)], GRID).spread(np.ones(2))


@pytest.mark.parametrize("none", [polygons_to_cells([], GRID), lines_to_cells([], GRID)])
def test_no_shapes_at_all(none: CellShares) -> None:
    cells, outside = none.spread(np.empty((3, 0)))
    assert cells.shape == (3, ROWS, COLUMNS)
    assert not cells.any()
    assert not outside.any()


@WILD
@given(
    st.lists(st.tuples(st.floats(82.0, 91.0), st.floats(40.0, 48.0)), min_size=2, max_size=9, unique=True),
    grids(),
)
def test_lines_keep_their_amount_and_follow_their_length(
    places: list[tuple[float, float]], grid: Grid
) -> None:
    line = shapely.LineString(places)
    assume(line.length > 1e-6)
    shares = lines_to_cells([line], grid)
    cells, outside = shares.spread(np.array([5.0]))
    assert cells.sum() + outside == pytest.approx(5.0, rel=1e-12)
    parts = [shapely.LineString(pair) for pair in pairwise(places)]
    parts = [part for part in parts if part.length > 1e-9]
    steps = [np.linspace(*shapely.get_coordinates(part), 400) for part in parts]
    length = np.array([path_length_m(one[:-1], one[1:]).sum() for one in steps])
    apart, beyond = lines_to_cells(parts, grid).spread(5.0 * length / length.sum())
    np.testing.assert_allclose(apart, cells, rtol=1e-8, atol=1e-9)
    assert outside == pytest.approx(float(beyond), abs=1e-9)


def test_a_meridian_and_a_parallel_have_their_lengths() -> None:
    along = np.deg2rad(4.0) * EARTH_RADIUS
    assert path_length_m(np.array([[85.0, 42.0]]), np.array([[85.0, 46.0]]))[0] == pytest.approx(
        along, rel=1e-14
    )
    meridian, parallel = (
        shapely.LineString([(85.1, 42.0), (85.1, 46.0)]),
        shapely.LineString([(84, 44), (89, 44)]),
    )
    cells, outside = lines_to_cells([meridian, parallel], GRID).spread(np.diag([20.0, 25.0]))
    np.testing.assert_allclose(cells[0, :, 5], 1.0, rtol=1e-9)
    np.testing.assert_allclose(cells[1, 10], 1.0, rtol=1e-9)  # on the side of two rows: the northern has it
    assert cells[1].sum() == pytest.approx(25.0, rel=1e-12)
    assert (outside == 0).all()


def test_a_slanting_path_has_the_length_of_its_elliptic_integral() -> None:
    from scipy.integrate import quad

    begin, end = np.array([84.3, 42.1]), np.array([84.9, 42.9])
    lon, lat = np.deg2rad(end - begin)
    expected = quad(lambda at: np.hypot(lat, lon * np.cos(np.deg2rad(42.1) + at * lat)), 0, 1, epsabs=1e-15)[
        0
    ]
    assert path_length_m(begin[None], end[None])[0] == pytest.approx(EARTH_RADIUS * expected, rel=1e-12)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (shapely.LineString([(85, 43), (85, 43)]), "line 0: it has no length"),
        (shapely.LineString(), "line 0: it has no length"),
        (shapely.Point(85, 43), "line 0: expected a line, got Point"),
        (shapely.LineString([(85, 43), (85, 143)]), "line 0: it has a point that is no longitude"),
    ],
)
def test_what_is_no_line_is_refused(line: shapely.Geometry, message: str) -> None:
    with pytest.raises(InputError, match=message):
        lines_to_cells([line], GRID)


@WILD
@given(st.lists(st.tuples(st.floats(80, 93), st.floats(38, 50)), min_size=1, max_size=20), grids())
def test_points_lie_in_the_cell_that_the_grid_says(places: list[tuple[float, float]], grid: Grid) -> None:
    lon, lat = np.array(places).T
    row, column, inside = points_to_cells(lon, lat, grid)
    for number, place in enumerate(places):
        expected = grid.cell_of(*place)
        assert inside[number] == (expected is not None)
        assert (row[number], column[number]) == (expected or (-1, -1))


def test_points_on_sides_and_turned_round_the_earth() -> None:
    row, column, inside = points_to_cells(np.array([84.0, 84.2, 89.0, 84.1 - 360]), np.full(4, 42.0), GRID)
    assert column.tolist() == [0, 1, -1, 0]
    assert row.tolist() == [0, 0, -1, 0]
    assert inside.tolist() == [True, True, False, True]
    with pytest.raises(InputError, match="point 1: longitude nan"):
        points_to_cells(np.array([85.0, np.nan]), np.array([43.0, 43.0]), GRID)
