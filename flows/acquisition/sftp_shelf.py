"""A folder on a server, by SFTP; the server must prove that it is the one whose key is known."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

from flows.acquisition.file_parts import SftpConfig
from flows.acquisition.line_errors import too_long
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.partial import Part
from flows.acquisition.shelves import Seen
from flows.acquisition.source_parts import Bounds

__all__ = ["SftpShelf"]

_BLOCK = 1 << 18
_SMALL = 1 << 16
_REGULAR = 1
"""Type of a regular file in SFTP."""

Made = TypeVar("Made")


class SftpShelf:
    """A folder on a server; neither the user's SSH configuration nor an agent is used."""

    def __init__(self, config: SftpConfig, path: str, bounds: Bounds) -> None:
        """Prepare; nobody is called."""
        self._config, self._path, self._bounds = config, path, bounds
        self._runner: asyncio.Runner | None = None
        self._sftp: Any = None
        self._ends = 0.0

    @contextlib.contextmanager
    def opened(self, ends: float) -> Iterator[None]:
        """Connect, and hang up at the end of the block.

        Raises:
            NotArrivedError: when the server cannot be reached, is another one, or refuses.
        """
        self._ends = ends
        with asyncio.Runner() as runner, _told_errors():
            self._runner = runner
            connection, self._sftp = self._within(self._connected(), self._bounds.connect_s)
            try:
                yield
            finally:
                connection.abort()
                with contextlib.suppress(TimeoutError, OSError):
                    runner.run(asyncio.wait_for(connection.wait_closed(), 5))

    def listed(self) -> dict[str, Seen]:
        """Its files by name."""
        entries = self._within(self._sftp.readdir(self._path), self._bounds.idle_s)
        return {
            str(one.filename): Seen(int(one.attrs.size or 0), float(one.attrs.mtime or 0))
            for one in entries
            if one.attrs.type == _REGULAR
        }

    def copy(self, name: str, part: Part, ends: float) -> None:
        """Add to a part the bytes of a file that it lacks."""
        remote = self._within(self._sftp.open(self._full(name), "rb"), self._bounds.idle_s)
        try:
            while block := self._within(remote.read(_BLOCK, part.size), self._bounds.idle_s):
                part.write(block)
                if time.monotonic() >= ends:
                    raise too_long()
        finally:
            self._within(remote.close(), self._bounds.idle_s)

    def read_small(self, name: str) -> bytes:
        """The beginning of a small file."""
        remote = self._within(self._sftp.open(self._full(name), "rb"), self._bounds.idle_s)
        try:
            return bytes(self._within(remote.read(_SMALL, 0), self._bounds.idle_s))
        finally:
            self._within(remote.close(), self._bounds.idle_s)

    def _full(self, name: str) -> str:
        return f"{self._path.rstrip('/')}/{name}"

    async def _connected(self) -> tuple[Any, Any]:
        import asyncssh

        for path in (self._config.known_hosts, self._config.key_file):
            if path is not None and not path.is_file():
                raise NotArrivedError("refused", f"文件不存在：{path}", f"there is no file {path}")
        secret = os.environ.get(self._config.credential_env, "") if self._config.credential_env else ""
        keys = [str(self._config.key_file)] if self._config.key_file else []
        connection = await asyncssh.connect(
            self._config.host, self._config.port, username=self._config.user, config=None, agent_path=None,
            known_hosts=str(self._config.known_hosts), client_keys=keys or None,
            passphrase=secret or None if keys else None, password=None if keys else secret,
        )  # fmt: skip
        return connection, await connection.start_sftp_client()

    def _within(self, work: Coroutine[Any, Any, Made], seconds: float) -> Made:
        if self._runner is None:
            raise ValueError("used outside its block")
        return self._runner.run(
            asyncio.wait_for(work, max(min(seconds, self._ends - time.monotonic()), 0.001))
        )


@contextlib.contextmanager
def _told_errors() -> Iterator[None]:
    """Turn what asyncssh raises into what it means.

    Raises:
        NotArrivedError: for every fault of the server or the line.
        ImportError: when asyncssh is not installed.
    """
    try:
        import asyncssh
    except ImportError as error:
        raise NotArrivedError(
            "refused",
            "未安装 SFTP 组件（pip install bogda[sftp]）",
            "SFTP is not installed (pip install bogda[sftp])",
        ) from error
    try:
        yield
    except asyncssh.HostKeyNotVerifiable as error:
        raise NotArrivedError("refused", "服务器密钥未知，未连接", "the server's key is not known") from error
    except (asyncssh.PermissionDenied, asyncssh.SFTPPermissionDenied, asyncssh.KeyImportError) as error:
        raise NotArrivedError("refused", "登录或读取被拒绝", "the server refuses") from error
    except asyncssh.SFTPNoSuchFile as error:
        raise NotArrivedError(
            "missing", "服务器上没有该目录或文件", "there is no such folder or file"
        ) from error
    except TimeoutError as error:
        raise NotArrivedError("slow", "服务器长时间无响应", "the server did not answer in time") from error
    except (asyncssh.Error, OSError) as error:
        if isinstance(error, OSError) and error.errno in (28, 122):
            raise
        raise NotArrivedError(
            "unreachable", "无法连接", f"cannot be reached ({type(error).__name__})"
        ) from error
