"""The proposals of warnings that a bulletin shows: those of the run, or made anew where that is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from consultation.products import WARNINGS_FILE
from consultation.run_folder import Absence, RunFolder, read_document
from consultation.warnings.document import WarningsDocument
from consultation.warnings.dust_signals import dust_signals
from consultation.warnings.proposals import propose_warnings
from foundation.errors import InputError
from foundation.times import iso_utc

__all__ = ["with_warnings"]


def with_warnings(run: RunFolder, folder: Path) -> tuple[RunFolder, WarningsDocument]:
    """A run with its proposals.

    Args:
        run: as it was read, from the model's forecast.
        folder: where it lies.

    Returns:
        The run and the proposals. Where `warnings.json` is missing or cannot be used they are made anew from
        the forecast, and the file is among the run's absences.
    """
    path = folder / WARNINGS_FILE
    absence = Absence(WARNINGS_FILE)
    if path.is_file():
        try:
            return run, _read(path, iso_utc(run.forecast.day["reference_time"].values[0]))
        except InputError as error:
            absence = Absence(WARNINGS_FILE, error.what)
    document = propose_warnings(run.forecast.day, run.forecast.hour)
    if run.dust is not None:
        document = document.model_copy(update={"dust_signals": dust_signals(run.dust)})
    return replace(run, absences=(*run.absences, absence)), document


def _read(path: Path, reference: str) -> WarningsDocument:
    try:
        document = WarningsDocument.model_validate(read_document(path))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise InputError(f"not a document of proposals: key {key!r}: {first['msg']}") from error
    if document.reference_time != reference:
        raise InputError(
            f"made from another forecast: expected reference time {reference}, got {document.reference_time}"
        )
    return document
