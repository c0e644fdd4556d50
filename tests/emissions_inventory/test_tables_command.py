"""`bogda inventory import enterprise`: what a refusal prints, and which files it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emissions_inventory.tables import RefusedTableError
from flows.commands.inventory_tables import Request, run
from foundation.errors import RunError


def asked(table: Path, out: Path, problems: Path | None = None) -> Request:
    path = None if problems is None else str(problems)
    return Request("enterprise", str(table), str(out), "2026-01", "demo", None, False, None, None, path)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "a.csv"
    file.write_text("企业名称,源分类,区县代码,SO2排放量(t)\n甲,钢铁,650104,1\n乙,钢铁,650104,x\n", "utf-8")
    return file


@pytest.mark.parametrize("as_json", [False, True])
def test_the_report_of_a_refusal_goes_to_standard_output(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    with pytest.raises(RefusedTableError):
        run(asked(table, tmp_path / "a.nc"), as_json=as_json)
    printed = capsys.readouterr()
    if as_json:
        assert json.loads(printed.out)["rows_bad"] == 1
    else:
        assert "第 3 行 row 3" in printed.out
    assert printed.err == ""
    assert not (tmp_path / "a.nc").exists()


def test_the_list_of_problems_is_neither_the_table_nor_the_inventory(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.nc"
    for problems in (table, out):
        with pytest.raises(RunError, match="would replace the table or the inventory"):
            run(asked(table, out, problems), as_json=False)
    assert "企业名称" in table.read_text("utf-8")
    assert not out.exists()
