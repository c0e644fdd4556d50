"""Retraining proposes and never promotes."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from flows import retraining
from flows.case import load_case
from flows.hindcasts import scheduler as hindcast_scheduler
from flows.hindcasts.making import Made
from flows.hindcasts.plan import HindcastPlan
from flows.proposals import is_due, proposals
from flows.retraining import Retraining, propose_retraining
from foundation.errors import BogdaError, ConfigurationError, RunError
from foundation.times import DAY, parse_reference_time

UNTIL = np.datetime64("2015-11-30T16:00:00", "ns")


class Release:
    """A released model as far as the proposal looks at it."""

    trained_until = np.datetime64("2015-11-30T16:00:00")


@pytest.fixture
def request_of(small_case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Retraining:
    monkeypatch.setattr(retraining, "open_release", lambda _: Release())
    monkeypatch.setattr(retraining, "champion_folder", lambda *_: Path("the champion"))
    monkeypatch.setattr(hindcast_scheduler, "_under_prefect", lambda *_: None)

    def make(plan: HindcastPlan, out: Path, **_: Any) -> Made:
        assert plan.release is not None
        assert plan.champion == "the champion"
        assert plan.first >= UNTIL
        xr.Dataset(attrs={"release": "new mark", "champion_release": "old mark"}).to_netcdf(out)
        return Made(out, 1, 0, True, 0, ("published", "learned network", "champion"))

    monkeypatch.setattr(retraining, "make_hindcast", make)
    case, folder = load_case(str(small_case))
    first, last = (parse_reference_time(text) for text in ("2015-10-01", "2016-02-09"))
    return Retraining(HindcastPlan(case, folder, first, last), str(tmp_path / "store"), UNTIL)


def train(until: np.datetime64, folder: Path) -> Path:
    assert until == UNTIL
    folder.mkdir()
    (folder / "release.json").write_text("{}", encoding="utf-8")
    return folder


def verdict(hindcast: xr.Dataset, candidate: Path, champion: Path | None) -> dict[str, Any]:
    assert hindcast.attrs["release"] == "new mark"
    assert (candidate / "release.json").is_file()
    assert champion == Path("the champion")
    return {"verdict": "promote"}


def test_a_proposal_holds_candidate_hindcast_and_verdict(request_of: Retraining) -> None:
    folder = propose_retraining(request_of, train, verdict)
    told = json.loads((folder / "proposal.json").read_text(encoding="utf-8"))
    assert told["verdict"] == {"verdict": "promote"}
    assert told["promoted"] is False
    assert told["candidate"]["fingerprint"] == "new mark"
    assert told["champion"]["fingerprint"] == "old mark"
    assert told["judged"]["from"].startswith("2015-11-30T16")
    assert (folder / told["candidate"]["folder"] / "release.json").is_file()
    assert (folder / told["hindcast"]).is_file()
    assert proposals(request_of.store, "day")[0] == told


def test_even_the_best_verdict_leaves_the_champion(
    request_of: Retraining, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a registry in the store, and MLflow out of reach: a proposal is made, and no byte changes."""
    models = tmp_path / "store" / "models"
    models.mkdir(parents=True)
    with closing(sqlite3.connect(models / "mlflow.db")) as registry:
        registry.execute("CREATE TABLE registered_model_aliases (alias TEXT, version INTEGER)")
        registry.execute("INSERT INTO registered_model_aliases VALUES ('champion', 1)")
        registry.commit()
    before = (models / "mlflow.db").read_bytes()
    monkeypatch.setitem(sys.modules, "mlflow", None)
    folder = propose_retraining(request_of, train, verdict)
    assert json.loads((folder / "proposal.json").read_text(encoding="utf-8"))["promoted"] is False
    assert (models / "mlflow.db").read_bytes() == before
    assert {file.name for file in models.iterdir()} == {"mlflow.db", "proposals"}


def test_a_failure_leaves_no_proposal(request_of: Retraining) -> None:
    def broken(_until: np.datetime64, _folder: Path) -> Path:
        raise RunError("out of memory")

    with pytest.raises(RunError, match="out of memory"):
        propose_retraining(request_of, broken, verdict)
    left = Path(request_of.store) / "models" / "proposals"
    assert not list(left.iterdir())
    assert proposals(request_of.store, "day") == []


def test_too_few_days_and_a_distant_store_are_refused(request_of: Retraining) -> None:
    with pytest.raises(ConfigurationError, match="at least 90 days of issues after the training, got 70"):
        propose_retraining(replace(request_of, fewest_days=90), train, verdict)
    with pytest.raises(BogdaError, match="expected a local store"):
        propose_retraining(replace(request_of, store="memory://models"), train, verdict)


def test_a_proposal_is_due_once_in_a_while(request_of: Retraining) -> None:
    assert is_due(request_of.store, "day", 30)
    propose_retraining(request_of, train, verdict)
    made = np.datetime64(proposals(request_of.store, "day")[0]["created"].rstrip("Z"))
    assert not is_due(request_of.store, "day", 30, made + 29 * DAY)
    assert is_due(request_of.store, "day", 30, made + 30 * DAY)
    assert is_due(request_of.store, "hour", 30)
