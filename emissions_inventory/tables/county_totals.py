"""Amounts of a table of counties, long or wide."""

from __future__ import annotations

import numpy as np
import pandas as pd

from emissions_inventory.tables.activity import emission_of
from emissions_inventory.tables.classes import sector_of_class
from emissions_inventory.tables.counties import counties_of
from emissions_inventory.tables.header_names import Key
from emissions_inventory.tables.lines import Lines
from emissions_inventory.tables.problems import shorten
from emissions_inventory.tables.sheets import Sheet
from emissions_inventory.tables.unit_names import plain
from foundation.errors import InputError

__all__ = ["county_totals"]

_ROUNDING = 1e-6
_PARTICLES = ("pm25", "pm10", "bc", "oc")


def county_totals(lines: Lines, sheet: Sheet) -> pd.DataFrame:
    """Good amounts as rows of county, sector, species and kg in the year."""
    wide = [key for key in lines.keys("emission") if key.species]
    long = lines.has("species") and lines.has("amount")
    county_held = lines.has("county_code") or lines.has("county_name")
    if not (county_held and lines.has("sector") and (wide or long)):
        raise InputError(
            "missing columns: expected 区县 (county_code or county_name), 部门 (sector), and 污染物 "
            "(species) with 排放量 (amount) or a column for each species (emission)",
            where=str(sheet.path),
            remedy="Add them, or name their headers under these keys in a mapping file",
        )
    county, sector = counties_of(lines), _sectors(lines)
    place = ", ".join(lines.label(name) for name in ("county_code", "county_name") if lines.has(name))
    stated = (lines.texts("county_code") != "") | (lines.texts("county_name") != "")
    lines.problems.add("missing", place, ~stated)
    row = np.arange(len(lines))
    parts = [_long(lines, row)] if long else [_wide(lines, key, row) for key in wide]
    amounts = pd.concat(parts, ignore_index=True)
    amounts["county"], amounts["sector"] = county[amounts["line"]], sector[amounts["line"]]
    silent = ~np.isin(row, amounts["line"][np.isfinite(amounts["kg"])])
    label = lines.label("amount") if long else lines.label(wide[0])
    lines.problems.add("no_emission", label, silent & ~lines.problems.bad)
    _note_repeats(lines, amounts)
    _check_particles(lines, amounts)
    good = ~lines.problems.bad[amounts["line"]] & np.isfinite(amounts["kg"])
    return pd.DataFrame(amounts[good].reset_index(drop=True))


def _sectors(lines: Lines) -> np.ndarray:
    texts = lines.texts("sector")
    codes, uniques = pd.factorize(texts)
    found = np.array([sector_of_class((str(one), "", "", ""), lines.config) for one in uniques], object)
    sectors = found[codes] if len(found) else texts
    lines.problems.add("missing", lines.label("sector"), texts == "")
    lines.problems.add("unknown_sector", lines.label("sector"), (sectors == "") & (texts != ""), texts)
    return np.asarray(sectors)


def _long(lines: Lines, row: np.ndarray) -> pd.DataFrame:
    names = {
        plain(spelt): code for code, spellings in lines.config.species.items() for spelt in (code, *spellings)
    }
    texts = lines.texts("species")
    codes, uniques = pd.factorize(texts)
    found = np.array([names.get(plain(one), "") for one in uniques], object)
    species = found[codes] if len(found) else texts
    known = ", ".join(spellings[0] for spellings in lines.config.species.values())
    lines.problems.add("unknown_species", lines.label("species"), species == "", texts, known)
    return pd.DataFrame({"line": row, "species": species, "kg": emission_of(lines, Key("amount"))})


def _wide(lines: Lines, key: Key, row: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"line": row, "species": key.species, "kg": emission_of(lines, key)})


def _note_repeats(lines: Lines, amounts: pd.DataFrame) -> None:
    told = amounts[np.isfinite(amounts["kg"]) & (amounts["county"] != "") & (amounts["sector"] != "")]
    what = ["county", "sector", "species"]
    first = told.groupby(what)["line"].transform("first")
    again = told["line"].to_numpy()[told.duplicated(what).to_numpy()]
    which = np.isin(np.arange(len(lines)), again)
    origin = dict(zip(told["line"], first, strict=True))
    rows = lines.problems.rows
    lines.problems.add(
        "duplicate_total", lines.label("sector"), which, None, lambda line: str(rows[origin[line]])
    )


def _check_particles(lines: Lines, amounts: pd.DataFrame) -> None:
    """Note counties and sectors whose fine particles exceed PM10, or whose carbon exceeds fine particles."""
    told = amounts[np.isfinite(amounts["kg"]) & (amounts["county"] != "") & (amounts["sector"] != "")]
    sums = told.pivot_table(index=["county", "sector"], columns="species", values="kg", aggfunc="sum")
    known = {name: sums[name] if name in sums else pd.Series(np.nan, sums.index) for name in _PARTICLES}
    carbon = known["bc"].fillna(0.0) + known["oc"].fillna(0.0)
    for kind, above in (
        ("fine_above_coarse", known["pm25"] > known["pm10"] * (1.0 + _ROUNDING)),
        ("carbon_above_fine", carbon > known["pm25"] * (1.0 + _ROUNDING)),
    ):
        for (county, sector), _ in sums[above].iterrows():
            of_both = told[(told["county"] == county) & (told["sector"] == sector)]
            _note_particles(lines, kind, of_both)


def _note_particles(lines: Lines, kind: str, amounts: pd.DataFrame) -> None:
    """Note the amounts of one county and sector that contradict each other, as they were typed."""
    names = _PARTICLES[:2] if kind == "fine_above_coarse" else ("bc", "oc", "pm25")
    parts = [
        (name, int(line)) for name in names for line in amounts["line"][amounts["species"] == name].to_numpy()
    ]
    wide = [Key("emission", name) for name, _ in parts]
    keys = [key if lines.has(key) else Key("amount") for key in wide]
    rows = {line: int(lines.problems.rows[line]) for _, line in parts}
    cells = [
        shorten(lines.raw(key)[line]) + (f" ({rows[line]})" if len(rows) > 1 else "")
        for key, (_, line) in zip(keys, parts, strict=True)
    ]
    which = np.isin(np.arange(len(lines)), [line for name, line in parts if name == "pm25"] or list(rows))
    shown = ", ".join(dict.fromkeys(map(lines.label, keys)))
    lines.problems.add(kind, shown, which, lambda _line: " / ".join(cells))
