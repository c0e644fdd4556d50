"""Cells, headers, units and codes of tables."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.labels import source_labels
from emissions_inventory.tables.classes import sector_of_class
from emissions_inventory.tables.columns import enterprise_config
from emissions_inventory.tables.coordinates import degrees_from_text
from emissions_inventory.tables.header_names import Key, header_names, meaning_of
from emissions_inventory.tables.kinds import KINDS
from emissions_inventory.tables.numeric_cells import read_numbers, read_texts
from emissions_inventory.tables.stacks import credit_code_holds
from emissions_inventory.tables.unit_names import read_unit

CONFIG = enterprise_config()
NAMES = header_names(CONFIG)


def cells(*values: object) -> np.ndarray:
    column = np.empty(len(values), object)
    column[:] = values
    return column


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12.0),
        (12.5, 12.5),
        ("1,234.5", 1234.5),
        ("１２．５", 12.5),
        (" 7 ", 7.0),
        ("1.5e3", 1500.0),
        ("1，234，567", 1234567.0),
        ("−3", -3.0),
        (".5", 0.5),
        ("+4", 4.0),
    ],
)
def test_numbers_as_people_write_them(cell: object, value: float) -> None:
    for column in (cells(cell), cells(cell, "x")):
        assert read_numbers(column, CONFIG).value[0] == value


@pytest.mark.parametrize("cell", ["", "—", "——", "/", "无", "-", "N/A", "暂无", "  "])
def test_what_stands_for_nothing_is_no_fault(cell: str) -> None:
    read = read_numbers(cells(cell, "5"), CONFIG)
    assert math.isnan(read.value[0])
    assert not read.faults


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("约3万", "not_a_number"),
        ("1,2345", "not_a_number"),
        ("1_000", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        ("0x10", "not_a_number"),
        ("12吨", "not_a_number"),
        ("1e999", "not_a_number"),
        (float("inf"), "not_a_number"),
        (float("nan"), "not_a_number"),
        (dt.date(2026, 1, 2), "date_cell"),
        (dt.time(1, 2), "date_cell"),
        (True, "truth_cell"),
        ("#REF!", "error_cell"),
        ("#DIV/0!", "error_cell"),
        ("=A1*2", "formula_cell"),
        ("1-2", "not_a_number"),
        ("3.5.1", "not_a_number"),
    ],
)
def test_what_is_no_number_is_told(cell: object, kind: str) -> None:
    read = read_numbers(cells(cell, 1.0, "2"), CONFIG)
    assert list(read.faults) == [kind]
    np.testing.assert_array_equal(read.faults[kind], [True, False, False])
    assert math.isnan(read.value[0])


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=8), st.booleans())
@settings(max_examples=60, deadline=None)
def test_numbers_come_back_as_they_were(values: list[float], as_text: bool) -> None:
    column = cells(*(repr(value) if as_text else value for value in values))
    np.testing.assert_array_equal(read_numbers(column, CONFIG).value, values)


WILD = st.one_of(
    st.text(max_size=12),
    st.floats(),
    st.integers(-(10**18), 10**18),
    st.booleans(),
    st.dates(),
    st.times(),
    st.sampled_from(["1,234", "５％", "95%", "#N/A", "=1+1", "°", "\0", "\ufeff", "1e400", "٣", "²", "½"]),
)


@given(st.lists(WILD, max_size=10))
@settings(max_examples=150, deadline=None)
def test_wild_cells_are_numbers_nothing_or_told(column: list[object]) -> None:
    read = read_numbers(cells(*column), CONFIG)
    faulty = np.zeros(len(column), bool)
    for which in read.faults.values():
        faulty |= which
    assert not np.isinf(read.value).any()
    assert np.isnan(read.value[faulty]).all()
    silent = np.isnan(read.value) & ~faulty
    texts = read_texts(cells(*column), CONFIG)
    assert all(texts[place] == "" for place in np.flatnonzero(silent))
    assert set(read.faults) <= set(KINDS)
    assert all(isinstance(text, str) for text in texts)


@given(st.lists(WILD, min_size=1, max_size=6), st.permutations(range(6)))
@settings(max_examples=60, deadline=None)
def test_a_cell_reads_the_same_whatever_stands_beside_it(column: list[object], order: list[int]) -> None:
    whole = read_numbers(cells(*column), CONFIG).value
    for place in [one for one in order if one < len(column)]:
        np.testing.assert_array_equal(read_numbers(cells(column[place]), CONFIG).value[0], whole[place])


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("87°36′12″", 87 + 36 / 60 + 12 / 3600),
        ("东经87度36分12秒", 87.60333333333334),
        ("87°36'12\"E", 87.60333333333334),
        ("87.6°E", 87.6),
        ("43°49.5′N", 43.825),
        ("87 ° 36 ′", 87.6),
        ("北纬43.8", 43.8),
        ("87°36’12.6”", 87.6035),
    ],
)
def test_degrees_minutes_and_seconds(text: str, degrees: float) -> None:
    assert degrees_from_text(text) == pytest.approx(degrees, rel=1e-12)


@pytest.mark.parametrize("text", ["87°61′", "87°36′75″", "八十七", "", "87..6", "1234°", "87°36′12″ 43°"])
def test_other_texts_are_no_degrees(text: str) -> None:
    assert math.isnan(degrees_from_text(text))


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59))
@settings(max_examples=50, deadline=None)
def test_sexagesimal_degrees_are_sums(whole: int, minutes: int, seconds: int) -> None:
    value = degrees_from_text(f"{whole}°{minutes}′{seconds}″")
    assert value * 3600 == pytest.approx(whole * 3600 + minutes * 60 + seconds, abs=1e-8)


def test_the_credit_code_of_the_standards_example_holds() -> None:
    """HJ 608-2017, appendix A: 91130200699229617X."""
    assert credit_code_holds("91130200699229617X")
    spoilt = "91130200699229618X"
    assert not credit_code_holds(spoilt)
    assert not credit_code_holds("91130200699229617")


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17), st.integers(0, 16), st.data())
@settings(max_examples=50, deadline=None)
def test_one_changed_sign_breaks_a_credit_code(body: str, place: int, data: st.DataObject) -> None:
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    (whole,) = [body + sign for sign in signs if credit_code_holds(body + sign)]
    other = data.draw(st.sampled_from([sign for sign in signs if sign != whole[place]]))
    assert not credit_code_holds(whole[:place] + other + whole[place + 1 :])


@pytest.mark.parametrize(
    ("texts", "key", "unit"),
    [
        (["排气筒高度(m)"], Key("height"), "m"),
        (["排气筒高度（米）"], Key("height"), "米"),
        (["企业 名称*"], Key("name"), ""),
        (["SO₂排放因子 (kg/t)"], Key("factor", "so2"), "kg/t"),
        (["PM2.5去除效率\n(%)"], Key("control", "pm25"), "%"),
        (["二氧化硫(SO2)排放量（吨/年）"], Key("emission", "so2"), "吨/年"),
        (["Stack_Height [m]"], Key("height"), "m"),
        (["污染物", "SO2", "排放量(t)"], Key("emission", "so2"), "t"),
        (["1月"], Key("month_activity", "", 1), ""),
        (["排放量", "NOx"], Key("emission", "nox"), ""),
        (["07月PM10排放量(kg)"], Key("month_emission", "pm10", 7), "kg"),
        (["烟气温度(℃)"], Key("temperature"), "°c"),
        (["排气筒内径/m"], Key("diameter"), "m"),
        (["COD"], None, ""),
        (["12月二氧化硫"], Key("month_emission", "so2", 12), ""),
        (["经度(°)"], Key("lon"), "°"),
    ],
)
def test_headers_as_bureaus_write_them(texts: list[str], key: Key | None, unit: str) -> None:
    assert meaning_of(texts, NAMES, CONFIG) == (key, unit)


@pytest.mark.parametrize(
    ("kind", "text", "scale"),
    [
        ("factor", "kg/t", 1e-3),
        ("factor", "g/kg", 1e-3),
        ("factor", "kg/m3", 1.0),
        ("factor", "g/kWh", 1e-3 / 3.6e6),
        ("factor", "千克/吨-原料", 1e-3),
        ("factor", "kg/万m³", 1e-4),
        ("factor", "kg/t标煤", 1e-3),
        ("emission", "t/a", 1000.0),
        ("emission", "千克/年", 1.0),
        ("emission", "万吨", 1e7),
        ("activity", "万吨/年", 1e7),
        ("activity", "万立方米", 1e4),
        ("activity", "亿kWh", 3.6e14),
        ("flow", "万m3/h", 1e4),
        ("length", "mm", 1e-3),
    ],
)
def test_units(kind: str, text: str, scale: float) -> None:
    unit = read_unit(kind, text, CONFIG)
    assert unit is not None
    assert unit.scale == pytest.approx(scale, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "text"), [("factor", "kg"), ("factor", "mg/m3/h"), ("length", "t"), ("emission", "ppm")]
)
def test_unknown_units(kind: str, text: str) -> None:
    assert read_unit(kind, text, CONFIG) is None


@pytest.mark.parametrize(
    ("levels", "sector"),
    [
        (("化石燃料固定燃烧源", "电力供热", "煤炭", "煤粉炉"), "power"),
        (("化石燃料固定燃烧源", "民用锅炉", "", ""), "heating"),
        (("化石燃料固定燃烧源", "电力供热", "煤炭", "供热锅炉"), "heating"),
        (("化石燃料固定燃烧源", "民用燃烧", "煤炭", ""), "scattered_coal"),
        (("工艺过程源", "钢铁", "烧结", ""), "steel"),
        (("工艺过程源", "建材", "水泥", "熟料"), "cement"),
        (("工艺过程源", "建材", "砖瓦", ""), "other_industry"),
        (("工艺过程源", "有色冶金", "电解铝", ""), "nonferrous"),
        (("工艺过程源", "石油化工", "", ""), "petrochemical"),
        (("工艺过程源", "化工", "煤制烯烃", ""), "coal_chemistry"),
        (("工艺过程源", "化工", "聚氯乙烯", "电石法"), "chlor_alkali"),
        (("", "水泥制造", "", ""), "cement"),
        (("移动源", "道路移动源", "", ""), "traffic"),
        (("", "热力生产和供应", "", ""), "heating"),
        (("钢铁", "", "", ""), "steel"),
        (("扬尘源", "道路扬尘", "", ""), "fugitive_dust"),
        (("其他排放源", "餐饮", "", ""), "other"),
        (("无此类", "", "", ""), ""),
        (("化石燃料固定燃烧源", "", "", ""), ""),
        (("steel", "", "", ""), "steel"),
        (("氯碱", "", "", ""), "chlor_alkali"),
    ],
)
def test_source_classes(levels: tuple[str, ...], sector: str) -> None:
    assert sector_of_class(levels, CONFIG) == sector


def test_every_sector_can_be_named_by_a_class() -> None:
    named = {rule.sector for rule in CONFIG.classes}
    assert named == set(source_labels().sector_ids())


def test_kinds_speak_both_languages() -> None:
    for kind in KINDS.values():
        for text in kind[1:]:
            assert text.count("{}") <= 1
        assert kind.english.isascii()
        assert not kind.chinese.isascii()
