"""`bogda fetch`, OpenAQ, ERA5 and the configuration of sources."""

from __future__ import annotations

import gzip
import json
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from pydantic import TypeAdapter, ValidationError

from flows.acquisition import climate_store
from flows.acquisition.addresses import times_of_cycle
from flows.acquisition.arrival import WeatherWish
from flows.acquisition.configuration import Era5Config, WeatherSourceConfig
from flows.acquisition.era5_source import Era5Source
from foundation.times import beijing_from_utc, now
from tests.flows.acquisition import published
from tests.flows.acquisition.conftest import BOUNDS, NAMES, Open, allowance, listed
from tests.flows.acquisition.server import Fault, Provider
from tests.flows.command import bogda

SITE = """
name: somewhere
weather:
  - {{kind: gfs, name: gfs, chinese: 美国全球预报, english: GFS, last_lead_h: 6,
     urls: ["{url}{gfs}"]}}
measurements:
  - {{kind: cnemc, name: national, chinese: 国控站, english: national stations, urls: ["{url}{cnemc}"],
     bounds: {{attempts: 1}}}}
"""


@pytest.fixture
def site(provider: Provider, tmp_path: Path) -> Path:
    path = tmp_path / "site.yaml"
    path.write_text(
        SITE.format(url=provider.url, gfs=published.GFS_PATH, cnemc=published.CNEMC_PATH), encoding="utf-8"
    )
    return path


def test_fetch_says_what_arrived(site: Path, tmp_path: Path) -> None:
    done = bogda(
        "fetch", "--site", str(site), "--store", str(tmp_path / "store"), "--hours", "2", "--lead", "6"
    )
    assert done.exit_code == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("美国全球预报 GFS ")
    assert "齐全 complete，3 个文件 files" in lines[0]
    assert lines[1].startswith("国控站 national stations：齐全 complete，2 个文件")


def test_fetch_lays_down_where_a_run_of_the_site_looks(site: Path, tmp_path: Path) -> None:
    site.write_text(site.read_text(encoding="utf-8") + "inbox: arriving\n", encoding="utf-8")
    done = bogda(
        "fetch", "--site", str(site), "--what", "measurements", "--store", str(tmp_path / "s"), "--hours", "1"
    )
    assert done.exit_code == 0, done.stdout + done.stderr
    assert len(list((site.parent / "arriving" / "national" / "hours").glob("*.csv"))) == 1
    assert not (tmp_path / "s").exists()


def test_fetch_says_what_did_not(site: Path, tmp_path: Path, provider: Provider) -> None:
    provider.spoil(r"\.csv$", Fault("page"))
    done = bogda(
        "fetch", "--site", str(site), "--what", "measurements", "--store", str(tmp_path / "s"), "--hours", "1"
    )
    assert done.exit_code == 3
    assert "[not-data]" in done.stdout
    assert "收到的是网页而不是数据 · " in done.stdout
    assert "not everything arrived: national" in done.stderr
    shown = bogda(
        "fetch",
        "--site",
        str(site),
        "--what",
        "measurements",
        "--store",
        str(tmp_path / "s"),
        "--hours",
        "1",
        "--json",
    )
    (one,) = json.loads(shown.stdout)
    assert one["failures"][0]["code"] == "not-data"
    assert bogda("fetch", "--site", str(site), "--what", "tea").exit_code == 2


@pytest.mark.real_data
def test_a_cycle_of_real_bytes_is_read_by_the_reader(
    provider: Provider, open_source: Open, real_data: Path
) -> None:
    from atmosphere.meteorology.reading import read_weather

    real = real_data / "meteorology" / "gfs_2p5deg_20110110T12_f120.grib2"
    provider.publish_all(published.GFS_PATTERN, published.gfs_of(real))
    wish = WeatherWish((0, 6, 12), (80.0, 92.0, 40.0, 48.0))
    source = open_source(
        "gfs", bounds={"idle_s": 30, "whole_s": 60}
    )  # making the files takes the server a while
    arrival = source.fetch(np.datetime64("2026-11-23T06:00", "ns"), wish, allowance(60))
    assert arrival.complete, arrival.failures
    weather = read_weather(arrival.folder, wish.area)
    assert weather.sizes["time"] == 3
    assert {"surface_pressure", "boundary_layer_height", "eastward_wind_10m", "sensible_heat_flux"} <= set(
        weather
    )
    whole = sum(len(published.gfs_file("2026112306", lead, real)[0]) for lead in wish.leads_h)
    assert provider.sent_bytes(r"f\d{3}$") < 0.75 * whole


