"""A run folder as a whole: what is there, and what is missing or broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from consultation.by_hand import Changes, Signed, with_changes
from consultation.dust_page.document import DUST_FILE, DustDocument
from consultation.physical import FIELDS_FOLDER, PhysicalProducts, has_physical, read_physical
from consultation.products import (
    FORECAST_FILE,
    MANIFEST_FILE,
    OBSERVATIONS_FILE,
    VERIFICATION_FILE,
    Products,
    first_line,
    read_forecast,
    read_observations,
)
from foundation.errors import BogdaError, InputError
from foundation.provenance import Manifest
from sources.tagging.runs import CONTRIBUTIONS_FILE, RunContributions, read_contributions

Product = TypeVar("Product")


@dataclass(frozen=True)
class Absence:
    """A product that a run folder lacks, or that cannot be read.

    Attributes:
        file: its file name.
        reason: why, in one line; empty when it is simply not there.
    """

    file: str
    reason: str = ""


def read_document(path: str | Path) -> dict[str, Any]:
    """Read a JSON product.

    Raises:
        InputError: when it is absent, not UTF-8, not JSON, or not a JSON object.
    """
    file = Path(path)
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("no such file", where=str(file)) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"cannot be read as JSON ({first_line(error)})", where=str(file)) from error
    if not isinstance(document, dict):
        raise InputError(f"expected a JSON object, got {type(document).__name__}", where=str(file))
    return document


def read_manifest(path: str | Path) -> Manifest:
    """Read the manifest of a run.

    Raises:
        InputError: when it is absent or is not a manifest.
    """
    try:
        return Manifest.model_validate(read_document(path))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            f"not a manifest: key {'.'.join(map(str, first['loc']))!r}: {first['msg']}", where=str(path)
        ) from error


def read_dust(path: str | Path) -> DustDocument:
    """Read `dust.json` of a run.

    Raises:
        InputError: when it is absent or is not what this program writes.
    """
    try:
        return DustDocument.model_validate(read_document(path))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise InputError(f"not a document of dust: key {key!r}: {first['msg']}", where=str(path)) from error


def _contributions(path: Path) -> RunContributions:
    """Contributions by day, which is all that the page shows."""
    return read_contributions(path.parent, ("day", "region"))


@dataclass(frozen=True)
class RunFolder:
    """What a run folder holds, and where; everything but the forecast may be absent.

    Attributes:
        changes: made by hand; the daily forecast holds them.
        signed: the sign-off of the forecast as it is here; None where nobody has signed.
    """

    forecast: Products
    observations: Products | None
    verification: dict[str, Any] | None
    manifest: Manifest | None
    absences: tuple[Absence, ...]
    physical: PhysicalProducts | None = None
    contributions: RunContributions | None = None
    dust: DustDocument | None = None
    folder: Path | None = None
    changes: Changes = ()
    signed: Signed | None = None


def as_left_by_people(run: RunFolder, changes: Changes, signed: Signed | None = None) -> RunFolder:
    """The run with the changes of people in its daily forecast, and their signature."""
    products = replace(run.forecast, day=with_changes(run.forecast.day, changes))
    return replace(run, forecast=products, changes=changes, signed=signed)


def read_run(folder: str | Path) -> RunFolder:
    """Read a run folder. The forecast must be good; what else is missing or broken is listed.

    Raises:
        InputError: when there is no readable forecast.
        ContractError: when the forecast does not keep its contract.
    """
    home = Path(folder)
    absences: list[Absence] = []

    def attempt(read: Callable[[Path], Product], name: str, needed: bool = True) -> Product | None:
        path = home / name
        if not path.is_file():
            absences.extend([Absence(name)] if needed else [])
            return None
        try:
            return read(path)
        except BogdaError as error:
            absences.append(Absence(name, error.what))
            return None

    def attempt_physical() -> PhysicalProducts | None:
        if not has_physical(home):
            return None
        try:
            return read_physical(home)
        except BogdaError as error:
            absences.append(Absence(FIELDS_FOLDER, f"{error.where}: {error.what}"))
            return None

    forecast = read_forecast(home / FORECAST_FILE)
    physical = attempt_physical()
    contributions = attempt(_contributions, CONTRIBUTIONS_FILE, needed=False)
    dust = attempt(read_dust, DUST_FILE, needed=False)
    return RunFolder(
        forecast=forecast,
        observations=attempt(read_observations, OBSERVATIONS_FILE),
        verification=attempt(read_document, VERIFICATION_FILE),
        manifest=attempt(read_manifest, MANIFEST_FILE),
        absences=tuple(absences),
        physical=physical,
        contributions=contributions,
        dust=dust,
        folder=home,
    )
