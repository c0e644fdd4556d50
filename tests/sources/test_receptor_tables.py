from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from foundation.errors import InputError
from sources.receptor.detection_limits import read_with_detection_limits, uncertainties_from_limits
from sources.receptor.samples import Samples, prepare, signal_to_noise, suggest_categories
from sources.receptor.tables import read_pair

CONCENTRATIONS = "Date,Fe,Organic Carbon\n6/1/2005 6:00,1.0,2.0\n6/2/2005 6:00,3.0,4.0\n"
UNCERTAINTIES = "Date,Fe,Organic Carbon\n6/1/2005 6:00,0.1,0.2\n6/2/2005 6:00,0.3,0.4\n"


def pair(folder: Path, held: str, doubt: str, ending: str = "csv") -> tuple[Path, Path]:
    one, other = folder / f"con.{ending}", folder / f"unc.{ending}"
    one.write_text(held, encoding="utf-8")
    other.write_text(doubt, encoding="utf-8")
    return one, other


def samples_of(values: list[list[float]], doubts: list[list[float]]) -> Samples:
    names = tuple(f"s{at}" for at in range(len(values[0])))
    return Samples(tuple(f"t{at}" for at in range(len(values))), names, np.array(values), np.array(doubts))


def test_a_pair_is_read(tmp_path: Path) -> None:
    read = read_pair(*pair(tmp_path, CONCENTRATIONS, UNCERTAINTIES))
    assert read.species == ("Fe", "Organic Carbon")
    assert read.times == ("6/1/2005 6:00", "6/2/2005 6:00")
    np.testing.assert_array_equal(read.concentrations, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(read.uncertainties, [[0.1, 0.2], [0.3, 0.4]])


@pytest.mark.parametrize("ending", ["\t\t\n", "\t\t\t\n\t\t\n", "\t-999\t-999\n", ""])
def test_a_tabbed_pair_of_the_epa_with_gaps_and_blank_dates_at_the_end(tmp_path: Path, ending: str) -> None:
    held = "Date\tFe\tOrganic Carbon\n12/14/2000\t-999\t2.0\n12/20/2000\t3.0\t4.0\n" + ending
    doubt = "Date\tFe\tOrganic Carbon\n12/14/2000\t-999\t0.2\n12/20/2000\t0.3\t0.4\n" + ending
    read = read_pair(*pair(tmp_path, held, doubt, "txt"))
    assert read.times == ("12/14/2000", "12/20/2000")
    assert np.isnan(read.concentrations[0, 0])
    assert np.isfinite(read.concentrations).sum() == 3


def test_blank_separated_with_hours_and_a_last_row_without_a_date(tmp_path: Path) -> None:
    held = "Date Fe OC\n6/1/2005 6:00 1 2\n6/2/2005 6:00 3 4\n5 6\n"
    doubt = "Date Fe OC\n6/1/2005 6:00 .1 .2\n6/2/2005 6:00 .3 .4\n.5 .6\n"
    read = read_pair(*pair(tmp_path, held, doubt, "txt"))
    assert read.times == ("6/1/2005 6:00", "6/2/2005 6:00")
    assert "no date" in read.notes[0]


@pytest.mark.parametrize(
    ("held", "doubt", "words"),
    [
        (CONCENTRATIONS.replace("3.0", "-3.0"), UNCERTAINTIES, r"-3 of 'Fe' at 6/2/2005 6:00 is negative"),
        (
            CONCENTRATIONS,
            UNCERTAINTIES.replace("0.4", "0"),
            r"'Organic Carbon' at 6/2/2005 6:00 is not above",
        ),
        (
            CONCENTRATIONS,
            UNCERTAINTIES.replace("0.4", "-999"),
            r"'Organic Carbon' at 6/2/2005 6:00 is missing",
        ),
        (CONCENTRATIONS, UNCERTAINTIES.replace("Fe", "Zn"), r"species differ from .*: Fe, Zn"),
        (CONCENTRATIONS, UNCERTAINTIES.replace("6/2", "6/3"), r"date 6/3/2005 6:00 stands where"),
        (CONCENTRATIONS.replace("6/2", "6/1"), UNCERTAINTIES, r"date 6/1/2005 6:00 stands twice"),
        (CONCENTRATIONS.replace("4.0", "4,7"), UNCERTAINTIES, r"row 3: expected 3 fields, got 4"),
        (CONCENTRATIONS.replace("4.0", "much"), UNCERTAINTIES, r"'much' of 'Organic Carbon' at 6/2/2005"),
        (CONCENTRATIONS.replace("4.0", "inf"), UNCERTAINTIES, r"'inf' of 'Organic Carbon'"),
        (CONCENTRATIONS.replace("Organic Carbon", "Fe"), UNCERTAINTIES, r"species 'Fe' stands twice"),
        ("Date,Fe\n", UNCERTAINTIES, r"no samples below the header"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, held: str, doubt: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_pair(*pair(tmp_path, held, doubt))


def test_uncertainty_from_limits_at_a_worked_example(tmp_path: Path) -> None:
    made = uncertainties_from_limits(np.array([[0.5], [4.0]]), np.array([0.6]), np.array([0.1]))
    np.testing.assert_allclose(made[:, 0], [0.5, 0.5])  # 5/6 of 0.6; 0.4 and 0.3 in quadrature
    held = tmp_path / "con.csv"
    held.write_text("Date,Fe\na,4.0\n", encoding="utf-8")
    read = read_with_detection_limits(held, {"Fe": 0.6}, {"Fe": 0.1})
    assert read.uncertainties[0, 0] == pytest.approx(0.5)
    with pytest.raises(InputError, match="'Fe' has no error fraction"):
        read_with_detection_limits(held, {"Fe": 0.6}, {})


def test_only_excess_over_the_uncertainty_is_signal() -> None:
    read = samples_of([[3.0, 1.0, 1.2], [0.5, 1.0, 1.0]], [[1.0, 2.0, 0.5], [1.0, 2.0, 1.0]])
    np.testing.assert_allclose(signal_to_noise(read), [1.0, 0.0, 0.7])
    assert suggest_categories(read) == {"s0": "strong", "s1": "bad", "s2": "weak"}


def test_weak_triples_bad_leaves_out_and_extra_adds_in_quadrature() -> None:
    read = samples_of([[4.0, 5.0, 6.0]] * 4, [[1.0, 1.0, 1.0]] * 4)
    made = prepare(read, {"s1": "weak", "s2": "bad"}, extra_uncertainty=0.2)
    assert made.species == ("s0", "s1")
    assert made.weak == ("s1",)
    np.testing.assert_allclose(made.uncertainties[0], [np.hypot(1.0, 0.8), np.hypot(3.0, 1.0)])


def test_gaps_become_medians_or_their_samples_go() -> None:
    gap = float("nan")
    read = samples_of([[1.0, 9.0], [2.0, 8.0], [gap, 7.0], [3.0, 6.0]], [[0.1, 1.0]] * 4)
    made = prepare(read)
    assert (made.concentrations[2, 0], made.uncertainties[2, 0]) == (2.0, 8.0)
    assert "1 missing values" in made.notes[0]
    left = prepare(read, missing="leave_out_sample")
    assert left.times == ("t0", "t1", "t3")


def test_species_without_values_are_named() -> None:
    gap = float("nan")
    with pytest.raises(InputError, match="'s1' is missing in every sample"):
        prepare(samples_of([[1.0, gap], [2.0, gap]], [[0.1, 0.1]] * 2))
    with pytest.raises(InputError, match="'s0' is zero in every sample"):
        prepare(samples_of([[0.0, 1.0]] * 2, [[0.1, 0.1]] * 2))
    with pytest.raises(InputError, match="unknown category 'feeble'"):
        prepare(samples_of([[1.0]], [[0.1]]), {"s0": "feeble"})  # type: ignore[dict-item]
