"""Proofs of the source-resolved forecast: twins of the transport model with emissions that nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from flows.case import load_case
from flows.hidden_emissions import emissions_of_truth, with_hidden
from flows.plan import DayPlan
from flows.tag_series import SeriesRequest, tag_series
from flows.weather import grid_config
from foundation.times import parse_reference_time

if TYPE_CHECKING:
    from atmosphere.transport.proofs.proof import Proof
    from training.source_twin import TwinConfig
    from training.source_twin_scores import JudgedTwin

__all__ = ["SeriesChoice", "learned_proofs", "rerun_difference", "twin_proofs", "twin_series"]

Progress = Callable[[str], None]

_CASE, _END = "demo", "2027-01-11T00:00"
_LESS_ERROR, _SHARES = 0.3, 0.05
_LINEAR, _CLOSURE = 1e-4, 3e-6
_HIDDEN_SHARE = 0.08
_RERUN_DAYS = 3


@dataclass(frozen=True)
class SeriesChoice:
    """On how fine a grid, and for how many days, the model runs for the twins.

    Attributes:
        days: length of the record.
        step_deg: width of a cell; that of the demonstration when None.
    """

    days: int = 40
    step_deg: float | None = 0.2


def twin_series(
    store: str, choice: SeriesChoice, progress: Progress,
    amounts: dict[str, float] | None = None,
) -> xr.Dataset:  # fmt: skip
    """Hourly contributions of all that a truth may be made of, in the idealised winter of the demonstration.

    Args:
        store: where the prior inventory is kept.
        choice: grid and length.
        progress: told how far the run is.
        amounts: factors with which the sources emit, for a run of one truth alone.
    """
    case, folder = load_case(_CASE)
    plan = DayPlan(case, folder, parse_reference_time(_END).astype("datetime64[ns]"), store)
    shape = grid_config(plan)
    if choice.step_deg is not None:
        shape = shape.model_copy(update={"step_deg": choice.step_deg})

    def changed(emissions: xr.Dataset) -> xr.Dataset:
        made = with_hidden(emissions)
        return made if amounts is None else emissions_of_truth(made, amounts)

    def told(done: int, hours: int) -> None:
        if done % 24 == 0:
            progress(f"transport · {done}/{hours} h")

    return tag_series(SeriesRequest(plan, choice.days, shape.grid(), changed), told)


def learned_proofs(store: str, draws: int, choice: SeriesChoice, progress: Progress) -> Iterator[Proof]:
    """All proofs of the source-resolved forecast.

    Args:
        store: where the prior inventory is kept.
        draws: truths drawn.
        choice: of the run whose tags they are made of.
        progress: told what is going on.
    """
    from training.source_twin import TwinConfig

    short = replace(choice, days=_RERUN_DAYS)
    yield rerun_difference(store, twin_series(store, short, progress), short, progress)
    series = twin_series(store, choice, progress)
    yield from twin_proofs(series, draws, TwinConfig(), progress)


def rerun_difference(store: str, series: xr.Dataset, choice: SeriesChoice, progress: Progress) -> Proof:
    """A truth as a sum of scaled tags, and the model run again with its emissions.

    Args:
        store: as for `twin_series`.
        series: of the choice, as `twin_series` makes it.
        choice: its grid and length.
        progress: told how far the run is.
    """
    from atmosphere.transport.proofs.proof import Proof
    from forecast.learned.source_kinds import NO_EMISSION
    from training.source_twin import TwinConfig, drawn_amounts

    amounts = drawn_amounts(series, TwinConfig(), np.random.default_rng(0))
    rerun = twin_series(store, choice, progress, amounts)["contribution"].sum("source")
    names = [str(name) for name in series["source"].values]
    by = [1.0 if name in NO_EMISSION else amounts[name] for name in names]
    scaled = (series["contribution"] * xr.DataArray(by, dims="source")).sum("source")
    value = float((np.abs(scaled - rerun) / rerun.mean("lead_time")).max())
    note = f"{choice.days} days, every pollutant, place and hour; largest, over the mean of the place"
    return Proof("twin: scaled tags against a run with those emissions", value, _LINEAR, note=note)


def twin_proofs(series: xr.Dataset, draws: int, config: TwinConfig, progress: Progress) -> list[Proof]:
    """Truths drawn, learned and judged.

    Args:
        series: as `twin_series` makes it.
        draws: how many, each of a seed of its own.
        config: how wrong the physical run is.
        progress: told which draw is going on.
    """
    from training.source_twin import twin
    from training.source_twin_scores import judged_twin

    judged = []
    for seed in range(draws):
        progress(f"twins · {seed + 1}/{draws}")
        judged.append(judged_twin(twin(series, config, seed)))
    return _proofs(judged)


def _proofs(judged: list[JudgedTwin]) -> list[Proof]:
    from atmosphere.transport.proofs.proof import Proof

    less = np.array([one.less_error for one in judged])
    of_sectors = np.array([one.share_error() for one in judged])
    left = np.array([one.unattributed_error() for one in judged])
    physical = np.median([one.share_error(1) for one in judged])
    told = (
        f"{len(judged)} draws; mean error µg/m³, median of draws: physical "
        f"{np.median([one.physical for one in judged]):.2f}, "
        f"lasting factors {np.median([one.factors for one in judged]):.2f}, "
        f"network {np.median([one.learned for one in judged]):.2f}"
    )
    shares = f"largest over sectors and cities; median of draws, physical run {physical:.3f}"
    return [
        Proof("twin: error of the total removed, median", float(np.median(less)), _LESS_ERROR, True, told),
        Proof("twin: error of the total removed, worst draw", float(less.min()), _LESS_ERROR, True),
        Proof("twin: error of a sector's share, median", float(np.median(of_sectors)), _SHARES, note=shares),
        Proof("twin: error of a sector's share, worst draw", float(of_sectors.max()), _SHARES),
        Proof("twin: error of the unattributed share, worst draw", float(left.max()), _HIDDEN_SHARE,
              note="of a local source that no tag stands for, at most 0.08 of the mean"),
        Proof("twin: median against the sum of its sources, relative", max(one.closure for one in judged),
              _CLOSURE, note="single precision; published in double precision as that sum"),
    ]  # fmt: skip
