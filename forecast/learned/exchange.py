"""What stations learn from one another: attention with weights from their states and where they lie."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from forecast.learned.configuration import NetworkConfig


class Residual(nn.Module):
    """A dense layer beside the identity."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, width)
        self.narrow = nn.Linear(width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, state: Tensor) -> Tensor:
        """(..., width) to the same."""
        inner = functional.gelu(self.widen(self.norm(state)))
        return state + self.narrow(self.drop(inner))  # type: ignore[no-any-return]


def geometry_of(positions: Tensor) -> Tensor:
    """Where stations lie to one another (station, station, 3): east, north, distance."""
    apart = positions[:, None] - positions[None]
    return torch.cat([apart, apart.square().sum(-1, keepdim=True).add(1e-6).sqrt()], dim=-1)


class Exchange(nn.Module):
    """One round of attention among stations, with a bias from where they lie to one another."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.norm = nn.LayerNorm(config.width)
        self.query = nn.Linear(config.width, 3 * config.width)
        self.geometry = nn.Sequential(nn.Linear(3, 16), nn.GELU(), nn.Linear(16, config.heads))
        self.out = nn.Linear(config.width, config.width)
        self.after = Residual(config.width, config.dropout)

    def forward(self, state: Tensor, positions: Tensor) -> Tensor:
        """(issue, station, width) and (station, 2) to a new state of the stations."""
        issues, stations, width = state.shape
        parts = self.query(self.norm(state)).view(issues, stations, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        bias = self.geometry(geometry_of(positions)).permute(2, 0, 1)[None].to(query.dtype)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        return self.after(state + self.out(mixed.transpose(1, 2).reshape(issues, stations, width)))  # type: ignore[no-any-return]


class Neighbours(nn.Module):
    """Means of what the other stations measured, weighted by a learned adjacency."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.heads, inner = config.heads, 16
        self.query = nn.Linear(config.width, 2 * config.heads * inner)
        self.geometry = nn.Sequential(nn.Linear(3, 16), nn.GELU(), nn.Linear(16, config.heads))

    def forward(self, state: Tensor, positions: Tensor, values: Tensor) -> Tensor:
        """Weighted means.

        Args:
            state: (issue, station, width).
            positions: (station, 2).
            values: (issue, station, pollutant, lag).

        Returns:
            (issue, station, pollutant, lag * heads); a lone station is its own neighbour.
        """
        issues, stations, _ = state.shape
        parts = self.query(state).view(issues, stations, 2, self.heads, -1)
        query, key = parts.permute(2, 0, 3, 1, 4)
        affinity = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        affinity = affinity + self.geometry(geometry_of(positions)).permute(2, 0, 1)[None]
        if stations > 1:
            itself = torch.eye(stations, dtype=torch.bool, device=state.device)
            affinity = affinity.masked_fill(itself, -torch.inf)
        adjacency = affinity.float().softmax(-1)
        mixed = torch.einsum("bhst,btpl->bsplh", adjacency, values)
        return mixed.flatten(-2)
