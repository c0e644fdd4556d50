"""The exports of SPECIATE 5.2 and SPECIEUROPE 2.0, with what is odd in them put right and noted."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from foundation.errors import InputError
from sources.receptor.cmb.profile_rows import ProfileRow, laid_out
from sources.receptor.cmb.profiles import Profiles, collection_config
from sources.receptor.naming.species import species_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_speciate", "read_specieurope"]

_LEVELS = (
    "CATEGORY_LEVEL_1_Generation_Mechanism",
    "CATEGORY_LEVEL_2_Sector_Equipment",
    "CATEGORY_LEVEL_3_.Fuel_Product",
)


def read_speciate(species: pd.DataFrame, path: Path) -> Profiles:
    """Profiles of the long species table of SPECIATE; weights in per cent, -99 for no uncertainty.

    Names and categories come from the table of profiles in the same folder, where there is one. Species
    outside the species table, single organic compounds and gases among them, are left out; so are profiles
    that hold nothing else. Where two numbers are one species (chlorine), the first of the species table's
    numbers is taken.

    Raises:
        InputError: when a weight is not a number.
    """
    described = _descriptions(path)
    numbers = _numbers(species["SPECIES_ID"], path)
    kept = np.isin(numbers, list(species_table().of_numbers()))
    table = species[kept]
    weights = _floats(table["WEIGHT_PERCENT"], path) / 100.0
    doubts = _floats(table["UNCERTAINTY_PERCENT"], path) / 100.0
    doubts = np.where(doubts < 0.0, np.nan, doubts)
    rows, ranks = [], _ranks()
    codes = table["PROFILE_CODE"].tolist()
    for code, number, weight, doubt in zip(
        codes, numbers[kept].tolist(), weights.tolist(), doubts.tolist(), strict=True
    ):
        name, text = described.get(code, (code, ""))
        rank, key = ranks[number]
        rows.append((rank, ProfileRow(code, name, text, key, weight, doubt)))
    lost = species["PROFILE_CODE"].nunique() - len(set(codes))
    notes = [f"speciate: {lost} profiles hold none of the species of the species table"] if lost else []
    return laid_out(_first_numbers(rows), "speciate", str(path), notes)


def read_specieurope(frame: pd.DataFrame, path: Path) -> Profiles:
    """Profiles of the long table of SPECIEUROPE; fractions, and uncertainties made one standard deviation.

    `not detected` is a zero; a fraction below zero becomes zero with at least its size as uncertainty; an
    uncertainty is divided by what its method asks for, and by 100 in profiles that give it in per cent.

    Raises:
        InputError: when a fraction is neither a number nor `not detected`.
    """
    choices = collection_config()
    numbers = _numbers(frame["Specie.Id"], path)
    known = np.isin(numbers, list(species_table().of_numbers()))
    absent = frame["Relative.Mass"].str.strip().str.lower() == "not detected"
    masses = _floats(frame["Relative.Mass"].where(~absent, "0"), path)
    doubts = _floats(frame["Uncertainty"], path)
    doubts = np.where(doubts < 0.0, np.nan, doubts)
    per_cent = _in_per_cent(frame["Id"], masses, doubts)
    divisors = frame["Uncertainty.Method"].map(choices.divisors).fillna(1.0).to_numpy(float)
    doubts = doubts / np.where(frame["Id"].isin(per_cent), 100.0, 1.0) / divisors
    doubts = np.where((masses < 0.0), np.fmax(doubts, -masses), doubts)
    keep = known & np.isfinite(masses)
    held, ranks = np.maximum(masses, 0.0), _ranks()
    rows = [
        (ranks[number][0], ProfileRow(code, name, f"{kind} | {name}", ranks[number][1], mass, doubt))
        for number, code, name, kind, mass, doubt in zip(
            numbers[keep].tolist(), frame["Id"][keep].tolist(), frame["Name"][keep].tolist(),
            frame["Source.Categories"][keep].tolist(), held[keep].tolist(), doubts[keep].tolist(),
            strict=True,
        )
    ]  # fmt: skip
    counts = {
        "fractions are `not detected` and count as zero": int(absent.sum()),
        "fractions are below zero and count as zero": int((masses < 0.0).sum()),
        "fractions are blank and left out": int(np.isnan(masses).sum()),
        "profiles give their uncertainties in per cent": len(per_cent),
    }
    notes = [f"specieurope: {count} {what}" for what, count in counts.items() if count]
    return laid_out(_first_numbers(rows), "specieurope", str(path), notes)


def _first_numbers(rows: list[tuple[int, ProfileRow]]) -> list[ProfileRow]:
    """Of numbers that are one species, the row of the first that the profile holds."""
    held: dict[tuple[str, str], tuple[int, ProfileRow]] = {}
    for rank, row in rows:
        place = row.code, row.species
        if place not in held or rank < held[place][0]:
            held[place] = rank, row
    return [row for _, row in held.values()]


def _ranks() -> dict[int, tuple[int, str]]:
    """Of each number, its place among the numbers of its species, and the species."""
    return {
        number: (rank, one.id) for one in species_table().species for rank, number in enumerate(one.numbers)
    }


def _in_per_cent(ids: pd.Series[Any], masses: np.ndarray, doubts: np.ndarray) -> set[str]:
    ratios: dict[str, list[float]] = defaultdict(list)
    found = set()
    for code, mass, doubt in zip(ids.tolist(), masses.tolist(), doubts.tolist(), strict=True):
        if doubt > 1.0:
            found.add(code)
        if mass > 0.0 and doubt > 0.0:
            ratios[code].append(doubt / mass)
    limit = collection_config().percent_above
    return found | {code for code, values in ratios.items() if float(np.median(values)) > limit}


def _descriptions(path: Path) -> dict[str, tuple[str, str]]:
    import pandas as pd

    files = sorted(path.parent.glob("speciate*profiles.csv*"))
    if not files:
        return {}
    frame = pd.read_csv(files[-1], dtype=str, keep_default_na=False)
    columns = [frame[name].tolist() for name in ("PROFILE_CODE", "PROFILE_NAME", *_LEVELS)]
    return {code: (name, " | ".join([*levels, name])) for code, name, *levels in zip(*columns, strict=True)}


def _numbers(column: pd.Series[Any], path: Path) -> np.ndarray[Any, np.dtype[np.int64]]:
    values = _floats(column, path)
    return np.where(np.isfinite(values), values, -1).astype(np.int64)


def _floats(column: pd.Series[Any], path: Path) -> np.ndarray[Any, np.dtype[np.float64]]:
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce").to_numpy(float)
    words = column.str.strip().str.lower().isin(["", "nan", "na"]).to_numpy()
    wrong = np.isnan(numbers) & ~words
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"{column.iloc[row]!r} of {column.name} is not a number", where=f"{path}, row {row + 2}"
        )
    return np.asarray(numbers)
