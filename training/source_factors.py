"""Lasting factors of sources, fitted to a whole record before a network learns the rest.

The model of a measured step is m(p) = Σ exp(b(s) + e(s, p)) T(s, p) + u(p): b depends on sector, region, hour
of the day and weekend (`forecast.learned.source_factors.SourceFactors`), e lets a pollutant other than PM2.5
have factors of its own, u >= 0 is what no source explains at a station: a constant, and a source nearby that
rises and falls as the tags of the others near the ground do. Minimised is the sum of Huber's function (1964,
doi:10.1214/aoms/1177703732) of ln(m + 1) - ln(y + 1), in deviations, and of the squares of the parameters in
theirs: the largest posterior of a log-normal prior about the physical model (as in Brasseur and Jacob 2017,
chapter 11). Ratios of pollutants tell sectors apart that rise and fall together. Means over days count most:
emissions that come at other hours than believed look like other sources in the hours, and much less so in the
days.
"""

from __future__ import annotations

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from forecast.learned.panel import Panel
from forecast.learned.source_factors import COURSES, SourceFactors
from forecast.learned.source_kinds import NO_EMISSION, UNKNOWN, SourcesConfig
from foundation.configuration import Config
from training.source_record import BLOCK_HOURS, SourceRecord, record_of
from training.tag_series import TagSeries

__all__ = ["FactorFitConfig", "fit_source_factors"]

_FEWEST_OF_DAY = 0.5
_MEDIAN_OF_NORMAL = 0.6745
_WIDENED_FROM = 1.3


class FactorFitConfig(Config):
    """Errors in the fit, as standard deviations of logarithms; all are choices.

    Attributes:
        daily: of the mean of a day about the model, measurement, representativeness and transport together;
            where days leave more than 1.3 times that, what they leave takes its place in a second fit, as if
            all pollutants of a place erred together.
        hourly: of a mean over three hours.
        independent_hours: hours of one station that count as one value of the hours.
        sector: of a sector's factor.
        pair: of what a region adds to it.
        outside: of the factor of what flows in and of the initial state.
        course: of each part of its course of the day and week.
        pollutant: of what a pollutant other than PM2.5 adds.
        unexplained: size of what no source explains, constant and nearby, as a share of the station's mean.
        steps: iterations at most.
    """

    daily: float = Field(default=0.1, gt=0)
    hourly: float = Field(default=0.7, gt=0)
    independent_hours: float = Field(default=12.0, ge=BLOCK_HOURS)
    sector: float = Field(default=0.7, gt=0)
    pair: float = Field(default=0.6, gt=0)
    outside: float = Field(default=0.2, gt=0)
    course: float = Field(default=0.25, gt=0)
    pollutant: float = Field(default=0.15, gt=0)
    unexplained: float = Field(default=0.05, gt=0)
    steps: int = Field(default=200, ge=1)


def fit_source_factors(
    panel: Panel, tags: TagSeries, rows: np.ndarray, sources: SourcesConfig,
    config: FactorFitConfig | None = None,
) -> SourceFactors:  # fmt: skip
    """Fit lasting factors to what was measured in some rows.

    Args:
        panel: measurements; its first pollutant is PM2.5.
        tags: contributions to PM2.5, and to others where the model gives them.
        rows: of the training part, one after the other; nothing else is looked at.
        sources: what the network knows.
        config: errors.

    Raises:
        InputError: when nothing was measured in rows with tags.
    """
    config = config or FactorFitConfig()
    record = record_of(panel, tags, rows, sources)
    found = _fitted(record, sources, config)
    spread = _spread_of_days(record, found)
    if spread > _WIDENED_FROM * config.daily:
        together = spread * record.measured.shape[2] ** 0.5
        wider = {"daily": together, "hourly": config.hourly * together / config.daily}
        found = _fitted(record, sources, config.model_copy(update=wider))
    return found.factors.detached()


