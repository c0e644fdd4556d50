"""A local provider: publishes bytes under providers' own paths, and publishes them wrong where it is told to.

with Provider() as provider:
    provider.publish("/a/b.grib2", body)  # or a function of the path
    provider.spoil(r"f006", Fault("truncated", after=1000), times=1)
    ... provider.url, provider.sent_bytes(r"f006"), provider.asked(r"f006")
"""

from __future__ import annotations

import gzip
import hashlib
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote

Body = bytes | Callable[[str], bytes | None]

PAGE = b"<!DOCTYPE html><html><body>System maintenance</body></html>"


BOMB = gzip.compress(bytes(50_000_000), 1)


@dataclass
class Fault:
    """What is done wrong.

    Kinds: late (404 until `until`, by time.monotonic), missing, busy (503, Retry-After `seconds`), forbidden;
    truncated (less than Content-Length, then the line is closed), short (less, and no Content-Length), reset
    (RST after `after` bytes), stall (nothing more after `after` bytes), drip (one byte each `seconds`),
    drip-block (256 bytes), slow-headers (the same for headers), endless; page (HTML with 200), typed-page
    (and with its type), other (`body` in place of the right one), gzip (a packed bomb, unasked); wrong-range,
    no-range, changed (another ETag each time); elsewhere (redirect to `to`).
    """

    kind: str
    after: int = 0
    seconds: float = 0.2
    until: float = 0.0
    to: str = ""
    body: Body = b""


@dataclass
class Asked:
    """One request, as it was answered."""

    path: str
    range: str
    headers: dict[str, str]
    status: int = 0
    sent: int = 0


@dataclass
class _Spoilt:
    pattern: re.Pattern[str]
    fault: Fault
    times: float


