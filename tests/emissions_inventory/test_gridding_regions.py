"""Regions from files and from seats, and the masks they make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.regridding import SourceGrid
from emissions_inventory.gridding import (
    BEYOND,
    Boundaries,
    built_in_boundaries,
    read_boundaries,
    read_units,
    region_shares,
)
from emissions_inventory.gridding.partition import FRAME, nearest_cells
from emissions_inventory.gridding.seats import Seat, county_seats, enclaves
from emissions_inventory.gridding.sphere import area_m2
from emissions_inventory.labels import source_labels
from foundation.constants import EARTH_RADIUS
from foundation.errors import InputError

LAMBERT = "+proj=lcc +lat_1=25 +lat_2=40 +lat_0=34 +lon_0=110 +R=6371229 +units=m"


def square(west: float, south: float, size: float) -> list[Any]:
    return [shapely.get_coordinates(shapely.box(west, south, west + size, south + size)).tolist()]


def geojson(folder: Path, features: list[tuple[dict[str, Any], dict[str, Any] | None]]) -> Path:
    path = folder / "units.json"
    listed = [{"type": "Feature", "properties": one, "geometry": shape} for one, shape in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed}), encoding="utf-8")
    return path


def polygon(west: float, south: float, size: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": square(west, south, size)}


def two_regions() -> Boundaries:
    halves = np.array([shapely.box(84.0, 42.0, 86.1, 46.0), shapely.box(86.1, 42.0, 88.0, 46.0)])
    return Boundaries(("urumqi", "changji"), halves, "two boxes", approximate=False)


def test_masks_are_the_shares_of_area() -> None:
    source = SourceGrid(np.arange(83.75, 88.5, 0.5), np.arange(41.75, 46.5, 0.5))
    shares = region_shares(source, two_regions()).toarray().reshape(*source.shape, 3)
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0, rtol=0, atol=1e-12)
    assert (shares[0] == [0, 0, 1]).all()
    np.testing.assert_allclose(shares[1, 1], [1, 0, 0], atol=1e-15)
    np.testing.assert_allclose(shares[3, 5], [0.2, 0.8, 0], atol=1e-12)
    assert (shares[:, 0] == [0, 0, 1]).all()


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 1.5), st.floats(0.05, 1.5), st.floats(75, 95), st.floats(33, 48), st.booleans())
def test_masks_sum_to_one_on_any_grid(
    step_x: float, step_y: float, lon: float, lat: float, projected: bool
) -> None:
    if projected:
        lon, lat, step_x, step_y = (
            -2.2e6 + (lon - 85) * 8e4,
            1.2e6 + (lat - 40) * 1e5,
            step_x * 1e5,
            step_y * 1e5,
        )
    crs = LAMBERT if projected else "EPSG:4326"
    source = SourceGrid(lon + step_x * np.arange(7), lat + step_y * np.arange(5), crs)
    shares = region_shares(source, built_in_boundaries())
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=0, atol=1e-9)
    assert shares.data.min() >= 0


def test_masks_of_some_cells_are_those_of_all() -> None:
    source = SourceGrid(np.arange(80.0, 90.0, 1.0), np.arange(40.0, 48.0, 1.0))
    some = np.array([3, 17, 42])
    every = region_shares(source, built_in_boundaries()).toarray()
    few = region_shares(source, built_in_boundaries(), some).toarray()
    np.testing.assert_allclose(few[some], every[some], atol=1e-12)
    assert not np.delete(few, some, axis=0).any()


def test_masks_of_a_region_add_up_to_its_area() -> None:
    bounds = built_in_boundaries()
    source = SourceGrid(np.arange(84.125, 92.0, 0.25), np.arange(41.125, 46.5, 0.25))
    shares = region_shares(source, bounds)
    lat = np.deg2rad(np.arange(41.0, 46.51, 0.25))
    cell = EARTH_RADIUS**2 * np.diff(np.sin(lat))[:, None] * np.full(source.shape, np.deg2rad(0.25))
    for region in ("urumqi", "shihezi", "wujiaqu", "kuitun", "dushanzi", "huyanghe"):
        made = float(cell.ravel() @ shares[:, [bounds.regions.index(region)]].toarray().ravel())
        assert made / 1e6 == pytest.approx(bounds.areas_km2()[region], rel=1e-9)


def test_overlapping_regions_are_refused() -> None:
    boxes = np.array([shapely.box(84, 42, 86, 44), shapely.box(85, 42, 87, 44)])
    source = SourceGrid(np.arange(84.0, 88.0, 0.5), np.arange(42.0, 44.0, 0.5))
    with pytest.raises(InputError, match="boxes: regions overlap"):
        region_shares(source, Boundaries(("urumqi", "changji"), boxes, "boxes", approximate=False))


def test_region_at_places_and_beyond() -> None:
    lon = np.array([[85.0, 87.0], [86.1, 60.0]])
    found = two_regions().region_at(lon, np.full((2, 2), 44.0))
    assert found.tolist() == [["urumqi", "changji"], ["urumqi", BEYOND]]
    assert two_regions().region_at(np.array(85.0 + 360), np.array(44.0)) == "urumqi"
    with pytest.raises(InputError, match="has no region"):
        two_regions().region_at(np.array([np.nan]), np.array([44.0]))


def test_boundaries_refuse_strangers_and_nothing() -> None:
    with pytest.raises(InputError, match="atlantis"):
        Boundaries(("atlantis",), np.array([shapely.box(0, 0, 1, 1)]), "", approximate=False)
    with pytest.raises(InputError, match="boundary of urumqi: it is empty"):
        Boundaries(("urumqi",), np.array([shapely.Polygon()]), "", approximate=False)


def test_every_seat_lies_in_its_own_region() -> None:
    seats = county_seats()
    bounds = built_in_boundaries()
    found = bounds.region_at(np.array([one.lon for one in seats]), np.array([one.lat for one in seats]))
    wrong = [
        one for one, region in zip(seats, found, strict=True) if source_labels().region_of(one.unit) != region
    ]
    assert len(seats) > 100
    assert not wrong
    assert bounds.approximate


def test_built_in_regions_fill_the_frame_once() -> None:
    bounds = built_in_boundaries()
    one = area_m2(np.array([shapely.union_all(bounds.polygons)]))[0]
    assert sum(bounds.areas_km2().values()) == pytest.approx(one / 1e6, rel=1e-9)
    assert shapely.box(*FRAME).covers(shapely.union_all(bounds.polygons).buffer(-1e-9))
    assert set(bounds.regions) == set(source_labels().region_ids()) - {BEYOND}


def test_enclaves_have_their_legal_area_at_most() -> None:
    areas = built_in_boundaries().areas_km2()
    for code, region in (
        ("659001", "shihezi"),
        ("659004", "wujiaqu"),
        ("650202", "dushanzi"),
        ("659010", "huyanghe"),
    ):
        assert areas[region] == pytest.approx(enclaves()[code].area_km2, rel=1e-6)
    for code, region in (("654003", "kuitun"), ("659007", "shuanghe"), ("659012", "baiyang")):
        assert 0 < areas[region] <= enclaves()[code].area_km2 * (1 + 1e-6)


def test_cells_hold_what_is_nearest_on_the_sphere() -> None:
    seats = county_seats()
    cells = nearest_cells(seats)
    generator = np.random.default_rng(4)
    lon, lat = generator.uniform(80, 92, 400), generator.uniform(41, 48, 400)

    def unit_vector(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        lon, lat = np.deg2rad(lon), np.deg2rad(lat)
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)

    towards = unit_vector(np.array([one.lon for one in seats]), np.array([one.lat for one in seats]))
    angle = np.arccos(np.clip(unit_vector(lon, lat) @ towards.T, -1, 1))
    first, second = np.sort(angle, axis=1)[:, :2].T
    clear = second > 1.05 * first
    nearest = angle.argmin(axis=1)
    held = [
        cells[seats[one].unit].covers(shapely.Point(*at)) for one, *at in zip(nearest, lon, lat, strict=True)
    ]
    assert clear.sum() > 300
    assert np.array(held)[clear].all()


def test_cells_of_one_unit_are_joined() -> None:
    cells = nearest_cells([Seat("a", 85, 44), Seat("a", 86, 44), Seat("b", 88, 44)])
    whole = area_m2(np.array([shapely.box(*FRAME)]))[0]
    assert sorted(cells) == ["a", "b"]
    assert area_m2(np.array(list(cells.values()), dtype=object)).sum() == pytest.approx(whole, rel=1e-9)


def test_a_file_of_counties_and_countries(tmp_path: Path) -> None:
    path = geojson(
        tmp_path,
        [
            ({"adcode": 650102, "name": "a"}, polygon(87, 43, 1)),
            ({"ADCODE": "650103"}, polygon(88, 43, 1)),
            ({"QUHUADAIMA": "659001000000"}, polygon(87.2, 43.2, 0.2)),
            ({"code": 652301, "iso_a3": "CHN"}, polygon(86, 43, 1)),
            ({"ISO_A3": "-99", "ADM0_A3": "KAZ"}, polygon(80, 43, 2)),
            ({"adcode": "000000"}, polygon(0, 0, 1)),
            ({"adcode": 650104}, None),
            ({}, None),
        ],
    )
    bounds = read_boundaries(path)
    assert bounds.regions == ("urumqi", "changji", "shihezi", "kazakhstan")
    assert not bounds.approximate
    assert bounds.notes == ("3 features without a code or a geometry left out",)
    lon = np.array([87.3, 87.1, 88.5, 86.5, 81.0, 70.0])
    expected = ["shihezi", "urumqi", "urumqi", "changji", "kazakhstan", BEYOND]
    assert bounds.region_at(lon, np.full(6, 43.3)).tolist() == expected
    areas = bounds.areas_km2()
    city = area_m2(np.array([shapely.box(87.2, 43.2, 87.4, 43.4)]))[0] / 1e6
    both = area_m2(np.array([shapely.box(87, 43, 89, 44)]))[0] / 1e6
    assert areas["shihezi"] == pytest.approx(city, rel=1e-12)
    assert areas["urumqi"] == pytest.approx(both - city, rel=1e-12)


def test_a_prefecture_of_two_regions_is_divided_by_its_seats(tmp_path: Path) -> None:
    whole = geojson(tmp_path, [({"adcode": 652300}, polygon(85, 42, 6))])
    bounds = read_boundaries(whole)
    assert bounds.regions == ("changji", "zhundong")
    assert bounds.approximate
    assert "652300" in bounds.notes[0]
    assert bounds.region_at(np.array([87.2, 89.6]), np.array([44.1, 44.1])).tolist() == [
        "changji",
        "zhundong",
    ]
    area = area_m2(np.array([shapely.box(85, 42, 91, 48)]))[0] / 1e6
    assert sum(bounds.areas_km2().values()) == pytest.approx(area, rel=1e-9)


def test_a_file_is_completed_where_it_covers_nothing(tmp_path: Path) -> None:
    """A file of Urumqi and of a strip across the Kazakh border: the strip stays as it is."""
    own = read_boundaries(
        geojson(
            tmp_path, [({"adcode": 650100}, polygon(87, 43, 1)), ({"adcode": 654002}, polygon(79.5, 43, 0.8))]
        )
    )
    whole = own.completed(built_in_boundaries())
    assert set(whole.regions) == set(built_in_boundaries().regions)
    assert whole.approximate
    assert not own.approximate
    kept, built_in = whole.areas_km2(), built_in_boundaries().areas_km2()
    assert kept["urumqi"] == pytest.approx(own.areas_km2()["urumqi"], rel=1e-12)
    assert kept["kazakhstan"] < built_in["kazakhstan"]
    assert any("kazakhstan" in note for note in whole.notes)
    places = np.array([79.6, 76.9, 87.5]), np.array([43.5, 43.3, 43.5])
    assert whole.region_at(*places).tolist() == ["ili", "kazakhstan", "urumqi"]
    assert built_in_boundaries().region_at(*places)[0] == "kazakhstan"
    shares = region_shares(SourceGrid(np.arange(78.0, 90.0, 0.5), np.arange(42.0, 46.0, 0.5)), whole)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-12)
    assert built_in_boundaries().completed(own) is built_in_boundaries()


def test_built_in_boundaries_say_what_is_not_verified() -> None:
    (note,) = built_in_boundaries().notes
    assert "五家渠市" in note
    assert "石河子市" not in note


def test_a_topology_is_read_as_the_same_polygons(tmp_path: Path) -> None:
    """Two squares that share a side, quantised; the second runs the shared arc backwards."""
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [80.0, 40.0]},
        "arcs": [
            [[100, 0], [0, 100]],  # the shared side, from 81, 40 up to 81, 41
            [[100, 100], [-100, 0], [0, -100], [100, 0]],
            [[100, 0], [100, 0], [0, 100], [-100, 0]],
        ],
        "objects": {"a": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0, 1]], "properties": {"adcode": "650102"}},
            {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"adcode": "652301"}},
            {"type": None, "properties": {"adcode": "650000"}},
        ]}},
    }  # fmt: skip
    path = tmp_path / "t.topojson"
    path.write_text(json.dumps(topology), encoding="utf-8")
    units, notes = read_units(path)
    assert units["650102"].equals(shapely.box(80, 40, 81, 41))
    assert units["652301"].equals(shapely.box(81, 40, 82, 41))
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no GeoJSON or TopoJSON"),
        ("[1, 2]", "expected a FeatureCollection or a Topology, got None"),
        ('{"type": "FeatureCollection"}', "expected a FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [3]}', "expected a FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "holds no unit of a region"),
        ('{"type": "Topology", "arcs": 4, "objects": {}}', "no sound TopoJSON"),
    ],
)
def test_files_that_hold_no_boundaries(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_boundaries(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "expected a polygon, got 'LineString'"),
        ({"type": "Polygon", "coordinates": [[[0, 0], ["x", 1], [1, 0]]]}, "coordinates cannot be read"),
        ({"type": "Polygon", "coordinates": []}, "it is empty or has no area"),
        (
            {"type": "Polygon", "coordinates": [[[5e5, 4e6], [6e5, 4e6], [6e5, 5e6], [5e5, 4e6]]]},
            "no longitude",
        ),
        ({"type": "Polygon"}, "coordinates cannot be read"),
    ],
)
def test_broken_features_name_file_and_number(geometry: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = geojson(tmp_path, [({"adcode": 650102}, polygon(87, 43, 1)), ({"adcode": 650103}, geometry)])
    with pytest.raises(InputError, match=message) as caught:
        read_boundaries(path)
    assert "feature 1 (650103)" in str(caught.value)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_boundaries(tmp_path / "absent.json")
