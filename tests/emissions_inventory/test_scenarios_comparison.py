"""Two inventories side by side, as table and on the grid."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from emissions_inventory.inventory import SPECIES, Inventory
from emissions_inventory.scenarios.application import apply_cuts
from emissions_inventory.scenarios.cell_totals import cell_totals, difference_field
from emissions_inventory.scenarios.comparison import compare
from foundation.errors import InputError
from foundation.grids import Grid
from tests.emissions_inventory.made_inventory import made_inventory


@pytest.fixture(scope="module")
def made() -> Inventory:
    return made_inventory()


def one_month(made: Inventory, place: int) -> Inventory:
    chosen = slice(place, place + 1)
    return replace(
        made,
        months=made.months[chosen],
        points=replace(made.points, emission=made.points.emission[chosen]),
        areas=replace(made.areas, emission=made.areas.emission[chosen]),
    )


def test_an_inventory_is_like_itself(made: Inventory) -> None:
    report = compare(made, made_inventory())
    assert report["same_contents"]
    assert report["same_grid"]
    assert all(one["change_t"] == 0 for kind in ("species", "sectors", "regions") for one in report[kind])
    assert report["points"]["counts"] == {"added": 0, "removed": 0, "changed": 0, "same": 13}
    assert report["trail"] == {"shared_steps": 1, "a": [], "b": []}


def test_differences_add_up_and_the_trails_part_where_they_do(made: Inventory) -> None:
    after = apply_cuts(made, "traffic=0.4, steel=0.5")
    report = compare(made, after)
    json.dumps(report, allow_nan=False)
    nox = next(one for one in report["species"] if one["species"] == "nox")
    assert nox["change_t"] == pytest.approx(-0.4 * 3060 - 0.5 * 420)
    for kind in ("sectors", "regions"):
        assert sum(one["change_t"] for one in report[kind] if one["species"] == "nox") == pytest.approx(
            nox["change_t"]
        )
    assert report["points"]["counts"] == {"added": 0, "removed": 0, "changed": 2, "same": 11}
    assert [one["id"] for one in report["points"]["changed"]] == ["P06-1", "P06-2"]
    assert report["points"]["changed"][0]["changed"] == ["emission"]
    assert report["points"]["changed"][0]["change_t"]["so2"] == pytest.approx(-120)
    assert report["trail"]["shared_steps"] == 1
    assert report["trail"]["a"] == []
    assert [step["action"] for step in report["trail"]["b"]] == ["scenario"]
    assert not report["same_contents"]


def test_points_added_removed_and_changed_are_found_by_id(made: Inventory) -> None:
    points = made.points.take(np.array([4, 3, 2, 1]))
    stacks = replace(points.stacks, height=points.stacks.height + np.array([0, 0, 10.0, 0]))
    grade = np.array(["", "", "A", "C"])
    other = replace(made, points=replace(points, stacks=stacks, grade=grade),
                    profiles=type(made.profiles).none())  # fmt: skip
    report = compare(made, other)["points"]
    assert report["counts"] == {"added": 0, "removed": 9, "changed": 2, "same": 2}
    assert {one["id"]: one["changed"] for one in report["changed"]} == {
        "P03-1": ["stack"],
        "P02-1": ["grade"],
    }
    assert report["removed"][0]["id"] == "P01-1"
    assert compare(other, made)["points"]["counts"]["added"] == 9


def test_ids_given_twice_are_told_apart(made: Inventory) -> None:
    twice = replace(made, points=replace(made.points, id=np.array(["same"] * 13)))
    report = compare(twice, replace(twice, points=twice.points.take(np.arange(12)),
                                    profiles=made.profiles))  # fmt: skip
    assert report["points"]["counts"] == {"added": 0, "removed": 1, "changed": 0, "same": 12}


def test_only_months_of_both_count(made: Inventory) -> None:
    january = one_month(made, 1)
    report = compare(made, january)
    assert report["months"] == ["2026-01"]
    assert report["only_in"]["a"]["months"] == ["2025-12", "2026-02"]
    assert all(one["change_t"] == 0 for one in report["species"])
    with pytest.raises(InputError, match="share no month: 2025-12 to 2025-12, and 2026-01 to 2026-01"):
        compare(one_month(made, 0), january)


def test_cells_and_points_make_the_total(made: Inventory) -> None:
    field = cell_totals(made, "so2")
    assert field.dims == ("y", "x")
    assert field.attrs["outside_kg"] == 0
    assert float(field.sum()) == pytest.approx(float(made.totals().sel(species="so2").sum()), rel=1e-12)
    power = cell_totals(made, "so2", months=("2026-01",), sectors=("power",))
    cell = made.grid.cell_of(float(made.points.lon[2]), float(made.points.lat[2]))
    assert cell is not None
    assert float(power[cell]) == pytest.approx(made.points.emission[1, 2, 0])
    assert int((power > 0).sum()) == 3


def test_points_beyond_the_grid_are_counted_apart(made: Inventory) -> None:
    lon = made.points.lon.copy()
    lon[0] = 100.0
    moved = replace(made, points=replace(made.points, lon=lon))
    field = cell_totals(moved, "so2")
    assert field.attrs["outside_kg"] == pytest.approx(made.points.emission[:, 0, 0].sum())
    assert float(field.sum()) + field.attrs["outside_kg"] == pytest.approx(
        float(cell_totals(made, "so2").sum())
    )


def test_the_difference_is_where_the_cut_is(made: Inventory) -> None:
    after = apply_cuts(made, "steel=0.5")
    field = difference_field(made, after, "so2")
    assert float(field.sum()) == pytest.approx(-0.5 * 420e3)
    steel = cell_totals(made, "so2", sectors=("steel",))
    np.testing.assert_allclose(field.values, -0.5 * steel.values, atol=1e-6)
    assert field.attrs["months"] == list(made.months)


def test_other_grids_and_unknown_species_are_refused(made: Inventory) -> None:
    grid = Grid(made.grid.lon_edges + 0.05, made.grid.lat_edges, made.grid.layer_edges_m)
    with pytest.raises(InputError, match="different grids: 90 x 36 cells"):
        difference_field(made, replace(made, grid=grid), "so2")
    with pytest.raises(InputError, match="no species 'ozone'"):
        cell_totals(made, "ozone")
    with pytest.raises(InputError, match="no month 2027-01"):
        cell_totals(made, "so2", months=("2027-01",))


def test_species_of_one_alone_are_named(made: Inventory) -> None:
    few = replace(
        made, species=SPECIES[:2], uncertainty=made.uncertainty.isel(species=slice(2)),
        points=replace(made.points, emission=made.points.emission[..., :2]),
        areas=replace(made.areas, emission=made.areas.emission[..., :2]),
    )  # fmt: skip
    report = compare(made, few)
    assert report["only_in"]["a"]["species"] == list(SPECIES[2:])
    assert [one["species"] for one in report["species"]] == ["so2", "nox"]
