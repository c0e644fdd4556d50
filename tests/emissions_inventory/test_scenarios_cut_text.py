"""Cuts as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.facts import counties
from emissions_inventory.labels import source_labels
from emissions_inventory.scenarios.cut_text import parse_cuts
from emissions_inventory.scenarios.naming import scope_named
from emissions_inventory.scenarios.scope import county_scope
from foundation.errors import InputError

INDUSTRY = (
    *("steel", "cement", "nonferrous", "petrochemical", "coal_chemistry", "chlor_alkali"),
    "other_industry",
)


def test_the_plain_form() -> None:
    (cut,) = parse_cuts("industry=0.3@urumqi")
    assert (cut.amount, cut.sectors, cut.species) == (0.3, INDUSTRY, ())
    assert [scope.regions for scope in cut.scopes] == [("urumqi",)]


@pytest.mark.parametrize(
    "text", ["工业=30%@乌鲁木齐市", "Industry = 0.3 @ Urumqi", "ｉｎｄｕｓｔｒｙ＝0.3＠urumqi"]
)
def test_names_in_any_language(text: str) -> None:
    (cut,) = parse_cuts(text)
    assert (cut.amount, cut.sectors) == (pytest.approx(0.3), INDUSTRY)
    assert cut.scopes[0].regions == ("urumqi",)


def test_several_cuts_species_and_joined_names() -> None:
    cuts = parse_cuts(["power+heating[so2, nox]=0.1@kuitun+乌苏市; traffic=20%", "*=0.05"])
    assert [cut.sectors for cut in cuts] == [("power", "heating"), ("traffic",), ()]
    assert cuts[0].species == ("so2", "nox")
    assert [scope.regions for scope in cuts[0].scopes] == [("kuitun",), ("wusu",)]
    assert [cut.amount for cut in cuts] == [0.1, 0.2, 0.05]
    assert cuts[1].scopes == cuts[2].scopes == ()


def test_names_that_hold_commas_are_names() -> None:
    first, second = parse_cuts("Dust, farming and others=0.1@Changji, Fukang, Hutubi, Manas, steel=0.2")
    assert "fugitive_dust" in first.sectors
    assert "steel" not in first.sectors
    assert first.scopes[0].regions == ("changji",)
    assert second.sectors == ("steel",)


def test_a_sector_goes_before_a_group_of_its_name() -> None:
    assert parse_cuts("other=0.1")[0].sectors == ("other",)
    assert set(parse_cuts("group:other=0.1")[0].sectors) > {"other", "agriculture"}


def test_grades_and_lists() -> None:
    graded, listed = parse_cuts("steel/grade:c+D=0.5@wu-chang-shi, enterprises:data/list-1.csv[pm]=0.4")
    assert (graded.sectors, graded.grades, graded.points_only) == (("steel",), ("C", "D"), True)
    assert (listed.enterprises, listed.amount) == ("data/list-1.csv", 0.4)
    assert set(listed.species) == {"pm25", "pm10", "bc", "oc"}
    assert parse_cuts("enterprises:list.xlsx")[0].amount is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steel", "no '='"),
        ("steel=", "no number"),
        ("steel=some", "'some' is no number"),
        ("steel=30", "0 to 1, got 30. Write 0.3 for 30 %"),
        ("steel=-0.1", "got -0.1"),
        ("steel=nan", "got nan"),
        ("steel=inf", "0 to 1"),
        ("steel[so2=0.3", "brackets"),
        ("steel=0.3@", "a name is missing"),
        ("=0.3", "target[species]=amount@area"),
        ("steel=0.3=0.4", "target[species]=amount@area"),
        ("steal=0.3", "unknown sector 'steal'. Did you mean 'steel'?"),
        ("steel[so3]=0.1", "unknown species 'so3'"),
        ("steel=0.1@urumki", "Did you mean 'urumqi'?"),
        ("grade:E=0.4", "unknown grade 'E'"),
        ("steel=0.1@12345", "two, four or six digits"),
        ("enterprises:=0.3", "without a file"),
        ("", "no cut is given"),
        (" , ;", "no cut is given"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_cuts(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="steel=0.3@urumqi[so2],;*+:/%nan 工业", max_size=30))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        cuts = parse_cuts(text)
    except InputError:
        return
    assert all(cut.amount is None or 0 <= cut.amount <= 1 for cut in cuts)


def test_codes_cover_the_regions_that_lie_in_them() -> None:
    labels = source_labels()
    in_xinjiang = {region.id for region in labels.regions if region.members}
    assert set(county_scope("all", ("65",)).regions) == in_xinjiang
    assert county_scope("all", ("65",)).partly == ()
    assert county_scope("city", ("650100",)).regions == ("urumqi",)
    prefecture = county_scope("prefecture", ("6523",))
    assert set(prefecture.regions) == {"changji", "zhundong"}
    county = county_scope("Manas", ("652324",))
    assert (county.regions, county.partly) == ((), ("changji",))
    assert county_scope("Qitai", ("652325",)).partly == ("zhundong",)
    assert county_scope("Beijing", ("110000",)).partly == ("beyond",)


def test_a_county_whose_code_changed_is_one_county() -> None:
    assert county_scope("new", ("654203",)).regions == county_scope("old", ("654223",)).regions == ("shawan",)


def test_regions_of_warnings_and_their_short_names() -> None:
    expected = {"urumqi", "changji", "shihezi", "wujiaqu", "shawan"}
    for name in ("wu-chang-shi", "乌昌石", "乌鲁木齐-昌吉-石河子", "Urumqi-Changji-Shihezi"):
        assert set(scope_named(name).regions) == expected
    assert set(scope_named("kui-du-wu").regions) == {"kuitun", "dushanzi", "wusu", "huyanghe"}
    assert set(scope_named("奎独乌").regions) == {"kuitun", "dushanzi", "wusu", "huyanghe"}
    assert scope_named("玛纳斯").partly == ("changji",)


def test_every_county_of_xinjiang_is_known_by_name_and_lies_in_one_region() -> None:
    labels = source_labels()
    for county in counties():
        for name in (county.chinese, county.english):
            scope = scope_named(name)
            assert (*scope.regions, *scope.partly) == (labels.region_of(county.adcode),), name
    assert scope_named("米东区").counties == ("650109",)


@pytest.mark.parametrize(
    ("name", "regions"),
    [("昌吉州", {"changji", "zhundong"}), ("昌吉回族自治州", {"changji", "zhundong"}), ("博州", {"bortala"})],
)
def test_a_prefecture_is_all_of_its_counties_and_not_its_seat(name: str, regions: set[str]) -> None:
    assert set(scope_named(name).regions) == regions


def test_the_ili_prefecture_holds_kuitun() -> None:
    assert set(scope_named("伊犁州").regions) == {"ili", "kuitun"}
    assert set(scope_named("塔城地区").regions) >= {"wusu", "shawan", "tacheng"}
