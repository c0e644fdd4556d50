"""Files of source profiles: one's own long table, and the exports of SPECIATE 5.2 and SPECIEUROPE 2.0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from foundation.configuration import shipped_text
from foundation.errors import InputError
from sources.receptor.cmb.profile_rows import ProfileRow, laid_out
from sources.receptor.cmb.profiles import Profiles, species_key
from sources.receptor.cmb.published_collections import read_speciate, read_specieurope

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["joined", "read_collections", "read_compounds", "read_profiles"]

_OWN = ("profile", "species", "fraction", "uncertainty")
_SPECIATE, _SPECIEUROPE = {"PROFILE_CODE", "SPECIES_ID"}, {"Id", "Specie.Id"}


def read_profiles(path: str | Path) -> Profiles:
    """Read source profiles.

    A table of one's own has a row for each profile and species, with the columns `profile`, `species`,
    `fraction` (of the source's mass, 0 to 1), `uncertainty` (one standard deviation) and, if wished, `name`;
    as CSV or gzip CSV. The exports of SPECIATE 5.2 and SPECIEUROPE 2.0 are known by their columns; a
    folder stands for both.

    Raises:
        InputError: naming file, profile and species, when a table cannot be read, lacks a column, states a
            species twice, or states a fraction or uncertainty that cannot be.
    """
    where = Path(path)
    if where.is_dir():
        return read_collections(where)
    frame = _frame(where)
    columns = set(frame.columns)
    if columns >= _SPECIATE:
        return read_speciate(frame, where)
    if columns >= _SPECIEUROPE:
        return read_specieurope(frame, where)
    if lacking := [name for name in _OWN if name not in columns]:
        raise InputError(
            f"no column {lacking[0]!r}", where=str(where), remedy=f"Give the columns {', '.join(_OWN)}"
        )
    return _own(frame, str(where))


def read_collections(folder: str | Path) -> Profiles:
    """Read both published collections of a folder, or the one that is there.

    Raises:
        InputError: when the folder holds neither.
    """
    files = sorted(Path(folder).glob("speciate*species_long.csv*")) + sorted(
        Path(folder).glob("specieurope*long.csv*")
    )
    if not files:
        raise InputError(
            "neither SPECIATE nor SPECIEUROPE is here",
            where=str(folder),
            remedy="Expected speciate*species_long.csv.gz or specieurope*long.csv.gz",
        )
    read = [read_profiles(file) for file in files]
    return joined(read)


def read_compounds() -> Profiles:
    """Compounds by their stoichiometry, `compound:ammonium_sulfate` and others: `sources/compounds.csv`."""
    import io

    import pandas as pd

    text = shipped_text("sources/compounds.csv")
    read = _own(
        pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False), "configs/sources/compounds.csv"
    )
    return replace(read, collections=("compound",) * len(read))


def joined(parts: Sequence[Profiles]) -> Profiles:
    """Several collections as one."""
    species = tuple(dict.fromkeys(name for one in parts for name in one.species))
    wide = [one.over(species) for one in parts]
    return Profiles(
        tuple(code for one in wide for code in one.codes),
        tuple(name for one in wide for name in one.names),
        tuple(text for one in wide for text in one.texts),
        tuple(name for one in wide for name in one.collections),
        species,
        np.vstack([one.fractions for one in wide]),
        np.vstack([one.uncertainties for one in wide]),
        tuple(note for one in wide for note in one.notes),
    )


def _frame(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise InputError(
            "no such table of profiles, or it cannot be read", where=str(path), remedy="Check the path"
        ) from error


def _own(frame: pd.DataFrame, where: str) -> Profiles:
    rows = []
    named = "name" in frame.columns
    for number, record in enumerate(frame.to_dict("records"), start=2):
        code, species = str(record["profile"]).strip(), str(record["species"]).strip()
        if not code or not species:
            raise InputError("a row names no profile or no species", where=f"{where}, row {number}")
        here = f"{where}, row {number}, profile {code!r}, species {species!r}"
        fraction = _number(record["fraction"], "fraction", here)
        uncertainty = _number(record["uncertainty"], "uncertainty", here, may_lack=True)
        _check(fraction, uncertainty, here)
        name = str(record["name"]).strip() if named else code
        rows.append(ProfileRow(code, name, name, species_key(species), fraction, uncertainty))
    return laid_out(rows, "own", where)


def _number(given: object, what: str, where: str, *, may_lack: bool = False) -> float:
    text = "" if given is None else str(given).strip()
    if may_lack and text.lower() in {"", "nan", "-99", "-99.0", "na"}:
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise InputError(f"{what} {text!r} is not a number", where=where)
    return value


def _check(fraction: float, uncertainty: float, where: str) -> None:
    if not 0.0 <= fraction <= 1.5:
        raise InputError(
            f"fraction {fraction:g} is not of a source's mass", where=where,
            remedy="Give a fraction from 0 to 1, not per cent",
        )  # fmt: skip
    if uncertainty < 0.0:
        raise InputError(f"uncertainty {uncertainty:g} is negative", where=where)
