"""The body of an answer as it comes: how fast, how much, and whether all of it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import requests

from flows.acquisition.answers import Extent, extent_of, refuse_page
from flows.acquisition.attempts import tried
from flows.acquisition.line import Line
from flows.acquisition.line_errors import too_long
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.partial import Part
from flows.acquisition.source_parts import Bounds

__all__ = ["blocks_of", "pour", "read_small", "too_large"]

_MIB = 1 << 20
_BLOCK = 1 << 16
_SMALL_MIB = 16


def too_large(bounds: Bounds) -> NotArrivedError:
    """More than one file may have."""
    return NotArrivedError(
        "too-large",
        f"超过允许大小 {bounds.largest_mib:g} MiB",
        f"larger than the {bounds.largest_mib:g} MiB allowed",
    )


def pour(
    answer: requests.Response, part: Part, extent: Extent, bounds: Bounds, until: float,
    begun: tuple[bytes, Iterator[bytes]] | None = None,
) -> None:  # fmt: skip
    """Write the body of an answer to the part; whatever happens, the bytes that came stay."""
    first, blocks = begun or (b"", blocks_of(answer, bounds, until))
    came, most = 0, int(bounds.largest_mib * _MIB) - part.size
    for block in itertools.chain((first,), blocks):
        came += len(block)
        if came > most or (extent.length is not None and came > extent.length):
            raise too_large(bounds)
        part.write(block)
    if extent.length is not None and came < extent.length:
        raise NotArrivedError(
            "truncated",
            f"传输中断（{came}/{extent.length} 字节）",
            f"cut off after {came} of {extent.length} bytes",
        )


def blocks_of(answer: requests.Response, bounds: Bounds, until: float) -> Iterator[bytes]:
    """The body as it comes, however little at a time; given up when it is too slow."""
    begun, came = time.monotonic(), 0
    while block := answer.raw.read1(_BLOCK, decode_content=False):
        yield block
        moment, came = time.monotonic(), came + len(block)
        if moment >= until:
            raise too_long()
        if moment - begun >= bounds.idle_s:
            if came < bounds.slowest_bytes_per_s * (moment - begun):
                speed = came / (moment - begun)
                raise NotArrivedError(
                    "slow", f"速度过慢（{speed:.0f} 字节/秒）", f"too slow ({speed:.0f} bytes/s)"
                )
            begun, came = moment, 0
    if time.monotonic() >= until:
        raise too_long()


def read_small(url: str, line: Line, bounds: Bounds, ends: float) -> bytes:
    """A small file, such as an index, whole in memory.

    Raises:
        NotArrivedError: when it does not come whole, or is larger than such a file can be.
    """
    until = min(ends, time.monotonic() + bounds.whole_s)
    most = int(min(_SMALL_MIB, bounds.largest_mib) * _MIB)

    def attempt() -> bytes:
        body = bytearray()
        with line.answered(url, {}, until) as answer:
            extent = extent_of(answer, 0, None)
            for block in blocks_of(answer, bounds, until):
                body += block
                if len(body) > most:
                    raise NotArrivedError("too-large", "文件过大", "larger than such a file can be")
            refuse_page(bytes(body))
            if extent.length is not None and len(body) < extent.length:
                raise NotArrivedError("truncated", "传输中断", f"cut off after {len(body)} bytes")
        return bytes(body)

    return tried(attempt, bounds, until)
