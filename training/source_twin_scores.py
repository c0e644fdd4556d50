"""What a network with sources learns of a twin's truth, and how its parts compare with the true ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.learned.building import new_network
from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.ensemble import ask
from forecast.learned.forecaster import UNATTRIBUTED
from forecast.learned.network import Network
from forecast.learned.normalisation import Normalisation, fit_normalisation
from forecast.learned.source_head import source_heads
from forecast.learned.source_kinds import SourcesConfig
from forecast.learned.windows import Cutter
from foundation.places import gazetteer
from training.configuration import FitConfig, Recipe
from training.fit import fit
from training.gaps import GapsConfig
from training.losses import LossConfig
from training.member import Data, Member
from training.source_factors import FactorFitConfig, fit_source_factors
from training.source_twin import Twin
from training.splitting import SplitConfig, split
from training.tag_series import PM25

__all__ = ["TWIN_FIT", "JudgedTwin", "judged_twin", "twin_recipe"]

TWIN_FIT = FactorFitConfig(pollutant=0.03)
"""All pollutants of a source have one factor in a twin, as when an activity is wrong."""

_ISSUE_STEP = 6
_SPIN_UP = 24


@dataclass(frozen=True)
class JudgedTwin:
    """Scores over issues after the training and a gap.

    Attributes:
        physical: mean absolute error of the physical run's PM2.5, µg m-3, over stations and leads.
        factors: likewise with the lasting factors of the fit alone.
        learned: likewise of the network's median.
        mean: of the truth.
        places: cities whose shares are judged.
        sectors: sectors, what flows in, the initial state and what is unattributed.
        shares: true, physical, by factors alone and learned share of each sector (4, place, sector).
        closure: largest relative difference of a median from the sum of its parts.
    """

    physical: float
    factors: float
    learned: float
    mean: float
    places: tuple[str, ...]
    sectors: tuple[str, ...]
    shares: np.ndarray
    closure: float

    @property
    def less_error(self) -> float:
        """Share of the physical run's error that the network removes."""
        return 1.0 - self.learned / self.physical

    def share_error(self, which: int = -1) -> float:
        """Largest difference of a sector's share from the true one, 0 to 1.

        Args:
            which: along the first axis of `shares`; that of the network unless another is named.
        """
        return float(np.abs(self.shares[which] - self.shares[0])[:, :-1].max())

    def unattributed_error(self) -> float:
        """Largest difference of the network's unattributed share from that of the unknown source, 0 to 1."""
        return float(np.abs(self.shares[-1] - self.shares[0])[:, -1].max())


def twin_recipe(names: tuple[str, ...], horizon: int, seed: int = 0) -> Recipe:
    """A small network with sources and a short fit."""
    windows = WindowsConfig(steps_per_day=24, fine=6, block=6, blocks=3, memory=72, horizon=horizon)
    network = NetworkConfig(
        windows=windows, width=32, heads=4, rounds=1, lead_width=32, dropout=0.0,
        sources=SourcesConfig(names=names),
    )  # fmt: skip
    config = FitConfig(
        epochs=6, patience=6, batch=16, leads_drawn=8, learning_rate=2e-3, validation_stride=6,
        hold_out=False,
        gaps=GapsConfig(weather=0.0), loss=LossConfig(pollutant_weights=(3.0, 1.0, 1.0, 1.0)),
        precision="single",
    )  # fmt: skip
    return Recipe(network=network, fit=config, seeds=(seed,))


