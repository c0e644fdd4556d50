"""Which columns of a provider's table hold weather, and how they become SI."""

from __future__ import annotations

from functools import lru_cache

from pydantic import model_validator

from foundation.configuration import Config, load_shipped

SPEED = "wind_speed_10m"


class Quantity(Config):
    """One column of weather; SI is its number times `factor` plus `offset`.

    Attributes:
        column: as the provider writes it.
        unit: of the provider, for messages.
        variable: name in the program.
        standard_name: name in the CF standard name table.
        units: SI.
        factor: from the provider's unit.
        offset: in SI.
        lowest: smallest value that weather can have, SI.
        highest: largest, SI.
    """

    column: str
    unit: str
    variable: str
    standard_name: str
    units: str
    factor: float
    offset: float = 0.0
    lowest: float
    highest: float


class WeatherColumns(Config):
    """The weather in a provider's table.

    Attributes:
        provider: whose table it is.
        source: what the data are.
        quantities: columns of numbers; one of them is `wind_speed_10m`.
        direction: column of the sector from which the wind blows.
        sectors: their names, clockwise from north.
        calm: texts in that column that mean no wind.
    """

    provider: str
    source: str
    quantities: tuple[Quantity, ...]
    direction: str
    sectors: tuple[str, ...]
    calm: tuple[str, ...]

    @model_validator(mode="after")
    def _has_a_wind(self) -> WeatherColumns:
        if SPEED not in {quantity.variable for quantity in self.quantities}:
            raise ValueError(f"no quantity gives {SPEED}")
        return self


@lru_cache(maxsize=1)
def weather_columns() -> WeatherColumns:
    """The choices that ship with the program (`configs/station_weather.yaml`)."""
    return load_shipped(WeatherColumns, "station_weather.yaml")
