from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from foundation.errors import InputError
from sources.receptor.archive import read_folder
from sources.receptor.choices import Choices, prepared_samples
from sources.receptor.detection_limits import read_species_errors
from sources.receptor.factorisation import factorise
from sources.receptor.proofs import synthetic_samples
from sources.receptor.results import Factorisation
from sources.receptor.run_comparison import compare_runs
from sources.receptor.samples import prepare
from sources.receptor.sampling_times import sample_axis, sampling_times
from sources.receptor.table_files import read_table
from sources.receptor.tables import read_pair
from sources.receptor.workbooks import write_workbooks
from tests.flows.command import bogda

Rows = list[list[Any]]
HEADER = ["Date", "PM2.5", "Fe", "OC"]
VALUES = [[10.0, 0.5, 3.0], [12.0, None, 2.0], [9.0, 0.7, -999], [14.0, 0.9, 4.0]]
DOUBTS = [[1.0, 0.1, 0.3], [1.2, 0.1, 0.2], [0.9, 0.1, 0.3], [1.4, 0.1, 0.4]]


def book(path: Path, sheets: dict[str, Rows]) -> Path:
    made = Workbook(write_only=True)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(path)
    return path


def dated(rows: Rows, units: list[str] | None = None) -> Rows:
    begun = dt.datetime(2024, 1, 1, 10)  # noqa: DTZ001 - local, as in such files
    body = [[begun + dt.timedelta(days=3 * at), *row] for at, row in enumerate(rows)]
    return [HEADER, *([["", *units]] if units else []), *body]


@pytest.fixture
def both(tmp_path: Path) -> Path:
    units = ["ug/m3"] * 3
    return book(tmp_path / "site.xlsx", {
        "ReadMe": [["Samples of a made site"]],
        "Concentrations": dated(VALUES, units), "Uncertainty": dated(DOUBTS, units),
        "MDL": [["", *HEADER[1:]], ["MDL", 0.3, 0.05, 0.2], ["Error fraction", 0.05, 0.1, 0.1]],
    })  # fmt: skip


def test_sheets_are_found_by_their_names(both: Path) -> None:
    read = read_pair(both, both)
    assert read.species == ("PM2.5", "Fe", "OC")
    assert read.times[0] == "2024-01-01 10:00"
    assert read.unit == "ug/m3"
    np.testing.assert_array_equal(np.isnan(read.concentrations).sum(0), [0, 1, 1])
    np.testing.assert_array_equal(read.uncertainties, DOUBTS)
    assert read_table(f"{both}#Uncertainty").values[3, 2] == 0.4


def test_a_sheet_that_cannot_be_told_is_asked_for(both: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no sheet 'Conc'"):
        read_table(f"{both}#Conc")
    twice = book(tmp_path / "two.xlsx", {"conc winter": dated(VALUES), "conc summer": dated(VALUES)})
    with pytest.raises(InputError, match="which sheet holds the concentrations"):
        read_table(twice)
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InputError, match="no such workbook, or a damaged one"):
        read_table(tmp_path / "bad.xlsx")


def test_identities_and_differing_units(tmp_path: Path) -> None:
    rows = [["Sample ID", *HEADER], ["", "", "ug/m3", "ng/m3", "ug/m3"],
            *([f"S{at}", f"2024-01-0{at + 1}", *row] for at, row in enumerate(DOUBTS))]  # fmt: skip
    path = book(tmp_path / "one.xlsx", {"Sheet1": rows})
    assert read_table(path).times == ("2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04")
    read = read_pair(path, path)
    assert read.unit == "ng/m3, ug/m3"
    assert "units differ" in read.notes[0]
    for row in rows[2:]:
        row[1] = "2024-01-01"
    again = book(tmp_path / "two.xlsx", {"Sheet1": rows})
    assert read_table(again).times[:2] == ("S0 2024-01-01", "S1 2024-01-01")


