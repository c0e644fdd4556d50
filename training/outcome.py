"""What came of an experiment, as the contract that travels with the weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecast.learned.release_document import ReleaseDocument, Score
from foundation.provenance import versions
from foundation.times import iso_utc, now
from training.experiment import ExperimentConfig, Trained, resolved
from training.member import Data


def trained_until(data: Data) -> np.datetime64:
    """Last instant (UTC) at which anything became known that shaped the weights or their calibration."""
    return np.datetime64(data.panel.times[data.last_row])


def document_of(
    trained: Trained, experiment: ExperimentConfig, *, synthetic: bool, scores: Sequence[Score] = ()
) -> ReleaseDocument:
    """The contract of a release.

    Args:
        trained: what came of the experiment.
        experiment: what was wanted.
        synthetic: whether it was trained on made-up measurements.
        scores: of this model and those beside it.
    """
    from importlib import metadata

    data, recipe = trained.ensemble.data, trained.ensemble.recipe
    panel = data.panel
    names = () if panel.tags is None else panel.tags.names
    return ReleaseDocument(
        kind=experiment.kind, name=experiment.name, network=recipe.network,
        normalisation=data.scales.as_document(), pollutants=panel.pollutants,
        weather_names=panel.weather_names, weather_ahead=panel.ahead is not None,
        perfect_weather=bool(panel.ahead is not None and panel.ahead.perfect), source_names=names,
        training_stations=panel.stations, trained_from=iso_utc(trained.since),
        trained_until=iso_utc(trained_until(data)), seeds=recipe.seeds,
        conformal=trained.conformal.as_document(),
        past_from=None if trained.past is None else iso_utc(trained.past.begins),
        scores=tuple(scores), licences=experiment.licences,
        versions={**versions(), "torch": metadata.version("torch")},
        created=iso_utc(np.datetime64(now())), synthetic=synthetic,
        experiment=resolved(experiment), remarks=experiment.remarks,
    )  # fmt: skip
