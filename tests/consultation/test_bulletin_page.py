"""The bulletin as a reader gets it: whole, safe, repeatable, and honest about what is missing."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from consultation.bulletin import write_bulletin
from consultation.warnings import write_warnings
from foundation.errors import InputError
from foundation.provenance import Manifest

MakeRun = Callable[..., Path]
VOID = {"meta", "link", "br", "img", "input", "hr", "path", "use"}


class Reader(HTMLParser):
    """Collects tags and attributes, and checks that elements close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, make_run: MakeRun) -> str:
    folder = make_run(tmp_path_factory.mktemp("bulletin") / "run")
    write_warnings(folder)
    return write_bulletin(folder).read_text(encoding="utf-8")


def test_page_holds_every_part_in_chinese(page: str) -> None:
    words = "".join(read(page).text)
    for expected in (
        "乌鲁木齐-昌吉-石河子 / 奎屯-独山子-乌苏 空气质量预报会商材料",
        "草稿：待会商签发",
        "起报时间 2026-12-10 00:00",
        "橙色预警",
        "须经有权人员",
        "今日缺失与降级",
        "未接入气象预报",
        "首要污染物",
        "今日 不计入",
        "第3天",
        "准噶尔盆地",
        "博格达峰",
        "持续性",
        "damped persistence",
        "签字",
    ):
        assert expected in words
    for place in ("乌鲁木齐", "昌吉", "石河子", "五家渠", "奎屯", "独山子", "乌苏", "克拉玛依"):
        assert words.count(place) >= 2


def test_page_loads_nothing(page: str) -> None:
    for tag, attributes in read(page).tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "embed", "base"}
        for name, value in attributes.items():
            if name in {"src", "href", "xlink:href", "action", "data"}:
                assert value is not None
                assert value.startswith("#")
            assert not name.startswith("on")
    assert "@import" not in page
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", page))


def test_ids_are_unique_and_references_meet(page: str) -> None:
    attributes = [found for _, found in read(page).tags]
    identifiers = [found["id"] for found in attributes if "id" in found]
    assert len(set(identifiers)) == len(identifiers)
    used = {str(found["xlink:href"])[1:] for found in attributes if "xlink:href" in found}
    used |= set(re.findall(r"url\(#([^)]*)\)", page))
    assert used <= set(identifiers)


