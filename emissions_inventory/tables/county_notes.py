"""What a reader of an imported table of county totals should know."""

from __future__ import annotations

import pandas as pd

from emissions_inventory.inventory import SPECIES
from emissions_inventory.labels import source_labels

__all__ = ["county_notes"]


def county_notes(totals: pd.DataFrame) -> tuple[str, ...]:
    """Which species were told for which sectors, and where only some counties tell one, Chinese first.

    Args:
        totals: rows of county, sector and species, as `county_totals` gives them.
    """
    known = set(totals["sector"])
    notes = []
    told, partly = [], []
    for sector in (name for name in source_labels().sector_ids() if name in known):
        rows = totals[totals["sector"] == sector]
        counties = rows.groupby("species")["county"].nunique()
        species = [name for name in SPECIES if name in counties.index]
        told.append(f"{source_labels().sector(sector).chinese} {sector}: {', '.join(species)}")
        most = rows["county"].nunique()
        partly += [f"{sector} {name} {counties[name]}/{most}" for name in species if counties[name] < most]
    if told:
        notes.append(
            "各部门所填物种，其余未填、未补 (species told by sector; others are not told and not added): "
            + "; ".join(told)
        )
    if partly:
        notes.append(
            "部分区县未填，按 0 计 (told by some counties of the sector alone, counted as 0 in the others): "
            + "; ".join(partly)
        )
    return tuple(notes)
