"""The gazetteer that ships knows every name under which the places appear, and keeps to the map."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.places import gazetteer


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("乌鲁木齐市", "urumqi"),
        ("昌吉回族自治州", "changji"),
        ("昌吉州", "changji"),
        ("博州", "bole"),
        ("博尔塔拉蒙古自治州", "bole"),
        ("克州", "artux"),
        ("克孜勒苏州", "artux"),
        ("巴音郭楞州", "korla"),
        ("伊犁哈萨克州", "yining"),
        ("哈密地区", "hami"),
        ("独山子区", "dushanzi"),
        ("KUITUN", "kuitun"),
        ("沙湾县", "shawan"),
    ],
)
def test_names_lead_to_places(name: str, place: str) -> None:
    assert gazetteer().place(name).id == place


def test_no_name_belongs_to_two_places() -> None:
    owner: dict[str, str] = {}
    for place in gazetteer().places:
        for name in {place.id, place.chinese.lower(), place.english.lower(), *map(str.lower, place.aliases)}:
            assert owner.setdefault(name, place.id) == place.id, name


def test_identifiers_and_codes_are_unique_and_of_xinjiang() -> None:
    places = gazetteer().places
    assert len({place.id for place in places}) == len(places)
    assert len({place.adcode for place in places}) == len(places)
    for place in places:
        assert len(place.adcode) == 6
        assert place.adcode.isdigit()
        if place.id != "beijing":
            assert place.adcode.startswith("65")
            assert 73 < place.lon < 97
            assert 34 < place.lat < 50


def test_regions_hold_known_places_and_lie_in_the_city_cluster() -> None:
    known = {place.id for place in gazetteer().places}
    cluster = set(gazetteer().region("天山北坡城市群").places)
    for name in ("wu-chang-shi", "kui-du-wu"):
        region = gazetteer().region(name)
        assert set(region.places) <= known
        assert set(region.places) <= cluster
        assert region.source


def test_a_misspelt_place_is_met_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="urumqi"):
        gazetteer().place("Urumqui")


@pytest.mark.real_data
def test_prefectures_agree_with_the_published_map(real_data: Path) -> None:
    text = (real_data / "geography" / "xinjiang_prefectures.json").read_text(encoding="utf-8")
    units = [feature["properties"] for feature in json.loads(text)["features"]]
    units = [unit for unit in units if unit.get("name")]
    assert len(units) >= 24
    by_code = {place.adcode: place for place in gazetteer().places}
    for unit in units:
        place = gazetteer().place(unit["name"])
        if str(unit["adcode"]) in by_code:
            assert by_code[str(unit["adcode"])].id == place.id
        assert place.lon == pytest.approx(unit["center"][0], abs=0.02)
        assert place.lat == pytest.approx(unit["center"][1], abs=0.02)
