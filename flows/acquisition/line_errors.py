"""What the faults of a line mean."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import Iterator

import requests
import urllib3

from flows.acquisition.not_arrived import NotArrivedError

__all__ = ["told_errors", "too_long"]


def too_long() -> NotArrivedError:
    """Time is up."""
    return NotArrivedError("slow", "超过允许时间，已中止", "took longer than allowed, cut off")


@contextlib.contextmanager
def told_errors(ends: float) -> Iterator[None]:
    """Turn what libraries raise on a line into what it means.

    Raises:
        NotArrivedError: for every fault of a line.
    """
    try:
        yield
    except NotArrivedError:
        raise
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, _OF_A_LINE):
            raise  # of the disk
        if time.monotonic() >= ends:
            raise too_long() from error
        raise _meaning(error) from error


_OF_A_LINE = (requests.RequestException, ConnectionError, TimeoutError, ssl.SSLError)


def _meaning(error: Exception) -> NotArrivedError:
    said = type(error).__name__
    if isinstance(error, requests.exceptions.SSLError):
        return NotArrivedError(
            "refused", "服务器证书无效", f"the server's certificate does not hold ({said})"
        )
    if isinstance(error, requests.ConnectTimeout):
        return NotArrivedError("unreachable", "连接超时", "no connection in time")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return NotArrivedError("slow", "长时间无数据", "no byte came for too long")
    if isinstance(error, urllib3.exceptions.ProtocolError | ConnectionError | ssl.SSLError):
        return NotArrivedError("truncated", "传输中断", f"the line broke ({said})")
    return NotArrivedError("unreachable", "无法连接", f"cannot be reached ({said})")
