"""`bogda models propose`: what a schedule calls; it trains, judges and proposes, and never promotes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.output import print_json, print_line, progress_bar
from foundation.configuration import load
from foundation.errors import ConfigurationError
from foundation.times import DAY, day_of_instant, instant_of_day, parse_reference_time

if TYPE_CHECKING:
    from training.experiment import ExperimentConfig

_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class ProposalRequest:
    """What is asked for on the command line, as it was written.

    Attributes:
        experiment: YAML of what is trained; its parts are cut anew.
        until: last issue that is judged, Beijing time.
        case: name or YAML of the case that the candidate is judged on.
        observations: measurements alone, instead of a case.
        provider: of the measurements.
        data: what is trained on, instead of the YAML's.
        store: with the champion; the proposal is left in it.
        device: `auto`, `cpu` or `cuda`.
        judged_days: days before `until` on which the candidate is judged.
        validation_days: days before those by which it is calibrated.
        every_days: nothing is done where a proposal is younger; 0 always proposes.
    """

    experiment: str
    until: str
    case: str | None
    observations: str | None
    provider: str | None
    data: str | None
    store: str
    device: str
    judged_days: int = 60
    validation_days: int = 55
    every_days: int = 0


def run(request: ProposalRequest, *, as_json: bool) -> None:
    """Propose a retrained model, unless a proposal was made of late.

    Raises:
        BogdaError: when the experiment, the case, the data or the store is not as expected.
    """
    from flows.proposals import is_due
    from training.experiment import ExperimentConfig

    experiment = load(ExperimentConfig, request.experiment)
    if request.every_days and not is_due(request.store, experiment.kind, request.every_days):
        document: dict[str, Any] = {"due": False, "every_days": request.every_days}
    else:
        document = {"due": True, **_proposed(request, experiment)}
    if as_json:
        print_json(document)
        return
    if not document["due"]:
        print_line(
            f"{request.every_days}天内已有建议，未再训练 · A proposal is younger than that; nothing done"
        )
        return
    print_line(f"建议 Proposal  {document['proposal']}")
    print_line(f"版本 Version   {document['version']} (未启用 not promoted)")
    print_line(f"评判 Verdict   {document['verdict']['verdict']}")
    print_line(f"{document['chinese']} {document['english']}")


def _proposed(request: ProposalRequest, experiment: ExperimentConfig) -> dict[str, Any]:
    from flows.commands.hindcast import HindcastRequest, plan_of
    from flows.proposals import PROPOSAL, read_proposal
    from flows.retraining import Retraining, propose_retraining

    end = parse_reference_time(request.until)
    ends = (end - request.judged_days * DAY, end - (request.judged_days + request.validation_days) * DAY)
    plan = plan_of(
        HindcastRequest(
            str(request.until), str(request.until), PROPOSAL.replace(".json", ".nc"), request.case,
            request.observations, request.provider, averaging=experiment.kind, store=request.store,
        )
    )  # fmt: skip
    trained_until, cut = _cut(experiment, *ends)
    asked = Retraining(replace(plan, first=ends[0]), request.store, trained_until, request.judged_days - 1)
    version: list[str] = []

    def train(_: np.datetime64, __: Path) -> Path:
        from flows.commands.train import TrainRequest, trained

        wanted = TrainRequest(request.experiment, request.data, request.store, request.device, resume=True)
        document = trained(wanted, cut)
        version.append(document["version"])
        return Path(document["release"])

    with progress_bar("bogda models propose", 3) as progress:
        folder = propose_retraining(asked, train, progress=progress)
    return {"proposal": str(folder), "version": version[0], **read_proposal(folder / PROPOSAL)}


def _cut(
    experiment: ExperimentConfig, end: np.datetime64, before: np.datetime64
) -> tuple[np.datetime64, ExperimentConfig]:
    """The instant that training ends at, and the experiment with parts that end there."""
    from training.splitting import SplitConfig

    if experiment.data.dataset == "uci-beijing":
        raise ConfigurationError("a benchmark is not retrained", remedy="Name an experiment of this region")
    last, middle = day_of_instant(end) - _DAY, day_of_instant(before) - _DAY
    parts = SplitConfig(train_until=str(middle), validate_until=str(last))
    changes: dict[str, Any] = {"split": parts}
    if experiment.pretraining is not None:
        known = min(experiment.pretraining.until, str(last))
        changes["pretraining"] = experiment.pretraining.model_copy(update={"until": known})
    return instant_of_day(last + _DAY), experiment.model_copy(update=changes)
