"""`bogda validate dust` and `bogda dust forecast`; proofs that take long are stood in for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xarray as xr

from atmosphere.transport.proofs.proof import Proof
from forecast.dust import validation
from forecast.dust.basin import basin_grid
from forecast.physical.configuration import PhysicalConfig
from tests.flows.command import bogda


def test_validate_tells_every_group(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("budget_proofs", "nesting_proofs"):
        monkeypatch.setattr(validation, name, lambda name=name: [Proof(name, 0.0, 1.0)])
    monkeypatch.setattr(validation, "twin_proofs", lambda _progress: [Proof("twin_proofs", 2.0, 1.0)])
    corrected = [Proof("learned_twin_proofs", 0.0, 1.0)]
    monkeypatch.setattr(validation, "learned_twin_proofs", lambda _progress: corrected)
    left = bogda("validate", "dust", "--json")
    assert left.exit_code == 1
    proofs = json.loads(left.stdout)["proofs"]
    groups = ["budget_proofs", "nesting_proofs", "twin_proofs", "learned_twin_proofs"]
    assert [proof["name"] for proof in proofs[-4:]] == groups
    curves = proofs[:-4]
    assert len(curves) == 6
    assert all(proof["passed"] for proof in curves)


def test_a_forecast_is_written_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coarse = basin_grid(step_deg=0.5)
    monkeypatch.setattr(PhysicalConfig, "grid", lambda _self: coarse)
    request = ("--weather", "idealised", "--reference-time", "2026-03-10T20", "--domain", "demo")
    done = bogda("dust", "forecast", *request, "--hours", "2", "--out", str(tmp_path), "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["hours"] == 2
    assert told["synthetic"]
    assert told["correction"] is None
    assert "dust-not-corrected" in [note["code"] for note in told["notes"]]
    assert sorted(told["written"]) == sorted(file.name for file in tmp_path.iterdir())
    with xr.open_dataset(tmp_path / "dust-fields.nc") as fields:
        assert {"concentration", "dust_optical_depth", "visibility"} <= set(fields.data_vars)
        assert fields.sizes["lead_time"] == 2


def test_an_unknown_domain_and_weather_that_is_not_there_are_refused(tmp_path: Path) -> None:
    common = ("--reference-time", "2026-03-10T20")
    wrong = bogda("dust", "forecast", "--weather", "idealised", *common, "--domain", "moon")
    assert wrong.exit_code != 0
    assert "moon" in wrong.stderr
    missing = bogda("dust", "forecast", "--weather", str(tmp_path / "none.grib"), *common)
    assert missing.exit_code != 0
    assert "none.grib" in missing.stderr
