"""`bogda validate dust`: every proof is told; the curves are run, what takes long is stood in for."""

from __future__ import annotations

import json

import pytest

from atmosphere.transport.proofs.proof import Proof
from forecast.dust import validation
from tests.flows.command import bogda


def test_validate_tells_every_group(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("budget_proofs", "nesting_proofs"):
        monkeypatch.setattr(validation, name, lambda name=name: [Proof(name, 0.0, 1.0)])
    monkeypatch.setattr(validation, "twin_proofs", lambda _progress: [Proof("twin_proofs", 2.0, 1.0)])
    left = bogda("validate", "dust", "--json")
    assert left.exit_code == 1
    proofs = json.loads(left.stdout)["proofs"]
    assert [proof["name"] for proof in proofs[-3:]] == ["budget_proofs", "nesting_proofs", "twin_proofs"]
    curves = proofs[:-3]
    assert len(curves) == 6
    assert all(proof["passed"] for proof in curves)
