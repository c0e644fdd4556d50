"""Whether a NetCDF file of the classic formats is whole; the library reads what was cut off as zeros.

The header states where each variable begins and how large it is:
https://docs.unidata.ucar.edu/netcdf-c/current/file_format_specifications.html. Files of NetCDF-4 are HDF5,
which refuses to open a file that is cut off.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import BinaryIO

from foundation.errors import InputError

__all__ = ["refuse_truncated"]

_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8, 7: 1, 8: 2, 9: 4, 10: 8, 11: 8}
"""Bytes of a value by its type's number."""
_VERSIONS = (1, 2, 5)
_STREAMING = {4: 0xFFFFFFFF, 8: 0xFFFFFFFFFFFFFFFF}
"""Number of records of a file whose writer did not know it, by the bytes of a count."""


def refuse_truncated(path: Path) -> None:
    """Refuse a classic NetCDF file that is shorter than its header promises.

    Args:
        path: any file; others than classic NetCDF pass, and so does one that cannot be opened.

    Raises:
        InputError: with the size promised and the size of the file; or when the header itself is cut off.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            magic = stream.read(4)
            if magic[:3] != b"CDF" or magic[3:] not in {bytes([one]) for one in _VERSIONS}:
                return
            promised = _Header(stream, magic[3], size).promised()
    except OSError:
        return
    except (EOFError, IndexError, KeyError) as error:
        raise InputError("the file ends within its header, or the header is damaged", where=str(path),
                         remedy="Get the file anew") from error  # fmt: skip
    if size < promised:
        raise InputError(f"the file is cut off: its header promises {promised:,} bytes, got {size:,}",
                         where=str(path), remedy="Get the file anew")  # fmt: skip


class _Header:
    """The header of a classic file, read from the bytes behind the magic number."""

    def __init__(self, stream: BinaryIO, version: int, size: int) -> None:
        self._stream, self._size = stream, size
        self._count = 8 if version == 5 else 4
        self._offset = 4 if version == 1 else 8

    def promised(self) -> int:
        """Bytes up to the end of the last variable."""
        records = self._number(self._count)
        if records == _STREAMING[self._count]:
            records = 0
        dimensions = [self._dimension() for _ in range(self._items())]
        self._skip_attributes()
        variables = [self._variable(dimensions) for _ in range(self._items())]
        ends = [begin + length for begin, length, by_record in variables if not by_record]
        recorded = [(begin, length) for begin, length, by_record in variables if by_record]
        padded = sum(length + -length % 4 for _, length in recorded)
        step = recorded[0][1] if len(recorded) == 1 else padded
        if records:
            ends += [begin + (records - 1) * step + length for begin, length in recorded]
        return max(ends, default=0)

    def _dimension(self) -> int:
        """Length; 0 for that of the records."""
        self._skip_name()
        return self._number(self._count)

    def _variable(self, dimensions: list[int]) -> tuple[int, int, bool]:
        """Where a variable begins, its bytes (in one record), and whether it has records."""
        self._skip_name()
        lengths = [dimensions[self._number(self._count)] for _ in range(self._number(self._count))]
        self._skip_attributes()
        width = _BYTES[self._number(4)]
        self._number(self._count)
        by_record = bool(lengths) and lengths[0] == 0
        return self._number(self._offset), width * math.prod(lengths[1:] if by_record else lengths), by_record

    def _number(self, width: int) -> int:
        return int(struct.unpack(">I" if width == 4 else ">Q", self._take(width))[0])

    def _items(self) -> int:
        """Number of entries of a list; its tag is left unread."""
        self._take(4)
        return self._number(self._count)

    def _take(self, width: int) -> bytes:
        if width > self._size - self._stream.tell():
            raise EOFError
        return self._stream.read(width)

    def _skip_name(self) -> None:
        length = self._number(self._count)
        self._take(length + -length % 4)

    def _skip_attributes(self) -> None:
        for _ in range(self._items()):
            self._skip_name()
            length = _BYTES[self._number(4)] * self._number(self._count)
            self._take(length + -length % 4)
