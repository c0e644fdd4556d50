"""Styles and faces of the Word document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from consultation.documents.configuration import DocumentsConfig

if TYPE_CHECKING:
    from docx.document import Document


def add_styles(document: Document, config: DocumentsConfig) -> None:
    """Styles by role; headings are Word's own, so that its outline works."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

    faces, sizes, line = config.faces, config.sizes_pt, config.line_pt
    styles = document.styles
    _set(styles["Normal"], faces.body[0], config, size=sizes.body, line=line)
    for name, face in (("Heading 1", faces.heading[0]), ("Heading 2", faces.second[0])):
        _set(styles[name], face, config, size=sizes.body, line=line, indent=2)
        styles[name].paragraph_format.keep_with_next = True
    made: tuple[tuple[str, str, float, float | None, float, Any], ...] = (
        ("Bogda Body", faces.body[0], sizes.body, line, 2, ALIGN.JUSTIFY),
        ("Bogda Flush", faces.body[0], sizes.body, line, 0, ALIGN.LEFT),
        ("Bogda Right", faces.body[0], sizes.body, line, 0, ALIGN.RIGHT),
        ("Bogda Note", faces.body[0], sizes.caption, None, 0, ALIGN.LEFT),
        ("Bogda Caption", faces.heading[0], sizes.caption, None, 0, ALIGN.CENTER),
        ("Bogda Picture", faces.body[0], sizes.caption, None, 0, ALIGN.CENTER),
        ("Bogda Table", faces.song[0], sizes.table, None, 0, ALIGN.CENTER),
        ("Bogda Title", faces.title[0], sizes.title, 34.0, 0, ALIGN.CENTER),
        ("Bogda Head", faces.title[0], sizes.head, None, 0, ALIGN.CENTER),
    )
    for name, face, size, exact, indent, align in made:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _set(style, face, config, size=size, line=exact, indent=indent)
        style.paragraph_format.alignment = align
    for name in ("Bogda Caption", "Bogda Picture"):
        _space(styles[name], before=4, after=4)
    styles["Bogda Picture"].paragraph_format.keep_with_next = True


def _set(
    style: Any, face: str, config: DocumentsConfig, *, size: float, line: float | None, indent: float = 0
) -> None:
    """Face, size and spacing of a style; running text has lines at an exact distance."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold = config.faces.latin[0], Pt(size), False
    style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), face)
    _chinese(style.element.get_or_add_rPr())
    spacing = style.paragraph_format
    spacing.line_spacing_rule = WD_LINE_SPACING.SINGLE if line is None else WD_LINE_SPACING.EXACTLY
    spacing.line_spacing = 1.0 if line is None else Pt(line)
    spacing.first_line_indent = Pt(indent * size)
    _space(style)


def _chinese(properties: Any) -> None:
    """Mark text as simplified Chinese, by which programs choose the shapes of characters."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def _space(style: Any, before: float = 0, after: float = 0) -> None:
    from docx.shared import Pt

    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def name_substitutes(document: Document, config: DocumentsConfig) -> None:
    """Tell the reader's program which faces may stand in for one that it lacks (ECMA-376, altName)."""
    faces = config.faces
    roles = (faces.title, faces.heading, faces.second, faces.body, faces.song)
    entries = "".join(
        f'<w:font w:name="{escape(wanted)}"><w:altName w:val="{escape(",".join(others))}"/>'
        '<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for wanted, *others in roles
        if others
    )
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            blob = part.blob.decode("utf-8")
            part._blob = blob.replace("</w:fonts>", entries + "</w:fonts>").encode()  # noqa: SLF001 - has no setter
