"""Control files of MEIC applied to an inventory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emissions_inventory.gridded.control_file import ControlRow, read_control_file
from emissions_inventory.inventory import SPECIES, Inventory
from emissions_inventory.scenarios.control import apply_control
from foundation.errors import InputError
from foundation.provenance import record_input
from tests.emissions_inventory.made_inventory import made_inventory

SO2, PM25, PM10 = (SPECIES.index(name) for name in ("so2", "pm25", "pm10"))


@pytest.fixture(scope="module")
def made() -> Inventory:
    return made_inventory()


def row(sector: str, adcode: str, species: str, factor: float, month: str = "2026-01") -> ControlRow:
    return ControlRow(sector, adcode, int(month[:4]), int(month[5:]), species, factor, 2)


def test_a_row_reaches_its_month_sectors_and_region(made: Inventory) -> None:
    after = apply_control(made, [row("residential", "650100", "SO2", 0.5)])
    both = made.totals(), after.totals()
    ratio = both[1].sel(species="so2") / both[0].sel(species="so2")
    changed = {("scattered_coal", "urumqi"), ("heating", "urumqi")}
    for sector in made.sectors():
        for region in made.regions():
            for month in made.months:
                expected = 0.5 if (sector, region) in changed and month == "2026-01" else 1.0
                found = float(ratio.sel(sector=sector, region=region, month=month))
                assert np.isnan(found) or found == expected
    assert after.areas.emission[0].tobytes() == made.areas.emission[0].tobytes()
    assert after.trail[-1].parents == (made.version,)


def test_a_province_reaches_everything_in_it_and_rows_multiply(made: Inventory) -> None:
    rows = [row("industry", "65", "SO2", 0.5), row("industry", "659001", "SO2", 1.2)]
    after = apply_control(made, rows)
    kept = (after.totals() / made.totals()).sel(month="2026-01", species="so2", sector="nonferrous")
    assert float(kept.sel(region="shihezi")) == pytest.approx(0.6)
    steel = (after.totals() / made.totals()).sel(
        month="2026-01", species="so2", sector="steel", region="urumqi"
    )
    assert float(steel) == 0.5


def test_a_county_reaches_its_points_and_says_what_it_cannot(made: Inventory) -> None:
    after = apply_control(made, [row("industry", "652301", "SO2", 0.0)])
    changed = (after.points.emission != made.points.emission).any(axis=(0, 2))
    assert list(made.points.id[changed]) == ["P07-1"]
    assert "652301: area sources of changji lie only partly there, not changed" in after.trail[-1].notes


def test_the_coarse_part_and_the_fine_part_make_pm10(made: Inventory) -> None:
    after = apply_control(made, [row("industry", "65", "PM25", 0.5), row("industry", "65", "PMcoarse", 0.25)])
    steel = made.points.sector == "steel"
    fine, whole = (made.points.emission[1, steel, one] for one in (PM25, PM10))
    np.testing.assert_allclose(after.points.emission[1, steel, PM25], 0.5 * fine)
    np.testing.assert_allclose(after.points.emission[1, steel, PM10], 0.5 * fine + 0.25 * (whole - fine))
    assert after.points.emission[:, ~steel & (made.points.sector == "power")].tobytes() == (
        made.points.emission[:, ~steel & (made.points.sector == "power")].tobytes()
    )
    with pytest.raises(InputError, match="stand in one file"):
        apply_control(made, [row("industry", "65", "PM10", 0.5), row("industry", "65", "PMcoarse", 0.25)])


def test_what_is_not_applied_is_told(made: Inventory) -> None:
    rows = [
        row("power", "65", "SO2", 0.9), row("power", "65", "CO2", 0.9), row("power", "110000", "SO2", 0.9),
        row("power", "65", "SO2", 0.9, "2030-01"),
    ]  # fmt: skip
    step = apply_control(made, rows).trail[-1]
    assert step.detail == "control file, 1 of 4 rows applied"
    assert step.notes[:3] == (
        "1 rows are for other months", "species not in the inventory: CO2",
        "1 rows reach no source of the inventory",
    )  # fmt: skip


def test_what_cannot_be_meant_is_refused(made: Inventory) -> None:
    with pytest.raises(InputError, match="none of 1 rows reaches a source"):
        apply_control(made, [row("power", "65", "SO2", 0.9, "2030-01")])
    with pytest.raises(InputError, match="unknown sector 'shipping'"):
        apply_control(made, [row("shipping", "65", "SO2", 0.9)])
    with pytest.raises(InputError, match=r"control file: \d+ sources would have less PM10 than PM2.5"):
        apply_control(made, [row("industry", "65", "PM10", 0.1)])


def test_a_file_from_end_to_end(made: Inventory, tmp_path: Path) -> None:
    path = tmp_path / "control.csv"
    path.write_text(
        "sector,adcode,year,month,species,factor\npower,65,2026,1,NOx,0.7\npower,65,2026,2,NOx,0.8\n", "utf-8"
    )
    after = apply_control(made, read_control_file(path), record_input(path, "control file"))
    kept = (after.totals() / made.totals()).sel(sector="power", species="nox", region="urumqi")
    np.testing.assert_allclose(kept, [1.0, 0.7, 0.8])
    assert after.trail[-1].inputs[0].path == str(path)
