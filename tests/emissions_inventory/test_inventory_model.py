"""The inventory itself: totals, versions, steps, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.inventory import SPECIES, Inventory, places_in
from emissions_inventory.trail import Step, check_kept, mass_budget, trail_from_json, trail_to_json
from foundation.errors import InputError
from foundation.grids import Grid
from tests.emissions_inventory.made_inventory import AREAS, POINTS, made_inventory


@pytest.fixture(scope="module")
def made() -> Inventory:
    return made_inventory()


def test_totals_are_what_was_put_in(made: Inventory) -> None:
    totals = made.totals()
    power = 3 * 1000 * (0.30 + 0.25 + 0.40)  # kt a month over three months whose factors add up to 3
    assert float(totals.sel(sector="power", species="so2").sum()) / 1000 == pytest.approx(power)
    coal = 3 * 1000 * sum(row[3] for row in AREAS if row[0] == "scattered_coal")
    assert float(totals.sel(sector="scattered_coal", species="so2").sum()) / 1000 == pytest.approx(coal)
    np.testing.assert_allclose(totals, made.area_totals() + made.point_totals())
    assert mass_budget(made)["so2"] == pytest.approx(float(totals.sel(species="so2").sum()) / 1000, rel=1e-12)


def test_sectors_and_regions_are_those_that_occur_in_the_order_of_the_labels(made: Inventory) -> None:
    assert set(made.sectors()) == {row[1] for row in POINTS} | {row[0] for row in AREAS}
    assert made.sectors()[:3] == ("power", "heating", "scattered_coal")
    assert made.regions()[0] == "urumqi"


def _with(part: str, name: str) -> Callable[[Inventory], Inventory]:
    """An inventory in which one number or name of one attribute is another."""

    def changed(made: Inventory) -> Inventory:
        owner = made.points.stacks if part == "stacks" else getattr(made, part)
        values = np.array(getattr(owner, name), copy=True)
        if values.dtype.kind == "U":
            values = values.astype(object)
            others = {"sector": "cement", "region": "hami", "grade": "D", "county": "650105"}
            values[-1] = others.get(name, "another") if values[-1] != others.get(name) else "steel"
            values = values.astype(str)
        else:
            values.reshape(-1)[-1] = (
                np.nextafter(values.reshape(-1)[-1], np.inf) if values.dtype.kind == "f" else 1
            )
        new = replace(owner, **{name: values})
        return (
            replace(made, points=replace(made.points, stacks=new))
            if part == "stacks"
            else replace(made, **{part: new})
        )

    return changed


CHANGES = [
    (part, one)
    for part, kind in (("areas", 5), ("points", 10), ("stacks", 4), ("profiles", 2))
    for one in {
        "areas": ("sector", "region", "row", "column", "emission"),
        "points": ("id", "name", "sector", "region", "county", "grade", "lon", "lat", "emission"),
        "stacks": ("height", "diameter", "temperature", "velocity"),
        "profiles": ("point", "weight"),
    }[part][:kind]
]


@pytest.mark.parametrize(("part", "name"), CHANGES)
def test_the_version_changes_with_any_number_or_name(made: Inventory, part: str, name: str) -> None:
    assert _with(part, name)(made).version != made.version


def test_the_list_of_changes_is_whole(made: Inventory) -> None:
    held = {
        (part, one.name) for part in ("areas", "points", "profiles") for one in fields(getattr(made, part))
    }
    held |= {("stacks", one.name) for one in fields(made.points.stacks)}
    assert held - {("points", "stacks")} == set(CHANGES)


def test_the_version_is_of_contents_title_and_trail_the_checksum_of_contents(made: Inventory) -> None:
    assert made_inventory().version == made.version
    for other in (replace(made, title="another"), made.after("update", "nothing")):
        assert other.version != made.version
        assert other.checksum == made.checksum
    assert replace(made, months=("2025-12", "2026-01", "2026-03")).version != made.version
    assert replace(made, uncertainty=made.uncertainty * 1.1).version != made.version
    moved = Grid(made.grid.lon_edges + 0.1, made.grid.lat_edges, made.grid.layer_edges_m)
    assert replace(made, grid=moved).version != made.version
    assert len(made.version) == 12


def test_a_step_is_added_and_none_is_lost(made: Inventory) -> None:
    after = made.after("update", "more", notes=("a note",), dropped_t={"so2": 1.0})
    assert after.trail[:-1] == made.trail
    assert after.trail[-1].mass_t == mass_budget(made)
    assert (after.trail[-1].notes, after.trail[-1].dropped_t) == (("a note",), {"so2": 1.0})


def test_a_trail_survives_json(made: Inventory) -> None:
    trail = (*made.trail, Step(action="import", detail='表格 table "a"\nb', parents=("0123456789ab",)))
    text = trail_to_json(trail)
    assert "\n" not in text
    assert trail_from_json(text, "here") == trail
    for broken in ("", "{", "[1]", '[{"action": "x"}]', '[{"action": "x", "detail": "y", "more": 1}]'):
        with pytest.raises(InputError, match="here: the trail"):
            trail_from_json(broken, "here")


@settings(max_examples=100, deadline=None)
@given(st.floats(1e-3, 1e12), st.floats(-1e-6, 1e-6))
def test_sums_may_change_by_a_billionth(mass: float, change: float) -> None:
    before, after = np.array([mass, 0.0]), np.array([mass * (1 + change), 0.0])
    if abs(change) < 0.99e-9:
        check_kept(before, after, "step")
    elif abs(change) > 1.01e-9:
        with pytest.raises(InputError, match="step: sums changed"):
            check_kept(before, after, "step")


def test_sums_that_are_no_numbers_or_appear_from_nothing_are_refused() -> None:
    for before, after in (([1.0], [np.nan]), ([0.0], [1e-9]), ([1.0], [0.0])):
        with pytest.raises(InputError, match="sums changed"):
            check_kept(np.array(before), np.array(after), "step")


def test_what_is_no_inventory_is_refused(made: Inventory) -> None:
    sector = made.points.sector.astype(object).copy()
    sector[3] = "shipping"
    region = made.areas.region.astype(object).copy()
    region[0] = "atlantis"
    negative, missing = made.areas.emission.copy(), made.points.emission.copy()
    negative[0, 0, 0] = -1.0
    missing[0, 0, 0] = np.nan
    broken = (
        ({"points": replace(made.points, sector=sector.astype(str))}, "point: unknown sector 'shipping'"),
        ({"areas": replace(made.areas, region=region.astype(str))}, "area: unknown region 'atlantis'"),
        ({"areas": replace(made.areas, emission=negative)}, "area emissions: expected 0 or more"),
        ({"points": replace(made.points, emission=missing)}, "point emissions: expected 0 or more"),
        ({"months": made.months[:2]}, r"expected shape \(2, 325, 9\), got \(3, 325, 9\)"),
        ({"species": (*SPECIES[:-1], "o3")}, "unknown species 'o3'"),
        (
            {"uncertainty": made.uncertainty.drop_sel(sector="steel")},
            "no uncertainty is given for sector 'steel'",
        ),
    )
    for change, words in broken:
        with pytest.raises(InputError, match=words):
            replace(made, **change)
    with pytest.raises(InputError, match="no month 2027-01; the inventory holds 2025-12 to 2026-02"):
        made.month_index("2027-01")


def test_places_of_names() -> None:
    np.testing.assert_array_equal(places_in(np.array(["b", "x", "a"]), ("a", "b")), [1, -1, 0])
    assert places_in(np.empty(0, "U1"), ("a",)).shape == (0,)
