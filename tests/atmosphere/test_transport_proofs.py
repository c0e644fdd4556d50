from __future__ import annotations

import math

import pytest
import torch

from atmosphere.transport.proofs.idealised_flows import cosine_bell, deformation, overturning, rotation
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.proofs.validation import GROUPS, all_proofs


@pytest.mark.parametrize("group", GROUPS)
def test_every_proof_keeps_its_bound(group: str) -> None:
    proofs = GROUPS[group]()
    assert proofs
    failed = [proof.document() for proof in proofs if proof.passed is False]
    assert not failed


def test_a_proof_can_fail() -> None:
    assert Proof("x", 2.0, 1.0).passed is False
    assert Proof("x", 2.0, 1.0, at_least=True).passed is True
    assert Proof("x", math.nan, 1.0).passed is False
    assert Proof("x", None, 1.0, note="no device").document()["passed"] is None


def test_progress_names_every_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "atmosphere.transport.proofs.validation.GROUPS", {"one": lambda: [Proof("a", 0.0, 1.0)], "two": list}
    )
    told: list[str] = []
    assert [proof.name for proof in all_proofs(told.append)] == ["a"]
    assert told == ["one", "two"]


def test_the_flows_have_no_divergence() -> None:
    for flow in (
        rotation(16, 1.0, 10.0), deformation(16, 1.0, 0.2, 1.0),
        overturning((2, 4, 5, 6), 60.0, 0.5, 1, torch.float64),
    ):  # fmt: skip
        drift = (flow.mass_after(flow.duration_s) - flow.mass).abs() / flow.mass
        assert float(drift.max()) < 1e-13


def test_the_deformation_is_undone_and_the_rotation_has_the_speed_it_says() -> None:
    there, back = deformation(8, 1.0, 0.2, 1.0), deformation(8, 1.0, 0.8, 1.0)
    assert torch.allclose(there.flux_x, -back.flux_x)
    # Half a unit from the middle, air moves 2 pi 0.5 in a period; a cell of 1 / 8 by 1 / 8 holds 1 kg.
    speed = 2 * math.pi * 0.5 / 10.0
    flow = rotation(8, 1.0, 10.0)
    assert float(flow.flux_x[0, 0, 0, 4]) == pytest.approx(speed * (7 / 8) * 8, rel=1e-6)


def test_the_bell_is_one_at_its_middle_and_nothing_outside() -> None:
    bell = cosine_bell(101, (0.5, 0.5), 0.25)
    assert float(bell.max()) == pytest.approx(1.0)
    assert float(bell[0, 0, 0, 0, 0, 0]) == 0.0
