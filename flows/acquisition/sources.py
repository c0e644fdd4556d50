"""The sources that a site names, each behind the one signature of its kind."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from flows.acquisition.arrival import Allowance, Arrival, WeatherWish
from flows.acquisition.configuration import (
    CnemcConfig,
    EcmwfConfig,
    Era5Config,
    GfsConfig,
    InventoryConfig,
    InventoryHttpConfig,
    MeasurementsConfig,
    OpenaqConfig,
    WeatherSourceConfig,
)

__all__ = [
    "InventorySource", "MeasurementSource", "WeatherSource", "open_inventory", "open_measurements",
    "open_weather",
]  # fmt: skip


class WeatherSource(Protocol):
    """Where weather forecasts come from."""

    @property
    def name(self) -> str:
        """Name in the site's file."""
        ...

    @property
    def kind(self) -> str:
        """Kind of its files: GFS, ECMWF, ERA5 or WRF, as `WeatherConfig.kind` has it."""
        ...

    def cycles(self, before: np.datetime64, count: int) -> tuple[np.datetime64, ...]:
        """Beginnings of the cycles that should be there by a time, UTC, newest first; none of an archive."""
        ...

    def fetch(self, cycle: np.datetime64, wish: WeatherWish, allowance: Allowance) -> Arrival:
        """Fetch what is not here yet; does not raise for anything that happens outside."""
        ...

    def held(self, cycle: np.datetime64, wish: WeatherWish) -> Arrival:
        """What is here already; nobody is called."""
        ...


class MeasurementSource(Protocol):
    """Where hourly measurements come from; it keeps an archive, and what came once is not asked for again."""

    @property
    def name(self) -> str:
        """Name in the site's file."""
        ...

    @property
    def provider(self) -> str:
        """Whose layout its files have, as `observations.providers` names it."""
        ...

    def fetch(self, hours: np.ndarray, allowance: Allowance) -> Arrival:
        """Fetch the hours that are not here yet.

        Args:
            hours: ends of the hours, UTC, `datetime64`, shape (hour,).
            allowance: how long it may take.
        """
        ...

    def held(self, hours: np.ndarray) -> Arrival:
        """What is here already; nobody is called."""
        ...


class InventorySource(Protocol):
    """Where updates of the inventory come from."""

    @property
    def name(self) -> str:
        """Name in the site's file."""
        ...

    @property
    def holds(self) -> str:
        """`inventory` or `monitoring`."""
        ...

    def fetch(self, allowance: Allowance) -> Arrival:
        """Fetch the newest; what came before stays when it does not come."""
        ...

    def held(self) -> Arrival:
        """The newest that is here already; nobody is called."""
        ...


def open_weather(config: WeatherSourceConfig, inbox: Path) -> WeatherSource:
    """A source of weather, whose files lie under `inbox`/name."""
    if isinstance(config, GfsConfig | EcmwfConfig):
        from flows.acquisition.gridded_source import GriddedSource

        return GriddedSource(config, inbox, config.kind)
    if isinstance(config, Era5Config):
        from flows.acquisition.era5_source import Era5Source

        return Era5Source(config, inbox)
    from flows.acquisition.weather_files import WeatherFiles

    return WeatherFiles(config, inbox)


def open_measurements(config: MeasurementsConfig, inbox: Path) -> MeasurementSource:
    """A source of measurements, whose archive lies under `inbox`/name."""
    if isinstance(config, CnemcConfig):
        from flows.acquisition.cnemc_source import CnemcSource

        return CnemcSource(config, inbox)
    if isinstance(config, OpenaqConfig):
        from flows.acquisition.openaq_source import OpenaqSource

        return OpenaqSource(config, inbox)
    from flows.acquisition.measurement_files import MeasurementFiles

    return MeasurementFiles(config, inbox)


def open_inventory(config: InventoryConfig, inbox: Path) -> InventorySource:
    """A source of inventory updates, whose files lie under `inbox`/name."""
    if isinstance(config, InventoryHttpConfig):
        from flows.acquisition.inventory_http import InventoryHttp

        return InventoryHttp(config, inbox)
    from flows.acquisition.inventory_files import InventoryFiles

    return InventoryFiles(config, inbox)
