"""The proofs of the trajectories that the command shows, each a test."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any

import pytest

from atmosphere.trajectories.benchmark import measure
from atmosphere.trajectories.validation import proofs

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
COUNT = 18


@functools.cache
def all_proofs() -> list[dict[str, Any]]:
    return proofs(os.environ.get("BOGDA_REAL_DATA", REAL_DATA))


def test_number_of_proofs() -> None:
    assert len(all_proofs()) == COUNT
    assert len({proof["name"] for proof in all_proofs()}) == COUNT


@pytest.mark.parametrize("number", range(COUNT))
def test_proof(number: int) -> None:
    proof = all_proofs()[number]
    if proof["passed"] is None:
        pytest.skip(f"{proof['name']}: {proof['skipped']}")
    assert proof["passed"], proof


def test_without_real_data_the_comparison_is_listed_as_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import atmosphere.trajectories.validation as module

    for part in ("_orbits", "_mixing", "_engines"):
        monkeypatch.setattr(module, part, list)
    found = proofs(tmp_path)
    assert [proof["passed"] for proof in found] == [None, None]
    assert all("BOGDA_REAL_DATA" in proof["skipped"] and proof["value"] is None for proof in found)


def test_benchmark_counts_what_it_did() -> None:
    found = measure(particles=600, repeats=1)
    assert found["particles"] in (600, 12)
    assert found["steps"] * found["step_s"] == -found["hours"] * 3600
    assert (found["columns"], found["rows"], found["levels"]) == (121, 65, 27)
    assert found["threads"] == 1
    for kind in ("advection", "turbulent"):
        assert found[f"{kind}_particle_steps_per_second"] > 1000
        assert 0.5 < found[f"{kind}_share_inside_at_the_end"] <= 1.0
