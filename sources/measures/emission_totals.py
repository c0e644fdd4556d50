"""What a run emits by sector, region and species: the weights of the parts of a tag."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emissions_inventory.labels import source_labels
from foundation.errors import InputError

__all__ = ["TOTALS_FILE", "EmissionTotals", "read_totals"]

TOTALS_FILE = "emission_totals.csv"
_COLUMNS = ("sector", "region", "tag", "species", "kg_per_day")


@dataclass(frozen=True)
class EmissionTotals:
    """Emissions of a run.

    Attributes:
        sector: ids, (pair,).
        region: ids, (pair,).
        tag: (pair,).
        species: of the model, (species,).
        kg: on a mean day of the run, (pair, species).
    """

    sector: np.ndarray
    region: np.ndarray
    tag: np.ndarray
    species: tuple[str, ...]
    kg: np.ndarray

    def of_species(self, name: str) -> np.ndarray:
        """Kilograms of one species, zero where it is not emitted, (pair,)."""
        return self.kg[:, self.species.index(name)] if name in self.species else np.zeros(len(self.tag))

    def by_tag(self, values: np.ndarray, tags: Sequence[str]) -> np.ndarray:
        """Sums of values (pair, ...) over the pairs of each tag, (tag, ...)."""
        return np.array([values[self.tag == tag].sum(axis=0) for tag in tags])


def read_totals(path: str | Path) -> EmissionTotals:
    """Read the table of a run, with columns sector, region, tag, species (of the model) and kg_per_day.

    Raises:
        InputError: naming file, row and column of what is wrong, or what to do when there is no such file.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            absent = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "the run does not tell what it emits by sector and region", where=str(path),
            remedy="Make the run again, or give --inventory FILE",
        ) from error  # fmt: skip
    if absent or not rows:
        what = f"expected columns {', '.join(_COLUMNS)}, without {', '.join(absent)}" if absent else "no rows"
        raise InputError(what, where=str(path), remedy="Make the run again")
    return _from_rows(rows, str(path))


def _from_rows(rows: list[dict[str, str]], where: str) -> EmissionTotals:
    species = tuple(dict.fromkeys(row["species"] for row in rows))
    pairs = list(dict.fromkeys((row["sector"], row["region"]) for row in rows))
    place = {pair: number for number, pair in enumerate(pairs)}
    kg = np.zeros((len(pairs), len(species)))
    for number, row in enumerate(rows, 2):
        kg[place[row["sector"], row["region"]], species.index(row["species"])] += _mass(row, where, number)
    labels = source_labels()
    for sector, region in pairs:
        labels.sector(sector), labels.region(region)
    sectors, regions = (np.array(part, dtype=np.str_) for part in zip(*pairs, strict=True))
    return EmissionTotals(sectors, regions, np.array(labels.tags_of(sectors, regions)), species, kg)


def _mass(row: dict[str, str], where: str, number: int) -> float:
    try:
        mass = float(row["kg_per_day"])
    except (TypeError, ValueError):
        mass = float("nan")
    if not 0 <= mass < float("inf"):
        raise InputError(
            f"expected a mass of 0 or more, got {row['kg_per_day']!r}",
            where=f"{where}, row {number}, column kg_per_day", remedy="Make the run again",
        )  # fmt: skip
    return mass
