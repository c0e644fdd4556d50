"""The one door to ecCodes.

The wheels of ecCodes bring a PROJ library of their own. When it is loaded before pyproj's, pyproj calls into
the wrong one: it finds no projection, and the interpreter crashes when it ends. Loaded after pyproj, both
work.
"""

from __future__ import annotations

from typing import Any


def eccodes_library() -> Any:
    """The module `eccodes`, loaded after pyproj."""
    import pyproj  # noqa: F401 - must come first
    import eccodes  # isort: skip

    return eccodes
