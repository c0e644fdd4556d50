"""Limits of stacks, and concentrations folded to the oxygen they are stated at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emissions_inventory.monitoring.configuration import POLLUTANTS, MonitoringConfig
from emissions_inventory.monitoring.table import StackTable
from foundation.errors import InputError
from foundation.times import beijing_day

__all__ = ["Limits", "fold", "limits_of"]

_AIR_OXYGEN = 21.0


@dataclass(frozen=True)
class Limits:
    """Limits of each stack, (stack,).

    Attributes:
        name: of the class, empty where there is none.
        values: by pollutant, mg m-3 at the reference oxygen; infinite where there is none.
        reference_oxygen: %, NaN where there is none.
        notes: classes that were not read in their source, or are not in force yet.
    """

    name: np.ndarray
    values: dict[str, np.ndarray]
    reference_oxygen: np.ndarray
    notes: tuple[str, ...]

    def folded(self, table: StackTable, pollutant: str) -> np.ndarray:
        """Folded concentrations, mg m-3, (stack, hour): as given, else folded here, else NaN."""
        own = fold(table.value(pollutant), table.value("oxygen"), self.reference_oxygen[:, None])
        given = table.value(f"{pollutant}_folded")
        return np.where(np.isfinite(given), given, own)


def fold(concentration: np.ndarray, oxygen: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Fold concentrations to the reference oxygen (GB 13223-2011, 5.2): C (21 - reference) / (21 - oxygen).

    Args:
        concentration: measured in dry gas, mg m-3.
        oxygen: in dry gas, %.
        reference: %.

    Returns:
        Folded concentrations, mg m-3; NaN where the oxygen is missing, negative or that of air.
    """
    usable = (oxygen < _AIR_OXYGEN) & (oxygen >= 0)
    left = np.where(usable, _AIR_OXYGEN - oxygen, np.nan)
    return np.asarray(concentration * (_AIR_OXYGEN - reference) / left)


def limits_of(
    table: StackTable, sectors: Mapping[str, str], classes: Mapping[str, str], config: MonitoringConfig
) -> Limits:
    """Limits of stacks: as named for the stack, else in the file, else by the sector of its point.

    Args:
        table: hours of stacks.
        sectors: sector of each stack's point, by id.
        classes: class of stacks by id, such as `{"9165...#DA001": "gb13223_special"}`.
        config: the classes.

    Raises:
        InputError: when a class is not known, or is named for a stack that is not in the file.
    """
    strange = sorted(set(classes) - set(map(str, table.id)))
    if strange:
        raise InputError(f"a class of limits is named for stack {strange[0]!r}, which is not in the file")
    day = np.datetime_as_string(beijing_day(table.start))
    name = []
    notes: dict[str, None] = {}
    for ident, written in zip(map(str, table.id), map(str, table.limit_class), strict=True):
        chosen = (
            classes.get(ident) or _named(written, config) or config.class_of.get(sectors.get(ident, ""), "")
        )
        if chosen and chosen not in config.limits:
            raise InputError(f"unknown class of limits {chosen[:40]!r}", where=f"stack {ident}",
                             remedy=f"Known: {', '.join(config.limits)}")  # fmt: skip
        if chosen and config.limits[chosen].valid_from > str(day):
            notes[f"{chosen} is in force from {config.limits[chosen].valid_from} only, not checked"] = None
            chosen = ""
        if chosen and not config.limits[chosen].verified:
            notes[f"limits {chosen}: remembered, not verified ({config.limits[chosen].source})"] = None
        name.append(chosen)
    values = {
        pollutant: np.array([getattr(config.limits[one], pollutant) if one else np.inf for one in name])
        for pollutant in POLLUTANTS
    }
    reference = np.array([config.limits[one].reference_oxygen if one else np.nan for one in name])
    return Limits(np.array(name), values, reference, tuple(notes))


def _named(written: str, config: MonitoringConfig) -> str:
    """Class by its id or its name; as written when it is neither."""
    for ident, limit in config.limits.items():
        if written.lower() in (ident, limit.chinese.lower(), limit.english.lower()):
            return ident
    return written
