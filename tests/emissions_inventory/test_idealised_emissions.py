"""The idealised emissions: mass, places, profiles, stamp, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from atmosphere.transport.species import load_species
from emissions_inventory.idealised import annual_rates, idealised_emissions
from emissions_inventory.idealised_configuration import IdealisedEmissionsConfig, idealised_config
from foundation.configuration import parse_yaml, shipped_text, validate
from foundation.errors import ConfigurationError, InputError
from foundation.grids import Grid, GridConfig
from foundation.places import gazetteer

TOPS = (20, 60, 120, 200, 320, 480, 700, 1000, 1400, 2000, 3000, 5000)
DEMO = GridConfig(
    name="demo", west=82, east=91, south=42.6, north=46.2, step_deg=0.2, layer_tops_m=TOPS
).grid()
ALL = GridConfig(name="all", west=74, east=97, south=36, north=49.5, step_deg=0.5, layer_tops_m=TOPS).grid()
TABLE = load_species().select(["ppm_fine", "ppm_coarse", "so2", "sulfate", "nox", "nitrate"])
HOUR = np.timedelta64(1, "h")
WEEK = np.datetime64("2026-11-20T16", "ns") + np.arange(168) * HOUR


def tonnes_a_year(grid: Grid) -> dict[str, float]:
    made = idealised_emissions(grid, TABLE, WEEK)
    rate = (made["emission_flux"].values * grid.cell_area_m2).sum((0, 2, 3))
    return dict(zip(map(str, made["species"].values), rate * 365 * 86400 / 1000, strict=True))


def test_a_grid_of_all_xinjiang_emits_the_totals() -> None:
    totals = idealised_config().totals_kt
    for species, tonnes in tonnes_a_year(ALL).items():
        assert tonnes == pytest.approx(1000 * totals[species], rel=1e-9)


def test_every_source_keeps_its_mass_on_the_demonstrations_grid() -> None:
    made = idealised_emissions(DEMO, TABLE, WEEK)
    rate = (made["emission_flux"].values * DEMO.cell_area_m2).sum((2, 3))
    np.testing.assert_allclose(rate, annual_rates(DEMO, list(made["species"].values)), rtol=1e-9)
    elsewhere = made["region"].values == "elsewhere"
    inside = {"karamay": 0.08, "turpan": 0.08, "bole": 0.03, "shuanghe": 0.02}
    kilotonnes = rate[elsewhere][:, 0].sum() * 365 * 86400 / 1e6
    config = idealised_config()
    assert kilotonnes == pytest.approx(config.totals_kt["ppm_fine"] * 0.60 * sum(inside.values()), rel=1e-9)


def test_the_shares_of_wu_chang_shi_are_those_of_the_department() -> None:
    """Over half of SO2, about a third of NOx and particles (SCIENCE, section 3)."""
    made = idealised_emissions(ALL, TABLE, WEEK[:1])
    rate = (made["emission_flux"].values * ALL.cell_area_m2).sum((2, 3))
    share = rate[made["region"].values == "wu-chang-shi"].sum(0) / rate.sum(0)
    found = dict(zip(map(str, made["species"].values), share, strict=True))
    assert 0.5 < found["so2"] < 0.6
    assert all(0.3 < found[name] < 0.36 for name in ("nox", "ppm_fine", "ppm_coarse"))


def test_stacks_release_aloft_and_the_rest_near_the_ground() -> None:
    made = idealised_emissions(DEMO, TABLE, WEEK[:1])
    by_layer = made["layer_share"].values
    np.testing.assert_allclose(by_layer.sum(-1), 1.0, rtol=1e-12)
    stacks = made["sector"].values == "industry_power"
    assert (by_layer[stacks][:, :2] == 0).all()
    assert (by_layer[stacks][:, 2:6] > 0).all()
    assert (by_layer[~stacks][:, 2:] == 0).all()
    assert made.sizes["layer"] == 6


def test_urumqi_is_the_strongest_cell() -> None:
    made = idealised_emissions(DEMO, TABLE, WEEK[:1])
    field = made["emission_flux"].sel(species="ppm_fine").sum("stream").values
    urumqi = gazetteer().place("urumqi")
    row, column = np.unravel_index(field.argmax(), field.shape)
    assert abs(DEMO.lat[row] - urumqi.lat) <= 0.2
    assert abs(DEMO.lon[column] - urumqi.lon) <= 0.2


def test_profiles_have_a_mean_of_one_and_heating_peaks_in_the_evening_of_winter() -> None:
    times = np.datetime64("2025-01-01T00", "ns") - 6 * HOUR + np.arange(365 * 24) * HOUR
    made = idealised_emissions(DEMO, TABLE, times)
    months = (times + 6 * HOUR).astype("datetime64[M]")
    factors = made["time_factor"].values
    each = np.array([factors[months == month].mean(0) for month in np.unique(months)])
    np.testing.assert_allclose(each.mean(0), 1.0, rtol=1e-12)
    heating = factors[:, made["sector"].values == "heating_coal"][:, 0]
    assert (
        heating[months == np.datetime64("2025-01")].mean()
        > 20 * heating[months == np.datetime64("2025-07")].mean()
    )
    evening = int(times[np.argmax(heating[:24])].astype("datetime64[h]").astype(int) % 24)
    assert evening == 13  # 19 h in Xinjiang, 21 h in Beijing


def test_it_says_that_it_is_synthetic() -> None:
    made = idealised_emissions(DEMO, TABLE, WEEK[:2])
    assert made.attrs["synthetic"] == 1
    assert "SYNTHETIC" in made.attrs["title"]
    assert len(set(made["source"].values)) == 12


def test_nonsense_is_refused() -> None:
    with pytest.raises(InputError, match="expected one of"):
        idealised_emissions(DEMO, load_species().select(["sulfate"]), WEEK)
    with pytest.raises(InputError, match="instants that grow"):
        idealised_emissions(DEMO, TABLE, WEEK[::-1])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [("wu-chang-shi", "wu-chang", None), ("urumqi: 0.40", "urumqi: 0.41", "add up to 1"),
     ("so2: 0.55", "so2: 0.56", "add up to 1"), ("urumqi:", "urumqui:", "unknown place"),
     ("top_m: 120", "top_m: 50", "above bottom_m")],
)  # fmt: skip
def test_a_configuration_that_does_not_add_up_is_refused(old: str, new: str, message: str | None) -> None:
    text = shipped_text("idealised_emissions.yaml")
    assert old in text
    document = parse_yaml(text.replace(old, new, 1), "changed")
    if message is None:
        assert validate(IdealisedEmissionsConfig, document, "changed").regions[0].id == new
        return
    with pytest.raises(ConfigurationError, match=message):
        validate(IdealisedEmissionsConfig, document, "changed")
