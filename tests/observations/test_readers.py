"""Readers on bad, odd and wild files: one clear line for what is wrong, and nothing good lost."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.contracts import observations
from foundation.errors import BogdaError, InputError
from foundation.units import to_display
from observations.providers import PROVIDERS, read
from observations.reading import Reading

DAILY = "乌鲁木齐,2016-01-{day:02d},176,140~202,中度污染,{pm25},110.3,23.5,2.21,72.7,7,71\n"
CRAWL_HEADER = "city,WatchPoint,time,AQI,PrimaryPollution,PM2.5,PM10,CO,NO2,O3_1h,O3_8h,SO2,src\n"
CRAWL = "乌鲁木齐,监测站,2020-03-26 {hour:02d}:00:00,35.0,,{pm25},{pm10},0.7,11.0,74.0,79.0,9.0,a.csv\n"


def written(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def pm25(reading: Reading) -> list[float]:
    return to_display(reading.dataset["pm25"].isel(station=0).values, "pm25").tolist()


def daily(values: list[str]) -> str:
    return "".join(DAILY.format(day=day, pm25=value) for day, value in enumerate(values, 1))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, ending: str) -> None:
    path = written(tmp_path, daily(["60.5", "7"]).replace("\n", ending).encode(encoding))
    assert pm25(read(path)) == [60.5, 7.0]


def test_other_encodings_are_refused_with_the_row(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"file\.csv, row 1: .*UTF-16"):
        read(written(tmp_path, daily(["1"]).encode("utf-16")))
    with pytest.raises(InputError, match=r"file\.csv, row 2: .*neither UTF-8 nor GB18030"):
        read(written(tmp_path, daily(["1"]).encode() + b"\xff\xff,2016\n" + daily(["1"]).encode()))


def test_a_zero_of_the_daily_files_is_missing(tmp_path: Path) -> None:
    reading = read(written(tmp_path, daily(["0", "12"])))
    assert np.isnan(pm25(reading)[0])
    assert reading.dataset["pm25_flag"].values[0, 0] == 1
    assert pm25(reading)[1] == 12.0


@pytest.mark.parametrize("text", ["", "\n\n", " \n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="file is empty"):
        read(written(tmp_path, text))


def test_a_truncated_file_keeps_its_whole_rows(tmp_path: Path) -> None:
    reading = read(written(tmp_path, daily(["10", "20", "30"])[:-40]))
    assert pm25(reading) == [10.0, 20.0]
    assert (reading.problems[0].row, "ends inside a row" in reading.problems[0].what) == (3, True)


def test_a_file_cut_inside_a_character(tmp_path: Path) -> None:
    data = daily(["10", "20"]).encode() + "乌".encode()[:2]
    reading = read(written(tmp_path, data))
    assert pm25(reading) == [10.0, 20.0]
    assert any("inside a character" in problem.what for problem in reading.problems)


def test_a_truncated_gzip_file_keeps_what_can_be_read(tmp_path: Path) -> None:
    lines = CRAWL_HEADER + "".join(
        CRAWL.format(hour=hour, pm25=(hour * 7919) % 97 + 1, pm10=100 + hour) for hour in range(24)
    )
    data = gzip.compress(lines.encode())
    reading = read(written(tmp_path, data[:-40], "file.csv.gz"))
    assert any("compressed file ends early" in problem.what for problem in reading.problems)
    assert reading.dataset.sizes["time"] >= 10


def test_bad_cells_are_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    text = daily(["10", "abc", "30"]).replace("2016-01-03", "2016-13-03") + "乌鲁木齐,2016-01-04,1,2\n"
    text += DAILY.format(day=5, pm25="50").replace("乌鲁木齐", "火星") + DAILY.format(day=6, pm25="-60")
    reading = read(written(tmp_path, text))
    assert [(problem.row, problem.column) for problem in reading.problems] == [
        (4, ""),
        (3, "date"),
        (5, "city"),
        (2, "pm25"),
    ]
    assert "'2016-13-03' is not a time" in str(reading.problems[1])
    assert "unknown place '火星'" in str(reading.problems[2])
    assert all(problem.remedy for problem in reading.problems)
    values = pm25(reading)
    assert values[0] == 10.0
    assert np.isnan(values[1:]).all()
    assert reading.dataset["pm25_flag"].values[:, 0].tolist() == [0, 1, 3]
    assert to_display(reading.dataset["pm10"].values[:, 0], "pm10").tolist() == [110.3] * 3


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    header = CRAWL_HEADER.replace(",PM10", "")
    row = CRAWL.format(hour=1, pm25=1, pm10="X").replace(",X", "")
    with pytest.raises(InputError, match=r"row 1: missing column 'PM10'"):
        read(written(tmp_path, header + row), provider="pm25in")
    with pytest.raises(InputError, match="for pm25in the column 'PM10' is missing"):
        read(written(tmp_path, header + row))


def test_a_wrong_unit_is_refused(tmp_path: Path) -> None:
    rows = [
        CRAWL.format(hour=hour % 24, pm25=10, pm10=20).replace(",0.7,", f",{700 + hour},")
        for hour in range(24)
    ]
    with pytest.raises(InputError, match=r"column 'CO': wrong unit: expected mg/m3"):
        read(written(tmp_path, CRAWL_HEADER + "".join(rows)))


def test_duplicates_collapse_and_conflicts_keep_the_first(tmp_path: Path) -> None:
    rows = [
        CRAWL.format(hour=9, pm25=40, pm10=80),
        CRAWL.format(hour=8, pm25=30, pm10=""),
        CRAWL.format(hour=8, pm25=30, pm10=70),
        CRAWL.format(hour=9, pm25=41, pm10=80),
    ]
    dataset = read(written(tmp_path, CRAWL_HEADER + "".join(rows))).dataset
    assert to_display(dataset["pm25"].values[:, 0], "pm25").tolist() == [30.0, 40.0]
    assert to_display(dataset["pm10"].values[:, 0], "pm10").tolist() == [70.0, 80.0]
    assert dataset["pm25_flag"].values[:, 0].tolist() == [0, 32]
    assert dataset["pm10_flag"].values[:, 0].tolist() == [0, 0]


def test_a_stray_quote_spoils_its_own_line_only(tmp_path: Path) -> None:
    rows = [CRAWL.format(hour=hour, pm25=hour + 1, pm10=50) for hour in range(4)]
    reading = read(written(tmp_path, CRAWL_HEADER + rows[0] + '",91.0,189.0\n' + "".join(rows[1:])))
    assert pm25(reading) == [1.0, 2.0, 3.0, 4.0]
    assert (reading.problems[0].row, reading.problems[0].count) == (3, 1)


def test_a_quoted_cell_may_hold_commas_and_line_ends(tmp_path: Path) -> None:
    rows = CRAWL.format(hour=1, pm25=5, pm10=50).replace("a.csv", '"a,\nb"') + CRAWL.format(
        hour=2, pm25=6, pm10=50
    )
    reading = read(written(tmp_path, CRAWL_HEADER + rows))
    assert (pm25(reading), reading.problems) == ([5.0, 6.0], ())


def test_a_bad_file_does_not_spoil_its_folder(tmp_path: Path) -> None:
    written(tmp_path, daily(["10"]), "a.csv")
    written(tmp_path, b"", "b.csv")
    reading = read(tmp_path)
    assert pm25(reading) == [10.0]
    assert "file left out: the file is empty" in str(reading.problems[0])
    written(tmp_path, CRAWL_HEADER + CRAWL.format(hour=1, pm25=1, pm10=2), "c.csv")
    with pytest.raises(InputError, match="several providers"):
        read(tmp_path)


def test_unknown_places_and_providers_are_errors(tmp_path: Path) -> None:
    path = written(tmp_path, daily(["10"]))
    with pytest.raises(InputError, match="unknown place 'Urumqy'"):
        read(path, places=["Urumqy"])
    with pytest.raises(InputError, match="no measurement of Kuitun"):
        read(path, places=["Kuitun"])
    with pytest.raises(InputError, match="Known providers: aqistudy"):
        read(path, provider="aqi")
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "absent")


ARCHIVE = (
    "location_id,sensors_id,location,datetime,lat,lon,parameter,units,value\n"
    "1,11,Urumqi-1,2022-01-01T12:00:00+08:00,43.83,87.58,pm25,µg/m³,107\n"
    "1,12,Urumqi-1,2022-01-01T12:00:00+08:00,43.83,87.58,co,ppm,1.0\n"
    "1,13,Urumqi-1,2022-01-01T12:00:00+08:00,43.83,87.58,o3,furlong,1.0\n"
    "1,14,Urumqi-1,2022-01-01T12:00:00+08:00,43.83,87.58,relativehumidity,%,80\n"
)
EXPLORER = (
    "location_id,location_name,parameter,value,unit,datetimeUtc,datetimeLocal,timezone,latitude,longitude,"
    "country_iso,isMobile,isMonitor,owner_name,provider\n"
    '2,"Somewhere, west",pm25,107,µg/m³,2022-01-01T04:00:00Z,2022-01-01T12:00:00+08:00,Asia/Shanghai,43.83,'
    "87.58,CN,,,,x\n"
)
VERSION_2 = (
    "locationId,location,city,country,utc,local,parameter,value,unit,latitude,longitude\n"
    "3,监测站,乌鲁木齐市,CN,2022-01-01T04:00:00+00:00,2022-01-01T12:00:00+08:00,pm25,107,µg/m³,43.83,87.58\n"
)


@pytest.mark.parametrize("text", [ARCHIVE, EXPLORER, VERSION_2])
def test_openaq_layouts(tmp_path: Path, text: str) -> None:
    reading = read(written(tmp_path, text))
    assert reading.provider == "openaq"
    assert reading.dataset["place"].values.tolist() == ["urumqi"]
    assert reading.dataset["time"].values[0] == np.datetime64("2022-01-01T04:00", "ns")
    assert pm25(reading) == [107.0]


def test_openaq_converts_mixing_ratios_and_names_a_wrong_unit(tmp_path: Path) -> None:
    reading = read(written(tmp_path, ARCHIVE))
    # 1 ppm of CO at 298.15 K and 1013.25 hPa is 1.145 mg m-3 (US EPA conversion tables).
    assert float(reading.dataset["co"].values[0, 0]) == pytest.approx(1.145e-6, rel=1e-3)
    (problem,) = reading.problems
    assert (problem.row, problem.column) == (4, "units")
    assert "furlong" in problem.what


def test_openaq_elsewhere_is_no_known_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'Delhi' lies in no known place"):
        read(
            written(
                tmp_path,
                VERSION_2.replace("监测站,乌鲁木齐市", "Delhi,Delhi").replace("43.83,87.58", "28,77"),
            )
        )


CELL = st.text(alphabet=st.sampled_from('0123456789.-,"乌é \t\x00eInf\u3000'), max_size=8)
TEXTS = {
    "aqistudy": (daily(["10", "20", "30"]), "urumqi"),
    "pm25in": (CRAWL_HEADER + "".join(CRAWL.format(hour=h, pm25=h + 1, pm10=9) for h in range(3)), "1490A"),
    "openaq": (ARCHIVE, "openaq:1"),
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(TEXTS)), st.lists(CELL, max_size=16), st.integers(1, 4))
def test_a_wild_row_takes_nothing_good_with_it(provider: str, cells: list[str], at: int) -> None:
    text, station = TEXTS[provider]
    lines = text.splitlines(keepends=True)
    wild = [*lines[:at], ",".join(cells) + "\n", *lines[at:]]
    with tempfile.TemporaryDirectory() as folder:
        whole = PROVIDERS[provider]([written(Path(folder), text)], None).dataset
        spoilt = PROVIDERS[provider]([written(Path(folder), "".join(wild))], None).dataset
    kept = spoilt.sel(station=station, time=whole["time"])["pm25"].values
    assert np.array_equal(kept, whole["pm25"].sel(station=station).values)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(PROVIDERS)), st.binary(max_size=300), st.booleans())
def test_wild_bytes_give_a_data_set_or_one_clear_line(provider: str, data: bytes, headed: bool) -> None:
    head = TEXTS.get(provider, ("", ""))[0].splitlines(keepends=True)[:1] if headed else []
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), "".join(head).encode() + data)
        for name in (provider, None):
            message = ""
            try:
                dataset = read(path, provider=name).dataset
            except BogdaError as error:
                message = str(error)
                dataset = None
            assert dataset is not None or "file.csv" in message
            assert "\n" not in message
            if dataset is not None:
                observations(str(dataset.attrs["averaging"])).check(dataset)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.1, 2000).map(lambda value: round(value, 1)), min_size=1, max_size=23),
    st.integers(0, 870_000),
)
def test_times_and_units_come_back_as_they_were(values: list[float], start: int) -> None:
    first = np.datetime64("2000-01-01T00", "h") + start
    times = [str(first + hour).replace("T", " ") + ":00:00" for hour in range(len(values))]
    body = "".join(
        f"乌鲁木齐,监测站,{time},1,,{value},2000,0.7,11,74,79,9,a\n"
        for time, value in zip(times, values, strict=True)
    )
    with tempfile.TemporaryDirectory() as folder:
        reading = read(written(Path(folder), CRAWL_HEADER + body))
    assert pm25(reading) == values
    beijing = reading.dataset["time"].values + np.timedelta64(8, "h")
    assert np.array_equal(
        beijing, first.astype("datetime64[ns]") + np.arange(len(values)) * np.timedelta64(1, "h")
    )
