"""`pmf-constrain` and `pmf-bs-displacement` from the command line, on made samples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sources.receptor.factorisation import factorise
from sources.receptor.proofs import synthetic_samples
from sources.receptor.samples import prepare
from tests.flows.command import bogda


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = factorise(prepare(synthetic_samples(6, factors=2, shape=(40, 6))[0]), 2, starts=6)
    return str(found.to_folder(tmp_path_factory.mktemp("pmf") / "two"))


def test_a_constrained_solution_is_written_and_its_errors_are_refused(folder: str, tmp_path: Path) -> None:
    out = str(tmp_path / "held")
    asked = ("sources", "pmf-constrain", folder, "--out", out, "--pull", "factor 2 species 3=max dQ=1%")
    made = bogda(*asked, "--json")
    assert made.exit_code == 0, made.stderr
    document = json.loads(made.stdout)
    (one,) = document["constraints"]
    assert one["rise"] <= one["limit"] == pytest.approx(0.01 * document["base_q"])
    assert document["folder"] == out
    spoken = bogda(*asked)
    assert "limit reached" in spoken.stdout
    refused = bogda("sources", "pmf-displacement", out)
    assert refused.exit_code == 3
    assert "held by constraints" in refused.stderr


def test_what_cannot_be_is_one_line(folder: str, tmp_path: Path) -> None:
    made = bogda("sources", "pmf-constrain", folder, "--out", str(tmp_path / "x"), "--pull", "factor 7 a=1")
    assert made.exit_code == 2
    assert "there is no factor 7" in made.stderr
    assert "Traceback" not in made.stderr
    assert not (tmp_path / "x").exists()
    nothing = bogda("sources", "pmf-constrain", folder, "--out", str(tmp_path / "x"))
    assert nothing.exit_code == 2


def test_displacement_on_resamples(folder: str) -> None:
    made = bogda("sources", "pmf-bs-displacement", folder, "--runs", "3", "--species", "species 2",
                 "--level", "1", "--json")  # fmt: skip
    assert made.exit_code == 0, made.stderr
    document = json.loads(made.stdout)
    assert len(document["accepted"]) + len(document["dropped"]) == 3
    assert document["species"] == ["species 2"]
    assert len(document["lower"][0]) == 2
