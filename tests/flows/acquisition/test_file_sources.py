"""Folders that others fill: settling, markers, hashes, cycles, updates of the inventory."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from emissions_inventory.storage import write_inventory
from flows.acquisition.arrival import WeatherWish
from flows.acquisition.configuration import InventoryConfig, MeasurementsConfig, WeatherSourceConfig
from flows.acquisition.sources import open_inventory, open_measurements, open_weather
from tests.emissions_inventory.made_inventory import made_inventory
from tests.flows.acquisition import published
from tests.flows.acquisition.conftest import BOUNDS, CYCLE, NAMES, WISH, Open, allowance, listed
from tests.flows.acquisition.server import Fault, Provider

HOURS = published.hours_until("2026-11-23T12:00", 2)
OLD = time.time() - 3600


def put(path: Path, content: bytes, changed: float = OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (changed, changed))
    return path


def given(tmp_path: Path, **more: Any) -> dict[str, Any]:
    return {
        "kind": "folder",
        "name": "share",
        **NAMES,
        "bounds": BOUNDS,
        "path": str(tmp_path / "share"),
        **more,
    }


def measurements(tmp_path: Path, **more: Any) -> Any:
    config = TypeAdapter(MeasurementsConfig).validate_python(given(tmp_path, provider="cnemc", **more))
    return open_measurements(config, tmp_path / "inbox")


def weather(tmp_path: Path, **more: Any) -> Any:
    settings = {"pattern": "gfs_{cycle:%Y%m%d%H}_f*.grib2", "holds": "GFS", **more}
    return open_weather(
        TypeAdapter(WeatherSourceConfig).validate_python(given(tmp_path, **settings)), tmp_path / "inbox"
    )


def test_settled_files_are_taken_and_others_wait(tmp_path: Path) -> None:
    put(tmp_path / "share" / "a.csv", published.cnemc_of_utc(HOURS[0]))
    put(tmp_path / "share" / "b.csv", published.cnemc_of_utc(HOURS[1]), time.time())
    put(tmp_path / "share" / "c.csv.part", b"half")
    source = measurements(tmp_path, settle_s=30)
    arrival = source.fetch(HOURS, allowance(5))
    assert [path.name for path in arrival.files] == ["a.csv"]
    assert [(one.item, one.code) for one in arrival.failures] == [("b.csv", "late")]
    os.utime(tmp_path / "share" / "b.csv", (OLD, OLD))
    assert source.fetch(HOURS, allowance()).complete


def test_a_file_that_grows_while_it_is_watched_is_not_taken(tmp_path: Path) -> None:
    path, whole = tmp_path / "share" / "a.csv", published.cnemc_of_utc(HOURS[1])
    put(path, whole[:500], time.time())
    source = measurements(tmp_path, settle_s=0.4)
    stop = threading.Event()

    def write() -> None:
        for place in range(500, len(whole), 20):
            if stop.wait(0.05):
                break
            with path.open("ab") as stream:
                stream.write(whole[place : place + 20])

    writer = threading.Thread(target=write)
    writer.start()
    arrival = source.fetch(HOURS, allowance(2))
    stop.set()
    writer.join()
    assert arrival.files == ()
    assert arrival.failures[0].code == "late"
    put(path, whole)
    assert source.fetch(HOURS, allowance()).complete


def test_a_marker_says_that_a_file_is_whole(tmp_path: Path) -> None:
    put(tmp_path / "share" / "a.csv", published.cnemc_of_utc(HOURS[1]), time.time())
    source = measurements(tmp_path, settle_s=600, marker=".done")
    assert not source.fetch(HOURS, allowance()).complete
    put(tmp_path / "share" / "a.csv.done", b"")
    assert source.fetch(HOURS, allowance()).complete
    assert [path.name for path in listed(tmp_path / "inbox")] == ["a.csv"]


def test_a_hash_beside_must_fit_and_may_be_required(tmp_path: Path) -> None:
    content = published.cnemc_of_utc(HOURS[1])
    put(tmp_path / "share" / "a.csv", content)
    source = measurements(tmp_path, checksum="required")
    assert source.fetch(HOURS, allowance()).failures[0].code == "missing"
    put(tmp_path / "share" / "a.csv.sha256", b"0" * 64)
    assert source.fetch(HOURS, allowance()).failures[0].code == "wrong-hash"
    assert not listed(tmp_path / "inbox")
    put(tmp_path / "share" / "a.csv.sha256", hashlib.sha256(content).hexdigest().encode())
    assert source.fetch(HOURS, allowance()).complete


def test_a_corrected_file_replaces_the_one_that_is_here(tmp_path: Path) -> None:
    put(tmp_path / "share" / "a.csv", published.cnemc_of_utc(HOURS[1]))
    source = measurements(tmp_path)
    source.fetch(HOURS, allowance())
    corrected = published.cnemc_of_utc(HOURS[1]).replace(b",140,", b",150,")
    put(tmp_path / "share" / "a.csv", corrected, OLD + 60)
    assert source.fetch(HOURS, allowance()).files[0].read_bytes() == corrected


@pytest.mark.parametrize(("content", "code"), [
    (published.cnemc_of_utc(HOURS[1] + np.timedelta64(1, "D")), "wrong-time"),
    (published.cnemc_of_utc(HOURS[1]).replace(b"pm2_5,", b"pm25,"), "wrong-layout"),
    (published.cnemc_of_utc(HOURS[1])[:-30], "truncated"), (b"", "truncated"),
    (b"\x1f\x8b\x08" + b"x" * 99, "not-data"),
])  # fmt: skip
def test_files_of_measurements_that_are_wrong(tmp_path: Path, content: bytes, code: str) -> None:
    put(tmp_path / "share" / "a.csv", content)
    arrival = measurements(tmp_path).fetch(HOURS, allowance())
    assert [one.code for one in arrival.failures] == [code]
    assert not listed(tmp_path / "inbox")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    arrival = measurements(tmp_path).fetch(HOURS, allowance())
    assert [one.code for one in arrival.failures] == ["unreachable"]
    assert str(tmp_path / "share") in arrival.failures[0].chinese


def test_weather_of_a_folder_goes_by_cycle(tmp_path: Path) -> None:
    for lead in (0, 3):
        put(
            tmp_path / "share" / f"gfs_2026112306_f{lead:03d}.grib2",
            published.gfs_file("2026112306", lead)[0],
        )
    put(tmp_path / "share" / "gfs_2026112300_f000.grib2", published.gfs_file("2026112300", 0)[0])
    source = weather(tmp_path)
    assert source.kind == "GFS"
    arrival = source.fetch(CYCLE, WISH, allowance())
    assert arrival.complete
    assert [path.name for path in arrival.files] == ["gfs_2026112306_f000.grib2", "gfs_2026112306_f003.grib2"]
    longer = source.fetch(CYCLE, WeatherWish((0, 6), WISH.area), allowance())
    assert not longer.complete
    assert [one.code for one in longer.failures] == ["late"]
    assert "20261123T090000Z" in longer.failures[0].english


def test_a_folder_for_each_cycle(tmp_path: Path) -> None:
    source = weather(tmp_path, path=str(tmp_path / "share" / "{cycle:%Y%m%d%H}"), pattern="gfs_*")
    assert source.fetch(CYCLE, WISH, allowance()).failures[0].code == "late"
    for lead in (0, 3):
        put(tmp_path / "share" / "2026112306" / f"gfs_{lead}", published.gfs_file("2026112306", lead)[0])
    assert source.fetch(CYCLE, WISH, allowance()).complete
    assert source.held(CYCLE, WISH).complete


@pytest.mark.parametrize(("content", "code"), [
    (published.gfs_file("2026112406", 3)[0], "wrong-time"),
    (published.ecmwf_file("2026112306", 3)[0], "wrong-layout"),
    (published.gfs_file("2026112306", 3)[0][:-100], "not-data"), (b"<html>", "not-data"),
])  # fmt: skip
def test_weather_files_that_are_wrong(tmp_path: Path, content: bytes, code: str) -> None:
    put(tmp_path / "share" / "gfs_2026112306_f003.grib2", content)
    arrival = weather(tmp_path).fetch(CYCLE, WISH, allowance())
    assert [one.code for one in arrival.failures] == [code]
    assert not listed(tmp_path / "inbox")


@pytest.mark.real_data
def test_wrf_output_of_a_folder(tmp_path: Path, real_data: Path) -> None:
    import xarray as xr

    content = (real_data / "meteorology" / "wrf_tibet_2times.nc").read_bytes()
    put(tmp_path / "share" / "wrfout_d01", content)
    source = weather(tmp_path, pattern="wrfout_*", holds="WRF", every_h=1)
    with xr.open_dataset(tmp_path / "share" / "wrfout_d01", engine="netcdf4") as file:
        said = [text.decode().replace("_", "T") for text in file["Times"].values]
    times = np.array(said, "datetime64[ns]")
    arrival = source.fetch(times[0], WeatherWish((0,), WISH.area), allowance())
    assert arrival.complete, arrival.failures
    assert arrival.newest == times[-1]
    assert (
        source.fetch(times[-1] + np.timedelta64(9, "D"), WISH, allowance()).failures[0].code == "wrong-time"
    )


def inventory_bytes(tmp_path: Path) -> bytes:
    return Path(write_inventory(made_inventory(), tmp_path / "made.nc")).read_bytes()


def test_the_newest_inventory_is_used_and_an_older_one_when_it_is_broken(tmp_path: Path) -> None:
    source = open_inventory(TypeAdapter(InventoryConfig).validate_python(given(tmp_path)), tmp_path / "inbox")
    (tmp_path / "share").mkdir()
    assert source.fetch(allowance()).failures[0].code == "missing"
    put(tmp_path / "share" / "old.nc", inventory_bytes(tmp_path), OLD)
    arrival = source.fetch(allowance())
    assert arrival.complete
    assert arrival.newest == np.datetime64(round(OLD), "s")
    put(tmp_path / "share" / "new.nc", b"\x89HDF\r\n\x1a\n nothing", OLD + 60)
    arrival = source.fetch(allowance())
    assert [path.name for path in arrival.files] == ["old.nc"]
    assert [one.code for one in arrival.failures] == ["wrong-layout"]


def test_an_inventory_under_an_address_is_fetched_when_it_changed(
    provider: Provider, open_source: Open, tmp_path: Path
) -> None:
    content = inventory_bytes(tmp_path)
    provider.publish("/inventory.nc", content)
    source = open_source("http", url=f"{provider.url}/inventory.nc")
    assert source.fetch(allowance()).complete
    assert source.fetch(allowance()).complete
    assert [one.status for one in provider.requests] == [200, 304]
    provider.spoil("inventory", Fault("page"))
    arrival = source.fetch(allowance())
    assert [one.code for one in arrival.failures] == ["not-data"] or provider.requests[-1].status == 304
    assert arrival.files[0].read_bytes() == content


def test_old_files_go_and_wanted_ones_stay(tmp_path: Path) -> None:
    for n, hour in enumerate(HOURS):
        put(tmp_path / "share" / f"{n}.csv", published.cnemc_of_utc(hour))
    source = measurements(tmp_path, keep={"days": 1})
    source.fetch(HOURS, allowance())
    for path in (tmp_path / "inbox").rglob("*"):
        if path.is_file():
            os.utime(path, (OLD - 3 * 86400,) * 2)
    removed = source.inbox.prune(source.config.keep, (tmp_path / "inbox" / "share" / "files" / "1.csv",))
    assert [path.name for path in removed] == ["0.csv"]
    assert [path.name for path in source.held(HOURS).files] == ["1.csv"]