def judged_twin(
    twin: Twin, recipe: Recipe | None = None, factor_fit: FactorFitConfig | None = None,
    parts: SplitConfig | None = None,
) -> JudgedTwin:  # fmt: skip
    """Train on the first part of a twin, and judge on its last.

    Args:
        twin: truth and measurements.
        recipe: of the network; `twin_recipe` by default. The first of its seeds is taken.
        factor_fit: of the lasting factors with which the network begins; `TWIN_FIT` by default.
        parts: shares of the record; 0.65 to train and 0.15 to validate by default.
    """
    panel, names = twin.panel, twin.tags.ahead[PM25].names
    horizon = twin.tags.ahead[PM25].values.shape[1]
    recipe = recipe or twin_recipe(names, horizon)
    sources = recipe.network.sources or SourcesConfig(names=names)
    parts = parts or SplitConfig(train=0.65, validate_share=0.15)
    cut = split(panel, parts, horizon, recipe.network.windows.reach)
    known = np.arange(_SPIN_UP, cut.edges[0])
    scales = fit_normalisation(panel, known)
    factors = fit_source_factors(panel, twin.tags, known, sources, factor_fit or TWIN_FIT)
    begun = new_network(recipe.network, scales, recipe.seeds[0])
    for head in source_heads(begun):
        head.start_from(factors)
    issues = np.arange(cut.edges[1], len(panel.times) - horizon, _ISSUE_STEP)
    alone = _asked(begun, twin, scales, issues)
    member = Member(recipe.seeds[0], np.zeros(len(panel.stations), bool), begun.state_dict())
    fitted = fit(Data(panel, cut, scales), recipe, member)
    begun.load_state_dict(fitted.weights)
    return _scores(twin, issues, alone, _asked(begun, twin, scales, issues))


@dataclass(frozen=True)
class _Said:
    """Median (issue, lead, station) and its parts (issue, lead, station, source + 1), µg m-3."""

    median: np.ndarray
    parts: np.ndarray


def _asked(network: Network, twin: Twin, scales: Normalisation, issues: np.ndarray) -> _Said:
    """What a network says at every lead."""
    config = network.config
    leads = np.arange(1, config.windows.horizon + 1)
    cutter = Cutter(twin.panel, config.windows, scales, config.sources)
    said = ask([network.eval()], cutter, issues, leads)
    if said.sources is None:
        raise ValueError("a twin is judged by a network with sources")
    return _Said(said.quantiles[..., 0, len(config.levels) // 2], said.sources)


def _scores(twin: Twin, issues: np.ndarray, alone: _Said, learned: _Said) -> JudgedTwin:
    leads = np.arange(1, learned.median.shape[1] + 1)
    true = twin.truth[issues[:, None] + leads]
    physical = twin.tags.ahead[PM25].of(issues, leads)
    total = true.sum(axis=-1)
    places = _target_cities(twin.panel.stations)
    names = twin.tags.ahead[PM25].names
    sectors = tuple(dict.fromkeys(name.partition(".")[0] for name in (*names, UNATTRIBUTED)))
    unscaled = np.concatenate([physical, np.zeros_like(physical[..., :1])], axis=-1)
    shares = [
        _shares(one, names, sectors)[[twin.panel.stations.index(place) for place in places]]
        for one in (true, unscaled, alone.parts, learned.parts)
    ]
    return JudgedTwin(
        float(np.abs(physical.sum(axis=-1) - total).mean()), float(np.abs(alone.median - total).mean()),
        float(np.abs(learned.median - total).mean()), float(total.mean()), places, sectors, np.stack(shares),
        float(np.abs(learned.parts.sum(axis=-1) / learned.median - 1.0).max()),
    )  # fmt: skip


def _shares(parts: np.ndarray, names: tuple[str, ...], sectors: tuple[str, ...]) -> np.ndarray:
    """Share of each sector in the mean over issues and leads (station, sector)."""
    mean = parts.astype(float).mean(axis=(0, 1))
    of = [name.partition(".")[0] for name in (*names, UNATTRIBUTED)]
    member = np.array([[name == sector for sector in sectors] for name in of], dtype=float)
    return np.asarray(mean @ member / mean.sum(axis=-1, keepdims=True))


def _target_cities(stations: tuple[str, ...]) -> tuple[str, ...]:
    """Those stations that are places of a region for which warnings are decided together."""
    wanted = gazetteer().in_regions
    return tuple(name for name in stations if name in wanted)
