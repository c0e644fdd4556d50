"""Weights from the cells of a foreign grid to (region, cell) of ours, kept on disk."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.regridding import SourceGrid, conservative
from emissions_inventory.gridding.boundaries import Boundaries
from emissions_inventory.gridding.masks import region_shares
from foundation.errors import RunError
from foundation.grids import Grid
from foundation.store import written_beside

__all__ = ["AreaWeights", "area_weights", "make_weights", "weights_key"]

_LAYOUT = "area weights 1"
_WHOLE = 1e-9
_ARRAYS = ("native", "outside", "region", "row", "column", "data", "indices", "indptr")

_DAMAGE = (OSError, ValueError, KeyError, EOFError, RuntimeError, OverflowError, struct.error, zlib.error,
           zipfile.BadZipFile)  # fmt: skip
"""What reading an archive raises where bytes of it are lost or changed."""


@dataclass(frozen=True)
class AreaWeights:
    """Shares of native cells in each pair of a region and a cell of the grid.

    Attributes:
        matrix: sparse, shape (pair, native cell inside); a column and the share outside sum to 1.
        native: number of each native cell that reaches into the grid, shape (native cell inside,).
        outside: share of each native cell outside the grid, shape (native row * column,).
        regions: ids; `beyond` is the number after the last.
        region: number of the region of each pair, shape (pair,).
        row: of the grid, shape (pair,).
        column: of the grid, shape (pair,).
    """

    matrix: Any
    native: np.ndarray
    outside: np.ndarray
    regions: tuple[str, ...]
    region: np.ndarray
    row: np.ndarray
    column: np.ndarray


def make_weights(source: SourceGrid, grid: Grid, boundaries: Boundaries) -> AreaWeights:
    """Weights from the overlap of the grids and the regions' shares of the native cells."""
    from scipy.sparse import diags_array, vstack

    overlap = conservative(source, grid, "amount", inside=False).matrix.tocsc()
    inside = np.asarray(overlap.sum(axis=0)).ravel()
    native = np.flatnonzero(inside > 0)
    outside = np.where(inside > 1.0 - _WHOLE, 0.0, 1.0 - inside)
    # Cells wholly inside lose their rounding, so that not even 1e-16 of them is dropped.
    exact = (1.0 - outside[native]) / inside[native]
    overlap = overlap[:, native] @ diags_array(exact)
    shares = region_shares(source, boundaries, native)[native].tocsc()
    stacked = vstack(
        [overlap @ diags_array(shares[:, [one]].toarray().ravel()) for one in range(shares.shape[1])],
        format="csr",
    )
    stacked.eliminate_zeros()
    pair = np.flatnonzero(np.diff(stacked.indptr))
    region, cell = np.divmod(pair, grid.shape[1] * grid.shape[2])
    row, column = np.divmod(cell, grid.shape[2])
    return AreaWeights(stacked[pair], native, outside, boundaries.regions, region, row, column)


def area_weights(
    source: SourceGrid, grid: Grid, boundaries: Boundaries, cache: Path | None = None
) -> AreaWeights:
    """Weights, from the cache where they are whole and of this key, otherwise made and kept.

    Args:
        source: the native grid.
        grid: the model's grid.
        boundaries: of the regions.
        cache: folder; None keeps nothing.

    Raises:
        RunError: when the folder cannot be written.
    """
    if cache is None:
        return make_weights(source, grid, boundaries)
    key = weights_key(source, grid, boundaries)
    path = Path(cache) / f"area-weights-{key[:16]}.npz"
    kept = _read(path, key, boundaries.regions)
    if kept is None:
        kept = make_weights(source, grid, boundaries)
        _write(path, key, kept)
    return kept


def weights_key(source: SourceGrid, grid: Grid, boundaries: Boundaries) -> str:
    """Checksum of both grids and the boundaries."""
    digest = hashlib.sha256(f"{_LAYOUT}\x1f{source.crs}\x1f{boundaries.checksum}".encode())
    for axis in (source.x, source.y, grid.lon_edges, grid.lat_edges):
        digest.update(np.ascontiguousarray(axis, dtype="<f8").tobytes() + b"\x1f")
    return digest.hexdigest()


def _write(path: Path, key: str, weights: AreaWeights) -> None:
    arrays = {name: getattr(weights, name) for name in _ARRAYS[:5]}
    arrays |= {name: getattr(weights.matrix, name) for name in _ARRAYS[5:]}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path) as beside, beside.open("wb") as file:
            np.savez(file, key=np.array(f"{key} {_content(arrays)}"), **arrays)
    except OSError as error:
        raise RunError(f"cannot keep the weights: {error.strerror or error}", where=str(path),
                       remedy="Name a folder that may be written, or none") from error  # fmt: skip


def _read(path: Path, key: str, regions: tuple[str, ...]) -> AreaWeights | None:
    """Weights on disk; None where there are none, or they are damaged or of another key."""
    from scipy.sparse import csr_array

    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in _ARRAYS}
            whole = str(file["key"]) == f"{key} {_content(arrays)}"
    except _DAMAGE:
        return None
    if not whole:
        return None
    shape = (len(arrays["row"]), len(arrays["native"]))
    matrix = csr_array(tuple(arrays.pop(name) for name in _ARRAYS[5:]), shape=shape)
    return AreaWeights(matrix, **arrays, regions=regions)


def _content(arrays: dict[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name in _ARRAYS:
        digest.update(f"{name} {arrays[name].dtype.str} {arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()
