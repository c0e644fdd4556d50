"""SFTP against a real SSH server in this process; skipped where asyncssh is not installed."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from flows.acquisition.configuration import MeasurementsConfig, WeatherSourceConfig
from flows.acquisition.sources import open_measurements, open_weather
from tests.flows.acquisition import published
from tests.flows.acquisition.conftest import BOUNDS, CYCLE, NAMES, WISH, allowance, listed

asyncssh = pytest.importorskip("asyncssh")

HOURS = published.hours_until("2026-11-23T12:00", 1)


class Server:
    """An SSH server on this machine that gives a folder to one account."""

    def __init__(self, root: Path) -> None:
        self.root, self.cut_after = root, float("inf")
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self) -> None:
        server = self

        class Account(asyncssh.SSHServer):
            def connection_made(self, conn: Any) -> None:
                self.connection = conn

            def password_auth_supported(self) -> bool:
                return True

            def validate_password(self, username: str, password: str) -> bool:
                return (username, password) == ("bogda", "right")

        class Folder(asyncssh.SFTPServer):
            def __init__(self, channel: Any) -> None:
                super().__init__(channel, chroot=str(server.root))

            def read(self, file_obj: Any, offset: int, size: int) -> Any:
                if offset >= server.cut_after:
                    self.channel.get_connection().abort()
                return super().read(file_obj, offset, min(size, 4096))

        self.listener = await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Account, server_host_keys=[self.key], sftp_factory=Folder
        )
        self.port = self.listener.get_port()

    def known(self, path: Path, key: Any = None) -> Path:
        public = (key or self.key).export_public_key().decode().split()[:2]
        path.write_text(f"[127.0.0.1]:{self.port} {' '.join(public)}\n")
        return path

    def stop(self) -> None:
        async def close() -> None:
            self.listener.close()
            await self.listener.wait_closed()
            await asyncio.sleep(0.1)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("BOGDA_SFTP_TEST", "right")
    (tmp_path / "root" / "hourly").mkdir(parents=True)
    made = Server(tmp_path / "root")
    yield made
    made.stop()


Opened = Callable[..., Any]


@pytest.fixture
def measurements(server: Server, tmp_path: Path) -> Opened:
    def opened(**more: Any) -> Any:
        given = {
            "kind": "sftp", "name": "bureau", **NAMES, "bounds": BOUNDS, "path": "/hourly",
            "provider": "cnemc", "host": "127.0.0.1", "port": server.port, "user": "bogda",
            "credential_env": "BOGDA_SFTP_TEST",
            "known_hosts": str(server.known(tmp_path / "known_hosts")), **more,
        }  # fmt: skip
        return open_measurements(TypeAdapter(MeasurementsConfig).validate_python(given), tmp_path / "inbox")

    return opened


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    os.utime(path, (time.time() - 3600,) * 2)


def test_files_come_by_sftp(server: Server, measurements: Opened) -> None:
    put(server.root / "hourly" / "a.csv", published.cnemc_of_utc(HOURS[0]))
    arrival = measurements().fetch(HOURS, allowance())
    assert arrival.complete, arrival.failures
    assert arrival.files[0].read_bytes() == published.cnemc_of_utc(HOURS[0])


def test_a_server_with_another_key_is_refused(server: Server, measurements: Opened, tmp_path: Path) -> None:
    put(server.root / "hourly" / "a.csv", published.cnemc_of_utc(HOURS[0]))
    other = server.known(tmp_path / "others", asyncssh.generate_private_key("ssh-ed25519"))
    for known in (other, tmp_path / "absent"):
        arrival = measurements(known_hosts=str(known)).fetch(HOURS, allowance())
        assert [one.code for one in arrival.failures] == ["refused"]
    assert not listed(tmp_path / "inbox")


def test_a_wrong_password_and_a_missing_folder(measurements: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measurements(path="/nowhere").fetch(HOURS, allowance()).failures[0].code == "missing"
    monkeypatch.setenv("BOGDA_SFTP_TEST", "wrong")
    assert measurements().fetch(HOURS, allowance()).failures[0].code == "refused"


def test_a_server_that_is_down(measurements: Opened) -> None:
    arrival = measurements(port=9).fetch(HOURS, allowance())
    assert arrival.failures[0].code == "unreachable"


def test_a_broken_transfer_is_resumed(server: Server, tmp_path: Path) -> None:
    for lead in (0, 3):
        put(
            server.root / "hourly" / f"gfs_2026112306_f{lead:03d}",
            8 * published.gfs_file("2026112306", lead)[0],
        )
    given = {
        "kind": "sftp", "name": "wrf", **NAMES, "bounds": BOUNDS, "path": "/hourly", "holds": "GFS",
        "pattern": "gfs_{cycle:%Y%m%d%H}_*", "host": "127.0.0.1", "port": server.port, "user": "bogda",
        "credential_env": "BOGDA_SFTP_TEST", "known_hosts": str(server.known(tmp_path / "known_hosts")),
    }  # fmt: skip
    source = open_weather(TypeAdapter(WeatherSourceConfig).validate_python(given), tmp_path / "inbox")
    server.cut_after = 400_000
    arrival = source.fetch(CYCLE, WISH, allowance())
    assert not arrival.complete
    assert not listed(tmp_path / "inbox")
    part = next((tmp_path / "inbox").rglob("*.part"))
    assert 200_000 < part.stat().st_size <= 400_000
    server.cut_after = float("inf")
    again = source.fetch(CYCLE, WISH, allowance())
    assert again.complete, again.failures
    assert again.files[0].read_bytes() == 8 * published.gfs_file("2026112306", 0)[0]
