"""How `configs/inventory/enterprise_columns.yaml` and a mapping file of one's own are written."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from emissions_inventory.inventory import SPECIES
from emissions_inventory.labels import source_labels
from emissions_inventory.tables.mapping_file import merge_mapping
from foundation.configuration import Config, load_shipped, parse_yaml, shipped_text, validate

__all__ = [
    "ClassRule", "FieldConfig", "LimitsConfig", "PlausibleConfig", "TableConfig", "UncertaintyConfig",
    "county_config", "enterprise_config",
]  # fmt: skip

LEVELS = ("level_1", "level_2", "level_3", "level_4")
_DERIVED_KINDS = {"", "activity", "factor", "emission"}


class FieldConfig(Config):
    """A field of a table.

    Attributes:
        chinese: its name for people.
        headers: headers that name it; `{species}` and `{month}` stand for each.
        units: kind of unit; empty for text.
        unit: the unit where nothing else is said.
    """

    chinese: str
    headers: tuple[str, ...] = Field(min_length=1)
    units: str = ""
    unit: str = ""


class ClassRule(Config):
    """Words of a source class and the sector they mean.

    Attributes:
        sector: id of the sector.
        level_1: word looked for in the class of the first level; empty for any class; so on to `level_4`.
        any: word looked for in the classes of all levels.
    """

    sector: str
    level_1: str = ""
    level_2: str = ""
    level_3: str = ""
    level_4: str = ""
    any: str = ""

    @model_validator(mode="after")
    def _known(self) -> ClassRule:
        if self.sector not in source_labels().sector_ids():
            raise ValueError(f"unknown sector {self.sector!r}")
        if not any((self.level_1, self.level_2, self.level_3, self.level_4, self.any)):
            raise ValueError("a rule needs a word")
        return self


class PlausibleConfig(Config):
    """Ranges beyond which a number is not believed."""

    lon: tuple[float, float]
    lat: tuple[float, float]
    height_m: tuple[float, float]
    diameter_m: tuple[float, float]
    temperature_c: tuple[float, float]
    velocity_m_s: tuple[float, float]
    seat_distance_km: float = Field(gt=0)
    factor_kg_per_kg: float = Field(gt=0)


class LimitsConfig(Config):
    """Sizes beyond which a file is refused before it is read."""

    file_mib: float = Field(gt=0)
    unpacked_mib: float = Field(gt=0)
    rows: int = Field(gt=0)
    columns: int = Field(gt=0)
    cells: int = Field(gt=0)
    header_rows: int = Field(gt=0)


class UncertaintyConfig(Config):
    """Standard deviation of the logarithm by species, and factors of sectors upon it."""

    source: str
    verified: bool
    species: dict[str, float]
    sector_factor: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> UncertaintyConfig:
        if set(self.species) != set(SPECIES):
            raise ValueError(f"expected exactly the species {', '.join(SPECIES)}")
        stray = set(self.sector_factor) - set(source_labels().sector_ids())
        if stray:
            raise ValueError(f"unknown sector {min(stray)!r}")
        if not all(0 < one < 10 for one in (*self.species.values(), *self.sector_factor.values())):
            raise ValueError("expected numbers above 0")
        return self


class TableConfig(Config):
    """A file of columns; the shipped file explains the keys."""

    source: str
    verified: bool
    fields: dict[str, FieldConfig]
    ignored: tuple[str, ...]
    of_species: dict[str, FieldConfig] = Field(default_factory=dict)
    of_month: dict[str, FieldConfig] = Field(default_factory=dict)
    of_species_and_month: dict[str, FieldConfig] = Field(default_factory=dict)
    species: dict[str, tuple[str, ...]]
    units: dict[str, dict[str, float]]
    activities: tuple[str, ...]
    standard_flow: tuple[str, ...]
    a_year: tuple[str, ...]
    products: tuple[str, ...]
    no_value: tuple[str, ...]
    totals: tuple[str, ...]
    footers: tuple[str, ...]
    grades: dict[Literal["A", "B", "C", "D"], tuple[str, ...]]
    leading: dict[str, Literal["", "A", "B", "C", "D"]]
    classes: tuple[ClassRule, ...]
    plausible: PlausibleConfig
    tolerance: float = Field(gt=0, lt=1)
    limits: LimitsConfig
    uncertainty: UncertaintyConfig

    @model_validator(mode="after")
    def _whole(self) -> TableConfig:
        stray = set(self.species) - set(SPECIES)
        if stray:
            raise ValueError(f"unknown species {min(stray)!r}")
        missing = set(self.activities) - set(self.units)
        if missing:
            raise ValueError(f"activities: no units of {min(missing)!r}")
        for group in (self.fields, self.of_species, self.of_month, self.of_species_and_month):
            for name, one in group.items():
                if one.units not in _DERIVED_KINDS | set(self.units):
                    raise ValueError(f"{name}: unknown kind of unit {one.units!r}")
        return self


@lru_cache(maxsize=1)
def _shipped_enterprise() -> TableConfig:
    return load_shipped(TableConfig, "inventory/enterprise_columns.yaml")


def enterprise_config(mapping: str | Path | None = None) -> TableConfig:
    """How an enterprise table is read.

    Args:
        mapping: a YAML file whose top keys replace those that ship; within `fields` and the other groups of
            fields, `species` and `units`, key by key.

    Raises:
        ConfigurationError: when the mapping file is absent or wrong.
    """
    return _shipped_enterprise() if mapping is None else _merged(_shipped_enterprise(), mapping)


def county_config(mapping: str | Path | None = None) -> TableConfig:
    """How a table of counties is read: its own fields, the rest as for enterprises.

    Raises:
        ConfigurationError: when the mapping file is absent or wrong.
    """
    where = "configs/inventory/county_columns.yaml"
    own = parse_yaml(shipped_text("inventory/county_columns.yaml"), where)
    config = validate(TableConfig, _shipped_enterprise().model_dump() | own, where)
    return config if mapping is None else _merged(config, mapping)


def _merged(base: TableConfig, mapping: str | Path) -> TableConfig:
    return validate(TableConfig, merge_mapping(base.model_dump(), mapping), str(mapping))
