"""Figures as files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import uuid4


def save_figure(figure: Any, path: str | Path) -> None:
    """Write a figure in the format of the name's ending, PNG without one; whole or not at all.

    Raises:
        OSError: when it cannot be written; a file of that name stays as it was.
    """
    path = Path(path)
    content = io.BytesIO()
    figure.savefig(content, format=path.suffix.lstrip(".").lower() or "png")
    beside = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        beside.write_bytes(content.getvalue())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
