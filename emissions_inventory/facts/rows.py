"""One row of each table of facts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from foundation.configuration import Config

__all__ = [
    "CAPTIVE_USES",
    "INDUSTRIAL_SECTORS",
    "TYPICAL_CEMENT_KT",
    "County",
    "IndustrialPlant",
    "Neighbour",
    "PowerPlant",
]

CaptiveUse = Literal[
    "none", "aluminium", "chlor_alkali", "petrochemical", "coal_chemistry", "polysilicon", "steel"
]
IndustrialSector = Literal[
    "steel", "cement", "nonferrous", "petrochemical", "coal_chemistry", "chlor_alkali", "other_industry"
]
CAPTIVE_USES: tuple[str, ...] = CaptiveUse.__args__  # type: ignore[attr-defined]
INDUSTRIAL_SECTORS: tuple[str, ...] = IndustrialSector.__args__  # type: ignore[attr-defined]

TYPICAL_CEMENT_KT = 800.0
"""Cement of a works whose capacity is not known, kt a year. An assumption: a typical line of the dry process,
2,500 t a day on some 320 days a year."""

_CORPS = "6590"


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


Longitude = Annotated[float, Field(ge=70, le=100)]
Latitude = Annotated[float, Field(ge=34, le=50)]
Code = Annotated[str, Field(pattern=r"^65\d{4}$")]
Text = Annotated[str, Field(min_length=1)]
Year = Annotated[int | None, Field(ge=1900, le=2100), BeforeValidator(_empty_is_none)]
Capacity = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class County(Config):
    """A county, a district, or a city of the Corps.

    Attributes:
        adcode: code of GB/T 2260.
        chinese: name.
        english: name.
        prefecture: Chinese name of the prefecture, or of the Corps' division for its cities.
        census_unit: code of the published census total that counts this population.
        lon: of the seat of government, degrees east.
        lat: of the seat of government, degrees north.
        population_2020: residents at the 7th census, 2020-11-01; 0 for cities founded since, whose people are
            counted in the county they came from.
        urban_share: of the population that lives in towns, 0 to 1.
        urban_verified: whether the share follows from a published figure.
        population_source: where the population is from.
        verified: whether the population is a published figure.
    """

    adcode: Code
    chinese: Text
    english: Text
    prefecture: Text
    census_unit: Code
    lon: Longitude
    lat: Latitude
    population_2020: int = Field(ge=0)
    urban_share: float = Field(ge=0, le=1)
    urban_verified: bool
    population_source: Text
    verified: bool

    @property
    def corps(self) -> bool:
        """Whether it is a city of the Corps."""
        return self.adcode.startswith(_CORPS)


class Neighbour(Config):
    """A settlement outside Xinjiang.

    Attributes:
        name_chinese: name; may be empty.
        name_english: name.
        country: code of ISO 3166, three letters.
        province: code of GB/T 2260 of the province for Chinese ones, otherwise empty.
        lon: degrees east.
        lat: degrees north.
        population: persons.
        source: where it is from.
    """

    name_chinese: str
    name_english: Text
    country: str = Field(pattern=r"^[A-Z]{3}$")
    province: str = Field(pattern=r"^(\d{6})?$")
    lon: Longitude
    lat: Latitude
    population: int = Field(gt=0)
    source: Text


class PowerPlant(Config):
    """A site of thermal power in operation.

    Attributes:
        id: stable short name.
        english: name.
        chinese: name.
        owner: parent company; may be empty.
        adcode: county-level unit in which the site lies.
        lon: degrees east.
        lat: degrees north.
        fuel: what it burns.
        capacity_mw: of the units in operation, MW.
        year: first commissioning; None where not known.
        captive_of: the industry that it was built for.
        cogeneration: whether it also gives heat.
        place_verified: whether the coordinates are published ones.
        source: where capacity and place are from.
        note: what a reader should know.
    """

    id: Text
    english: Text
    chinese: Text
    owner: str
    adcode: Code
    lon: Longitude
    lat: Latitude
    fuel: Literal["coal", "gas", "biomass"]
    capacity_mw: Capacity
    year: Year
    captive_of: CaptiveUse
    cogeneration: bool
    place_verified: bool
    source: Text
    note: str


class IndustrialPlant(Config):
    """An industrial plant.

    Attributes:
        id: stable short name.
        english: name.
        chinese: name.
        sector: which industry.
        product: what `capacity_kt` counts.
        capacity_kt: kt of the product a year; None where not known.
        adcode: county-level unit in which it lies.
        lon: degrees east.
        lat: degrees north.
        year: first commissioning; None where not known.
        source: where it is from.
        verified: whether what is given is published; False where it is remembered.
    """

    id: Text
    english: Text
    chinese: Text
    sector: IndustrialSector
    product: Text
    capacity_kt: Annotated[Capacity | None, BeforeValidator(_empty_is_none)]
    adcode: Code
    lon: Longitude
    lat: Latitude
    year: Year
    source: Text
    verified: bool

    @property
    def assumed_capacity_kt(self) -> float | None:
        """A typical capacity, kt a year, for a cement works without its own; None for every other plant."""
        return TYPICAL_CEMENT_KT if self.sector == "cement" and self.capacity_kt is None else None
