"""The benchmark as a whole: who takes part, what they scored, which bounds are met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from forecast.learned import NAME
from forecast.learned.panel import PerfectAhead
from foundation.configuration import load_shipped
from foundation.errors import ConfigurationError
from foundation.times import shown
from training.benchmark.configuration import BenchmarkConfig, Bound
from training.benchmark.differences import differences
from training.benchmark.kept import kept_in
from training.benchmark.network import MEMBER, Learned, network_entries, released, trained
from training.benchmark.rivals import BASELINES, BOOSTING, RIDGE, Rivals
from training.benchmark.scores import Entry, judge, mean_of_entries
from training.device import usable_device
from training.experiment import ExperimentConfig
from training.uci_beijing import LEADS, Protocol, beijing_panel, protocol_of

MODELS = (*BASELINES, RIDGE, BOOSTING, NAME)
"""Names that can be asked for."""

TOGETHER = f"mean of {NAME} and boosting"
"""Name of both as one model."""

_EXPERIMENTS = {False: "experiments/uci-beijing.yaml", True: "experiments/uci-beijing-perfect-weather.yaml"}
_SPREAD = ("mae", "rmse", "r2", "crps", "coverage80")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        data: folder of the files.
        models: names among `MODELS`.
        releases: folders of networks; one is trained where none is given.
        perfect_weather: whether regressions and the network are also given the weather as it was measured.
        quick: a look at the machinery: few leads, small rivals, no training.
        kept: folder in which forecasts of rivals and checkpoints of a training are kept.
        device: of the network, `cpu`, `cuda` or `auto`.
    """

    data: str
    models: tuple[str, ...] = MODELS
    releases: tuple[str, ...] = ()
    perfect_weather: bool = True
    quick: bool = False
    kept: str | None = None
    device: str = "cpu"


def benchmark(wanted: Wanted, config: BenchmarkConfig, progress: Progress = lambda _: None) -> dict[str, Any]:
    """Run the benchmark of UCI data set 501.

    Args:
        wanted: what is asked for.
        config: the choices.
        progress: called with the name of each step begun.

    Returns:
        A JSON document: `protocol`, `scores`, `differences` (from the boosting and from persistence),
        `seeds`, `bounds`, `published`, `seconds` of processor time.

    Raises:
        ConfigurationError: for a model or a device that is not there.
        InputError: when the data or a release cannot be used.
        ContractError: when a release does not fit the benchmark.
    """
    strange = [name for name in wanted.models if name not in MODELS]
    if strange:
        raise ConfigurationError(f"unknown model {strange[0]!r}", remedy=f"Known models: {', '.join(MODELS)}")
    wanted = replace(wanted, device=usable_device(wanted.device))
    progress("reading")
    leads = np.array(config.quick.leads) if wanted.quick else LEADS
    usual = protocol_of(beijing_panel(wanted.data), leads)
    foreseen = PerfectAhead(usual.panel.weather, usual.panel.weather_names)
    perfect = replace(usual, panel=replace(usual.panel, ahead=foreseen))
    chosen = config.shortened() if wanted.quick else config
    rivals = Rivals(usual, perfect, chosen, kept_in(wanted.kept, usual), progress)
    entries = rivals.entries(wanted.models, with_perfect=wanted.perfect_weather)
    entries += _networks(wanted, usual, perfect, config, progress)
    entries += _together(entries)
    progress("scores")
    return _document(wanted, usual, entries, config)


def _together(entries: Sequence[Entry]) -> list[Entry]:
    """Network and boosting as one model: they err differently, and neither knows what the other does."""
    both = [[one for one in entries if one.model == name] for name in (NAME, BOOSTING)]
    pairs = [
        (ours, trees)
        for ours in both[0]
        for trees in both[1]
        if ours.perfect_weather == trees.perfect_weather
    ]
    return [mean_of_entries(TOGETHER, pair) for pair in pairs]


