"""Which month of the files stands for a month that is wanted."""

from __future__ import annotations

import re

from emissions_inventory.gridded.catalogue import Catalogue
from foundation.errors import InputError

__all__ = ["check_months", "file_year"]


def check_months(months: tuple[str, ...]) -> None:
    """Refuse months that are none.

    Raises:
        InputError: naming the first that is not written `2026-01`, or is given twice, or when there is none.
    """
    for month in months:
        if not re.fullmatch(r"(19|2[01])\d\d-(0[1-9]|1[0-2])", month, re.ASCII):
            raise InputError(f"{month!r} is not a month", remedy="Write 2026-01")
    if not months or len(set(months)) < len(months) or list(months) != sorted(months):
        raise InputError("expected one or more months that grow", remedy="Name each month once, in order")


def file_year(month: str, year: int | None, found: Catalogue, where: str) -> int:
    """Year of the files for a month.

    Raises:
        InputError: when no file holds it; the message says which years there are.
    """
    wanted = int(month[:4]) if year is None else year
    if found.of(wanted, int(month[5:])):
        return wanted
    held = sorted({f"{file.year}" + (f"-{file.month:02d}" if file.month else "") for file in found.files})
    raise InputError(
        f"no file of {wanted}-{month[5:]}; there are {', '.join(held[:12])}", where=where,
        remedy="Get that month, or name the year whose files shall stand for it with --year",
    )  # fmt: skip
