from __future__ import annotations

import json

import pytest

from flows.commands import benchmark, validate
from foundation.errors import ConfigurationError


def test_a_failed_proof_ends_with_1_and_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    proofs = [
        {"name": "kept", "value": 0.5, "bound": 1.0, "passed": True},
        {"name": "broken", "value": 2.0, "bound": 1.0, "passed": False},
        {"name": "no device", "value": None, "bound": 1.0, "passed": None, "note": "no CUDA device here"},
    ]
    monkeypatch.setitem(validate._PROOFS, "transport", lambda _advance, _choice: proofs)
    with pytest.raises(SystemExit) as left:
        validate.run("transport", as_json=True)
    assert left.value.code == 1
    assert json.loads(capsys.readouterr().out) == {"proofs": proofs}
    with pytest.raises(SystemExit):
        validate.run("transport", as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines] == ["✓", "✗", "–"]


def test_the_benchmark_measures_a_small_state(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from atmosphere.transport import benchmark as transport

    monkeypatch.setattr(transport, "SHAPE", (4, 6, 7))
    monkeypatch.setattr(transport, "_COPY_BYTES", 2**20)
    for tags, species in ((4, 2), (5, 1), (6, 3)):
        benchmark.run_transport("cpu", tags, as_json=True)
        found = json.loads(capsys.readouterr().out)
        assert found["state"] == [tags, 4, 6, 7]
        assert found["species"] == species
        assert found["tag_cell_steps_per_second"] > 0
        assert found["adjoint_to_forward"] > 0


def test_a_benchmark_that_cannot_be_run_is_refused_before_anything_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(ConfigurationError, match="expected 1 or more, got 0"):
        benchmark.run_transport("cpu", 0, as_json=True)
    with pytest.raises(ConfigurationError, match="no device 'tpu'"):
        benchmark.run_transport("tpu", 24, as_json=True)
    assert capsys.readouterr() == ("", "")
