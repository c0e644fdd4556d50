"""A released ensemble, ready to forecast any set of stations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.calibration.conformal import ConformalTable
from forecast.learned.closing import closed_on_sources
from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.normalisation import Normalisation
from forecast.learned.panel import Panel
from forecast.learned.release import read_release
from forecast.learned.release_document import ReleaseDocument
from forecast.learned.situations import flags_of
from forecast.learned.source_kinds import strangers
from foundation.errors import ContractError

if TYPE_CHECKING:
    from forecast.learned.network import Network


@dataclass(frozen=True)
class LearnedForecast:
    """What a learned model says.

    Attributes:
        quantiles: (issue, lead, station, pollutant, level) display units, not decreasing along levels.
        levels: (level,).
        sources: (issue, lead, station, source + 1) µg m-3, parts of the PM2.5 median, what the physical
            model does not explain last; None without tags.
        source_names: names along the last axis of `sources`.
        flags: (issue, station) bit mask of `forecast.learned.situations`.
    """

    quantiles: np.ndarray
    levels: np.ndarray
    sources: np.ndarray | None
    source_names: tuple[str, ...]
    flags: np.ndarray


UNATTRIBUTED = "unattributed"


class Forecaster:
    """A released ensemble.

    Args:
        document: the release's contract.
        members: weights of each member, by name.
        device: `cpu` or `cuda`.
    """

    def __init__(self, document: ReleaseDocument, members: list[dict[str, Any]], device: str = "cpu") -> None:
        self.document, self.device = document, device
        self._weights = members

    @classmethod
    def read(cls, folder: str | Path, device: str = "cpu") -> Forecaster:
        """Read a release.

        Raises:
            InputError: when it is absent, damaged or of a newer format.
        """
        document, members = read_release(folder)
        return cls(document, members, device)

    @property
    def card(self) -> dict[str, Any]:
        """The release document, as JSON."""
        return self.document.model_dump(mode="json")

    @property
    def windows(self) -> WindowsConfig:
        """What the network looks at."""
        return self.network.windows

    @property
    def network(self) -> NetworkConfig:
        """The shape of the members."""
        return self.document.network

    @property
    def trained_until(self) -> np.datetime64:
        """Nothing measured after this instant (UTC) shaped the weights or the calibration."""
        return self.document.trained_until_instant

    @cached_property
    def scales(self) -> Normalisation:
        """Scales of the inputs."""
        return Normalisation.from_document(self.document.normalisation)

    @cached_property
    def conformal(self) -> ConformalTable | None:
        """Calibration of the quantiles; None where a release has none."""
        table = self.document.conformal
        return None if table is None else ConformalTable.from_document(table)

    @cached_property
    def members(self) -> list[Network]:
        """The networks, on the device."""
        from forecast.learned.building import network_of

        return [network_of(self.network, self.scales, weights, self.device) for weights in self._weights]

    def forecast(self, panel: Panel, issues: np.ndarray, leads: np.ndarray) -> LearnedForecast:
        """Forecast from some issues.

        Args:
            panel: series of any stations, of the pollutants and weather of the release.
            issues: (issue,) rows of the panel.
            leads: (lead,) steps ahead, increasing, up to the release's horizon.

        Raises:
            ContractError: when the panel is not of the release's steps, pollutants or weather, a row or a
                lead is none of its, or numbers in the panel are beyond what a network can bear.
        """
        from forecast.learned.ensemble import ask
        from forecast.learned.windows import Cutter

        self._check(panel, issues, leads)
        expects = self.document.weather_ahead
        flags = flags_of(panel, issues, leads, self.document.training_stations, expects_ahead=expects)
        cutter = Cutter(panel, self.windows, self.scales, self.network.sources)
        said = ask(self.members, cutter, issues, leads, self.device)
        quantiles = said.quantiles
        if not np.isfinite(quantiles).all():
            raise ContractError(
                f"learned model {self.document.name}: said something that is no number",
                remedy="Look for numbers in the weather and the tags that stand for missing ones",
            )
        if self.conformal is not None:
            quantiles = self.conformal.apply(quantiles, leads, flags)
        if said.sources is not None:
            quantiles = closed_on_sources(quantiles, said.sources, np.array(self.network.levels))
        names = () if said.sources is None or panel.tags is None else (*panel.tags.names, UNATTRIBUTED)
        return LearnedForecast(quantiles, np.array(self.network.levels), said.sources, names, flags)

    def unknown_sources(self, panel: Panel) -> dict[str, tuple[str, str]]:
        """Tags of a panel that the release was not trained with, and how it weighs them: `strangers`."""
        if panel.tags is None or self.network.sources is None:
            return {}
        return strangers(panel.tags.names, self.network.sources)

    def _check(self, panel: Panel, issues: np.ndarray, leads: np.ndarray) -> None:
        if panel.steps_per_day != self.windows.steps_per_day:
            raise ContractError(
                f"learned model {self.document.name}: expected {self.windows.steps_per_day} steps a day, "
                f"got {panel.steps_per_day}"
            )
        rows = len(panel.times)
        for what, given, first, last in (
            ("leads", leads, 1, self.windows.horizon), ("issues in rows", issues, 0, rows - 1)
        ):  # fmt: skip
            if not len(given) or given.min() < first or given.max() > last:
                told = f"{given.min()} to {given.max()}" if len(given) else "none"
                raise ContractError(
                    f"learned model {self.document.name}: expected {what} {first} to {last}, got {told}"
                )
        if (np.diff(leads) < 1).any():
            raise ContractError(f"learned model {self.document.name}: expected increasing leads, got {leads}")
