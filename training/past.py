"""The past by which a release is weighed from its first day: fits anew, each on what was known by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydantic import Field
from torch import Tensor

from forecast.learned.ensemble import ask
from forecast.learned.normalisation import fit_normalisation
from forecast.learned.panel import Panel
from forecast.learned.windows import Cutter
from foundation.configuration import Config
from foundation.errors import ConfigurationError
from foundation.times import day_of_instant, instant_of_day, parse_reference_time, shown
from training.configuration import Recipe
from training.ensemble import Told, fit_ensemble
from training.member import Data
from training.pretraining import Elsewhere, PretrainingConfig, first_weights, in_time, rescaled
from training.splitting import Split

MARK = "past_"
"""Beginning of the names of figures that tell of fits for the past."""

_ALONE = Elsewhere()
"""No checkpoints, no progress, on the CPU."""


class PastConfig(Config):
    """What past a release carries.

    Attributes:
        begins: Beijing day of the first fit, at whose beginning the first forecast of the past is issued.
        every_months: months from a fit to the next.
        seeds: one member of each fit for each.
    """

    begins: str
    every_months: int = Field(default=3, ge=1)
    seeds: tuple[int, ...] = Field(default=(0, 1, 2), min_length=1)

    def fits(self, until: str | None) -> int:
        """Number of fits up to a Beijing day, for those who wait; of the first alone where none is named."""
        days = [day_of_instant(parse_reference_time(day)) for day in (self.begins, until) if day is not None]
        ends = [int(day.astype("datetime64[M]").astype(int)) for day in days]
        return 1 + (ends[-1] - ends[0]) // self.every_months

    def origins(self, times: np.ndarray, last: int) -> list[int]:
        """Rows of a panel of days at which the fits are made, up to row `last`.

        Args:
            times: (time,) issues of the panel, UTC.
            last: last row that the past shall hold.

        Raises:
            ConfigurationError: when the first fit does not lie within the panel.
        """
        first = day_of_instant(parse_reference_time(self.begins))
        begin = int(np.searchsorted(times, instant_of_day(first)))
        if begin == 0 or begin > last:
            raise ConfigurationError(
                f"past: begins {self.begins}: expected a day from {shown(times[1], minutes=False)} to "
                f"{shown(times[last], minutes=False)}",
                remedy="Begin it some months after the first measurement",
            )
        begun, end = (int(time.astype("datetime64[M]").astype(int)) for time in (first, times[last]))
        months = np.arange(begun + self.every_months, end + 2, self.every_months).astype("datetime64[M]")
        later = np.searchsorted(times, [instant_of_day(month.astype("datetime64[D]")) for month in months])
        return [begin, *(int(row) for row in later if begin < row <= last)]


@dataclass(frozen=True)
class Past:
    """What networks would have said.

    Attributes:
        begins: first issue, UTC.
        medians: (issue, lead, station, pollutant) natural logarithms of display units, one issue a day.
    """

    begins: np.datetime64
    medians: np.ndarray


def marked(told: Told) -> Told:
    """What is told of fits for the past, under names of their own."""
    return lambda number, entry: told(
        number, {name if name == "epoch" else f"{MARK}{name}": value for name, value in entry.items()}
    )


def past_of(
    config: PastConfig, wanted: tuple[Recipe, PretrainingConfig | None], panel: Panel, last: int,
    other: Panel | None = None, how: Elsewhere = _ALONE,
) -> Past:  # fmt: skip
    """The past of a release.

    Args:
        config: when it is fitted anew, and with which seeds.
        wanted: what is fitted, and what it learns first elsewhere.
        panel: the series.
        last: last row of the past, the end of the release's training.
        other: stations that are learned from first, as far as they were measured before the first fit.
        how: device, checkpoints and progress.

    Raises:
        ConfigurationError: when the first fit does not lie within the panel, or other stations are missing or
            were not measured before it.
    """
    recipe, pretraining = wanted
    recipe = recipe.model_copy(update={"seeds": config.seeds})
    origins = config.origins(panel.times, last)
    first = None
    if pretraining is not None:
        known = _before(in_time(pretraining, panel.times[last], other), panel.times[origins[0]])
        scales = fit_normalisation(panel, np.arange(origins[0] + 1))
        first = first_weights(pretraining, recipe, known, scales, how)
    medians = rolling_medians(panel, recipe, origins, first, how)
    return Past(panel.times[origins[0]], medians[origins[0] : last + 1])


def rolling_medians(
    panel: Panel, recipe: Recipe, origins: Sequence[int],
    first: Sequence[dict[str, Tensor]] | None = None, how: Elsewhere = _ALONE,
) -> np.ndarray:  # fmt: skip
    """Medians of an ensemble fitted anew at several times, each fit on what was known by then.

    So the past of a learned model can be verified as that of the regressions is, which are fitted anew each
    quarter. All passes of the recipe are made: no part of the record is left out to stop by.

    Args:
        panel: the series.
        recipe: what is fitted.
        origins: rows of the panel at which it is fitted, increasing.
        first: weights that each member begins with, learned elsewhere before the first origin.
        how: device, checkpoints and progress.

    Returns:
        (row, lead, place, pollutant) natural logarithms; NaN before the first origin.
    """
    fixed = recipe.fit.model_copy(update={"keep": "last", "patience": recipe.fit.most_epochs})
    recipe = recipe.model_copy(update={"fit": fixed})
    leads = np.arange(1, recipe.network.windows.horizon + 1)
    medians = np.full((len(panel.times), len(leads), len(panel.stations), len(panel.pollutants)), np.nan)
    middle = recipe.network.levels.index(0.5)
    for origin, following in zip(origins, [*origins[1:], len(panel.times)], strict=True):
        data = _known_at(panel, recipe, origin)
        begun = None if first is None else [rescaled(weights, data.scales) for weights in first]
        work = None if how.work is None else how.work / f"past-{origin}"
        networks = fit_ensemble(data, recipe, work, how.device, how.told, begun).networks(how.device)
        rows = np.arange(origin, following)
        said = ask(networks, Cutter(panel, recipe.network.windows, data.scales), rows, leads, how.device)
        medians[rows] = np.log(said.quantiles[..., middle])
    return medians


def _known_at(panel: Panel, recipe: Recipe, origin: int) -> Data:
    """What can be fitted to at an issue; the last case known stands for a validation that decides nothing."""
    windows = recipe.network.windows
    known = panel.without_future(origin)
    train = np.arange(windows.fine, origin + 1 - windows.horizon - panel.delay)
    parts = Split(train, train[-1:], np.arange(0), (origin + 1, origin + 1))
    return Data(known, parts, fit_normalisation(known, np.arange(origin + 1)))


def _before(panel: Panel, time: np.datetime64) -> Panel:
    """The rows of a panel up to a time of issue."""
    rows = panel.times <= time
    if not rows.any():
        raise ConfigurationError(
            f"past: nothing was measured elsewhere by {shown(time)}", remedy="Move past: begins on"
        )
    return replace(
        panel, recent=panel.recent[rows], target=panel.target[rows], times=panel.times[rows],
        weather=panel.weather[rows],
    )  # fmt: skip
