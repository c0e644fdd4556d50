"""Tables of the Word document: heads that repeat on every page, coloured grades, rows that do not break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consultation.documents.configuration import DocumentsConfig
from consultation.documents.parts import Table, TableCell

if TYPE_CHECKING:
    from docx.document import Document

_HEAD_FILL = "#f2f2f2"
_CELL_MARGIN_TWIPS = 28
_WRITING_PT = 30
"""Height of a row that is to be filled in by hand."""


def add_table(document: Document, table: Table, config: DocumentsConfig) -> None:
    """Add a table over the width of the type area.

    Args:
        document: what it is added to.
        table: its heads, rows and relative widths.
        config: margins of the page.
    """
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm, Pt

    columns = len(table.widths)
    made = document.add_table(rows=len(table.heads) + len(table.rows), cols=columns)
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _narrow_margins(made)
    width = 210 - config.margins_mm.left - config.margins_mm.right
    cells = [list(row.cells) for row in made.rows]
    for number, share in enumerate(table.widths):
        length = Mm(width * share / sum(table.widths))
        made.columns[number].width = length  # LibreOffice goes by the grid, Word by the cells
        for row in cells:
            row[number].width = length
    for number, texts in enumerate(table.heads):
        _head(cells[number], texts)
        _mark_row(made.rows[number], "w:tblHeader")
    _merge_down(cells, table)
    for number, content in enumerate(table.rows, start=len(table.heads)):
        for cell, part in zip(cells[number], content, strict=True):
            _write(cell, part)
        _mark_row(made.rows[number], "w:cantSplit")
        if not all(part.text for part in content):
            made.rows[number].height = Pt(_WRITING_PT)
    after = document.add_paragraph(style="Bogda Note")
    after.paragraph_format.space_after = 0


def _narrow_margins(table: Any) -> None:
    """Leave half a millimetre beside the text of a cell; Word's own two leave no room for nine columns."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(_CELL_MARGIN_TWIPS))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = table._tbl.tblPr  # noqa: SLF001 - the library has no other way to its margins
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption")


def _head(cells: list[Any], texts: tuple[str | None, ...]) -> None:
    """One row of the head; a None is covered by the cell to its left."""
    for column, text in enumerate(texts):
        if text is not None:
            last = column
            while last + 1 < len(texts) and texts[last + 1] is None:
                last += 1
            merged = cells[column].merge(cells[last]) if last > column else cells[column]
            _write(merged, TableCell(text, _HEAD_FILL, "#000000", bold=True))


def _merge_down(cells: list[list[Any]], table: Table) -> None:
    """A head that is empty in the second row covers both."""
    if len(table.heads) == 2:
        for column, text in enumerate(table.heads[1]):
            if text == "":
                both = cells[0][column].merge(cells[1][column])
                for empty in both.paragraphs[1:]:
                    empty._element.getparent().remove(empty._element)  # noqa: SLF001


def _write(cell: Any, part: TableCell) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.shared import RGBColor

    paragraph = cell.paragraphs[0]
    paragraph._p.style = "BogdaTable"  # noqa: SLF001 - by name, the library searches all styles, for every cell
    run = paragraph.add_run(part.text)
    run.font.bold = part.bold
    if part.ink:
        run.font.color.rgb = RGBColor.from_string(part.ink.lstrip("#"))
    if part.fill:
        _shade(cell, part.fill.lstrip("#"))
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _shade(cell: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._element.get_or_add_tcPr().append(shade)  # noqa: SLF001


def _mark_row(row: Any, mark: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(mark))  # noqa: SLF001
