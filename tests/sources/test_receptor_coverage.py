from __future__ import annotations

import pytest

from sources.receptor.errors.coverage import CHI_SQUARE, measure_coverage
from sources.receptor.errors.proofs import error_proofs


def test_coverage_grows_with_the_level_and_says_how_much_it_stands_on() -> None:
    told: list[str] = []
    made = measure_coverage(2, first_seed=7, levels=(CHI_SQUARE, 15.0), species=1, progress=told.append)
    assert told == ["coverage · 1 of 2", "coverage · 2 of 2"]
    assert made.elements == 10
    assert made.bs_elements == 0
    assert made.unreached == 0
    assert 0.0 <= made.displacement[CHI_SQUARE] <= made.displacement[15.0] <= 1.0
    assert made.displacement[15.0] >= 0.8
    assert all(made.union[level] >= rate for level, rate in made.displacement.items())
    assert 0.0 < made.bootstrap < 0.9


def test_the_proofs_without_the_real_set_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.receptor.errors.proofs._coverage", lambda *_: [])
    proofs = error_proofs(None)
    assert [proof.passed for proof in proofs] == [True, None, None]
