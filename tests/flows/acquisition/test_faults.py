"""A provider that does everything wrong: the right reason, nothing half-arrived, and resumed afterwards."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from tests.flows.acquisition import published
from tests.flows.acquisition.conftest import CYCLE, MOMENT, WISH, Open, allowance, listed
from tests.flows.acquisition.server import Fault, Provider

HOURS = published.hours_until("2026-11-23T12:00", 3)
TOMORROW = published.cnemc_of_utc(HOURS[-1] + np.timedelta64(1, "D"))
RENAMED = published.cnemc_of_utc(HOURS[-1]).replace(b"pm2_5,", b"pm25,")
ANOTHER_CYCLE = published.gfs_file("2026112406", 3)[0]

OF_ANY = [
    (Fault("late", until=float("inf")), "late"),
    (Fault("busy", seconds=1), "unavailable"),
    (Fault("forbidden"), "refused"),
    (Fault("truncated", after=300), "truncated"),
    (Fault("reset", after=300), "truncated"),
    (Fault("stall", after=300), "slow"),
    (Fault("drip", seconds=0.05), "slow"),
    (Fault("slow-headers", seconds=0.05), "slow"),
    (Fault("page"), "not-data"),
    (Fault("typed-page"), "not-data"),
    (Fault("gzip"), "not-data"),
    (Fault("elsewhere", to="http://127.0.0.2:9/data"), "refused"),
]
OF_WEATHER = [*OF_ANY, (Fault("wrong-range"), "not-data"), (Fault("no-range"), "refused"),
              (Fault("other", body=ANOTHER_CYCLE), "wrong-time"),
              (Fault("changed"), "unavailable")]  # fmt: skip
OF_HOURS = [
    *OF_ANY, (Fault("short", after=700), "truncated"), (Fault("endless"), "too-large"),
    (Fault("other", body=TOMORROW), "wrong-time"), (Fault("other", body=RENAMED), "wrong-layout"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "code"), OF_WEATHER, ids=lambda one: getattr(one, "kind", one))
def test_weather_served_wrong(
    provider: Provider, open_source: Open, tmp_path: Path, fault: Fault, code: str
) -> None:
    source = open_source("gfs", bounds={"whole_s": 2.5}, gap_kib=0)
    provider.spoil(r"f003$", fault)
    begun = time.monotonic()
    arrival = source.fetch(CYCLE, WISH, allowance(8))
    assert time.monotonic() - begun < 8
    assert [failure.code for failure in arrival.failures] == [code]
    assert arrival.failures[0].item == "20261123T060000Z f003"
    assert not arrival.complete
    assert [path.name for path in arrival.files] == ["f000.grib2"]
    assert [path.name for path in listed(tmp_path / "inbox")] == ["f000.grib2"]
    provider.mend()
    assert source.fetch(CYCLE, WISH, allowance()).complete
    assert (arrival.folder / "f003.grib2").read_bytes() == expected()


def expected(lead: int = 3) -> bytes:
    """The messages that are taken of a synthetic GFS file: all but the one of no use."""
    grib, index = published.gfs_file("2026112306", lead)
    lines = index.splitlines()
    places = [*(int(line.split(":")[1]) for line in lines), len(grib)]
    taken = [n for n, line in enumerate(lines) if ":VAR:" not in line and ":RH:2 m" not in line]
    return b"".join(grib[places[n] : places[n + 1]] for n in taken)


@pytest.mark.parametrize(("fault", "code"), OF_HOURS, ids=lambda one: getattr(one, "kind", one))
def test_measurements_served_wrong(
    provider: Provider, open_source: Open, tmp_path: Path, fault: Fault, code: str
) -> None:
    source = open_source("cnemc", bounds={"whole_s": 2.5, "largest_mib": 4}, at_once=1)
    provider.spoil(r"2026112320\.csv$", fault)  # the newest, 20:00 in Beijing
    arrival = source.fetch(HOURS, allowance(8))
    assert [failure.code for failure in arrival.failures] == [code]
    assert arrival.failures[0].item == "20261123T120000Z"
    assert "2026-11-23 20:00（北京时）监测" in arrival.failures[0].chinese
    assert not arrival.complete
    assert listed(tmp_path / "inbox") == list(arrival.files)
    assert "20261123T120000Z.csv" not in {path.name for path in arrival.files}
    provider.mend()
    whole = source.fetch(HOURS, allowance())
    assert whole.complete
    assert whole.newest == HOURS[-1]
    assert whole.files[-1].read_bytes() == published.cnemc_of_utc(HOURS[-1])
    assert source.held(HOURS) == whole


@pytest.mark.parametrize(
    "fault", [Fault("truncated", after=900), Fault("reset", after=900)], ids=lambda one: one.kind
)
def test_a_broken_transfer_goes_on_where_it_broke_off(
    provider: Provider, open_source: Open, fault: Fault
) -> None:
    source = open_source("cnemc")
    size = len(published.cnemc_of_utc(HOURS[-1]))
    provider.spoil(r"\.csv$", fault)
    assert not source.fetch(HOURS[-1:], allowance()).complete
    first = provider.sent_bytes()
    assert first == 900
    provider.mend()
    assert source.fetch(HOURS[-1:], allowance()).complete
    assert provider.sent_bytes() == size
    assert provider.requests[-1].range == "bytes=900-"


def test_ranges_go_on_where_they_broke_off(provider: Provider, open_source: Open) -> None:
    source, size = open_source("gfs", gap_kib=0), len(expected())
    provider.spoil(r"f003$", Fault("stall", after=5000))
    source.fetch(CYCLE, WISH, allowance())
    assert provider.sent_bytes(r"f003$") == 5000
    provider.mend()
    assert source.fetch(CYCLE, WISH, allowance()).complete
    assert provider.sent_bytes(r"f003$") == size


def test_several_attempts_in_one_fetch_resume(provider: Provider, open_source: Open) -> None:
    source = open_source("cnemc", bounds={"attempts": 4, "whole_s": 20})
    provider.spoil(r"\.csv$", Fault("reset", after=500), times=3)
    assert source.fetch(HOURS[-1:], allowance(20)).complete
    assert provider.sent_bytes() == len(published.cnemc_of_utc(HOURS[-1]))


def test_a_file_that_changed_meanwhile_is_begun_again(provider: Provider, open_source: Open) -> None:
    source = open_source("cnemc")
    provider.spoil(r"\.csv$", Fault("truncated", after=900))
    source.fetch(HOURS[-1:], allowance())
    provider.mend()
    corrected = published.cnemc_of_utc(HOURS[-1]).replace(b",140,", b",150,")
    provider.publish_all(published.CNEMC_PATTERN, corrected)
    arrival = source.fetch(HOURS[-1:], allowance())
    assert arrival.files[0].read_bytes() == corrected


def test_a_page_in_place_of_the_rest_leaves_the_bytes_that_came(
    provider: Provider, open_source: Open
) -> None:
    source = open_source("cnemc")
    provider.spoil(r"\.csv$", Fault("truncated", after=900), times=1)
    provider.spoil(r"\.csv$", Fault("page"), times=1)
    codes = [source.fetch(HOURS[-1:], allowance()).failures[0].code for _ in range(2)]
    assert codes == ["truncated", "not-data"]
    assert source.fetch(HOURS[-1:], allowance()).complete
    assert provider.requests[-1].range == "bytes=900-"


def test_what_came_once_is_not_asked_for_again(provider: Provider, open_source: Open) -> None:
    for kind, fetch in (("cnemc", lambda one: one.fetch(HOURS, allowance())),
                        ("gfs", lambda one: one.fetch(CYCLE, WISH, allowance()))):  # fmt: skip
        source = open_source(kind)
        assert fetch(source).complete
        asked = len(provider.requests)
        assert fetch(source).complete
        assert len(provider.requests) == asked


def test_late_becomes_missing(provider: Provider, open_source: Open) -> None:
    provider.spoil(r"\.csv$", Fault("missing"))
    source = open_source("cnemc", late_within_h=2)
    days = np.timedelta64(1, "D")
    codes = [
        source.fetch(HOURS[-1:], allowance(moment=MOMENT + more)).failures[0].code
        for more in (0 * days, days)
    ]
    assert codes == ["late", "missing"]


def test_an_absent_cycle_is_asked_for_once_and_not_for_every_lead_time(
    provider: Provider, open_source: Open
) -> None:
    provider.spoil(r"gfs", Fault("missing"))
    source = open_source("gfs", at_once=1)
    wish = type(WISH)(tuple(range(0, 121, 3)), WISH.area)
    arrival = source.fetch(CYCLE, wish, allowance())
    assert [failure.code for failure in arrival.failures] == ["late"]
    assert len(provider.requests) == 1


def test_a_server_that_is_down_costs_little(open_source: Open) -> None:
    source = open_source("cnemc", urls=["http://127.0.0.1:9" + published.CNEMC_PATH], at_once=1)
    arrival = source.fetch(HOURS, allowance())
    assert [failure.code for failure in arrival.failures] == ["unreachable"]


def test_the_next_address_is_asked_when_the_first_fails(provider: Provider, open_source: Open) -> None:
    urls = ["http://127.0.0.1:9" + published.CNEMC_PATH, provider.url + published.CNEMC_PATH]
    assert open_source("cnemc", urls=urls).fetch(HOURS, allowance()).complete


def test_a_redirect_to_a_named_host_is_followed_without_the_credential(
    provider: Provider, open_source: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOGDA_TEST_KEY", "s3cret")
    with Provider() as other:
        other.publish_all(published.CNEMC_PATTERN, published.cnemc_of())
        provider.spoil(r"2026112320", Fault("elsewhere", to=f"{other.url}/hourly/20261123/2026112320.csv"))
        source = open_source("cnemc", hosts=[other.host], credential_env="BOGDA_TEST_KEY")
        assert source.fetch(HOURS[-1:], allowance()).complete
        assert provider.requests[0].headers["Authorization"] == "s3cret"
        assert "Authorization" not in other.requests[0].headers


def test_the_environment_names_no_proxy_and_no_password(
    provider: Provider, open_source: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password something\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert open_source("cnemc").fetch(HOURS, allowance()).complete
    assert "Authorization" not in provider.requests[0].headers


def test_a_credential_that_is_not_set_is_a_failure_in_words(open_source: Open) -> None:
    arrival = open_source("cnemc", credential_env="BOGDA_NOT_SET").fetch(HOURS[-1:], allowance())
    assert arrival.failures[0].code == "refused"
    assert "BOGDA_NOT_SET" in arrival.failures[0].chinese


@pytest.mark.parametrize(
    ("said", "code"), [("0" * 64, "wrong-hash"), ("no hash", "wrong-hash"), (None, "missing")]
)
def test_a_hash_beside_the_file_must_fit(
    provider: Provider, open_source: Open, tmp_path: Path, said: str | None, code: str
) -> None:
    source = open_source("cnemc", checksum="required", late_within_h=0)
    if said is not None:
        provider.publish_all(r".*\.sha256", said.encode())
    arrival = source.fetch(HOURS[-1:], allowance(moment=MOMENT + np.timedelta64(1, "h")))
    assert arrival.failures[0].code == code
    assert not listed(tmp_path / "inbox")
    right = __import__("hashlib").sha256(published.cnemc_of_utc(HOURS[-1])).hexdigest()
    provider.publish_all(r".*\.sha256", f"{right}  2026112320.csv\n".encode())
    assert source.fetch(HOURS[-1:], allowance()).complete


def test_no_space_is_told_before_a_byte_is_written(open_source: Open, tmp_path: Path) -> None:
    arrival = open_source("cnemc", bounds={"spare_mib": 1e12}).fetch(HOURS, allowance())
    assert {failure.code for failure in arrival.failures} == {"no-space"}
    assert not listed(tmp_path / "inbox")


def test_a_full_disk_in_the_middle(
    open_source: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.acquisition.partial import Part

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Part, "write", full)
        arrival = open_source("gfs").fetch(CYCLE, WISH, allowance())
    assert {failure.code for failure in arrival.failures} == {"no-space"}
    assert not listed(tmp_path / "inbox")
    assert open_source("gfs").fetch(CYCLE, WISH, allowance()).complete


def test_a_file_changed_by_hand_is_fetched_again(open_source: Open) -> None:
    source = open_source("cnemc")
    path = source.fetch(HOURS[-1:], allowance()).files[0]
    path.write_bytes(path.read_bytes().replace(b",107,", b",108,"))
    assert not source.held(HOURS[-1:]).files
    assert source.fetch(HOURS[-1:], allowance()).complete
    assert path.read_bytes() == published.cnemc_of_utc(HOURS[-1])


def test_time_is_up_means_nothing_more_is_asked(open_source: Open) -> None:
    begun = time.monotonic()
    arrival = open_source("cnemc").fetch(HOURS, allowance(0.0))
    assert time.monotonic() - begun < 1
    assert {failure.code for failure in arrival.failures} == {"slow"}