@pytest.mark.real_data
def test_a_real_hour(provider: Provider, open_source: Open, real_data: Path) -> None:
    real = real_data / "observations" / "station_hourly" / "cnemc_20220101T12.csv"
    provider.publish_all(published.CNEMC_PATTERN, published.cnemc_of(real))
    hours = published.hours_until("2026-11-23T12:00", 2)
    arrival = open_source("cnemc", least_stations=40).fetch(hours, allowance())
    assert arrival.complete, arrival.failures
    assert not open_source("cnemc", name="other", least_stations=60).fetch(hours, allowance()).files


OPENAQ = "/records/locationid={location}/location-{location}-{day:%Y%m%d}.csv.gz"


def openaq_day(day: str, hours: int = 24) -> bytes:
    rows = ["location_id,sensors_id,location,datetime,lat,lon,parameter,units,value"]
    rows += [
        f"7,1,Urumqi-7,{day}T{hour:02d}:00:00+08:00,43.8,87.6,pm25,µg/m³,{50 + hour}"
        for hour in range(1, hours)
    ]
    return gzip.compress("\n".join([*rows, ""]).encode())


def test_openaq_days_are_asked_for_again_until_they_are_final(provider: Provider, open_source: Open) -> None:
    path = "/records/locationid=7/location-7-20261123.csv.gz"
    provider.publish(path, openaq_day("2026-11-23", 12))
    source = open_source("openaq", urls=[provider.url + OPENAQ], locations=[7])
    hours = published.hours_until("2026-11-23T03:00", 3)
    assert source.fetch(hours, allowance()).complete
    provider.publish(path, openaq_day("2026-11-23", 24))
    arrival = source.fetch(hours, allowance())
    assert arrival.newest == np.datetime64("2026-11-23T15:00")
    provider.publish(path, gzip.compress(bytes(9_000_000)))
    small = open_source("openaq", urls=[provider.url + OPENAQ], locations=[7], bounds={"largest_mib": 4})
    again = small.fetch(hours, allowance())
    assert [one.code for one in again.failures] == ["too-large"]
    assert again.files == arrival.files


def test_another_days_values_are_refused(provider: Provider, open_source: Open, tmp_path: Path) -> None:
    provider.publish("/records/locationid=7/location-7-20261123.csv.gz", openaq_day("2026-11-24"))
    source = open_source("openaq", urls=[provider.url + OPENAQ], locations=[7])
    arrival = source.fetch(published.hours_until("2026-11-23T03:00", 3), allowance())
    assert [one.code for one in arrival.failures] == ["wrong-time"]
    assert not listed(tmp_path / "inbox")


class Ready:
    """A request to the Climate Data Store that is ready at once."""

    results_ready = True

    def __init__(self, location: str) -> None:
        self.location = location

    def get_results(self) -> Ready:
        return self


