"""Where emissions enter the air: fixed splits by height, and typical stacks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from pydantic import Field, model_validator

from emissions_inventory.labels import source_labels
from foundation.configuration import Config, load_shipped
from foundation.constants import ZERO_CELSIUS
from foundation.errors import ConfigurationError

__all__ = [
    "HeightsConfig",
    "RangeConfig",
    "StackConfig",
    "heights_config",
    "layer_shares",
    "split_shares",
    "typical_stack",
]

_EXACT = 1e-9


class RangeConfig(Config):
    """A range of heights above ground and the share released evenly in it."""

    bottom_m: float = Field(ge=0)
    top_m: float
    share: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _upward(self) -> RangeConfig:
        if not self.top_m > self.bottom_m:
            raise ValueError("expected top_m above bottom_m")
        return self


class StackConfig(Config):
    """A typical stack of plants up to a size."""

    up_to: float = Field(gt=0)
    height: float = Field(gt=0, le=400)
    diameter: float = Field(gt=0, le=20)
    temperature: float = Field(ge=0, le=1200)
    velocity: float = Field(gt=0, le=60)


class HeightsConfig(Config):
    """The file `configs/inventory/heights.yaml`; the file explains the keys."""

    splits: dict[str, tuple[RangeConfig, ...]]
    splits_source: str
    sector_splits: dict[str, str]
    other_split: str
    stacks: dict[str, tuple[StackConfig, ...]]
    stacks_source: str
    verified: bool

    @model_validator(mode="after")
    def _whole(self) -> HeightsConfig:
        for name, ranges in self.splits.items():
            if abs(sum(one.share for one in ranges) - 1.0) > _EXACT:
                raise ValueError(f"splits: shares of {name} do not add up to 1")
        known = source_labels().sector_ids()
        strange = {*self.sector_splits, *self.stacks} - set(known)
        if strange:
            raise ValueError(f"unknown sector {min(strange)!r}")
        if lacking := {*self.sector_splits.values(), self.other_split} - set(self.splits):
            raise ValueError(f"no split {min(lacking)!r}")
        return self


@lru_cache(maxsize=1)
def heights_config() -> HeightsConfig:
    """The numbers that ship with the program."""
    return load_shipped(HeightsConfig, "inventory/heights.yaml")


def layer_shares(sector: str, layer_edges_m: np.ndarray, config: HeightsConfig | None = None) -> np.ndarray:
    """Share of a sector's emission in each layer when no stack is known, (z,); adds up to 1.

    Args:
        sector: id.
        layer_edges_m: height above ground of the edges of the layers, m, (z + 1,); the highest layer takes
            what is above.
        config: the splits; those that ship with the program by default.
    """
    config = config or heights_config()
    return split_shares(config.splits[config.sector_splits.get(sector, config.other_split)], layer_edges_m)


def split_shares(ranges: Sequence[RangeConfig], layer_edges_m: np.ndarray) -> np.ndarray:
    """Share of ranges of heights in each layer, (z,); adds up to 1.

    Args:
        ranges: with their shares.
        layer_edges_m: see `layer_shares`.
    """
    edges = np.append(np.asarray(layer_edges_m, float)[:-1], np.inf)
    shares = np.zeros(len(edges) - 1)
    for part in ranges:
        overlap = np.clip(
            np.minimum(edges[1:], part.top_m) - np.maximum(edges[:-1], part.bottom_m), 0.0, None
        )
        shares += part.share * overlap / (part.top_m - part.bottom_m)
    return np.asarray(shares / shares.sum())


def typical_stack(sector: str, size: float) -> np.ndarray:
    """Height m, diameter m, temperature K and velocity m s-1 of a typical stack, (4,).

    Args:
        sector: id.
        size: MW of a power plant, kt of product a year of others.

    Raises:
        ConfigurationError: when the sector has no typical stacks, or none so large.
    """
    for stack in heights_config().stacks.get(sector, ()):
        if size <= stack.up_to:
            return np.array([stack.height, stack.diameter, stack.temperature + ZERO_CELSIUS, stack.velocity])
    raise ConfigurationError(f"no stack for a plant of sector {sector} and size {size:g}",
                             where="configs/inventory/heights.yaml", remedy="Add one")  # fmt: skip
