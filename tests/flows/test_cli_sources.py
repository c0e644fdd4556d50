"""`bogda sources pmf` and its error estimates from the command line, on made samples of two sources."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.flows.command import bogda

SPECIES = ["so4", "no3", "ec", "oc", "si", "ca"]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Sixty days of coal and dust with five per cent noise."""
    folder, draw = tmp_path_factory.mktemp("pmf"), np.random.default_rng(1)
    profiles = np.array([[5.0, 2.0, 2.0, 4.0, 0.02, 0.05], [0.3, 0.1, 0.05, 0.2, 6.0, 3.0]])
    true = draw.gamma(2.0, 0.5, (60, 2)) @ profiles
    values, doubts = true * draw.normal(1.0, 0.05, true.shape), 0.05 * true + 0.01
    names = []
    for name, table in (("con", np.abs(values)), ("unc", doubts)):
        rows = [f"2025-{1 + day // 28:02d}-{1 + day % 28:02d}," + ",".join(f"{x:.6f}" for x in row)
                for day, row in enumerate(table)]  # fmt: skip
        file = folder / f"{name}.csv"
        file.write_text("\n".join(["Date," + ",".join(SPECIES), *rows]) + "\n", encoding="utf-8")
        names.append(str(file))
    return names[0], names[1]


def test_two_sources_are_found_and_their_errors_estimated(tables: tuple[str, str], tmp_path: Path) -> None:
    out = str(tmp_path / "two")
    made = bogda("sources", "pmf", "--concentrations", tables[0], "--uncertainties", tables[1],
                 "--factors", "2", "--starts", "5", "--seed", "42", "--out", out, "--json")  # fmt: skip
    assert made.exit_code == 0, made.stderr
    document = json.loads(made.stdout)
    assert document["starts_near_best"] == 5
    assert 0.3 < document["q_true"] / document["q_expected"] < 2.0
    again = json.loads(bogda("sources", "pmf-bootstrap", out, "--runs", "5", "--json").stdout)
    assert np.array(again["mapping"]).sum() == 10
    assert again["unmapped"] == [0, 0]
    moved = json.loads(bogda("sources", "pmf-displacement", out, "--json").stdout)
    assert np.array(moved["swaps"]).sum() == 0
    assert (np.array(moved["lower"], float) <= np.array(moved["upper"], float)).all()


@pytest.mark.parametrize(("factors", "said"), [("7", "7"), ("0", "0")])
def test_an_impossible_number_of_factors_is_one_line(
    tables: tuple[str, str], factors: str, said: str
) -> None:
    made = bogda(
        "sources", "pmf", "--concentrations", tables[0], "--uncertainties", tables[1], "--factors", factors
    )
    assert made.exit_code == 3
    (line,) = [one for one in made.stderr.splitlines() if one.startswith("bogda: ")]
    assert said in line


def test_a_folder_that_holds_no_factorisation_is_refused(tmp_path: Path) -> None:
    made = bogda("sources", "pmf-bootstrap", str(tmp_path))
    assert made.exit_code == 3
    assert str(tmp_path) in made.stderr
