"""A release on disk: weights as safetensors, their contract as JSON, a card for people; never a pickle.

`release.json` holds the document, the SHA-256 of every other file and of the document itself, and the names
and shapes of the weights, which all members share. A release may carry its past (`forecast.learned.past`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from forecast.learned.card import card_text
from forecast.learned.past import LearnedPast, packed_past, unpacked_past
from forecast.learned.release_document import ReleaseDocument
from forecast.learned.release_files import read_bytes, read_json, write_folder
from forecast.learned.weights import packed, shapes_of, unpacked
from foundation.configuration import validate
from foundation.errors import ConfigurationError, ContractError, InputError
from foundation.store import fingerprint

__all__ = [
    "ReleaseDocument", "read_document", "read_past", "read_release", "release_fingerprint", "write_release",
]  # fmt: skip

FORMAT = 1
DOCUMENT = "release.json"
CARD = "card.md"
PAST = "past.safetensors"
_KEYS = {"format", "document", "document_sha256", "weights", "files"}
_REMEDY = "Use an undamaged copy of the release"


def write_release(
    folder: str | Path, document: ReleaseDocument, members: Sequence[Mapping[str, Any]],
    past: np.ndarray | None = None,
) -> Path:  # fmt: skip
    """Write a release: whole or absent.

    Args:
        folder: where it goes; must not exist yet.
        document: its contract, with one seed for each member.
        members: state dicts of torch modules, of the same names and shapes.
        past: medians of `forecast.learned.past.LearnedPast`, where the document says from when.

    Returns:
        The folder.

    Raises:
        ContractError: for members that are none, differ in shape or hold numbers that are not finite, and for
            a past that is not the document's.
        RunError: when the folder is there already or cannot be written.
    """
    target = Path(folder)
    if len(members) != len(document.seeds) or not members:
        raise ContractError(
            f"release: expected a member for each of {len(document.seeds)} seeds, got {len(members)}"
        )
    files = {_member(position): packed(weights) for position, weights in enumerate(members)}
    shapes = [shapes_of(data, name) for name, data in files.items()]
    for name, shape in zip(files, shapes, strict=True):
        _check_shapes(shape, shapes[0], name)
        unpacked(files[name], name)
    if (past is None) != (document.past_from is None):
        raise ContractError("release: expected a past where the document says from when, and only there")
    if past is not None:
        files[PAST] = packed_past(document, past)
    files[CARD] = card_text(document).encode()
    content = {
        "format": FORMAT, "document": (plain := document.model_dump(mode="json")),
        "document_sha256": fingerprint(plain), "weights": shapes[0],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    write_folder(target, {**files, DOCUMENT: text.encode()})
    return target


def read_release(folder: str | Path) -> tuple[ReleaseDocument, list[dict[str, Any]]]:
    """Read a release and check it whole.

    Returns:
        The document, and the state dict of each member (torch tensors on the CPU).

    Raises:
        InputError: for a file that is absent, unreadable or not the one that was released.
        ContractError: for a document that is strange, or weights of other names or shapes.
    """
    root = Path(folder)
    document, content = _document(root)
    members = []
    for name in content["files"]:
        data, where = _released(root, content, name), str(root / name)
        if name not in (CARD, PAST):
            _check_shapes(shapes_of(data, where), content["weights"], where)
            members.append(unpacked(data, where))
    return document, members


def read_past(folder: str | Path) -> LearnedPast | None:
    """The past that a release carries; None where it carries none.

    Raises:
        InputError: as `read_release`.
        ContractError: as `read_release`, and for a past of another shape.
    """
    root = Path(folder)
    document, content = _document(root)
    if document.past_from is None:
        return None
    return unpacked_past(document, _released(root, content, PAST), str(root / PAST))


def _released(root: Path, content: dict[str, Any], name: str) -> bytes:
    """The bytes of a file, which must be those that were released."""
    data = read_bytes(root / name)
    if hashlib.sha256(data).hexdigest() != content["files"][name]:
        raise InputError("the file is not the one that was released", where=str(root / name), remedy=_REMEDY)
    return data


def read_document(folder: str | Path) -> ReleaseDocument:
    """The document of a release, without its weights.

    Raises:
        InputError: as `read_release`, but for the files of the weights.
        ContractError: as `read_release`.
    """
    return _document(Path(folder))[0]


def release_fingerprint(folder: str | Path) -> str:
    """SHA-256 of all that a release's forecasts depend on, by which a hindcast says whose it is.

    Raises:
        BogdaError: as `read_document`.
    """
    document, content = _document(Path(folder))
    weights = {name: value for name, value in content["files"].items() if name != CARD}
    return fingerprint({"document": document.what_forecasts, "weights": weights})


def _document(root: Path) -> tuple[ReleaseDocument, dict[str, Any]]:
    where = str(root / DOCUMENT)
    content = _checked_frame(read_json(root / DOCUMENT), where)
    try:
        document = validate(ReleaseDocument, content["document"], where)
    except ConfigurationError as error:
        raise ContractError(error.what, where=where, remedy=_REMEDY) from error
    past = [] if document.past_from is None else [PAST]
    names = [*map(_member, range(len(document.seeds))), *past, CARD]
    if not isinstance(content["files"], dict) or list(content["files"]) != names:
        raise ContractError(f"expected the files {', '.join(names)}", where=where, remedy=_REMEDY)
    return document, content


def _checked_frame(content: Any, where: str) -> dict[str, Any]:
    """What stands around the document, or what is wrong with it."""
    if not isinstance(content, dict) or type(content.get("format")) is not int:
        raise ContractError("not a release of a learned model", where=where, remedy=_REMEDY)
    if content["format"] != FORMAT:
        raise ContractError(
            f"expected format {FORMAT} of a release, got {content['format']}",
            where=where, remedy="Use a program at least as new as the one that wrote it",
        )  # fmt: skip
    for key in sorted(set(content) ^ _KEYS):
        state = "missing" if key in _KEYS else "unknown"
        raise ContractError(f"key {key[:80]!r} is {state}", where=where, remedy=_REMEDY)
    if _fingerprint_or_none(content["document"]) != (content["document_sha256"] or ""):
        raise InputError("the document is not the one that was released", where=where, remedy=_REMEDY)
    return content


def _fingerprint_or_none(document: Any) -> str | None:
    try:
        return fingerprint(document)
    except (ValueError, RecursionError):  # half of a surrogate pair, or nested too deeply
        return None


def _check_shapes(got: dict[str, str], expected: Any, where: str) -> None:
    if got == expected:
        return
    if not isinstance(expected, dict):
        raise ContractError("expected the names and shapes of weights", where=where, remedy=_REMEDY)
    name = min(key for key in {*got, *expected} if got.get(key) != expected.get(key))
    raise ContractError(
        f"weight {name[:80]!r}: expected {expected.get(name, 'none')}, got {got.get(name, 'none')}",
        where=where, remedy=_REMEDY,
    )  # fmt: skip


def _member(position: int) -> str:
    return f"member-{position}.safetensors"
