"""The section of the transport model: maps, series, sources, and what happens when they are broken."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from consultation.bulletin import write_bulletin
from consultation.bulletin.field_maps import tint
from consultation.bulletin.source_bars import Source, colours_of
from consultation.physical import read_physical, whole_days
from consultation.warnings import write_warnings
from foundation.errors import BogdaError
from tests.consultation.conftest import REFERENCE
from tests.consultation.model_products import SOURCES, write_model_products
from tests.consultation.test_bulletin_page import (
    read,
    test_ids_are_unique_and_references_meet,
    test_page_loads_nothing,
)

MakeRun = Callable[..., Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, make_run: MakeRun) -> Path:
    made = make_run(tmp_path_factory.mktemp("transport") / "run")
    write_model_products(made, REFERENCE)
    write_warnings(made)
    return made


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return write_bulletin(folder).read_text(encoding="utf-8")


def section(page: str) -> str:
    return page[page.index("数值模式 <span") : page.index("、检验 <span")]


def test_the_section_shows_maps_series_and_sources(page: str) -> None:
    shown = section(page)
    words = "".join(read(shown[shown.index("</h2>") + 5 : shown.rindex("</section>")]).text)
    for expected in ("近地面PM2.5日均分布", "12-10", "12-14", "乌昌石供热", "区域外输入", "合计", "石河子"):
        assert expected in words
    assert shown.count("<svg") == 5 + 5 + 1
    assert "12-15 日均" not in words
    assert "六、数值模式" in page
    assert "七、检验" in page.replace("\n", "")


def test_every_figure_of_made_up_weather_is_stamped(page: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", section(page), flags=re.DOTALL)
    assert all("合成数据 SYNTHETIC" in drawing for drawing in drawings)


def test_the_page_still_needs_nothing_else(page: str) -> None:
    test_page_loads_nothing(page)
    test_ids_are_unique_and_references_meet(page)
    assert len(page.encode()) < 3_000_000


def test_table_of_sources_sums_to_what_is_published(page: str, folder: Path) -> None:
    table = section(page)[section(page).index('class="sources published"') :]
    table = table[table.index("<tbody>") : table.index("</tbody>")]
    rows = [re.findall(r"<td>(?:<b>)?([\d.]+)", row) for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)]
    assert len(rows) == len(SOURCES) + 2
    values = np.array(rows, dtype=float)
    np.testing.assert_allclose(values[:-1].sum(axis=0), values[-1], atol=0.05 * len(rows))
    forecast = xr.load_dataset(folder / "forecast.nc", decode_timedelta=True)["concentration"]
    median = forecast.sel(place="urumqi", pollutant="pm25").sel(quantile=0.5, method="nearest")
    assert values[-1, 0] == pytest.approx(1e9 * float(median.isel(lead_time=slice(3)).mean()), abs=0.05)
    assert values[-2, 0] == pytest.approx(0.1 * values[-1, 0], abs=0.1)


def test_local_and_transported_shares_have_ranges(page: str) -> None:
    shown = section(page)
    words = "".join(read(shown[shown.index("<h3>发布预报的PM") : shown.rindex("</section>")]).text)
    for expected in ("本地", "区域外", "未解析", "10%", "90%区间"):
        assert expected in words


def test_a_run_without_contributions_says_so_and_broken_ones_are_named(
    tmp_path: Path, make_run: MakeRun
) -> None:
    folder = make_run(tmp_path / "run", hourly=False)
    write_model_products(folder, REFERENCE, 24)
    made = xr.load_dataset(folder / "contributions.nc", decode_timedelta=True)
    made["contribution"] = made["contribution"] * 1.1
    made["contribution"].attrs["units"] = "kg m-3"
    made.to_netcdf(folder / "contributions.nc")
    page = write_bulletin(folder).read_text(encoding="utf-8")
    assert "本次运行没有发布预报的来源贡献" in page
    assert "来源贡献不可用（contributions.nc）" in page


def test_without_a_model_the_page_is_as_before(tmp_path: Path, make_run: MakeRun) -> None:
    page = write_bulletin(make_run(tmp_path / "run", hourly=False)).read_text(encoding="utf-8")
    assert "数值模式" not in page
    assert "六、检验" in page


def test_measured_input_leaves_the_section_unstamped(tmp_path: Path, make_run: MakeRun) -> None:
    folder = make_run(tmp_path / "run", hourly=False, complete=False, synthetic=False)
    write_model_products(folder, REFERENCE, 30, synthetic=False)
    page = write_bulletin(folder).read_text(encoding="utf-8")
    assert "SYNTHETIC" not in page
    assert section(page).count("<svg") == 1 + 5 + 1


def without_contributions(folder: Path) -> None:
    (folder / "tags.nc").unlink()


def broken_zarr(folder: Path) -> None:
    shutil.rmtree(folder / "fields.zarr")
    (folder / "fields.zarr").mkdir()


def missing_values(folder: Path) -> None:
    fields = xr.load_dataset(folder / "fields.zarr", engine="zarr", decode_timedelta=True)
    fields["concentration"][0, 0, 0, 0] = np.nan
    fields.drop_encoding().to_zarr(folder / "fields.zarr", mode="w", zarr_format=2, consolidated=True)


def open_sum(folder: Path) -> None:
    made = xr.load_dataset(folder / "tags.nc", decode_timedelta=True)
    made["contribution"] = made["contribution"] * 1.01
    made["contribution"].attrs["units"] = "kg m-3"
    made.to_netcdf(folder / "tags.nc")


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (without_contributions, "tags.nc"),
        (broken_zarr, "fields.zarr"),
        (missing_values, "no missing value"),
        (open_sum, "sources to sum to the published value"),
    ],
)
def test_broken_products_are_named_and_the_rest_is_shown(
    tmp_path: Path, make_run: MakeRun, harm: Callable[[Path], None], message: str
) -> None:
    folder = make_run(tmp_path / "run", hourly=False)
    write_model_products(folder, REFERENCE, 24)
    harm(folder)
    with pytest.raises(BogdaError, match=message):
        read_physical(folder)
    page = write_bulletin(folder).read_text(encoding="utf-8")
    assert "数值模式产品不可用（fields.zarr）" in page
    assert "乌鲁木齐" in page
    assert "六、检验" in page


def test_only_whole_beijing_days_are_mapped() -> None:
    hours = np.arange(1, 61) * np.timedelta64(1, "h")
    hourly = xr.Dataset(
        coords={"reference_time": np.datetime64("2026-11-20T08:00", "ns"), "lead_time": hours}
    )
    days = whole_days(hourly)
    assert days == [(np.datetime64("2026-11-21"), slice(8, 32)), (np.datetime64("2026-11-22"), slice(32, 56))]


def test_tints_keep_the_hue_and_lighten() -> None:
    assert tint("#ff0000") == "#ff7373"
    assert tint("#ffffff") == "#ffffff"


def test_sources_differ_in_colour() -> None:
    pairs = [(sector, region) for sector in "abcd" for region in "xyz"]
    pairs += [("boundary", "boundary"), ("initial", "initial")]
    sources = tuple(Source(f"{sector}.{region}", "", "", sector, region) for sector, region in pairs)
    assert len(set(colours_of(sources).values())) == len(sources)
