"""Evidence of the consultation page whose truth is known: pressure from profiles, grounds in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from fastapi.testclient import TestClient

from consultation.page.application import create_app
from consultation.page.views.evidence_of_pressure import at_pressure
from tests.consultation.page_store import RUN, STAMP, change_manifest, config_of, write_store

SCALE_HEIGHT_M = 8000.0


def air(ground: np.ndarray) -> xr.Dataset:
    """Profiles whose pressure falls by e in 8 km, above a ground pressure of each hour, Pa."""
    height = np.array([2.0, 500.0, 1500.0, 4000.0])
    pressure = ground[:, None] * np.exp(-height / SCALE_HEIGHT_M)
    dims = ("lead_time", "level")
    return xr.Dataset({"height_above_ground": ("level", height), "air_pressure": (dims, pressure)})


def test_the_height_of_a_pressure_is_the_closed_form() -> None:
    ground = np.array([92000.0, 90000.0])
    height = at_pressure(air(ground), "height_above_ground", 70000.0)
    assert height == pytest.approx(SCALE_HEIGHT_M * np.log(ground / 70000.0))


def test_a_pressure_beyond_the_profile_is_not_known() -> None:
    profile = air(np.array([92000.0]))
    assert np.isnan(at_pressure(profile, "height_above_ground", 50000.0)).all()
    assert np.isnan(at_pressure(profile, "height_above_ground", 95000.0)).all()


@pytest.fixture
def folder(tmp_path: Path, make_run: Callable[..., Path], make_forecast: Callable[..., Any]) -> Path:
    return write_store(tmp_path, make_run, make_forecast) / "runs/demo" / STAMP


def evidence(folder: Path) -> dict[str, Any]:
    with TestClient(create_app(config_of(folder.parents[2]))) as page:
        asked = page.get(f"/api/runs/{RUN}/consult").json()
    return {one["id"]: one for question in asked["questions"] for one in question["evidence"]}


def test_falling_heights_are_told_as_a_trough_and_charts_as_absent(folder: Path) -> None:
    with xr.open_dataset(folder / "profiles.nc", decode_timedelta=True) as opened:
        held = opened.load()
    high = held.assign(height_above_ground=("level", np.array([2.0, 100.0, 400.0, 4000.0])))
    hours = np.arange(held.sizes["lead_time"])
    falling = 92000.0 - 2000.0 * np.clip((hours - 23) / 24.0, 0.0, 1.0)
    pressure = falling[:, None] * np.exp(-high["height_above_ground"].values / SCALE_HEIGHT_M)
    high["air_pressure"] = (("lead_time", "level", "place"), pressure[..., None])
    (folder / "profiles.nc").unlink()
    high.to_netcdf(folder / "profiles.nc")
    told = evidence(folder)["charts"]
    assert told["absent"] is None
    rows = told["rows"]
    assert rows[0]["change"] == pytest.approx(SCALE_HEIGHT_M * np.log(falling[24] / falling[0]), abs=1)
    worst = min(rows, key=lambda row: row["change"])
    assert worst["change"] == pytest.approx(SCALE_HEIGHT_M * np.log(falling[47] / falling[24]), abs=4)
    assert worst["way"]["chinese"].startswith("降")
    assert worst["surface"] < -15.0
    assert "降" in told["statement"]["chinese"]
    assert "无天气图" in told["statement"]["chinese"]


def test_grounds_are_words_in_the_chinese_page(folder: Path) -> None:
    models = {
        "day": "published", "region": "published with dust-aware-3", "hour": "published",
        "physical": "tagged transport model",
        "emissions": "内置先验清单（非实测） Built-in prior 4876a4280702",
    }  # fmt: skip
    files = [
        {"path": f"/data/{name}", "sha256": "ab" * 32, "size_bytes": 1, "role": role}
        for name, role in (("hours.csv", "observations"), ("wrf.nc", "weather"), ("made.xlsx", "emissions"))
    ]
    change_manifest(folder, models=models, inputs=files)
    rows = evidence(folder)["grounds"]["rows"]
    said = [f"{row['kind']['chinese']}：{row['name']['chinese']}" for row in rows]
    assert said[:8] == [
        "模型：各地逐日预报：统计组合预报",
        "模型：区域逐日预报：统计组合预报，含学习模型 dust-aware-3",
        "模型：逐小时预报：统计组合预报",
        "模型：数值模式：带来源标记的大气输送模式",
        "模型：排放清单：内置先验清单（非实测），版本 4876a4280702",
        "输入文件：监测：hours.csv", "输入文件：气象：wrf.nc", "输入文件：排放：made.xlsx",
    ]  # fmt: skip
    assert all(row["kind"]["chinese"] == "降级" for row in rows[8:])
    english = json.dumps([row["name"]["english"] for row in rows[:8]], ensure_ascii=False)
    assert "Inventory: Built-in prior, version 4876a4280702" in english
    assert not re.search(r"[\u4e00-\u9fff]", english)
