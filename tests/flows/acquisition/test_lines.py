"""The line itself: TLS, a proxy that the site names, lines that drip below TLS, names that are none."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import time
from pathlib import Path

import pytest

from tests.flows.acquisition import published
from tests.flows.acquisition.conftest import Open, allowance
from tests.flows.acquisition.server import Fault, Provider

HOURS = published.hours_until("2026-11-23T12:00", 1)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed but itself, with its key."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path / "certificate.pem"
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(encoding) + private)
    return path


@pytest.fixture
def secured(certificate: Path) -> Provider:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return Provider(tls=context)


def test_a_certificate_must_hold(secured: Provider, certificate: Path, open_source: Open) -> None:
    with secured as server:
        server.publish_all(published.CNEMC_PATTERN, published.cnemc_of())
        urls = [server.url + published.CNEMC_PATH]
        refused = open_source("cnemc", urls=urls).fetch(HOURS, allowance())
        assert [one.code for one in refused.failures] == ["refused"]
        assert not server.requests
        assert open_source("cnemc", urls=urls, ca_file=certificate).fetch(HOURS, allowance()).complete


@pytest.mark.parametrize("kind", ["slow-headers", "drip", "stall"])
def test_a_drip_below_tls_is_cut_when_time_is_up(
    secured: Provider, certificate: Path, open_source: Open, kind: str
) -> None:
    with secured as server:
        server.publish_all(published.CNEMC_PATTERN, published.cnemc_of())
        server.spoil(r"\.csv", Fault(kind, after=100, seconds=0.2))
        bounds = {"idle_s": 30, "whole_s": 1.0, "slowest_bytes_per_s": 0}
        source = open_source(
            "cnemc", urls=[server.url + published.CNEMC_PATH], ca_file=certificate, bounds=bounds
        )
        begun = time.monotonic()
        arrival = source.fetch(HOURS, allowance(20))
        assert time.monotonic() - begun < 4
        assert [one.code for one in arrival.failures] == ["slow"]
        server.mend()
        patient = {"idle_s": 5, "whole_s": 10}
        again = open_source("cnemc", urls=source.config.urls, ca_file=certificate, bounds=patient)
        assert again.fetch(HOURS, allowance(20)).complete


def test_a_proxy_that_the_site_names_is_used(provider: Provider, open_source: Open) -> None:
    provider.publish_all(r"http://data\.example\.invalid/.*", published.cnemc_of_utc(HOURS[0]))
    urls = ["http://data.example.invalid" + published.CNEMC_PATH]
    assert open_source("cnemc", urls=urls, proxy=provider.url).fetch(HOURS, allowance()).complete
    assert [one.path.split("/")[2] for one in provider.requests] == ["data.example.invalid"]


def test_a_name_that_is_none_is_unreachable(open_source: Open) -> None:
    arrival = open_source("cnemc", urls=["http://data.example.invalid/{hour:%Y}.csv"]).fetch(
        HOURS, allowance()
    )
    assert [one.code for one in arrival.failures] == ["unreachable"]


def test_a_server_is_not_asked_more_often_than_it_allows(provider: Provider, open_source: Open) -> None:
    begun = time.monotonic()
    hours = published.hours_until("2026-11-23T12:00", 4)
    assert open_source("cnemc", requests_per_min=300).fetch(hours, allowance()).complete
    assert time.monotonic() - begun >= 0.6
    assert len(provider.requests) == 4
