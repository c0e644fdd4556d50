from __future__ import annotations

import pytest
from pydantic import ValidationError

from emissions_inventory.labels import source_labels
from foundation.errors import InputError
from sources.categories import ProfileRule, SourceCategories, source_categories


def test_every_sector_group_is_in_exactly_one_compared_group() -> None:
    held = [group for one in source_categories().compared_groups() for group in one.sector_groups]
    assert sorted(held) == sorted(group.id for group in source_labels().sector_groups)


def test_secondary_categories_are_compared_by_their_component_alone() -> None:
    groups = {one.categories: one for one in source_categories().compared_groups()}
    assert groups["secondary_sulfate",].components == ("sulfate",)
    assert groups["secondary_nitrate",].sector_groups == ()
    assert groups["coal_combustion",].sector_groups == ("power", "heating", "scattered_coal")


def test_categories_are_found_by_any_of_their_names() -> None:
    table = source_categories()
    assert table.category("燃煤") == table.category("Coal combustion") == table.category("coal_combustion")
    with pytest.raises(InputError, match="unknown category 'magic'"):
        table.category("magic")


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Combustion | Electric Generation; Boiler | Coal | Coal-Fired Power Plant", "coal_combustion"),
        ("Combustion | Mobile; Onroad | Gasoline | Motor Vehicle Exhaust", "traffic"),
        ("Dust | Road | Paved | Paved Road Dust", "dust"),
        ("Dust | Road | Road Salt/sand | Salting Material", "salt"),
        ("Combustion | Industrial; Metal; Electric Arc Furnace | Steel | Steel Furnace", "metal_industry"),
        ("Combustion | Mineral Products; Kiln | Cement | Cement Kiln (Coal-Fired)", "other_industry"),
        ("Combustion | Boiler | Residual Oil | Oil-Fired Boiler", "oil_combustion"),
        ("Combustion | Biomass Burning; Wildfire | Pine | Fire", "biomass_burning"),
        ("SIA, ammonium sulfate, all sources | Secondary sulphate", "secondary_sulfate"),
        (
            "traffic, exhaust, SIA, ammonium nitrate, all sources | Secondary nitrate+vehicular emissions",
            "traffic",
        ),
        ("industry, powerplant, coal , other combustion, all sources | Coal power plant", "coal_combustion"),
        ("Miscellaneous | Miscellaneous | Miscellaneous | Overall Composite", None),
    ],
)
def test_profiles_fall_into_the_category_of_their_words(text: str, category: str | None) -> None:
    assert source_categories().of_profile(text) == category


def test_words_stand_whole_unless_they_end_in_a_star() -> None:
    assert ProfileRule(any=("coal",)).fits("boiler | coal")
    assert not ProfileRule(any=("coal",)).fits("charcoal grill")
    assert not ProfileRule(any=("lead",)).fits("leaded gasoline")
    assert ProfileRule(any=("resuspen*",)).fits("resuspended dust")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sector_groups": ["nowhere"]}, "unknown sector or group 'nowhere'"),
        ({"sectors": ["traffic"]}, "'traffic' lies in none of its groups"),
        ({"components": ["sulfate"]}, "what is made in the air has no sector group"),
        ({"profiles": [{"none": ["coal"]}]}, "needs `any` or `all`"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(change: dict[str, object], words: str) -> None:
    one = source_categories().category("coal_combustion").model_dump()
    with pytest.raises(ValidationError, match=words):
        SourceCategories.model_validate({"categories": [one | change]})
