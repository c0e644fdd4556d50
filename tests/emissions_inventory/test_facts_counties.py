"""The counties are all there, add up to the published census, and lie where they say."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from emissions_inventory.facts import counties, county_of, distance_km, nearest_county, neighbours
from foundation.errors import InputError
from foundation.places import gazetteer

# 新疆维吾尔自治区第七次全国人口普查主要数据, 2021-06-14; the Corps' other cities count in the prefectures
CENSUS_2020 = {
    "650100": 4054369, "650200": 490348, "650400": 693988, "650500": 673383, "652300": 1613585,
    "652700": 488198, "652800": 1613979, "652900": 2714422, "653000": 622222, "653100": 4496377,
    "653200": 2504718, "654000": 2848393, "654200": 1138638, "654300": 668587, "659001": 498587,
    "659002": 328241, "659003": 263245, "659004": 141065,
}  # fmt: skip
XINJIANG, TOWNSPEOPLE = 25852345, 14613622


@pytest.fixture(scope="module")
def polygons(real_data: Path) -> dict[str, BaseGeometry]:
    text = (real_data / "geography" / "xinjiang_prefectures.json").read_text(encoding="utf-8")
    return {str(one["properties"]["adcode"]): shape(one["geometry"]) for one in json.loads(text)["features"]}


def test_every_county_adds_up_to_the_census_of_its_unit() -> None:
    found: Counter[str] = Counter()
    for county in counties():
        found[county.census_unit] += county.population_2020
    assert found == CENSUS_2020
    assert sum(found.values()) == XINJIANG


def test_townspeople_add_up_to_the_published_number() -> None:
    towns = sum(county.population_2020 * county.urban_share for county in counties())
    assert towns == pytest.approx(TOWNSPEOPLE, rel=1e-3)


def test_every_unit_of_the_autonomous_region_is_there() -> None:
    by_unit = Counter(county.adcode[:4] for county in counties())
    assert len(counties()) == 108
    assert by_unit == {
        "6501": 8, "6502": 4, "6504": 3, "6505": 3, "6523": 7, "6527": 4, "6528": 9, "6529": 9, "6530": 4,
        "6531": 12, "6532": 8, "6540": 11, "6542": 7, "6543": 7, "6590": 12,
    }  # fmt: skip
    assert [county.adcode for county in counties() if county.corps] == [str(659001 + n) for n in range(12)]


def test_a_census_unit_is_the_prefecture_around() -> None:
    for county in counties():
        assert county.corps or county.census_unit == county.adcode[:4] + "00"


def test_counties_agree_with_the_gazetteer() -> None:
    known = {county.adcode: county for county in counties()}
    shared = [place for place in gazetteer().places if place.adcode in known]
    assert len(shared) >= 25
    for place in shared:
        county = known[place.adcode]
        assert county.chinese.startswith(place.chinese[:2])
        assert county.prefecture == place.prefecture
        assert distance_km(county.lon, county.lat, place.lon, place.lat) < 15


def test_a_county_is_found_by_its_code() -> None:
    assert county_of("659004").chinese == "五家渠市"
    with pytest.raises(InputError, match=r"got '652309'\. Codes there: 652301, 652302"):
        county_of("652309")
    with pytest.raises(InputError, match=r"got '1'\. See configs"):
        county_of("1")


def test_distances_are_those_of_a_sphere() -> None:
    assert distance_km(70.0, 0.0, 160.0, 0.0) == pytest.approx(6371.0 * 3.14159265 / 2, rel=1e-3)
    assert distance_km(87.6, 43.8, 87.6, 44.8) == pytest.approx(111.2, rel=1e-3)


def test_the_nearest_seat_within_the_prefecture_is_taken() -> None:
    wucaiwan = nearest_county(89.2, 44.8, "652300")
    assert (wucaiwan.county.chinese, wucaiwan.second and wucaiwan.second.chinese) == ("吉木萨尔县", "奇台县")
    assert wucaiwan.ambiguous
    shihezi = nearest_county(86.09, 44.43, "659001")
    assert (shihezi.county.chinese, shihezi.second, shihezi.ambiguous) == ("石河子市", None, False)
    with pytest.raises(InputError, match="expected a prefecture"):
        nearest_county(89.2, 44.8, "620000")


def test_neighbours_lie_outside_china_or_in_other_provinces() -> None:
    assert {town.country for town in neighbours()} >= {"KAZ", "KGZ", "MNG", "RUS", "TJK", "CHN"}
    for town in neighbours():
        assert bool(town.province) == (town.country == "CHN")
        assert not town.province.startswith("65")
    names = {town.name_english for town in neighbours()}
    assert names >= {
        "Almaty",
        "Taldykorgan",
        "Zharkent",
        "Ayagoz",
        "Zaysan",
        "Dunhuang",
        "Jiayuguan",
        "Golmud",
    }


@pytest.mark.real_data
def test_every_seat_lies_in_its_prefecture(polygons: dict[str, BaseGeometry]) -> None:
    for county in counties():
        own = county.adcode if county.adcode in polygons else county.census_unit
        away = polygons[own].distance(Point(county.lon, county.lat))
        assert away <= 0.05, f"{county.chinese} lies {away:.2f} deg from {own}"


@pytest.mark.real_data
def test_no_neighbour_lies_in_xinjiang(polygons: dict[str, BaseGeometry]) -> None:
    inside = [
        town.name_english
        for town in neighbours()
        if any(polygon.contains(Point(town.lon, town.lat)) for polygon in polygons.values())
    ]
    assert not inside


@pytest.mark.real_data
def test_neighbours_have_the_places_of_natural_earth(real_data: Path) -> None:
    text = (real_data / "geography" / "ne_10m_places.json").read_text(encoding="utf-8")
    published = {
        one["properties"]["nameascii"]: one["geometry"]["coordinates"] for one in json.loads(text)["features"]
    }
    ours = {town.name_english: town for town in neighbours()}
    shared = sorted(set(published) & set(ours))
    assert len(shared) >= 12
    for name in shared:
        assert distance_km(ours[name].lon, ours[name].lat, *published[name]) < 50, name