def _fitted(record: SourceRecord, sources: SourcesConfig, config: FactorFitConfig) -> _Parameters:
    found = _Parameters(record, sources)
    optimiser = torch.optim.LBFGS(
        list(found.every.values()), max_iter=config.steps, history_size=30, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = _misfit(record, found, config) + _prior(found, sources, config)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return found


class _Parameters:
    """What is fitted, all 0 before but for a little that is unexplained."""

    def __init__(self, record: SourceRecord, sources: SourcesConfig) -> None:
        sectors, regions = len(sources.sectors) + 1, len(sources.regions) + 1
        stations, pollutants = record.mean.shape
        shapes = {
            "sector": (sectors,), "pair": (sectors, regions), "course": (sectors, COURSES),
            "unexplained": (2, stations, pollutants),
        }  # fmt: skip
        if pollutants > 1:
            shapes["pollutant"] = (sectors, pollutants - 1)
        self.every = {name: torch.zeros(shape, dtype=torch.float64) for name, shape in shapes.items()}
        self.every["unexplained"] -= 3.0
        for value in self.every.values():
            value.requires_grad_()

    @property
    def factors(self) -> SourceFactors:
        return SourceFactors(self.every["sector"], self.every["pair"], self.every["course"])

    def own(self, kinds: Tensor, pollutants: int) -> Tensor:
        """Factors (source, pollutant) of pollutants beside those of PM2.5."""
        factor = torch.ones(len(kinds), pollutants, dtype=torch.float64)
        if pollutants == 1:
            return factor
        known = (kinds[:, :1] > UNKNOWN).double()
        return torch.cat([factor[:, :1], (known * self.every["pollutant"][kinds[:, 0]]).exp()], dim=1)

    def unexplained(self, record: SourceRecord) -> Tensor:
        """(block, station, pollutant) µg m-3."""
        always, nearby = self.every["unexplained"].exp() * record.mean
        every: Tensor = always + nearby * record.nearby[..., None]
        return every


def _misfit(record: SourceRecord, found: _Parameters, config: FactorFitConfig) -> Tensor:
    modelled = _modelled(record, found)
    loss = _huber(*_of_days(record, modelled), config.daily)
    if record.blocks_of_day > 1:
        hours = _huber(modelled, record.measured, record.number > 0, config.hourly)
        loss = loss + hours * BLOCK_HOURS / config.independent_hours
    return loss


def _modelled(record: SourceRecord, found: _Parameters) -> Tensor:
    """(block, station, pollutant) µg m-3."""
    factor = found.factors.logarithm(record.kinds, record.course).exp()
    own = found.own(record.kinds, record.measured.shape[2])
    return torch.einsum("ts,sp,tnps->tnp", factor, own, record.tags) + found.unexplained(record)


def _of_days(record: SourceRecord, modelled: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Means of days (day, station, pollutant), modelled and measured, and whether enough of each is known."""
    fewest = _FEWEST_OF_DAY * record.blocks_of_day * float(record.number.max())
    number = _days(record.number, record.blocks_of_day)
    modelled, measured = (
        _days(part * record.number, record.blocks_of_day) / number.clamp(min=1)
        for part in (modelled, record.measured)
    )
    return modelled, measured, number >= fewest


@torch.no_grad()
def _spread_of_days(record: SourceRecord, found: _Parameters) -> float:
    """Standard deviation of what days leave, in logarithms, from their median size (normal errors)."""
    modelled, measured, known = _of_days(record, _modelled(record, found))
    left = (torch.log1p(modelled) - torch.log1p(measured)).abs()[known]
    return float(left.median()) / _MEDIAN_OF_NORMAL


def _huber(modelled: Tensor, measured: Tensor, known: Tensor, deviation: float) -> Tensor:
    error = (torch.log1p(modelled) - torch.log1p(measured)) / deviation
    size = torch.where(known, error, 0.0).abs()
    return torch.where(size < 2.0, 0.5 * size.square(), 2.0 * size - 2.0).sum()


def _days(values: Tensor, blocks: int) -> Tensor:
    """Sums over the blocks of each day."""
    return values.reshape(-1, blocks, *values.shape[1:]).sum(1)


def _prior(found: _Parameters, sources: SourcesConfig, config: FactorFitConfig) -> Tensor:
    known = [config.outside if name in NO_EMISSION else config.sector for name in sources.sectors]
    deviations: dict[str, Tensor | float] = {"pair": config.pair, "course": config.course}
    deviations |= {"sector": torch.tensor([config.sector, *known])}
    if "pollutant" in found.every:
        deviations["pollutant"] = config.pollutant
    normal = [0.5 * (found.every[name] / size).square().sum() for name, size in deviations.items()]
    return torch.stack(normal).sum() + found.every["unexplained"].exp().sum() / config.unexplained
