"""Inventories on foreign grids to area sources on ours, each cell's emission told apart by region."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.regridding import SourceGrid
from emissions_inventory.emitters import AreaSources
from emissions_inventory.gridding.boundaries import BEYOND, Boundaries
from emissions_inventory.gridding.weights import AreaWeights, area_weights
from emissions_inventory.trail import check_kept
from foundation.errors import InputError
from foundation.grids import Grid

__all__ = ["areas_from_grid", "spread_native"]


def areas_from_grid(
    values: np.ndarray,
    sectors: Sequence[str],
    source: SourceGrid,
    grid: Grid,
    boundaries: Boundaries,
    cache: Path | None = None,
) -> tuple[AreaSources, np.ndarray]:
    """Area sources from an inventory on a foreign grid.

    Each native cell is first told apart by region (`region_shares`), then laid on the cells of the grid by
    area (`conservative`).

    Args:
        values: kg, shape (month, sector, species, native row, native column), rows from the south.
        sectors: ids, in the order of the values.
        source: the native grid.
        grid: the model's grid.
        boundaries: of the regions.
        cache: folder that keeps the weights.

    Returns:
        One entry for each sector, region and cell that emits, and what lies outside the grid, kg, shape
        (month, sector, species). Both together are what was given, to 1e-9 of it.

    Raises:
        InputError: when the shape is another, a value is negative or not finite, or a sector is given twice.
    """
    return spread_native(
        _checked(values, sectors, source), sectors, area_weights(source, grid, boundaries, cache)
    )


def spread_native(
    values: np.ndarray, sectors: Sequence[str], weights: AreaWeights
) -> tuple[AreaSources, np.ndarray]:
    """As `areas_from_grid`, by weights at hand."""
    given = values.sum(axis=(-1, -2))
    flat = values.reshape(-1, values.shape[-2] * values.shape[-1])
    inside = weights.matrix @ np.ascontiguousarray(flat[:, weights.native].T)
    dropped = (flat @ weights.outside).reshape(given.shape)
    months, _, species = given.shape
    pairs = inside.reshape(len(weights.region), *given.shape)
    check_kept(given, pairs.sum(axis=0) + dropped, "gridding")
    names = np.array([*weights.regions, BEYOND])
    parts: list[tuple[np.ndarray, ...]] = []
    for number, sector in enumerate(sectors):
        there = np.flatnonzero(pairs[:, :, number].any(axis=(1, 2)))
        parts.append((np.full(len(there), sector), names[weights.region[there]], weights.row[there],
                      weights.column[there], pairs[there, :, number].transpose(1, 0, 2)))  # fmt: skip
    if not parts:
        return AreaSources.none(months, species), dropped
    plain = [np.concatenate([part[place] for part in parts]) for place in range(4)]
    emission = np.concatenate([part[4] for part in parts], axis=1)
    return AreaSources(plain[0], plain[1], plain[2], plain[3], emission), dropped


def _checked(values: Any, sectors: Sequence[str], source: SourceGrid) -> np.ndarray:
    given = np.asarray(values, dtype=float)
    if given.ndim != 5 or given.shape[1] != len(sectors) or given.shape[3:] != source.shape:
        expected = f"(month, {len(sectors)} sectors, species, {source.shape[0]}, {source.shape[1]})"
        raise InputError(f"gridded inventory: expected shape {expected}, got {given.shape}")
    if len(set(sectors)) < len(sectors):
        raise InputError(f"gridded inventory: a sector is given twice in {', '.join(sectors)}")
    wrong = ~(np.isfinite(given) & (given >= 0))
    if wrong.any():
        month, sector, species, row, column = (int(one) for one in np.argwhere(wrong)[0])
        raise InputError(
            f"expected 0 kg or more, got {given[month, sector, species, row, column]}",
            where=f"sector {sectors[sector]}, month {month}, species {species}, row {row}, column {column}",
            remedy="Correct the file, or state what a gap means",
        )  # fmt: skip
    return given
