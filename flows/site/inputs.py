"""The case of one run: that of the site, with what has arrived in the place of what it names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.case import CaseConfig

__all__ = ["Measured", "case_with", "without_model"]


@dataclass(frozen=True)
class Measured:
    """An archive of measurements.

    Attributes:
        folder: where it lies.
        provider: whose layout its files have.
    """

    folder: Path
    provider: str


def case_with(
    case: CaseConfig, measured: Measured | None, weather: tuple[Path, str] | None, inventory: Path | None
) -> CaseConfig:
    """A case with what has arrived; what is None stays as the case has it.

    Args:
        case: of the site.
        measured: the archive of measurements.
        weather: folder and kind of the files.
        inventory: the file.
    """
    found: dict[str, Any] = {}
    if measured is not None:
        found["observations"] = {"provider": measured.provider, "path": str(measured.folder)}
    if weather is not None:
        found["weather"] = {"path": str(weather[0]), "kind": weather[1]}
    if inventory is not None:
        found["emissions"] = {"path": str(inventory)}
    return CaseConfig.model_validate({**case.model_dump(), **found})


def without_model(case: CaseConfig) -> CaseConfig:
    """The same case without weather, and so without the models that it drives."""
    none = {"weather": None, "emissions": None, "physical": None, "dust": None}
    return CaseConfig.model_validate({**case.model_dump(), **none})
