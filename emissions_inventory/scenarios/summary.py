"""What an inventory holds, as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from emissions_inventory.inventory import Inventory
from emissions_inventory.labels import GroupLabel, source_labels
from emissions_inventory.scenarios.change_table import percent
from emissions_inventory.scenarios.uncertainty import sector_multipliers, sector_range, total_range
from emissions_inventory.trail import KEPT, mass_budget

__all__ = ["summary"]

_TONNE = 1000.0
_LARGEST = 10


def summary(inventory: Inventory) -> dict[str, Any]:
    """Totals of an inventory over all its months, how well they are known, and how it was made.

    Args:
        inventory: the inventory.

    Returns:
        Plain data. `species`: `t`, `point_percent`, `range_68_t` and `range_95_t` of each; `months`: t by
        species in each; `sectors`, `regions`, `region_groups`: names and `t` by species, sectors also
        `uncertainty` (standard deviation of the logarithm) with the two ranges by species; `sector_region`: t
        by species of each pair; `points` and `area_sources`: how many, with the points whose stack is not
        known and those beyond the grid; `largest_points`: ten, those first that emit the largest share of any
        species; `mass_budget`: every step of the trail with `mass_t` and `dropped_t`, and whether the last
        agrees with the contents; `grid`.
    """
    totals = inventory.totals() / _TONNE
    multipliers = sector_multipliers(inventory)
    every = totals.sum("month")
    return {
        "version": inventory.version,
        "title": inventory.title,
        "species": _species(inventory, every, multipliers),
        "months": [
            {"month": month, "t": _by_species(totals.sel(month=month).sum(("sector", "region")))}
            for month in inventory.months
        ],
        "sectors": _sectors(inventory, every.sum("region")),
        "regions": _regions(every.sum("sector")),
        "region_groups": _region_groups(every.sum("sector")),
        "sector_region": _pairs(every),
        "points": _points(inventory),
        "area_sources": len(inventory.areas),
        "largest_points": _largest(inventory),
        "mass_budget": _mass_budget(inventory),
        "grid": _grid(inventory),
    }


def _by_species(totals: xr.DataArray) -> dict[str, float]:
    return {str(name): float(totals.sel(species=name)) for name in totals["species"].values}


def _species(inventory: Inventory, totals: xr.DataArray, multipliers: xr.DataArray) -> list[dict[str, Any]]:
    of_points = inventory.point_totals().sum(("month", "sector", "region")) / _TONNE
    records = []
    for name in inventory.species:
        by_sector = totals.sum("region").sel(species=name)
        ranges = total_range(by_sector, multipliers.sel(species=name))
        whole = float(by_sector.sum())
        share = percent(float(of_points.sel(species=name)), whole)
        named = {f"{key}_t": bounds for key, bounds in ranges.items()}
        records.append({"species": name, "t": whole, "point_percent": share, **named})
    return records


def _names(label: GroupLabel) -> dict[str, str]:
    return {"id": label.id, "chinese": label.chinese, "english": label.english}


def _sectors(inventory: Inventory, totals: xr.DataArray) -> list[dict[str, Any]]:
    records = []
    for sector in inventory.sectors():
        t = _by_species(totals.sel(sector=sector))
        sigma = _by_species(inventory.uncertainty.sel(sector=sector, species=list(inventory.species)))
        ranges = {name: sector_range(t[name], sigma[name]) for name in t}
        named = {f"{key}_t": {name: ranges[name][key] for name in t} for key in ("range_68", "range_95")}
        label = _names(source_labels().sector(sector))
        records.append({**label, "t": t, "uncertainty": sigma, **named})
    return records


def _regions(totals: xr.DataArray) -> list[dict[str, Any]]:
    labels = source_labels()
    return [
        {
            **_names(labels.region(str(region))),
            "group": labels.region(str(region)).tag,
            "t": _by_species(totals.sel(region=region)),
        }
        for region in totals["region"].values
    ]


def _region_groups(totals: xr.DataArray) -> list[dict[str, Any]]:
    labels = source_labels()
    records = []
    for group in labels.region_groups:
        members = [label.id for label in labels.regions if label.tag == group.id]
        held = [name for name in totals["region"].values if str(name) in members]
        records.append({**_names(group), "t": _by_species(totals.sel(region=held).sum("region"))})
    return records


def _pairs(totals: xr.DataArray) -> list[dict[str, Any]]:
    return [
        {"sector": str(sector), "region": str(region), "t": t}
        for sector in totals["sector"].values
        for region in totals["region"].values
        if any((t := _by_species(totals.sel(sector=sector, region=region))).values())
    ]


def _points(inventory: Inventory) -> dict[str, Any]:
    points, grid = inventory.points, inventory.grid
    inside = (points.lon >= grid.lon_edges[0]) & (points.lon < grid.lon_edges[-1])
    inside &= (points.lat >= grid.lat_edges[0]) & (points.lat < grid.lat_edges[-1])
    stacks = points.stacks
    known = np.isfinite([stacks.height, stacks.diameter, stacks.temperature, stacks.velocity]).all(axis=0)
    return {
        "number": len(points),
        "stack_not_known": int((~known).sum()),
        "beyond_grid": int((~inside).sum()),
        "own_week": len(inventory.profiles.point),
    }


def _largest(inventory: Inventory) -> list[dict[str, Any]]:
    points = inventory.points
    mass = points.emission.sum(axis=0) / _TONNE
    whole = inventory.totals().sum(("month", "sector", "region")).values / _TONNE
    share = (mass / np.where(whole > 0, whole, 1.0)).max(axis=1, initial=0.0)
    order = np.argsort(-share, kind="stable")[:_LARGEST]
    names = ("id", "name", "sector", "region", "county", "grade")
    return [
        {
            **{name: str(getattr(points, name)[one]) for name in names},
            "lon": float(points.lon[one]), "lat": float(points.lat[one]),
            "t": dict(zip(inventory.species, map(float, mass[one]), strict=True)),
            "largest_percent": 100.0 * float(share[one]),
        }
        for one in order
    ]  # fmt: skip


def _mass_budget(inventory: Inventory) -> dict[str, Any]:
    now = mass_budget(inventory)
    steps = [step.model_dump(mode="json") for step in inventory.trail]
    last = inventory.trail[-1].mass_t if inventory.trail else {}
    agrees = set(last) == set(now) and all(
        abs(last[name] - mass) <= KEPT * max(abs(mass), abs(last[name])) for name, mass in now.items()
    )
    return {"mass_t": now, "steps": steps, "agrees": agrees}


def _grid(inventory: Inventory) -> dict[str, float | int]:
    grid = inventory.grid
    _, rows, columns = grid.shape
    west, east, south, north = (
        float(edges[at]) for edges in (grid.lon_edges, grid.lat_edges) for at in (0, -1)
    )
    return {"rows": rows, "columns": columns, "west": west, "east": east, "south": south, "north": north}
