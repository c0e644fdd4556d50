"""Cuts applied: exact where they apply, bit-identical elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.inventory import SPECIES, Inventory
from emissions_inventory.scenarios.application import apply_cuts
from emissions_inventory.scenarios.cut_report import cut_report
from foundation.errors import InputError
from tests.emissions_inventory.made_inventory import made_inventory


@pytest.fixture(scope="module")
def made() -> Inventory:
    return made_inventory()


def test_a_cut_is_exact_and_leaves_the_rest_to_the_bit(made: Inventory) -> None:
    after = apply_cuts(made, "industry[so2]=0.25@urumqi")
    steel = made.points.sector == "steel"
    place = SPECIES.index("so2")
    np.testing.assert_array_equal(
        after.points.emission[:, steel, place], 0.75 * made.points.emission[:, steel, place]
    )
    rest = after.points.emission.copy()
    rest[:, steel, place] = made.points.emission[:, steel, place]
    assert rest.tobytes() == made.points.emission.tobytes()
    assert after.areas.emission.tobytes() == made.areas.emission.tobytes()
    assert made_inventory().version == made.version, "the inventory before was changed"


def test_the_trail_tells_of_the_cut(made: Inventory) -> None:
    after = apply_cuts(made, ["traffic=0.5", "power=0.1@shihezi"])
    step = after.trail[-1]
    assert (step.action, step.parents, len(after.trail)) == ("scenario", (made.version,), len(made.trail) + 1)
    assert "traffic=0.5" in step.detail
    assert step.notes[0] == "traffic=0.5: 0 points, 75 area sources"
    assert step.mass_t["nox"] == pytest.approx(
        made.trail[-1].mass_t["nox"] - 0.5 * 3060 - 0.1 * 900, rel=1e-12
    )  # traffic emits 3,060 t and the plant at Shihezi 0.25 kt x 1.2 x 3 months
    assert after.version != made.version


def test_cuts_of_one_source_multiply_in_any_order(made: Inventory) -> None:
    after = apply_cuts(made, "steel=0.3, *=0.5@urumqi")
    turned = apply_cuts(made, "*=0.5@urumqi, steel=0.3")
    steel = made.points.sector == "steel"
    np.testing.assert_allclose(
        after.points.emission[:, steel], 0.35 * made.points.emission[:, steel], rtol=1e-15
    )
    assert after.checksum == turned.checksum


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_totals_follow_the_product_of_the_factors(amounts: list[float]) -> None:
    made = made_inventory()
    after = apply_cuts(made, [f"*={amount!r}" for amount in amounts])
    left = np.prod([1 - amount for amount in amounts])
    np.testing.assert_allclose(after.totals().values, left * made.totals().values, rtol=1e-9, atol=1e-6)


def test_a_county_cut_reaches_points_and_tells_of_cells(made: Inventory) -> None:
    after = apply_cuts(made, "*=1@652301")
    changed = (after.points.emission != made.points.emission).any(axis=(0, 2))
    assert list(made.points.id[changed]) == ["P07-1"]
    assert after.areas.emission.tobytes() == made.areas.emission.tobytes()
    assert "area sources of changji lie only partly there, not cut" in " ".join(after.trail[-1].notes)


def test_a_county_that_is_a_region_is_cut_with_its_cells(made: Inventory) -> None:
    after = apply_cuts(made, "*=1@654203")
    shawan = after.totals().sel(region="shawan")
    assert float(shawan.sum()) == 0
    assert len(after.trail[-1].notes) == 1


def test_points_without_a_county_are_told(made: Inventory) -> None:
    points = replace(made.points, county=np.where(made.points.id == "P11-1", "", made.points.county))
    after = apply_cuts(replace(made, points=points), "*=0.5@652301")
    assert "1 points without a county code, not cut" in after.trail[-1].notes[-1]


def test_grades_reach_points_of_that_grade_alone(made: Inventory) -> None:
    after = apply_cuts(made, "grade:C=0.5@wu-chang-shi")
    ratio = after.points.emission[0, :, 0] / made.points.emission[0, :, 0]
    np.testing.assert_array_equal(ratio, np.where(made.points.grade == "C", 0.5, 1.0))
    assert after.areas.emission.tobytes() == made.areas.emission.tobytes()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steel=0.3@kuitun", "nothing of sector steel in kuitun"), ("waste=0.3", "nothing of sector waste"),
        ("solvents[so2]=0.3", "nothing of sector solvents of so2"), ("cement/grade:A=0.1", "of grade A"),
        ("scattered_coal=0.3@652301", "name a whole region, such as changji"),
    ],
)  # fmt: skip
def test_a_cut_that_reaches_nothing_is_refused(made: Inventory, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        apply_cuts(made, text)


def test_particles_stay_consistent(made: Inventory) -> None:
    with pytest.raises(InputError, match=r"less PM10 than PM2\.5.*\[pm\]"):
        apply_cuts(made, "scattered_coal[pm10]=0.5")
    with pytest.raises(InputError, match=r"less PM2\.5 than BC and OC"):
        apply_cuts(made, "traffic[pm25]=0.5")
    assert "PM10, which includes PM2.5, is not cut" in " ".join(
        apply_cuts(made, "power[pm25]=0.2").trail[-1].notes
    )
    apply_cuts(made, "scattered_coal[pm]=0.5")


def test_no_cut_is_no_scenario(made: Inventory) -> None:
    with pytest.raises(InputError, match="no cut is given"):
        apply_cuts(made, [])


def test_the_report_balances(made: Inventory) -> None:
    after = apply_cuts(made, "industry=0.3@urumqi, traffic=0.4")
    report = cut_report(made, after)
    assert (report["before"], report["after"]) == (made.version, after.version)
    so2 = next(one for one in report["species"] if one["species"] == "so2")
    assert so2["cut_t"] == pytest.approx(0.3 * 420 + 0.4 * 51)  # steel of Urumqi 420 t, traffic 51 t
    assert so2["cut_percent"] == pytest.approx(100 * so2["cut_t"] / so2["before_t"])
    for kind in ("sectors", "regions"):
        parts = [one["cut_t"] for one in report[kind] if one["species"] == "so2"]
        assert sum(parts) == pytest.approx(so2["cut_t"], rel=1e-9)
    traffic = [one for one in report["sectors"] if one["sector"] == "traffic"]
    assert {round(one["cut_percent"], 9) for one in traffic} == {40.0}
