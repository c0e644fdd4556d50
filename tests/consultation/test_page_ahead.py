"""Views made ahead, asked for once by all who want them, and of a large run no more than what they show."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from fastapi.testclient import TestClient

from consultation.page.application import create_app
from consultation.page.reading import netcdf
from consultation.page.views import today as today_view
from tests.consultation.page_store import RUN, STAMP, change_manifest, config_of, write_store

IO = Path("/proc/self/io")
HOURS, NY, NX = 168, 150, 200
VIEWS = (
    "today", "places/urumqi", "places/urumqi/contributions?averaging=day", "map/places", "sources/matrix",
    "map/frames?layer=pm25&first=24&count=24", "places/urumqi/sounding", "verification?place=urumqi",
)  # fmt: skip


@pytest.fixture(scope="module")
def stored(
    tmp_path_factory: pytest.TempPathFactory, make_run: Callable[..., Path], make_forecast: Callable[..., Any]
) -> Path:
    return write_store(tmp_path_factory.mktemp("ahead"), make_run, make_forecast)


@pytest.fixture
def store(stored: Path, tmp_path: Path) -> Path:
    return shutil.copytree(stored, tmp_path / "store")


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 40
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def test_a_run_is_made_ahead_at_the_start_and_when_it_is_made_again(store: Path) -> None:
    app = create_app(config_of(store, views_ahead=True))
    with TestClient(app) as page:
        answers = app.state.library.answers
        ready = len(answers)
        assert ready > 10, "the start waits for the first views"
        page.get("/api/runs/latest/today")
        page.get(f"/api/runs/{RUN}/consult?region=wu-chang-shi")
        page.get(f"/api/runs/{RUN}/map/frames?layer=pm25&step=hour&first=0&count=24&stride=1")
        assert len(answers) == ready, "what people ask for first was there, however it is written"
        change_manifest(store / "runs" / "demo" / STAMP, degradations=[])
        assert eventually(lambda: len(answers) >= 2 * ready - 2)


def test_a_store_that_is_empty_or_gone_delays_nothing(tmp_path: Path) -> None:
    began = time.monotonic()
    with TestClient(create_app(config_of(tmp_path / "none", views_ahead=True))) as page:
        assert page.get("/api/status").json()["latest"] is None
    assert time.monotonic() - began < 5


def test_fifty_who_ask_at_once_are_answered_by_one_making(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    first = today_view.today

    def slow(library: Any, run: Any) -> Any:
        made.append(run.id)
        time.sleep(0.3)
        return first(library, run)

    monkeypatch.setattr("consultation.page.routes.runs.today", slow)
    with TestClient(create_app(config_of(store))) as page, ThreadPoolExecutor(50) as many:
        asked = [many.submit(page.get, "/api/runs/latest/today") for _ in range(50)]
        assert {one.result().status_code for one in asked} == {200}
    assert made == [RUN]


def test_no_file_is_held_open(store: Path) -> None:
    with TestClient(create_app(config_of(store))) as page:
        assert page.get("/api/runs/latest/consult").status_code == 200
        held = [one.resolve() for one in Path("/proc/self/fd").iterdir() if one.exists()]
    assert [one for one in held if one.is_relative_to(store / "runs")] == []


def test_a_file_written_again_while_it_is_read_is_not_mixed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamps = iter([("x", 1, 1, 1), ("x", 2, 2, 2)])
    path = store / "runs" / "demo" / STAMP / "forecast.nc"
    monkeypatch.setattr(netcdf, "_stamp", lambda _: (str(path), *next(stamps)[1:]))
    with pytest.raises(Exception, match="written again"):
        netcdf.Pieces().read(path, None, ("aqi",))


def large(run: Path) -> int:
    """Fields of noise, chunked as runs write them, and a state that no view shows; bytes of the run."""
    rng = np.random.default_rng(1)
    reference = np.datetime64("2026-12-09T16:00", "ns")
    values = rng.random((HOURS, 2, NY, NX), dtype=np.float32)
    made = xr.Dataset(
        {"concentration": (("lead_time", "species", "y", "x"), values)},
        {"reference_time": reference, "species": ["pm25", "pm10"],
         "lead_time": np.arange(1, HOURS + 1) * np.timedelta64(3_600_000_000_000, "ns"),
         "y": np.linspace(42.6, 46.2, NY), "x": np.linspace(82.0, 91.0, NX)},
    )  # fmt: skip
    shutil.rmtree(run / "fields.zarr")
    chunks = {"concentration": {"chunks": (24, 1, NY, NX)}}
    made.to_zarr(run / "fields.zarr", zarr_format=2, consolidated=True, encoding=chunks)
    (run / "start.nc").write_bytes(rng.bytes(30_000_000))
    return sum(one.stat().st_size for one in run.rglob("*") if one.is_file())


def taken() -> int:
    """Bytes that this process has read so far."""
    return int(IO.read_text(encoding="ascii").split()[1])


@pytest.mark.skipif(not IO.is_file(), reason="the system does not tell how much is read")
def test_of_a_large_run_a_chart_reads_little(store: Path) -> None:
    size = large(store / "runs" / "demo" / STAMP)
    assert size > 60_000_000
    with TestClient(create_app(config_of(store))) as page:
        page.get("/api/runs/latest/places/karamay")
        page.get("/api/runs/latest/map")
        page.get("/api/runs/latest/verification?place=karamay")  # what is loaded of the program counts too
        for view in VIEWS:
            before = taken()
            assert page.get(f"/api/runs/latest/{view}").status_code == 200
            assert taken() - before < 0.1 * size, view
        before = taken()
        assert page.get("/api/runs/latest/map/frames?layer=pm25&first=50&count=1").status_code == 200
        assert 1_000_000 < taken() - before < 4_000_000, "a chunk is read, and seen to be"