def test_text_of_figures_stays_text(page: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(drawings) == 1 + 2 * 10
    for drawing in drawings:
        assert ">合成数据 SYNTHETIC</text>" in drawing
        assert not re.search(r"@\d+@", drawing)
        assert "DejaVu" not in drawing


def test_colours_of_the_standard_always_come_with_words(page: str) -> None:
    chips = re.findall(r'<span class="chip" style="background:([^;]*);color:([^"]*)">([^<]+)', page)
    assert {colour for colour, _, _ in chips} >= {
        "#00e400",
        "#ffff00",
        "#ff7e00",
        "#ff0000",
        "#99004c",
        "#7e0023",
    }
    assert all(words.strip() for _, _, words in chips)


def test_same_run_gives_the_same_bytes_and_no_font_is_looked_for(
    tmp_path: Path, make_run: MakeRun, caplog: pytest.LogCaptureFixture
) -> None:
    folder = make_run(tmp_path / "run", hourly=False)
    with caplog.at_level(logging.DEBUG, logger="matplotlib.font_manager"):
        first = write_bulletin(folder).read_bytes()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert write_bulletin(folder).read_bytes() == first


def test_bare_forecast_gives_a_page_that_says_what_is_missing(tmp_path: Path, make_run: MakeRun) -> None:
    page = write_bulletin(make_run(tmp_path / "run", hourly=False, complete=False)).read_text(
        encoding="utf-8"
    )
    for expected in (
        "缺近期实测（observations.nc）",
        "缺预报检验（verification.json）",
        "缺输入与版本清单（manifest.json）",
        "无逐小时预报，按日历日评估",
        "本次无逐小时预报",
        "无近期实测，仅示预报",
        "无昨日检验",
        "无近期评分",
        "无输入清单",
        "奎屯-独山子-乌苏无预报：乌苏、胡杨河",
    ):
        assert expected in page


def test_broken_companions_are_named_and_the_rest_still_shown(tmp_path: Path, make_run: MakeRun) -> None:
    folder = make_run(tmp_path / "run", hourly=False)
    (folder / "observations.nc").write_bytes(b"rubbish")
    (folder / "verification.json").write_text('{"scores": [', encoding="utf-8")
    (folder / "manifest.json").write_text("[]", encoding="utf-8")
    page = write_bulletin(folder).read_text(encoding="utf-8")
    assert "近期实测不可用（observations.nc）" in page
    assert "预报检验不可用（verification.json）" in page
    assert "expected a JSON object, got list" in page
    assert "乌鲁木齐" in page


def test_unverified_rules_are_marked(
    tmp_path: Path, make_run: MakeRun, make_forecast: Callable[..., Any], page: str
) -> None:
    folder = make_run(tmp_path / "run", hourly=False, complete=False)
    old = make_forecast({"urumqi": (60.0, 60.0)}, reference=np.datetime64("2016-01-09T16:00", "ns"))
    old.to_netcdf(folder / "forecast.nc")
    assert "阈值待核实" in write_bulletin(folder).read_text(encoding="utf-8")
    assert "阈值待核实" not in page


def test_measured_products_are_not_stamped(tmp_path: Path, make_run: MakeRun) -> None:
    page = write_bulletin(make_run(tmp_path / "run", hourly=False, complete=False, synthetic=False))
    assert "SYNTHETIC" not in page.read_text(encoding="utf-8")


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>&{{ 7 * 7 }}'


def test_hostile_text_is_only_text(
    tmp_path: Path, make_run: MakeRun, make_forecast: Callable[..., Any]
) -> None:
    folder = make_run(tmp_path / "run", hourly=False)
    course = {"urumqi": (60.0, 151.0), HOSTILE: (60.0, 151.0)}
    make_forecast(course).assign_attrs(model=HOSTILE).to_netcdf(folder / "forecast.nc")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["degradations"][0]["chinese"] = HOSTILE
    manifest["inputs"][0]["path"] = f"/secret/folder/{HOSTILE.replace('/', '')}"
    manifest["versions"][HOSTILE] = HOSTILE
    Manifest.model_validate(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    verification = {
        "yesterday": [{"place": HOSTILE, "valid_day": HOSTILE, "forecast": HOSTILE}],
        "scores": None,
    }
    (folder / "verification.json").write_text(json.dumps(verification), encoding="utf-8")
    write_warnings(folder)
    page = write_bulletin(folder).read_text(encoding="utf-8")
    test_page_loads_nothing(page)
    reader = read(page)
    assert "alert(1)" in "".join(reader.text)
    assert "{{ 7 * 7 }}" in "".join(reader.text)
    assert "/secret/folder" not in page


SCORE = {"place": "urumqi", "lead_hours": 24, "pollutant": "pm25", "model": "published", "mae": 3.0}


@pytest.mark.parametrize(
    "verification",
    [
        {},
        {"period": None, "scores": None, "yesterday": None},
        {"scores": [SCORE | {"lead_hours": None}]},
        {"scores": [{key: value for key, value in SCORE.items() if key != "place"}], "yesterday": [{}]},
        {"scores": [SCORE | {"n": None, "crps": float("nan"), "coverage80": None}]},
    ],
)
def test_nulls_in_verification_are_dashes(
    tmp_path: Path, make_run: MakeRun, verification: dict[str, Any]
) -> None:
    folder = make_run(tmp_path / "run", hourly=False, complete=False)
    (folder / "verification.json").write_text(json.dumps(verification), encoding="utf-8")
    page = write_bulletin(folder).read_text(encoding="utf-8")
    read(page)
    assert "nan" not in "".join(read(page).text)


def test_scores_stand_beside_the_floor(page: str) -> None:
    table = page[page.index("近期评分") :]
    # day 1: 30.1 against 33.6 is 10 % better, over four places of 118 cases
    first = table[table.index("第1天") : table.index("第2天")]
    assert re.findall(r">([\d.+%]+)<", first) == [
        "30.1",
        "33.6",
        "47.0",
        "+10%",
        "21.1",
        "23.5",
        "32.9",
        "79%",
    ]
    assert "472 (4地)" in first


def test_forecast_is_needed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        write_bulletin(tmp_path)


def test_warnings_that_cannot_be_used_are_named_and_made_anew(
    tmp_path: Path, make_run: MakeRun, make_forecast: Callable[..., Any]
) -> None:
    folder = make_run(tmp_path / "run", hourly=False, complete=False)
    assert "缺预警建议（warnings.json），已按预报重新评估" in write_bulletin(folder).read_text("utf-8")
    write_warnings(folder)
    whole = write_bulletin(folder).read_text("utf-8")
    assert "warnings.json" not in whole
    later = make_forecast({"urumqi": (60.0, 60.0)}, reference=np.datetime64("2026-12-10T16:00", "ns"))
    (folder / "forecast.nc").rename(folder / "kept.nc")
    later.to_netcdf(folder / "forecast.nc")
    assert "made from another forecast" in write_bulletin(folder).read_text("utf-8")
    (folder / "kept.nc").replace(folder / "forecast.nc")
    for broken, told in (('{"format": "x"}', "not a document of proposals"), ("{", "cannot be read as JSON")):
        (folder / "warnings.json").write_text(broken, encoding="utf-8")
        page = write_bulletin(folder).read_text("utf-8")
        assert "预警建议不可用（warnings.json），已按预报重新评估" in page
        assert told in page
        assert read(page).text[:20] == read(whole).text[:20]
