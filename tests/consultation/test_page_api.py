"""The read API over a small store: every view, what is missing, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from fastapi.testclient import TestClient

from consultation.page.application import create_app
from consultation.warnings import write_warnings
from tests.consultation.page_store import BEFORE, RUN, STAMP, config_of, write_store


@pytest.fixture(scope="module")
def store(
    tmp_path_factory: pytest.TempPathFactory, make_run: Callable[..., Path], make_forecast: Callable[..., Any]
) -> Path:
    root = write_store(tmp_path_factory.mktemp("page"), make_run, make_forecast)
    write_warnings(root / "runs" / "demo" / STAMP)
    return root


@pytest.fixture(scope="module")
def page(store: Path) -> Iterator[TestClient]:
    with TestClient(create_app(config_of(store))) as client:
        yield client


def got(page: TestClient, path: str, **query: Any) -> Any:
    answer = page.get(f"/api{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_latest_run_and_all_runs_are_told(page: TestClient) -> None:
    status = got(page, "/status")
    assert status["latest"]["id"] == RUN
    assert status["latest"]["reference_shown"] == "2026-12-10 00:00"
    assert status["newer_broken"] == []
    runs = got(page, "/runs")
    assert [one["id"] for one in runs["runs"]] == [RUN, BEFORE]
    assert runs["total"] == 2
    assert [one["id"] for one in got(page, "/runs", first=1, count=1)["runs"]] == [BEFORE]
    assert got(page, "/runs", domain="elsewhere")["runs"] == []
    detail = got(page, f"/runs/{RUN}")
    assert detail["degradations"][0]["code"] == "no-weather"
    assert detail["inputs"][0]["file"] == "urumqi.csv"


def test_today_puts_regions_first_and_keeps_the_published_numbers(page: TestClient, store: Path) -> None:
    today = got(page, "/runs/latest/today")
    assert [area["id"] for area in today["areas"]][:3] == ["wu-chang-shi", "kui-du-wu", "urumqi"]
    urumqi = today["areas"][2]
    forecast = xr.load_dataset(store / "runs/demo" / STAMP / "forecast.nc", decode_timedelta=True)
    published = forecast.sel(place="urumqi", quantile=0.5, pollutant="pm25").isel(reference_time=0)
    for at, cell in enumerate(urumqi["days"]):
        assert cell["pm25"]["median"] == pytest.approx(1e9 * float(published["concentration"][at]), abs=0.05)
        assert cell["aqi"]["median"] == float(published["aqi"][at])
        assert cell["level"] == int(published["level"][at])
        assert cell["heavy"] == pytest.approx(sum(cell["probability"][4:]), abs=0.002)
    assert urumqi["days"][0]["day"] == "2026-12-10"
    assert next(area for area in today["areas"] if area["id"] == "karamay")["days"][2]["dust"] is True
    assert today["warnings"]["highest"] >= 1
    assert "口径不同" in today["warnings"]["index_note"]["chinese"]
    assert today["lacking"] == []


def test_a_frame_is_the_stored_field_to_its_rounding(page: TestClient, store: Path) -> None:
    answer = page.get(
        f"/api/runs/{RUN}/map/frames", params={"layer": "pm25", "first": 30, "count": 3, "stride": 2}
    )
    facts = json.loads(answer.headers["x-frames"])
    codes = np.frombuffer(answer.content, "<u2").reshape(
        facts["frames"], facts["components"], facts["ny"], facts["nx"]
    )
    with xr.open_zarr(
        store / "runs/demo" / STAMP / "fields.zarr", chunks=None, decode_timedelta=True
    ) as fields:
        truth = 1e9 * fields["concentration"].sel(species="pm25").values[30:33, ::2, ::2]
    read = facts["offset"] + facts["scale"] * codes[:, 0]
    assert np.abs(read - truth).max() <= 0.51 * facts["scale"]
    assert facts["largest"] == pytest.approx(truth.max(), rel=1e-6)


def test_a_day_of_the_map_is_the_mean_of_its_hours(page: TestClient, store: Path) -> None:
    answer = page.get(f"/api/runs/{RUN}/map/frames", params={"layer": "pm25", "step": "day", "first": 1})
    facts = json.loads(answer.headers["x-frames"])
    with xr.open_zarr(
        store / "runs/demo" / STAMP / "fields.zarr", chunks=None, decode_timedelta=True
    ) as fields:
        truth = 1e9 * fields["concentration"].sel(species="pm25").values[24:48].mean(axis=0)
    read = facts["offset"] + facts["scale"] * np.frombuffer(answer.content, "<u2").astype(float)
    assert np.abs(read.reshape(truth.shape) - truth).max() <= facts["scale"]


def test_layers_say_what_is_there_and_why_not(page: TestClient) -> None:
    layers = {one["id"]: one for one in got(page, f"/runs/{RUN}/map")["layers"]}
    assert layers["pm25"]["available"]
    assert layers["pm25"]["days"][0] == "2026-12-10"
    assert layers["wind"]["kind"] == "vector"
    assert not layers["dust"]["available"]
    assert "沙尘" in layers["dust"]["reason"]["chinese"]
    wind = page.get(f"/api/runs/{RUN}/map/frames", params={"layer": "wind", "first": 50})
    facts = json.loads(wind.headers["x-frames"])
    codes = np.frombuffer(wind.content, "<u2").reshape(1, 2, facts["ny"], facts["nx"])
    assert (facts["offset"] + facts["scale"] * codes)[0, :, 0, 0].tolist() == pytest.approx(
        [7.0, 0.0], abs=1e-3
    )
    older = {one["id"]: one for one in got(page, f"/runs/{BEFORE}/map")["layers"]}
    assert not older["wind"]["available"]
    assert not older["pm25"]["available"]


def test_a_place_has_its_measured_and_forecast_courses(page: TestClient) -> None:
    urumqi = got(page, f"/runs/{RUN}/places/urumqi")
    assert len(urumqi["median"]) == len(urumqi["times"]) == 168
    assert urumqi["times"][0] == "2026-12-09T17:00:00Z"
    assert urumqi["days"][23] == "2026-12-10"
    assert urumqi["measured"]["times"][-1] == "2026-12-09T16:00:00Z"
    assert None in urumqi["measured"]["values"]
    low, high = urumqi["quantiles"][0]["values"], urumqi["quantiles"][-1]["values"]
    assert all(a <= m <= b for a, m, b in zip(low, urumqi["median"], high, strict=True))
    assert len(urumqi["model"]["values"]) == 120
    assert got(page, f"/runs/{RUN}/places/urumqi", pollutant="o3_8h")["pollutant"] == "o3"
    region = got(page, f"/runs/{RUN}/places/wu-chang-shi", averaging="day")
    assert region["median"] == [90.0, 120.0, 160.0]
    assert region["measured"] is None
    assert page.get(f"/api/runs/{RUN}/places/wu-chang-shi").status_code == 404


def test_earlier_forecasts_stand_beside(page: TestClient) -> None:
    fan = got(page, f"/runs/{RUN}/places/urumqi/previous")
    assert [one["run"] for one in fan["issues"]] == [BEFORE]
    assert fan["issues"][0]["days"][0] == "2026-12-09"
    assert got(page, f"/runs/{BEFORE}/places/urumqi/previous")["absent"]["chinese"]


@pytest.mark.parametrize("by", ["sector", "region", "nearness", "source"])
def test_contributions_sum_to_what_is_published(page: TestClient, by: str) -> None:
    told = got(page, f"/runs/{RUN}/places/urumqi/contributions", averaging="day", by=by)
    total = np.sum([group["values"] for group in told["groups"]], axis=0)
    assert total == pytest.approx(np.array(told["published"]), abs=0.4)
    assert told["explained"] == pytest.approx([0.9] * 7)
    assert told["days"][0] == "2026-12-10"
    daily = got(page, f"/runs/{RUN}/places/urumqi", averaging="day")
    assert told["published"] == pytest.approx(daily["median"], abs=0.11)


def test_the_matrix_and_the_map_of_a_source_say_the_same(page: TestClient) -> None:
    matrix = got(page, f"/runs/{RUN}/sources/matrix", by="sector", day="2026-12-12")
    row = next(one for one in matrix["rows"] if one["id"] == "urumqi")
    shown = got(page, f"/runs/{RUN}/map/sources", group="heating", averaging="day")
    place = next(one for one in shown["places"] if one["id"] == "urumqi")
    column = [one["id"] for one in matrix["columns"]].index("heating")
    assert place["values"][2] == pytest.approx(row["values"][column], abs=0.11)
    assert sum(row["percent"]) == pytest.approx(100.0, abs=0.5)
    unknown = page.get(f"/api/runs/{RUN}/map/sources", params={"group": "steam", "averaging": "day"})
    assert unknown.status_code == 422


def test_soundings_and_the_chain_of_questions(page: TestClient) -> None:
    sounding = got(page, f"/runs/{RUN}/places/urumqi/sounding", hour=3)
    assert sounding["time"] == "2026-12-09T20:00:00Z"
    assert sounding["temperature"] == pytest.approx([-13.15, -12.15, -9.15, -13.15])
    assert sounding["course"]["grade"][0] == 5
    assert page.get(f"/api/runs/{RUN}/places/urumqi/sounding", params={"hour": 72}).status_code == 404
    consult = got(page, f"/runs/{RUN}/consult")
    evidence = {one["id"]: one for question in consult["questions"] for one in question["evidence"]}
    assert len(consult["questions"]) == 10
    assert all(one["cites"] or one["absent"] for one in evidence.values())
    turn = evidence["fronts"]["rows"][0]
    assert (turn["time"], turn["speed"]) == ("2026-12-11 17:00", 7.0)
    assert evidence["mixing"]["rows"][0]["inversion"] == pytest.approx(6.0)
    assert evidence["charts"]["absent"]["chinese"]
    assert evidence["last"]["absent"], "the earlier run has no regions"
    assert {row["kind"]["english"] for row in evidence["kind"]["rows"]} == {"fine particles"}


def test_verification_stands_beside_persistence(page: TestClient) -> None:
    view = got(page, f"/runs/{RUN}/verification", place="urumqi")
    scores = {one["model"]: one["scores"]["mae"] for one in view["models"]}
    assert scores["published"][0] == 30.1
    assert set(scores) == {"published", "persistence", "climatology"}
    assert [one["place"] for one in view["yesterday"]] == ["urumqi"]
    issued = {one["day"]: one for one in view["issued"]}
    assert issued["2026-12-09"]["forecasts"] == {"24": pytest.approx(86.4)}
    assert not got(page, f"/runs/{RUN}/verification", place="karamay")["available"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runs/nothing", 422), ("/runs/demo.20200101T000000Z", 404), ("/runs/latest?deep=1", 422),
        ("/runs/latest/places/nowhere", 404), ("/runs/latest/places/..%2F", 404),
        ("/runs/latest/places/urumqi?pollutant=lead", 422),
        ("/runs/latest/map/frames?layer=pm25&count=25", 422),
        ("/runs/latest/map/frames?layer=pm25&first=999", 404), ("/runs/latest/map/frames?layer=nothing", 422),
        ("/runs/latest/map/frames?layer=pm25&layer=pm10", 422), ("/runs/latest/footprints", 404),
        ("/runs/latest/consult?region=atlantis", 404), ("/assessments/none", 404), ("/nothing", 404),
        ("/runs?count=0", 422), ("/runs/latest/sources/matrix?day=2020-01-01", 404),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_one_clear_line(page: TestClient, path: str, status: int) -> None:
    answer = page.get(f"/api{path}")
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["chinese"]
    assert error["english"]
    assert "\n" not in error["english"]


def test_an_answer_is_kept_by_its_revision(page: TestClient) -> None:
    revision = got(page, "/status")["latest"]["revision"]
    lasting = page.get(f"/api/runs/{RUN}/today", params={"v": revision})
    assert "immutable" in lasting.headers["cache-control"]
    asked_again = page.get(f"/api/runs/{RUN}/today")
    assert asked_again.headers["cache-control"] == "private, no-cache"
    same = page.get(f"/api/runs/{RUN}/today", headers={"If-None-Match": asked_again.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    other = page.get(f"/api/runs/{RUN}/map", headers={"If-None-Match": asked_again.headers["etag"]})
    assert other.status_code == 200


def test_the_openapi_document_names_every_bound(page: TestClient) -> None:
    document = got(page, "/openapi.json")
    bare = [
        (path, one["name"])
        for path, item in document["paths"].items()
        for method in item.values()
        for one in method.get("parameters", [])
        if not {"pattern", "enum", "const", "maximum"}
        & set(json.dumps(one["schema"]).replace('"', " ").split())
    ]
    assert bare == []
    assert page.get("/docs").status_code == 404
    assert page.get("/redoc").status_code == 404


def test_the_plain_page_shows_the_days_in_chinese(page: TestClient) -> None:
    text = page.get("/").text
    assert "乌鲁木齐-昌吉-石河子" in text
    assert "虚拟数据" in text
    assert "http" not in text.replace("http-equiv", "")


def test_a_body_too_large_is_refused(page: TestClient) -> None:
    answer = page.post(f"/api/runs/{RUN}/measures", content=b"[" * 200_000)
    assert answer.status_code == 413
