"""XLSX files as archives: how large they truly are, and what their cells hide."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path

from foundation.errors import InputError

__all__ = ["extent", "hidden_cells", "sheet_bytes", "text_size", "unpack"]

_HEADER = 30
_PREFIX = rb"(?:\w{1,20}:)?"
_FAILED = re.compile(
    rb"<%bc\s([^>]{0,300}\bt=\"e\"[^>]{0,300})>"
    rb"(?:<%bf[^>]{0,300}/>|<%bf[^>]{0,300}>[^<]*</%bf>)?<%bv>([^<]*)</" % ((_PREFIX,) * 5)
)
_UNCALCULATED = re.compile(
    rb"<%bc\s([^>]{0,300})>"
    rb"(?:<%bf[^>]{0,300}/>|<%bf[^>]{0,300}>([^<]*)</%bf>)(?:<%bv\s{0,9}/>|<%bv></%bv>)?</%bc>"
    % ((_PREFIX,) * 8)
)
_REFERENCE = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_FAR_REFERENCE = re.compile(rb"\br=\"([A-Z]{1,9})(\d{1,9})\"")
_DISTANT = re.compile(rb"\sr\s{0,9}=\s{0,9}[\"']([A-Za-z]{3,9}\d{1,9}|[A-Za-z]{1,9}\d{6,9})[\"']")
_ROW = re.compile(rb"<%brow\b" % _PREFIX)
_TAGS_OF_A_CELL = 6


def unpack(path: Path, most_mib: float) -> dict[str, bytes]:
    """Unpack the XML parts of an XLSX file, counting what truly comes out.

    What an archive says of its sizes is not believed; unpacking stops where the limit is reached.

    Args:
        path: the file.
        most_mib: MiB that all parts together may have.

    Returns:
        The parts by their names.

    Raises:
        InputError: when it is no archive, is protected, is damaged or is larger than allowed.
    """
    left, parts = int(most_mib * 2**20), {}
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
            for info in archive.infolist():
                if info.flag_bits & 1:
                    raise InputError(
                        "is protected by a password", where=str(path), remedy="Save it without one"
                    )
                part = _inflate(stream, info, left)
                if part is None:
                    raise InputError(
                        f"unpacks to more than {most_mib:g} MiB",
                        where=str(path),
                        remedy="Save the table alone, or raise limits.unpacked_mib in a mapping file",
                    )
                left -= len(part)
                if info.filename.endswith((".xml", ".rels")):
                    parts[info.filename.lstrip("/")] = part
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, NotImplementedError) as error:
        raise InputError("is no sound XLSX file", where=str(path), remedy="Open and save it again") from error
    return parts


def _inflate(stream: object, info: zipfile.ZipInfo, most: int) -> bytes | None:
    """One part; None when it is larger than allowed."""
    stream.seek(info.header_offset)  # type: ignore[attr-defined]
    header = stream.read(_HEADER)  # type: ignore[attr-defined]
    name, extra = struct.unpack("<HH", header[26:30])
    stream.seek(info.header_offset + _HEADER + name + extra)  # type: ignore[attr-defined]
    packed = stream.read(info.compress_size)  # type: ignore[attr-defined]
    if info.compress_type == zipfile.ZIP_STORED:
        return packed if len(packed) <= most else None
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("unknown packing")
    inflater = zlib.decompressobj(-15)
    part = inflater.decompress(packed, most + 1)
    return part if len(part) <= most else None


def sheet_bytes(parts: dict[str, bytes], sheet: str) -> bytes:
    """The XML of a sheet by its name; empty when the workbook names none so."""
    relations = dict(_pairs(parts.get("xl/_rels/workbook.xml.rels", b""), b"Id", b"Target"))
    for name, relation in _pairs(parts.get("xl/workbook.xml", b""), b"name", b"r:id"):
        target = relations.get(relation, "")
        if _plain(name) == sheet and target:
            inside = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return parts.get(inside, b"")
    return b""


def _pairs(xml: bytes, key: bytes, value: bytes) -> list[tuple[str, str]]:
    found = []
    for tag in re.findall(rb"<(?:\w+:)?(?:sheet|Relationship)\s[^>]{0,2000}>", xml):
        first = re.search(rb"\s%b=\"([^\"]*)\"" % key, tag)
        second = re.search(rb"\s%b=\"([^\"]*)\"" % value, tag)
        if first and second:
            found.append((first[1].decode("utf-8"), second[1].decode("utf-8")))
    return found


def _plain(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def hidden_cells(xml: bytes) -> dict[tuple[int, int], str]:
    """Cells whose formula failed or has no stored result; readers give them as empty.

    Args:
        xml: a sheet.

    Returns:
        By row and column from 0: the error, such as `#REF!`, or the formula led by `=`.
    """
    found: dict[tuple[int, int], str] = {}
    if b't="e"' in xml:
        for attributes, error in _FAILED.findall(xml):
            found[_place(attributes)] = error.decode("utf-8", "replace")
    if b"<f" in xml or b":f" in xml:
        for attributes, formula in _UNCALCULATED.findall(xml):
            if b't="str"' not in attributes and b't="e"' not in attributes:
                found[_place(attributes)] = "=" + formula.decode("utf-8", "replace")
    found.pop((-1, -1), None)
    return found


def _place(attributes: bytes, *, far: bool = False) -> tuple[int, int]:
    match = (_FAR_REFERENCE if far else _REFERENCE).search(b" " + attributes)
    if match is None:
        return -1, -1
    column = 0
    for letter in match[1]:
        column = column * 26 + letter - 64
    return int(match[2]) - 1, column - 1


def text_size(parts: dict[str, bytes], xml: bytes) -> int:
    """Bytes that the shared texts of a sheet may grow to: its text cells times the longest text."""
    longest = max(map(len, parts.get("xl/sharedStrings.xml", b"").split(b"<si")))
    return longest * len(re.findall(rb"t=[\"']s[\"']", xml))


def extent(xml: bytes) -> tuple[int, int]:
    """Rows and columns that a sheet may reach.

    A single far cell makes readers take room for all that lies between, so that this is looked at first.

    Args:
        xml: a sheet.

    Returns:
        Rows and columns: at least what the cells reach, where that is beyond row 99,999 or column ZZ.
    """
    rows = _ROW.split(xml.partition(b"sheetData")[2].rpartition(b"sheetData")[0])
    tags = max((row.count(b"<") for row in rows), default=0)
    most_row, most_column = len(rows) - 1, tags // _TAGS_OF_A_CELL
    for reference in set(_DISTANT.findall(xml)):
        row, column = _place(b'r="' + reference.upper() + b'"', far=True)
        most_row, most_column = max(most_row, row + 1), max(most_column, column + 1)
    return most_row, most_column
