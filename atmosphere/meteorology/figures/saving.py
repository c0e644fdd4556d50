"""Figures as files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from foundation.store import written_beside


def save_figure(figure: Any, path: str | Path) -> None:
    """Write a figure in the format of the name's ending, PNG without one; whole or not at all.

    Raises:
        OSError: when it cannot be written; a file of that name stays as it was.
    """
    path = Path(path)
    content = io.BytesIO()
    figure.savefig(content, format=path.suffix.lstrip(".").lower() or "png")
    try:
        with written_beside(path) as beside:
            beside.write_bytes(content.getvalue())
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
