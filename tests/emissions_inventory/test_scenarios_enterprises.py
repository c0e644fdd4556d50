"""Lists of enterprises that a cut applies to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from emissions_inventory.inventory import SPECIES, Inventory
from emissions_inventory.scenarios.application import apply_cuts
from emissions_inventory.scenarios.enterprise_list import read_enterprise_list
from foundation.errors import InputError
from tests.emissions_inventory.made_inventory import made_inventory


@pytest.fixture(scope="module")
def made() -> Inventory:
    return made_inventory()


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding=encoding)
    return path


def kept(before: Inventory, after: Inventory, species: str = "so2") -> dict[str, float]:
    """Share left of the points that changed."""
    place = SPECIES.index(species)
    ratio = after.points.emission[0, :, place] / before.points.emission[0, :, place]
    return {str(name): float(one) for name, one in zip(before.points.id, ratio, strict=True) if one != 1.0}


def test_a_permit_number_reaches_all_its_stacks(made: Inventory, tmp_path: Path) -> None:
    path = written(tmp_path, "permit,name\nP06,steel works\np09-1,aluminium\nP0,none\n")
    after = apply_cuts(made, f"enterprises:{path}=0.4")
    assert kept(made, after) == pytest.approx({"P06-1": 0.6, "P06-2": 0.6, "P09-1": 0.6})
    step = after.trail[-1]
    assert "1 of 3 enterprises are not in the inventory: P0" in " ".join(step.notes)
    assert step.inputs[0].path == str(path)
    assert after.areas.emission.tobytes() == made.areas.emission.tobytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_cuts_of_their_own_go_before(made: Inventory, tmp_path: Path, encoding: str) -> None:
    text = "排污许可证编号,减排比例,二氧化硫减排比例\nP06,50%,0.8\nP09,,\nP07,0.1,\n"
    after = apply_cuts(made, f"enterprises:{written(tmp_path, text, encoding)}=0.3")
    so2, nox = kept(made, after, "so2"), kept(made, after, "nox")
    assert so2 == pytest.approx({"P06-1": 0.2, "P06-2": 0.2, "P07-1": 0.9, "P09-1": 0.7})
    assert nox == pytest.approx({"P06-1": 0.5, "P06-2": 0.5, "P07-1": 0.9, "P09-1": 0.7})


def test_a_workbook_reads_like_its_csv(made: Inventory, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["permit", "cut"], ["P06", 0.5], ["P09", 0.25]):
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    listed = read_enterprise_list(tmp_path / "list.xlsx")
    same = read_enterprise_list(written(tmp_path, "permit,cut\nP06,0.5\nP09,0.25\n"))
    assert (listed.permits, listed.rows) == (same.permits, same.rows)
    np.testing.assert_array_equal(listed.shares, same.shares)
    after = apply_cuts(made, f"enterprises:{tmp_path / 'list.xlsx'}")
    assert kept(made, after) == pytest.approx({"P06-1": 0.5, "P06-2": 0.5, "P09-1": 0.75})


def test_sectors_area_and_species_narrow_a_list(made: Inventory, tmp_path: Path) -> None:
    path = written(tmp_path, "permit\nP06\nP09\n")
    after = apply_cuts(made, f"steel/enterprises:{path}[so2]=0.4@urumqi")
    assert kept(made, after) == pytest.approx({"P06-1": 0.6, "P06-2": 0.6})
    assert kept(made, after, "nox") == {}
    assert "1 points of listed enterprises lie outside" in " ".join(after.trail[-1].notes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,cut\nA,0.1\n", "expected one column with permit numbers, got 0"),
        ("permit,cut\nP06,half\n", "row 2, column cut: the share 'half' is no number"),
        ("permit,cut\nP06,0.1\nP09,30\n", "row 3, column cut.*got 30"),
        ("permit,cut\nP06,0.1\n\nP06,0.2\n", "row 4: permit number 'P06' stands in row 2 too"),
        ("permit,cut\nP06,0.1\nP09,\n", "row 3: no cut for 'P09'"),
        ("permit,so9_cut\nP06,0.1\n", "unknown species 'so9'"),
        ("permit,cut\n,\n", "no enterprise is listed"),
        ("permit,cut\nX99,0.1\n", "nothing of the enterprises in"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_row_and_column(made: Inventory, tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        apply_cuts(made, f"enterprises:{written(tmp_path, text)}")


def test_files_that_are_no_lists_are_refused(made: Inventory, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        apply_cuts(made, f"enterprises:{tmp_path / 'absent.csv'}=0.1")
    (tmp_path / "broken.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(InputError, match="cannot be read"):
        apply_cuts(made, f"enterprises:{tmp_path / 'broken.xlsx'}=0.1")
