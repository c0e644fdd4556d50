"""One inventory over another: what gives way, what stays, and the sums of both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emissions_inventory.emitters import WeekProfiles
from emissions_inventory.inventory import Inventory
from emissions_inventory.merging import merged
from emissions_inventory.prior.building import build_prior
from foundation.errors import InputError
from foundation.grids import GridConfig

BASE = GridConfig(name="b", west=82, east=91, south=42.6, north=46.2, step_deg=0.3, layer_tops_m=(20,)).grid()
OTHER = GridConfig(name="o", west=80, east=92, south=42, north=47, step_deg=0.25, layer_tops_m=(20,)).grid()
MONTHS = ["2026-01", "2026-02"]


def prior() -> Inventory:
    return build_prior(BASE, MONTHS)


def only(inventory: Inventory, sector: str, region: str) -> Inventory:
    """What an inventory has of one source."""
    areas, points = inventory.areas, inventory.points
    mine = (areas.sector == sector) & (areas.region == region)
    kept = replace(
        areas, sector=areas.sector[mine], region=areas.region[mine], row=areas.row[mine],
        column=areas.column[mine], emission=areas.emission[:, mine],
    )  # fmt: skip
    return replace(
        inventory, areas=kept, points=points.take((points.sector == sector) & (points.region == region))
    )


def test_what_is_replaced_by_itself_is_the_same() -> None:
    base = prior()
    made = merged(base, only(base, "other_industry", "urumqi"))
    np.testing.assert_allclose(made.totals(), base.totals(), rtol=1e-12)
    assert made.trail[-1].parents == (base.version, only(base, "other_industry", "urumqi").version)


def test_only_the_sources_of_the_update_change() -> None:
    base = prior()
    mine = only(base, "steel", "urumqi")
    doubled = replace(mine, points=replace(mine.points, emission=2 * mine.points.emission))
    made = merged(base, doubled)
    change = made.totals() - base.totals()
    assert float(change.sel(sector="steel", region="urumqi", species="so2").sum()) == pytest.approx(
        float(base.totals().sel(sector="steel", region="urumqi", species="so2").sum())
    )
    np.testing.assert_allclose(change.drop_sel(sector="steel"), 0.0, atol=1e-3)
    np.testing.assert_allclose(change.drop_sel(region="urumqi"), 0.0, atol=1e-3)


def test_beside_keeps_both() -> None:
    base = prior()
    mine = only(base, "heating", "changji")
    total = merged(base, mine, beside=["heating"]).totals().sel(sector="heating", region="changji")
    np.testing.assert_allclose(total, 2 * base.totals().sel(sector="heating", region="changji"), rtol=1e-12)


def test_areas_of_another_grid_keep_their_mass_inside() -> None:
    base = prior()
    wide = only(build_prior(OTHER, MONTHS), "traffic", "shihezi")
    made = merged(base, wide).totals().sel(sector="traffic", region="shihezi")
    np.testing.assert_allclose(made, wide.totals().sel(sector="traffic", region="shihezi"), rtol=1e-9)
    abroad = only(build_prior(OTHER, MONTHS), "traffic", "ili")
    inside = merged(base, abroad).totals().sel(sector="traffic", region="ili", species="nox").sum()
    assert 0 < float(inside) < float(abroad.totals().sel(species="nox").sum())


def test_weeks_follow_their_points() -> None:
    base = replace(prior(), profiles=WeekProfiles(np.array([0, 5]), np.ones((2, 7, 24))))
    steel = only(prior(), "steel", "urumqi")
    update = replace(steel, profiles=WeekProfiles(np.array([0]), np.full((1, 7, 24), 3.0)))
    made = merged(base, update)
    names = {str(name): place for place, name in enumerate(made.points.id)}
    expected = {names.get(str(base.points.id[place])) for place in (0, 5)} | {names[str(update.points.id[0])]}
    assert set(made.profiles.point.tolist()) == expected - {None}
    last = int(np.flatnonzero(made.profiles.point == names[str(update.points.id[0])])[0])
    assert made.profiles.weight[last, 0, 0] == 3.0


def test_an_update_that_lacks_a_month_or_a_species_is_refused() -> None:
    base = prior()
    with pytest.raises(InputError, match="no month 2026-02"):
        merged(base, build_prior(BASE, ["2026-01"]))
    few = only(base, "steel", "urumqi")
    few = replace(
        few, species=few.species[:3], points=replace(few.points, emission=few.points.emission[..., :3]),
        areas=replace(few.areas, emission=few.areas.emission[..., :3]),
        uncertainty=few.uncertainty.isel(species=slice(3)),
    )  # fmt: skip
    with pytest.raises(InputError, match="no species pm10"):
        merged(base, few)