@dataclass
class Provider:
    """The server; stops with its block."""

    bodies: list[tuple[re.Pattern[str], Body]] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)
    _spoilt: list[_Spoilt] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        provider = self

        class Handler(_Handler):
            owner = provider

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping = True
        self._server.shutdown()
        self._server.server_close()

    stopping: bool = False
    tls: ssl.SSLContext | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    def publish(self, path: str, body: Body) -> None:
        """Publish under a path exactly; what was there before is replaced."""
        self.publish_all(re.escape(path), body)

    def publish_all(self, pattern: str, body: Body) -> None:
        """Publish under every path that a pattern matches; the body is made from the path, None for none."""
        with self._lock:
            self.bodies = [(known, made) for known, made in self.bodies if known.pattern != pattern]
            self.bodies.append((re.compile(pattern), body))

    def spoil(self, pattern: str, fault: Fault, times: float = float("inf")) -> None:
        """Do paths in which a pattern is found wrong, so many times."""
        with self._lock:
            self._spoilt.append(_Spoilt(re.compile(pattern), fault, times))

    def mend(self) -> None:
        """From now on everything goes well."""
        with self._lock:
            self._spoilt.clear()

    def asked(self, pattern: str = "") -> list[Asked]:
        return [one for one in self.requests if re.search(pattern, one.path)]

    def sent_bytes(self, pattern: str = "") -> int:
        return sum(one.sent for one in self.asked(pattern) if one.status in (200, 206))

    def body_of(self, path: str) -> bytes | None:
        with self._lock:
            known = list(self.bodies)
        for pattern, body in reversed(known):
            if pattern.fullmatch(path):
                return body(path) if callable(body) else body
        return None

    def fault_of(self, path: str) -> Fault:
        with self._lock:
            for one in self._spoilt:
                if one.times > 0 and one.pattern.search(path):
                    if one.fault.kind == "late" and time.monotonic() >= one.fault.until:
                        continue
                    one.times -= 1
                    return one.fault
        return Fault("none")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: Provider
    timeout = 20

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = unquote(self.path)
        asked = Asked(path, self.headers.get("Range", ""), dict(self.headers))
        self.owner.requests.append(asked)
        with suppress(ConnectionError, TimeoutError):
            self._answer(asked, self.owner.fault_of(path))

    def _answer(self, asked: Asked, fault: Fault) -> None:
        status = {"late": 404, "missing": 404, "busy": 503, "forbidden": 403, "elsewhere": 302}.get(
            fault.kind
        )
        if status is not None:
            extra = {"busy": {"Retry-After": f"{fault.seconds:g}"}, "elsewhere": {"Location": fault.to}}
            return self._send(asked, status, b"no", extra.get(fault.kind, {}))
        if fault.kind in ("page", "typed-page"):
            kind = "text/html; charset=utf-8" if fault.kind == "typed-page" else "application/octet-stream"
            return self._send(asked, 200, PAGE, {"Content-Type": kind})
        if fault.kind == "gzip":
            return self._send(asked, 200, BOMB, {"Content-Encoding": "gzip"})
        body = self.owner.body_of(asked.path)
        if fault.kind == "other":
            body = fault.body(asked.path) if callable(fault.body) else fault.body
        if body is None:
            return self._send(asked, 404, b"no", {})
        return self._publish(asked, fault, body)

    def _publish(self, asked: Asked, fault: Fault, body: bytes) -> None:
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if fault.kind == "changed":
            etag = f'"{time.monotonic_ns()}"'
        headers = {"ETag": etag, "Last-Modified": formatdate(1.7e9, usegmt=True), "Accept-Ranges": "bytes"}
        headers["Content-Type"] = "application/octet-stream"
        if self.headers.get("If-None-Match") == etag:
            return self._send(asked, 304, b"", headers)
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.range)
        fresh = self.headers.get("If-Range", etag) == etag
        if not match or not fresh or fault.kind == "no-range":
            return self._send(asked, 200, body, headers, fault)
        first, last = int(match[1]), int(match[2] or len(body) - 1)
        if first >= len(body):
            return self._send(asked, 416, b"", {"Content-Range": f"bytes */{len(body)}"})
        last = min(last, len(body) - 1)
        shift = 7 if fault.kind == "wrong-range" else 0
        headers["Content-Range"] = f"bytes {first + shift}-{last + shift}/{len(body)}"
        return self._send(asked, 206, body[first : last + 1], headers, fault)

    def _send(
        self, asked: Asked, status: int, body: bytes, headers: dict[str, str], fault: Fault | None = None
    ) -> None:
        fault = fault or Fault("none")
        asked.status = status
        if fault.kind == "slow-headers":
            return self._drip_headers(fault)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if fault.kind in ("short", "endless"):
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._body(asked, body if status != 304 else b"", fault)
        return None

    def _drip_headers(self, fault: Fault) -> None:
        for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10000:
            if self.owner.stopping:
                return
            self.wfile.write(bytes([sign]))
            time.sleep(fault.seconds)

    def _body(self, asked: Asked, body: bytes, fault: Fault) -> None:
        if fault.kind in ("truncated", "short", "reset", "stall"):
            body = body[: fault.after]
        while fault.kind == "endless" and not self.owner.stopping:
            self._write(asked, body or b"x" * 65536)
        step = {"drip": 1, "drip-block": 256}.get(fault.kind, 1 << 16)
        for place in range(0, 0 if self.owner.stopping else len(body), step):
            self._write(asked, body[place : place + step])
            if step < 1 << 16:
                self._pause(fault.seconds)
        self._end(fault)

    def _pause(self, seconds: float) -> None:
        if self.owner.stopping:
            raise ConnectionError
        time.sleep(seconds)

    def _end(self, fault: Fault) -> None:
        while fault.kind == "stall":
            self._pause(0.05)
        if fault.kind == "reset":
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        if fault.kind in ("truncated", "short", "reset"):
            self.close_connection = True

    def _write(self, asked: Asked, block: bytes) -> None:
        self.wfile.write(block)
        asked.sent += len(block)
