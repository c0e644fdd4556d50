"""Tables of facts in CSV: every cell is checked, and a fault names its line and column."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TypeVar

from pydantic import ValidationError

from foundation.configuration import Config
from foundation.errors import ConfigurationError

__all__ = ["parse_table", "refuse_unknown_counties"]

Row = TypeVar("Row", bound=Config)

_COMMENT = "#"


def parse_table(kind: type[Row], text: str, where: str, unique: Sequence[str]) -> tuple[Row, ...]:
    """Read a table: lines of comment, the names of the columns, the rows.

    Args:
        kind: class of a row; its fields are the columns, in any order.
        text: of the file.
        where: name of the file, for messages.
        unique: columns, or columns joined with `+`, whose values may occur once only.

    Returns:
        The rows in their order; at least one.

    Raises:
        ConfigurationError: with line and column, when a column is missing or unknown, a row is too short or
            too long, a value is not of its kind or out of range, or one that must be unique is repeated.
    """
    lines = csv.reader(text.splitlines())
    cells = [(lines.line_num, row) for row in lines if row and not row[0].startswith(_COMMENT)]
    if len(cells) < 2:
        raise ConfigurationError(
            "expected the names of the columns and rows", where=where, remedy="Restore the file"
        )
    (first, header), *body = cells
    _check_header(kind, header, f"{where}, line {first}")
    rows = tuple(_row(kind, header, values, f"{where}, line {line}") for line, values in body)
    for columns in unique:
        _refuse_repeats(rows, [line for line, _ in body], columns, where)
    return rows


def refuse_unknown_counties(rows: Iterable[Config], known: Iterable[str], where: str) -> None:
    """Check the column `adcode` of plants.

    Raises:
        ConfigurationError: naming the plant, when its county is not in the table of counties.
    """
    codes = set(known)
    for row in rows:
        code, plant = getattr(row, "adcode", ""), getattr(row, "id", "")
        if code not in codes:
            raise ConfigurationError(
                f"column adcode: expected a county of configs/inventory/counties.csv, got {code!r}",
                where=f"{where}, row {plant}",
                remedy="Correct the code, or add the county",
            )


def _check_header(kind: type[Row], header: list[str], where: str) -> None:
    faults = [
        ("missing", sorted(set(kind.model_fields) - set(header))),
        ("unknown", sorted(set(header) - set(kind.model_fields))),
        ("repeated", sorted({name for name in header if header.count(name) > 1})),
    ]
    for fault, names in faults:
        if names:
            raise ConfigurationError(
                f"{fault} column {', '.join(names)}",
                where=where,
                remedy=f"Columns: {', '.join(kind.model_fields)}",
            )


def _row(kind: type[Row], header: list[str], values: list[str], where: str) -> Row:
    if len(values) != len(header):
        raise ConfigurationError(
            f"expected {len(header)} values, got {len(values)}",
            where=where,
            remedy="Quote a value that holds a comma",
        )
    try:
        return kind.model_validate({name: value.strip() for name, value in zip(header, values, strict=True)})
    except ValidationError as error:
        first = error.errors()[0]
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise ConfigurationError(
            f"column {first['loc'][0]}: {first['msg']}, got {str(first['input'])[:60]!r}{more}",
            where=where,
            remedy="Correct that value",
        ) from error


def _refuse_repeats(rows: Sequence[Config], lines: Sequence[int], columns: str, where: str) -> None:
    first: dict[tuple[str, ...], int] = {}
    for row, line in zip(rows, lines, strict=True):
        value = tuple(str(getattr(row, column)) for column in columns.split("+"))
        if value in first:
            raise ConfigurationError(
                f"column {columns}: {' '.join(value)!r} stands in line {first[value]} already",
                where=f"{where}, line {line}",
                remedy="Remove one of the two",
            )
        first[value] = line
