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


def few_species(inventory: Inventory, names: tuple[str, ...]) -> Inventory:
    """What an inventory has of some species."""
    columns = [inventory.species.index(name) for name in names]
    return replace(
        inventory, species=names,
        points=replace(inventory.points, emission=inventory.points.emission[..., columns]),
        areas=replace(inventory.areas, emission=inventory.areas.emission[..., columns]),
        uncertainty=inventory.uncertainty.sel(species=list(names)),
    )  # fmt: skip


def test_an_update_that_lacks_a_month_is_refused() -> None:
    with pytest.raises(InputError, match="no month 2026-02"):
        merged(prior(), build_prior(BASE, ["2026-01"]))


def test_species_that_the_update_does_not_know_stay_and_carbon_follows_its_particles() -> None:
    base = prior()
    update = few_species(only(base, "steel", "urumqi"), ("so2", "pm25"))
    update = replace(update, points=replace(update.points, emission=3 * update.points.emission))
    made = merged(base, update).totals().sel(sector="steel", region="urumqi", month="2026-01")
    before = base.totals().sel(sector="steel", region="urumqi", month="2026-01")
    ratio = made / before
    assert float(ratio.sel(species="so2")) == pytest.approx(3.0)
    assert float(ratio.sel(species="nox")) == pytest.approx(1.0)
    assert float(ratio.sel(species="co")) == pytest.approx(1.0)
    assert float(made.sel(species="bc") / made.sel(species="pm25")) == pytest.approx(0.05)


def test_the_uncertainty_of_a_sector_is_that_of_both_its_parts() -> None:
    """A known part narrows a sector by its share: for halves of 0.5 and 0, about half of 0.5."""
    base = prior()
    mine = only(base, "steel", "urumqi")
    sure = replace(mine, uncertainty=mine.uncertainty * 0 + 0.01)
    share = float(
        mine.totals().sum(("month", "region")).sel(sector="steel", species="co")
        / base.totals().sum(("month", "region")).sel(sector="steel", species="co")
    )
    found = float(merged(base, sure).uncertainty.sel(sector="steel", species="co"))
    before = float(base.uncertainty.sel(sector="steel", species="co"))
    assert found == pytest.approx(before * (1 - share), rel=0.15)
    assert found > 0.1
    others = merged(base, sure).uncertainty.sel(sector="traffic", species="nox")
    assert float(others) == pytest.approx(float(base.uncertainty.sel(sector="traffic", species="nox")))


def test_a_loss_in_regridding_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from emissions_inventory.merging import replacing

    whole = replacing.laid_areas

    def half(*arguments: object) -> object:
        made = whole(*arguments)
        return replace(made, emission=0.5 * made.emission)

    monkeypatch.setattr(replacing, "laid_areas", half)
    with pytest.raises(InputError, match="sums changed"):
        merged(prior(), only(build_prior(OTHER, MONTHS), "traffic", "shihezi"))


def test_sources_that_an_update_sets_to_nothing_stay_and_are_told() -> None:
    base = prior()
    mine = only(base, "steel", "urumqi")
    none = replace(mine, points=replace(mine.points, emission=0 * mine.points.emission))
    made = merged(base, none)
    np.testing.assert_allclose(made.totals(), base.totals(), rtol=1e-12)
    assert made.trail[-1].notes[-1] == "1 sources are 0 in the second, the first's stay: steel.urumqi"


def test_a_source_that_gives_way_to_much_less_is_told() -> None:
    base = prior()
    mine = only(base, "traffic", "changji")
    few = replace(mine, areas=replace(mine.areas, emission=0.1 * mine.areas.emission))
    note = merged(base, few).trail[-1].notes[-1]
    assert note.startswith("1 sources give way to less than half")
    assert "traffic.changji" in note
    assert "less than half" not in " ".join(merged(base, mine).trail[-1].notes)


def test_by_class_an_industry_that_is_one_sector_replaces_all_of_it() -> None:
    base = prior()
    update = only(base, "other_industry", "urumqi")
    apart, whole = merged(base, update), merged(base, update, by_class=True)
    steel = {"sector": "steel", "region": "urumqi", "species": "so2", "month": "2026-01"}
    assert float(apart.totals().sel(steel)) > 0
    assert "steel" not in whole.sectors() or float(whole.totals().sel(steel)) == 0.0
    elsewhere = {"sector": "steel", "region": "changji"}
    np.testing.assert_allclose(whole.totals().sel(elsewhere), base.totals().sel(elsewhere), rtol=1e-12)
