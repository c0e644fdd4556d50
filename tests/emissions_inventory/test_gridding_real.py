"""Gridding against measured places: power plants, prefectures, people."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
import xarray as xr

from emissions_inventory.gridding import (
    MEIC_GRID,
    areas_from_grid,
    built_in_boundaries,
    points_to_cells,
    polygons_to_cells,
    read_boundaries,
    read_units,
)
from emissions_inventory.gridding.boundaries import Boundaries, apart
from emissions_inventory.gridding.sphere import area_m2
from emissions_inventory.labels import source_labels
from foundation.configuration import load_shipped
from foundation.grids import GridConfig

pytestmark = pytest.mark.real_data

SOUTH = ("6529", "6530", "6531", "6532")
SOUTH_DIVISIONS = ("659002", "659003", "659009")


def plants(real_data: Path) -> list[dict[str, str]]:
    with (real_data / "emissions" / "thermal_plants.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["likely_xinjiang"] == "1"]
    assert len(rows) == 97
    return rows


def coordinates(rows: list[dict[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([float(row["lon"]) for row in rows]), np.array([float(row["lat"]) for row in rows])


def group(code: str) -> str:
    """The coarsest unit that both prefectures and regions can be told apart by."""
    if code.startswith(SOUTH) or code in SOUTH_DIVISIONS:
        return "south" if code.startswith(SOUTH) else "south divisions"
    return code if code.startswith("659") else code[:4]


def grouped(boundaries: Boundaries) -> dict[str, shapely.Geometry]:
    """Built-in regions joined to prefectures."""
    members = {one.id: one.members[0] for one in source_labels().regions if one.members}
    found: dict[str, list[shapely.Geometry]] = {}
    for region, polygon in zip(boundaries.regions, boundaries.polygons, strict=True):
        if region in members:
            found.setdefault(group(members[region]), []).append(polygon)
    return {name: shapely.union_all(shapes) for name, shapes in found.items()}


@pytest.fixture(scope="module")
def prefectures(real_data: Path) -> dict[str, shapely.Geometry]:
    units = apart(read_units(real_data / "geography" / "xinjiang_prefectures.json")[0])
    assert len(units) == 24
    return units


@pytest.mark.parametrize("domain", ["tianshan", "dust"])
def test_every_plant_falls_into_its_cell(real_data: Path, domain: str) -> None:
    rows = plants(real_data)
    config = load_shipped(GridConfig, f"domains/{domain}.yaml")
    row, column, inside = points_to_cells(*coordinates(rows), config.grid())
    within = 0
    for number, plant in enumerate(rows):
        lon, lat = float(plant["lon"]), float(plant["lat"])
        expected = config.west <= lon < config.east and config.south <= lat < config.north
        assert inside[number] == expected, plant["name"]
        if expected:
            within += 1
            # Rounded to 1e-9 cells: 87.6 - 79 is not 8.6 in binary, and a plant may stand on a side.
            assert row[number] == math.floor(round((lat - config.south) / config.step_deg, 9)), plant["name"]
            assert column[number] == math.floor(round((lon - config.west) / config.step_deg, 9)), lon
    assert within == {"tianshan": 89, "dust": 97}[domain]


def test_every_plant_falls_into_one_prefecture_as_its_name_says(
    real_data: Path, prefectures: dict[str, shapely.Geometry]
) -> None:
    rows = plants(real_data)
    lon, lat = coordinates(rows)
    names = list(prefectures)
    point, unit = shapely.STRtree(list(prefectures.values())).query(shapely.points(lon, lat), "intersects")
    assert sorted(point.tolist()) == list(range(97))
    held = {int(place): names[one] for place, one in zip(point, unit, strict=True)}
    words = {"五家渠": "659004", "石河子": "659001", "哈密": "650500", "准东": "652300", "阿克苏": "652900",
             "五彩湾": "652300", "吐鲁番": "650400", "库尔勒": "652800"}  # fmt: skip
    said = [
        (place, code) for place, row in enumerate(rows) for word, code in words.items() if word in row["name"]
    ]
    strays = [rows[place]["name"] for place, code in said if held[place] != code]
    assert len(said) >= 15
    assert len(strays) <= len(said) // 10, strays


def test_built_in_regions_agree_with_the_prefectures(
    real_data: Path, prefectures: dict[str, shapely.Geometry]
) -> None:
    """Nine tenths of the people of every large group, 97 % of all, four fifths of the land."""
    true: dict[str, shapely.Geometry] = {}
    for code, polygon in prefectures.items():
        true[group(code)] = shapely.union(true.get(group(code), shapely.Polygon()), polygon)
    made = grouped(built_in_boundaries())
    with xr.open_dataset(real_data / "emissions" / "population_density.nc") as data:
        density = data["pop_density"].transpose("y", "x").values.astype(float)
        lon, lat = np.meshgrid(data["x"].values, data["y"].values)
    people = np.where(np.isfinite(density), density, 0.0) * np.cos(np.deg2rad(lat))
    places = shapely.points(lon, lat)

    def share(name: str) -> tuple[float, float]:
        for polygon in (true[name], made[name]):
            shapely.prepare(polygon)
        here = shapely.intersects(true[name], places)
        right = here & shapely.intersects(made[name], places)
        return float(people[right].sum()), float(people[here].sum())

    found = {name: share(name) for name in true}
    right, all_people = np.array(list(found.values())).sum(axis=0)
    assert right / all_people > 0.97
    for name in ("6501", "6502", "6504", "6505", "6523", "6527", "6528", "6540", "6542", "6543", "south"):
        assert found[name][0] / found[name][1] > 0.93, name
    for name in ("659001", "659004"):
        assert found[name][0] / found[name][1] > 0.99, name
    land = sum(area_m2(np.array([shapely.intersection(true[name], made[name])]))[0] for name in true)
    assert land / area_m2(np.array(list(true.values()))).sum() > 0.8


def test_most_capacity_lies_in_the_region_that_the_built_in_boundaries_say(real_data: Path) -> None:
    rows = plants(real_data)
    capacity = np.array([float(row["capacity_mw"]) for row in rows])
    surveyed = read_boundaries(real_data / "geography" / "xinjiang_prefectures.json")
    same = surveyed.region_at(*coordinates(rows)) == built_in_boundaries().region_at(*coordinates(rows))
    assert same.mean() > 0.9
    assert capacity[same].sum() / capacity.sum() > 0.9


def test_files_of_the_centre_are_read(real_data: Path) -> None:
    """Legal areas of Kuitun, Dushanzi and Wusu, within what outlines differ by."""
    topology = read_boundaries(real_data / "geography" / "xinjiang_counties.topojson")
    areas = topology.areas_km2()
    assert areas["kuitun"] == pytest.approx(1110, rel=0.1)
    assert areas["dushanzi"] == pytest.approx(400, rel=0.05)
    assert areas["wusu"] == pytest.approx(14394, rel=0.05)
    assert sum(areas.values()) == pytest.approx(1.66e6, rel=0.03)
    countries = read_boundaries(real_data / "geography" / "ne_50m_countries.json")
    assert countries.regions == ("kazakhstan",)
    assert countries.areas_km2()["kazakhstan"] == pytest.approx(2.72e6, rel=0.01)


def test_prefectures_on_the_grid_keep_their_area(prefectures: dict[str, shapely.Geometry]) -> None:
    grid = load_shipped(GridConfig, "domains/dust.yaml").grid()
    polygons = list(prefectures.values())
    shares = polygons_to_cells(polygons, grid, names=list(prefectures))
    total = np.asarray(shares.matrix.sum(axis=0)).ravel() + shares.outside
    np.testing.assert_allclose(total, 1.0, rtol=1e-12)
    areas = area_m2(np.array(polygons, dtype=object))
    cells, outside = shares.spread(areas)
    assert (cells <= grid.cell_area_m2 * (1 + 1e-9)).all()
    assert cells.sum() + outside == pytest.approx(areas.sum(), rel=1e-12)


def test_meics_grid_with_surveyed_boundaries(real_data: Path) -> None:
    bounds = read_boundaries(real_data / "geography" / "xinjiang_prefectures.json")
    grid = load_shipped(GridConfig, "domains/tianshan.yaml").grid()
    values = np.random.default_rng(2).lognormal(2.0, 3.0, (1, 2, 3, *MEIC_GRID.shape))
    areas, dropped = areas_from_grid(values, ("power", "traffic"), MEIC_GRID, grid, bounds)
    for number, sector in enumerate(("power", "traffic")):
        kept = areas.emission[:, areas.sector == sector].sum(axis=1) + dropped[:, number]
        np.testing.assert_allclose(kept, values[:, number].sum(axis=(-1, -2)), rtol=1e-12)
