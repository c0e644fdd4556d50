"""Bilinear and conservative regridding against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.regridding import SourceGrid, bilinear, conservative
from atmosphere.meteorology.regridding.overlap import overlap_areas
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError
from foundation.grids import Grid

LAMBERT = "+proj=lcc +lat_1=30 +lat_2=60 +lat_0=44 +lon_0=87 +R=6371229 +units=m"
TARGET = Grid(np.linspace(84.0, 89.0, 21), np.linspace(42.0, 46.0, 17), np.array([0.0, 100.0]))


def lambert_grid(step: float = 20_000.0) -> SourceGrid:
    reach = np.arange(-500_000.0, 500_001.0, step)
    return SourceGrid(reach, reach, LAMBERT)


def lonlat_grid(seed: int = 3) -> SourceGrid:
    """A grid of uneven steps around the target."""
    generator = np.random.default_rng(seed)
    lon = 82.0 + np.cumsum(0.2 + 0.6 * generator.random(24))
    lat = 40.0 + np.cumsum(0.2 + 0.6 * generator.random(22))
    return SourceGrid(lon, lat)


def places() -> tuple[np.ndarray, np.ndarray]:
    lon, lat = np.meshgrid(TARGET.lon, TARGET.lat)
    return lon, lat


@pytest.mark.parametrize("source", [lonlat_grid(), lambert_grid()], ids=["lon-lat", "Lambert"])
def test_bilinear_is_exact_for_what_is_bilinear(source: SourceGrid) -> None:
    def field(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        x, y = (x - source.x[0]) / np.ptp(source.x), (y - source.y[0]) / np.ptp(source.y)
        return 3.0 - 2.0 * x + 5.0 * y + 4.0 * x * y

    lon, lat = places()
    made = bilinear(source, lon, lat)(field(*np.meshgrid(source.x, source.y)))
    if source.is_lonlat:
        expected = field(lon, lat)
    else:
        from pyproj import Transformer

        expected = field(
            *Transformer.from_crs("+proj=longlat +R=6371229", LAMBERT, always_xy=True).transform(lon, lat)
        )
    np.testing.assert_allclose(made, expected, rtol=0, atol=1e-11)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([np.float32, np.float64]))
def test_bilinear_makes_no_new_extreme_and_keeps_constants(seed: int, kind: type) -> None:
    source = lonlat_grid(seed % 7)
    values = np.random.default_rng(seed).normal(size=(2, 3, *source.shape)).astype(kind)
    regridding = bilinear(source, *places())
    made = regridding(values)
    assert made.dtype == kind
    assert made.shape == (2, 3, 16, 20)
    assert made.max() <= values.max() + 1e-6
    assert made.min() >= values.min() - 1e-6
    np.testing.assert_allclose(regridding(np.full(source.shape, 7.0)), 7.0, rtol=1e-14)


def test_bilinear_goes_round_the_earth() -> None:
    lon = np.arange(-180.0, 180.0, 2.5)
    source = SourceGrid(lon, np.linspace(-90, 90, 73))
    field = np.broadcast_to(np.cos(np.deg2rad(lon)), source.shape)
    made = bilinear(source, np.array([[178.75, 181.25, 541.25]]), np.zeros((1, 3)))(field)
    joint = 0.5 * (np.cos(np.deg2rad(177.5)) + np.cos(np.deg2rad(180.0)))
    np.testing.assert_allclose(made[0], [joint, joint, joint], atol=1e-14)


@pytest.mark.parametrize(
    ("cut", "side"),
    [((3.5, 0, 0, 0), "west"), ((0, 9, 0, 0), "east"), ((0, 0, 5, 0), "south"), ((0, 0, 0, 5), "north")],
)
def test_what_is_not_covered_is_named(cut: tuple[float, ...], side: str) -> None:
    lon, lat = np.arange(82.0, 92.0, 0.5), np.arange(40.0, 48.0, 0.5)
    source = SourceGrid(
        lon[(lon >= 82 + cut[0]) & (lon <= 92 - cut[1])], lat[(lat >= 40 + cut[2]) & (lat <= 48 - cut[3])]
    )
    with pytest.raises(InputError, match=f"lacks .*° in the {side}"):
        bilinear(source, *places())
    with pytest.raises(InputError, match=f"does not cover the grid in the {side}"):
        conservative(source, TARGET)


@pytest.mark.parametrize(
    "source", [lonlat_grid(), lambert_grid(), lambert_grid(5000.0)], ids=["lon-lat", "coarse", "fine"]
)
def test_conservative_keeps_constants_and_amounts(source: SourceGrid) -> None:
    constant = conservative(source, TARGET)(np.ones(source.shape))
    np.testing.assert_allclose(constant, 1.0, rtol=1e-12)
    wide = Grid(np.linspace(75.0, 99.0, 25), np.linspace(36.0, 54.0, 19), np.array([0.0, 100.0]))
    amount = np.random.default_rng(1).random(source.shape)
    gridded = conservative(source, wide, "amount", inside=False)(amount)
    assert gridded.sum() == pytest.approx(amount.sum(), rel=1e-12)


def test_conservative_keeps_the_integral_of_a_density() -> None:
    """Two lon-lat grids of one area, neither a part of the other."""
    source = SourceGrid(84.0 + (np.arange(14) + 0.5) * 5.0 / 14.0, 42.0 + (np.arange(11) + 0.5) * 4.0 / 11.0)
    density = np.random.default_rng(2).random(source.shape)
    edges = np.deg2rad(np.linspace(42.0, 46.0, 12))
    area = EARTH_RADIUS**2 * np.diff(np.sin(edges))[:, None] * np.deg2rad(5.0 / 14.0)
    made = conservative(source, TARGET)(density)
    assert (made * TARGET.cell_area_m2).sum() == pytest.approx((density * area).sum(), rel=1e-13)
    assert made.min() >= density.min()
    assert made.max() <= density.max() * (1 + 1e-13)


def test_conservative_finds_longitudes_a_turn_away() -> None:
    source = SourceGrid(np.arange(-179.5, 180.0, 1.0), np.arange(-89.5, 90.0, 1.0))
    there = Grid(np.linspace(178.0, 183.0, 6), np.linspace(10.0, 13.0, 4), np.array([0.0, 1.0]))
    made = conservative(source, there)(np.broadcast_to(source.x, source.shape))
    np.testing.assert_allclose(made[0], [178.5, 179.5, -179.5, -178.5, -177.5], atol=1e-9)


def test_overlap_of_a_diamond_with_squares() -> None:
    """A square on its corner around the middle of a 2 x 2 board: a quarter each."""
    corner = np.array([[[1.0, 1.9], [0.1, 1.0]], [[0.1, 1.0], [1.0, 1.9]]])
    areas, whole = overlap_areas(corner[0], corner[1], np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0]))
    assert whole.item() == pytest.approx(1.62)
    np.testing.assert_allclose(areas.toarray().ravel(), 0.405)
    areas, _ = overlap_areas(corner[0], corner[1], np.array([1.5, 9.0]), np.array([-5.0, 9.0]))
    assert areas.toarray().item() == pytest.approx(0.4**2)


def test_fields_with_gaps() -> None:
    source = SourceGrid(np.arange(80.0, 95.0), np.arange(38.0, 50.0))
    values = np.where(np.arange(15) < 8, 4.0, np.nan) * np.ones(source.shape)
    made = bilinear(source, *places()).over_gaps(values)
    east = places()[0] > 87.5
    assert np.isnan(made[east]).all()
    np.testing.assert_allclose(made[~east], 4.0)


def test_wrong_shapes_and_projections_are_refused() -> None:
    with pytest.raises(InputError, match="expected fields of"):
        bilinear(lonlat_grid(), *places())(np.zeros((3, 4)))
    with pytest.raises(InputError, match="not a coordinate system"):
        bilinear(SourceGrid(np.arange(3.0), np.arange(3.0), "nonsense"), *places())
    with pytest.raises(InputError, match="growing"):
        SourceGrid(np.array([3.0, 2.0]), np.arange(3.0))
