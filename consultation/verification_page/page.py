"""Composing the page: one HTML file that needs nothing else."""

from __future__ import annotations

import base64
from pathlib import Path, PurePath
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from consultation.bulletin.page import font_list
from consultation.bulletin.settings import bulletin_config
from consultation.verification_page import tables
from consultation.verification_page.charts import error_chart, skill_chart
from consultation.verification_page.findings import findings_of
from consultation.verification_page.lookup import Scores
from foundation.errors import InputError, RunError
from foundation.store import write_text_atomically

__all__ = ["compose_page", "write_verification_page"]


def write_verification_page(
    document: dict[str, Any], out: str | Path, reliability: bytes | None = None
) -> None:
    """Write the page of a verification.

    Args:
        document: as `bogda verify --json` prints it.
        out: HTML file.
        reliability: a picture of the reliability, PNG; None without one.

    Raises:
        InputError: when the document holds no score.
        RunError: when the file cannot be written.
    """
    try:
        write_text_atomically(out, compose_page(document, reliability))
    except OSError as error:
        raise RunError(
            f"cannot write: {error.strerror or error}", where=str(out), remedy="Name a file in another folder"
        ) from error


def compose_page(document: dict[str, Any], reliability: bytes | None = None) -> str:
    """The page as HTML text; the same document gives the same text.

    Args:
        document: as `bogda verify --json` prints it.
        reliability: a picture of the reliability, PNG; None without one.

    Raises:
        InputError: when the document holds no score.
    """
    if not document["scores"]:
        raise InputError("no case was judged", remedy="Make a hindcast of times that were measured")
    scores = Scores(document)
    picture = None if reliability is None else base64.b64encode(reliability).decode("ascii")
    context: dict[str, Any] = {
        "document": document, "scores": scores, "fonts": font_list(bulletin_config()),
        "findings": document.get("findings") or findings_of(document),
        "subject": scores.name(document["subject"]), "baseline": scores.name(document["baseline"]),
        "charts": [skill_chart(scores), error_chart(scores)], "reliability": picture, "tables": tables,
    }  # fmt: skip
    return _environment().get_template("verification_page.html.j2").render(context)


def _environment() -> Environment:
    packages = ("consultation.verification_page", "consultation.bulletin")
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in packages]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(drawing=Markup, file_name=lambda path: PurePath(path.replace("\\", "/")).name)
    return environment
