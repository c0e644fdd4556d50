"""A factorisation as a folder of tables: written whole or not at all, and read back to the last digit."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from foundation.errors import InputError
from sources.receptor.results import Factorisation, StartReport
from sources.receptor.samples import Array, Samples
from sources.receptor.whole_folders import write_whole

__all__ = ["SUMMARY", "read_folder", "write_folder"]

SUMMARY = "factorisation.json"
_FORMAT = 1


def write_folder(
    found: Factorisation,
    path: str | Path,
    total: str | None = None,
    also: Callable[[Path], None] = lambda _folder: None,
) -> Path:
    """Write a factorisation as CSV tables and one JSON file.

    Args:
        found: what to write.
        path: folder; it may be absent, empty, or hold an earlier factorisation, which is replaced.
        total: species that is the total mass, for contributions in mass; the sum of all where None.
        also: writes further files into the folder that it is given, before that is put in its place.

    Raises:
        RunError: when the folder holds something else or cannot be written; nothing is changed then.
    """
    names = [f"factor_{number}" for number in range(1, found.factors + 1)]
    samples = found.samples
    by_time = samples.times
    tables = {
        "concentrations.csv": _table("time", samples.species, by_time, samples.concentrations),
        "uncertainties.csv": _table("time", samples.species, by_time, samples.uncertainties),
        "contributions.csv": _table("time", names, by_time, found.contributions),
        "contributions_mass.csv": _table("time", names, by_time, found.mass_contributions(total)),
        "profiles.csv": _table("factor", samples.species, names, found.profiles),
        "species_shares.csv": _table("factor", samples.species, names, found.species_shares),
        "explained_variation.csv": _table(
            "factor", samples.species, [*names, "unexplained"], found.explained_variation
        ),
        "scaled_residuals.csv": _table("time", samples.species, by_time, found.scaled_residuals),
        SUMMARY: _json(_document(found) | {"total": total}),
    }
    return write_whole(tables, path, SUMMARY, also)


def read_folder(path: str | Path) -> Factorisation:
    """Read what `write_folder` wrote.

    Raises:
        InputError: naming the file, when one is absent or damaged or does not fit the others.
    """
    folder = Path(path)
    document = _read_document(folder / SUMMARY)
    try:
        times, species, values = _read_table(folder / "concentrations.csv")
        doubts = _read_like(folder / "uncertainties.csv", times, species)
        names = [f"factor_{number}" for number in range(1, int(document["factors"]) + 1)]
        contributions = _read_like(folder / "contributions.csv", times, names)
        profiles = _read_like(folder / "profiles.csv", names, species)
        starts = document["starts_detail"]
        samples = Samples(
            tuple(times), tuple(species), values, doubts, document["unit"],
            tuple(document["notes"]), tuple(document["weak"]),
        )  # fmt: skip
        report = StartReport(
            np.array(starts["q_true"], float), np.array(starts["q_robust"], float),
            np.array(starts["converged"], bool), int(document["best_start"]),
        )  # fmt: skip
        return Factorisation(
            samples, contributions, profiles, report, bool(document["robust"]), float(document["fpeak"]),
            int(document["seed"]), float(document["seconds"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"not a whole factorisation: {error}", where=str(folder)) from error


def _document(found: Factorisation) -> dict[str, Any]:
    starts = found.starts
    detail = {
        "q_true": starts.q_true.tolist(),
        "q_robust": starts.q_robust.tolist(),
        "converged": starts.converged.tolist(),
    }
    return {
        "format": _FORMAT,
        **found.summary(),
        "unit": found.samples.unit,
        "weak": list(found.samples.weak),
        "fit": found.fit_statistics(),
        "starts_detail": detail,
    }


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _table(corner: str, columns: Sequence[str], rows: Iterable[str], values: Array) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([corner, *columns])
    for name, row in zip(rows, values.tolist(), strict=True):
        writer.writerow([name, *map(repr, row)])
    return stream.getvalue()


def _read_document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("no factorisation, or a damaged one", where=str(path)) from error
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise InputError(f"expected a factorisation of format {_FORMAT}", where=str(path))
    return document


def _read_table(path: Path) -> tuple[list[str], list[str], Array]:
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        values = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])
    except (OSError, ValueError) as error:
        raise InputError("absent or damaged", where=str(path)) from error
    return [row[0] for row in rows[1:]], rows[0][1:], values


def _read_like(path: Path, rows: Sequence[str], columns: Sequence[str]) -> Array:
    found_rows, found_columns, values = _read_table(path)
    if found_rows != list(rows) or found_columns != list(columns):
        raise InputError("rows or columns differ from those of the other tables", where=str(path))
    return values
