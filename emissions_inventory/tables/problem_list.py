"""The list of problems as a file, and which files it may replace."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from emissions_inventory.tables.problems import Problem
from foundation.errors import RunError

__all__ = ["check_problem_list", "write_problems"]

_COLUMNS = ("row", "column", "severity", "kind", "what", "got", "remedy")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def check_problem_list(path: str | Path | None, *others: str | Path) -> None:
    """Refuse a file that the list of problems must not replace, before any work is done.

    Args:
        path: where the list is to go; None where none is asked for.
        others: files of the same import, such as the table and the inventory, that it must not be.

    Raises:
        RunError: when it is one of the others, stands in no folder, or exists and is no earlier list of
            problems, told by its header.
    """
    if path is None:
        return
    file = Path(path)
    what = ""
    if any(_same(file, Path(other)) for other in others):
        what = "the list of problems would replace the table or the inventory of this import"
    elif not file.parent.is_dir():
        what = f"the folder {file.parent} does not exist"
    elif file.exists() and not _is_problem_list(file):
        what = "exists and is no earlier list of problems"
    if what:
        raise RunError(
            what, where=str(path), remedy="Name another file, in a folder that exists, with --problems"
        )


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))


def _is_problem_list(file: Path) -> bool:
    if not file.is_file():
        return False
    header = ",".join(_COLUMNS).encode()
    try:
        with file.open("rb") as stream:
            first = stream.readline(len(header) + 8)
    except OSError as error:
        raise RunError(
            f"cannot read: {error.strerror or error}",
            where=str(file),
            remedy="Name another file with --problems",
        ) from error
    return first.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n") == header


def write_problems(problems: Sequence[Problem], path: str | Path) -> Path:
    """Write problems as CSV that a spreadsheet opens (UTF-8 with a byte-order mark).

    Cells that a spreadsheet would take for formulas are led by an apostrophe.

    Raises:
        RunError: when the file cannot be written, or is another file than an earlier list of problems.
    """
    check_problem_list(path)
    try:
        with Path(path).open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_COLUMNS)
            for problem in problems:
                told = problem.as_dict()
                writer.writerow([_harmless(str(told[name])) for name in _COLUMNS])
    except OSError as error:
        raise RunError(
            f"cannot write: {error.strerror or error}",
            where=str(path),
            remedy="Name a file in a folder that exists and may be written",
        ) from error
    return Path(path)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
