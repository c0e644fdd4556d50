"""The table of enterprises: conservation, months, units, faults and their places."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emissions_inventory import timing
from emissions_inventory.facts.shipped import county_of
from emissions_inventory.storage import read_inventory, write_inventory
from emissions_inventory.tables import (
    ImportReport,
    RefusedTableError,
    check_problem_list,
    import_enterprise,
    tables_benchmark,
    write_problems,
)  # fmt: skip
from emissions_inventory.tables.made_table import make_table, write_csv, write_workbook
from foundation.errors import BogdaError, InputError, RunError
from foundation.grids import Grid

GRID = Grid(np.linspace(73.0, 97.0, 25), np.linspace(34.0, 50.0, 17), np.array([0.0, 20.0]))
JANUARY = ("2026-01",)
YEAR = tuple(f"2026-{month:02d}" for month in range(1, 13))
HEAD = ["企业名称", "排污许可证编号", "区县代码", "经度", "纬度", "一级源分类", "二级源分类", "排气筒编号"]
GOOD = ["甲厂", "91130200699229617X001P", "650104", "87.55", "43.90", "工艺过程源", "钢铁", "DA001"]


def table(path: Path, extra: list[str], *rows: list[Any], **changes: str) -> Path:
    """A table of good rows; `changes` replaces cells of the first row by their header."""
    lines = [[*GOOD[:7], f"DA{place + 1:03d}", *row] for place, row in enumerate(rows)]
    names = [*HEAD, *extra]
    for name, value in changes.items():
        lines[0][names.index(name)] = value
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        csv.writer(stream).writerows([names, *lines])
    return path


def imported(path: Path, months: tuple[str, ...] = YEAR, **more: Any) -> tuple[Any, ImportReport]:
    return import_enterprise(path, months=months, grid=GRID, year=2026, **more)


def refused(path: Path, **more: Any) -> ImportReport:
    with pytest.raises(RefusedTableError) as told:
        imported(path, **more)
    assert "\n" not in str(told.value)
    report = told.value.report
    assert isinstance(report, ImportReport)
    return report


def kinds(report: ImportReport) -> list[tuple[int, str]]:
    return [(one.row, one.kind) for one in report.problems]


def total(inventory: Any, species: str) -> float:
    return float(inventory.totals().sel(species=species).sum())


def test_activity_times_factor_times_what_passes(tmp_path: Path) -> None:
    """100,000 t of coal at 8 kg/t with 95 % removed: 40 t; 2 g/kg with 99.5 %: 1 t."""
    head = ["年活动水平(万吨)", "SO2排放因子(kg/t)", "SO2去除效率(%)", "PM2.5排放因子(g/kg)", "PM2.5去除效率"]
    file = table(tmp_path / "a.csv", head, ["10", "8", "95", "2", "99.5%"])
    inventory, report = imported(file)
    assert total(inventory, "so2") == pytest.approx(40_000, rel=1e-12)
    assert total(inventory, "pm25") == pytest.approx(1_000, rel=1e-12)
    assert report.totals_t == pytest.approx({"so2": 40.0, "pm25": 1.0}, rel=1e-12)
    assert report.problems == ()
    assert inventory.points.id.tolist() == ["91130200699229617X001P#DA001"]
    assert inventory.points.region.tolist() == ["urumqi"]
    assert inventory.species == ("so2", "pm25")


AMOUNT = st.floats(0.001, 1e6)
ROW = st.tuples(
    AMOUNT, st.sampled_from(["t", "kg", "万吨", "吨"]), AMOUNT, st.floats(0, 100), st.floats(0, 1e5)
)


@given(
    st.lists(ROW, min_size=1, max_size=8),
    st.sampled_from(["kg/t", "g/kg", "g/t"]),
    st.sampled_from([JANUARY, YEAR]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_imported_is_the_sum_over_the_rows(
    tmp_path: Path, rows: list[tuple[float, str, float, float, float]], unit: str, months: tuple[str, ...]
) -> None:
    head = ["活动水平", "活动水平单位", f"SO2排放因子({unit})", "SO2去除效率(0-1)", "NOx排放量(kg/a)"]
    cells = [[repr(a), u, repr(f), repr(c / 100), repr(e)] for a, u, f, c, e in rows]
    inventory, report = imported(table(tmp_path / "a.csv", head, *cells), months)
    tonnes = {"t": 1.0, "吨": 1.0, "kg": 1e-3, "万吨": 1e4}
    per_tonne = {"kg/t": 1.0, "g/kg": 1.0, "g/t": 1e-3}[unit]
    share = timing.month_shares("steel", 2026, "urumqi")[0] if months == JANUARY else 1.0
    so2 = math.fsum(a * tonnes[u] * f * per_tonne * (1 - c / 100) for a, u, f, c, _ in rows) * share
    nox = math.fsum(e for *_, e in rows) * share
    assert report.rows_imported == len(rows)
    assert total(inventory, "so2") == pytest.approx(so2, rel=1e-9)
    assert total(inventory, "nox") == pytest.approx(nox, rel=1e-9)


def test_months_follow_the_profile_of_the_sector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shares = np.arange(1.0, 13.0) / 78.0
    asked: list[tuple[str, int, str | None]] = []

    def profile(sector: str, year: int, region: str | None = None) -> np.ndarray:
        asked.append((sector, year, region))
        return shares

    monkeypatch.setattr(timing, "month_shares", profile)
    file = table(tmp_path / "a.csv", ["SO2排放量(t/a)"], ["78"])
    inventory, _ = imported(file, ("2026-03", "2026-12"))
    np.testing.assert_allclose(inventory.points.emission[:, 0, 0], [3000.0, 12000.0], rtol=1e-12)
    assert asked == [("steel", 2026, "urumqi")]
    monkeypatch.setattr(timing, "month_shares", lambda *_: shares * 1.1)
    with pytest.raises(InputError, match="do not add up to 1"):
        imported(file)


def test_months_told_apart_are_used_as_they_stand(tmp_path: Path) -> None:
    head = ["SO2排放量(t/a)", *(f"{month}月SO2排放量(t)" for month in range(1, 13))]
    each = [str(month) for month in range(1, 13)]
    file = table(
        tmp_path / "a.csv",
        head,
        ["78", *each],
        ["100", *each],
        ["100", "", *each[1:]],
        ["78", "", "", *each[2:]],
    )
    inventory, report = imported(file, ("2026-01", "2026-02"))
    january, february = inventory.points.emission[:, :, 0]
    share = timing.month_shares("steel", 2026, "urumqi")
    np.testing.assert_allclose(january, [1000, 1000, 1e5 * share[0], 78e3 * share[0]], rtol=1e-9)
    np.testing.assert_allclose(february, [2000, 2000, 1e5 * share[1], 78e3 * share[1]], rtol=1e-9)
    assert kinds(report) == [(3, "months_differ"), (4, "months_incomplete"), (5, "months_incomplete")]


def test_activity_by_month(tmp_path: Path) -> None:
    head = ["SO2排放因子(kg/t)", "SO2去除效率(%)", "1月(吨)", "2月(吨)"]
    inventory, report = imported(
        table(tmp_path / "a.csv", head, ["10", "90", "200", "0"]), ("2026-01", "2026-02")
    )
    np.testing.assert_allclose(inventory.points.emission[:, 0, 0], [200.0, 0.0], atol=1e-9)
    assert report.problems == ()
    late = refused(table(tmp_path / "b.csv", head, ["10", "90", "200", "0"], ["10", "90", "", "0"]))
    assert (2, "missing") in kinds(late)


def test_the_year_goes_with_the_activity_of_its_months(tmp_path: Path) -> None:
    head = ["SO2排放量(t)", *(f"{month}月产量(吨)" for month in range(1, 13))]
    each = ["30", "0", *(["7"] * 10)]
    inventory, report = imported(table(tmp_path / "a.csv", head, ["50", *each]), ("2026-01", "2026-02"))
    np.testing.assert_allclose(inventory.points.emission[:, 0, 0], [15_000.0, 0.0], atol=1e-9)
    assert report.problems == ()
    few = table(tmp_path / "b.csv", head[:3], ["50", "30", "0"])
    assert any("fewer than twelve months" in note for note in imported(few)[1].notes)


def test_a_stated_emission_stands_where_no_product_can_be_formed(tmp_path: Path) -> None:
    head = ["活动水平(t)", "SO2排放因子(kg/t)", "SO2去除效率(%)", "SO2排放量(t)"]
    file = table(
        tmp_path / "a.csv",
        head,
        ["1000", "10", "50", "5.1"],
        ["1000", "10", "50", "9"],
        ["—", "10", "50", "7"],
        ["1000", "10", "50", "/"],
    )
    inventory, report = imported(file)
    np.testing.assert_allclose(inventory.points.emission.sum(0)[:, 0], [5000, 5000, 7000, 5000], rtol=1e-9)
    assert kinds(report) == [(3, "emission_differs")]
    assert report.problems[0].got == "9 / 5 t"


SPOILT = [
    ({"区县代码": "659999"}, "unknown_county"),
    ({"区县代码": "6.501E+05"}, "unknown_county"),
    ({"一级源分类": "", "二级源分类": ""}, "missing"),
    ({"一级源分类": "x", "二级源分类": "y"}, "unknown_class"),
    ({"经度": "43.90", "纬度": "87.55"}, "swapped"),
    ({"经度": "187"}, "outside_china"),
    ({"经度": "0", "纬度": "0"}, "outside_china"),
    ({"经度": "八十七"}, "not_a_number"),
    ({"企业名称": "", "排污许可证编号": "/"}, "missing"),
    ({"排污许可证编号": "9.113E+21"}, "digits_lost"),
    ({"SO2排放量(t)": "-1"}, "negative"),
    ({"SO2排放量(t)": "1.2吨"}, "not_a_number"),
    ({"SO2排放量(t)": "无"}, "no_emission"),
    ({"SO2排放量(t)": "#VALUE!"}, "error_cell"),
    ({"SO2排放量(t)": "=B2*3"}, "formula_cell"),
    ({"SO2排放量(t)": "50%"}, "not_a_number"),
    ({"排气筒高度(m)": "401"}, "implausible"),
    ({"排气筒内径(m)": "21"}, "implausible"),
    ({"烟气温度(K)": "200"}, "implausible"),
    ({"烟气流速(m/s)": "61"}, "implausible"),
    ({"绩效分级": "E"}, "unknown_grade"),
    ({"SO2去除效率(%)": "101"}, "control_above_one"),
    ({"PM2.5排放量(t)": "3"}, "fine_above_coarse"),
    ({"BC排放量(t)": "1.5"}, "carbon_above_fine"),
    ({"排气筒编号": "#REF!"}, "error_cell"),
    ({"SO2去除效率(%)": "-2"}, "negative"),
]
FULL = {
    "SO2排放量(t)": "5",
    "排气筒高度(m)": "60",
    "排气筒内径(m)": "2",
    "烟气温度(K)": "400",
    "烟气流速(m/s)": "12",
    "绩效分级": "B",
    "活动水平(t)": "",
    "SO2排放因子(kg/t)": "",
    "SO2去除效率(%)": "95",
    "PM2.5排放量(t)": "1",
    "PM10排放量(t)": "2",
    "BC排放量(t)": "0.1",
}


@pytest.mark.parametrize(("change", "kind"), SPOILT)
def test_a_bad_cell_is_told_by_row_and_column_and_leaves_its_row_out(
    tmp_path: Path, change: dict[str, str], kind: str
) -> None:
    cells = dict(FULL)
    only_so2 = kind == "no_emission"
    if only_so2:
        for name in ("PM2.5排放量(t)", "PM10排放量(t)", "BC排放量(t)"):
            cells.pop(name)
    good = list(cells.values())
    file = table(tmp_path / "a.csv", list(cells), good, good, good, **change)
    report = refused(file)
    assert (report.rows_read, report.rows_bad) == (3, 1)
    serious = [one for one in report.problems if one.serious]
    assert {one.row for one in serious} == {2}
    assert kind in {one.kind for one in serious}
    (found,) = [one for one in serious if one.kind == kind][:1]
    names = [*HEAD, *cells]
    named = (
        next(name for name in change)
        if kind not in {"fine_above_coarse", "carbon_above_fine", "missing"}
        else ""
    )
    assert named in found.column
    if named:
        assert found.column.split(", ")[0].partition(" ")[0] in {
            chr(65 + names.index(name)) for name in (*change, "经度")
        }
    inventory, after = imported(file, accept_good_rows=True)
    assert after.rows_imported == len(inventory.points) == 2
    assert total(inventory, "so2") == pytest.approx(10_000, rel=1e-9)


def test_the_refusal_says_how_many_which_first_and_where_the_list_is(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", ["SO2排放量(t)"], ["1"], ["=HYPERLINK(1)"], ["-3"])
    listed = tmp_path / "bad.csv"
    with pytest.raises(
        RefusedTableError, match=r"a\.csv: 2 of 3 rows are bad; the first: .*row 3, I SO2排放量.*bad\.csv"
    ):
        imported(file, problem_list=listed)
    with listed.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["row"], row["kind"]) for row in rows] == [("3", "formula_cell"), ("4", "negative")]
    assert [row["got"] for row in rows] == ["'=HYPERLINK(1)", "'-3"]
    assert all(row["remedy"] for row in rows)


def test_no_good_row_is_refused_even_when_good_rows_are_accepted(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", ["SO2排放量(t)"], ["x"])
    with pytest.raises(RefusedTableError, match="No row is good"):
        imported(file, accept_good_rows=True)
    with pytest.raises(RefusedTableError, match="no rows of data"):
        imported(table(tmp_path / "b.csv", ["SO2排放量(t)"]))


def test_a_stack_given_twice(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", ["SO2排放量(t)"], ["1"], ["2"], ["4"], 排气筒编号="DA003")
    report = refused(file)
    assert kinds(report) == [(4, "duplicate_stack")]
    assert "首见第 2 行" in report.problems[0].what
    inventory, _ = imported(file, accept_good_rows=True)
    assert total(inventory, "so2") == pytest.approx(3000, rel=1e-9)
    first_bad = table(tmp_path / "b.csv", ["SO2排放量(t)"], ["x"], ["2"], ["4"], 排气筒编号="DA003")
    inventory, report = imported(first_bad, accept_good_rows=True)
    assert kinds(report) == [(2, "not_a_number")]
    assert total(inventory, "so2") == pytest.approx(6000, rel=1e-9)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("企业名称,经度,纬度,SO2 排放浓渡\n甲,87,43,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"源分类 class_1 … class_4 \(source.*排放量.*D SO2 排放浓渡"):
        imported(file)


def test_without_coordinates_a_row_lies_at_the_seat_and_without_a_county_it_takes_the_nearest(
    tmp_path: Path,
) -> None:
    seat = county_of("650104")
    file = table(tmp_path / "a.csv", ["SO2排放量(t)"], ["1"], ["1"], 经度="/", 纬度="")
    inventory, report = imported(file)
    assert (inventory.points.lon[0], inventory.points.lat[0]) == (seat.lon, seat.lat)
    assert kinds(report) == [(2, "no_coordinates")]
    file = table(
        tmp_path / "b.csv",
        ["SO2排放量(t)"],
        ["1"],
        区县代码="",
        经度=str(seat.lon + 0.01),
        纬度=str(seat.lat),
    )
    inventory, report = imported(file)
    assert inventory.points.county.tolist() == ["650104"]
    assert any("最近驻地" in note for note in report.notes)
    nowhere = refused(table(tmp_path / "c.csv", ["SO2排放量(t)"], ["1"], 区县代码="", 经度=""))
    assert kinds(nowhere) == [(2, "no_place")]


def test_far_from_the_seat_is_a_warning(tmp_path: Path) -> None:
    _, report = imported(table(tmp_path / "a.csv", ["SO2排放量(t)"], ["1"], 经度="90.2"))
    assert kinds(report) == [(2, "far_from_seat")]
    assert report.problems[0].got.endswith("km")
    assert 150 < float(report.problems[0].got.removesuffix(" km")) < 300


def test_counties_by_name(tmp_path: Path) -> None:
    rows = [["1", name] for name in ("天山区", "乌鲁木齐市新市区", "昌吉市", "玛纳斯")]
    inventory, _ = imported(
        table(tmp_path / "a.csv", ["SO2排放量(t)", "区县"], *rows, 区县代码=""), accept_good_rows=True
    )
    assert inventory.points.county[0] == "650102"
    report = refused(table(tmp_path / "b.csv", ["SO2排放量(t)", "区县"], ["1", "天山区"]))
    assert kinds(report) == [(2, "county_contradicts")]
    report = refused(table(tmp_path / "c.csv", ["SO2排放量(t)", "区县"], ["1", "天水区"], 区县代码=""))
    assert "天山区" in report.problems[0].remedy


def test_stacks_in_their_units_and_velocity_from_the_flow(tmp_path: Path) -> None:
    """36,000 m3/h at 0 °C through 1 m2 is 10 m/s; expanded to 136.575 °C half as much again."""
    head = ["SO2排放量(t)", "烟囱高度(cm)", "排气筒内径(mm)", "烟气温度(K)", "烟气量(Nm3/h)"]
    across = repr(2000 / math.sqrt(math.pi))
    inventory, report = imported(
        table(tmp_path / "a.csv", head, ["1", "6000", across, "409.725", "36000"], ["1", "0", "0", "", "1"])
    )
    stacks = inventory.points.stacks
    assert (stacks.height[0], stacks.temperature[0]) == pytest.approx((60.0, 409.725))
    assert stacks.velocity[0] == pytest.approx(15.0, rel=1e-12)
    assert np.isnan([stacks.height[1], stacks.diameter[1], stacks.temperature[1], stacks.velocity[1]]).all()
    assert report.problems == ()


def test_control_efficiencies_as_fractions_in_a_column_of_per_cent(tmp_path: Path) -> None:
    """A cell formatted as per cent is stored as 0.95."""
    head = ["活动水平(t)", "SO2排放因子(kg/t)", "SO2去除效率(%)"]
    inventory, report = imported(
        table(tmp_path / "a.csv", head, ["1000", "10", "0.95"], ["1000", "10", "0.9"], ["1000", "10", "无"])
    )
    np.testing.assert_allclose(inventory.points.emission.sum(0)[:, 0], [500, 1000, 10000], rtol=1e-9)
    assert kinds(report) == [(0, "control_as_fraction")]
    inventory, report = imported(
        table(tmp_path / "b.csv", head, ["1000", "10", "95"], ["1000", "10", "90"], ["1000", "10", "0.9"])
    )
    np.testing.assert_allclose(inventory.points.emission.sum(0)[:, 0], [500, 1000, 9910], rtol=1e-9)
    assert kinds(report) == [(4, "control_tiny")]


def test_units_that_do_not_fit(tmp_path: Path) -> None:
    head = ["活动水平", "活动水平单位", "SO2排放因子", "排放因子单位"]
    file = table(
        tmp_path / "a.csv",
        head,
        ["10", "万m3", "2", "kg/t"],
        ["10", "万m3", "2", "kg/万m3"],
        ["10", "斤", "2", "kg/t"],
    )
    report = refused(file)
    assert [one for one in kinds(report) if one[1] != "no_emission"] == [
        (2, "units_differ"),
        (4, "unknown_unit"),
    ]
    inventory, _ = imported(file, accept_good_rows=True)
    assert total(inventory, "so2") == pytest.approx(20.0, rel=1e-9)


def test_species_that_a_table_does_not_tell_are_not_made_up(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", ["PM2.5排放量(t)", "PM10排放量(t)"], ["1", "2"], ["1", ""])
    inventory, report = imported(file)
    assert inventory.species == ("pm25", "pm10")
    assert total(inventory, "pm10") == pytest.approx(3000, rel=1e-9)
    assert kinds(report) == [(3, "coarse_raised")]
    assert any(
        "not in the table and not added: so2, nox, bc, oc, co, voc, nh3" in note for note in report.notes
    )


def test_grades_and_leading_enterprises(tmp_path: Path) -> None:
    rows = [["1", grade] for grade in ("A", "b级", "C类", "D", "引领性", "非引领性", "/", "")]
    inventory, report = imported(table(tmp_path / "a.csv", ["SO2排放量(t)", "绩效分级"], *rows))
    assert inventory.points.grade.tolist() == ["A", "B", "C", "D", "A", "", "", ""]
    assert any("非引领性" in note for note in report.notes)


def test_permits_that_cannot_be_right_are_warnings(tmp_path: Path) -> None:
    for permit, kind in (("911302006992296", "permit_form"), ("91130200699229618X001P", "permit_check")):
        _, report = imported(table(tmp_path / f"{kind}.csv", ["SO2排放量(t)"], ["1"], 排污许可证编号=permit))
        assert kinds(report) == [(2, kind)]


def test_the_step_is_on_the_trail_and_the_version_comes_back_from_a_file(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", ["SO2排放量(t)"], ["1"], ["2"])
    inventory, report = imported(file, JANUARY)
    (step,) = inventory.trail
    assert (step.action, step.inputs[0].role) == ("import", "enterprise table")
    assert step.mass_t["so2"] == report.totals_t["so2"]
    assert step.notes == report.notes
    assert set(map(str, inventory.uncertainty["sector"].values)) == {"steel"}
    again = read_inventory(write_inventory(inventory, tmp_path / "a.nc"))
    assert again.version == inventory.version
    assert json.loads(json.dumps(report.as_dict()))["rows_imported"] == 2
    assert any("导入 2 行" in line and "2 imported" in line for line in report.lines())


def test_a_workbook_as_a_bureau_sends_it(tmp_path: Path) -> None:
    """A title, headers of two rows, cells merged both ways, numbers as text, a row of sums."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["附件1 企业排放清单"],
        [
            "序号",
            "企业名称",
            "所属区县",
            "经度",
            "纬度",
            "源分类",
            None,
            "排气筒",
            None,
            "二氧化硫",
            "颗粒物",
            None,
        ],
        [
            None,
            None,
            None,
            None,
            None,
            "一级",
            "二级",
            "编号",
            "高度(m)",
            "排放量(t/a)",
            "PM2.5排放量(t)",
            "PM10排放量(t)",
        ],
        [
            1,
            "某热电厂",
            "头屯河区",
            87.3,
            43.87,
            "化石燃料固定燃烧源",
            "电力供热",
            "DA001",
            210,
            120.5,
            12,
            20,
        ],
        [None, None, None, None, None, None, None, "DA002", 210, 100, 10, 15],
        [2, "某水泥厂", "达坂城区", 88.3, 43.4, "工艺过程源", "水泥", 1, 80, "30", "5", "6"],
        ["合计", None, None, None, None, None, None, None, None, 250.5, 27, 41],
    ):
        sheet.append(row)
    for cells in ("A1:L1", "F2:G2", "H2:I2", "K2:L2", *(f"{letter}4:{letter}5" for letter in "BCDEFG")):
        sheet.merge_cells(cells)
    book.save(tmp_path / "a.xlsx")
    inventory, report = imported(tmp_path / "a.xlsx")
    assert report.totals_t == pytest.approx({"so2": 250.5, "pm25": 27.0, "pm10": 41.0}, rel=1e-9)
    assert inventory.points.id.tolist() == ["某热电厂#DA001", "某热电厂#DA002", "某水泥厂#1"]
    assert inventory.points.sector.tolist() == ["power", "power", "cement"]
    assert inventory.points.stacks.height.tolist() == [210, 210, 80]
    assert report.problems == ()


