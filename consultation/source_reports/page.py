"""Composing a report as one HTML file that needs nothing else, and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from consultation.bulletin.page import font_list
from consultation.bulletin.settings import bulletin_config
from consultation.source_reports.configuration import Kind, source_reports_config
from consultation.source_reports.document import compose_document
from consultation.source_reports.drawings import Drawing, drawings_of
from consultation.source_reports.material import gather
from consultation.source_reports.shelf import keep_report
from foundation.errors import RunError
from foundation.store import write_text_atomically
from sources.tagging.courses import Period
from sources.tagging.figures.colours import colours_of
from sources.tagging.groups import Group

__all__ = ["Outlet", "compose_page", "write_source_report"]


@dataclass(frozen=True)
class Outlet:
    """Where the page of a report goes.

    Attributes:
        file: HTML file to write; None for none.
        keep: whether page and document are put into the store, for the consultation page.
    """

    file: str | Path | None = None
    keep: bool = False


def write_source_report(
    store: str, domain: str, kind: Kind, period: Period, out: Outlet,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:  # fmt: skip
    """Make a report from the runs of a store.

    Args:
        store: a folder or URL.
        domain: folder under `runs/`.
        kind: `weekly` or `episode`.
        period: what was asked for; open sides are settled by `material.gather`.
        out: where the page goes.
        progress: told the name of each step as it begins.

    Returns:
        The document.

    Raises:
        InputError: when no run can be read, or there is nothing to report.
        RunError: when the file cannot be written.
    """
    config = source_reports_config()
    progress("runs")
    material = gather(store, domain, kind, period, config)
    progress("contributions")
    document = compose_document(material, config)
    if out.file is not None or out.keep:
        progress("page")
        page = compose_page(document, drawings_of(material, document, config))
        if out.file is not None:
            _write(out.file, page)
        if out.keep:
            keep_report(store, document, page)
    return document


def _write(file: str | Path, page: str) -> None:
    try:
        write_text_atomically(file, page)
    except OSError as error:
        raise RunError(
            f"cannot write: {error.strerror or error}",
            where=str(file),
            remedy="Name a file in another folder",
        ) from error


def compose_page(document: dict[str, Any], drawings: list[Drawing]) -> str:
    """The page as HTML text; the same document gives the same text."""
    config = source_reports_config()
    colours = {
        kind: dict(
            zip((one["id"] for one in groups), colours_of([Group(**one) for one in groups]), strict=True)
        )
        for kind, groups in document["groups"].items()
    }
    context: dict[str, Any] = {
        "document": document, "title": config.title[document["kind"]], "drawings": drawings,
        "colours": colours, "near_shown": {
            part["id"]
            for one in document["receptors"] for part in one["nearness"] if (part["percent"] or 0.0) >= 0.05
        },
        "fonts": font_list(bulletin_config()), "receptors": {one["id"]: one for one in document["receptors"]},
        "names": {kind: {one["id"]: one for one in groups} for kind, groups in document["groups"].items()},
    }  # fmt: skip
    return _environment().get_template("source_report.html.j2").render(context)


def _environment() -> Environment:
    packages = ("consultation.source_reports", "consultation.bulletin")
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in packages]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(
        drawing=Markup,
        number=_number, tint=_tint,
    )  # fmt: skip
    return environment


def _number(value: float | None, decimals: int = 0) -> str:
    return "—" if value is None else f"{value:.{decimals}f}"


def _tint(percent: float | None) -> str:
    """Background of a cell of the matrix: the darker, the larger the share."""
    share = 0.0 if percent is None else min(percent, 100.0) / 100.0
    return f"rgba(200,118,58,{0.85 * share:.2f})"
