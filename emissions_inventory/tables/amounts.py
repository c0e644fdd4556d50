"""What the rows of a table emit in the months asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emissions_inventory.inventory import SPECIES
from emissions_inventory.tables.activity import Quantity, control_of, emission_of, quantity_of
from emissions_inventory.tables.header_names import Key
from emissions_inventory.tables.lines import Lines
from emissions_inventory.tables.particles import check_particles

__all__ = ["Amounts", "amounts_of"]

_YEAR = range(1, 13)


@dataclass(frozen=True)
class Amounts:
    """Emissions of lines.

    Attributes:
        species: those of which the table says something, in the order of `SPECIES`.
        emission: kg, (month, line, species); 0 where the table says nothing.
        annual: kg in the year, NaN where it is not known, (line, species).
        silent: where a line says nothing of a species, (line, species).
    """

    species: tuple[str, ...]
    emission: np.ndarray
    annual: np.ndarray
    silent: np.ndarray


def species_of(lines: Lines) -> tuple[str, ...]:
    """Species of which the table can say something."""
    activity = lines.has("activity") or bool(lines.keys("month_activity"))
    told = {key.species for name in ("emission", "month_emission") for key in lines.keys(name)}
    told |= {key.species for key in lines.keys("factor")} if activity else set()
    return tuple(name for name in SPECIES if name in told)


def amounts_of(lines: Lines, months: Sequence[int], shares: np.ndarray) -> Amounts:
    """Emissions of each line; faults are noted.

    The product of activity, factor and 1 - control; where it cannot be formed, the stated emission. Where all
    months asked for are told apart they are used, otherwise the year times the share of the month.

    Args:
        lines: the table.
        months: calendar months, 1 to 12, (month,).
        shares: share of each month asked for of the year, (month, line).
    """
    species = species_of(lines)
    activity = quantity_of(lines, Key("activity"), (Key("activity_unit"),))
    by_month = {
        month: quantity_of(lines, Key("month_activity", "", month), (Key("activity_unit"),))
        for month in _YEAR
        if lines.has(Key("month_activity", "", month))
    }
    emission = np.empty((len(months), len(lines), len(species)))
    annual = np.empty((len(lines), len(species)))
    for place, name in enumerate(species):
        annual[:, place], direct = _one_species(lines, name, activity, by_month)
        emission[:, :, place] = _in_months(lines, name, annual[:, place], direct, months, shares)
    silent = np.asarray(np.isnan(emission).all(0))
    where = ", ".join(lines.label(key) for key in lines.keys("emission")[:2] or [Key("activity")])
    lines.problems.add("no_emission", where, silent.all(1) & ~lines.problems.bad)
    told = np.where(silent, np.nan, np.nan_to_num(emission).sum(0))
    raised = check_particles(lines, species, told, months)
    if raised.any():
        emission[:, raised, species.index("pm10")] = emission[:, raised, species.index("pm25")]
    return Amounts(species, np.nan_to_num(emission), annual, silent)


def _one_species(
    lines: Lines, species: str, activity: Quantity, by_month: dict[int, Quantity]
) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Emission of the year, kg, (line,), and of each month that is told apart."""
    stated = emission_of(lines, Key("emission", species))
    direct = {
        key.month: emission_of(lines, key) for key in lines.keys("month_emission") if key.species == species
    }
    if not lines.has(Key("factor", species)):
        return stated, _by_activity(stated, direct, by_month)
    factor = quantity_of(lines, Key("factor", species), (Key("factor_unit", species), Key("factor_unit")))
    label = lines.label(Key("factor", species))
    limit = lines.config.plausible.factor_kg_per_kg
    odd = (factor.value > limit) & (factor.kind == "mass")
    lines.problems.add(
        "implausible_factor", label, odd, lines.raw(Key("factor", species)), f"{limit:g} kg/kg"
    )
    passed = factor.value * (1.0 - control_of(lines, species))
    mixed = np.zeros(len(lines), bool)
    for one in (activity, *by_month.values()):
        mixed |= np.isfinite(one.value) & np.isfinite(factor.value) & (one.kind != factor.kind)
    lines.problems.add("units_differ", label, mixed, factor.kind)
    for month, one in by_month.items():
        computed = one.value * passed
        direct[month] = np.where(np.isfinite(direct.get(month, np.nan)), direct.get(month, np.nan), computed)
    product = activity.value * passed
    _note_difference(lines, "emission_differs", Key("emission", species), stated, product)
    annual = np.where(np.isfinite(product), product, stated)
    return annual, _by_activity(annual, direct, by_month)


def _by_activity(
    annual: np.ndarray, direct: dict[int, np.ndarray], by_month: dict[int, Quantity]
) -> dict[int, np.ndarray]:
    """Where no month is told apart but the activity of all twelve is, the year's emission goes with it."""
    if len(by_month) < len(_YEAR):
        return direct
    total = np.sum([one.value for one in by_month.values()], axis=0)
    nothing = np.full(len(annual), np.nan)
    told = (
        np.any([np.isfinite(one) for one in direct.values()], axis=0)
        if direct
        else np.zeros(len(annual), bool)
    )
    used = ~told & (total > 0)
    share = {month: one.value / np.where(used, total, 1.0) for month, one in by_month.items()}
    return {month: np.where(used, annual * share[month], direct.get(month, nothing)) for month in _YEAR}


def _note_difference(lines: Lines, kind: str, key: Key, one: np.ndarray, other: np.ndarray) -> None:
    tolerance = lines.config.tolerance
    apart = np.abs(one - other) > tolerance * np.maximum(one, other)
    lines.problems.add(
        kind,
        lines.label(key),
        apart,
        lambda line: f"{one[line] / 1000:.6g} / {other[line] / 1000:.6g} t",
        f"{tolerance:.0%}",
    )


def _in_months(
    lines: Lines,
    species: str,
    annual: np.ndarray,
    direct: dict[int, np.ndarray],
    months: Sequence[int],
    shares: np.ndarray,
) -> np.ndarray:
    """Emission in each month asked for, kg, (month, line); NaN in all of them where nothing is known."""
    spread = annual * shares
    if not direct:
        return np.asarray(spread)
    nothing = np.full(len(lines), np.nan)
    told = np.stack([direct.get(month, nothing) for month in months])
    whole = np.isfinite(told).all(0)
    given = np.any([np.isfinite(one) for one in direct.values()], axis=0)
    some = given & ~whole
    key = next(
        (key for key in lines.keys("month_emission") if key.species == species), lines.keys("month_activity")
    )
    shown = lines.label(key if isinstance(key, Key) else key[0])
    lines.problems.add("months_incomplete", shown, some & np.isfinite(annual))
    lines.problems.add("missing", shown, some & ~np.isfinite(annual))
    if len(direct) == len(_YEAR):
        total = np.sum(list(direct.values()), axis=0)
        _note_difference(lines, "months_differ", Key("emission", species), total, annual)
    return np.where(whole, told, spread)