def test_months_must_be_months_and_progress_is_told(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", ["SO2排放量(t)"], ["1"])
    for months in ((), ("2026-13",), ("2026-1",), ("2026-01", "2026-01")):
        with pytest.raises(InputError, match="expected different months"):
            imported(file, months)
    told: list[float] = []
    imported(file, JANUARY, progress=lambda _stage, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0


WILD = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    st.sampled_from(
        [
            "1",
            "-1",
            "1e309",
            "90%",
            "#REF!",
            "=1",
            "合计",
            "87.5",
            "43.9",
            "钢铁",
            "A",
            "650104",
            "t",
            "kg/t",
            "１２",
        ]
    ),
)


@given(st.lists(st.lists(WILD, min_size=16, max_size=16), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wild_tables_are_imported_soundly_or_refused_in_one_line(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    file = tmp_path / "wild.csv"
    extra = [
        "活动水平",
        "活动水平单位",
        "SO2排放因子",
        "SO2去除效率",
        "SO2排放量",
        "PM2.5排放量",
        "排气筒高度(m)",
        "绩效分级",
    ]
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([[*HEAD, *extra], *rows, [*GOOD, "1", "t", "1", "0", "", "", "1", "A"]])
    try:
        inventory, report = imported(file, JANUARY, accept_good_rows=True)
    except BogdaError as error:
        assert "\n" not in str(error)
        return
    assert report.rows_imported + report.rows_bad == report.rows_read
    assert np.isfinite(inventory.points.emission).all()
    assert np.isfinite(inventory.points.lon).all()
    json.dumps(report.as_dict(), allow_nan=False)


@pytest.mark.parametrize("write", [write_csv, write_workbook])
def test_a_made_table_gives_back_its_sum_and_its_bad_rows(tmp_path: Path, write: Callable[..., Path]) -> None:
    made = make_table(300, 0.1)
    suffix = "csv" if write is write_csv else "xlsx"
    inventory, report = imported(write(made, tmp_path / f"made.{suffix}"), accept_good_rows=True)
    assert sorted({one.row - 2 for one in report.problems if one.serious}) == made.bad.tolist()
    good = np.setdiff1d(np.arange(300), made.bad)
    np.testing.assert_allclose(inventory.points.emission.sum((0, 1)), made.annual_kg[good].sum(0), rtol=1e-9)


def test_the_benchmark_is_plain_data(tmp_path: Path) -> None:
    result = json.loads(json.dumps(tables_benchmark(tmp_path, rows=400, bad_share=0.05)))
    assert (
        result["bad_rows_made"] == result["csv"]["bad_rows_found"] == result["xlsx"]["bad_rows_found"] == 20
    )
    assert max(result["csv"]["largest_change"], result["xlsx"]["largest_change"]) < 1e-9


@pytest.mark.parametrize("words", ["钢铁", "工艺过程源-钢铁-烧结", "Steel"])
def test_one_column_of_classes_is_decided_by_its_words(tmp_path: Path, words: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"企业名称,排放源分类,区县代码,SO2排放量(t)\n甲,{words},650104,1\n", encoding="utf-8")
    assert imported(file)[0].points.sector.tolist() == ["steel"]


def test_the_list_of_problems_replaces_an_earlier_list_alone(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", ["SO2排放量(t)"], ["1"], ["x"])
    before = file.read_bytes()
    (tmp_path / "link.csv").symlink_to(file)
    (tmp_path / "other.csv").write_text("row,column\n1,2\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    for name, said in (
        ("a.csv", "would replace the table"), ("link.csv", "would replace the table"),
        ("other.csv", "no earlier list"), ("empty.csv", "no earlier list"), (".", "no earlier list"),
        ("no/list.csv", "does not exist"),
    ):  # fmt: skip
        with pytest.raises(RunError, match=rf"{said}.*--problems"):
            imported(file, problem_list=tmp_path / name)
        if name == "other.csv":
            with pytest.raises(RunError, match=said):
                write_problems((), tmp_path / name)
    assert file.read_bytes() == before
    listed = tmp_path / "bad.csv"
    refused(file, problem_list=listed)
    first = listed.read_bytes()
    refused(file, problem_list=listed)
    assert listed.read_bytes() == first
    with pytest.raises(RunError, match="would replace the table or the inventory"):
        check_problem_list(listed, file, listed)


def test_particles_that_contradict_are_shown_as_typed_with_their_columns(tmp_path: Path) -> None:
    head = ["PM2.5排放量(kg)", "PM10排放量(t)", "活动水平(t)", "PM2.5排放因子(kg/t)", "PM2.5去除效率"]
    rows = ["3000.50", "2", "", "", ""], ["", "1", "1000", "20", "10%"]
    report = refused(table(tmp_path / "a.csv", head, *rows), months=JANUARY)
    found = {one.row: (one.column, one.got) for one in report.problems if one.kind == "fine_above_coarse"}
    assert found == {
        2: ("I PM2.5排放量(kg), J PM10排放量(t)", "3000.50 / 2"),
        3: ("L PM2.5排放因子(kg/t), M PM2.5去除效率, J PM10排放量(t)", "20 / 10% / 1"),
    }


def test_a_place_outside_xinjiang_is_a_warning_of_its_own(tmp_path: Path) -> None:
    rows = [["1"], ["1"], ["1"]]
    file = table(tmp_path / "a.csv", ["SO2排放量(t)"], *rows, 经度="121.47", 纬度="31.23", 区县代码="")
    _, report = imported(file)
    assert kinds(report) == [(2, "outside_xinjiang")]
    assert float(report.problems[0].got.removesuffix(" km")) > 2000
    named = table(tmp_path / "b.csv", ["SO2排放量(t)"], ["1"], 经度="121.47", 纬度="31.23")
    assert kinds(imported(named)[1]) == [(2, "far_from_seat"), (2, "outside_xinjiang")]


def test_the_remedy_names_the_options(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", ["SO2排放量(t)"], ["1"], ["x"])
    with pytest.raises(RefusedTableError, match=r"--accept-good-rows; .*--problems"):
        imported(file)