def _networks(
    wanted: Wanted, usual: Protocol, perfect: Protocol, config: BenchmarkConfig, progress: Progress
) -> list[Entry]:
    """What networks say: those of the releases, and trained ones where none is given."""
    if NAME not in wanted.models:
        return []
    found = [released(folder, usual, wanted.device) for folder in wanted.releases]
    if len({one.perfect_weather for one in found}) < len(found):
        raise ConfigurationError(
            "two releases of the same kind", remedy="Give one trained without weather ahead and one with it"
        )
    if not wanted.quick and not found:
        wishes = (False, True) if wanted.perfect_weather else (False,)
        found = [_trained(wanted, perfect if wish else usual, wish, progress) for wish in wishes]
    return [
        entry
        for one in found
        for entry in network_entries(
            one, perfect if one.perfect_weather else usual, config.intervals, progress
        )
    ]


def _trained(wanted: Wanted, protocol: Protocol, perfect: bool, progress: Progress) -> Learned:
    experiment = load_shipped(ExperimentConfig, _EXPERIMENTS[perfect])
    work = None if wanted.kept is None else Path(wanted.kept) / experiment.name
    return trained(experiment, protocol.panel, work, wanted.device, progress)


def _document(
    wanted: Wanted, protocol: Protocol, entries: Sequence[Entry], config: BenchmarkConfig
) -> dict[str, Any]:
    issues = protocol.panel.times[protocol.issues]
    judged = judge(entries, protocol.observed(), issues, protocol.leads)
    records = judged.table()
    scores = [record for record in records if not record["model"].startswith(MEMBER)]
    few = replace(judged, entries=tuple(one for one in judged.entries if not one.model.startswith(MEMBER)))
    rivals = [name for name in (BOOSTING, BASELINES[0]) if name in wanted.models]
    return {
        "dataset": "uci-beijing", "quick": wanted.quick,
        "protocol": {
            "stations": len(protocol.panel.stations), "hours": len(protocol.panel.times),
            "train_until": shown(protocol.panel.times[protocol.train_end - 1]),
            "judged_from": shown(issues[0]), "judged_until": shown(issues[-1]),
            "leads": protocol.leads.tolist(), "pollutant": "pm25", "unit": "µg/m³",
        },
        "scores": scores,
        "differences": [record for rival in rivals for record in differences(few, rival)],
        "seeds": _spread([record for record in records if record["model"].startswith(MEMBER)]),
        "bounds": [_of_bound(bound, scores) for bound in config.bounds if bound.lead in protocol.leads],
        "published": [one.model_dump() for one in config.published if one.lead in protocol.leads],
        "seconds": [
            {"model": one.model, "perfect_weather": one.perfect_weather, "seconds": one.seconds}
            for one in few.entries
        ],
    }  # fmt: skip


def _of_bound(bound: Bound, scores: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A bound, the network's value, and whether it is met; None where there is no network."""
    value = next(
        (
            record[bound.score]
            for record in scores
            if record["model"] == NAME and record["lead_hours"] == bound.lead
            and record["perfect_weather"] == bound.perfect_weather
        ),
        None,
    )  # fmt: skip
    return {**bound.model_dump(), "value": value, "met": None if value is None else bound.met_by(value)}


def _spread(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mean and standard deviation of the members' scores, by weather and lead."""
    groups = dict.fromkeys((record["perfect_weather"], record["lead_hours"]) for record in records)
    found = []
    for perfect, lead in groups:
        of_group = [r for r in records if (r["perfect_weather"], r["lead_hours"]) == (perfect, lead)]
        values = {score: np.array([record[score] for record in of_group], float) for score in _SPREAD}
        found.append(
            {
                "perfect_weather": perfect, "lead_hours": lead, "members": len(of_group),
                **{f"{score}_mean": round(float(value.mean()), 6) for score, value in values.items()},
                **{f"{score}_spread": round(float(value.std(ddof=1)), 6) for score, value in values.items()},
            }
        )  # fmt: skip
    return found
