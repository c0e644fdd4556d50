"""Sheets of the base run: profiles, contributions, residuals, and how the runs compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sources.receptor.results import Factorisation
from sources.receptor.run_comparison import Runs
from sources.receptor.samples import Array

__all__ = ["Sheet", "contributions", "profiles", "residuals", "run_comparison"]

Sheet = list[list[Any]]
"""Rows of cells: text, numbers, None for empty."""

_COMPARED = ("", "Lowest Q", "Min", "25th", "Median", "75th", "Max", "Mean", "SD", "RSD (% Mean)",
             "RSD (% Lowest Q)")  # fmt: skip


def profiles(found: Factorisation, total: str | None) -> Sheet:
    """Profiles in concentration, in per cent of each species' sum, and in per cent of the total variable."""
    tables = {
        "conc. of species": found.profiles,
        "% of species sum": 100.0 * found.species_shares,
        _of_total(total): 100.0 * _in_total(found, found.profiles, total),
    }
    sheet: Sheet = []
    for name, table in tables.items():
        sheet += [[f"Factor Profiles ({name}) {_from(found)}"], [], [None, None, *_factors(found)]]
        sheet += _rows(_run(found), found.samples.species, table.T)
        sheet.append([])
    return sheet


def contributions(found: Factorisation, total: str | None) -> Sheet:
    """Contributions of mean one, and in the unit of the concentrations."""
    tables = {"avg = 1": found.contributions, "conc. units": found.mass_contributions(total)}
    sheet: Sheet = []
    for name, table in tables.items():
        sheet += [[], [f"Factor Contributions ({name}) {_from(found)}"], []]
        sheet.append([None, None, *_factors(found)])
        sheet += _rows(_run(found), found.samples.times, table)
    return sheet


def residuals(found: Factorisation) -> Sheet:
    """Residuals and scaled residuals, sample by sample."""
    scaled = found.scaled_residuals
    tables = {"Residuals": scaled * found.samples.uncertainties, "Scaled Residuals": scaled}
    sheet: Sheet = []
    for name, table in tables.items():
        sheet += [[f"{name} {_from(found)}"], ["Base_Run", "Date_Time", *found.samples.species]]
        sheet += [*_rows(_run(found), found.samples.times, table), []]
    return sheet


def run_comparison(found: Factorisation, runs: Runs | None, total: str | None) -> Sheet:
    """Spread of each element over the starts that converged, factors matched by their contributions."""
    held = found.profiles[None] if runs is None else runs.profiles[found.starts.converged]
    if not len(held):
        held = found.profiles[None]
    sums = held.sum(1, keepdims=True)
    tables = {
        "Concentration of Species": (held, found.profiles),
        "Percent of Species Sum": (
            100.0 * held / np.where(sums > 0.0, sums, 1.0), 100.0 * found.species_shares
        ),
        "Percent of Total Variable" if total else "Percent of Factor Total": (
            100.0 * np.stack([_in_total(found, one, total) for one in held]),
            100.0 * _in_total(found, found.profiles, total),
        ),
    }  # fmt: skip
    sheet: Sheet = [[f"Run comparison over {len(held)} convergent runs; lowest Q in run {_run(found)}"], []]
    for name, (each, best) in tables.items():
        sheet += [[name], []]
        for factor, title in enumerate(_factors(found)):
            sheet += [[title], list(_COMPARED)]
            sheet += _compared(found.samples.species, each[:, factor], best[factor])
            sheet.append([])
    return sheet


def _compared(species: Sequence[str], each: Array, best: Array) -> Sheet:
    quartiles = np.percentile(each, [0, 25, 50, 75, 100], axis=0)
    mean = each.mean(0)
    spread = each.std(0, ddof=1) if len(each) > 1 else np.zeros_like(mean)
    rows: Sheet = []
    for at, name in enumerate(species):
        relative = [_share(spread[at], mean[at]), _share(spread[at], best[at])]
        numbers = [float(best[at]), *map(float, quartiles[:, at]), float(mean[at]), float(spread[at])]
        rows.append([name, *numbers, *relative])
    return rows


def _share(part: float, whole: float) -> float | None:
    return float(100.0 * part / whole) if whole > 0.0 else None


def _in_total(found: Factorisation, table: Array, total: str | None) -> Array:
    """Profiles (factors, species) as parts of the total variable, or of their own sum where there is none."""
    whole = table.sum(1) if total is None else table[:, found.samples.column(total)]
    return np.asarray(table / np.where(whole > 0.0, whole, np.inf)[:, None])


def _of_total(total: str | None) -> str:
    return "% of factor total" if total is None else "% of total variable"


def _factors(found: Factorisation) -> list[str]:
    return [f"Factor {number}" for number in range(1, found.factors + 1)]


def _run(found: Factorisation) -> int:
    return found.starts.best + 1


def _from(found: Factorisation) -> str:
    state = "Convergent" if found.starts.converged[found.starts.best] else "Non-convergent"
    return f"from Base Run #{_run(found)} ({state} Run)"


def _rows(run: int, names: Sequence[str], table: Array) -> Sheet:
    return [[run, name, *map(float, row)] for name, row in zip(names, table, strict=True)]
