"""A document as DOCX: styles, real tables and pictures, to be edited in any word processor."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from consultation.documents.configuration import DocumentsConfig, documents_config
from consultation.documents.material import material_of
from consultation.documents.parts import Line, Material, Picture, Table
from consultation.documents.word_page import page_setup, red_head, signatures
from consultation.documents.word_styles import add_styles, name_substitutes
from consultation.documents.word_tables import add_table
from consultation.exchange.configuration import ExchangeConfig
from consultation.run_folder import RunFolder
from consultation.warnings.document import WarningsDocument

if TYPE_CHECKING:
    from docx.document import Document


def docx_document(run: RunFolder, warnings: WarningsDocument, kind: str, exchange: ExchangeConfig) -> bytes:
    """A run as a Word document.

    Args:
        run: the products of a run.
        warnings: its proposals.
        kind: `daily` or `consultation`.
        exchange: the name of the issuing office.

    Raises:
        ConfigurationError: for another kind.
    """
    return word_document(material_of(run, warnings, kind, exchange), documents_config())


def word_document(material: Material, config: DocumentsConfig) -> bytes:
    """A material in the layout of official documents."""
    import docx

    document = docx.Document()
    add_styles(document, config)
    name_substitutes(document, config)
    page_setup(document, material, config)
    red_head(document, material, config)
    counts = {"表": 0, "图": 0}
    for part in material.parts:
        if isinstance(part, Line):
            document.add_paragraph(part.text, style=_STYLES[part.role])
        elif isinstance(part, Table):
            counts["表"] += 1
            above = document.add_paragraph(f"表{counts['表']}　{part.caption}", style="Bogda Caption")
            above.paragraph_format.keep_with_next = True
            add_table(document, part, config)
        else:
            counts["图"] += 1
            _add_picture(document, part, counts["图"])
    signatures(document, material)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


_STYLES = {
    "body": "Bogda Body", "flush": "Bogda Flush", "heading": "Heading 1", "second": "Heading 2",
    "note": "Bogda Note", "right": "Bogda Right",
}  # fmt: skip


def _add_picture(document: Document, picture: Picture, number: int) -> None:
    from docx.shared import Mm

    paragraph = document.add_paragraph(style="Bogda Picture")
    shape: Any = paragraph.add_run().add_picture(io.BytesIO(picture.image("png")), width=Mm(picture.width_mm))
    described = shape._inline.docPr  # noqa: SLF001 - the library has no other way to name a picture
    described.set("descr", picture.label)
    described.set("name", f"图{number}")
    document.add_paragraph(f"图{number}　{picture.caption}", style="Bogda Caption")
