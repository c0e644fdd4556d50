"""What a server's answer means before its body is read."""

from __future__ import annotations

import re
from collections.abc import Mapping

import requests

from flows.acquisition.not_arrived import NotArrivedError

__all__ = ["Extent", "extent_of", "judged", "refuse_page", "validator_of"]

_UNCHANGED = 304
_NO_SUCH_RANGE = 416
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_LONGEST_WAIT_S = 600.0
_PAGE = re.compile(rb"^(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|\?xml|h1|script)", re.IGNORECASE)


def judged(answer: requests.Response) -> requests.Response:
    """The answer, if it is one that gives data, is unchanged, or has no such range.

    Raises:
        NotArrivedError: with what its status means; the body is dropped.
    """
    status = answer.status_code
    if status in (_UNCHANGED, _NO_SUCH_RANGE):
        return answer
    if status in (200, 206):
        _refuse_packed(answer)
        return answer
    wait = answer.headers.get("Retry-After", "")
    answer.close()
    if status in (404, 410):
        raise NotArrivedError("missing", f"尚无此文件（HTTP {status}）", f"is not there (HTTP {status})")
    if status in (408, 425, 429) or status >= 500:
        seconds = min(float(wait), _LONGEST_WAIT_S) if wait.isascii() and wait.isdigit() else 0.0
        raise NotArrivedError(
            "unavailable", f"服务器暂不可用（HTTP {status}）",
            f"the server is not available (HTTP {status})", seconds,
        )  # fmt: skip
    raise NotArrivedError("refused", f"服务器拒绝（HTTP {status}）", f"the server refuses (HTTP {status})")


def _refuse_packed(answer: requests.Response) -> None:
    packed = answer.headers.get("Content-Encoding", "identity").strip().lower()
    page = answer.headers.get("Content-Type", "").lower().startswith("text/html")
    if packed in ("", "identity") and not page:
        return
    answer.close()
    if page:
        raise not_data()
    raise NotArrivedError(
        "not-data", f"服务器擅自压缩内容（{packed[:20]}）", f"the server packed it unasked ({packed[:20]})"
    )


def not_data() -> NotArrivedError:
    """A page where data should be."""
    return NotArrivedError("not-data", "收到的是网页而不是数据", "a web page came in place of data")


def refuse_page(start: bytes) -> None:
    """Refuse a body that begins as a page does.

    Raises:
        NotArrivedError: when it does.
    """
    if _PAGE.match(start[:200]):
        raise not_data()


def validator_of(headers: Mapping[str, str]) -> str:
    """By what a changed file is told: a strong ETag, else the time of change; empty without either."""
    etag = headers.get("ETag", "").strip()
    if etag and not etag.startswith("W/"):
        return etag
    return headers.get("Last-Modified", "").strip()


class Extent:
    """What part of a file an answer holds.

    Attributes:
        first: place of its first byte.
        length: bytes that must come; None where the server does not say.
        total: size of the whole file; None where the server does not say.
    """

    def __init__(self, first: int, length: int | None, total: int | None) -> None:
        """Keep the three."""
        self.first, self.length, self.total = first, length, total


def extent_of(answer: requests.Response, first: int, last: int | None) -> Extent:
    """What part an answer with status 200 or 206 holds, held against what was asked for.

    Args:
        answer: the answer.
        first: first byte asked for.
        last: last byte asked for; None for the end of the file.

    Raises:
        NotArrivedError: when it holds another part.
    """
    said = answer.headers.get("Content-Length", "")
    length = int(said) if said.isascii() and said.isdigit() else None
    if answer.status_code == 200:
        return Extent(0, length, length)
    match = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    begin, end = (int(match[1]), int(match[2])) if match else (-1, -1)
    total = int(match[3]) if match and match[3] != "*" else None
    wrong_end = (end != last) if last is not None else (total is not None and end != total - 1)
    if begin != first or end < begin or wrong_end or length not in (None, end - begin + 1):
        raise NotArrivedError(
            "not-data",
            "服务器答复的字节范围与请求不符",
            "the server answered with another range than was asked for",
        )
    return Extent(begin, end - begin + 1, total)
