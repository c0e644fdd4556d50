"""Files of tables: encodings, workbooks, headers, and what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from emissions_inventory.tables.columns import LimitsConfig, enterprise_config
from emissions_inventory.tables.header_names import Key
from emissions_inventory.tables.headers import find_layout
from emissions_inventory.tables.lines import lines_of
from emissions_inventory.tables.sheets import Sheet, column_letter, read_sheet
from emissions_inventory.tables.unpacking import unpack
from foundation.errors import ConfigurationError, InputError

CONFIG = enterprise_config()
LIMITS = CONFIG.limits
HEAD = ["企业名称", "区县", "源分类", "SO2排放量(t/a)"]


def written(path: Path, rows: list[list[Any]], encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as stream:
        csv.writer(stream).writerows(rows)
    return path


def workbook(path: Path, rows: list[list[Any]], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "企业 & <表>"
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    book.create_sheet("第二").append(HEAD)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_read_alike(tmp_path: Path, encoding: str) -> None:
    rows = [HEAD, ["甲厂（旧）㐂", "天山区", "钢铁", "1.5"]]
    read = read_sheet(written(tmp_path / "a.csv", rows, encoding), LIMITS)
    assert read.cells.tolist() == rows


@pytest.mark.parametrize("sign", ["\t", ";", ","])
def test_signs_between_cells(tmp_path: Path, sign: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{sign.join(HEAD)}\n甲厂{sign}天山区{sign}钢铁\n", encoding="utf-8")
    assert read_sheet(file, LIMITS).cells[1].tolist() == ["甲厂", "天山区", "钢铁", ""]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"\xef\xbb\xbf\xff\xff,1")
    with pytest.raises(InputError, match="is not text in utf-8-sig"):
        read_sheet(file, LIMITS)
    file.write_bytes(b"a,b\n\0\0,1")
    with pytest.raises(InputError, match="zero bytes"):
        read_sheet(file, LIMITS)
    file.write_text('a,b\n"open,1\nc,2\n', encoding="utf-8")
    with pytest.raises(InputError, match="quotation mark"):
        read_sheet(file, LIMITS)


def test_a_workbook_reads_as_its_cells_and_by_the_name_of_its_sheet(tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "a.xlsx", [HEAD, ["甲厂", "天山区", "钢铁", 1.5], [None, None, dt.date(2026, 1, 2), True]]
    )
    read = read_sheet(file, LIMITS)
    assert read.cells.tolist() == [HEAD, ["甲厂", "天山区", "钢铁", 1.5], ["", "", dt.date(2026, 1, 2), True]]
    assert read.sheets == ("企业 & <表>", "第二")
    assert read_sheet(file, LIMITS, "第二").cells.tolist() == [HEAD]
    assert read_sheet(file, LIMITS, 1).cells.tolist() == [HEAD]
    with pytest.raises(InputError, match=r"no sheet '第三'.*Sheets: 企业 & <表>, 第二"):
        read_sheet(file, LIMITS, "第三")


def test_failed_and_uncalculated_formulas_do_not_pass_for_empty_cells(tmp_path: Path) -> None:
    """Readers of workbooks give both as empty; an empty emission would go unnoticed."""
    file = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append(["甲厂", "天山区", "钢铁", "=B9*2"])
    sheet.append(["乙厂", "天山区", "钢铁", "#REF!"])
    sheet["D3"].data_type = "e"
    book.save(file)
    cells = read_sheet(file, LIMITS).cells
    assert (cells[1, 3], cells[2, 3]) == ("=B9*2", "#REF!")


def test_formulas_with_a_stored_result_give_it(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [HEAD, ["甲厂", "天山区", "钢铁", 0]])
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b"<v>0</v>" in part
                part = part.replace(b"<v>0</v>", b"<f>A1+1</f><v>7.5</v>").replace(
                    b'<c r="D2" t="n">', b'<c r="D2">'
                )
            target.writestr(name, part)
    assert read_sheet(other, LIMITS).cells[1, 3] == 7.5


def test_sizes_beyond_the_limits_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [HEAD, *([["甲", "天山区", "钢铁", "1"]] * 50)])
    small = LIMITS.model_dump()
    for change, message in (
        ({"file_mib": 0.0001}, "larger than allowed"),
        ({"rows": 20}, "51 rows, 20 are allowed"),
        ({"columns": 3}, "4 columns, 3 are allowed"),
    ):
        with pytest.raises(InputError, match=message):
            read_sheet(file, LimitsConfig(**{**small, **change}))


def test_an_archive_that_swells_is_refused_though_it_lies_about_its_size(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<" * (8 << 20))
    with pytest.raises(InputError, match="unpacks to more than 4 MiB"):
        unpack(file, 4.0)
    raw = file.read_bytes()
    lying = raw.replace(struct.pack("<I", 8 << 20), struct.pack("<I", 100)).replace(
        struct.pack("<I", zlib.crc32(b"<" * (8 << 20))), struct.pack("<I", zlib.crc32(b"<" * 100))
    )
    assert lying != raw
    file.write_bytes(lying)
    with zipfile.ZipFile(file) as archive:
        assert archive.infolist()[0].file_size == 100
    with pytest.raises(InputError, match="unpacks to more than 4 MiB"):
        read_sheet(file, LimitsConfig(**{**LIMITS.model_dump(), "unpacked_mib": 4.0}))


def test_texts_repeated_without_end_are_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [HEAD])
    other = tmp_path / "b.xlsx"
    long = b"<sst><si><t>" + b"x" * (1 << 20) + b"</t></si></sst>"
    cells = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % (row + 1) for row in range(4000))
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = b"<worksheet><sheetData><row r='1'>" + cells + b"</row></sheetData></worksheet>"
            if name != "xl/sharedStrings.xml":
                target.writestr(name, part)
        target.writestr("xl/sharedStrings.xml", long)
    with pytest.raises(InputError, match="texts are larger than allowed"):
        read_sheet(other, LIMITS)


@pytest.mark.parametrize(
    "far", [b'r="XFD1048576"', b"r = 'XFD1048576'", b'r="A900000"', b'r="BZZ2"', b'r="ZZZZZZ2"']
)
def test_a_single_far_cell_is_refused_before_room_is_made_for_all_between(tmp_path: Path, far: bytes) -> None:
    file = workbook(tmp_path / "a.xlsx", [HEAD, ["甲厂", "天山区", "钢铁", 1.5]])
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            target.writestr(name, archive.read(name).replace(b'r="D2"', far))
    with pytest.raises(InputError, match=r"are allowed|no workbook that can be read"):
        read_sheet(other, LIMITS)


@pytest.mark.parametrize(
    ("name", "raw"), [("a.xlsx", b"PK\x03\x04broken"), ("a.xls", b"nothing"), ("a.xlsx", b"")]
)
def test_broken_workbooks_are_refused_in_one_line(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputError) as told:
        read_sheet(tmp_path / name, LIMITS)
    assert "\n" not in str(told.value)
    assert name in str(told.value)


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(InputError, match=r"expected \.csv, \.xlsx or \.xls, got '\.pdf'"):
        read_sheet(tmp_path / "a.pdf", LIMITS)
    with pytest.raises(InputError, match="no such file"):
        read_sheet(tmp_path / "b.csv", LIMITS)
    (tmp_path / "c.csv").write_bytes(b"")
    with pytest.raises(InputError, match="the table is empty"):
        read_sheet(tmp_path / "c.csv", LIMITS)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _label(row: int, column: int, text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + raw)


def old_workbook(path: Path, rows: list[list[Any]]) -> Path:
    """An Excel 97 file ([MS-XLS] in [MS-CFB]) of one sheet, with labels and numbers alone."""
    cells = b"".join(
        _label(row, column, cell)
        if isinstance(cell, str)
        else _record(0x0203, struct.pack("<HHHd", row, column, 0, cell))
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
    )
    begin = struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 6)
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 6)) + cells + _record(0x0A, b"")
    name = "表".encode("utf-16-le")
    length = len(_record(0x0809, begin)) + 4 + 8 + len(name) + 4
    globals_ = (
        _record(0x0809, begin)
        + _record(0x85, struct.pack("<IBBBB", length, 0, 0, 1, 1) + name)
        + _record(0x0A, b"")
    )
    stream = (globals_ + sheet).ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    fat = struct.pack("<128I", *(table + [0xFFFFFFFF] * (128 - len(table))))

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = title.encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child
        )
        return head + b"\0" * 36 + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *([0xFFFFFFFF] * 108))
    path.write_bytes(header + fat + folder.ljust(512, b"\0") + stream)
    return path


def test_a_workbook_of_excel_97(tmp_path: Path) -> None:
    file = old_workbook(tmp_path / "a.xls", [HEAD, ["甲厂", "天山区", "钢铁", 2.5]])
    read = read_sheet(file, LIMITS)
    assert read.name == "表"
    assert read.cells.tolist() == [HEAD, ["甲厂", "天山区", "钢铁", 2.5]]


def sheet_of(rows: list[list[Any]], merged: tuple[Any, ...] = ()) -> Sheet:
    width = max(map(len, rows))
    cells = np.full((len(rows), width), "", object)
    for place, row in enumerate(rows):
        cells[place, : len(row)] = row
    return Sheet(Path("t.csv"), "", "", cells, merged)


def test_titles_above_units_and_numbers_below_the_header() -> None:
    sheet = sheet_of(
        [
            ["某市企业清单"],
            [],
            ["企业名称", "排气筒高度", "排气筒内径", "SO2排放量"],
            ["name", "height", "diameter", "SO2 emission"],
            ["", "cm", "mm", "kg/a"],
            ["1", "2", "3", "4"],
            ["甲厂", "6000", "2500", "9"],
        ]
    )
    layout = find_layout(sheet, CONFIG)
    assert layout.first == 6
    scales = {key.field: column.unit.scale for key, column in layout.columns.items() if column.unit}
    assert scales == {"height": 0.01, "diameter": 0.001, "emission": 1.0}


def test_merged_headers_of_two_rows() -> None:
    sheet = sheet_of(
        [
            ["企业名称", "源分类", "SO2", "", "PM2.5", "", "备注"],
            ["", "", "排放因子(kg/t)", "去除效率(%)", "排放因子(g/kg)", "去除效率(%)", ""],
            ["甲厂", "钢铁", 1.0, 90.0, 2.0, 99.0, "好"],
        ]
    )
    layout = find_layout(sheet, CONFIG)
    assert layout.first == 2
    assert {key: column.place for key, column in layout.columns.items()} == {
        Key("name"): 0,
        Key("class_1"): 1,
        Key("factor", "so2"): 2,
        Key("control", "so2"): 3,
        Key("factor", "pm25"): 4,
        Key("control", "pm25"): 5,
    }
    assert layout.unknown == ()


def test_headers_that_cannot_be_right() -> None:
    with pytest.raises(InputError, match="'A 企业名称' and 'B 单位名称' mean the same"):
        find_layout(sheet_of([["企业名称", "单位名称", "经度", "纬度"], ["甲", "甲", 1, 2]]), CONFIG)
    with pytest.raises(InputError, match=r"column C 排气筒高度\(英尺\): unknown unit '英尺'"):
        find_layout(sheet_of([["企业名称", "经度", "排气筒高度(英尺)"], ["甲", 87.0, 3.0]]), CONFIG)
    with pytest.raises(InputError, match="no header was found"):
        find_layout(sheet_of([["a", "b"], ["1", "2"]]), CONFIG)


def test_unknown_headers_are_told_with_the_nearest_known() -> None:
    layout = find_layout(
        sheet_of([["企业名称", "经度", "纬度", "排气筒高渡", "备注", ""], ["甲", 1, 2, 3, 4, 5]]), CONFIG
    )
    assert layout.unknown == (("D 排气筒高渡", "排气筒高度"), ("F", ""))


def test_sums_notes_and_empty_rows_are_left_aside_and_rows_keep_their_numbers() -> None:
    sheet = sheet_of(
        [
            ["企业名称", "区县", "源分类", "SO2排放量(t)"],
            ["甲", "天山区", "钢铁", "1"],
            ["", " ", "", ""],
            ["", "小 计", "", "1"],
            ["乙", "天山区", "钢铁", "2"],
            ["合计", "", "", "3"],
            ["注：单位为吨", "", "", ""],
        ]
    )
    lines = lines_of(sheet, find_layout(sheet, CONFIG), CONFIG)
    assert lines.problems.rows.tolist() == [2, 5]
    assert lines.skipped == {"totals": (4, 6), "notes": (7,), "footers": ()}


def test_merged_names_are_of_all_their_rows_and_merged_amounts_of_the_first_alone() -> None:
    sheet = sheet_of(
        [
            ["企业名称", "经度", "排气筒编号", "SO2排放量(t)"],
            ["甲", 87.0, "1", 5.0],
            ["", "", "2", ""],
            ["", "", "3", ""],
        ],
        (((1, 0), (3, 0)), ((1, 1), (3, 1)), ((1, 3), (3, 3))),
    )
    lines = lines_of(sheet, find_layout(sheet, CONFIG), CONFIG)
    assert lines.texts("name").tolist() == ["甲"] * 3
    np.testing.assert_array_equal(lines.numbers("lon"), [87.0] * 3)
    np.testing.assert_array_equal(lines.numbers(Key("emission", "so2")), [5.0, np.nan, np.nan])


def test_letters_of_columns() -> None:
    assert [column_letter(place) for place in (0, 25, 26, 51, 52, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
        "XFD",
    ]


def test_a_mapping_file_names_headers_and_units(tmp_path: Path) -> None:
    mapping = tmp_path / "my.yaml"
    mapping.write_text(
        "fields:\n  name: {chinese: 企业名称, headers: [厂名]}\n"
        "units:\n  length: {丈: 3.3333333}\ntolerance: 0.2\n",
        encoding="utf-8",
    )
    config = enterprise_config(mapping)
    assert config.tolerance == 0.2
    layout = find_layout(sheet_of([["厂名", "经度", "排气筒高度(丈)"], ["甲", 87.0, 3.0]]), config)
    assert layout.columns[Key("name")].place == 0
    height = layout.columns[Key("height")].unit
    assert height is not None
    assert height.scale == 3.3333333


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fields:\n  name: {chinese: x, headers: []}\n", "fields.name.headers"),
        ("unknown_key: 1\n", "unknown key 'unknown_key'"),
        (
            "fields: {source_class: {chinese: 类, headers: [类]}}\n",
            r"fields: unknown field 'source_class' \(class_1\?\).*class_1, class_2",
        ),
        ("fields: {heigth: {chinese: 高, headers: [高]}}\n", r"'heigth' \(height\?\)"),
        ("of_species: {emissions: {chinese: 排, headers: ['{species}']}}\n", r"'emissions' \(emission\?\)"),
        ("species: {so3: [SO3]}\n", "unknown species 'so3'"),
        ("classes: [{sector: stell, level_1: x}]\n", "unknown sector 'stell'"),
        ("- 1\n", "top level"),
    ],
)
def test_wrong_mapping_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    mapping = tmp_path / "my.yaml"
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        enterprise_config(mapping)


def test_a_footer_below_the_data_is_left_aside_and_a_row_of_data_is_not() -> None:
    head = ["企业名称", "区县", "源分类", "SO2排放量(t)"]
    footers = [
        ["合计", "", "", "3"],
        ["填表人：张三", "", "审核人：李四", ""],
        ["制 表", "王五", "", "2026年1月5日"],
        ["备注: 上年数据", "", "", "见附件"],
    ]
    sheet = sheet_of([head, ["备注", "天山区", "钢铁", ""], ["乙", "天山区", "钢铁", "2"], *footers])
    lines = lines_of(sheet, find_layout(sheet, CONFIG), CONFIG)
    assert lines.problems.rows.tolist() == [2, 3]
    assert lines.skipped == {"totals": (4,), "notes": (), "footers": (5, 6, 7)}
    sheet = sheet_of([head, ["乙", "天山区", "钢铁", "2"], ["备注", "天山区", "钢铁", "2"]])
    assert len(lines_of(sheet, find_layout(sheet, CONFIG), CONFIG)) == 2
    sheet = sheet_of([head, ["乙", "天山区", "钢铁", "2"], ["制表机械厂", "天山区", "钢铁", ""]])
    assert len(lines_of(sheet, find_layout(sheet, CONFIG), CONFIG)) == 2


def test_groups_of_headers_of_the_handbook() -> None:
    sheet = sheet_of(
        [
            ["企业名称", "排放源分类", "", "烟囱参数", "", "", "SO2"],
            ["", "一级", "二级", "高度(m)", "温度(℃)", "直径(m)", "排放量(t)"],
            ["甲厂", "工艺过程源", "钢铁", 60, 120, 2, 1.0],
        ]
    )
    layout = find_layout(sheet, CONFIG)
    assert [key.field for key in layout.columns] == [
        "name", "class_1", "class_2", "height", "temperature", "diameter", "emission",
    ]  # fmt: skip
    assert layout.unknown == ()
