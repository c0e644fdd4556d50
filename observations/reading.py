"""What a reader gives: one data set that keeps the contract, and a record of what could not be used."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import xarray as xr


@dataclass(frozen=True)
class Problem:
    """Something in a file that could not be used; all the rest of the file was.

    Attributes:
        what: what is wrong, with expected and got.
        file: the file.
        row: 1-based line in the file of the first such row; None for a file as a whole.
        column: the column concerned, empty when it is the whole row.
        remedy: what to do about it.
        count: how many rows have the same problem.
    """

    what: str
    file: str
    row: int | None = None
    column: str = ""
    remedy: str = ""
    count: int = 1

    @property
    def where(self) -> str:
        """File, row and column as a person reads them."""
        row = f", row {self.row}" if self.row is not None else ""
        return f"{self.file}{row}" + (f", column {self.column!r}" if self.column else "")

    def __str__(self) -> str:
        """One clear line."""
        more = f" (and {self.count - 1} more rows)" if self.count > 1 else ""
        remedy = f". {self.remedy}" if self.remedy else ""
        return " ".join(f"{self.where}: {self.what}{more}{remedy}".split())

    def as_dict(self) -> dict[str, Any]:
        """For a JSON document."""
        return asdict(self)


@dataclass(frozen=True)
class Reading:
    """Measurements read from files of one provider.

    Attributes:
        dataset: keeps `foundation.contracts.observations`.
        problems: what could not be used, file by file.
        files: files that were used.
        rows: rows in those files, headers not counted.
        provider: name in `observations.providers.PROVIDERS`.
    """

    dataset: xr.Dataset
    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    rows: int
    provider: str
