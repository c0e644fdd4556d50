"""The drift alarm and strange tags in the daily run are told in its manifest and its bulletin."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from flows.champion.panel import Foreseen
from flows.champion.products import championed
from flows.day import forecast_step
from flows.hindcasts.drift import reference_file
from flows.measurements import arrange, average
from forecast.learned import NAME
from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.release import release_fingerprint
from forecast.learned.source_kinds import SourcesConfig
from forecast.models import PUBLISHED, published_with
from forecast.verification.configuration import verification_config
from forecast.verification.drift import Reference, reference_of
from forecast.verification.drift_reference import write_reference
from tests.flows.test_champion import tags_at, write_champion
from tests.flows.test_day import plan_of, steps
from tests.forecast.made_hindcast import made_hindcast

QUICK = verification_config().drift.model_copy(update={"paths": 50})


@pytest.fixture(scope="module")
def reference() -> Reference:
    return reference_of(made_hindcast(days=140, seed=5, leads=2), PUBLISHED, QUICK)


@pytest.fixture
def crowned(monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    held: dict[str, Path] = {}
    monkeypatch.setattr("forecast.learned.champion.champion", lambda _store, kind: held.get(kind))
    return held


def keep(release: Path, reference: Reference) -> None:
    """A reference of which the sum passes the limit on any day."""
    limits = replace(reference.limits, limit=np.full_like(reference.limits.limit, -1.0))
    for model in (NAME, published_with(NAME)):
        file = reference_file(release, release_fingerprint(release), model)
        write_reference(replace(reference, model=model, limits=limits), file)


def told(folder: Path) -> tuple[list[str], dict[str, Any]]:
    """Codes of what a run lacked, and its verification."""
    manifest, verification = (
        json.loads((folder / name).read_text(encoding="utf-8"))
        for name in ("manifest.json", "verification.json")
    )
    return [one["code"] for one in manifest["degradations"]], verification


def test_the_day_tells_drift_of_its_champion(
    small_case: Path, tmp_path: Path, crowned: dict[str, Path], reference: Reference,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("forecast.verification.table.score_table", lambda _: [])  # half the time of a day
    crowned["day"] = write_champion(tmp_path / "model" / "release")
    keep(crowned["day"], reference)
    codes, verification = told(steps(plan_of(small_case, tmp_path / "loud")))
    assert codes[:2] == ["no-scheduler", "drift"]
    assert verification["drift"]["state"] == "alarm"
    assert verification["drift"]["recent"]["from"] >= "2015-12-15"
    assert "预报质量警报" in next((tmp_path / "loud" / "runs" / "small").glob("*/bulletin.html")).read_text(
        encoding="utf-8"
    )


def test_tags_that_a_champion_was_not_trained_with_are_told(
    small_case: Path, tmp_path: Path, crowned: dict[str, Path]
) -> None:
    plan = plan_of(small_case, tmp_path / "store")
    tags: xr.Dataset = tags_at(plan.reference_time)
    names = tuple(map(str, tags["source"].values))
    windows = WindowsConfig(steps_per_day=1, fine=3, block=2, blocks=1, memory=7, horizon=7)
    network = NetworkConfig(
        windows=windows, width=8, heads=2, lead_width=8, sources=SourcesConfig(names=names[1:])
    )
    release = write_champion(tmp_path / "model" / "release", network=network, source_names=names[1:])
    measured = arrange(average(plan), plan)
    plain = forecast_step(plan, measured)
    crowned["day"] = release
    again = plan_of(small_case, tmp_path / "store")
    made = championed(again, measured, plain, (Foreseen(plan.reference_time, tags),))["day"]
    notes = {note.code: note for note in made.notes}
    assert names[0] in notes["learned-unknown-sources"].chinese
    assert "1 tags not trained with" in notes["learned-unknown-sources"].english
    assert names[1] not in notes["learned-unknown-sources"].english
