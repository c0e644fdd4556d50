"""An ensemble fitted member by member, and what its members say of stations they never trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from torch import Tensor

from forecast.learned.building import network_of
from forecast.learned.ensemble import ask
from forecast.learned.network import Network
from forecast.learned.panel import Panel
from forecast.learned.situations import UNSEEN, flags_of
from forecast.learned.windows import Cutter
from training.configuration import Recipe
from training.fit import Fitted, fit, members_of
from training.member import Data

Told = Callable[[int, dict[str, float]], None]


@dataclass(frozen=True)
class Ensemble:
    """Fitted members.

    Attributes:
        recipe: what was fitted, and how.
        data: what it was fitted to.
        fitted: one for each seed.
    """

    recipe: Recipe
    data: Data
    fitted: list[Fitted]

    def networks(self, device: str = "cpu") -> list[Network]:
        """The members, ready to be asked."""
        shape, scales = self.recipe.network, self.data.scales
        return [network_of(shape, scales, one.weights, device) for one in self.fitted]


@dataclass(frozen=True)
class Cases:
    """Forecasts beside what was measured, for calibration.

    Attributes:
        quantiles: (issue, lead, station, pollutant, level) display units.
        observed: (issue, lead, station, pollutant) display units; NaN where not measured.
        flags: (issue, station) bit masks of `forecast.learned.situations`.
    """

    quantiles: np.ndarray
    observed: np.ndarray
    flags: np.ndarray


def fit_ensemble(
    data: Data, recipe: Recipe, work: Path | None = None, device: str = "cpu",
    told: Told = lambda _number, _entry: None, first: Sequence[dict[str, Tensor]] | None = None,
) -> Ensemble:  # fmt: skip
    """Fit every member, one after the other.

    Args:
        data: what they are fitted to.
        recipe: their shape, how they are fitted, and a seed for each.
        work: folder of checkpoints; a fit that was killed goes on from them.
        device: `cpu` or `cuda`.
        told: called with the number of the member and the entry of each epoch.
        first: weights that each member begins with; random when None.
    """
    fitted = []
    for number, member in enumerate(members_of(recipe, len(data.panel.stations))):
        begun = member if first is None else replace(member, start=first[number])
        checkpoint = None if work is None else work / f"member-{number}.pt"
        watch = partial(told, number)
        fitted.append(fit(data, recipe, begun, checkpoint=checkpoint, device=device, progress=watch))
    return Ensemble(recipe, data, fitted)


def cases_of(
    ensemble: Ensemble, panel: Panel, issues: np.ndarray, leads: np.ndarray, device: str = "cpu"
) -> Cases:
    """What the whole ensemble says.

    Args:
        ensemble: fitted.
        panel: what it sees; what was measured is taken from the panel it was fitted to.
        issues: (issue,) rows.
        leads: (lead,) steps ahead.
        device: `cpu` or `cuda`.
    """
    return _cases(ensemble, ensemble.networks(device), _cutter(ensemble, panel), issues, leads)


def cases_of_strangers(
    ensemble: Ensemble, issues: np.ndarray, leads: np.ndarray, device: str = "cpu"
) -> Cases | None:
    """What members say of the stations they left out; None when none left any out.

    A network by itself is a little less sure than an ensemble of them, so that the intervals fitted to these
    cases are rather too wide than too narrow.
    """
    if not any(one.held_out.any() for one in ensemble.fitted):
        return None
    cutter = _cutter(ensemble, ensemble.data.panel)
    parts = [_cases(ensemble, [one], cutter, issues, leads) for one in ensemble.networks(device)]
    quantiles = np.full_like(parts[0].quantiles, np.nan)
    observed = np.full_like(parts[0].observed, np.nan)
    for part, one in zip(parts, ensemble.fitted, strict=True):
        quantiles[:, :, one.held_out] = part.quantiles[:, :, one.held_out]
        observed[:, :, one.held_out] = part.observed[:, :, one.held_out]
    left_out = np.any([one.held_out for one in ensemble.fitted], axis=0)
    flags = parts[0].flags | UNSEEN
    return Cases(quantiles[:, :, left_out], observed[:, :, left_out], flags[:, left_out])


def _cutter(ensemble: Ensemble, panel: Panel) -> Cutter:
    shape = ensemble.recipe.network
    return Cutter(panel, shape.windows, ensemble.data.scales, shape.sources)


def _cases(
    ensemble: Ensemble, networks: list[Network], cutter: Cutter, issues: np.ndarray, leads: np.ndarray
) -> Cases:
    data, device = ensemble.data, str(next(networks[0].parameters()).device)
    said = ask(networks, cutter, issues, leads, device)
    expects = data.panel.ahead is not None
    flags = flags_of(cutter.panel, issues, leads, data.panel.stations, expects_ahead=expects)
    return Cases(said.quantiles, np.exp(data.panel.targets(issues, leads)), flags)
