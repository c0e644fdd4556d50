"""Deliveries: each once, signed, bounded in time, to named targets only."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from consultation.delivery import DeliveryConfig, DeliveryKey, Parcel, deliver, delivery_config
from consultation.delivery.configuration import RetryConfig
from consultation.delivery.retry import Clock, PassingError, RefusedError, attempted, waits
from consultation.delivery.webhook import signature
from foundation.configuration import validate
from foundation.errors import ConfigurationError, ContractError

SECRET = "not-a-real-secret"  # noqa: S105
PARCEL = Parcel(
    "warning/7", "2", "cap", "warning-7-2.xml", "application/cap+xml", b"<alert/>", "橙色预警", "见附件。"
)
RETRY = {
    "attempts": 3, "first_wait_s": 0.0, "factor": 1.0, "longest_wait_s": 0.0, "timeout_s": 2.0,
    "attempt_s": 2.0, "deadline_s": 10.0,
}  # fmt: skip


class FileLedger:
    """A ledger in a file: a claim is given once, and given anew after a failure."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()

    def read(self) -> dict[str, list[str]]:
        return json.loads(self.path.read_text(encoding="utf-8")) if self.path.is_file() else {}

    def claim(self, key: DeliveryKey) -> bool:
        with self._lock:
            held = self.read()
            if held.get(str(key), ["failed"])[0] != "failed":
                return False
            self.path.write_text(json.dumps({**held, str(key): ["claimed", ""]}), encoding="utf-8")
            return True

    def finish(self, key: DeliveryKey, status: str, detail: str) -> None:
        with self._lock:
            self.path.write_text(json.dumps({**self.read(), str(key): [status, detail]}), encoding="utf-8")


@dataclass
class Receiver:
    """A local server that answers as it is told, in turn, and keeps what it was sent."""

    answers: list[tuple[int, dict[str, str]]]
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""


