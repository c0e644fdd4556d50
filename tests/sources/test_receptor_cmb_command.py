"""`bogda sources cmb` and `bogda sources pmf-names` from the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from sources.receptor.cmb.command import BalanceChoices, run_cmb
from sources.receptor.cmb.proofs import ST_LOUIS_PROFILES, proofs
from sources.receptor.cmb.synthetic import KnownMixture, known_mixture
from tests.flows.command import bogda


def write(folder: Path, made: KnownMixture) -> list[str]:
    """The case as files; gives the options that name them."""
    header = ["Date", *made.samples.species]
    for name, table in (("con", made.samples.concentrations), ("unc", made.samples.uncertainties)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *([time, *row] for time, row in zip(
                made.samples.times, table.tolist(), strict=True))])  # fmt: skip
    held = made.profiles
    rows = [
        [code, species, held.fractions[row, column], held.uncertainties[row, column]]
        for row, code in enumerate(held.codes)
        for column, species in enumerate(held.species)
    ]
    with (folder / "profiles.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["profile", "species", "fraction", "uncertainty"], *rows])
    names = {"concentrations": "con", "uncertainties": "unc", "profiles": "profiles"}
    return [part for option, name in names.items() for part in (f"--{option}", str(folder / f"{name}.csv"))]


def test_the_command_finds_known_contributions_and_writes_its_tables(tmp_path: Path) -> None:
    made = known_mixture(4, samples=20)
    out = tmp_path / "out"
    done = bogda("sources", "cmb", *write(tmp_path, made), "--out", str(out), "--json")
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["solved"], document["samples"], document["unsolved"]) == (20, 20, {})
    means = [one["mean_contribution"] for one in document["sources"]]
    np.testing.assert_allclose(means, made.contributions.mean(0), rtol=0.25)
    assert sum(one["share"] for one in document["sources"]) == pytest.approx(1.0)
    tables = {file.name for file in out.iterdir()}
    assert tables == {
        "contributions.csv", "standard_errors.csv", "t_statistics.csv", "samples.csv", "species.csv",
        "influence.csv", "balance.json",
    }  # fmt: skip
    with (out / "contributions.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["time", "own:A", "own:B", "own:C", "own:D", "own:E"]
    assert [float(cell) for cell in rows[1][1:]] == document["by_sample"][0]["contributions"]
    assert "nan" not in (out / "species.csv").read_text(encoding="utf-8").lower()
    again = bogda(
        "sources", "cmb", *write(tmp_path, made), "--out", str(out), "--profile", "A", "--profile", "own:C"
    )
    assert again.exit_code == 0, again.stderr
    assert "own:C" in again.stdout
    assert "own:B" not in again.stdout


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("keep", encoding="utf-8")
    done = bogda(
        "sources", "cmb", *write(tmp_path, known_mixture(1, samples=4)), "--out", str(tmp_path / "out")
    )
    assert done.exit_code == 5
    assert (tmp_path / "out" / "letter.txt").read_text(encoding="utf-8") == "keep"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--profile", "X"), "no profile 'X'"),
        (("--fit", "species 1", "--fit", "species 99"), "unknown species 'species 99'"),
        (("--fit", "species 1"), "1 fitting species cannot carry 5 sources"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, more: tuple[str, ...], words: str) -> None:
    done = bogda("sources", "cmb", *write(tmp_path, known_mixture(1, samples=4)), *more)
    assert done.exit_code == 3
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("bogda: ")]
    assert words in line


def test_factors_cannot_be_named_from_a_folder_that_holds_none(tmp_path: Path) -> None:
    done = bogda("sources", "pmf-names", str(tmp_path), "--profiles", str(tmp_path), "--json")
    assert done.exit_code == 3
    assert "no factorisation" in done.stderr


def test_proofs_hold_without_real_files() -> None:
    found = proofs()
    assert [one.passed for one in found] == [True] * 5 + [None] * 2


@pytest.mark.real_data
def test_st_louis_with_published_profiles(real_data: Path) -> None:
    folder = real_data / "receptor"
    pair = folder / "StLouis-con.csv", folder / "StLouis-unc.csv"
    choices = BalanceChoices((*ST_LOUIS_PROFILES, "speciate:8947"), eliminate_negative=True)
    document = run_cmb(*pair, folder / "profiles", choices)
    assert (document["solved"], len(document["fitted_species"])) == (418, 12)
    assert document["left_out_species"] == {"Mass": "the total mass"}
    by_source = {one["profile"]: one for one in document["sources"]}
    assert by_source["speciate:8947"]["eliminated"] > 50
    assert all(one["negative"] == 0 for one in document["sources"])
    assert by_source["compound:ammonium_sulfate"]["share"] > 0.25
    assert "SO4" in by_source["compound:ammonium_sulfate"]["influential_species"]
    assert document["chi_square"][1] < 10.0
