"""`/health` and `/status` over HTTP, for this machine alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from foundation.errors import ConfigurationError

_LINE_S = 10.0


class _Handler(BaseHTTPRequestHandler):
    """Answers two addresses and no other."""

    timeout = _LINE_S
    server_version, sys_version = "bogda", ""
    tell: ClassVar[Callable[[], dict[str, Any]]]

    def do_GET(self) -> None:
        """`/health`: 200 or 503 with the problems; `/status`: the whole document."""
        path = self.path.partition("?")[0]
        if path not in {"/health", "/status"}:
            self._answer(404, {"error": "no such address; /health, /status"})
            return
        told = type(self).tell()
        if path == "/status":
            self._answer(200, told)
        else:
            self._answer(
                200 if told["healthy"] else 503, {"healthy": told["healthy"], "problems": told["problems"]}
            )

    def _answer(self, code: int, document: dict[str, Any]) -> None:
        body = json.dumps(document, ensure_ascii=False).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: who watches asks every few seconds."""


def serve_status(host: str, port: int, tell: Callable[[], dict[str, Any]]) -> ThreadingHTTPServer:
    """Answer in the background until `shutdown`.

    Args:
        host: an address of this machine.
        port: 0 for any that is free.
        tell: gives the document.

    Raises:
        ConfigurationError: when nobody can listen there.
    """
    handler = type("Handler", (_Handler,), {"tell": staticmethod(tell)})
    try:
        server = ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen there: {error.strerror or error}", where=f"{host}:{port}",
            remedy="Give another status.port in the site's file",
        ) from error  # fmt: skip
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="bogda-status", daemon=True).start()
    return server
