"""Inventories on foreign grids: sums, regions, cache, speed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.regridding import SourceGrid
from emissions_inventory.gridding import (
    BEYOND,
    Boundaries,
    areas_from_grid,
    built_in_boundaries,
    gridding_benchmark,
    weights,
)
from foundation.configuration import load_shipped
from foundation.errors import InputError, RunError
from foundation.grids import Grid, GridConfig

GRID = Grid(np.linspace(84.0, 89.0, 26), np.linspace(42.0, 46.0, 21), np.array([0.0, 20.0]))
SOURCE = SourceGrid(np.arange(83.125, 90.0, 0.25), np.arange(41.125, 47.0, 0.25))
SECTORS = ("power", "traffic")
LAMBERT = "+proj=lcc +lat_1=25 +lat_2=40 +lat_0=34 +lon_0=110 +R=6371229 +units=m"
MEIC_ASCII = SourceGrid(
    -3096000 + 36000 * (np.arange(70) + 0.5), -2286000 + 36000 * (np.arange(127) + 0.5), LAMBERT
)
"""The western part of MEIC's Lambert grid."""


def emissions(source: SourceGrid, seed: int = 0, sectors: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).lognormal(2.0, 4.0, (2, sectors, 3, *source.shape))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.07, 1.3), st.booleans(), st.booleans())
def test_sums_are_kept(seed: int, step: float, projected: bool, shifted: bool) -> None:
    generator = np.random.default_rng(seed)
    x = 82.0 + step * generator.random() + step * np.arange(12)
    y = 41.0 + step * generator.random() + step * np.arange(9)
    source = SourceGrid(x + (360 if shifted else 0), y)
    if projected:
        source = SourceGrid(-2.2e6 + 1e5 * (x - 82), 1.15e6 + 1e5 * (y - 41), LAMBERT)
    values = emissions(source, seed)
    areas, dropped = areas_from_grid(values, SECTORS, source, GRID, built_in_boundaries())
    for number, sector in enumerate(SECTORS):
        kept = areas.emission[:, areas.sector == sector].sum(axis=1) + dropped[:, number]
        np.testing.assert_allclose(kept, values[:, number].sum(axis=(-1, -2)), rtol=1e-12)
    assert (areas.emission >= 0).all()
    assert (dropped >= 0).all()


@pytest.mark.parametrize("source", [SOURCE, MEIC_ASCII], ids=["lon-lat", "Lambert"])
def test_nothing_inside_is_dropped(source: SourceGrid) -> None:
    lon, lat = source.corners()
    within = (lon > 84.0) & (lon < 89.0) & (lat > 42.0) & (lat < 46.0)
    inner = within[1:, 1:] & within[:-1, 1:] & within[1:, :-1] & within[:-1, :-1]
    areas, dropped = areas_from_grid(emissions(source) * inner, SECTORS, source, GRID, built_in_boundaries())
    assert inner.sum() > 50
    assert len(areas) > 0
    assert not dropped.any()


def test_a_cell_on_a_border_is_told_apart_on_the_native_grid() -> None:
    """One native cell, three quarters in Urumqi; both parts go where the cell lies."""
    halves = np.array([shapely.box(80.0, 40.0, 85.1875, 48.0), shapely.box(85.1875, 40.0, 92.0, 48.0)])
    bounds = Boundaries(("urumqi", "changji"), halves, "halves", approximate=False)
    values = np.zeros((1, 1, 1, *SOURCE.shape))
    values[0, 0, 0, 4, 8] = 1000.0  # 85 to 85.25 E, 42 to 42.25 N
    areas, dropped = areas_from_grid(values, ["power"], SOURCE, GRID, bounds)
    assert not dropped.any()
    for region, expected in (("urumqi", 750.0), ("changji", 250.0)):
        here = areas.region == region
        assert areas.emission[0, here, 0].sum() == pytest.approx(expected, rel=1e-12)
        assert sorted(set(areas.column[here])) == [5, 6]
        assert sorted(set(areas.row[here])) == [0, 1]
        west = here & (areas.column == 5)
        assert areas.emission[0, west, 0].sum() == pytest.approx(expected * 0.8, rel=1e-12)


def test_what_no_region_covers_is_beyond() -> None:
    bounds = Boundaries(("urumqi",), np.array([shapely.box(0, 0, 1, 1)]), "far", approximate=False)
    areas, _ = areas_from_grid(emissions(SOURCE), SECTORS, SOURCE, GRID, bounds)
    assert set(areas.region) == {BEYOND}


def test_one_entry_for_each_sector_region_and_cell_that_emits() -> None:
    values = emissions(SOURCE)
    values[:, 1] = 0.0
    areas, _ = areas_from_grid(values, SECTORS, SOURCE, GRID, built_in_boundaries())
    keys = list(zip(areas.sector, areas.region, areas.row, areas.column, strict=True))
    assert len(set(keys)) == len(keys)
    assert set(areas.sector) == {"power"}
    assert areas.emission.any(axis=(0, 2)).all()