def test_limits_of_a_sheet_make_the_uncertainties(both: Path) -> None:
    made = prepared_samples(Choices(str(both), detection_limits=str(both)))
    samples = made.samples
    assert samples.uncertainties[0, 0] == pytest.approx(np.hypot(0.05 * 10.0, 0.15))
    assert samples.uncertainties[1, 1] == pytest.approx(4 * 0.7)  # a gap: four times the median
    assert not made.measured[1, 1]
    assert made.measured.sum() == 10


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["", "Fe"], ["MDL", 0.0]], "detection limit '0' of 'Fe' is not above zero"),
        ([["", "Fe"], ["MDL", 0.1], ["error fraction", 10]], "error fraction 10 of 'Fe'"),
        ([["", "Fe"], ["error fraction", 0.1]], "no row of detection limits"),
        ([["", "Fe"], ["MDL", 0.1], ["blank", 0.1]], "'blank' is neither detection limit nor error fraction"),
    ],
)
def test_limits_that_cannot_be_used_are_named(tmp_path: Path, rows: Rows, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_species_errors(book(tmp_path / "limits.xlsx", {"MDL": rows}))


def test_rows_of_limits_without_names_are_limits_then_fractions(tmp_path: Path) -> None:
    path = tmp_path / "limits.csv"
    path.write_text("Fe,OC\n0.1,0.2\n0.05,0.1\n", encoding="utf-8")
    read = read_species_errors(path)
    assert (read.limits, read.fractions) == ({"Fe": 0.1, "OC": 0.2}, {"Fe": 0.05, "OC": 0.1})
    path.write_text("Fe,OC\n0.1,0.2\n", encoding="utf-8")
    assert read_species_errors(path, 0.15).fractions == {"Fe": 0.15, "OC": 0.15}


def test_choices_that_contradict_each_other_are_refused(both: Path) -> None:
    name = str(both)
    for choices, words in (
        (Choices(name), "got both or neither"),
        (Choices(name, name, error_fraction=0.1), "goes with detection limits"),
        (Choices(name, name, weak=("Fe",), bad=("Fe",)), "'Fe' is called weak and bad"),
        (Choices(name, name, total="PM2.5", bad=("PM2.5",)), "total variable 'PM2.5' is called bad"),
        (Choices(name, name, weak=("Zn",)), "unknown species 'Zn'"),
    ):
        with pytest.raises(InputError, match=words):
            prepared_samples(choices)
    made = prepared_samples(Choices(name, name, total="PM2.5", missing="leave_out_sample"))
    assert made.samples.weak == ("PM2.5",)
    assert made.measured.shape == (2, 3)
    assert [one["category"] for one in made.species] == ["weak", "strong", "strong"]


@pytest.fixture(scope="module")
def found() -> Factorisation:
    raw, _, _ = synthetic_samples(4, factors=3, shape=(40, 6))
    return factorise(prepare(raw, {"species 2": "weak"}), 3, starts=4, seed=1)


def total(found: Factorisation) -> str:
    """A species that every factor holds."""
    return found.samples.species[int(found.profiles.min(0).argmax())]


@pytest.fixture(scope="module")
def written(found: Factorisation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    folder = tmp_path_factory.mktemp("books")
    sheets: dict[str, Rows] = {}
    for path in write_workbooks(found, folder, "site", total(found)):
        for page in load_workbook(path).worksheets:
            sheets[f"{path.name}/{page.title}"] = [list(row) for row in page.iter_rows(values_only=True)]
    return sheets


def block(rows: Rows, begins: str) -> tuple[list[Any], Rows]:
    """Header and body below the title that begins so, up to the next empty row."""
    at = next(number for number, row in enumerate(rows) if str(row[0] or "").startswith(begins)) + 1
    while not any(cell is not None for cell in rows[at]):
        at += 1
    end = next((n for n in range(at, len(rows)) if not any(c is not None for c in rows[n])), len(rows))
    return rows[at], rows[at + 1 : end]


def test_profiles_contributions_and_residuals_stand_where_readers_look(
    found: Factorisation, written: dict[str, Rows]
) -> None:
    assert list(written) == [
        "site_base.xlsx/Profiles", "site_base.xlsx/Contributions", "site_base.xlsx/Residuals",
        "site_base.xlsx/Run Comparison", "site_diagnostics.xlsx/Input", "site_diagnostics.xlsx/Base Runs",
    ]  # fmt: skip
    rows = written["site_base.xlsx/Profiles"]
    run = found.starts.best + 1
    assert rows[0][0] == f"Factor Profiles (conc. of species) from Base Run #{run} (Convergent Run)"
    whole = found.profiles[:, [found.samples.column(total(found))]]
    expected = {
        "conc": found.profiles.T, "% of species sum": 100 * found.species_shares.T,
        "% of total variable": 100 * (found.profiles / whole).T,
    }  # fmt: skip
    for name, table in expected.items():
        header, body = block(rows, f"Factor Profiles ({name}")
        assert header == [None, None, "Factor 1", "Factor 2", "Factor 3"]
        assert [row[:2] for row in body] == [[run, one] for one in found.samples.species]
        np.testing.assert_allclose([row[2:] for row in body], table)
    rows = written["site_base.xlsx/Contributions"]
    for name, table in (
        ("avg = 1", found.contributions),
        ("conc. units", found.mass_contributions(total(found))),
    ):
        _, body = block(rows, f"Factor Contributions ({name})")
        assert [row[1] for row in body] == list(found.samples.times)
        np.testing.assert_allclose([row[2:5] for row in body], table)
    rows = written["site_base.xlsx/Residuals"]
    header, body = block(rows, "Scaled Residuals from Base Run #")
    assert header == ["Base_Run", "Date_Time", *found.samples.species]
    np.testing.assert_allclose([row[2:] for row in body], found.scaled_residuals)


def test_every_run_is_told(found: Factorisation, written: dict[str, Rows]) -> None:
    rows = written["site_diagnostics.xlsx/Base Runs"]
    header, body = block(rows, "Base run summary table:")
    assert header[1:7] == ["Run #", "Q(Robust)", "Q(True)", "Converged", "# Steps", "Q(True)/Qexp"]
    np.testing.assert_allclose([row[3] for row in body], found.starts.q_true)
    assert [row[4] for row in body] == ["Yes"] * 4
    _, pairs = block(rows, "Sum of d across")
    assert len(pairs) == 6
    header, body = block(rows, "Regression diagnostics:")
    assert header[1:6] == ["Species", "Intercept", "Slope", "SE", "r^2"]
    assert [row[5] for row in body] == [one["r2"] for one in found.fit_statistics()]
    beyond = int((np.abs(found.scaled_residuals) > 3).sum())
    _, body = block(rows, "Scaled residuals beyond 3 standard deviations (species by date)")
    assert len(body) == beyond
    category = {row[0]: row[1] for row in written["site_diagnostics.xlsx/Input"][3:]}
    assert category["species 2"] == "Weak"
    assert category["species 1"] == "Strong"


def test_runs_are_compared_factor_by_factor(found: Factorisation, written: dict[str, Rows]) -> None:
    runs = compare_runs(found)
    assert runs is not None
    best = runs.profiles[found.starts.best]
    np.testing.assert_allclose(best, found.profiles, rtol=2e-2, atol=1e-3 * found.profiles.max())
    assert (runs.correlations[found.starts.best] > 0.999).all()
    residual = found.scaled_residuals
    np.testing.assert_allclose(np.diagonal(runs.differences).T, np.zeros((4, residual.shape[1])), atol=1e-9)
    np.testing.assert_allclose(runs.differences, runs.differences.transpose(1, 0, 2))
    rows = written["site_base.xlsx/Run Comparison"]
    first = next(number for number, row in enumerate(rows) if row[0] == "Factor 1")
    assert rows[first + 1][1:4] == ["Lowest Q", "Min", "25th"]
    for at, row in enumerate(rows[first + 2 : first + 8]):
        assert row[0] == found.samples.species[at]
        assert row[1] == pytest.approx(found.profiles[0, at])
        assert row[2] <= row[4] <= row[6]
        assert row[2] == pytest.approx(runs.profiles[:, 0, at].min())


def test_an_unknown_total_is_refused(found: Factorisation, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown species 'PM2\.5'"):
        write_workbooks(found, tmp_path, "site", "PM2.5")
    assert not list(tmp_path.iterdir())


def test_the_command_takes_a_workbook_and_gives_workbooks_and_figures(tmp_path: Path) -> None:
    raw, _, _ = synthetic_samples(9, factors=2, shape=(30, 5), missing=0.0)
    sheets: dict[str, Rows] = {}
    for name, table in (("Concentrations", raw.concentrations), ("Uncertainty", raw.uncertainties)):
        body = [[str(np.datetime64("2024-03-01") + at), *map(float, row)] for at, row in enumerate(table)]
        sheets[name] = [["Date", *raw.species], *body]
    path = str(book(tmp_path / "in.xlsx", sheets))
    out = tmp_path / "site"
    done = bogda("sources", "pmf", "--concentrations", path, "--uncertainties", path, "--factors", "2",
                 "--starts", "3", "--weak", "species 3", "--bad", "species 5", "--total", "species 1",
                 "--out", str(out), "--workbooks", "--figures", "--json")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["species"] == 4
    assert document["shares_of"] == "species 1"
    assert document["starts_not_converged"] == []
    kinds = {one["name"]: one["category"] for one in document["species_detail"]}
    assert [kinds[f"species {at}"] for at in (1, 2, 3, 5)] == ["weak", "strong", "weak", "bad"]
    assert len(list(out.glob("*.png"))) == 7
    assert sorted(one.name for one in out.glob("*.xlsx")) == ["site_base.xlsx", "site_diagnostics.xlsx"]
    assert read_folder(out).summary()["q_true"] == document["q_true"]
    refused = bogda("sources", "pmf", "--concentrations", path, "--uncertainties", path, "--factors", "2",
                    "--figures")  # fmt: skip
    assert "need a folder" in refused.stderr


def test_times_are_read_and_pauses_cut() -> None:
    assert sampling_times(["6/1/2005 6:00", "12/13/2005 18:00"]) is not None
    assert sampling_times(["day 1", "day 2"]) is None
    days = [*range(1, 11), *range(21, 31)]
    axis = sample_axis([f"2024-01-{day:02d}" for day in days])
    assert axis.begins == (0, 10)
    assert [len(place) for place, _ in axis.parts(np.arange(20.0))] == [10, 10]
    assert axis.labels[0] == "2024-01-01"
    assert "2024-01-21" in axis.labels
