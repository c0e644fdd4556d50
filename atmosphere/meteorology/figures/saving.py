"""Figures as files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any


def save_figure(figure: Any, path: str | Path) -> None:
    """Write a figure in the format of the name's ending, PNG without one; drawn before the file is opened."""
    kind = Path(path).suffix.lstrip(".").lower() or "png"
    content = io.BytesIO()
    figure.savefig(content, format=kind)
    Path(path).write_bytes(content.getvalue())
