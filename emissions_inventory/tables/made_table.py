"""Made tables of enterprises for measuring and testing. EVERY VALUE IS INVENTED."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from emissions_inventory.tables.counties import seats
from emissions_inventory.tables.sheets import column_letter

__all__ = ["MadeTable", "make_table", "write_csv", "write_workbook"]

_CLASSES = (
    ("化石燃料固定燃烧源", "电力", "煤炭", "煤粉炉"), ("化石燃料固定燃烧源", "民用锅炉", "煤炭", "层燃炉"),
    ("化石燃料固定燃烧源", "工业锅炉", "煤炭", "链条炉"), ("工艺过程源", "钢铁", "烧结", "机头"),
    ("工艺过程源", "建材", "水泥", "新型干法"), ("工艺过程源", "有色冶金", "电解铝", "预焙槽"),
    ("工艺过程源", "石油化工", "炼油", "催化裂化"), ("工艺过程源", "化工", "煤制烯烃", "气化"),
    ("工艺过程源", "化工", "聚氯乙烯", "电石法"), ("溶剂使用源", "表面涂装", "汽车", "喷涂"),
)  # fmt: skip
_FACTORS = {
    "SO2": 8.0,
    "NOx": 4.0,
    "PM2.5": 3.0,
    "PM10": 6.0,
    "BC": 0.05,
    "OC": 0.1,
    "CO": 10.0,
    "VOCs": 0.4,
    "NH3": 0.02,
}
_SPOILT = (
    ("年活动水平(吨)", "约3万"),
    ("年活动水平(吨)", "-5"),
    ("SO2去除效率(%)", "120"),
    ("排气筒高度(m)", "900"),
    ("区县代码", "659999"),
    ("二级源分类", "无此类"),
    ("绩效分级", "E"),
    ("经度", "187.5"),
    ("NOx排放因子(kg/t)", "#REF!"),
)
_SIGNS = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
_SHEET = "企业"


@dataclass(frozen=True)
class MadeTable:
    """A made table.

    Attributes:
        cells: text and numbers under their headers.
        bad: rows that an import must refuse, (row,).
        annual_kg: what each row emits in the year, kg, (row, species), in the order of `species`.
        species: names as in the headers.
    """

    cells: pd.DataFrame
    bad: np.ndarray
    annual_kg: np.ndarray
    species: tuple[str, ...]


def make_table(rows: int, bad_share: float, seed: int = 20260101) -> MadeTable:
    """Make a table of enterprises in the counties of Xinjiang.

    Args:
        rows: number of stacks.
        bad_share: share of rows that get one serious fault each.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    known, county = seats(), random.integers(0, len(seats().code), rows)
    kind = random.integers(0, len(_CLASSES), rows)
    activity = np.round(10 ** random.uniform(2, 6, rows), 1)
    cells = pd.DataFrame({
        "企业名称": np.char.add("虚构企业", (np.arange(rows) // 2).astype(str)),
        "排污许可证编号": _permits(rows), "区县代码": known.code[county],
        "经度": np.round(known.lon[county] + random.uniform(-0.3, 0.3, rows), 5),
        "纬度": np.round(known.lat[county] + random.uniform(-0.3, 0.3, rows), 5),
        **{f"{name}源分类": np.array([one[level] for one in _CLASSES], object)[kind]
           for level, name in enumerate(("一级", "二级", "三级", "四级"))},
        "排气筒编号": np.where(np.arange(rows) % 2 == 0, "DA001", "DA002"),
        "排气筒高度(m)": random.integers(15, 240, rows),
        "排气筒内径(m)": np.round(random.uniform(0.5, 8, rows), 2),
        "烟气温度(℃)": random.integers(40, 180, rows),
        "烟气流速(m/s)": np.round(random.uniform(3, 25, rows), 2),
        "绩效分级": np.array(["A", "B", "C", "D", "引领性", ""], object)[random.integers(0, 6, rows)],
        "年活动水平(吨)": activity,
    }).astype(object)  # fmt: skip
    annual = np.empty((rows, len(_FACTORS)))
    scale = random.uniform(0.8, 1.2, rows)
    removed = np.round(random.uniform(0, 99, rows), 1)
    for place, (name, typical) in enumerate(_FACTORS.items()):
        factor = np.round(typical * scale, 6)
        cells[f"{name}排放因子(kg/t)"] = factor.astype(object)
        cells[f"{name}去除效率(%)"] = removed.astype(object)
        annual[:, place] = activity * factor * (1.0 - 0.01 * removed)
    bad = np.sort(random.choice(rows, round(rows * bad_share), replace=False))
    for number, row in enumerate(bad):
        column, spoilt = _SPOILT[number % len(_SPOILT)]
        cells.loc[row, column] = spoilt
        if column == "二级源分类":
            cells.loc[row, "一级源分类"] = spoilt
            cells.loc[row, ["三级源分类", "四级源分类"]] = ""
    return MadeTable(cells, bad, annual, tuple(_FACTORS))


def _permits(rows: int) -> np.ndarray:
    """Permit numbers whose credit codes have the right check character."""
    number = np.arange(rows) // 2
    signs = np.char.add("916501", np.char.zfill(number.astype(str), 11))
    weights = np.array([pow(3, place, 31) for place in range(17)])
    digits = np.stack(
        [(signs.astype("U17").view("U1").reshape(rows, 17)[:, place]).astype(int) for place in range(17)]
    )
    check = _SIGNS[(-(weights[:, None] * digits).sum(0)) % 31]
    return np.char.add(np.char.add(signs, check), "001P")


def write_csv(table: MadeTable, path: Path, encoding: str = "utf-8-sig") -> Path:
    """Write a made table as CSV."""
    table.cells.to_csv(path, index=False, encoding=encoding)
    return path


def write_workbook(table: MadeTable, path: Path) -> Path:
    """Write a made table as a plain XLSX workbook (ECMA-376), texts inside their cells."""
    names = list(table.cells.columns)
    columns = [
        _cells(column_letter(place), table.cells[name].to_numpy(object)) for place, name in enumerate(names)
    ]
    head = "".join(_text(f"{column_letter(place)}1", name) for place, name in enumerate(names))
    body = "".join(
        f'<row r="{row + 2}">{"".join(cells)}</row>' for row, cells in enumerate(zip(*columns, strict=True))
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="rId1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        f'<sheet name="{_SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">'
        '<Relationship Id="rId1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row r="1">{head}'
        f"</row>{body}</sheetData></worksheet>",
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{part}')
    return path


def _cells(letters: str, column: np.ndarray) -> list[str]:
    return [_cell(f"{letters}{row + 2}", cell) for row, cell in enumerate(column)]


def _cell(place: str, cell: object) -> str:
    if isinstance(cell, str):
        return (
            (f'<c r="{place}" t="e"><v>{cell}</v></c>' if cell == "#REF!" else _text(place, cell))
            if cell
            else ""
        )
    return f'<c r="{place}"><v>{cell!r}</v></c>'


def _text(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
