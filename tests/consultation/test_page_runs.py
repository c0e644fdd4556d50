"""Runs that are broken, half there, made again or in a store that is no folder; and no model stack."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fastapi.testclient import TestClient

from consultation.page.application import create_app
from consultation.page.reading import netcdf
from consultation.page.reading.caches import BoundedCache
from consultation.page.reading.run_files import FetchedFiles
from consultation.page.views.runs import shown_age
from foundation.store import RunStore
from tests.consultation.model_products import write_model_products
from tests.consultation.page_store import change_manifest, config_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path, make_run: Callable[..., Path]) -> Path:
    return make_run(tmp_path / "runs" / "demo" / "20261209T160000Z", hourly=False)


def page_of(store: Path | str) -> TestClient:
    return TestClient(create_app(config_of(store)))


def newer(folder: Path, make_run: Callable[..., Path]) -> Path:
    """A run that claims to be of a day later."""
    made = make_run(folder.with_name("20261210T160000Z"), hourly=False)
    change_manifest(made, reference_time="2026-12-10T16:00:00Z")
    return made


@pytest.mark.parametrize(
    "fault", ["no manifest", "cut manifest", "cut forecast", "no forecast", "other time"]
)
def test_a_newer_broken_run_is_skipped_and_told(
    folder: Path, make_run: Callable[..., Path], fault: str
) -> None:
    made = newer(folder, make_run)
    forecast, manifest = made / "forecast.nc", made / "manifest.json"
    if fault == "no manifest":
        manifest.unlink()
    elif fault == "cut manifest":
        manifest.write_text(manifest.read_text(encoding="utf-8")[:200], encoding="utf-8")
    elif fault == "cut forecast":
        forecast.write_bytes(forecast.read_bytes()[:5000])
    elif fault == "no forecast":
        forecast.unlink()
    with page_of(folder.parents[2]) as page:
        status = page.get("/api/status").json()
        assert status["latest"]["id"] == "demo.20261209T160000Z"
        (told,) = status["newer_broken"]
        assert told["id"] == "demo.20261210T160000Z"
        assert told["chinese"]
        assert "不可用" in status["message"]["chinese"]
        assert page.get("/api/runs/latest/today").status_code == 200
        assert page.get("/api/runs/demo.20261210T160000Z/today").json()["error"]["code"] == "broken"
        assert "不可用" in page.get("/").text


@pytest.mark.parametrize(("hours", "said"), [(40.2, "40小时"), (86.0, "4天"), (6471.0, "270天")])
def test_the_age_of_a_run_is_told_in_days_after_two_days(hours: float, said: str) -> None:
    assert shown_age(hours).chinese == said


def test_a_run_that_is_being_written_is_not_seen(folder: Path) -> None:
    (folder.parent / ".writing-1-2-abc").mkdir()
    with page_of(folder.parents[2]) as page:
        assert page.get("/api/runs").json()["total"] == 1


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    with page_of(tmp_path) as page:
        assert page.get("/api/status").json()["latest"] is None
        assert "bogda daily" in page.get("/").text
        assert page.get("/api/runs/latest/today").json()["error"]["code"] == "no-run"


@pytest.mark.parametrize("gone", ["store", "run", "one file"])
def test_what_vanishes_while_serving_is_told_and_comes_back(folder: Path, gone: str) -> None:
    root = folder.parents[2]
    with page_of(root) as page:
        assert page.get("/api/runs/latest/today").status_code == 200
        lost = {"store": root / "runs", "run": folder, "one file": folder / "forecast.nc"}[gone]
        lost.rename(root / "elsewhere")
        status = page.get("/api/status").json()
        assert status["latest"] is None
        assert "没有可用的运行" in status["message"]["chinese"]
        for path in ("runs/latest/today", "runs/demo.20261209T160000Z/places/urumqi?averaging=day"):
            answer = page.get(f"/api/{path}")
            assert answer.status_code == 404
            assert answer.json()["error"]["chinese"]
        assert page.get("/").status_code == 200
        (root / "elsewhere").rename(lost)
        assert page.get("/api/runs/latest/today").status_code == 200


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EACCES])
def test_a_disk_that_cannot_be_read_is_told_and_nothing_bad_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number), str(folder / "forecast.nc"))

    with page_of(folder.parents[2]) as page:
        assert page.get("/api/status").json()["latest"] is not None
        with monkeypatch.context() as broken:
            broken.setattr(netcdf.NetCDF4DataStore, "open", failing)
            broken.setattr(Path, "read_bytes", failing)
            for path in ("today", "places/urumqi?averaging=day", "consult", "warnings"):
                answer = page.get(f"/api/runs/latest/{path}")
                assert answer.status_code == 404, path
                assert answer.json()["error"]["chinese"]
                assert str(folder.parents[2]) not in answer.text
        assert page.get("/api/runs/latest/today").status_code == 200


def test_a_run_made_again_shows_anew(folder: Path) -> None:
    with page_of(folder.parents[2]) as page:
        before = page.get("/api/runs/latest/today")
        change_manifest(folder, degradations=[])
        after = page.get("/api/runs/latest/today")
        assert before.headers["etag"] != after.headers["etag"]
        assert after.json()["degradations"] == []


def test_a_damaged_product_leaves_the_other_views(folder: Path) -> None:
    write_model_products(folder, _reference(), 24)
    for name in ("observations.nc", "contributions.nc", "verification.json"):
        (folder / name).write_bytes(b"nothing of the kind")
    for chunk in (folder / "fields.zarr" / "concentration").iterdir():
        if not chunk.name.startswith("."):
            chunk.write_bytes(b"\x00")
    with page_of(folder.parents[2]) as page:
        run = "/api/runs/latest"
        assert page.get(f"{run}/today").status_code == 200
        place = page.get(f"{run}/places/urumqi?averaging=day").json()
        assert place["measured"] is None
        assert place["measured_absent"]["chinese"]
        assert page.get(f"{run}/consult").status_code == 200
        assert page.get(f"{run}/verification").json()["available"] is False
        for path in ("map/frames?layer=pm25", "places/urumqi/contributions?averaging=day", "sources/matrix"):
            assert page.get(f"{run}/{path}").json()["error"]["code"] == "unreadable", path


def _reference() -> Any:
    import numpy as np

    return np.datetime64("2026-12-09T16:00", "ns")


def test_a_store_that_is_no_folder_is_read(folder: Path) -> None:
    write_model_products(folder, _reference(), 24)
    memory = fsspec.filesystem("memory")
    memory.put(str(folder.parents[1]), "/bogda-page-test/runs", recursive=True)
    try:
        with page_of("memory://bogda-page-test") as page:
            assert page.get("/api/status").json()["latest"]["id"] == "demo.20261209T160000Z"
            assert page.get("/api/runs/latest/today").status_code == 200
            frame = page.get("/api/runs/latest/map/frames?layer=pm25&count=24")
            assert len(frame.content) == 24 * 36 * 90 * 2
    finally:
        memory.rm("/bogda-page-test", recursive=True)


def test_fetched_files_stay_within_their_bound(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(b"x" * 600)
    kept, store = FetchedFiles(1000), RunStore(str(tmp_path))
    paths = [kept.fetch(store, f"{tmp_path}/{name}", "run", name) for name in "abc"]
    assert [path.exists() for path in paths] == [False, False, True]
    kept.clear()
    assert not paths[-1].exists()


def test_a_cache_keeps_what_fits_and_makes_each_thing_once() -> None:
    made: list[str] = []

    def make(name: str) -> Callable[[], bytes]:
        return lambda: made.append(name) or bytes(400)  # type: ignore[func-returns-value]

    cache: BoundedCache[bytes] = BoundedCache(1000, len)
    for name in ("a", "b", "a", "c", "a", "b"):
        cache.get(name, make(name))
    assert made == ["a", "b", "c", "b"]
    assert cache.bytes == 800
    with pytest.raises(ZeroDivisionError):
        cache.get("d", lambda: bytes(1 // 0))
    assert cache.find("d") is None


def test_the_page_needs_no_model_stack(folder: Path) -> None:
    program = f"""
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ('torch', 'mlflow', 'prefect', 'sklearn'):
            raise ImportError(name + ' is blocked')
sys.meta_path.insert(0, Blocked())
from fastapi.testclient import TestClient
from consultation.page.application import create_app
from consultation.page.settings import page_config
app = create_app(page_config().model_copy(update={{'store': {str(folder.parents[2])!r}}}))
with TestClient(app) as page:
    for path in ('/', '/api/status', '/api/runs/latest/today', '/api/runs/latest/consult',
                 '/api/runs/latest/measures', '/api/runs/latest/verification'):
        assert page.get(path).status_code == 200, path
print(*sorted({{name.split('.')[0] for name in sys.modules}} & {{'torch', 'mlflow', 'prefect', 'sklearn'}}))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
