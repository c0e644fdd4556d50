"""What may be cut, at what cost, and when an answer needs a caution."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field, model_validator

from emissions_inventory.labels import source_labels
from foundation.configuration import Config, load_shipped

__all__ = ["CautionsConfig", "LevelConfig", "MeasuresConfig", "UncertaintyConfig", "measures_config"]

OUTSIDE = ("boundary", "initial", "unattributed", "dust")
"""Sources that nobody emits within the inventory."""


class DriversConfig(Config):
    """Emitted species by component of particles, and by gas; `natural` components nobody emits.

    What is natural is no part of what a cut changes.
    """

    components: dict[str, str]
    natural: tuple[str, ...] = ()
    gases: dict[str, str]

    @property
    def species(self) -> tuple[str, ...]:
        """All emitted species, each once."""
        return tuple(dict.fromkeys([*self.components.values(), *self.gases.values()]))


class LevelConfig(Config):
    """A level of warning.

    Attributes:
        permitted: largest share that an order may cut, by group of sectors.
    """

    id: str
    chinese: str
    english: str
    permitted: dict[str, float]
    verified: bool
    source: str


class CostConfig(Config):
    """Cost of cutting a tonne by group of sectors, relative."""

    values: dict[str, float]
    verified: bool
    source: str


class UncertaintyConfig(Config):
    """How sure contributions are; the file explains the keys."""

    of_share: dict[str, float]
    of_part: float = Field(ge=0)
    later: float = Field(ge=0)
    range: tuple[float, float]
    draws: int = Field(ge=10, le=2000)
    draws_of_hours: int = Field(ge=10, le=500)
    seed: int
    verified: bool
    source: str


class CautionsConfig(Config):
    """Bounds beyond which a linear answer needs a caution."""

    largest_cut: float = Field(gt=0, le=1)
    secondary_share: float = Field(gt=0, le=1)
    unattributed_share: float = Field(gt=0, le=1)
    carried_over_share: float = Field(gt=0, le=1)
    smallest_share_of_tag: float = Field(ge=0, le=1)
    negligible_ug_m3: float = Field(ge=0)
    verified: bool
    source: str


class MeasuresConfig(Config):
    """The file `configs/sources/measures.yaml`; the file explains the keys."""

    drivers: DriversConfig
    region: str
    target_quantile: float = Field(gt=0, lt=1)
    regions: tuple[str, ...]
    levels: tuple[LevelConfig, ...] = Field(min_length=1)
    cost: CostConfig
    uncertainty: UncertaintyConfig
    cautions: CautionsConfig

    @model_validator(mode="after")
    def _whole(self) -> MeasuresConfig:
        labels = source_labels()
        groups = {*(group.id for group in labels.sector_groups), labels.whole.id}
        if strange := set(self.regions) - {group.id for group in labels.region_groups}:
            raise ValueError(f"regions: {min(strange)!r} is no group of regions")
        _every("cost.values", self.cost.values, groups, lowest_exclusive=True)
        _every("uncertainty.of_share", self.uncertainty.of_share, {*groups, *OUTSIDE})
        for level in self.levels:
            _every(f"levels {level.id}", level.permitted, groups)
            if max(level.permitted.values()) > 1:
                raise ValueError(f"levels {level.id}: a share above 1")
        for mild, strict in zip(self.levels[:-1], self.levels[1:], strict=True):
            if any(strict.permitted[group] < mild.permitted[group] for group in groups):
                raise ValueError(f"levels {strict.id}: permits less than {mild.id}; give the mildest first")
        if not 0 <= self.uncertainty.range[0] < 0.5 < self.uncertainty.range[1] <= 1:
            raise ValueError("uncertainty.range: expected two shares around 0.5")
        return self


def _every(key: str, values: dict[str, float], groups: set[str], *, lowest_exclusive: bool = False) -> None:
    if set(values) != groups:
        raise ValueError(f"{key}: expected a value for each of {', '.join(sorted(groups))}")
    low = min(values.values())
    if low < 0 or (lowest_exclusive and low == 0):
        raise ValueError(f"{key}: {low:g} is too small")


@lru_cache(maxsize=1)
def measures_config() -> MeasuresConfig:
    """The choices that ship with the program."""
    return load_shipped(MeasuresConfig, "sources/measures.yaml")
