"""A document as PDF: a page of HTML made for print, set by WeasyPrint."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from consultation.documents.configuration import DocumentsConfig, documents_config
from consultation.documents.material import material_of
from consultation.documents.parts import Line, Material, Picture, Table
from consultation.documents.word_page import fitted_size
from consultation.exchange.configuration import ExchangeConfig
from consultation.run_folder import RunFolder
from consultation.warnings.document import WarningsDocument
from foundation.errors import RunError


def pdf_document(run: RunFolder, warnings: WarningsDocument, kind: str, exchange: ExchangeConfig) -> bytes:
    """A run as PDF.

    Args:
        run: the products of a run.
        warnings: its proposals.
        kind: `daily` or `consultation`.
        exchange: the name of the issuing office.

    Raises:
        ConfigurationError: for another kind.
        RunError: where WeasyPrint or the system's pango is not installed.
    """
    require_engine()  # before anything is drawn
    return printed_document(material_of(run, warnings, kind, exchange))


def printed_document(material: Material) -> bytes:
    """A material as PDF.

    Raises:
        RunError: where WeasyPrint or the system's pango is not installed.
    """
    engine, text = _engine(), printed_page(material, documents_config())
    fetcher = engine.urls.URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
    return bytes(engine.HTML(string=text, url_fetcher=fetcher).write_pdf(pdf_identifier=b"bogda"))


def require_engine() -> None:
    """Refuse where no PDF can be made.

    Raises:
        RunError: where WeasyPrint or the system's pango is not installed.
    """
    _engine()


@cache
def _engine() -> Any:
    try:
        import weasyprint
        import weasyprint.urls
    except (ImportError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RunError(
            f"PDF cannot be made: WeasyPrint does not load ({reason[:120]})",
            remedy="On Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk; "
            "or take --format docx",
        ) from error
    return weasyprint


def printed_page(material: Material, config: DocumentsConfig) -> str:
    """The document as HTML made for print; the same material gives the same text."""
    environment = Environment(
        loader=PackageLoader("consultation.documents"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["faces"] = _faces
    environment.filters["span"] = _span
    return environment.get_template("paper.html.j2").render(
        material=material,
        config=config,
        head_pt=fitted_size(material.red_head, config),
        parts=_numbered(material),
    )


def _numbered(material: Material) -> list[dict[str, Any]]:
    """Parts with their kind; tables and pictures are counted apart."""
    counts = {"table": 0, "picture": 0}
    found: list[dict[str, Any]] = []
    for part in material.parts:
        if isinstance(part, Line):
            found.append({"kind": "line", "part": part})
            continue
        kind = "table" if isinstance(part, Table) else "picture"
        counts[kind] += 1
        extra = {"total": sum(part.widths)} if isinstance(part, Table) else {"source": _source(part)}
        found.append({"kind": kind, "part": part, "number": counts[kind], **extra})
    return found


def _source(picture: Picture) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(picture.image("svg")).decode("ascii")


def _span(row: tuple[str | None, ...]) -> list[tuple[str, int]]:
    """Cells of a head with the columns that each covers."""
    found: list[tuple[str, int]] = []
    for text in row:
        if text is None:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((text, 1))
    return found


def _faces(names: tuple[str, ...]) -> Markup:
    """Names of fonts as CSS; each is quoted, and a name with a quote is left out."""
    plain = [name for name in names if not set(name) & set("\"'\\<>{};")]
    return Markup(", ".join(f'"{name}"' for name in plain) + ", serif")  # noqa: S704
