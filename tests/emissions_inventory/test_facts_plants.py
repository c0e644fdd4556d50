"""Plants stand in their counties; coal capacity agrees with another table, or the difference is explained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from emissions_inventory.facts import (
    NearestCounty,
    coal_capacity_by_cluster,
    compare_with_reference,
    comparison_faults,
    comparison_table,
    county_of,
    distance_km,
    industrial_plants,
    nearest_county,
    power_clusters,
    power_plants,
    read_reference,
)
from emissions_inventory.facts.clusters import Box, Cluster, Difference, PowerClusters
from emissions_inventory.facts.comparison import ReferencePlant
from emissions_inventory.facts.rows import INDUSTRIAL_SECTORS
from foundation.errors import InputError

IN_THE_SECOND_NEAREST = {
    "aiweiergou-coke",  # 艾维尔沟街道 is an exclave of 达坂城区
    "dahuangshan-methane",  # 大黄山 and the park west of it belong to 阜康市
    "guoneng-yili",  # 伊南工业园区, south of the river
    "zhongtai-fukang",
    "zhongtai-fukang-pvc",
}

PAGE = Path(__file__).resolve().parents[2] / "docs" / "inventory" / "plants.md"


@pytest.fixture(scope="module")
def polygons(real_data: Path) -> dict[str, BaseGeometry]:
    text = (real_data / "geography" / "xinjiang_prefectures.json").read_text(encoding="utf-8")
    return {str(one["properties"]["adcode"]): shape(one["geometry"]) for one in json.loads(text)["features"]}


@pytest.fixture(scope="module")
def reference(real_data: Path) -> tuple[ReferencePlant, ...]:
    return read_reference(real_data / "emissions" / "thermal_plants.csv")


def units_at(polygons: dict[str, BaseGeometry], lon: float, lat: float) -> list[str]:
    return [code for code, polygon in polygons.items() if polygon.contains(Point(lon, lat))]


def clusters(*differences: Difference) -> PowerClusters:
    box = Box(west=80, south=40, east=90, north=45)
    return PowerClusters(
        clusters=(Cluster(id="a", chinese="甲", english="A", boxes=(box,), differences=differences),)
    )


def plant(capacity_mw: float, lon: float = 85.0, fuel: str = "coal") -> ReferencePlant:
    return ReferencePlant("", fuel, lon, 42.0, capacity_mw)


def test_every_industry_has_plants_and_every_power_plant_a_source() -> None:
    assert {one.sector for one in industrial_plants()} == set(INDUSTRIAL_SECTORS)
    for one in power_plants():
        assert any(name in one.source for name in ("GEM", "WRI"))
    for one in industrial_plants():
        assert one.verified == ("CC BY" in one.source)
        assert one.capacity_kt is not None or one.sector == "cement"


def test_a_captive_power_plant_stands_beside_its_industry() -> None:
    sectors = {"aluminium": "nonferrous", "polysilicon": "other_industry"}
    for one in power_plants():
        if one.captive_of != "none":
            sector = sectors.get(one.captive_of, one.captive_of)
            near = [
                distance_km(one.lon, one.lat, works.lon, works.lat)
                for works in industrial_plants()
                if works.sector == sector
            ]
            assert min(near) < 25, one.id


def test_capacity_is_summed_by_cluster_and_other_fuels_are_left_out() -> None:
    found = coal_capacity_by_cluster([plant(100), plant(50), plant(7, fuel="gas")], clusters())
    assert found == {"a": 150}
    with pytest.raises(InputError, match="no cluster of power plants holds 70 E"):
        coal_capacity_by_cluster([plant(100, lon=70)], clusters())


def test_clusters_may_not_overlap() -> None:
    (one,) = clusters().clusters
    with pytest.raises(ValueError, match="overlap"):
        PowerClusters(clusters=(one, one.model_copy(update={"id": "b"})))


@pytest.mark.parametrize(
    ("ours", "parts", "fault"),
    [
        (1000, (), ""),
        (1090, (), ""),
        (1110, (), "without an explanation"),
        (880, (), "without an explanation"),
        (1110, (110,), ""),
        (1110, (200, -90), ""),
        (1110, (60,), "explained"),
        (1000, (500,), "explained"),
    ],
)
def test_a_difference_over_a_tenth_is_explained_to_the_megawatt(
    ours: float, parts: tuple[float, ...], fault: str
) -> None:
    shipped = clusters(*(Difference(mw=mw, why="made for the test") for mw in parts))
    faults = comparison_faults(compare_with_reference([plant(ours)], [plant(1000)], shipped))
    assert bool(faults) == bool(fault)
    assert all(fault in line for line in faults)


def test_a_reference_that_is_no_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plants.csv"
    header = "name,fuel,lat,lon,capacity_mw,likely_xinjiang\n"
    for text, said in [
        ("name,fuel\n", "missing column lat"),
        (header + "甲,核电,43,87,600,1\n", r"row 2: column fuel.*核电"),
        (header + "甲,煤电,43,87,,1\n", r"row 2: column capacity_mw"),
    ]:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            read_reference(path)
    path.write_text(header + "甲,煤电,43,87,600,0\n乙,煤电,43,87,300,1\n", encoding="utf-8")
    assert read_reference(path) == (ReferencePlant("乙", "coal", 87.0, 43.0, 300.0),)
    with pytest.raises(InputError, match="cannot be read"):
        read_reference(tmp_path / "absent.csv")


@pytest.mark.real_data
def test_coal_capacity_agrees_by_cluster_or_the_difference_is_explained(
    reference: tuple[ReferencePlant, ...],
) -> None:
    comparisons = compare_with_reference(power_plants(), reference)
    assert not comparison_faults(comparisons)
    assert sum(one.reference_mw for one in comparisons) == pytest.approx(76220)
    assert comparison_table(comparisons) in PAGE.read_text(encoding="utf-8")


@pytest.mark.real_data
def test_every_difference_in_the_explanations_is_needed(reference: tuple[ReferencePlant, ...]) -> None:
    for one in power_clusters().clusters:
        for number in range(len(one.differences)):
            parts = tuple(part for place, part in enumerate(one.differences) if place != number)
            less = one.model_copy(update={"differences": parts})
            others = tuple(other for other in power_clusters().clusters if other.id != one.id)
            changed_file = PowerClusters(clusters=(*others, less))
            found = compare_with_reference(power_plants(), reference, changed_file)
            (changed,) = (each for each in found if each.cluster == one.id)
            assert comparison_faults([changed]) or abs(changed.relative) <= 0.1, one.id


@pytest.mark.real_data
def test_plants_stand_in_their_counties(polygons: dict[str, BaseGeometry]) -> None:
    for one in (*power_plants(), *industrial_plants()):
        (unit,) = units_at(polygons, one.lon, one.lat)
        found = nearest_county(one.lon, one.lat, unit)
        if one.id in IN_THE_SECOND_NEAREST:
            assert found.second
            assert one.adcode == found.second.adcode
        else:
            assert one.adcode == found.county.adcode, f"{one.id}: {found.county.chinese}"


@pytest.mark.real_data
def test_all_97_plants_of_the_reference_fall_in_a_prefecture_and_a_county(
    polygons: dict[str, BaseGeometry], reference: tuple[ReferencePlant, ...]
) -> None:
    assert len(reference) == 97
    ambiguous = []
    for one in reference:
        (unit,) = units_at(polygons, one.lon, one.lat)
        found = nearest_county(one.lon, one.lat, unit)
        assert county_of(found.county.adcode).census_unit == unit or found.county.adcode == unit
        assert found.distance_km < 200
        if found.ambiguous:
            ambiguous.append(ambiguous_line(one, found))
    page = PAGE.read_text(encoding="utf-8")
    assert not [line for line in ambiguous if line not in page]
    assert page.count("| ambiguous |") == len(ambiguous)


def ambiguous_line(one: ReferencePlant, found: NearestCounty) -> str:
    assert found.second
    nearest = f"{found.county.chinese} {found.distance_km:.0f} km"
    second = f"{found.second.chinese} {found.second_km:.0f} km"
    return f"| {one.name.split(',')[0]} | {nearest} | {second} | ambiguous |"


@pytest.mark.real_data
def test_published_places_lie_on_those_of_the_reference(reference: tuple[ReferencePlant, ...]) -> None:
    coal = [one for one in reference if one.fuel == "coal"]
    gone = {"huadian-changji", "tashdian", "huadian-turpan"}
    for one in power_plants():
        if one.fuel == "coal" and one.id not in gone:
            nearest = min(distance_km(one.lon, one.lat, each.lon, each.lat) for each in coal)
            assert nearest < (25 if not one.place_verified else 5), one.id
