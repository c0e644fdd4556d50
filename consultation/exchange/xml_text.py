"""XML as text: what XML 1.0 does not know is replaced, all else is escaped by the writer."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything outside the production Char of XML 1.0."""

_REPLACEMENT = "\ufffd"


def add(parent: ET.Element, tag: str, text: object = None, /, **attributes: str) -> ET.Element:
    """A child element with its text; what XML does not know becomes the replacement character."""
    child = ET.SubElement(parent, tag, {name: _clean(value) for name, value in attributes.items()})
    if text is not None:
        child.text = _clean(str(text))
    return child


def _clean(text: str) -> str:
    return _FORBIDDEN.sub(_REPLACEMENT, text)


def as_bytes(root: ET.Element) -> bytes:
    """The document in UTF-8, indented, with its declaration."""
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"
