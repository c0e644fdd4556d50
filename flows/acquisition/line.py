"""The line to a server: requests, held to the hosts that are named and cut when it takes too long."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from consultation.delivery.line import shut_below_tls
from consultation.delivery.retry import cut_off
from flows.acquisition.addresses import host_of
from flows.acquisition.answers import judged
from flows.acquisition.line_errors import told_errors, too_long
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.pace import Pace
from flows.acquisition.source_parts import Bounds, LineConfig

__all__ = ["Line"]

_MOST_REDIRECTS = 4


class _Lines(HTTPAdapter):
    """Keeps hold of the sockets it opened, so that a drip can be cut in the middle."""

    def __init__(self) -> None:
        self.open: list[socket.socket] = []
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let every pool open its connections under our eyes."""
        super().init_poolmanager(*args, **kwargs)
        self._watch(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The same for a proxy."""
        manager = super().proxy_manager_for(*args, **kwargs)
        self._watch(manager)
        return manager

    def _watch(self, manager: Any) -> None:
        lines = self.open

        def watched(kind: Any) -> Any:
            class Watched(kind.ConnectionCls):  # type: ignore[misc]
                def _new_conn(self) -> socket.socket:
                    line: socket.socket = super()._new_conn()
                    lines.append(line.dup())  # TLS takes the first one over, and nobody could shut it
                    return line

            return type(f"Watched{kind.__name__}", (kind,), {"ConnectionCls": Watched})

        manager.pool_classes_by_scheme = {
            "http": watched(urllib3.HTTPConnectionPool),
            "https": watched(urllib3.HTTPSConnectionPool),
        }

    def cut(self) -> None:
        """Shut every line that is open; whoever waits on one fails."""
        while self.open:
            with contextlib.suppress(OSError, IndexError), self.open.pop() as line:
                shut_below_tls(line)


class Line:
    """Requests to one server, one after the other; not shared between threads.

    Neither proxies nor passwords are taken from the environment or from files in the home folder.
    """

    def __init__(self, config: LineConfig, bounds: Bounds, pace: Pace | None = None) -> None:
        """Prepare; nobody is called yet."""
        self._config, self._bounds, self._pace = config, bounds, pace or Pace(None)
        self._lines = _Lines()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.headers.update({"User-Agent": "Bogda", "Accept-Encoding": "identity", "Accept": "*/*"})
        self._session.verify = str(config.ca_file) if config.ca_file else True
        if config.proxy:
            self._session.proxies = {"http": config.proxy, "https": config.proxy}
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._lines)

    def close(self) -> None:
        """Hang up."""
        self._session.close()
        self._lines.cut()

    @contextlib.contextmanager
    def answered(self, url: str, headers: Mapping[str, str], ends: float) -> Iterator[requests.Response]:
        """Ask, follow what redirects are allowed, and give the answer; its body is still on the line.

        Args:
            url: whose host is named by the configuration.
            headers: to send besides; conditions and ranges.
            ends: when the line is cut, by `time.monotonic`; the reading of the body included.

        Raises:
            NotArrivedError: when there is no answer, or none that gives data.
        """
        with cut_off(max(ends - time.monotonic(), 0.001), self._lines.cut), told_errors(ends):
            answer = self._followed(url, {**headers, **self._credential()}, ends)
            try:
                yield answer
            finally:
                answer.close()

    def _credential(self) -> dict[str, str]:
        name = self._config.credential_env
        if not name:
            return {}
        value = os.environ.get(name, "")
        if not value:
            raise NotArrivedError(
                "refused", f"环境变量 {name} 未设置", f"the environment variable {name} is not set"
            )
        return {self._config.credential_header: value}

    def _followed(self, url: str, headers: dict[str, str], ends: float) -> requests.Response:
        first = host_of(url)
        for _ in range(_MOST_REDIRECTS):
            self._pace.wait(ends)
            answer = self._session.get(
                url, headers=headers, stream=True, allow_redirects=False,
                timeout=(self._bounds.connect_s, self._bounds.idle_s),
            )  # fmt: skip
            self._session.cookies.clear()
            if time.monotonic() >= ends:  # cut while its headers came: they are not all there
                answer.close()
                raise too_long()
            if answer.status_code not in (301, 302, 303, 307, 308):
                return judged(answer)
            target = urljoin(url, answer.headers.get("Location", ""))
            answer.close()
            _refuse_elsewhere(url, target, {first, *self._config.hosts})
            if host_of(target) != first:
                headers.pop(self._config.credential_header, None)
            url = target
        raise NotArrivedError("refused", "重定向次数过多", "too many redirects")


def _refuse_elsewhere(url: str, target: str, named: set[str]) -> None:
    downgraded = urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https"
    if host_of(target) not in named or downgraded or urlsplit(target).scheme not in ("http", "https"):
        host = (host_of(target) or "?")[:80]
        raise NotArrivedError(
            "refused", f"被重定向到未列入配置的地址 {host}，未跟随",
            f"redirected to {host}, which is not named; not followed",
        )  # fmt: skip
