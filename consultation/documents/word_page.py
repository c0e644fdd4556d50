"""The page of the Word document: margins, page numbers, red head, signatures, imprint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consultation.documents.configuration import DocumentsConfig
from consultation.documents.parts import Material

if TYPE_CHECKING:
    from docx.document import Document

_A4_MM = (210, 297)
_KEPT_ROWS = 2


def page_setup(document: Document, material: Material, config: DocumentsConfig) -> None:
    """A4 with the margins of official documents, page numbers, the stamp of made-up data on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt, RGBColor

    section, margins = document.sections[0], config.margins_mm
    section.page_width, section.page_height = Mm(_A4_MM[0]), Mm(_A4_MM[1])
    section.top_margin, section.bottom_margin = Mm(margins.top), Mm(margins.bottom)
    section.left_margin, section.right_margin = Mm(margins.left), Mm(margins.right)
    section.footer_distance, section.header_distance = Mm(margins.bottom - 10), Mm(15)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _small(footer.add_run("— "), config)
    _small(_page_number(footer), config)
    _small(footer.add_run(" —"), config)
    if material.stamp:
        header = section.header.paragraphs[0]
        header.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = header.add_run(material.stamp)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(14), True, RGBColor.from_string(config.red[1:])
        _east_asian(run, config.faces.heading[0])
    properties = document.core_properties
    properties.title = material.title.replace("\n", "")
    properties.author, properties.language = material.red_head, "zh-CN"
    properties.comments = material.stamp


def _small(run: Any, config: DocumentsConfig) -> None:
    from docx.shared import Pt

    run.font.size = Pt(config.sizes_pt.small)
    _east_asian(run, config.faces.song[0])


def _east_asian(run: Any, face: str) -> None:
    from docx.oxml.ns import qn

    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001


def _page_number(paragraph: Any) -> Any:
    """A field that the reader's program fills in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run()
    for kind in ("begin", None, "end"):
        element = OxmlElement("w:instrText" if kind is None else "w:fldChar")
        if kind is None:
            element.text = "PAGE"
        else:
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)  # noqa: SLF001
    return run


def red_head(document: Document, material: Material, config: DocumentsConfig) -> None:
    """The offices in red, the number of the document, the red line, the title."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    red = RGBColor.from_string(config.red[1:])
    head = document.add_paragraph(style="Bogda Head")
    run = head.add_run(material.red_head)
    run.font.color.rgb = red
    run.font.size = Pt(fitted_size(material.red_head, config))
    head.paragraph_format.space_after = Pt(18)
    number = document.add_paragraph(material.number, style="Bogda Body")
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number.paragraph_format.first_line_indent = Pt(0)
    _line_below(number, config.red[1:])
    title = document.add_paragraph(material.title, style="Bogda Title")
    title.paragraph_format.space_before = Pt(28)
    title.paragraph_format.space_after = Pt(4 if material.issued else 18)
    if not material.issued:
        return
    date = document.add_paragraph(f"（{material.issued}）", style="Bogda Body")
    date.alignment = WD_ALIGN_PARAGRAPH.CENTER
    date.paragraph_format.first_line_indent, date.paragraph_format.space_after = Pt(0), Pt(14)


def fitted_size(head: str, config: DocumentsConfig) -> float:
    """Size of the red head at which it keeps to one line, points; a character is as wide as it is high."""
    width_pt = (_A4_MM[0] - config.margins_mm.left - config.margins_mm.right) / 25.4 * 72
    return min(config.sizes_pt.head, int(width_pt / max(len(head), 1)))


def _line_below(paragraph: Any, colour: str, size: int = 18) -> None:
    """A rule under a paragraph, its width in eighths of a point."""
    _rules(paragraph, ("bottom",), colour, size)


def _rules(paragraph: Any, sides: tuple[str, ...], colour: str, size: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = paragraph._element.get_or_add_pPr()  # noqa: SLF001
    borders = OxmlElement("w:pBdr")
    for side in sides:
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(size)), ("space", "6"), ("color", colour)):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def signatures(document: Document, material: Material) -> None:
    """The lines of those who sign, the date, and the imprint between two rules; never alone on a page."""
    from docx.shared import Pt

    _keep_last(document)
    for number, text in enumerate(material.signatures):
        line = document.add_paragraph(text, style="Bogda Right")
        line.paragraph_format.keep_with_next = True
        if number == 0:
            line.paragraph_format.space_before = Pt(24)
    date = document.add_paragraph(material.dated or material.issued, style="Bogda Right")
    date.paragraph_format.space_after, date.paragraph_format.keep_with_next = Pt(14), True
    imprint = document.add_paragraph(material.imprint, style="Bogda Note")
    _rules(imprint, ("top", "bottom"), "000000", 8)


def _keep_last(document: Document) -> None:
    """Hold the last paragraph, and the last rows of a table before it, on the page of what follows."""
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    if document.tables and document.paragraphs[-1]._element.getprevious() is document.tables[-1]._element:  # noqa: SLF001
        for row in document.tables[-1].rows[-_KEPT_ROWS:]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
