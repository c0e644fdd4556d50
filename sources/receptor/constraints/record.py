"""A constrained solution as a folder: that of any factorisation, with the constraints beside it."""

from __future__ import annotations

import json
from pathlib import Path

from foundation.errors import InputError
from sources.receptor.archive import write_folder
from sources.receptor.constraints.application import Constrained

__all__ = ["RECORD", "refuse_constrained", "write_constrained"]

RECORD = "constraints.json"


def write_constrained(made: Constrained, path: str | Path) -> Path:
    """Write the solution as `archive.write_folder` does, with its constraints in `constraints.json`.

    Raises:
        RunError: when the folder holds something else or cannot be written.
    """
    text = json.dumps(made.document(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return write_folder(made.solution, path, also=lambda folder: _write(folder / RECORD, text))


def refuse_constrained(path: str | Path) -> None:
    """Refuse a folder whose solution is held by constraints: a resample or displacement would leave them.

    Raises:
        InputError: then.
    """
    if (Path(path) / RECORD).is_file():
        raise InputError(
            "the solution is held by constraints, which errors would be estimated without",
            where=str(path), remedy="Give the folder of the solution before its constraints",
        )  # fmt: skip


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
