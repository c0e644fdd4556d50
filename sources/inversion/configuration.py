"""The choices of the correction of emissions by measurements."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from pydantic import Field, model_validator

from foundation.configuration import Config, load_shipped
from foundation.pollutants import POLLUTANTS

__all__ = ["InversionConfig", "MeasurementConfig", "PriorConfig", "TransportConfig", "inversion_config"]

Deviation = Annotated[float, Field(gt=0, le=3)]
Optional = Annotated[float, Field(ge=0, le=3)]
Correlation = Annotated[float, Field(ge=0, lt=1)]
Amounts = dict[str, Annotated[float, Field(gt=0)]]


class PriorConfig(Config):
    """What is known of the factors before; see `configs/sources/inversion.yaml`."""

    deviation: Deviation
    same_sector: Correlation
    same_region: Correlation
    boundary: Deviation
    initial: Deviation
    precursor: Optional = 0.0
    drift: Optional = 0.0

    @model_validator(mode="after")
    def _definite(self) -> PriorConfig:
        if self.same_sector + self.same_region >= 1:
            raise ValueError("same_sector and same_region: expected a sum below 1")
        return self


class TransportConfig(Config):
    """Errors of the transport model; see `configs/sources/inversion.yaml`."""

    place: Optional
    pollutant: Optional
    cell: Deviation
    day: Optional
    deviation: Deviation
    hours: Annotated[float, Field(gt=0)]
    between_pollutants: Correlation


class MeasurementConfig(Config):
    """Errors of measured hours; see `configs/sources/inversion.yaml`."""

    deviation: Deviation
    absolute_ug_m3: Amounts


class InversionConfig(Config):
    """The file `configs/sources/inversion.yaml`, which explains each key."""

    averaging_hours: Annotated[int, Field(ge=1, le=24)]
    pollutants: tuple[str, ...] = Field(min_length=1)
    lowest_values_ug_m3: Amounts
    prior: PriorConfig
    transport: TransportConfig
    measurement: MeasurementConfig
    outlier: Annotated[float, Field(ge=1)]
    unseen: Annotated[float, Field(gt=0, lt=1)]
    together: Annotated[float, Field(gt=0, lt=1)]
    misfit: Annotated[float, Field(gt=1)]
    verified: bool

    @model_validator(mode="after")
    def _known(self) -> InversionConfig:
        for name in self.pollutants:
            if name not in POLLUTANTS:
                raise ValueError(f"unknown pollutant {name!r}")
            if name not in self.lowest_values_ug_m3 or name not in self.measurement.absolute_ug_m3:
                raise ValueError(f"lowest_values_ug_m3 and absolute_ug_m3: {name!r} is not given")
        return self


@lru_cache(maxsize=1)
def inversion_config() -> InversionConfig:
    """The choices that ship with the program."""
    return load_shipped(InversionConfig, "sources/inversion.yaml")
