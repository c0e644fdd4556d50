"""A table of facts is refused, naming line and column, as soon as one cell is wrong."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.facts import County, IndustrialPlant, Neighbour, counties
from emissions_inventory.facts.tables import parse_table, refuse_unknown_counties
from foundation.errors import ConfigurationError

COLUMNS = "name_chinese,name_english,country,province,lon,lat,population,source"
ALMATY = "阿拉木图,Almaty,KAZ,,76.912,43.252,1977011,GeoNames"
OSH = "奥什,Osh,KGZ,,72.799,40.528,322164,GeoNames"


def read(*rows: str, header: str = COLUMNS) -> tuple[Neighbour, ...]:
    return parse_table(Neighbour, "\n".join(["# comment", header, *rows]), "table.csv", ("name_english",))


def test_a_sound_table_is_read_in_its_order() -> None:
    almaty, osh = read(ALMATY, OSH)
    assert (almaty.name_english, almaty.lon, almaty.population) == ("Almaty", 76.912, 1977011)
    assert osh.name_chinese == "奥什"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((OSH, ALMATY.replace("76.912", "176.912")), r"table\.csv, line 4: column lon: .*176\.912"),
        ((OSH.replace("40.528", "30.5"),), r"line 3: column lat: .*30\.5"),
        ((OSH.replace("72.799", "nan"),), "line 3: column lon"),
        ((OSH.replace("72.799", ""),), "line 3: column lon"),
        ((OSH.replace("322164", "many"),), "line 3: column population: .*many"),
        ((OSH.replace("KGZ", "kg"),), "line 3: column country"),
        ((OSH, OSH), "line 4: column name_english: 'Osh' stands in line 3 already"),
        ((OSH + ",more",), "line 3: expected 8 values, got 9"),
        ((), "expected the names of the columns and rows"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(rows: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        read(*rows)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (COLUMNS.replace(",lat", ""), "line 2: missing column lat"),
        (COLUMNS + ",height", "line 2: unknown column height"),
        (COLUMNS + ",lat", "line 2: repeated column lat"),
    ],
)
def test_a_wrong_header_is_named(header: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read(OSH, header=header)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_table_or_one_clear_line(text: str) -> None:
    try:
        rows = parse_table(Neighbour, text, "table.csv", ("lon",))
    except ConfigurationError as error:
        assert re.match(r"table\.csv", str(error))
        assert len(str(error).splitlines()) == 1
    else:
        assert rows


def works(adcode: str, sector: str = "cement", capacity: str = "") -> IndustrialPlant:
    row = f"a,A,甲,{sector},cement,{capacity},{adcode},87.6,43.8,,made for the test,false"
    header = "id,english,chinese,sector,product,capacity_kt,adcode,lon,lat,year,source,verified"
    (plant,) = parse_table(IndustrialPlant, f"{header}\n{row}", "works.csv", ("id",))
    return plant


def test_a_county_that_is_not_known_is_refused() -> None:
    known = [county.adcode for county in counties()]
    refuse_unknown_counties([works("650109")], known, "works.csv")
    with pytest.raises(ConfigurationError, match=r"works\.csv, row a: column adcode.*659099"):
        refuse_unknown_counties([works("659099")], known, "works.csv")


def test_a_cement_works_without_a_capacity_has_a_typical_one_marked_as_such() -> None:
    assert works("650109").capacity_kt is None
    assert works("650109").year is None
    assert works("650109").assumed_capacity_kt == pytest.approx(2500 * 320 / 1000)
    assert works("650109", capacity="1500").assumed_capacity_kt is None
    assert works("650109", sector="steel").assumed_capacity_kt is None


def test_rows_cannot_be_changed() -> None:
    county: County = counties()[0]
    with pytest.raises(ValueError, match="frozen"):
        county.lon = 80.0  # type: ignore[misc]
