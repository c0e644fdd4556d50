"""Values at particles from nodes: linear in both indices, in time and in the vertical coordinate.

First the column at the particle's place and time is blended, its vertical coordinate with it; then the two
levels around the particle are sought, from the level of its last place.
"""

from __future__ import annotations

import torch

from atmosphere.trajectories.horizontal_grid import HorizontalGrid

__all__ = ["BESIDE", "column_at", "inside", "levels_around", "sample"]

BESIDE = 1
"""State of a particle that left through a side."""

Corners = tuple[list[torch.Tensor], list[torch.Tensor]]


def inside(position: torch.Tensor, grid: HorizontalGrid, state: torch.Tensor) -> torch.Tensor:
    """Positions wrapped round the earth; what lies beside the grid is marked, and put on its rim to go on.

    Args:
        position: column, row and vertical coordinate, shape (particle, 3).
        grid: the nodes' grid.
        state: of each particle; changed in place.
    """
    column, row = position[:, 0], position[:, 1]
    last_column, last_row = float(grid.columns - 1), float(grid.rows - 1)
    if grid.round:
        east = torch.where(column >= last_column, column - last_column, column)
        column = torch.where(column < 0.0, column + last_column, east)
    beside = ~((column >= 0.0) & (column <= last_column) & (row >= 0.0) & (row <= last_row))
    state[(state == 0) & beside] = BESIDE
    column, row = column.nan_to_num().clamp(0.0, last_column), row.nan_to_num().clamp(0.0, last_row)
    return torch.stack([column, row, position[:, 2].nan_to_num()], dim=-1)


def column_at(
    nodes: torch.Tensor, grid: HorizontalGrid, weight: torch.Tensor, position: torch.Tensor
) -> torch.Tensor:
    """Numbers of a column without levels, shape (particle, number).

    Args:
        nodes: shape (2, row, column, number).
        grid: where they are.
        weight: between the two times, 0 the first.
        position: within the grid, shape (particle, 3).
    """
    early, late = (_blend(part.flatten(0, 1), _corners(grid, position), 1, 0) for part in nodes)
    return early + weight * (late - early)


def levels_around(
    nodes: torch.Tensor, grid: HorizontalGrid, weight: torch.Tensor, position: torch.Tensor,
    level: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # fmt: skip
    """The blended nodes below and above each particle, shape (particle, 4), and the lower level.

    Args:
        nodes: shape (2, row, column, level, 4), the vertical coordinate last.
        grid: where they are.
        weight: between the two times, 0 the first.
        position: within the grid, shape (particle, 3).
        level: where to begin to look, int64, shape (particle,).
    """
    corners = _corners(grid, position)
    levels = nodes.shape[3]
    flat = [part.flatten(0, 2) for part in nodes]
    while True:
        below, above = (
            _in_time([_blend(part, corners, levels, level + up) for part in flat], weight) for up in (0, 1)
        )
        rise = (position[:, 2] >= above[:, 3]) & (level < levels - 2)
        fall = (position[:, 2] < below[:, 3]) & (level > 0)
        if not bool((rise | fall).any()):
            return below, above, level
        level = level + rise.to(level.dtype) - (fall & ~rise).to(level.dtype)


def sample(
    nodes: torch.Tensor, grid: HorizontalGrid, weight: float, position: torch.Tensor,
    level: torch.Tensor | None = None,
) -> torch.Tensor:  # fmt: skip
    """First number of the nodes at places, shape (particle,); beyond the levels the last level's.

    Args:
        nodes: shape (2, row, column, level, 4), the vertical coordinate last.
        grid: where they are.
        weight: between the two times, 0 the first.
        position: within the grid, shape (particle, 3).
        level: where to begin to look; the lowest if None.
    """
    start = torch.zeros(len(position), dtype=torch.int64, device=position.device) if level is None else level
    share = torch.tensor(weight, dtype=nodes.dtype, device=nodes.device)
    below, above, _ = levels_around(nodes, grid, share, position, start)
    part = (position[:, 2] - below[:, 3]) / (above[:, 3] - below[:, 3])
    return below[:, 0] + part.clamp(0.0, 1.0) * (above[:, 0] - below[:, 0])


def _corners(grid: HorizontalGrid, position: torch.Tensor) -> Corners:
    """Numbers of the four nodes around each place, and their weights."""
    left = position[:, 0].to(torch.int64).clamp(0, grid.columns - 2)
    low = position[:, 1].to(torch.int64).clamp(0, grid.rows - 2)
    x, y = position[:, 0] - left, position[:, 1] - low
    first = low * grid.columns + left
    weights = [(1.0 - x) * (1.0 - y), x * (1.0 - y), (1.0 - x) * y, x * y]
    return [first, first + 1, first + grid.columns, first + grid.columns + 1], weights


def _blend(flat: torch.Tensor, corners: Corners, levels: int, level: torch.Tensor | int) -> torch.Tensor:
    terms = [
        weight[:, None] * flat.index_select(0, node * levels + level)
        for node, weight in zip(*corners, strict=True)
    ]
    return ((terms[0] + terms[1]) + terms[2]) + terms[3]


def _in_time(ends: list[torch.Tensor], weight: torch.Tensor) -> torch.Tensor:
    return ends[0] + weight * (ends[1] - ends[0])
