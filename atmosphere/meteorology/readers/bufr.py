"""BUFR messages (WMO FM 94) of surface stations and of soundings, decoded by ecCodes.

Both the templates of the old reports (307005, 309007) and those of today (307080, 309052) are read; they
differ in the names of some elements only. Messages of several subsets are taken apart, compressed or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.readers.eccodes_library import eccodes_library
from foundation.errors import InputError

SURFACE, SOUNDING = 0, 2
"""Categories of BUFR table A: surface data (land), and vertical soundings (other than satellite)."""

_DECIMALS = 6
"""Decoded values are scaled integers that come as 58.470000000000006; no element read here has more."""

_CATEGORIES = {0: "surface reports of land stations", 1: "surface reports from the sea", 2: "soundings"}


class Subset:
    """One report within a message."""

    def __init__(self, handle: Any, where: str) -> None:
        """Keep the decoded handle; it is released by who made it."""
        self._handle = handle
        self.where = where

    def values(self, *names: str) -> np.ndarray:
        """Values of the first of these elements that the report has, floats, NaN where missing."""
        eccodes = eccodes_library()

        for name in names:
            try:
                found = np.asarray(eccodes.codes_get_array(self._handle, name))
            except eccodes.KeyValueNotFoundError:
                continue
            if found.dtype.kind not in "iuf":
                continue
            absent = np.isin(found, _missing(eccodes))
            return np.where(absent, np.nan, np.round(found.astype(float), _DECIMALS))
        return np.array([])

    def value(self, *names: str) -> float:
        """First value of the first of these elements that is there and not missing; NaN otherwise."""
        eccodes = eccodes_library()
        for name in names:
            try:
                found = eccodes.codes_get(self._handle, f"#1#{name}")
            except eccodes.KeyValueNotFoundError:
                continue
            if isinstance(found, int | float) and found not in _missing(eccodes):
                return round(float(found), _DECIMALS)
        return float("nan")

    def station(self) -> str:
        """Block and station number in five digits, or the call sign or name by which it reports."""
        eccodes = eccodes_library()

        block, number = self.value("blockNumber"), self.value("stationNumber")
        if np.isfinite(block) and np.isfinite(number):
            return f"{int(block):02d}{int(number):03d}"
        for name in ("shipOrMobileLandStationIdentifier", "longStationName", "stationOrSiteName"):
            try:
                text = str(eccodes.codes_get(self._handle, name)).strip()
            except eccodes.KeyValueNotFoundError:
                continue
            if text:
                return text
        return ""

    def time(self) -> np.datetime64:
        """UTC of the report.

        Raises:
            InputError: when it has none.
        """
        parts = [self.value(name) for name in ("year", "month", "day", "hour")]
        minute = self.value("minute")
        if not np.isfinite(parts).all():
            raise InputError("the report has no time", where=self.where)
        year, month, day, hour = (int(part) for part in parts)
        text = f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{0 if np.isnan(minute) else int(minute):02d}"
        try:
            return np.datetime64(text, "ns")
        except ValueError as error:
            raise InputError(f"{text} is no time", where=self.where) from error


def _missing(eccodes: Any) -> tuple[int, float]:
    return eccodes.CODES_MISSING_LONG, eccodes.CODES_MISSING_DOUBLE


def subsets(path: str | Path, category: int, refused: list[str]) -> Iterator[Subset]:
    """Every report of one category in a file, in its order.

    Args:
        path: a local file; text between the messages, as telecommunication adds it, is passed over.
        category: `SURFACE` or `SOUNDING`.
        refused: gets a line for every message that cannot be decoded.

    Raises:
        InputError: when the file holds no message, ends within one, or has none of that category.
    """
    eccodes = eccodes_library()

    found: dict[int, int] = {}
    with Path(path).open("rb") as file:
        for number, handle in _messages(file, str(path)):
            try:
                kind = int(eccodes.codes_get(handle, "dataCategory"))
                found[kind] = found.get(kind, 0) + 1
                if kind == category:
                    yield from _of_message(handle, f"{path}, message {number}", refused)
            finally:
                eccodes.codes_release(handle)
    if not found:
        raise InputError("not a BUFR file: no message in it", where=str(path), remedy="Check the path")
    if category not in found:
        held = ", ".join(_CATEGORIES.get(kind, f"category {kind}") for kind in sorted(found))
        raise InputError(f"no {_CATEGORIES[category]} in the file; it holds {held}", where=str(path))


def _messages(file: Any, where: str) -> Iterator[tuple[int, Any]]:
    eccodes = eccodes_library()

    number = 0
    while True:
        number += 1
        try:
            handle = eccodes.codes_bufr_new_from_file(file)
        except eccodes.CodesInternalError as error:
            raise InputError(
                f"the file ends within message {number} ({error})", where=where,
                remedy="It is truncated; fetch it again",
            ) from error  # fmt: skip
        if handle is None:
            return
        yield number, handle


def _of_message(handle: Any, where: str, refused: list[str]) -> Iterator[Subset]:
    eccodes = eccodes_library()

    try:
        count = int(eccodes.codes_get(handle, "numberOfSubsets"))
        eccodes.codes_set(handle, "skipExtraKeyAttributes", 1)
        eccodes.codes_set(handle, "unpack", 1)
    except eccodes.CodesInternalError as error:
        refused.append(f"{where}: cannot be decoded ({error})")
        return
    if count == 1:
        yield Subset(handle, where)
        return
    for index in range(1, count + 1):
        single = _extracted(handle, index)
        try:
            yield Subset(single, f"{where}, subset {index}")
        finally:
            eccodes.codes_release(single)


def _extracted(handle: Any, index: int) -> Any:
    """A message of its own that holds one subset, decoded."""
    eccodes = eccodes_library()

    eccodes.codes_set(handle, "extractSubset", index)
    eccodes.codes_set(handle, "doExtractSubsets", 1)
    single = eccodes.codes_clone(handle)
    eccodes.codes_set(single, "unpack", 1)
    return single
