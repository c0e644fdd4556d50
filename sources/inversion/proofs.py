"""Proofs of the correction of emissions: known factors found, honest intervals, honest about the unseen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from atmosphere.transport.proofs.proof import Proof
from sources.inversion.arrays import Array
from sources.inversion.configuration import InversionConfig, inversion_config
from sources.inversion.inversion import INTERVAL, Inversion, invert
from sources.inversion.made_measurements import Noise, drawn_factors, made_measurements
from sources.inversion.samples import sources_of
from sources.inversion.sampling import posterior_draws
from sources.inversion.twin import Twins, twins

__all__ = ["gradient_error", "interval_error", "inversion_proofs", "unlike_noise"]

_UNSEEN_SKILL, _SEEN_SKILL = 0.3, 0.15
_CHAIN = 12000


def inversion_proofs(
    tags: xr.Dataset, places: Sequence[str], draws: int = 200, progress: Callable[[str], None] | None = None
) -> list[Proof]:
    """All proofs on the tags of one run; four minutes of one core.

    Args:
        tags: hourly contributions of a run of a week, with all four pollutants.
        places: where is measured.
        draws: of the main experiment; those beside it take a quarter.
        progress: told what is done.
    """
    config = inversion_config()
    told = progress or (lambda _: None)

    def run(what: str, chosen: InversionConfig, noise: Noise, number: int) -> Twins:
        return twins(
            tags, places, chosen, noise, number, progress=lambda done: told(f"{what} {done}/{number}")
        )

    main = run("twins", config, Noise(config), draws)
    fewer = max(draws // 4, 1)
    alone = config.model_copy(update={"pollutants": ("pm25",)})
    single = run("PM2.5 alone", alone, Noise(alone), fewer)
    other = run("other noise", config, unlike_noise(config), fewer)
    one = _one(tags, places, config)
    return [
        *_shares(main), *_coverage(main), *_sight(main),
        _beside("PM2.5 alone", single), _beside("noise unlike the assumed", other),
        Proof("inversion: gradient against finite differences, relative", gradient_error(one), 1e-6),
        Proof("inversion: ends of intervals against draws from the posterior, deviations",
              interval_error(one), 0.25, note=f"three places, two days; {_CHAIN} steps of a Markov chain"),
    ]  # fmt: skip


def unlike_noise(config: InversionConfig) -> Noise:
    """Noise unlike the assumed: larger, longer and heavy-tailed errors of the model, 2 % outliers."""
    transport = config.transport.model_copy(
        update={"deviation": 0.6, "hours": 2 * config.transport.hours, "cell": 0.25, "place": 0.3}
    )
    return Noise(config.model_copy(update={"transport": transport}), heavy=4.0, outliers=0.02)


def gradient_error(found: Inversion, step: float = 1e-5) -> float:
    """Largest difference of the gradient from central differences, over its largest element."""
    problem, x = found.solution.problem, found.solution.state
    _, gradient = problem.predicted_with_gradient(x)
    differences = np.stack([
        (problem.predicted(x + step * way) - problem.predicted(x - step * way)) / (2 * step)
        for way in np.eye(len(x))
    ], 1)  # fmt: skip
    return float(np.abs(gradient - differences).max() / np.abs(gradient).max())


def interval_error(found: Inversion, steps: int = _CHAIN) -> float:
    """Largest difference of interval ends of factors from those of draws, in standard deviations as told."""
    drawn, _ = posterior_draws(found.solution, steps)
    count = len(found.sources)
    wanted = np.quantile(drawn[:, :count], [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2], axis=0)
    return float(np.abs((np.log(found.interval) - wanted) / found.deviation).max())


def _one(tags: xr.Dataset, places: Sequence[str], config: InversionConfig) -> Inversion:
    """One small case: three places, PM2.5 and NO2, two days."""
    small = config.model_copy(update={"pollutants": ("pm25", "no2"), "averaging_hours": 6})
    generator = np.random.default_rng(11)
    truth = drawn_factors(sources_of(tags), small, generator)
    made = made_measurements(tags, list(places)[:3], np.exp(truth), Noise(small), generator)
    return invert(tags, made.isel(time=slice(0, 48)), small)


def _shares(main: Twins) -> list[Proof]:
    return [
        Proof(
            f"inversion: error of sector shares of {name} after over before, median", float(np.median(ratio)),
            0.5, note=_distribution(ratio),
        )
        for name, ratio in zip(main.pollutants, main.ratio.T, strict=True)
    ]  # fmt: skip


def _distribution(ratio: Array) -> str:
    low, high = np.quantile(ratio, [0.1, 0.9])
    halved = 100 * (ratio <= 0.5).mean()
    return f"{len(ratio)} draws; eight in ten {low:.2f} to {high:.2f}, {halved:.0f} % at least halved"


def _coverage(main: Twins) -> list[Proof]:
    share = float(main.inside.mean())
    least = main.sources[int(main.inside.mean(0).argmin())].id
    note = f"{main.inside.size} factors; least {100 * main.inside.mean(0).min():.0f} % ({least})"
    return [
        Proof("inversion: truths inside the 90 % interval, share", share, 0.85, True, note),
        Proof("inversion: truths inside the 90 % interval, share", share, 0.95, note=note),
    ]


def _sight(main: Twins) -> list[Proof]:
    """Sources named unseen have no skill, those named seen have some."""
    hidden = main.removed.mean(0) < inversion_config().unseen
    emitted = np.array([one.emitted for one in main.sources])
    names = ", ".join(one.id for one, unseen in zip(main.sources, hidden, strict=True) if unseen)
    told = float(np.corrcoef(main.removed.mean(0)[emitted], main.skill[emitted])[0, 1])
    return [
        Proof("inversion: skill in sources named unseen, most", float(main.skill[hidden].max(initial=-1)),
              _UNSEEN_SKILL, note=names),
        Proof("inversion: skill in sources named seen, least",
              float(main.skill[~hidden & emitted].min(initial=1)), _SEEN_SKILL, True),
        Proof("inversion: skill told and found, correlation over sources", told, 0.95, True),
    ]  # fmt: skip


def _beside(what: str, made: Twins) -> Proof:
    """An experiment that is told; its bound is only that the correction does no harm."""
    ratio = made.ratio[:, made.pollutants.index("pm25")]
    note = (
        f"{_distribution(ratio)}; truths inside {100 * made.inside.mean():.0f} %, chi-square per value "
        f"{made.chi_square.mean():.2f}"
    )
    return Proof(f"inversion: {what}: error of sector shares of PM2.5, median", float(np.median(ratio)), 1.0,
                 note=note)  # fmt: skip
