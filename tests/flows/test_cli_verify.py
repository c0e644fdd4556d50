"""`bogda verify`: a document, a page, and one line for what is not a hindcast."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from flows.commands import verify
from flows.hindcasts import drift as hindcast_drift
from flows.hindcasts.drift import drift_found, drift_told, keep_reference
from forecast.models import published_with
from forecast.verification.configuration import verification_config
from forecast.verification.document import verification_document
from forecast.verification.drift import drift_state, reference_of
from forecast.verification.drift_reference import read_reference, write_reference
from tests.flows.command import bogda
from tests.forecast.made_hindcast import made_hindcast

CONFIG = verification_config()
QUICK = CONFIG.model_copy(update={"drift": CONFIG.drift.model_copy(update={"paths": 60, "recent_days": 30})})


@pytest.fixture(scope="module")
def hindcast() -> xr.Dataset:
    made = made_hindcast(days=170, seed=21, leads=2)
    told = {
        "inputs": [{"path": "days/乌鲁木齐.csv", "sha256": "a" * 64}],
        "known_at_issue": {"published": "x"},
    }
    return made.assign_attrs({name: json.dumps(value, ensure_ascii=False) for name, value in told.items()})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecast.verification.configuration.verification_config", lambda: QUICK)


def written(folder: Path, hindcast: xr.Dataset) -> str:
    path = folder / "hindcast.nc"
    hindcast.to_netcdf(path)
    return str(path)


def test_document_and_page(hindcast: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "reliability_picture", lambda *_: b"\x89PNG picture")
    page = tmp_path / "page.html"
    done = bogda("verify", written(tmp_path, hindcast), "--json", "--out", str(page))
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["subject"] == "published"
    assert document["page"] == str(page)
    assert {one["stratum"] for one in document["scores"]} == {"all", "place", "season", "level"}
    assert document["drift"]["state"] in ("steady", "watch", "alarm")
    text = page.read_text(encoding="utf-8")
    assert document["findings"][0]["chinese"] in text
    assert "data:image/png;base64,iVBORw" in text or "data:image/png;base64," in text
    assert "乌鲁木齐.csv" in text


def test_another_baseline_and_findings_for_people(hindcast: xr.Dataset, tmp_path: Path) -> None:
    done = bogda("verify", written(tmp_path, hindcast), "--baseline", "published")
    assert done.exit_code == 0, done.stderr
    assert "PM2.5平均绝对误差" in done.stdout


def test_a_model_of_few_issues_is_compared_apart_and_empties_nothing(hindcast: xr.Dataset) -> None:
    sparse = hindcast.sel(model=["published"]).assign_coords(model=["tagged transport model"])
    few = xr.concat([hindcast, sparse], "model", data_vars="minimal", compat="override", coords="minimal")
    few = few.copy(deep=True)
    few["concentration"].loc[{"model": "tagged transport model", "issue": few["issue"].values[10:]}] = np.nan
    few["aqi"].loc[{"model": "tagged transport model", "issue": few["issue"].values[10:]}] = np.nan
    alone, beside = (verification_document(part, QUICK) for part in (hindcast, few))
    assert beside["scores"] == alone["scores"]
    (apart,) = beside["apart"]
    assert apart["issues"] == 10
    counts = {one["model"]: one["n"] for one in apart["scores"] if one["pollutant"] == "pm25"}
    assert counts["tagged transport model"] == counts["persistence"] <= 30


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "no such file"),
        (b"not a NetCDF file", "cannot be read as NetCDF"),
        (b"", "cannot be read as NetCDF"),
    ],
)
def test_what_is_no_file_of_ours_is_one_line(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "hindcast.nc"
    if content is not None:
        path.write_bytes(content)
    done = bogda("verify", str(path))
    assert done.exit_code == 3
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_no_hindcast_is_one_line(hindcast: xr.Dataset, tmp_path: Path) -> None:
    done = bogda("verify", written(tmp_path, hindcast.drop_vars("observed")))
    assert done.exit_code == 4
    assert "hindcast" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_baseline_or_measurements_that_are_not_there(hindcast: xr.Dataset, tmp_path: Path) -> None:
    path = written(tmp_path, hindcast)
    absent = bogda("verify", path, "--baseline", "prophecy")
    assert "no model 'prophecy' in the hindcast. It holds: published, persistence" in absent.stderr
    page = bogda("verify", path, "--out", "page.pdf")
    assert page.exit_code == 2
    silent = hindcast.assign(observed=hindcast["observed"] * np.nan)
    unmeasured = bogda("verify", written(tmp_path, silent))
    assert "nothing is measured at the times of the hindcast" in unmeasured.stderr


def test_the_day_says_drift_and_only_drift(
    hindcast: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hindcast_drift, "verification_config", lambda: QUICK)
    recent, release, mark = hindcast.isel(issue=slice(140, None)), tmp_path / "release", "f" * 64
    before = recent["issue"].values[0] - np.timedelta64(1, "D")
    assert drift_found(release, mark, recent, before) is None
    own = hindcast.sel(model=["published"]).assign_coords(model=["learned network"])
    judged = xr.concat([hindcast, own], "model", data_vars="minimal", compat="override", coords="minimal")
    assert keep_reference(release, mark, judged.isel(issue=slice(0, 20))) == (
        "drift: expected at least 120 judged days of reference, got 21"
    )
    assert keep_reference(release, mark, judged.isel(issue=slice(0, 140))) is None
    assert drift_told(drift_found(release, mark, recent, before)) == ()
    assert drift_found(release, mark, recent, recent["issue"].values[-1]) is None
    worse = recent.copy(deep=True)
    worse["concentration"].loc[{"model": "published"}] = 6.0 * worse["concentration"].sel(model="published")
    (told,) = drift_told(drift_found(release, mark, worse, before))
    assert told.code == "drift"
    assert "全部地点" in told.chinese
    assert drift_told(drift_found(release, mark, worse, worse["issue"].values[-3])) == ()
    among = published_with("learned network")
    candidate = judged.assign_coords(model=[*judged["model"].values[:-1], among])
    assert keep_reference(release, mark, candidate.isel(issue=slice(0, 140))) is not None
    assert keep_reference(release, mark, candidate.isel(issue=slice(0, 140)), among) is None
    assert drift_told(drift_found(release, mark, recent, before, among)) == ()
    assert drift_told(drift_found(release, mark, worse, before, among))[0].code == "drift"
    hindcast_drift.reference_file(release, mark).write_bytes(b"no reference")
    (unknown,) = drift_told(drift_found(release, mark, recent, before))
    assert unknown.code == "drift-unknown"
    assert "not a reference of the drift alarm" in unknown.english


def test_a_reference_comes_back_as_it_was_kept(hindcast: xr.Dataset, tmp_path: Path) -> None:
    made = reference_of(hindcast.isel(issue=slice(0, 140)), "published", QUICK.drift)
    write_reference(made, tmp_path / "drift.npz")
    again = read_reference(tmp_path / "drift.npz")
    recent = hindcast.isel(issue=slice(140, None))
    assert drift_state(again, recent, QUICK.drift) == drift_state(made, recent, QUICK.drift)
