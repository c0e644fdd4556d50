"""Dust on the bulletin and among the warnings: forecast, calm, measured, broken; its figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from PIL import Image

from consultation.bulletin import write_bulletin
from consultation.bulletin.dust import FIGURES, LOOP_FILE
from consultation.dust_page.document import DUST_FILE, FORMAT
from consultation.dust_page.hovmoeller import draw_hovmoeller
from consultation.dust_page.maps import draw_loop, draw_maps, dust_pm10
from consultation.warnings import write_warnings
from foundation.errors import InputError
from tests.consultation import test_bulletin_page as bulletin_page
from tests.consultation.test_bulletin_page import read

MakeRun = Callable[..., Path]
REFERENCE = "2026-12-09T16:00:00Z"
NO_SIGNAL = {"number": 0, "chinese": "无", "english": "none"}
YELLOW = {"number": 1, "chinese": "黄色", "english": "yellow"}
PASSAGE: dict[str, Any] = {
    "place": "kuitun", "chinese": "奎屯", "english": "Kuitun", "arrival": "2026-12-10T01:00:00Z",
    "peak_time": "2026-12-10T03:00:00Z", "end": "2026-12-10T09:00:00Z", "peak_ug_m3": 1245.4,
    "lowest_visibility_m": 812.0, "strongest_wind_m_s": 17.2,
    "grade": {"number": 3, "chinese": "沙尘暴", "english": "sandstorm"}, "signal": YELLOW,
    "likely": {"blowing_sand": 0.97, "dust_storm": 0.4}, "probability": {"150": 0.99, "420": 0.8},
    "advice": [{"chinese": "健康防护：关闭门窗。", "english": "Health: windows shut."}],
}  # fmt: skip
OBSERVED = {
    "place": "urumqi", "chinese": "乌鲁木齐", "english": "Urumqi", "start": "2026-12-08T02:00:00Z",
    "peak_time": "2026-12-08T03:00:00Z", "end": "2026-12-08T15:00:00Z", "peak_ug_m3": 691.0, "ongoing": True,
    "evidence": "PM10 691 µg/m³",
}  # fmt: skip
RULE = {"chinese": "统计识别", "english": "statistical detector"}


def document(**facts: Any) -> dict[str, Any]:
    base = {
        "format": FORMAT, "reference_time": REFERENCE, "synthetic": True, "state": "forecast", "hours": 168,
        "above_ug_m3": 150.0, "passages": [PASSAGE], "observed": [OBSERVED], "rule": RULE,
        "thresholds": [
            {"chinese": "艾比湖", "english": "Ebinur", "factor": 0.84, "relative_deviation": 0.05}
        ],
    }  # fmt: skip
    return base | facts


@pytest.fixture
def folder(tmp_path: Path, make_run: MakeRun) -> Path:
    return make_run(tmp_path / "run")


def page_with(folder: Path, held: dict[str, Any]) -> str:
    (folder / DUST_FILE).write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
    write_warnings(folder)
    return write_bulletin(folder).read_text(encoding="utf-8")


def words_of(page: str) -> str:
    section = page[page.index("、沙尘 <span") : page.index("、检验 <span")]
    return "".join(read(section[section.index("</h2>") + 5 : section.rindex("</section>")]).text)


def test_a_passage_is_told_with_grade_signal_and_chances(folder: Path) -> None:
    page = page_with(folder, document())
    words = words_of(page)
    for expected in (
        "奎屯", "12-10 09:00", "12-10 11:00", "1245", "0.8 km", "沙尘暴", "黄色", ">95%",
        "80%", "40%",
        "艾比湖 0.84±0.04", "健康防护", "仍在持续", "691", "合成数据 SYNTHETIC",
    ):  # fmt: skip
        assert expected in words, expected
    assert "六、沙尘" in page
    assert page.count('class="foreseen"') == 1
    table = page[page.index('<table class="forecast">') : page.index("四、预报图")]
    assert "奎屯" in table[: table.index("模式沙尘")].rsplit("<tr>", 1)[-1]
    assert "七、检验" in page
    bulletin_page.test_page_loads_nothing(page)


def test_the_end_of_dust_that_goes_on_is_not_invented(folder: Path) -> None:
    words = words_of(page_with(folder, document(passages=[PASSAGE | {"end": None}], observed=[])))
    assert "仍在持续" in words


def test_a_signal_stands_beside_the_warnings_and_changes_none(folder: Path) -> None:
    page_with(folder, document())
    with_dust = json.loads((folder / "warnings.json").read_text(encoding="utf-8"))
    (signal,) = with_dust["dust_signals"]
    assert signal["place"] == "kuitun"
    assert signal["level"]["chinese"] == "黄色"
    assert "12小时" in signal["reason"]["chinese"]
    assert signal["signed"] == {"who": "", "when": ""}
    page_with(folder, document(passages=[PASSAGE | {"signal": NO_SIGNAL}]))
    without = json.loads((folder / "warnings.json").read_text(encoding="utf-8"))
    assert without["dust_signals"] == []
    assert without["proposals"] == with_dust["proposals"]


def test_a_calm_forecast_and_no_forecast(folder: Path) -> None:
    calm = words_of(page_with(folder, document(state="calm", passages=[], thresholds=[], observed=[])))
    assert "不足以起沙" in calm
    seen = words_of(page_with(folder, document(state="absent", passages=[], thresholds=[])))
    assert "乌鲁木齐" in seen
    assert "预报：到达" not in seen
    none = page_with(folder, document(state="absent", passages=[], thresholds=[], observed=[], rule=None))
    assert "、沙尘 <span" not in none


def test_a_broken_document_is_told_and_the_page_made(folder: Path) -> None:
    (folder / DUST_FILE).write_text('{"state": "storm"}', encoding="utf-8")
    page = write_bulletin(folder).read_text(encoding="utf-8")
    assert "、沙尘 <span" not in page
    assert "dust.json" in page
    with pytest.raises(InputError, match="not a document of dust"):
        write_warnings(folder)


@pytest.fixture(scope="module")
def pm10() -> xr.DataArray:
    lon, lat = np.arange(70.5, 100, 1.0), np.arange(34.5, 50, 1.0)
    leads = np.arange(1, 28).astype("timedelta64[h]").astype("timedelta64[ns]")
    centre = 76 + 0.7 * np.arange(27)
    cloud = np.exp(-((lon[None, None] - centre[:, None, None]) ** 2 + (lat[None, :, None] - 44.5) ** 2) / 9)
    values = np.stack([1500e-9 * cloud, 500e-9 * cloud], 1).astype(np.float32)
    fields = xr.Dataset(
        {"concentration": (("lead_time", "species", "y", "x"), values, {"units": "kg m-3"})},
        {"reference_time": np.datetime64("2026-04-01T08", "ns"), "lead_time": leads, "y": lat, "x": lon,
         "species": ["pm10", "pm25"]},
    )  # fmt: skip
    return dust_pm10(fields)


def test_values_are_in_the_units_people_read(pm10: xr.DataArray) -> None:
    assert float(pm10.max()) == pytest.approx(1500, rel=0.05)
    assert str(pm10["valid_time"].values[0]) == "2026-04-01T09:00:00.000000000"


def test_figures_show_the_dust(pm10: xr.DataArray, tmp_path: Path) -> None:
    maps, course = FIGURES
    draw_maps(pm10, tmp_path / maps, synthetic=True)
    draw_hovmoeller(pm10, tmp_path / course, synthetic=True)
    count = draw_loop(pm10, tmp_path / LOOP_FILE, synthetic=True, every_h=9)
    with Image.open(tmp_path / LOOP_FILE) as loop:
        assert loop.n_frames == count == 3
        first = np.asarray(loop.convert("RGB")).astype(int)
        loop.seek(2)
        last = np.asarray(loop.convert("RGB")).astype(int)
    assert (np.abs(first - last).sum(-1) > 60).mean() > 0.02
    for name in FIGURES:
        with Image.open(tmp_path / name) as drawn:
            pixels = np.asarray(drawn.convert("RGB")).astype(int)
        brown = (pixels[..., 0] > 150) & (pixels[..., 2] < 90) & (pixels[..., 1] < 150)
        assert brown.mean() > 0.002, name


def test_days_of_the_learned_forecast_stand_by_place(folder: Path) -> None:
    day = {"chinese": "哈密", "english": "Hami", "place": "hami", "above": {"150": 0.33, "420": 0.02}}
    near = {"chinese": "奎屯", "english": "Kuitun", "place": "kuitun", "above": {"150": 0.12, "420": 0.0}}
    days = [
        day | {"day": "2026-12-10", "probability": 0.61, "warned": True},
        near | {"day": "2026-12-10", "probability": 0.07, "warned": False},
        day | {"day": "2026-12-11", "probability": 0.44, "warned": False},
        near | {"day": "2026-12-11", "probability": 0.06, "warned": False},
    ]
    far = day | {
        "chinese": "喀什",
        "place": "kashgar",
        "day": "2026-12-10",
        "probability": 0.1,
        "warned": True,
    }
    words = words_of(
        page_with(
            folder, document(state="absent", passages=[], observed=[], days=[*days, far | {"warned": True}])
        )
    )
    assert "12-10" in words
    assert "12-11" in words
    assert words.index("奎屯") < words.index("哈密")
    assert "61% 沙尘" in words
    assert "44% 沙尘" not in words
    assert "喀什" not in words
