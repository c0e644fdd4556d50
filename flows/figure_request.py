"""The name of a figure on the command line."""

from __future__ import annotations

import os
from pathlib import Path

from foundation.errors import ConfigurationError

__all__ = ["refuse_figure"]

_FIGURES = ("png", "svg", "pdf")


def refuse_figure(figure: Path) -> None:
    """Before anything is read: a name of another format, or a place where nothing can be written.

    Args:
        figure: the name, as given with `--figure`.

    Raises:
        ConfigurationError: when it is one of these.
    """
    fault = ""
    if figure.suffix.lstrip(".").lower() not in _FIGURES:
        raise ConfigurationError(
            f"--figure {str(figure)!r}: unknown format", remedy=f"End it with {', '.join(_FIGURES)}"
        )
    if figure.is_dir():
        fault = "is a folder"
    elif not figure.parent.is_dir():
        fault = f"there is no folder {figure.parent}"
    elif not os.access(figure.parent, os.W_OK | os.X_OK):
        fault = f"{figure.parent} may not be written to"
    if fault:
        raise ConfigurationError(f"--figure {str(figure)!r}: {fault}", remedy="Name a file in another folder")
