"""MEIC control files: the published example, rows and columns of errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emissions_inventory.gridded import read_control_file
from foundation.errors import InputError

HEADER = "sector,adcode,year,month,species,factor\n"


@pytest.mark.real_data
def test_the_example_of_meic2ctm(real_data: Path) -> None:
    rows = read_control_file(real_data / "emissions" / "meic2ctm" / "control_file.csv")
    assert len(rows) == 10
    assert (rows[0].sector, rows[0].adcode, rows[0].month_name, rows[0].species, rows[0].factor) == (
        "power", "11", "2020-07", "SO2", 0.5,
    )  # fmt: skip
    assert {row.species for row in rows} == {"SO2", "PM25", "NOx", "VOC"}
    assert (rows[-1].line, rows[-1].factor) == (11, 0.8)


def test_columns_in_any_order_and_empty_rows(tmp_path: Path) -> None:
    path = tmp_path / "control.csv"
    path.write_bytes(
        "\ufefffactor,species,Month,year,adcode,sector\r\n0,NOx,1,2026,650102,power\r\n,,,,,\r\n".encode()
    )
    (row,) = read_control_file(path)
    assert (row.factor, row.adcode, row.month_name, row.line) == (0.0, "650102", "2026-01", 2)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("power,6,2026,1,SO2,0.5", "row 3, column adcode: expected a code of 2, 4 or 6 digits, got '6'"),
        ("power,65010,2026,1,SO2,0.5", "column adcode"),
        ("power,65,26,1,SO2,0.5", "row 3, column year"),
        ("power,65,2026,13,SO2,0.5", "row 3, column month: expected a whole number from 1 to 12, got '13'"),
        ("power,65,2026,1,,0.5", "row 3, column species: is empty"),
        (",65,2026,1,SO2,0.5", "row 3, column sector: is empty"),
        ("power,65,2026,1,SO2,-1", "row 3, column factor: expected a number of 0 or more"),
        ("power,65,2026,1,SO2,half", "column factor"),
        ("power,65,2026,1,SO2,nan", "column factor"),
        ("power,65,2026,1,SO2,inf", "column factor"),
        ("power,65,2026,1", "row 3: expected 6 columns, got 4"),
        ("Power,6501,2026,1,so2,0.1", "row 3: Power, 6501, 2026-01, so2 is given twice, first in row 2"),
    ],
)
def test_errors_name_row_and_column(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "control.csv"
    path.write_text(HEADER + "power,6501,2026,1,SO2,0.5\n" + row + "\n")
    with pytest.raises(InputError, match=message):
        read_control_file(path)


def test_a_header_without_factor_or_no_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "control.csv"
    path.write_text("sector,adcode,year,month,species\n")
    with pytest.raises(InputError, match="Add the column 'factor'"):
        read_control_file(path)
    with pytest.raises(InputError, match="no such file"):
        read_control_file(tmp_path / "absent.csv")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: (HEADER + text).encode()))
)
def test_any_content_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("wild") / "control.csv"
    path.write_bytes(content)
    try:
        rows = read_control_file(path)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert all(row.factor >= 0 for row in rows)
