"""Records of ARL-packed files: labels, index record, and the unpacking of differences.

Format: HYSPLIT user's guide, section "ARL Data Format" (NOAA Air Resources Laboratory). A record is a
label of 50 characters and one byte a grid point; the first record of each time lists levels and variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foundation.errors import InputError

LABEL = 50
_FIXED_INDEX = 108
_MISSING_EXPONENT = -98


@dataclass(frozen=True)
class Index:
    """What the first record of a time says.

    Attributes:
        time: valid time, UTC.
        forecast_hour: hours since the model began; -1 where unknown.
        model: four letters.
        numbers: the twelve numbers that define the grid, as in the user's guide: latitude and longitude of
            the pole, reference latitude and longitude, grid size (km), orientation, latitude of the cone,
            x and y (from 1) and latitude and longitude of the point that ties the grid, and a spare
            one (the pressure at the top for sigma levels, hPa).
        columns: points along x.
        rows: points along y.
        vertical: 1 sigma, 2 pressure, 3 height, 4 hybrid.
        levels: value of each level and the variables on it with their checksums, surface first.
        start: byte at which the time begins.
    """

    time: np.datetime64
    forecast_hour: int
    model: str
    numbers: tuple[float, ...]
    columns: int
    rows: int
    vertical: int
    levels: tuple[tuple[float, tuple[tuple[str, int], ...]], ...]
    start: int

    @property
    def record_bytes(self) -> int:
        """Length of every record."""
        return LABEL + self.columns * self.rows

    @property
    def records(self) -> int:
        """Records of this time, the index included."""
        return 1 + sum(len(variables) for _, variables in self.levels)


def looks_like_arl(start: bytes) -> bool:
    """Whether the first bytes of a file are the label of an index record."""
    return len(start) >= LABEL and start[14:18] == b"INDX" and start[:14].replace(b" ", b"0").isalnum()


def read_index(content: bytes, start: int, path: Path) -> Index:
    """Read an index record.

    Args:
        content: the file from the record on.
        start: byte of the file at which it begins.
        path: the file.

    Raises:
        InputError: when there is none, or it is cut off.
    """
    label = content[:LABEL]
    where = f"{path}, byte {start}"
    if not looks_like_arl(label):
        raise InputError(
            f"expected an ARL index record, got {label[:18]!r}", where=where, remedy="Get the file again"
        )
    text = content[LABEL : LABEL + _FIXED_INDEX].decode("ascii", "replace")
    try:
        numbers = tuple(float(text[9 + 7 * place : 16 + 7 * place]) for place in range(12))
        columns, rows, levels = (int(text[93 + 3 * place : 96 + 3 * place]) for place in range(3))
        vertical, length = int(text[102:104]), int(text[104:108])
        listed = content[LABEL + _FIXED_INDEX : LABEL + length].decode("ascii")
        return Index(
            _time(label), _hours(label[8:10]), text[:4].strip(), numbers,
            columns + _thousands(label[12]), rows + _thousands(label[13]),
            vertical, tuple(_levels(listed, levels)), start,
        )  # fmt: skip
    except (ValueError, IndexError) as error:
        raise InputError(
            "the ARL index record is cut off or garbled", where=where, remedy="Get the file again"
        ) from error


def _thousands(letter: int) -> int:
    """Grids of 1000 points and more carry a letter in the label: A for 1000, B for 2000."""
    return (letter - 64) * 1000 if chr(letter).isalpha() else 0


def _time(label: bytes) -> np.datetime64:
    year, month, day, hour = (int(label[place : place + 2]) for place in (0, 2, 4, 6))
    century = 1900 if year >= 40 else 2000
    return np.datetime64(f"{century + year:04d}-{month:02d}-{day:02d}T{hour:02d}:00", "ns")


def _hours(text: bytes) -> int:
    try:
        return int(text)
    except ValueError:
        return -1


def _levels(listed: str, count: int) -> list[tuple[float, tuple[tuple[str, int], ...]]]:
    found, place = [], 0
    for _ in range(count):
        value, number = float(listed[place : place + 6]), int(listed[place + 6 : place + 8])
        place += 8
        variables = []
        for _ in range(number):
            variables.append((listed[place : place + 4], int(listed[place + 4 : place + 7])))
            place += 8
        found.append((value, tuple(variables)))
    return found


def unpack(record: bytes, columns: int, rows: int, checksum: int, where: str) -> np.ndarray:
    """The field of one data record, shape (rows, columns), first row as in the file (the southern one).

    Each byte less 127, over 2 to the power 7 - exponent, is the difference to the point on its left; the
    first of a row refers to the first of the row before, the very first to the value in the label.

    Args:
        record: label and bytes.
        columns: points along x.
        rows: points along y.
        checksum: sum of the bytes with end-around carry, from the index record; 0 is not checked.
        where: the record, for messages.

    Raises:
        InputError: when the label is garbled or the bytes do not give the checksum.
    """
    try:
        exponent, precision, first = int(record[18:22]), float(record[22:36]), float(record[36:50])
    except ValueError as error:
        raise InputError(
            "the ARL record's label is garbled", where=where, remedy="Get the file again"
        ) from error
    packed = np.frombuffer(record, dtype=np.uint8, offset=LABEL).reshape(rows, columns)
    if checksum and _checksum(packed) != checksum:
        raise InputError(
            f"checksum {_checksum(packed)}, expected {checksum}: the record is damaged",
            where=where, remedy="Get the file again",
        )  # fmt: skip
    if exponent <= _MISSING_EXPONENT:
        return np.full((rows, columns), np.nan)
    steps = (packed.astype(np.float64) - 127.0) * 2.0 ** (exponent - 7)
    steps[:, 0] = first + np.cumsum(steps[:, 0])
    values: np.ndarray = np.cumsum(steps, axis=1)
    values[np.abs(values) < precision] = 0.0
    return values


def _checksum(packed: np.ndarray) -> int:
    """Sum of bytes where every carry out of the eighth bit adds one: the remainder by 255, from 1 to 255."""
    total = int(packed.sum(dtype=np.int64))
    return (total - 1) % 255 + 1 if total else 0
