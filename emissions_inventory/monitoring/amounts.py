"""The month of a stack as measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from emissions_inventory.inventory import Inventory
from emissions_inventory.monitoring.configuration import POLLUTANTS, monitoring_config
from emissions_inventory.monitoring.table import StackTable

__all__ = ["replaced_amounts"]

_PARTICLES = ("pm10", "pm25", "bc", "oc")
"""Particles of a stack: PM10 becomes what was measured, the others keep their share of it."""


def replaced_amounts(
    inventory: Inventory,
    table: StackTable,
    measured: tuple[np.ndarray, np.ndarray],
    points: list[np.ndarray],
    month: int,
) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Emissions of the points with what was measured in one month.

    The mass of the valid hours is scaled to all hours of the month. Particles behind a filter count as PM10,
    a choice; PM2.5, BC and OC keep their shares of it, so that a point without PM10 cannot be replaced.

    Args:
        inventory: before.
        table: hours of stacks, of the whole month.
        measured: mass, kg in the hour, and validity, (pollutant, stack, hour).
        points: places of the points of each stack.
        month: place of the month.

    Returns:
        Emissions, kg, (month, point, species), and for each matched stack and pollutant `old_kg`, `new_kg`
        and `valid_share`, or `reason` why it stays, with `measured_kg` of the valid hours.
    """
    mass, valid = measured
    emission, told = inventory.points.emission.copy(), []
    least = monitoring_config().amounts.least_valid_share
    for row, places in enumerate(points):
        for number, pollutant in enumerate(POLLUTANTS):
            if not len(places) or pollutant not in table.values:
                continue
            share = float(valid[number, row].mean())
            total = float(mass[number, row].sum())
            line: dict[str, Any] = {"stack": str(table.id[row]), "valid_share": share, "measured_kg": total}
            lead = "pm10" if pollutant == "pm" else pollutant
            reason = _why_not(inventory, places, lead, share, least)
            old = (
                float(emission[month, places, inventory.species.index(lead)].sum())
                if lead in inventory.species
                else 0.0
            )
            if not reason and pollutant == "pm" and old == 0:
                reason = "the inventory has no PM10 there whose parts could follow"
            if reason:
                told.append(line | {"species": lead, "reason": reason})
                continue
            told += _set(emission[month, places[0]], inventory.species, (lead, old, total / share), line)
    return emission, told


def _why_not(inventory: Inventory, places: np.ndarray, species: str, share: float, least: float) -> str:
    if species not in inventory.species:
        return f"the inventory has no {species}"
    if len(places) > 1:
        return f"{len(places)} points have this id"
    if share < least:
        return f"{100 * share:.1f} % of the hours are valid, {100 * least:g} % are needed"
    return ""


def _set(
    emission: np.ndarray, species: tuple[str, ...], change: tuple[str, float, float], line: dict[str, Any]
) -> list[dict[str, Any]]:
    """Put the new amount into one point's emissions, (species,); particles all by the same factor."""
    lead, old, new = change
    told = []
    for name in _PARTICLES if lead == "pm10" else (lead,):
        if name not in species:
            continue
        place = species.index(name)
        before = float(emission[place])
        emission[place] = new if name == lead else before * (new / old)
        told.append(line | {"species": name, "old_kg": before, "new_kg": float(emission[place])})
    return told
