"""Bytes from an address into a part of a file: resumed where they broke off, bounded in every way."""

from __future__ import annotations

import time
from dataclasses import dataclass

import requests

from flows.acquisition.answers import Extent, extent_of, refuse_page, validator_of
from flows.acquisition.attempts import tried
from flows.acquisition.bodies import blocks_of, pour, too_large
from flows.acquisition.line import Line
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.partial import Part, refuse_full_disk
from flows.acquisition.ranges import Span, ended, missing_of
from flows.acquisition.source_parts import Bounds

__all__ = ["Order", "UnchangedError", "fetch_into"]

_MIB = 1 << 20


@dataclass(frozen=True)
class Order:
    """What is wanted from an address.

    Attributes:
        url: the address.
        spans: these bytes of the file, one after the other; the whole file when empty.
        unless: fetch nothing if the file still has this validator; empty for always.
    """

    url: str
    spans: tuple[Span, ...] = ()
    unless: str = ""

    @property
    def what(self) -> str:
        """The order in one word, to tell whether bytes that are here are of the same."""
        return ",".join(f"{span.first}-{span.last}" for span in self.spans) or "whole"


class UnchangedError(Exception):
    """The file is the one that is here already."""


class _ChangedError(Exception):
    """The file there is another one than that of the bytes here: begin again."""


def fetch_into(part: Part, order: Order, line: Line, bounds: Bounds, ends: float) -> dict[str, str]:
    """Bring the bytes of an order into a part; what came of the same file before is not fetched again.

    Args:
        part: where to; holds all bytes when this returns, and what came when it raises.
        order: what.
        line: to its server.
        bounds: of one file.
        ends: of the whole wish, by `time.monotonic`.

    Returns:
        What is known of the file: `url`, `validator`, `modified`.

    Raises:
        NotArrivedError: when not all came.
        UnchangedError: when the file is the one that `order.unless` says.
    """
    until = min(ends, time.monotonic() + bounds.whole_s)

    def attempt() -> dict[str, str]:
        for _ in range(2):
            try:
                return _attempt(part, order, line, bounds, until)
            except _ChangedError:
                part.drop()
        raise NotArrivedError(
            "unavailable", "文件在传输中不断变化", "the file keeps changing while it is fetched"
        )

    return tried(attempt, bounds, until)


def _attempt(part: Part, order: Order, line: Line, bounds: Bounds, until: float) -> dict[str, str]:
    known = part.known()
    if not (known.get("validator") and known.get("url") == order.url and known.get("what") == order.what):
        part.drop()
    if not order.spans:
        return _whole(part, order, line, bounds, until)
    held, known = part.size, part.known()
    for span in missing_of(ended(order.spans, known.get("total", "")), held):
        headers = {"Range": f"bytes={span.first}-{'' if span.last is None else span.last}"}
        validator = part.known().get("validator", "")
        with line.answered(order.url, headers, until) as answer:
            if answer.status_code != 206:
                _refuse_whole(answer, validator, next(blocks_of(answer, bounds, until), b""))
            if validator and validator_of(answer.headers) != validator:
                raise _ChangedError
            extent = extent_of(answer, span.first, span.last)
            _noted(part, order, answer, extent)
            _refuse_size(part, extent.length, bounds)
            pour(answer, part, extent, bounds, until)
    return part.known()


def _refuse_whole(answer: requests.Response, validator: str, start: bytes) -> None:
    refuse_page(start)
    if answer.status_code == 416 or (validator and validator_of(answer.headers) != validator):
        raise _ChangedError
    raise NotArrivedError("refused", "服务器不支持分段下载", "the server does not give parts of a file")


def _whole(part: Part, order: Order, line: Line, bounds: Bounds, until: float) -> dict[str, str]:
    held, known = part.size, part.known()
    headers = {"If-None-Match": order.unless} if order.unless.startswith('"') else {}
    if order.unless and not headers:
        headers = {"If-Modified-Since": order.unless}
    if held:
        headers = {"Range": f"bytes={held}-", "If-Range": known["validator"]}
    with line.answered(order.url, headers, until) as answer:
        if answer.status_code == 304:
            raise UnchangedError
        if answer.status_code == 416:
            if held and answer.headers.get("Content-Range", "").strip() == f"bytes */{held}":
                return known
            raise _ChangedError
        extent = extent_of(answer, held, None)
        blocks = blocks_of(answer, bounds, until)
        first = next(blocks, b"")
        if extent.first == 0:
            refuse_page(first)
            part.drop()
        known = _noted(part, order, answer, extent)
        _refuse_size(part, extent.length, bounds)
        pour(answer, part, extent, bounds, until, (first, blocks))
    return known


def _noted(part: Part, order: Order, answer: requests.Response, extent: Extent) -> dict[str, str]:
    facts = {
        "url": order.url, "what": order.what, "validator": validator_of(answer.headers),
        "modified": answer.headers.get("Last-Modified", ""), "total": str(extent.total or ""),
    }  # fmt: skip
    if facts != part.known():
        part.note(facts)
    return facts


def _refuse_size(part: Part, length: int | None, bounds: Bounds) -> None:
    if length is not None and part.size + length > bounds.largest_mib * _MIB:
        raise too_large(bounds)
    refuse_full_disk(part.path.parent, length or 0, bounds.spare_mib)
