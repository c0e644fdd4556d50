"""Tables of county totals, and where in a county they lie."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emissions_inventory import timing
from emissions_inventory.facts.shipped import counties, county_of
from emissions_inventory.tables import ImportReport, RefusedTableError, import_county
from emissions_inventory.tables.spreading import around_seat, spread_radius_km
from foundation.errors import InputError
from foundation.grids import Grid

ALL = Grid(np.linspace(70.0, 100.0, 151), np.linspace(32.0, 52.0, 101), np.array([0.0, 20.0]))
NORTH = Grid(np.linspace(82.0, 91.0, 46), np.linspace(42.6, 46.2, 19), np.array([0.0, 20.0]))
YEAR = tuple(f"2026-{month:02d}" for month in range(1, 13))
LONG = ["区县代码", "部门", "污染物", "排放量(t/a)"]


def written(path: Path, rows: list[list[Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        csv.writer(stream).writerows(rows)
    return path


def imported(
    path: Path, grid: Grid = ALL, months: tuple[str, ...] = YEAR, **more: Any
) -> tuple[Any, ImportReport]:
    return import_county(path, months=months, grid=grid, year=2026, **{"spread": around_seat, **more})


def test_long_and_wide_tables_are_the_same_inventory(tmp_path: Path) -> None:
    long = written(
        tmp_path / "l.csv",
        [
            LONG,
            ["650102", "散煤", "SO2", "10"],
            ["650102", "散煤", "PM2.5", "4"],
            ["652301", "traffic", "SO2", "1,000"],
            ["652301", "traffic", "PM2.5", "2"],
        ],
    )
    wide = written(
        tmp_path / "w.csv",
        [
            ["区县", "部门", "PM2.5排放量(kg)", "SO2(t)"],
            ["天山区", "民用燃烧", "4000", "10"],
            ["昌吉市", "移动源", "2000", "1000"],
            ["合计", "", "6000", "1010"],
        ],
    )
    one, report = imported(long)
    other, _ = imported(wide)
    assert one.checksum == other.checksum
    assert report.totals_t == pytest.approx({"so2": 1010.0, "pm25": 6.0}, rel=1e-9)
    totals = one.totals().sum("month")
    assert float(totals.sel(sector="scattered_coal", region="urumqi", species="so2")) == pytest.approx(
        1e4, rel=1e-9
    )
    assert float(totals.sel(sector="traffic", region="changji", species="so2")) == pytest.approx(
        1e6, rel=1e-9
    )


@given(
    st.lists(
        st.tuples(st.sampled_from([one.adcode for one in counties()]), st.floats(0.001, 1e6)),
        min_size=1,
        max_size=12,
        unique_by=lambda pair: pair[0],
    ),
    st.sampled_from([ALL, NORTH]),
    st.sampled_from([("2026-01",), YEAR]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_and_what_is_dropped_are_the_table(
    tmp_path: Path, rows: list[tuple[str, float]], grid: Grid, months: tuple[str, ...]
) -> None:
    share = timing.month_shares("traffic", 2026)[0] if len(months) == 1 else 1.0
    file = written(
        tmp_path / "c.csv", [LONG, *([code, "移动源", "NOx", repr(tonnes)] for code, tonnes in rows)]
    )
    inventory, report = imported(file, grid, months)
    kept = float(inventory.totals().sum()) / 1000
    expected = math.fsum(tonnes for _, tonnes in rows) * share
    assert kept + report.dropped_t.get("nox", 0.0) == pytest.approx(expected, rel=1e-9)
    assert inventory.trail[0].dropped_t == report.dropped_t


def test_a_county_outside_the_grid_is_dropped_and_told(tmp_path: Path) -> None:
    inventory, report = imported(written(tmp_path / "c.csv", [LONG, ["653201", "移动源", "NOx", "7"]]), NORTH)
    assert report.dropped_t == pytest.approx({"nox": 7.0})
    assert float(inventory.totals().sum()) == 0.0
    assert any("网格外" in line and "7.000" in line for line in report.lines())


def test_the_gaussian_around_a_seat() -> None:
    """A normal variable cut at 3 has the variance 1 - 6 phi(3) / (2 Phi(3) - 1) = 0.973337."""
    fine = Grid(np.linspace(86.0, 89.5, 701), np.linspace(42.5, 45.0, 501), np.array([0.0, 20.0]))
    share, seat = around_seat("650102", "traffic", fine), county_of("650102")
    assert share.sum() == pytest.approx(1.0, abs=1e-12)
    lon, lat = (share.sum(0) * fine.lon).sum(), (share.sum(1) * fine.lat).sum()
    assert (lon, lat) == pytest.approx((seat.lon, seat.lat), abs=1e-4)
    north_km = 6371.229 * np.deg2rad(fine.lat - seat.lat)
    spread = math.sqrt((share.sum(1) * north_km**2).sum() / 0.973337)
    assert spread == pytest.approx(spread_radius_km("650102"), rel=2e-3)
    assert (
        share.max()
        == share[np.searchsorted(fine.lat_edges, seat.lat) - 1, np.searchsorted(fine.lon_edges, seat.lon) - 1]
    )


def test_another_spread_may_be_given_and_is_checked(tmp_path: Path) -> None:
    file = written(tmp_path / "c.csv", [LONG, ["650102", "移动源", "NOx", "7"]])

    def one_cell(county: str, sector: str, grid: Grid) -> np.ndarray:
        assert (county, sector) == ("650102", "traffic")
        share = np.zeros(grid.shape[1:])
        share[3, 4] = 1.0
        return share

    inventory, report = imported(file, spread=one_cell)
    assert (inventory.areas.row.tolist(), inventory.areas.column.tolist()) == ([3], [4])
    assert report.dropped_t == {}
    for wrong in (
        lambda *_: np.full((100, 150), 1.0),
        lambda *_: np.zeros((2, 2)),
        lambda *_: np.full((100, 150), np.nan),
    ):
        with pytest.raises(InputError, match="shares of county 650102"):
            imported(file, spread=wrong)


def test_by_default_the_proxies_of_the_prior_spread_it(tmp_path: Path) -> None:
    file = written(tmp_path / "c.csv", [LONG, ["650102", "移动源", "NOx", "7"]])
    inventory, report = import_county(file, months=("2026-01",), grid=NORTH, year=2026)
    assert any("proxies of the prior" in note for note in report.notes)
    share = timing.month_shares("traffic", 2026, "urumqi")[0]
    kept = float(inventory.totals().sum()) / 1000 + report.dropped_t.get("nox", 0.0)
    assert kept == pytest.approx(7 * share, rel=1e-9)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["659999", "散煤", "SO2", "1"], "unknown_county"),
        (["", "散煤", "SO2", "1"], "missing"),
        (["650102", "炼丹", "SO2", "1"], "unknown_sector"),
        (["650102", "", "SO2", "1"], "missing"),
        (["650102", "散煤", "臭氧", "1"], "unknown_species"),
        (["650102", "散煤", "SO2", "—"], "no_emission"),
        (["650102", "散煤", "SO2", "-1"], "negative"),
        (["650103", "农业", "NH3", "2"], "duplicate_total"),
        (["650103", "散煤", "PM10", "0.5"], ""),
    ],
)
def test_bad_rows_are_told(tmp_path: Path, row: list[str], kind: str) -> None:
    good = [["650103", "农业", "NH3", "5"], ["650103", "散煤", "PM2.5", "0.4"]]
    file = written(tmp_path / "c.csv", [LONG, *good, row])
    if not kind:
        assert imported(file)[1].rows_bad == 0
        return
    with pytest.raises(RefusedTableError, match=r"1 of 3 rows are bad.*row 4"):
        imported(file)
    inventory, report = imported(file, accept_good_rows=True)
    assert [(one.row, one.kind) for one in report.problems if one.serious] == [(4, kind)]
    assert float(inventory.totals().sum()) == pytest.approx(5400, rel=1e-9)


def test_fine_particles_above_coarse_ones(tmp_path: Path) -> None:
    file = written(
        tmp_path / "c.csv",
        [["区县", "部门", "PM2.5", "PM10"], ["天山区", "扬尘", "5", "4"], ["昌吉市", "扬尘", "4", "4"]],
    )
    with pytest.raises(RefusedTableError, match=r"PM2\.5 exceeds PM10"):
        imported(file)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    file = written(tmp_path / "c.csv", [["区县", "部门", "污染物"], ["天山区", "扬尘", "SO2"]])
    with pytest.raises(InputError, match=r"区县 \(county_code or county_name\), 部门 \(sector\)"):
        imported(file)


def test_particles_are_shown_as_typed(tmp_path: Path) -> None:
    wide = written(tmp_path / "w.csv", [["区县", "部门", "PM2.5", "PM10"], ["天山区", "扬尘", "5.0", "4"]])
    long = written(
        tmp_path / "l.csv", [LONG, ["650102", "扬尘", "PM10", "4"], ["650102", "扬尘", "PM2.5", "5.0"]]
    )
    found = []
    for file in (wide, long):
        with pytest.raises(RefusedTableError) as told:
            imported(file)
        found += [(one.row, one.column, one.got) for one in told.value.report.problems]
    assert found == [(2, "C PM2.5, D PM10", "5.0 / 4"), (3, "D 排放量(t/a)", "5.0 (3) / 4 (2)")]


def test_what_is_told_of_which_sector_is_noted(tmp_path: Path) -> None:
    rows = [["天山区", "散煤", "10", "—"], ["昌吉市", "散煤", "5", "2"], ["天山区", "移动源", "", "3"]]
    inventory, report = imported(written(tmp_path / "w.csv", [["区县", "部门", "SO2", "NOx"], *rows]))
    told = next(note for note in report.notes if "species told by sector" in note)
    assert "scattered_coal: so2, nox;" in told
    assert told.endswith("traffic: nox")
    partly = next(note for note in report.notes if "told by some counties" in note)
    assert partly.endswith(": scattered_coal nox 1/2")
    assert set(report.notes) == set(inventory.trail[0].notes)
