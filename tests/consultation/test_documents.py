"""The daily bulletin and the consultation material as DOCX and PDF."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import numpy as np
import pypdfium2
import pytest
from docx.document import Document
from PIL import Image

from consultation.documents import docx_document, paper, pdf_document
from consultation.documents.configuration import documents_config
from consultation.documents.material import material_of
from consultation.documents.parts import Line, Material, Picture, Table
from consultation.documents.word_page import fitted_size
from consultation.exchange.configuration import exchange_config
from consultation.formats import Request, open_request
from consultation.warnings import write_warnings
from foundation.errors import ConfigurationError, RunError

DEFAULT = exchange_config()


@pytest.fixture(scope="module")
def opened(make_run: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Request:
    folder = make_run(tmp_path_factory.mktemp("documents") / "demo" / "20261209T160000Z", hourly=False)
    write_warnings(folder)
    return open_request(folder, DEFAULT)


@pytest.fixture(scope="module")
def material(opened: Request) -> Material:
    return material_of(opened.run, opened.warnings, "consultation", DEFAULT)


@pytest.fixture(scope="module")
def word(opened: Request) -> bytes:
    return docx_document(opened.run, opened.warnings, "daily", DEFAULT)


@pytest.fixture(scope="module")
def document(word: bytes) -> Document:
    return docx.Document(io.BytesIO(word))


@pytest.fixture(scope="module")
def printed(opened: Request) -> pypdfium2.PdfDocument:
    pytest.importorskip("weasyprint", reason="WeasyPrint needs the system's pango", exc_type=OSError)
    return pypdfium2.PdfDocument(pdf_document(opened.run, opened.warnings, "daily", DEFAULT))


def text_of(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_sections_are_numbered_in_order(material: Material) -> None:
    heads = [part.text for part in material.parts if isinstance(part, Line) and part.role == "heading"]
    assert [head[:2] for head in heads] == [f"{sign}、" for sign in "一二三四五六"[: len(heads)]]
    assert [head[2:] for head in heads] == [
        "未来三天空气质量预报", "重污染天气预警建议", "PM2.5浓度变化过程", "近期预报检验",
        "资料缺失与产品降级", "会商意见",
    ]  # fmt: skip


def test_what_the_index_of_a_warning_is_stands_below_it(material: Material) -> None:
    said = [part.text for part in material.parts if isinstance(part, Line)]
    (at,) = [number for number, text in enumerate(said) if "区域均值预计" in text][:1]
    assert [text for text in said[at:] if "区域为各县市AQI的均值" in text]


def test_the_tables_hold_the_forecast_of_three_days(opened: Request, material: Material) -> None:
    table = next(part for part in material.parts if isinstance(part, Table))
    assert [text for text in table.heads[0] if text] == ["地点", "12月11日", "12月12日", "12月13日"]
    urumqi = next(row for row in table.rows if row[0].text == "乌鲁木齐")
    single = opened.run.forecast.day.isel(reference_time=0).sel(place="urumqi")
    expected = [f"{int(single['aqi_low'][n])}~{int(single['aqi_high'][n])}" for n in (1, 2, 3)]
    assert [urumqi[column].text for column in (1, 4, 7)] == expected
    assert all(len(row) == len(table.widths) for row in table.rows)
    others = [part for part in material.parts if isinstance(part, Table)][2]
    karamay = next(row for row in others.rows if row[0].text == "克拉玛依")
    assert "沙尘" in karamay[6].text
    assert [("沙尘" in karamay[column].text) for column in (3, 9)] == [False, False]


def test_grades_are_words_beside_their_colour(material: Material) -> None:
    cells = [cell for part in material.parts if isinstance(part, Table) for row in part.rows for cell in row]
    assert all(cell.text for cell in cells if cell.fill)


def test_sentences_end_once(material: Material) -> None:
    assert not [part.text for part in material.parts if isinstance(part, Line) and "。。" in part.text]


def test_the_word_file_has_text_tables_and_pictures(document: Document) -> None:
    text = text_of(document)
    for words in (
        "空气质量预报日报",
        "一、未来三天空气质量预报",
        "须经有权人员会商审批签发",
        "签发人：",
        "表1　",
        "图1　",
    ):
        assert words in text
    assert len(document.tables) == 3
    assert document.tables[0].cell(2, 0).text == "乌鲁木齐"
    assert len(document.inline_shapes) == 3
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert all(described)


def test_the_word_file_is_laid_out_as_official_documents_are(document: Document) -> None:
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.left_margin.mm), round(section.top_margin.mm)) == (28, 37)
    assert section.page_width.mm - section.left_margin.mm - section.right_margin.mm == pytest.approx(
        156, abs=0.5
    )
    head = document.paragraphs[0]
    assert str(head.runs[0].font.color.rgb) == "D7000F"
    assert document.styles["Bogda Body"].font.size.pt == 16
    assert (
        document.styles["Bogda Title"].element.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia"))
        == "方正小标宋简体"
    )
    assert [one.style.name for one in document.paragraphs if one.text.startswith("一、")] == ["Heading 1"]
    assert "PAGE" in section.footer._element.xml


def test_tables_break_well(document: Document) -> None:
    rows = document.tables[0].rows
    assert all("w:tblHeader" in rows[n]._tr.xml for n in (0, 1))
    assert all("w:cantSplit" in row._tr.xml for row in rows[2:])


def test_faces_have_substitutes(word: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        fonts = package.read("word/fontTable.xml").decode("utf-8")
    assert re.search(r'w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong', fonts)


def test_made_up_data_are_stamped_on_every_page(document: Document, printed: pypdfium2.PdfDocument) -> None:
    assert "SYNTHETIC" in document.sections[0].header.paragraphs[0].text
    for page in printed:
        assert "SYNTHETIC" in page.get_textpage().get_text_range()


def test_measured_data_carry_no_stamp(make_run: Callable[..., Path], tmp_path: Path) -> None:
    folder = make_run(tmp_path / "20261209T160000Z", hourly=False, complete=False, synthetic=False)
    request = open_request(folder, DEFAULT)
    made = docx.Document(io.BytesIO(docx_document(request.run, request.warnings, "daily", DEFAULT)))
    assert "SYNTHETIC" not in "".join(paragraph.text for paragraph in made.sections[0].header.paragraphs)
    assert "缺近期实测" in text_of(made)


def test_the_printed_pages_are_a4_with_chinese_text(printed: pypdfium2.PdfDocument) -> None:
    assert len(printed) >= 2
    for page in printed:
        assert [round(length / 72 * 25.4) for length in page.get_size()] == [210, 297]
    text = "".join(page.get_textpage().get_text_range() for page in printed)
    for words in ("空气质量预报日报", "乌鲁木齐", "重污染天气预警建议", "签发人", "—1—"):
        assert words in "".join(text.split())


def test_the_printed_page_has_a_red_head_and_sharp_charts(printed: pypdfium2.PdfDocument) -> None:
    first = np.asarray(printed[0].render(scale=1.5).to_pil().convert("RGB")).astype(int)
    top = first[: first.shape[0] // 3]
    red = (top[..., 0] > 180) & (top[..., 1] < 60) & (top[..., 2] < 60)
    assert red.sum() > 1000
    paths = [item for page in printed for item in page.get_objects() if item.type == 2]
    images = [item for page in printed for item in page.get_objects() if item.type == 3]
    assert len(paths) > 200, "charts are lines, not pixels"
    assert not images


def test_the_printed_page_stays_within_its_margins(printed: pypdfium2.PdfDocument) -> None:
    for page in printed:
        shown = np.asarray(page.render(scale=1.0).to_pil().convert("L"))
        columns = np.flatnonzero((shown < 200).any(axis=0)) / shown.shape[1] * 210
        assert columns.min() > 26
        assert columns.max() < 210 - 24


def test_pictures_are_sharp(material: Material) -> None:
    picture = next(part for part in material.parts if isinstance(part, Picture))
    drawn = Image.open(io.BytesIO(picture.image("png")))
    assert drawn.width / (picture.width_mm / 25.4) >= 200, "dots per inch on paper"
    assert picture.image("svg").startswith(b"<?xml")


def test_without_pango_there_is_one_clear_line(opened: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    paper._engine.cache_clear()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(RunError, match="apt install libpango") as caught:
        pdf_document(opened.run, opened.warnings, "daily", DEFAULT)
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    paper._engine.cache_clear()


def test_words_of_a_run_cannot_become_markup() -> None:
    evil = '</td><script>alert(1)</script><img src="https://elsewhere.example/x">'
    page = paper.printed_page(
        Material(
            evil, evil, evil, evil, "", (Line(evil), Table(evil, ((evil,),), (), (1.0,))), (evil,), evil
        ),
        documents_config(),
    )
    assert "<script>" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 6


def test_a_long_head_keeps_to_one_line() -> None:
    config = documents_config()
    assert fitted_size("短", config) == 36
    assert fitted_size("新" * 24, config) * 24 <= 156 / 25.4 * 72


def test_another_kind_is_refused(opened: Request) -> None:
    with pytest.raises(ConfigurationError, match="unknown document"):
        material_of(opened.run, opened.warnings, "weekly", DEFAULT)
