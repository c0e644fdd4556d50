"""Answers that are made once for a revision of a run, packed, and named by an ETag."""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request, Response
from pydantic import BaseModel

from consultation.page.faults import AbsentError, PageError
from consultation.page.parameters import meant
from consultation.products import first_line
from foundation.errors import BogdaError

__all__ = ["SELF_CONTAINED", "Answer", "Identity", "identity_of", "json_answer", "respond"]

_WORTH_PACKING = 1000
_OVERHEAD = 500
JSON_KIND = "application/json"
SELF_CONTAINED = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
"""Headers of a page that carries its own style and runs no script."""


@dataclass(frozen=True)
class Answer:
    """The body of an answer, plain and packed.

    Attributes:
        body: as it is.
        packed: the same by gzip; None where that is not worth it.
        kind: its media type.
        headers: its own.
    """

    body: bytes
    packed: bytes | None
    kind: str
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, body: bytes, kind: str, headers: dict[str, str] | None = None) -> Answer:
        """Pack a body where that is worth it."""
        packed = gzip.compress(body, 6, mtime=0) if len(body) >= _WORTH_PACKING else None
        return cls(body, packed, kind, headers or {})

    @property
    def size(self) -> int:
        """Bytes that it takes in memory."""
        return len(self.body) + len(self.packed or b"") + _OVERHEAD


def json_answer(shape: BaseModel) -> Answer:
    """An answer of JSON."""
    return Answer.of(shape.model_dump_json().encode(), JSON_KIND)


@dataclass(frozen=True)
class Identity:
    """What an answer depends on.

    Attributes:
        key: route, parameters and revision of the run.
        lasting: whether the address names the revision, so that it never changes.
        keep_seconds: how long a browser may keep a lasting answer.
    """

    key: str
    lasting: bool
    keep_seconds: int

    @property
    def etag(self) -> str:
        """Of HTTP."""
        return f'"{hashlib.sha256(self.key.encode()).hexdigest()[:20]}"'

    @property
    def headers(self) -> dict[str, str]:
        """How long the answer may be kept."""
        control = f"private, max-age={self.keep_seconds}, immutable" if self.lasting else "private, no-cache"
        return {"ETag": self.etag, "Cache-Control": control, "Vary": "Accept-Encoding, Cookie"}


def identity_of(request: Request, revision: str, run: str, keep_seconds: int, also: str = "") -> Identity:
    """What the answer to a request depends on.

    Args:
        request: its route counts, and what its parameters mean.
        revision: of the run.
        run: its name.
        keep_seconds: how long a browser may keep a lasting answer.
        also: revisions of other runs that are looked at.
    """
    places = sorted((name, value) for name, value in request.path_params.items() if name != "run")
    route = getattr(request.scope.get("route"), "path", request.url.path)
    key = repr((route, places, meant(request), run, revision, also))
    named = request.query_params.get("v") == revision and not also
    return Identity(key, named, keep_seconds)


def respond(request: Request, identity: Identity, answer: Callable[[], Answer]) -> Response:
    """The answer, or 304 where the asker holds it already."""
    if identity.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=identity.headers)
    made = _made(answer)
    headers = identity.headers | made.headers
    if made.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(made.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=made.kind)
    return Response(made.body, headers=headers, media_type=made.kind)


def _made(answer: Callable[[], Answer]) -> Answer:
    """The answer; a product that is damaged in a way nobody foresaw is told as such, and logged."""
    try:
        return answer()
    except (PageError, BogdaError):
        raise
    except (ArithmeticError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        logging.getLogger(__name__).exception("an answer could not be made")
        told = f"{type(error).__name__}: {first_line(error)}"
        raise AbsentError(
            f"该产品已损坏或不完整（{told}）", f"This product is broken or not whole ({told})", "unreadable"
        ) from error
