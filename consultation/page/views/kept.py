"""Documents that other commands left in the store beside the runs, as they were written."""

from __future__ import annotations

import json

from consultation.page.answers import JSON_KIND, SELF_CONTAINED, Answer
from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.shapes.words import Names

__all__ = ["kept_json", "kept_page"]

_LARGEST_BYTES = 20_000_000
_PAGE_KIND = "text/html; charset=utf-8"


def kept_json(library: Library, path: str, what: Names) -> Answer:
    """A JSON document of the store.

    Args:
        library: of the page.
        path: in the store.
        what: it is, for the reader.

    Raises:
        AbsentError: when there is none, it is too large, or it is not JSON.
    """
    text = _read(library, path, what)
    try:
        json.loads(text)
    except ValueError as error:
        raise AbsentError(f"{what.chinese} 已损坏", f"The {what.english} is broken", "unreadable") from error
    return Answer.of(text, JSON_KIND)


def kept_page(library: Library, path: str, what: Names) -> Answer:
    """A page of the store that carries its own style and runs no script.

    Raises:
        AbsentError: when there is none, or it is too large.
    """
    return Answer.of(_read(library, path, what), _PAGE_KIND, SELF_CONTAINED)


def _read(library: Library, path: str, what: Names) -> bytes:
    store = library.shelf.store
    whole = f"{store.root}/{path}"
    if not store.filesystem.isfile(whole):
        raise AbsentError(f"没有{what.chinese}", f"There is no {what.english}")
    if store.filesystem.size(whole) > _LARGEST_BYTES:
        raise AbsentError(f"{what.chinese} 过大", f"The {what.english} is too large", "unreadable")
    try:
        return bytes(store.filesystem.cat_file(whole))
    except OSError as error:
        raise AbsentError(f"{what.chinese} 已损坏", f"The {what.english} is broken", "unreadable") from error
