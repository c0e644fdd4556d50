"""Text that people write, bounded and without control characters."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from foundation.configuration import Config


def _printable(text: str) -> str:
    if any((ord(letter) < 32 and letter not in "\n\t") or 127 <= ord(letter) < 160 for letter in text):
        raise ValueError("holds control characters")
    return text


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=4, max_length=1000), AfterValidator(_printable)
]
"""Why something was done: a few words at least."""
Passage = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000), AfterValidator(_printable)
]
Optional = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=5000), AfterValidator(_printable)
]
"""A passage that may be left out."""
RUN_PATTERN = r"^[A-Za-z0-9_-]{1,64}[./][0-9]{8}T[0-9]{6}Z$"
RunName = Annotated[
    str, StringConstraints(pattern=RUN_PATTERN), AfterValidator(lambda text: text.replace(".", "/"))
]
"""A run as `demo/20261120T080000Z`; the page's addresses write it with a dot."""
DayName = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
"""Id of a place, a region, a warning or a measure."""
Instant = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")
]
Step = Annotated[int, Field(ge=0, le=100_000)]


class Bilingual(Config):
    """A passage in Chinese and in English; empty where it was not given."""

    chinese: Optional = ""
    english: Optional = ""
