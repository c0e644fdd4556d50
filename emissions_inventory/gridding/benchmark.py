"""How long gridding takes, and how well it keeps sums."""

from __future__ import annotations

import time

import numpy as np

from atmosphere.meteorology.regridding import SourceGrid
from emissions_inventory.gridding.boundaries import Boundaries
from emissions_inventory.gridding.native_grids import spread_native
from emissions_inventory.gridding.partition import divided_by_seats
from emissions_inventory.gridding.seats import county_seats, enclaves, neighbour_seats
from emissions_inventory.gridding.weights import make_weights
from foundation.grids import Grid

__all__ = ["MEIC_GRID", "gridding_benchmark"]

MEIC_GRID = SourceGrid(np.arange(70.125, 150.0, 0.25), np.arange(10.125, 60.0, 0.25))
"""Cells of MEIC's NetCDF: 200 rows by 320 columns of 0.25°, 70-150 E, 10-60 N."""

_SECTORS = ("power", "other_industry", "scattered_coal", "traffic", "agriculture")
_SPECIES = 10


def gridding_benchmark(grid: Grid, boundaries: Boundaries | None = None) -> dict[str, float | int]:
    """Time to bring a month of an inventory of MEIC's size (5 sectors, 10 species) onto a grid.

    Args:
        grid: the model's grid.
        boundaries: of the regions; by default the built-in ones.

    Returns:
        `boundaries_s`, `weights_s`, `apply_s`, native `cells`, `sectors`, `species`, `entries` made and
        `relative_sum_error`, the largest over sectors and species.
    """
    begin = time.perf_counter()
    used = (
        divided_by_seats([*county_seats(), *neighbour_seats()], enclaves())
        if boundaries is None
        else boundaries
    )
    ready = time.perf_counter()
    weights = make_weights(MEIC_GRID, grid, used)
    made = time.perf_counter()
    shape = (1, len(_SECTORS), _SPECIES, *MEIC_GRID.shape)
    values = np.random.default_rng(1).lognormal(3.0, 3.0, shape)
    start = time.perf_counter()
    areas, dropped = spread_native(values, _SECTORS, weights)
    end = time.perf_counter()
    given = values.sum(axis=(-1, -2))
    kept = np.stack([areas.emission[:, areas.sector == one].sum(axis=1) for one in _SECTORS], axis=1)
    return {
        "boundaries_s": ready - begin, "weights_s": made - ready, "apply_s": end - start,
        "cells": MEIC_GRID.shape[0] * MEIC_GRID.shape[1], "sectors": len(_SECTORS), "species": _SPECIES,
        "entries": len(areas), "relative_sum_error": float(np.abs((kept + dropped) / given - 1.0).max()),
    }  # fmt: skip