def test_density_is_kept() -> None:
    """A constant density on the native grid is the same density on ours."""
    lat = np.deg2rad(np.arange(41.0, 47.01, 0.25))
    values = np.broadcast_to(np.diff(np.sin(lat))[:, None], SOURCE.shape)[None, None, None]
    areas, _ = areas_from_grid(values, ["power"], SOURCE, GRID, built_in_boundaries())
    cells = np.zeros(GRID.shape[1:])
    np.add.at(cells, (areas.row, areas.column), areas.emission[0, :, 0])
    np.testing.assert_allclose(cells / GRID.cell_area_m2, (cells / GRID.cell_area_m2).mean(), rtol=1e-10)


def test_a_grid_elsewhere_drops_all() -> None:
    source = SourceGrid(np.arange(10.0, 12.0, 0.5), np.arange(50.0, 52.0, 0.5))
    values = emissions(source)
    areas, dropped = areas_from_grid(values, SECTORS, source, GRID, built_in_boundaries())
    assert len(areas) == 0
    assert areas.emission.shape == (2, 0, 3)
    np.testing.assert_allclose(dropped, values.sum(axis=(-1, -2)), rtol=1e-15)


def test_bad_values_are_refused_with_their_place() -> None:
    def refused(values: np.ndarray, sectors: tuple[str, ...] = SECTORS) -> str:
        with pytest.raises(InputError) as caught:
            areas_from_grid(values, sectors, SOURCE, GRID, built_in_boundaries())
        return str(caught.value)

    values = emissions(SOURCE)
    values[1, 0, 2, 3, 4] = np.nan
    assert "sector power, month 1, species 2, row 3, column 4: expected 0 kg or more, got nan" in refused(
        values
    )
    values[1, 0, 2, 3, 4] = -1.0
    assert "got -1.0" in refused(values)
    assert "expected shape (month, 2 sectors, species, 24, 28)" in refused(values[..., :-1])
    assert "given twice" in refused(emissions(SOURCE), ("power", "power"))


def test_weights_are_kept_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values, bounds = emissions(SOURCE), built_in_boundaries()
    first, dropped = areas_from_grid(values, SECTORS, SOURCE, GRID, bounds, tmp_path)
    (file,) = tmp_path.iterdir()
    before = file.read_bytes()

    def not_again(*_: object) -> None:
        raise AssertionError("made although kept")

    with monkeypatch.context() as patch:
        patch.setattr(weights, "make_weights", not_again)
        second, again = areas_from_grid(values, SECTORS, SOURCE, GRID, bounds, tmp_path)
    for name in ("sector", "region", "row", "column", "emission"):
        np.testing.assert_array_equal(getattr(second, name), getattr(first, name))
    np.testing.assert_array_equal(again, dropped)
    for damage in (before[: len(before) // 2], b"", before[:-2000] + bytes(2000), b"no archive at all"):
        file.write_bytes(damage)
        third, _ = areas_from_grid(values, SECTORS, SOURCE, GRID, bounds, tmp_path)
        np.testing.assert_array_equal(third.emission, first.emission)
        assert [one.name for one in tmp_path.iterdir()] == [file.name]
        with monkeypatch.context() as patch:
            patch.setattr(weights, "make_weights", not_again)
            areas_from_grid(values, SECTORS, SOURCE, GRID, bounds, tmp_path)


def test_a_changed_number_in_the_cache_is_noticed(tmp_path: Path) -> None:
    values, bounds = emissions(SOURCE), built_in_boundaries()
    first, _ = areas_from_grid(values, SECTORS, SOURCE, GRID, bounds, tmp_path)
    (file,) = tmp_path.iterdir()
    with np.load(file) as kept:
        arrays = dict(kept)
    arrays["data"] = arrays["data"] * 1.01
    np.savez(file, **arrays)
    second, _ = areas_from_grid(values, SECTORS, SOURCE, GRID, bounds, tmp_path)
    np.testing.assert_array_equal(second.emission, first.emission)


def test_other_grids_and_boundaries_have_other_keys() -> None:
    halves = Boundaries(("urumqi",), np.array([shapely.box(0, 0, 1, 1)]), "far", approximate=False)
    moved = SourceGrid(SOURCE.x + 1e-9, SOURCE.y)
    wider = Grid(GRID.lon_edges, GRID.lat_edges + 0.1, GRID.layer_edges_m)
    keys = {
        weights.weights_key(*one)
        for one in (
            (SOURCE, GRID, built_in_boundaries()), (moved, GRID, built_in_boundaries()),
            (SOURCE, wider, built_in_boundaries()), (SOURCE, GRID, halves),
        )
    }  # fmt: skip
    assert len(keys) == 4


def test_a_cache_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot keep the weights"):
        areas_from_grid(emissions(SOURCE), SECTORS, SOURCE, GRID, built_in_boundaries(), blocked)


def test_an_inventory_of_meics_size_is_quick() -> None:
    measured = gridding_benchmark(load_shipped(GridConfig, "domains/tianshan.yaml").grid())
    assert measured["cells"] == 64_000
    assert measured["apply_s"] < 10.0
    assert measured["relative_sum_error"] < 1e-9
    assert measured["entries"] > 5 * 170 * 80
