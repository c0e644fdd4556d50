"""Where reports are kept in a store, beside the runs that they were made of, and which there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from consultation.source_reports.configuration import Kind
from foundation.errors import RunError
from foundation.kept_documents import keep_json, keep_text
from foundation.store import RunStore

__all__ = ["FOLDER", "REPORT_NAME", "KeptReport", "keep_report", "kept_reports"]

FOLDER = "reports"
REPORT_NAME = r"(weekly|episode)-[0-9]{8}-[0-9]{8}"
_NAME = re.compile(REPORT_NAME)


@dataclass(frozen=True)
class KeptReport:
    """A report of a store.

    Attributes:
        name: kind and Beijing days, such as `episode-20261119-20261126`; those of its files.
        first: Beijing day, ISO 8601.
        last: the same.
    """

    name: str
    kind: Kind
    first: str
    last: str


def keep_report(store: str, document: dict[str, Any], page: str) -> str:
    """Put a report where the page of the consultation finds it, in the place of an earlier one of its days.

    Args:
        store: a folder or URL.
        document: as `document.compose_document` gives it.
        page: the same as HTML.

    Returns:
        Its path in the store, without an ending.

    Raises:
        RunError: when the store cannot be written.
    """
    period = document["period"]
    name = f"{document['kind']}-{_digits(period['from'])}-{_digits(period['to'])}"
    path, kept = f"{FOLDER}/{document['domain']}/{name}", RunStore(store)
    try:
        keep_text(kept, f"{path}.html", page)
        keep_json(kept, f"{path}.json", document)
    except OSError as error:
        raise RunError(
            f"cannot write: {error.strerror or error}", where=store, remedy="Check that it may be written"
        ) from error
    return path


def kept_reports(store: RunStore, domain: str) -> list[KeptReport]:
    """Reports of a domain, the one that ends last first.

    Args:
        store: that holds them.
        domain: folder under `runs/`.
    """
    found = store.filesystem.glob(f"{store.root}/{FOLDER}/{domain}/*.json")
    names = (str(path).rsplit("/", 1)[-1].removesuffix(".json") for path in found)
    kept = [_told(name) for name in names if _NAME.fullmatch(name)]
    return sorted(kept, key=lambda one: (one.last, one.first, one.kind), reverse=True)


def _told(name: str) -> KeptReport:
    kind, first, last = name.split("-")
    return KeptReport(name, "weekly" if kind == "weekly" else "episode", _day(first), _day(last))


def _digits(day: str) -> str:
    return day.replace("-", "")


def _day(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
