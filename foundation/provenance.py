"""Where a product comes from: inputs with hashes, configuration, versions, degradations."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from pydantic import Field

from foundation.configuration import Config, shipped_text

_BLOCK = 1 << 20


EMERGENCY = "forecast-persistence"
"""Code of the note on a forecast that was made by damped persistence alone, the lowest rung of the ladder."""


class InputRecord(Config):
    """A file that a run read."""

    path: str
    sha256: str
    size_bytes: int
    role: str


class Degradation(Config):
    """Something a product had to do without, in words a forecaster understands.

    Attributes:
        code: stable short name, for programs.
        chinese: what a forecaster reads.
        english: the same in English.
    """

    code: str
    chinese: str
    english: str


class Manifest(Config):
    """What a run used and what it had to do without."""

    domain: str
    reference_time: str
    created: str
    synthetic: bool
    inputs: tuple[InputRecord, ...]
    configuration: dict[str, Any]
    versions: dict[str, str]
    models: dict[str, str]
    degradations: tuple[Degradation, ...] = ()
    problems: tuple[str, ...] = ()
    products: dict[str, str] = Field(default_factory=dict)


def record_input(path: str | Path, role: str) -> InputRecord:
    """Hash a file that a run reads.

    Args:
        path: the file.
        role: what it is to the run, such as `observations`.
    """
    file = Path(path)
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return InputRecord(path=str(file), sha256=digest.hexdigest(), size_bytes=file.stat().st_size, role=role)


def record_text(name: str, role: str) -> InputRecord:
    """Hash a file under `configs/` that ships with the program.

    Args:
        name: such as `places.yaml`.
        role: what it is to the run.
    """
    text = shipped_text(name).encode()
    return InputRecord(
        path=f"configs/{name}", sha256=hashlib.sha256(text).hexdigest(), size_bytes=len(text), role=role
    )


def versions() -> dict[str, str]:
    """Versions of the program, Python and the libraries that shape its numbers."""
    names = ("bogda", "numpy", "pandas", "xarray", "scikit-learn", "scores")
    found = {name: metadata.version(name) for name in names}
    return {"python": platform.python_version(), **found}
