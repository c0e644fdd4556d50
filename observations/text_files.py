"""Text of a provider's file: encodings, compression and broken lines, with nothing good lost."""

from __future__ import annotations

import csv
import zlib
from pathlib import Path

from foundation.errors import InputError
from observations.reading import Problem

_LONGEST_CHARACTER = 4
_JOINED_LINES = 3
_SPACES = (" ", "\t", "\u3000", "\xa0")
_READ_AGAIN = "The rows before it are used; fetch the file again for the rest"


def read_records(path: Path, most: int | None = None) -> tuple[list[list[str]], list[int], list[Problem]]:
    """Rows of a CSV file with the 1-based line each begins on.

    A line is a row. Only a line whose quotes do not close is joined with the next, and only when that
    gives a row as wide as the first: a stray quote spoils its own line and not the rest of the file.

    Args:
        path: a plain or gzip CSV file.
        most: how many lines to read; all when None.

    Returns:
        Rows of stripped cells, their line numbers, and what is wrong with the file as a whole.

    Raises:
        InputError: when the file is absent, empty, binary, or neither UTF-8 nor GB18030.
    """
    text, problems = read_text(path)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    rows, numbers = _well_formed(lines[:most]) or _line_by_line(lines[:most])
    if not rows:
        raise InputError("the file is empty", where=str(path), remedy="Fetch or export it again")
    whole = text.endswith(("\n", "\r")) or most is not None
    if not whole and len(rows) > 1 and len(rows[-1]) < len(rows[0]):
        what = f"the file ends inside a row: {len(rows[-1])} columns, expected {len(rows[0])}"
        problems.append(Problem(what, str(path), numbers[-1], "", _READ_AGAIN))
        rows, numbers = rows[:-1], numbers[:-1]
    return rows, numbers, problems


def _well_formed(lines: list[str]) -> tuple[list[list[str]], list[int]] | None:
    """Rows of lines whose quotes all close, at the speed of the library; None when there are others."""
    numbers = [index for index, line in enumerate(lines, 1) if line and not line.isspace()]
    kept = [lines[number - 1] for number in numbers]
    if any(line.count('"') % 2 for line in kept):
        return None
    try:
        rows = list(csv.reader(kept))
    except csv.Error:
        return None
    if len(rows) != len(kept):
        return None
    if _has_edge_space("\n".join(("", *kept, ""))):
        rows = [[cell.strip() for cell in row] for row in rows]
    return rows, numbers


def _has_edge_space(text: str) -> bool:
    return any(
        space in text and any(f"{edge}{space}" in text or f"{space}{edge}" in text for edge in ',"\n')
        for space in _SPACES
    )


def _line_by_line(lines: list[str]) -> tuple[list[list[str]], list[int]]:
    rows: list[list[str]] = []
    numbers: list[int] = []
    skip_to = 0
    for index, line in enumerate(lines):
        if index < skip_to or not line.strip():
            continue
        row = _cells(line)
        if line.count('"') % 2:
            row, skip_to = _joined(lines, index, len(rows[0]) if rows else 0, row)
        rows.append(row)
        numbers.append(index + 1)
    return rows, numbers


def _cells(line: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line]))]
    except csv.Error:
        return [line]


def _joined(lines: list[str], index: int, width: int, alone: list[str]) -> tuple[list[str], int]:
    """A row whose quoted cell runs over several lines, or the line alone when joining does not help."""
    for end in range(index + 2, min(index + 1 + _JOINED_LINES, len(lines)) + 1):
        together = "\n".join(lines[index:end])
        if together.count('"') % 2 == 0:
            row = _cells_of_lines(together)
            return (row, end) if len(row) == width else (alone, index + 1)
    return alone, index + 1


def _cells_of_lines(text: str) -> list[str]:
    rows = list(csv.reader(text.splitlines(keepends=True)))
    return [cell.strip() for cell in rows[0]] if len(rows) == 1 else []


def read_text(path: Path) -> tuple[str, list[Problem]]:
    """Text of a plain or gzip file in UTF-8 (with or without a byte order mark) or GB18030.

    A file cut short, even inside a character or a compressed block, gives what can be read and a problem.

    Raises:
        InputError: when the file cannot be read or has another encoding.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise InputError(reason, where=str(path), remedy="Check the path") from error
    problems: list[Problem] = []
    if data[:2] == b"\x1f\x8b":
        data, whole = _decompressed(data, path)
        if not whole:
            row = data.count(b"\n") + 1
            problems.append(Problem("the compressed file ends early", str(path), row, "", _READ_AGAIN))
    text, whole = _decoded(data, path)
    if not whole:
        row = text.count("\n") + 1
        problems.append(Problem("the file ends inside a character", str(path), row, "", _READ_AGAIN))
    return text, problems


def _decompressed(data: bytes, path: Path) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    while data:
        stream = zlib.decompressobj(wbits=31)
        try:
            parts.append(stream.decompress(data))
        except zlib.error as error:
            if parts:
                return b"".join(parts), False
            remedy = "Fetch the file again"
            raise InputError("damaged gzip file", where=str(path), remedy=remedy) from error
        if not stream.eof:
            return b"".join(parts), False
        data = stream.unused_data.lstrip(b"\0")
    return b"".join(parts), True


def _decoded(data: bytes, path: Path) -> tuple[str, bool]:
    """Text, and whether the file was whole to its last character."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data.partition(b"\n")[0]:
        raise InputError(
            "the file is UTF-16 or binary; expected UTF-8 or GB18030 text",
            where=f"{path}, row 1",
            remedy="Save it as CSV in UTF-8",
        )
    first_bad = 0
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), True
        except UnicodeDecodeError as error:
            # A character cut off by the end of the file, not another encoding.
            if error.start >= max(len(data) - _LONGEST_CHARACTER, 1) and error.end == len(data):
                return data[: error.start].decode(encoding), False
            first_bad = max(first_bad, error.start)
    raise InputError(
        "the text is neither UTF-8 nor GB18030",
        where=f"{path}, row {data[:first_bad].count(10) + 1}",
        remedy="Save the file as UTF-8",
    )
