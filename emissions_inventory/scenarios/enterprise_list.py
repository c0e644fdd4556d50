"""A list of enterprises that a cut applies to: permit numbers, each with a cut of its own if it likes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from emissions_inventory.inventory import SPECIES
from emissions_inventory.scenarios.cut import amount_checked
from emissions_inventory.scenarios.naming import plain, species_named
from foundation.errors import InputError

__all__ = ["EnterpriseList", "read_enterprise_list"]

_PERMIT = {
    "permit",
    "permit number",
    "permit_number",
    "id",
    "排污许可证编号",
    "许可证编号",
    "排污许可证",
    "编号",
}
_CUT = {"cut", "share", "减排比例", "削减比例", "比例"}
_SUFFIXES = ("_cut", " cut", "减排比例", "削减比例")
_SEPARATORS = "-_#/: "
_FIRST_ROW = 2


@dataclass(frozen=True)
class EnterpriseList:
    """Enterprises and the shares they cut.

    Attributes:
        path: the file.
        permits: permit numbers as they are written, (enterprise,).
        rows: of the file, (enterprise,).
        shares: cut of each species of `SPECIES`, NaN where the list gives none, (enterprise, species).
    """

    path: str
    permits: tuple[str, ...]
    rows: tuple[int, ...]
    shares: np.ndarray

    def enterprise_of(self, ids: np.ndarray) -> np.ndarray:
        """Place of the enterprise of each point, -1 where it is not listed, (point,).

        A point belongs to an enterprise when its id is the permit number, or begins with it and one of the
        signs `- _ # / :` or a blank, as the ids of stacks do; the longest permit number counts.
        """
        places = {plain(permit): place for place, permit in enumerate(self.permits)}
        return np.array([_place(plain(str(one)), places) for one in ids], dtype=np.int64)


def _place(name: str, places: dict[str, int]) -> int:
    ends = [len(name), *(at for at in range(len(name) - 1, 0, -1) if name[at] in _SEPARATORS)]
    return next((places[name[:end].rstrip()] for end in ends if name[:end].rstrip() in places), -1)


def read_enterprise_list(path: str | Path) -> EnterpriseList:
    """Read a list.

    Args:
        path: CSV (UTF-8 or GB 18030) or XLSX. A column with the permit number or the id; if wanted, a
            column `cut` with a share for all species, and columns such as `so2_cut` for single ones, which go
            before.

    Raises:
        InputError: naming file, row and column of what is wrong.
    """
    table = _table(Path(path))
    names = {column: plain(str(column)) for column in table.columns}
    keys = [column for column, name in names.items() if name in _PERMIT]
    if len(keys) != 1:
        raise InputError(
            f"expected one column with permit numbers, got {len(keys)}", where=str(path),
            remedy="Name it permit or 排污许可证编号",
        )  # fmt: skip
    permits = [str(value).strip() for value in table[keys[0]]]
    rows = [row for row, permit in enumerate(permits) if permit]
    _check_permits([permits[row] for row in rows], rows, str(path))
    shares = np.full((len(table), len(SPECIES)), np.nan)
    for column in sorted(names, key=lambda one: names[one] not in _CUT):
        for species in _species_of(names[column]):
            _fill(shares[:, SPECIES.index(species)], table[column], str(column), str(path))
    numbers = tuple(row + _FIRST_ROW for row in rows)
    return EnterpriseList(str(path), tuple(permits[row] for row in rows), numbers, shares[rows])


def _table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError("no such file", where=str(path), remedy="Check the path of the enterprise list")
    try:
        if path.suffix.casefold() in (".xlsx", ".xlsm"):
            return pd.read_excel(path, dtype=str, engine="calamine").fillna("")
        content = path.read_bytes()
        encoding = "utf-8-sig" if _is_utf8(content) else "gb18030"
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding, skip_blank_lines=False)
    except Exception as error:
        raise InputError(
            f"cannot be read: {error}", where=str(path), remedy="Save it as CSV in UTF-8 or as XLSX"
        ) from error


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_permits(permits: list[str], rows: list[int], where: str) -> None:
    if not permits:
        raise InputError("no enterprise is listed", where=where, remedy="Give a permit number in each row")
    first: dict[str, int] = {}
    for permit, row in zip(permits, rows, strict=True):
        before = first.setdefault(plain(permit), row)
        if before != row:
            raise InputError(
                f"permit number {permit!r} stands in row {before + _FIRST_ROW} too",
                where=f"{where}, row {row + _FIRST_ROW}", remedy="List each enterprise once",
            )  # fmt: skip


def _species_of(name: str) -> tuple[str, ...]:
    """Species that a column with cuts is about; none for another column."""
    if name in _CUT:
        return SPECIES
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and name != suffix:
            return species_named(name.removesuffix(suffix))
    return ()


def _fill(shares: np.ndarray, values: pd.Series[str], column: str, path: str) -> None:
    for row, value in enumerate(values):
        written = re.sub(r"\s", "", plain(str(value)))
        if not written:
            continue
        where = f"{path}, row {row + _FIRST_ROW}, column {column}"
        try:
            share = float(written[:-1]) / 100 if written.endswith("%") else float(written)
        except ValueError:
            raise InputError(f"the share {value!r} is no number", where=where) from None
        shares[row] = amount_checked(share, where)
