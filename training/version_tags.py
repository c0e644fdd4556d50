"""What the registry keeps of a release, so that versions can be listed without reading their files."""

from __future__ import annotations

import json

from forecast.learned import NAME
from forecast.learned.release_document import ReleaseDocument
from forecast.verification.hindcast import FLOOR

_POLLUTANT = "pm25"


def tags_of(document: ReleaseDocument, fingerprint: str) -> dict[str, str]:
    """Tags of a version.

    Args:
        document: of the release.
        fingerprint: `forecast.learned.release.release_fingerprint`.
    """
    return {
        "release": document.identifier, "fingerprint": fingerprint, "kind": document.kind,
        "trained_from": document.trained_from, "trained_until": document.trained_until,
        "created": document.created, "synthetic": str(document.synthetic).lower(),
        "perfect_weather": str(document.perfect_weather).lower(),
        "scores": json.dumps(mean_scores(document)),
    }  # fmt: skip


def mean_scores(document: ReleaseDocument) -> dict[str, dict[str, float]]:
    """Mean over the leads of the PM2.5 scores of a release and of persistence, by model and score."""
    table: dict[str, dict[str, list[float]]] = {}
    for one in document.scores:
        if one.pollutant == _POLLUTANT and one.model in (NAME, FLOOR):
            table.setdefault(one.model, {}).setdefault(one.score, []).append(one.value)
    return {
        model: {score: round(sum(values) / len(values), 4) for score, values in scores.items()}
        for model, scores in table.items()
    }