@contextmanager
def receiving(*answers: tuple[int, dict[str, str]]) -> Iterator[Receiver]:
    receiver = Receiver(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append((self.path, dict(self.headers), body))
            status, headers = receiver.answers.pop(0) if receiver.answers else (200, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    receiver.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def to(*targets: dict[str, Any], **retry: float) -> DeliveryConfig:
    return validate(
        DeliveryConfig,
        {"targets": list(targets), "retry": {**RETRY, **retry}, "largest_mib": 1},
        "delivery.yaml",
    )


def hook(address: str, **more: Any) -> dict[str, Any]:
    return {"kind": "webhook", "name": "province", "url": address, "secret_env": "BOGDA_TEST_SECRET",
            "formats": ["cap"], **more}  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> FileLedger:
    return FileLedger(tmp_path / "ledger.json")


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOGDA_TEST_SECRET", SECRET)


def statuses(ledger: FileLedger) -> list[str]:
    return [status for status, _ in ledger.read().values()]


def test_the_file_that_ships_names_no_target(ledger: FileLedger) -> None:
    assert delivery_config().targets == ()
    assert deliver([PARCEL], delivery_config(), ledger) == ()


def test_a_receiver_that_fails_twice_gets_it_the_third_time_signed(ledger: FileLedger) -> None:
    with receiving((503, {}), (500, {}), (200, {})) as receiver:
        (outcome,) = deliver([PARCEL], to(hook(receiver.address + "/in?x=1")), ledger)
    assert outcome.status == "delivered"
    assert len(receiver.requests) == 3
    assert {headers["Idempotency-Key"] for _, headers, _ in receiver.requests} == {"warning/7:2/cap:province"}
    path, headers, body = receiver.requests[-1]
    assert (path, body) == ("/in?x=1", b"<alert/>")
    told = signature(body, headers["X-Bogda-Timestamp"], headers["Idempotency-Key"], SECRET)
    assert headers["X-Bogda-Signature"] == told
    assert signature(body + b" ", headers["X-Bogda-Timestamp"], headers["Idempotency-Key"], SECRET) != told
    assert signature(body, "0", headers["Idempotency-Key"], SECRET) != told
    assert signature(body, headers["X-Bogda-Timestamp"], "another", SECRET) != told
    assert SECRET not in ledger.path.read_text(encoding="utf-8")


def test_what_was_issued_twice_is_delivered_once(ledger: FileLedger) -> None:
    with receiving() as receiver:
        config = to(hook(receiver.address))
        assert [one.status for one in deliver([PARCEL, PARCEL], config, ledger)] == [
            "delivered",
            "not-claimed",
        ]
        assert [one.status for one in deliver([PARCEL], config, ledger)] == ["not-claimed"]
        threads = [threading.Thread(target=deliver, args=([PARCEL], config, ledger)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(receiver.requests) == 1


def test_a_process_that_dies_before_the_end_leaves_its_claim(ledger: FileLedger) -> None:
    class Dies(FileLedger):
        def finish(self, *_: Any) -> None:
            raise KeyboardInterrupt

    with receiving() as receiver:
        config = to(hook(receiver.address))
        with pytest.raises(KeyboardInterrupt):
            deliver([PARCEL], config, Dies(ledger.path))
        assert statuses(ledger) == ["claimed"]
        assert [one.status for one in deliver([PARCEL], config, ledger)] == ["not-claimed"]
        ledger.finish(DeliveryKey("warning/7", "2/cap", "province"), "failed", "given up")
        assert [one.status for one in deliver([PARCEL], config, ledger)] == ["delivered"]
    keys = [headers["Idempotency-Key"] for _, headers, _ in receiver.requests]
    assert len(keys) == 2
    assert len(set(keys)) == 1, "the receiver can tell that it has it already"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(ledger: FileLedger, status: int) -> None:
    with receiving() as other, receiving((status, {"Location": other.address})) as receiver:
        (outcome,) = deliver([PARCEL], to(hook(receiver.address)), ledger)
    assert outcome.status == "failed"
    assert "redirect" in outcome.detail
    assert len(receiver.requests) == 1
    assert other.requests == []


def test_a_refusal_is_final_and_does_not_hold_up_others(ledger: FileLedger, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    share = {"kind": "folder", "name": "share", "path": str(out), "formats": ["cap"]}
    other = {"kind": "folder", "name": "tables", "path": str(out), "formats": ["csv"]}
    with receiving((403, {})) as receiver:
        found = deliver([PARCEL], to(hook(receiver.address), share, other), ledger)
    assert [(one.key.target, one.status) for one in found] == [("province", "failed"), ("share", "delivered")]
    assert len(receiver.requests) == 1
    assert [(file.name, file.read_bytes()) for file in out.iterdir()] == [("warning-7-2.xml", b"<alert/>")]
    assert sorted(statuses(ledger)) == ["delivered", "failed"]


@pytest.mark.parametrize("drip", [b"", b"H"])
def test_a_server_that_hangs_or_drips_is_left(ledger: FileLedger, drip: bytes) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                while not stop.wait(0.05):
                    try:
                        line.sendall(drip)
                    except OSError:
                        break

    server = threading.Thread(target=serve)
    server.start()
    begun = time.monotonic()
    config = to(
        hook(f"http://127.0.0.1:{listener.getsockname()[1]}"), attempts=2, timeout_s=0.4, attempt_s=0.6
    )
    (outcome,) = deliver([PARCEL], config, ledger)
    stop.set()
    listener.shutdown(socket.SHUT_RDWR)
    server.join()
    listener.close()
    assert outcome.status == "failed"
    assert "no answer" in outcome.detail
    assert time.monotonic() - begun < 8


def test_waits_grow_to_a_bound_and_the_deadline_ends_all() -> None:
    config = RetryConfig(
        attempts=10, first_wait_s=2, factor=3, longest_wait_s=20, timeout_s=5, attempt_s=5, deadline_s=60
    )
    assert waits(config) == (2, 6, 18, 20, 20, 20, 20, 20, 20)
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    def busy(_: Any) -> str:
        now[0] += 1
        raise PassingError("busy", wait_s=10_000)

    with pytest.raises(RefusedError, match="busy"):
        attempted(busy, config, Clock(lambda: now[0], sleep))
    assert slept == [20, 20]
    assert now[0] <= config.deadline_s


def test_without_its_secret_nothing_is_sent(ledger: FileLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOGDA_TEST_SECRET")
    with receiving() as receiver:
        (outcome,) = deliver([PARCEL], to(hook(receiver.address)), ledger)
    assert outcome.status == "failed"
    assert "BOGDA_TEST_SECRET is not set" in outcome.detail
    assert receiver.requests == []


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://aqi.example/in"}, {"url": "https://user:word@aqi.example/"}, {"url": "ftp://aqi.example/"},
        {"url": "https:///in"}, {"url": "https://aqi.example/a b"}, {"secret_env": "hunter2!"},
        {"secret_env": ""}, {"formats": []}, {"formats": ["exe"]}, {"name": "../x"}, {"follow": True},
    ],
)  # fmt: skip
def test_a_target_that_is_not_safe_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        to({**hook("https://aqi.example/in"), **change})


def test_two_targets_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="province"):
        to(hook("https://a.example/"), hook("https://b.example/"))


@pytest.mark.parametrize(
    "change",
    [{"file_name": "../a"}, {"file_name": "a/b"}, {"subject": "a\nBcc: b"}, {"product": "a\r\nX: 1"}],
)
def test_a_parcel_whose_names_lead_elsewhere_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ContractError):
        Parcel(**{**PARCEL.__dict__, **change})


def test_what_is_too_large_is_refused(ledger: FileLedger, tmp_path: Path) -> None:
    share = {"kind": "folder", "name": "share", "path": str(tmp_path), "formats": ["cap"]}
    large = Parcel(**{**PARCEL.__dict__, "content": bytes(1 << 21)})
    (outcome,) = deliver([large], to(share), ledger)
    assert (outcome.status, "MiB" in outcome.detail) == ("failed", True)


def test_a_folder_that_is_gone_is_told(ledger: FileLedger, tmp_path: Path) -> None:
    share = {"kind": "folder", "name": "share", "path": str(tmp_path / "gone"), "formats": ["cap"]}
    (outcome,) = deliver([PARCEL], to(share), ledger)
    assert "no folder" in outcome.detail


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    return folder


class Mailbox:
    """Keeps messages; answers as it is told, in turn."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.messages = list(answers), []

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.messages.append(envelope)
        return answer


@contextmanager
def mailing(mailbox: Mailbox, folder: Path | None) -> Iterator[int]:
    import ssl

    context = None
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        mailbox, "127.0.0.1", port, tls_context=context, require_starttls=context is not None
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def mail(port: int, folder: Path, **more: Any) -> dict[str, Any]:
    return {"kind": "mail", "name": "duty", "host": "localhost", "port": port, "tls": "starttls",
            "sender": "bogda@aqi.example", "recipients": ["duty@aqi.example"],
            "ca_file": str(folder / "cert.pem"),
            "formats": ["cap"], **more}  # fmt: skip


def test_mail_goes_out_once_over_tls(ledger: FileLedger, certificate: Path) -> None:
    mailbox = Mailbox("451 later")
    with mailing(mailbox, certificate) as port:
        config = to(mail(port, certificate))
        assert [one.status for one in deliver([PARCEL], config, ledger)] == ["delivered"]
        assert [one.status for one in deliver([PARCEL], config, ledger)] == ["not-claimed"]
    (envelope,) = mailbox.messages
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert message["Subject"] == "橙色预警"
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("warning-7-2.xml", b"<alert/>")
    assert message["Message-ID"].startswith("<bogda-")


def test_without_tls_no_mail_leaves(ledger: FileLedger, certificate: Path) -> None:
    mailbox = Mailbox()
    with mailing(mailbox, None) as port:
        (outcome,) = deliver([PARCEL], to(mail(port, certificate)), ledger)
    assert outcome.status == "failed"
    assert mailbox.messages == []


def test_a_certificate_that_is_not_trusted_ends_it(ledger: FileLedger, certificate: Path) -> None:
    mailbox = Mailbox()
    with mailing(mailbox, certificate) as port:
        (outcome,) = deliver([PARCEL], to(mail(port, certificate, ca_file=None)), ledger)
    assert (outcome.status, "certificate" in outcome.detail) == ("failed", True)
    assert mailbox.messages == []


def test_a_mailbox_that_refuses_is_final(ledger: FileLedger, certificate: Path) -> None:
    mailbox = Mailbox("554 no")
    with mailing(mailbox, certificate) as port:
        (outcome,) = deliver([PARCEL], to(mail(port, certificate)), ledger)
    assert (outcome.status, "554" in outcome.detail) == ("failed", True)
