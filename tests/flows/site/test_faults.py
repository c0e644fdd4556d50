"""For every fault of the outside the day ends with a product, on the right rung, that names the reason."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest

from foundation.store import MANIFEST
from tests.flows.acquisition.published import CNEMC_PATTERN, cnemc_hour
from tests.flows.acquisition.server import Fault, Provider
from tests.flows.command import bogda
from tests.flows.site.published_site import ISSUED, hour_body, site_file

THIS, LAST, BEFORE = r"gfs\.20261120/00/", r"gfs\.20261119/18/", r"gfs\.20261119/12/"
EVERY_GFS, EVERY_ECMWF = "/gfs", "/ec/"


def day(site: Path, *further: str, code: int = 0) -> dict[str, Any]:
    """What the worker prints."""
    words = ("--reference-time", ISSUED, "--store", str(site.parent / "store"), "--json", *further)
    done = bogda("daily", "--site", str(site), *words)
    assert done.exit_code == code, done.stderr
    document: dict[str, Any] = json.loads(done.stdout) if code == 0 else {"error": done.stderr}
    return document


def note(document: dict[str, Any], code: str) -> dict[str, str]:
    (found,) = [one for one in document["manifest"]["degradations"] if one["code"] == code]
    return dict(found)


def whole(document: dict[str, Any]) -> str:
    """The bulletin of a run all of whose products are there."""
    folder = Path(document["run"])
    for product in json.loads((folder / MANIFEST).read_text("utf-8"))["products"].values():
        assert (folder / product).exists()
    return html.unescape((folder / "bulletin.html").read_text("utf-8"))


WEATHER_FAULTS = {
    "late": (Fault("missing"), ("late", "missing")),
    "truncated": (Fault("truncated", after=700), ("truncated",)),
    "slow": (Fault("stall", after=100), ("slow",)),
    "unavailable": (Fault("busy", seconds=0.1), ("unavailable",)),
    "page": (Fault("page"), ("not-data", "wrong-layout")),
    "forbidden": (Fault("forbidden"), ("refused",)),
}


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize("name", WEATHER_FAULTS)
def test_a_cycle_that_fails_leads_to_the_last(provider: Provider, tmp_path: Path, name: str) -> None:
    fault, codes = WEATHER_FAULTS[name]
    provider.spoil(THIS, fault)
    document = day(site_file(tmp_path, provider.url))
    assert document["rung"]["weather"] == "last-cycle"
    (passed, *_) = document["manifest"]["configuration"]["ladder"]["weather"]["passed"]
    assert passed["rung"] == "this-cycle"
    assert passed["code"] in codes
    told = note(document, "weather-last-cycle")
    assert "2026-11-20 02:00" in told["chinese"]
    assert passed["chinese"] in told["chinese"]
    assert told["chinese"] in whole(document)


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize(
    ("spoilt", "rung"),
    [
        ((), "this-cycle"),
        ((THIS, LAST), "cycle-before-last"),
        ((EVERY_GFS,), "other-model"),
        ((EVERY_GFS, EVERY_ECMWF), "none"),
    ],
)
def test_rung_by_rung(provider: Provider, tmp_path: Path, spoilt: tuple[str, ...], rung: str) -> None:
    for pattern in spoilt:
        provider.spoil(pattern, Fault("missing"))
    document = day(site_file(tmp_path, provider.url))
    assert document["rung"]["weather"] == rung
    assert document["rung"]["measurements"] == "complete"
    codes = {one["code"] for one in document["manifest"]["degradations"]}
    assert {code for code in codes if code.startswith("weather-")} == (
        {f"weather-{rung}"} if spoilt else set()
    )
    assert "预报" in whole(document)


@pytest.mark.usefixtures("no_model")
def test_tomorrows_time_stamp_in_weather_is_never_read(provider: Provider, tmp_path: Path) -> None:
    right = provider.body_of
    tomorrow = Fault("other", body=lambda path: right(path.replace("20261120/00", "20261121/00")))
    provider.spoil(THIS, tomorrow)
    document = day(site_file(tmp_path, provider.url))
    assert document["rung"]["weather"] == "last-cycle"
    assert not list((tmp_path / "store" / "inbox" / "gfs").rglob("20261120T000000Z/*.grib2"))


@pytest.mark.usefixtures("no_model")
def test_weather_that_is_whole_but_cannot_be_read_leads_on(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atmosphere.meteorology import reading
    from foundation.errors import InputError

    right = reading.read_weather

    def refusing(files: Any, area: Any = None) -> Any:
        if "20261120T00" in str(files[0]):
            raise InputError("not on pressure levels in the file: eastward_wind", where=str(files[0]))
        return right(files, area)

    monkeypatch.setattr(reading, "read_weather", refusing)
    document = day(site_file(tmp_path, provider.url))
    assert document["rung"]["weather"] == "last-cycle"
    told = note(document, "weather-last-cycle")
    assert "无法读取" in told["chinese"]
    assert "eastward_wind" in told["english"]


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize("kind", ["missing", "busy", "page", "truncated", "column", "tomorrow"])
def test_hours_that_fail_are_carried_from_the_archive(provider: Provider, tmp_path: Path, kind: str) -> None:
    site = site_file(tmp_path, provider.url)
    provider.spoil("/gfs|/ec", Fault("missing"))
    day(site, "--reference-time", "2026-11-20T02:00")
    bodies = {
        "column": lambda path: hour_body(path[-14:-4]).replace(b"pm2_5,", b"pm25,", 1),
        "tomorrow": lambda _: cnemc_hour("2026-11-21T16:00:00"),
    }
    fault = Fault("other", body=bodies[kind]) if kind in bodies else Fault(kind, after=200, seconds=0.1)
    provider.spoil("/hourly", fault)
    document = day(site)
    assert document["rung"]["measurements"] == "late"
    told = note(document, "measurements-late")
    assert "最新为2026-11-20 02:00" in told["chinese"]
    assert "原因" in told["chinese"]
    assert told["chinese"] in whole(document)


@pytest.mark.usefixtures("no_model")
def test_an_hour_whose_hash_does_not_fit_is_left_out(provider: Provider, tmp_path: Path) -> None:
    provider.spoil("/gfs|/ec", Fault("missing"))
    site = site_file(tmp_path, provider.url)
    text = site.read_text("utf-8").replace("kind: cnemc,", "kind: cnemc, checksum: if-there,")
    site.write_text(text, encoding="utf-8")
    provider.publish_all(CNEMC_PATTERN.replace(r"\d{8}/", "20261120/") + r"\.sha256", b"0" * 64)
    document = day(site)
    assert document["rung"]["measurements"] == "late"
    (passed, *_) = document["manifest"]["configuration"]["ladder"]["measurements"]["passed"]
    assert passed["code"] == "wrong-hash"
    assert passed["chinese"] in note(document, "measurements-late")["chinese"]
    assert passed["chinese"] in whole(document)


@pytest.mark.usefixtures("no_model")
def test_days_without_measurements_end_in_an_emergency_forecast(provider: Provider, tmp_path: Path) -> None:
    site = site_file(tmp_path, provider.url)
    provider.spoil("/gfs|/ec", Fault("missing"))
    day(site, "--reference-time", "2026-11-15T16:00")
    provider.spoil("/hourly", Fault("missing"))
    document = day(site)
    assert document["rung"] == {"weather": "none", "forecast": "persistence", "measurements": "carried"}
    assert document["manifest"]["models"]["day"] == "damped persistence"
    assert "监测中断" in note(document, "forecast-persistence")["chinese"]
    assert "应急预报" in whole(document)


def test_nothing_ever_measured_is_an_error_that_alarms(provider: Provider, tmp_path: Path) -> None:
    provider.spoil("/", Fault("missing"))
    told = day(site_file(tmp_path, provider.url), code=3)["error"]
    (line,) = [line for line in told.splitlines() if line.startswith("bogda:")]
    assert "no measurement is in the inbox and none arrived" in line
    assert "404" in line
    assert not (tmp_path / "store" / "runs").exists()


@pytest.mark.usefixtures("short_model")
@pytest.mark.timeout(300)
def test_a_model_that_fails_is_run_again_on_the_next_weather(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import transport

    right = transport._simulated

    def failing(plan: Any, *others: Any) -> Any:
        if "20261120T00" in str(plan.case.weather.path):
            raise RuntimeError("out of range")
        return right(plan, *others)

    monkeypatch.setattr(transport, "_simulated", failing)
    with pytest.warns(RuntimeWarning, match="out of range"):
        document = day(site_file(tmp_path, provider.url))
    assert document["rung"] == {"weather": "last-cycle", "forecast": "full", "measurements": "complete"}
    assert "未能算完" in note(document, "weather-last-cycle")["chinese"]
    assert note(document, "weather-tried-again")
    assert "数值模式 <span" in whole(document)
