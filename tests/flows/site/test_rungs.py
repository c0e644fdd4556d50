"""The lowest rungs make whole runs; what fails within a run is told; a lower rung replaces no higher one."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from flows import day
from foundation.contracts import FORECAST
from foundation.times import DAY, HOUR
from tests.flows.acquisition.server import Fault, Provider
from tests.flows.command import bogda
from tests.flows.site.published_site import REFERENCE, site_file
from tests.flows.site.test_faults import day as day_of
from tests.flows.site.test_faults import note, whole


@pytest.mark.usefixtures("no_model")
def test_persistence_asks_nobody_and_makes_a_whole_run(provider: Provider, tmp_path: Path) -> None:
    site = site_file(tmp_path, provider.url)
    provider.spoil("/gfs|/ec", Fault("missing"))
    day_of(site, "--reference-time", "2026-11-18T14:00")
    asked = len(provider.requests)
    document = day_of(site, "--rung", "persistence")
    assert len(provider.requests) == asked
    assert document["rung"]["forecast"] == "persistence"
    assert document["rung"]["measurements"] == "carried"
    assert "最新为2026-11-18 14:00" in note(document, "measurements-carried")["chinese"]
    assert "应急预报" in whole(document)
    _whole_forecast(Path(document["run"]) / "forecast.nc")
    _commands_work(document["run"], tmp_path)


def _whole_forecast(file: Path) -> None:
    daily = xr.load_dataset(file, decode_timedelta=True)
    FORECAST.check(daily)
    hourly = xr.load_dataset(file, group="hour", decode_timedelta=True)
    assert daily["reference_time"].values[0] == hourly["reference_time"].values[0] == REFERENCE
    assert daily["lead_time"].values[0] == 8 * HOUR + DAY
    assert (hourly["lead_time"].values == np.arange(1, 169) * HOUR).all()
    assert daily.sizes["lead_time"] == 7
    assert np.isfinite(daily["concentration"]).all()
    assert np.isfinite(hourly["concentration"]).all()
    assert {daily.attrs["model"], hourly.attrs["model"]} == {"damped persistence"}


def _commands_work(run: str, folder: Path) -> None:
    for form in ("html", "csv", "json", "netcdf", "geojson"):
        done = bogda("bulletin", run, "--out", str(folder / f"out.{form}"), "--format", form, "--model")
        assert done.exit_code == 0, done.stderr
        assert (folder / f"out.{form}").stat().st_size > 1000
    assert "应急预报" in html.unescape((folder / "out.html").read_text("utf-8"))


@pytest.mark.usefixtures("no_model")
def test_a_combination_that_fails_falls_to_persistence(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = day.forecast_days

    def failing(daily: Any, time: Any, config: Any, **others: Any) -> Any:
        if len(config.combination.candidates) > 1:
            raise np.linalg.LinAlgError("singular matrix")
        return right(daily, time, config, **others)

    monkeypatch.setattr(day, "forecast_days", failing)
    with pytest.warns(RuntimeWarning, match="singular matrix"):
        document = day_of(site_file(tmp_path, provider.url))
    assert document["rung"] == {
        "weather": "this-cycle",
        "forecast": "persistence",
        "measurements": "complete",
    }
    told = note(document, "forecast-persistence")
    assert "统计组合预报出错" in told["chinese"]
    assert "singular matrix" in told["english"]
    page = whole(document)
    assert page.count(told["chinese"]) == 2
    assert page.index("应急预报 EMERGENCY FORECAST") < page.index("<h2")


@pytest.mark.usefixtures("no_model")
def test_a_lower_rung_replaces_no_higher_one(provider: Provider, tmp_path: Path) -> None:
    site = site_file(tmp_path, provider.url)
    first = day_of(site, "--rung", "statistical")
    assert first["made"]
    assert first["rung"]["weather"] == "not-asked"
    assert note(first, "weather-not-asked")
    lower = day_of(site, "--rung", "persistence")
    assert not lower["made"]
    assert lower["rung"]["forecast"] == "statistical"
    assert "EMERGENCY" not in whole(lower)
    assert not provider.asked("/gfs")
    again = day_of(site, "--rung", "statistical")
    assert not again["made"]
    forced = day_of(site, "--rung", "persistence", "--again")
    assert forced["rung"]["forecast"] == "persistence"


@pytest.mark.usefixtures("no_model")
def test_too_little_time_leaves_the_model_out(provider: Provider, tmp_path: Path) -> None:
    document = day_of(site_file(tmp_path, provider.url), "--minutes", "6")
    assert document["rung"]["weather"] == "not-asked"
    assert "剩余时间不足" in note(document, "weather-not-asked")["chinese"]
    assert not provider.asked("/gfs")


@pytest.mark.usefixtures("no_model")
def test_what_is_expected_and_not_there_is_told(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = tmp_path / "events.jsonl"
    monkeypatch.setenv("BOGDA_EVENTS", str(events))
    monkeypatch.setenv("PATH", str(tmp_path))
    site = site_file(tmp_path, provider.url, "expects: {gpu: true, champion: true}")
    document = day_of(site)
    assert document["rung"]["device"] == "cpu"
    assert document["rung"]["champion"] == "none"
    assert "GPU" in note(document, "device-cpu")["chinese"]
    assert "学习模型未找到" in whole(document)
    told = [json.loads(line) for line in events.read_text("utf-8").splitlines()]
    assert {"step", "rung", "made"} <= {one["event"] for one in told}


@pytest.mark.usefixtures("no_model")
def test_a_verification_that_fails_costs_no_product(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> Any:
        raise RuntimeError("no scores today")

    monkeypatch.setattr(day, "from_predictions", failing)
    with pytest.warns(RuntimeWarning, match="no scores today"):
        document = day_of(site_file(tmp_path, provider.url), "--rung", "statistical")
    assert "检验未能完成" in note(document, "no-verification")["chinese"]
    assert note(document, "no-verification")["chinese"] in whole(document)
