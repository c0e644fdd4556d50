"""The service, its endpoint, status and alarms that go out."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consultation.delivery.configuration import WebhookTarget
from flows.operations.alarms import Alarm, Alarms
from flows.operations.clock import MachineClock
from flows.operations.endpoint import serve_status
from flows.operations.journal import Journal, last_line
from flows.operations.lock import SERVICE, alone
from flows.operations.service import ClockTimer, Service
from flows.operations.station import Station
from flows.operations.status import status_of
from flows.site.parts import AlarmConfig
from flows.start import _status
from foundation.errors import RunError
from tests.flows.operations.conftest import FastClock


class Broken:
    """A timer that cannot be started."""

    name = "prefect"

    def fault(self) -> str:
        return "Prefect ended with status 1"

    def close(self) -> None:
        return None


def test_the_service_makes_its_slots_and_says_how_it_stands(station: Station) -> None:
    clock = FastClock("2026-12-11T16:10:00")
    service = Service(station, clock, ClockTimer())
    service.run(looks=1)
    stopped = status_of(station.store, clock.now())
    assert [one["code"] for one in stopped["problems"]] == ["no-scheduler"]
    with alone(station.store / "operations", SERVICE):
        told = status_of(station.store, clock.now())
    assert told["healthy"], told["problems"]
    assert (told["last_runs"][0]["state"], told["next"]["slot"]) == ("made", "2026-12-11-final")
    assert told["next"]["deadline"].startswith("2026-12-11T20:00")


def test_where_the_timer_fails_the_clock_goes_on_and_it_is_told(station: Station) -> None:
    clock = FastClock("2026-12-11T17:00:01")
    Service(station, clock, Broken()).run(looks=1)
    with alone(station.store / "operations", SERVICE):
        told = status_of(station.store, clock.now())
    assert told["last_runs"][0]["state"] == "made"
    assert [one["code"] for one in told["problems"]] == ["timer"]
    log = (station.store / "operations" / "log" / "operations.jsonl").read_text(encoding="utf-8")
    assert "Prefect ended with status 1" in log


def test_a_second_service_says_so_in_one_line(station: Station) -> None:
    (station.store / "operations").mkdir()
    with alone(station.store / "operations", SERVICE), pytest.raises(RunError) as told:
        Service(station, FastClock("2026-12-11T17:00:01"), ClockTimer()).run(looks=1)
    assert "runs already, in process" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_slot_without_its_product_is_not_healthy(station: Station, behave: Callable[..., None]) -> None:
    behave(dict.fromkeys(("full", "statistical", "persistence"), "crashes"))
    clock = FastClock("2026-12-11T16:59:00")
    service = Service(station, clock, ClockTimer())
    service.run(looks=1)
    clock.jump_to("2026-12-11T17:00:01")
    service.run(looks=1)
    clock.jump_to("2026-12-11T18:00:01")
    with alone(station.store / "operations", SERVICE):
        told = status_of(station.store, clock.now())
    assert "no-product" in [one["code"] for one in told["problems"]]
    assert told["last_alarm"]["cause"].startswith(("attempt-", "no-product"))


@contextmanager
def _asked(told: dict[str, Any]) -> Iterator[Callable[[str], tuple[int, dict[str, Any]]]]:
    server = serve_status("127.0.0.1", 0, lambda: told)

    def ask(path: str) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}{path}", timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    try:
        yield ask
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("healthy", "code"), [(True, 200), (False, 503)])
def test_health_over_http(*, healthy: bool, code: int) -> None:
    with _asked({"healthy": healthy, "problems": [], "more": 1}) as ask:
        assert ask("/health") == (code, {"healthy": healthy, "problems": []})
        assert ask("/status")[1]["more"] == 1
        assert ask("/etc/passwd")[0] == 404


def test_status_loads_no_heavy_library(station: Station) -> None:
    code = (
        "import sys; from flows.operations.status import status_of; "
        "from flows.operations.clock import MachineClock; "
        f"status_of({str(station.store)!r}, MachineClock().now()); "
        "heavy = {'numpy', 'pandas', 'pydantic', 'xarray', 'prefect', 'fsspec'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@contextmanager
def _receiver() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    got: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return None

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, got
    finally:
        server.shutdown()
        server.server_close()


def test_an_alarm_goes_out_once_and_is_recorded(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOGDA_WEBHOOK_DUTY", "a secret of the test")
    (station.store / "operations").mkdir()
    with _receiver() as (port, got):
        target = WebhookTarget(
            kind="webhook", name="duty", formats=("json",), url=f"http://127.0.0.1:{port}/",
            secret_env="BOGDA_WEBHOOK_DUTY",  # noqa: S106
        )  # fmt: skip
        told = replace(station, alarms=AlarmConfig(targets=(target,)))
        alarm = Alarm("no-product", "2026-12-11-final", "定稿产品尚无", "no product")
        for expected in (True, False):
            alarms = Alarms(told, MachineClock(), Journal(station.store / "operations", MachineClock()))
            assert alarms.raise_once(alarm) is expected
            assert alarms.wait(20)
    assert [one["chinese"] for one in got] == ["定稿产品尚无"]
    kept = json.loads((station.store / "operations" / "alarms" / f"{alarm.key}.json").read_text())
    assert kept["outcomes"]["duty"]["status"] == "delivered"


def test_the_log_is_turned_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.operations.journal._LARGEST_BYTES", 2000)
    journal = Journal(tmp_path, MachineClock())
    for number in range(200):
        journal.say("event", number=number)
    files = sorted(path.name for path in (tmp_path / "log").iterdir())
    assert files[0] == "operations.jsonl"
    assert len(files) == 9
    assert (last_line(tmp_path / "log" / "operations.jsonl") or {})["number"] == 199
    assert all(path.stat().st_size <= 2000 for path in (tmp_path / "log").iterdir())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["status"], ("store", False)), (["status", "--json", "--store", "/s"], ("/s", True)),
        (["status", "--store=/s"], ("/s", False)), (["status", "--help"], None),
        (["status", "--store"], None),
        (["daily"], None), ([], None),
    ],
)  # fmt: skip
def test_the_plain_status_takes_the_short_way(words: list[str], expected: tuple[str, bool] | None) -> None:
    assert _status(words) == expected
