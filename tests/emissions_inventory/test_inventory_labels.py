"""The one list of sources."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pydantic import ValidationError

from emissions_inventory.labels import SourceLabels, source_labels
from foundation.errors import InputError
from foundation.places import gazetteer

CLASSES = {
    "化石燃料固定燃烧",
    "工艺过程",
    "移动源",
    "溶剂使用",
    "农业",
    "扬尘",
    "生物质燃烧",
    "储存运输",
    "废弃物处理",
    "其他",
}


def test_the_ten_classes_of_the_national_guide_are_all_there() -> None:
    assert {sector.source_class for sector in source_labels().sectors} == CLASSES


def test_sectors_of_meic_are_its_five() -> None:
    meic = {sector.meic for sector in source_labels().sectors} - {""}
    assert meic == {"power", "industry", "residential", "transportation", "agriculture"}


def test_names_are_told_apart() -> None:
    labels = source_labels()
    for kind in (labels.sectors, labels.regions):
        for field in ("id", "chinese", "english"):
            names = [getattr(label, field).lower() for label in kind]
            assert len(set(names)) == len(names)


def test_every_place_of_xinjiang_has_a_region_and_the_corps_its_own() -> None:
    labels = source_labels()
    expected = {
        "urumqi": "urumqi",
        "changji": "changji",
        "manas": "changji",
        "shihezi": "shihezi",
        "wujiaqu": "wujiaqu",
        "shawan": "shawan",
        "kuitun": "kuitun",
        "dushanzi": "dushanzi",
        "karamay": "karamay",
        "huyanghe": "huyanghe",
        "yining": "ili",
        "tacheng": "tacheng",
        "kashgar": "south",
        "aral": "south_divisions",
        "beijing": "beyond",
    }
    found = {name: labels.region_of(gazetteer().place(name).adcode) for name in expected}
    assert found == expected
    for place in gazetteer().places:
        if place.adcode.startswith("65"):
            assert labels.region_of(place.adcode) != "beyond", place.id
        if place.adcode.startswith("6590"):
            region = labels.region(labels.region_of(place.adcode))
            assert region.division, place.id


def test_the_longest_code_decides() -> None:
    labels = source_labels()
    assert labels.region_of("652301") == "changji"
    assert labels.region_of("652325") == "zhundong"
    assert labels.region_of("650203") == "karamay"
    assert labels.region_of("650202") == "dushanzi"
    assert (labels.region_of(""), labels.region_of("110105")) == ("beyond", "beyond")
    assert (labels.region_of_country("KAZ"), labels.region_of_country("MNG")) == ("kazakhstan", "beyond")


def test_tags_are_pairs_of_groups_but_for_regions_tagged_as_one() -> None:
    labels = source_labels()
    assert labels.tags_of(["steel", "power"], ["shihezi", "hami"]) == ["industry.chang-shi", "all.elsewhere"]
    as_one = [group.id for group in labels.region_groups if group.as_one]
    apart = len(labels.region_groups) - len(as_one)
    assert len(labels.tags()) == len(labels.sector_groups) * apart + len(as_one)
    assert [region.id for sector, region in labels.tags() if sector.id == "all"] == as_one
    order = [sector.id for sector, _ in labels.tags()]
    changes = sum(first != second for first, second in pairwise(order))
    assert changes == len(labels.sector_groups), "regions run fastest"


@pytest.mark.parametrize("name", ["steel", " STEEL ", "钢铁", "iron and Steel"])
def test_a_sector_is_found_by_any_name(name: str) -> None:
    assert source_labels().sector(name).id == "steel"


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"unknown sector 'steal'\. Did you mean 'steel'"):
        source_labels().sector("steal")
    with pytest.raises(InputError, match=r"unknown region 'zzz'\. Known: urumqi"):
        source_labels().region("zzz")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sectors": "twice"}, "'power' is given twice"),
        ({"regions": "twice"}, "'urumqi' is given twice"),
        ({"regions": "no beyond"}, "a region 'beyond' is needed"),
        ({"sectors": "no group"}, "unknown group 'sea'"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(change: dict[str, str], words: str) -> None:
    plain = source_labels().model_dump()
    ((kind, fault),) = change.items()
    labels = list(plain[kind])
    if fault == "twice":
        labels.append(labels[0])
    elif fault == "no beyond":
        labels = [label for label in labels if label["id"] != "beyond"]
    else:
        labels[0] = {**labels[0], "tag": "sea"}
    with pytest.raises(ValidationError, match=words):
        SourceLabels.model_validate({**plain, kind: tuple(labels)})


def test_two_regions_may_not_share_a_county() -> None:
    plain = source_labels().model_dump()
    regions = [dict(region) for region in plain["regions"]]
    regions[1]["members"] = (*regions[1]["members"], "6501")
    with pytest.raises(ValidationError, match="member: '6501' is given twice"):
        SourceLabels.model_validate({**plain, "regions": tuple(regions)})