@pytest.fixture
def climate(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A stand-in for cdsapi, whose files the provider has."""
    asked: list[dict[str, Any]] = []

    class Client:
        def __init__(self, **settings: Any) -> None:
            with pytest.raises(requests.exceptions.InvalidSchema):
                settings["session"].get("http://127.0.0.2:9/elsewhere")

        def retrieve(self, collection: str, request: dict[str, Any]) -> Ready:
            asked.append(request)
            return Ready(f"{provider.url}/results/{collection}.grib")

    monkeypatch.setitem(sys.modules, "cdsapi", types.SimpleNamespace(Client=Client))
    monkeypatch.setenv("BOGDA_CDS_KEY", "token")
    day = b"".join(published.ecmwf_file(f"20200115{hour}", 0)[0] for hour in ("00", "12"))
    provider.publish_all(r"/results/.*", day)
    return asked


def era5(provider: Provider, tmp_path: Path, **more: Any) -> Era5Source:
    given = {"kind": "era5", "name": "era5", **NAMES, "bounds": BOUNDS, "every_h": 12,
             "url": f"{provider.url}/api", "area": (73, 97, 34, 50), **more}  # fmt: skip
    return Era5Source(Era5Config.model_validate(given), tmp_path / "inbox")


def test_era5_is_made_and_fetched_by_day(
    climate: list[dict[str, Any]], provider: Provider, tmp_path: Path
) -> None:
    source, wish = era5(provider, tmp_path), WeatherWish((0, 12), (80.0, 92.0, 40.0, 48.0))
    cycle = np.datetime64("2020-01-15T00:00", "ns")
    arrival = source.fetch(cycle, wish, allowance())
    assert arrival.complete, arrival.failures
    assert climate[0]["area"] == [50, 73, 34, 97]
    assert climate[0]["time"] == ["00:00", "12:00"]
    assert source.fetch(cycle, wish, allowance()).complete
    assert len(climate) == 2
    assert source.cycles(now(), 3) == ()
    other = source.fetch(cycle + np.timedelta64(1, "D"), wish, allowance())
    assert {one.code for one in other.failures} == {"wrong-time"}


def test_era5_goes_nowhere_else(climate: list[dict[str, Any]], provider: Provider, tmp_path: Path) -> None:
    source = era5(provider, tmp_path, url="http://127.0.0.3:9/api")
    arrival = source.fetch(
        np.datetime64("2020-01-15", "ns"), WeatherWish((0,), (80, 92, 40, 48)), allowance()
    )
    assert [one.code for one in arrival.failures] == ["refused"]
    assert provider.host in arrival.failures[0].english
    assert len(climate) == 1
    assert not provider.requests


def test_without_cdsapi_era5_says_so(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cdsapi", None)
    wish = WeatherWish((0,), (80, 92, 40, 48))
    arrival = era5(provider, tmp_path).fetch(np.datetime64("2020-01-15", "ns"), wish, allowance())
    assert "bogda[era5]" in arrival.failures[0].chinese
    assert climate_store.made_ready


@pytest.mark.parametrize("url", [
    "ftp://a.example/{cycle:%Y}", "https://{cycle}/x", "https://a.example/{cycle.__class__}", "https://a.example/{where}",
    "https://user:word@a.example/{cycle}", "https://a.example/{", "https://a.example/ {lead}",
])  # fmt: skip
def test_addresses_that_are_none_are_refused(url: str) -> None:
    given = {"kind": "gfs", "name": "gfs", **NAMES, "urls": [url]}
    with pytest.raises(ValidationError):
        TypeAdapter(WeatherSourceConfig).validate_python(given)


@pytest.mark.parametrize("given", [{"credential_env": "s3cret-word"}, {"hosts": ["https://a.example/"]},
                                   {"checksum": "required"}, {"kind": "tea"}])  # fmt: skip
def test_settings_that_are_none_are_refused(given: dict[str, Any]) -> None:
    base = {"kind": "gfs", "name": "gfs", **NAMES, "urls": ["https://a.example/{cycle:%Y%m%d}.f{lead:03d}"]}
    TypeAdapter(WeatherSourceConfig).validate_python(base)
    with pytest.raises(ValidationError):
        TypeAdapter(WeatherSourceConfig).validate_python({**base, **given})


def test_cycles_are_those_that_should_be_there(open_source: Open) -> None:
    source = open_source("gfs", available_after_h=5)
    for moment, expected in (("2026-11-23T11:00", "2026-11-23T06"), ("2026-11-23T10:59", "2026-11-23T00"),
                             ("2026-11-23T04:59", "2026-11-22T18")):  # fmt: skip
        found = source.cycles(np.datetime64(moment, "ns"), 6)
        assert found[0] == np.datetime64(expected)
        assert set(np.diff(np.array(found))) == {-np.timedelta64(6, "h")}
    daily = open_source("gfs", every_h=24).cycles(np.datetime64("2026-11-23T11:00", "ns"), 3)
    assert [str(one)[:13] for one in daily] == ["2026-11-23T00", "2026-11-22T00", "2026-11-21T00"]
    assert beijing_from_utc(daily[0]) == np.datetime64("2026-11-23T08:00")


def test_lead_times_that_are_not_published_are_not_asked_for(provider: Provider, open_source: Open) -> None:
    source = open_source("ecmwf", steps=[[6, 3], [24, 6]], last_lead_h=18)
    wish = WeatherWish(tuple(range(25)), (80.0, 92.0, 40.0, 48.0))
    arrival = source.fetch(np.datetime64("2026-11-23T06:00", "ns"), wish, allowance())
    assert arrival.complete, arrival.failures
    assert [path.name for path in arrival.files] == [f"f{lead:03d}.grib2" for lead in (0, 3, 6, 12, 18)]
    assert {one.path.split("/")[5] for one in provider.requests} == {"oper"}


def test_runs_of_06_utc_had_a_stream_of_their_own() -> None:
    days = ("2026-05-11T06", "2026-05-11T12", "2026-05-12T06")
    assert [times_of_cycle(np.datetime64(day, "ns"))["stream"] for day in days] == ["scda", "oper", "oper"]


def test_many_hours_at_once_are_checked_one_at_a_time(open_source: Open) -> None:
    hours = published.hours_until("2026-11-23T12:00", 24)
    arrival = open_source("cnemc", at_once=8).fetch(hours, allowance(30))
    assert arrival.complete, arrival.failures


def test_the_real_client_of_the_climate_store_goes_to_its_service_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cdsapi")
    monkeypatch.setenv("BOGDA_CDS_KEY", "token")
    given = {"kind": "era5", "name": "era5", **NAMES, "area": (73, 97, 34, 50), "bounds": BOUNDS}
    here = Era5Source(Era5Config.model_validate({**given, "url": "http://127.0.0.1:9/api"}), tmp_path)
    arrival = here.fetch(np.datetime64("2020-01-15", "ns"), WeatherWish((0,), (80, 92, 40, 48)), allowance())
    assert [one.code for one in arrival.failures] == ["unreachable"]
