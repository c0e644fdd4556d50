"""Monitoring files: headers, units, encodings, times, bad rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emissions_inventory.monitoring import StackTable, read_monitoring
from emissions_inventory.monitoring.configuration import monitoring_config
from emissions_inventory.monitoring.table import ABSENT, FAULT, NORMAL, STOPPED
from foundation.errors import InputError

CHINESE = (
    "企业名称,排污许可证编号,排口编号,监测时间,二氧化硫实测浓度(mg/m3),氮氧化物实测浓度（mg/m³）,"
    "烟尘实测浓度,含氧量(%),标干流量(万m3/h),状态"
)
ENGLISH = "company,permit,outlet,time,SO2,NOx,PM,O2,flow,status"
ROW = "某厂,P1,001,2026-01-01 01:00,20,40,5,6.0,100,正常"


def file(folder: Path, *rows: str, header: str = CHINESE, encoding: str = "utf-8") -> Path:
    path = folder / "cems.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def test_a_row_is_read_in_our_units_and_its_hour_is_the_one_that_ended(tmp_path: Path) -> None:
    table, reading = read_monitoring(file(tmp_path, ROW), month="2026-01")
    assert table.id.tolist() == ["P1#001"]
    assert table.enterprise.tolist() == ["某厂"]
    assert table.status.shape == (1, 744)
    assert table.hours[0] == np.datetime64("2025-12-31T16:00")
    assert [table.values[name][0, 0] for name in ("so2", "nox", "pm", "oxygen", "flow")] == [
        20,
        40,
        5,
        6,
        1e6,
    ]
    assert table.status[0, 0] == NORMAL
    assert (table.status[0, 1:] == ABSENT).all()
    assert np.isnan(table.values["so2"][0, 1:]).all()
    assert (reading.rows, reading.outside, reading.bad_rows) == (1, 0, 0)


@pytest.mark.parametrize(
    ("header", "encoding"),
    [(CHINESE, "utf-8-sig"), (CHINESE, "gb18030"), (ENGLISH, "utf-8"), (ENGLISH, "gbk")],
)
def test_headers_and_encodings(tmp_path: Path, header: str, encoding: str) -> None:
    table, _ = read_monitoring(file(tmp_path, ROW, header=header, encoding=encoding))
    assert table.enterprise.tolist() == ["某厂"]
    assert table.status.tolist() == [[NORMAL]]


@pytest.mark.parametrize(
    "time",
    [
        "2026-01-05 13:00",
        "2026-1-5 13:00:00",
        "2026/01/05 13",
        "2026-01-05T13:00",
        "2026010513",
        "20260105130000",
        "2026年1月5日13时",
        "2026.01.05 13:00",
    ],
)
def test_times_as_platforms_write_them(tmp_path: Path, time: str) -> None:
    table, _ = read_monitoring(file(tmp_path, ROW.replace("2026-01-01 01:00", time)))
    assert table.start == np.datetime64("2026-01-05T04:00")


def test_midnight_may_be_24(tmp_path: Path) -> None:
    table, _ = read_monitoring(file(tmp_path, ROW.replace("01 01:00", "31 24:00")), month="2026-01")
    assert table.status[0, -1] == NORMAL


def test_hours_may_be_labelled_by_their_start(tmp_path: Path) -> None:
    config = monitoring_config().model_copy(update={"hour_label": "start"})
    table, _ = read_monitoring(file(tmp_path, ROW), config=config)
    assert table.start == np.datetime64("2025-12-31T17:00")


def test_missing_words_states_and_other_months(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        ROW.replace(",20,40,", ",-,—,"),
        ROW.replace("01:00,", "02:00,").replace("正常", "停运"),
        ROW.replace("01:00,", "03:00,").replace("正常", "D"),
        ROW.replace("01:00,", "04:00,").replace("正常", ""),
        "",
        ROW.replace("2026-01-01 01:00", "2026-01-01 00:00"),
    )
    table, reading = read_monitoring(path, month="2026-01")
    assert table.status[0, :5].tolist() == [NORMAL, STOPPED, FAULT, NORMAL, ABSENT]
    assert np.isnan(table.values["so2"][0, 0])
    assert table.values["pm"][0, 0] == 5
    assert (reading.rows, reading.outside) == (5, 1)


BAD = {
    "row 3, column 二氧化硫实测浓度(mg/m3): expected a number, got '2O'": ROW.replace(",20,", ",2O,"),
    "row 3, column 氮氧化物实测浓度（mg/m³）: expected a number, got 'inf'": ROW.replace(",40,", ",inf,"),
    "row 3, column 监测时间: cannot be read: '2026-02-30 01:00'": ROW.replace("01-01 01", "02-30 01"),
    "row 3, column 监测时间: cannot be read: '2026-01-01 01:30'": ROW.replace("01:00", "01:30"),
    "row 3, column 监测时间: is empty": ROW.replace("2026-01-01 01:00", ""),
    "row 3, column 排口编号: is empty": ROW.replace(",001,", ",,"),
    "row 3, column 状态: cannot be read: '晴'": ROW.replace("正常", "晴"),
    "row 3, column -: expected 10 cells, got one more": ROW + ",7",
    "row 3: expected 10 cells, got 13": ROW + ",7,8,9",
    "row 3, column -: another value for the stack and hour of row 2": ROW.replace(",20,", ",21,"),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_rows_are_named_or_listed(tmp_path: Path, message: str) -> None:
    good = (ROW, ROW.replace("01:00", "05:00"))
    path = file(tmp_path, good[0], BAD[message], good[1])
    with pytest.raises(InputError) as caught:
        read_monitoring(path)
    assert message in str(caught.value)
    table, reading = read_monitoring(path, skip_bad=True)
    assert np.isfinite(table.values["so2"]).sum() == 2
    assert reading.bad_rows == 1
    assert reading.rows == 3
    assert message.rsplit(": ", maxsplit=1)[-1] in reading.problems[0].line()
    assert reading.problems[0].row == 3


def test_the_remedy_for_bad_rows_names_the_option(tmp_path: Path) -> None:
    for bad in (ROW.replace(",20,", ",2O,"), ROW + ",7,8,9"):
        with pytest.raises(InputError, match="leave bad rows out with --accept-good-rows"):
            read_monitoring(file(tmp_path, ROW, bad))


def test_every_accepted_header_and_unit_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "inventory" / "monitoring.md").read_text(encoding="utf-8")
    config = monitoring_config()
    for name, words in config.columns.items():
        (line,) = (one for one in page.splitlines() if one.startswith(f"| `{name}` |"))
        assert line.rstrip(" |").rsplit("| ", maxsplit=1)[1] == ", ".join(words)
    assert all(f"{kind}: {', '.join(units)}" in page for kind, units in config.units.items())
    assert all(f"{kind}: {', '.join(words)}" in page for kind, words in config.statuses.items())


def test_rows_that_repeat_word_for_word_are_counted(tmp_path: Path) -> None:
    table, reading = read_monitoring(file(tmp_path, ROW, ROW, ROW))
    assert table.status.shape == (1, 1)
    assert reading.repeated == 2


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (CHINESE.replace("排口编号", "编号"), "no column for outlet"),
        (
            CHINESE.replace("烟尘实测浓度", "二氧化硫"),
            "both '二氧化硫实测浓度\\(mg/m3\\)' and '二氧化硫' mean so2",
        ),
        (CHINESE.replace("万m3/h", "t/h"), "unit 't/h' is not known"),
        ("a,b", "no column for permit"),
        (ENGLISH.replace("SO2,NOx,PM", "x,y,z"), "no column for so2"),
    ],
)
def test_headers_are_checked(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_monitoring(file(tmp_path, ROW, header=header))


def test_no_row_no_file_another_month_or_too_much(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no row can be used"):
        read_monitoring(file(tmp_path))
    with pytest.raises(InputError, match="no row of that month"):
        read_monitoring(file(tmp_path, ROW), month="2026-03")
    with pytest.raises(InputError, match="too much at once"):
        read_monitoring(
            file(tmp_path, ROW, ROW.replace("2026", "1901"), *(ROW.replace("P1", f"P{n}") for n in range(20)))
        )
    with pytest.raises(InputError, match="no such file"):
        read_monitoring(tmp_path / "absent.csv")


def test_progress_is_told(tmp_path: Path) -> None:
    seen: list[int] = []
    read_monitoring(file(tmp_path, ROW), progress=seen.append)
    assert seen == [1]


CELL = st.sampled_from(
    ["1", "-3", "", "x", "停运", "2026-01-01 01:00", "1e999", '"', "'", "\x00", "7,8", "\u2028", "\r"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=120).map(lambda raw: raw),
        st.lists(st.lists(CELL, max_size=11).map(",".join), max_size=5).map(
            lambda rows: "\n".join(rows).encode()
        ),
    ),
    skip_bad=st.booleans(),
)
def test_any_content_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, skip_bad: bool
) -> None:
    path = tmp_path_factory.mktemp("wild") / "cems.csv"
    path.write_bytes(CHINESE.encode() + b"\n" + ROW.encode() + b"\n" + content)
    try:
        table, _ = read_monitoring(path, skip_bad=skip_bad)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(table, StackTable)
        assert table.values["so2"].shape == table.status.shape
