"""One run in any form: which formats there are, and how each is written."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from consultation.bulletin.page import compose
from consultation.bulletin.proposals import with_warnings
from consultation.by_hand import Changes, Signed
from consultation.exchange.configuration import ExchangeConfig
from consultation.products import FORECAST_FILE, HDF5, WARNINGS_FILE
from consultation.run_folder import RunFolder, as_left_by_people, read_run
from consultation.warnings.document import WarningsDocument
from foundation.errors import ConfigurationError, InputError
from foundation.store import written_beside

_DRAWING = Lock()
"""Held while a document is drawn: the library keeps its settings for the whole process."""
_DRAWN = frozenset({"html", "docx", "pdf"})


@dataclass(frozen=True)
class Request:
    """What is to be written of a run.

    Attributes:
        run: its products.
        folder: where it lies.
        warnings: its proposals.
        config: who sends, codes, outlines.
        area: for an alert, the one area wanted; all when None.
        kind: for documents, `daily` or `consultation`.
    """

    run: RunFolder
    folder: Path
    warnings: WarningsDocument
    config: ExchangeConfig
    area: str | None = None
    kind: str = "daily"


def open_request(
    folder: str | Path, config: ExchangeConfig, area: str | None = None, kind: str = "daily", *,
    changes: Changes = (), signed: Signed | None = None,
) -> Request:  # fmt: skip
    """Read a run and its proposals; with changes of people, it is their product.

    Raises:
        InputError: when there is no readable forecast.
        ContractError: when the forecast does not keep its contract.
    """
    home = Path(folder)
    if not (home / FORECAST_FILE).is_file():
        raise InputError(
            f"no run: there is no {FORECAST_FILE}",
            where=str(home),
            remedy="Give the folder of a run, …/runs/CASE/TIME",
        )
    with HDF5:
        read = read_run(home)
    run, warnings = with_warnings(read, home)  # from the model's forecast, as it was proposed
    return Request(as_left_by_people(run, changes, signed), home, warnings, config, area, kind)


def _html(request: Request) -> bytes:
    return compose(request.run, request.warnings).encode()


def _csv(request: Request) -> bytes:
    from consultation.exchange.tables import forecast_csv

    return forecast_csv(request.run)


def _json(request: Request) -> bytes:
    from consultation.exchange.tables import forecast_json

    return forecast_json(request.run, request.warnings)


def _geojson(request: Request) -> bytes:
    from consultation.exchange.geojson import forecast_geojson

    return forecast_geojson(request.run, request.warnings, request.config)


def _check_proposals(request: Request) -> None:
    """An alert is drafted from what the run proposed, never from what was made anew for a broken file."""
    for absence in request.run.absences:
        if absence.file == WARNINGS_FILE and absence.reason:
            raise InputError(
                f"no alert can be drafted from broken proposals: {absence.reason}",
                where=str(request.folder / WARNINGS_FILE),
                remedy="Remove it, and it is made anew from the forecast",
            )


def _cap(request: Request) -> bytes:
    from consultation.exchange.cap import cap_draft
    from consultation.exchange.proposals import draft_identifier, draft_notices

    _check_proposals(request)
    notices = draft_notices(request.warnings, request.config, request.area)
    return cap_draft(notices, draft_identifier(notices), request.config)


def _atom(request: Request) -> bytes:
    from consultation.exchange.atom import atom_feed, bulletin_entries

    return atom_feed(bulletin_entries(request.folder, request.config.feed.entries), request.config)


def _docx(request: Request) -> bytes:
    from consultation.documents import docx_document

    return docx_document(request.run, request.warnings, request.kind, request.config)


def _pdf(request: Request) -> bytes:
    from consultation.documents import pdf_document

    return pdf_document(request.run, request.warnings, request.kind, request.config)


_WRITERS: dict[str, Callable[[Request], bytes]] = {
    "html": _html, "pdf": _pdf, "docx": _docx, "csv": _csv, "json": _json, "geojson": _geojson, "cap": _cap,
    "atom": _atom,
}  # fmt: skip

ENDINGS = MappingProxyType(
    {
        "html": ".html", "pdf": ".pdf", "docx": ".docx", "csv": ".csv", "json": ".json", "netcdf": ".nc",
        "geojson": ".geojson", "cap": ".xml", "atom": ".xml",
    }
)  # fmt: skip
"""The formats, each with the usual ending of its files."""

MEDIA_TYPES = MappingProxyType(
    {
        "html": "text/html; charset=utf-8", "pdf": "application/pdf", "csv": "text/csv; charset=utf-8",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "json": "application/json", "netcdf": "application/x-netcdf", "geojson": "application/geo+json",
        "cap": "application/cap+xml", "atom": "application/atom+xml",
    }
)  # fmt: skip
"""What a server calls each format."""


def write_product(request: Request, form: str, out: str | Path) -> None:
    """Write a run in one form; a reader sees the old file or the new one, never half.

    Args:
        request: the run and how to write it.
        form: one of `ENDINGS`.
        out: the file.

    Raises:
        ConfigurationError: for an unknown format.
        BogdaError: when the run does not hold what the format needs.
        OSError: when the file cannot be written.
    """
    if form == "netcdf":
        from consultation.exchange.netcdf import write_netcdf

        with HDF5:
            write_netcdf(request.run, out, request.config.feed.title.english)
        return
    content = product_bytes(request, form)
    with written_beside(out) as beside:
        beside.write_bytes(content)


def product_bytes(request: Request, form: str) -> bytes:
    """A run in one form, as it is sent; safe where several threads ask.

    Raises:
        ConfigurationError: for an unknown format.
        BogdaError: when the run does not hold what the format needs.
    """
    if form == "netcdf":
        with tempfile.TemporaryDirectory(prefix="bogda-product-") as beside:
            write_product(request, form, Path(beside) / "product.nc")
            return (Path(beside) / "product.nc").read_bytes()
    if form not in _WRITERS:
        raise ConfigurationError(f"unknown format {form!r}", remedy=f"Known formats: {', '.join(ENDINGS)}")
    with _DRAWING if form in _DRAWN else nullcontext():
        return _WRITERS[form](request)
