"""`bogda train`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.output import print_json, print_line, progress_bar
from foundation.configuration import load
from foundation.store import RunStore, fingerprint

if TYPE_CHECKING:
    from forecast.learned.panel import Panel
    from training.experiment import ExperimentConfig


@dataclass(frozen=True)
class TrainRequest:
    """What is asked for on the command line."""

    experiment: str
    data: str | None
    store: str
    device: str
    resume: bool


def run(request: TrainRequest, *, as_json: bool) -> None:
    """Train, calibrate, judge, and register a release; nothing is promoted.

    Raises:
        BogdaError: when the experiment, the data, the device or the store is not as expected.
    """
    from training.experiment import ExperimentConfig

    document = trained(request, load(ExperimentConfig, request.experiment))
    if as_json:
        print_json(document)
        return
    print_line(f"发布 Release: {document['release']}")
    print_line(f"登记 Registered: {document['version']} (未启用 not promoted: bogda models promote)")
    for lead, mae, rival in document["mean_absolute_error"]:
        print_line(f"  {lead:>4} h  PM2.5 MAE {mae:.1f} µg/m³ · 持续性 persistence {rival:.1f}")


def trained(request: TrainRequest, experiment: ExperimentConfig) -> dict[str, Any]:
    """Read what the experiment names, train, and say what came of it.

    Args:
        request: where from and where to; its file is the experiment's.
        experiment: what is trained.
    """
    from training.device import usable_device
    from training.panels import other_panel_for, panel_for

    device = usable_device(request.device)
    folder = Path(request.experiment).resolve().parent
    if request.data is not None:
        data = experiment.data.model_copy(update={"path": str(Path(request.data).resolve())})
        experiment = experiment.model_copy(update={"data": data})
    with progress_bar("bogda train", 3 + _passes(experiment)) as progress:
        progress("measurements")
        panel = panel_for(experiment, folder)
        other = other_panel_for(experiment, folder, panel.weather_names)
        return train(experiment, (panel, other), request, device, progress)


def train(
    experiment: ExperimentConfig, panels: tuple[Panel, Panel | None], request: TrainRequest, device: str,
    progress: Any,
) -> dict[str, Any]:  # fmt: skip
    """Fit, judge, write and register; what is said of it.

    `panels` are that of the experiment and, where it asks for it, that of other stations to learn from first.
    """
    from training.experiment import resolved, run_experiment
    from training.judging import scores_beside_baselines
    from training.outcome import document_of
    from training.past import MARK
    from training.release import publish
    from training.tracking import Tracking

    RunStore(request.store).prepare()
    configuration = resolved(experiment)
    mark = fingerprint(configuration)[:10]
    work = Path(request.store) / "models" / "work" / f"{experiment.name}-{mark}"
    if work.exists() and not request.resume:
        shutil.rmtree(work)
    tracking = Tracking(request.store)
    tags = {"kind": experiment.kind, "device": device, "work": mark}
    resumed = tracking.cut_off(mark, resume=work.exists())
    with tracking.run(experiment.name, configuration, tags, resumed) as followed:

        def told(member: int, entry: dict[str, float]) -> None:
            figures = {name: value for name, value in entry.items() if name != "epoch"}
            past = any(name.startswith(MARK) for name in figures)
            if not past:
                kept = {f"member {member}/{name}": value for name, value in figures.items()}
                followed.log_metrics(int(entry["epoch"]), kept)
            said = " ".join(f"{value:.4f}" for value in figures.values())
            progress(f"{'past ' * past}member {member + 1}, epoch {int(entry['epoch']) + 1} · {said}")

        trained = run_experiment(experiment, panels[0], work, device, told, panels[1])
        progress("scores")
        scores = scores_beside_baselines(trained, device)
        made = document_of(
            trained, experiment, synthetic=experiment.data.dataset == "idealised", scores=scores
        )
        folder = Path(request.store) / "models" / "releases" / made.identifier
        weights = [one.weights for one in trained.ensemble.fitted]
        past = None if trained.past is None else trained.past.medians
        version = publish(tracking, followed, folder, made, weights, past)
    shutil.rmtree(work, ignore_errors=True)
    return {
        "release": str(folder), "version": version.label, "kind": made.kind,
        "trained_until": made.trained_until, "mean_absolute_error": _errors(made.scores),
        "epochs": [len(one.history) for one in trained.ensemble.fitted],
    }  # fmt: skip


def _passes(experiment: ExperimentConfig) -> int:
    """Passes over the data at most."""
    elsewhere = 0 if experiment.pretraining is None else experiment.pretraining.fit.most_epochs
    own = experiment.fit.most_epochs
    passes = len(experiment.seeds) * (own + elsewhere)
    if experiment.past is None:
        return passes
    fits = experiment.past.fits(experiment.split.validate_until)
    return passes + len(experiment.past.seeds) * (fits * own + elsewhere)


def _errors(scores: Any) -> list[tuple[int, float, float]]:
    """Lead, error of the network and of persistence, for PM2.5."""
    from forecast.learned import NAME

    table = {(s.model, s.lead_hours): s.value for s in scores if s.pollutant == "pm25" and s.score == "mae"}
    leads = sorted({lead for _, lead in table})
    return [(lead, table[NAME, lead], table["persistence", lead]) for lead in leads]
