"""A product on its way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from foundation.errors import ContractError

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,149}")


@dataclass(frozen=True)
class Parcel:
    """What is delivered.

    Attributes:
        product: what it is, stable over versions.
        version: of the product; the same product and version are the same content.
        form: its format, by which targets choose.
        file_name: plain letters, digits, dots and dashes.
        media_type: as servers call it.
        content: the bytes.
        subject: one line for people.
        text: a few lines for people.
    """

    product: str
    version: str
    form: str
    file_name: str
    media_type: str
    content: bytes
    subject: str
    text: str

    def __post_init__(self) -> None:
        """Refuse names that could lead elsewhere.

        Raises:
            ContractError: for a product, version or file name with other signs, and for a subject of several
                lines.
        """
        for name in (self.product, self.version):
            if not _PLAIN.fullmatch(name):
                raise ContractError(f"parcel: {name!r} is no plain name of a product or version")
        if not _FILE_NAME.fullmatch(self.file_name) or ".." in self.file_name:
            raise ContractError(f"parcel: {self.file_name!r} is no plain file name")
        if any(ord(sign) < 32 for sign in self.subject):
            raise ContractError("parcel: the subject is not one line")
