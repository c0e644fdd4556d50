"""A desk of real accounts over a small store, with a folder and a local address to deliver to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from configs import __file__ as configs_home
from consultation.record.chain import Actor
from consultation.record.desk import Desk, open_desk
from consultation.warnings import write_warnings
from tests.consultation.record.conftest import RUN, Clock

WANG, ZHAO = Actor("first", "forecaster"), Actor("second", "approver")
SHIPPED = Path(configs_home).parent


@dataclass
class Receiver:
    """A local address that takes what is posted; it answers as told, then with 200."""

    answers: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""

    def of(self, word: str) -> list[bytes]:
        """Bodies whose key holds a word."""
        return [body for headers, body in self.taken if word in headers["Idempotency-Key"]]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("BOGDA_TEST_SECRET", "not-a-real-secret")
    held = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            held.taken.append((dict(self.headers), body))
            self.send_response(held.answers.pop(0) if held.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    held.address = f"http://127.0.0.1:{server.server_port}/in"
    yield held
    server.shutdown()
    server.server_close()


def _yaml(name: str) -> Any:
    return yaml.safe_load((SHIPPED / name).read_text(encoding="utf-8"))


Site = Callable[..., Path]


@pytest.fixture
def site(tmp_path: Path, receiver: Receiver) -> Site:
    """Writes the settings of a site: its sender, a folder and an address, and the choices that name both."""
    out = tmp_path / "out"
    out.mkdir()

    def written(*, formats: tuple[str, ...] = ("cap",), retry_minutes: int = 10, **retry: Any) -> Path:
        home = tmp_path / "site"
        home.mkdir(exist_ok=True)
        exchange = _yaml("exchange.yaml") | {"sender": "aqi.example", "public_url": "https://aqi.example/"}
        delivery = _yaml("delivery.yaml")
        delivery["targets"] = [
            {"kind": "folder", "name": "share", "path": str(out), "formats": list(formats)},
            {"kind": "webhook", "name": "province", "url": receiver.address,
             "secret_env": "BOGDA_TEST_SECRET", "formats": ["cap"]},
        ]  # fmt: skip
        delivery["retry"] |= {"attempts": 1, "first_wait_s": 0, "deadline_s": 5, "timeout_s": 2, **retry}
        choices = _yaml("consultation.yaml") | {
            "exchange_settings": "exchange.yaml", "delivery_settings": "delivery.yaml",
            "delivery_retry_minutes": retry_minutes,
        }  # fmt: skip
        for name, document in (("exchange", exchange), ("delivery", delivery), ("consultation", choices)):
            text = yaml.safe_dump(document, allow_unicode=True)
            (home / f"{name}.yaml").write_text(text, encoding="utf-8")
        return home / "consultation.yaml"

    return written


@pytest.fixture(scope="session")
def real_run(tmp_path_factory: pytest.TempPathFactory, make_run: Callable[..., Path]) -> Path:
    """A store whose run counts as measured, so that what is issued is no exercise."""
    folder = tmp_path_factory.mktemp("issuing") / "runs" / RUN
    make_run(folder, hourly=False, complete=True, synthetic=False)
    manifest = folder / "manifest.json"
    manifest.write_text(
        manifest.read_text("utf-8").replace('"synthetic": true', '"synthetic": false'), "utf-8"
    )
    write_warnings(folder)
    return folder.parents[2]


@pytest.fixture
def clock() -> Clock:
    return Clock()


Opening = Callable[[], Desk]


@pytest.fixture
def opening(real_run: Path, tmp_path: Path, site: Site, clock: Clock) -> Iterator[Opening]:
    """Opens the desk of a store of its own, as often as asked: each time as another process would."""
    import shutil

    shutil.copytree(real_run, tmp_path / "store")
    site()
    opened: list[Desk] = []

    def once() -> Desk:
        opened.append(open_desk(tmp_path / "store", tmp_path / "site" / "consultation.yaml", clock))
        return opened[-1]

    yield once
    for desk in opened:
        desk.close()
