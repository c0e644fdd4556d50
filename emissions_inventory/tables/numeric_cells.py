"""Cells as numbers and as text; what is neither is told apart."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from emissions_inventory.tables.columns import TableConfig

__all__ = ["Numbers", "blank", "read_numbers", "read_texts"]

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\Z")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,，' ]\d{3})+(\.\d+)?\Z")
_ERRORS = ("#ref!", "#n/a", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!")
_SAFE = frozenset("0123456789.+-eE ")


@dataclass(frozen=True)
class Numbers:
    """A column of numbers.

    Attributes:
        value: NaN where there is none, (line,).
        percent: whether a cell says %, (line,).
        faults: by kind of problem, the lines that have it.
        mended: how many cells were read that are no plain numbers, such as 1,234.5 or full-width digits.
    """

    value: np.ndarray
    percent: np.ndarray
    faults: dict[str, np.ndarray]
    mended: int


def read_numbers(cells: np.ndarray, config: TableConfig) -> Numbers:
    """Read a column of numbers.

    Args:
        cells: float, str, date, bool, (line,).
        config: whose `no_value` says what stands for nothing.
    """
    quick = _plain_numbers(cells)
    if quick is not None:
        return Numbers(quick, np.zeros(len(cells), bool), {}, 0)
    codes, uniques = pd.factorize(_hashable(cells), use_na_sentinel=False)
    read = [_read(cell, _nothing(config)) for cell in uniques]
    value = np.array([one[0] for one in read], float)[codes]
    kinds = np.array([one[1] for one in read], object)[codes]
    percent = np.array([one[2] for one in read], bool)[codes]
    mended = int(np.array([one[3] for one in read], bool)[codes].sum())
    faults = {kind: kinds == kind for kind in sorted({one[1] for one in read if one[1]})}
    return Numbers(value, percent, faults, mended)


def _plain_numbers(cells: np.ndarray) -> np.ndarray | None:
    """Numbers of a column that holds nothing but plain ones and empty cells; otherwise None."""
    value, filled = np.full(len(cells), np.nan), cells != ""
    some = cells[filled]
    kinds = set(map(type, some))
    if not (kinds <= {float, int} or (kinds == {str} and _SAFE.issuperset("".join(some)))):
        return None
    try:
        value[filled] = some.astype(np.float64)
    except (ValueError, OverflowError):
        return None
    return value if bool(np.isfinite(value[filled]).all()) else None


def _hashable(cells: np.ndarray) -> np.ndarray:
    """Cells in which 1 and True are not the same."""
    if bool not in set(map(type, cells)):
        return cells
    told = cells.copy()
    for place in np.flatnonzero(np.fromiter((isinstance(cell, bool) for cell in cells), bool, len(cells))):
        told[place] = f"\0{cells[place]}"
    return told


def _nothing(config: TableConfig) -> frozenset[str]:
    return frozenset(config.no_value)


def _read(cell: object, nothing: frozenset[str]) -> tuple[float, str, bool, bool]:
    """Number, kind of fault, whether it says %, whether it was mended."""
    if isinstance(cell, float | int):
        return (
            (float(cell), "", False, False)
            if math.isfinite(cell)
            else (math.nan, "not_a_number", False, False)
        )
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return math.nan, "date_cell", False, False
    text = str(cell)
    if _SAFE.issuperset(text):
        bare = text.strip()
        if _PLAIN.match(bare.lower()) and math.isfinite(float(bare)):
            return float(bare), "", False, False
    return _read_text(text, nothing)


def _read_text(text: str, nothing: frozenset[str]) -> tuple[float, str, bool, bool]:
    bare = unicodedata.normalize("NFKC", text).strip().lower()
    if bare in nothing or text.strip() in nothing:
        return math.nan, "", False, False
    if text.startswith("\0"):
        return math.nan, "truth_cell", False, False
    if bare in _ERRORS:
        return math.nan, "error_cell", False, False
    if bare.startswith("="):
        return math.nan, "formula_cell", False, False
    percent = bare.endswith("%")
    bare = bare.removesuffix("%").strip().replace("−", "-")
    if _THOUSANDS.match(bare):
        bare = re.sub(r"[,，' ]", "", bare)
    if bare.isascii() and _PLAIN.match(bare) and math.isfinite(float(bare)):
        return float(bare), "", percent, True
    return math.nan, "not_a_number", percent, False


def read_texts(cells: np.ndarray, config: TableConfig) -> np.ndarray:
    """Read a column of text: whole numbers without `.0`, spaces trimmed, what stands for nothing as empty.

    Args:
        cells: float, str, date, bool, (line,).
        config: whose `no_value` says what stands for nothing.

    Returns:
        Text, object, (line,).
    """
    if set(map(type, cells)) == {str}:
        joined = "".join(cells)
        if len(joined.split()) == 1 and unicodedata.is_normalized("NFKC", joined):
            nothing = pd.Series(cells).str.lower().isin(_nothing(config)).to_numpy(bool)
            return np.where(nothing, "", cells)
    codes, uniques = pd.factorize(_hashable(cells), use_na_sentinel=False)
    texts = np.array([_text(cell, _nothing(config)) for cell in uniques], object)
    return np.asarray(texts[codes])


def _text(cell: object, nothing: frozenset[str]) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = " ".join(unicodedata.normalize("NFKC", str(cell).lstrip("\0")).split())
    return "" if text.lower() in nothing or str(cell).strip() in nothing else text


def blank(cells: np.ndarray) -> np.ndarray:
    """Where cells hold nothing at all, bool, of the same shape."""
    return np.asarray(cells == "", bool)
