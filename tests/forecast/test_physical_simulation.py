"""A whole run on a small grid: products, closure, linearity, members, notes, refusals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
import xarray as xr

from atmosphere.transport.model import TransportModel
from atmosphere.transport.species import load_species
from emissions_inventory.idealised import idealised_emissions
from forecast.physical.emitting import tag_names
from forecast.physical.fading import Fading
from forecast.physical.run import Run
from forecast.physical.simulation import simulate, simulate_members
from foundation.atmospheric_contracts import FIELDS
from foundation.contracts import CONTRIBUTIONS, check_closure
from foundation.errors import BogdaError, ContractError, InputError
from tests.forecast.physical_case import GRID, HOUR, REFERENCE, config, emissions, forecast, observed, weather


def test_products_keep_their_contracts_and_close() -> None:
    made = forecast()
    FIELDS.check(made.fields)
    CONTRIBUTIONS.check(made.tags)
    check_closure(made.tags, made.places["concentration"], tolerance=1e-12)
    assert list(made.tags["source"].values) == list(tag_names(emissions()))
    assert set(made.places["pollutant"].values) == {"pm25", "pm10", "so2", "no2"}
    assert made.fields["lead_time"].values.astype("timedelta64[h]").astype(int).tolist() == [1, 2, 3, 4, 5, 6]
    assert (made.places["valid_time"].values[0] == REFERENCE + np.arange(1, 7) * HOUR).all()
    for product in (made.fields, made.tags, made.places):
        assert product.attrs["synthetic"] == 1
        assert product.attrs["averaging"] == "hour"


def test_components_add_up_to_both_kinds_of_particles() -> None:
    tags = forecast().tags
    for part, component in (
        ("contribution", "component_contribution"),
        ("carried_over", "component_carried_over"),
    ):
        for pollutant, share in (("pm10", 1.0), ("pm25", tags["fine_share"])):
            total = (tags[component] * share).sum("component")
            wanted = tags[part].sel(pollutant=pollutant, drop=True)
            np.testing.assert_allclose(total, wanted.transpose(*total.dims), rtol=1e-12, atol=1e-24)


def test_what_was_in_the_air_fades_and_is_never_more_than_the_whole() -> None:
    tags = forecast().tags.isel(reference_time=0)
    total, left = (
        tags[name].sum(("source", "place")).sel(pollutant="pm25") for name in ("contribution", "carried_over")
    )
    assert (np.diff(left / total) < 0).all()
    assert 0.5 < float((left / total)[0]) < 1.0
    excess = tags["carried_over"] - tags["contribution"]
    assert float((excess.max("source") / tags["contribution"].sum("source")).max()) < 0.02


def test_what_is_gone_costs_nothing_more() -> None:
    run = Run.of([weather()], GRID, emissions(), REFERENCE, config())
    driven = next(run.driver.hours(REFERENCE, REFERENCE + np.timedelta64(1, "h")))
    for share, gone in ((1e-2, False), (1e-4, True)):
        fading = Fading(share * run.clean, TransportModel(900.0))
        fading.hour(driven.hour, run.clean)
        assert fading.gone is gone
        assert bool((fading.state == 0).all()) is gone


def test_without_emissions_after_the_reference_time_all_of_it_is_carried_over() -> None:
    silent = emissions().copy(deep=True)
    later = silent["time"].values >= REFERENCE
    silent["time_factor"][later] = 0.0
    tags = simulate(weather(), GRID, silent, None, REFERENCE, config()).tags
    emitted = tags.sel(source=[name for name in tags["source"].values if name != "boundary"])
    np.testing.assert_allclose(emitted["carried_over"], emitted["contribution"], rtol=1e-6, atol=1e-18)


def test_fields_and_places_tell_the_same() -> None:
    made = forecast()
    for place in ("urumqi", "shihezi"):
        lon, lat = (float(made.places[name].sel(place=place)) for name in ("lon", "lat"))
        row, column = GRID.cell_of(lon, lat) or (0, 0)
        for name in ("pm25", "pm10", "so2"):
            field = made.fields["concentration"].sel(species=name)[:, row, column].values
            series = made.places["concentration"].sel(place=place, pollutant=name)[0].values
            np.testing.assert_allclose(field, series, rtol=2e-6)
    species = made.fields["concentration"]
    no2 = made.places["concentration"].sel(place="urumqi", pollutant="no2")[0].values
    lon, lat = (float(made.places[name].sel(place="urumqi")) for name in ("lon", "lat"))
    row, column = GRID.cell_of(lon, lat) or (0, 0)
    np.testing.assert_allclose(no2, 0.75 * species.sel(species="nox")[:, row, column].values, rtol=2e-6)


def test_pm_is_the_sum_of_its_species_with_their_mass_factors() -> None:
    """(NH4)2SO4 over SO4 is 1.3756; at -15 °C all nitrate is particle, NH4NO3 over NO3 is 1.2909."""
    field = forecast().fields["concentration"]
    fine = field.sel(species="ppm_fine") + 1.3756 * field.sel(species="sulfate")
    nitrate = 1.2909 * field.sel(species="nitrate")
    pm25, pm10 = field.sel(species="pm25"), field.sel(species="pm10")
    assert bool((pm25 >= (fine + 0.5 * nitrate) * (1 - 1e-5)).all())
    assert bool((pm25 <= (fine + nitrate) * (1 + 1e-5)).all())
    np.testing.assert_allclose(
        (pm10 - pm25).values, field.sel(species="ppm_coarse").values, rtol=1e-3, atol=1e-13
    )


def test_twice_the_emissions_of_a_source_are_twice_its_contribution_and_nothing_else() -> None:
    name = "heating_coal.wu-chang-shi"
    doubled = emissions().copy(deep=True)
    doubled["emission_flux"][list(doubled["source"].values).index(name)] *= 2
    changed = simulate(weather(), GRID, doubled, None, REFERENCE, config()).tags["contribution"]
    before = forecast().tags["contribution"]
    np.testing.assert_allclose(changed.sel(source=name), 2 * before.sel(source=name), rtol=1e-4, atol=1e-18)
    others = [other for other in before["source"].values if other != name]
    np.testing.assert_array_equal(changed.sel(source=others), before.sel(source=others))


def test_members_in_one_state_are_single_runs() -> None:
    weathers = [weather(), weather(0.7)]
    together = simulate_members(weathers, GRID, emissions(), None, REFERENCE, config())
    assert len(together) == 2
    for member, one in zip(together, weathers, strict=True):
        alone = simulate(one, GRID, emissions(), None, REFERENCE, config())
        np.testing.assert_allclose(
            member.fields["concentration"], alone.fields["concentration"], rtol=1e-5, atol=1e-16
        )
        assert torch.allclose(
            member.restart[-1].mixing_ratio, alone.restart[-1].mixing_ratio, rtol=1e-4, atol=1e-16
        )
    first, second = (member.fields["concentration"].values for member in together)
    assert np.abs(first - second).max() > 0.01 * first.max()


def test_a_later_run_that_goes_on_from_a_state_gives_bit_for_bit_the_same() -> None:
    whole = forecast()
    middle = whole.restart[0]
    assert middle.time == REFERENCE + 3 * HOUR
    later = simulate(weather(), GRID, emissions(), None, middle.time, config(lead_hours=3), restart=middle)
    np.testing.assert_array_equal(later.fields["concentration"], whole.fields["concentration"][3:])
    np.testing.assert_array_equal(later.tags["contribution"][0], whole.tags["contribution"][0, 3:])
    assert torch.equal(later.restart[0].mixing_ratio, whole.restart[1].mixing_ratio)
    assert later.restart[0].steps_taken == whole.restart[1].steps_taken
    assert "cold-start" not in {note.code for note in later.notes}


def test_a_state_older_than_the_reference_time_is_run_up_to_it() -> None:
    whole = forecast()
    later = simulate(
        weather(),
        GRID,
        emissions(),
        None,
        REFERENCE + 5 * HOUR,
        config(lead_hours=1),
        restart=whole.restart[0],
    )
    np.testing.assert_array_equal(later.fields["concentration"][0], whole.fields["concentration"][5])


def test_measurements_pull_the_forecast_and_are_told() -> None:
    stations = {"S1": (87.6, 43.8), "S2": (87.3, 44.0), "FAR": (116.4, 39.9), "GONE": (86.0, 44.3)}
    first = float(forecast().places["concentration"].sel(place="urumqi", pollutant="pm25")[0, 0]) * 1e9
    high = {"pm25": {"S1": 3 * first, "S2": 3 * first, "FAR": 10.0}}
    made = simulate(weather(), GRID, emissions(), observed(high, stations), REFERENCE, config())
    corrected = float(made.places["concentration"].sel(place="urumqi", pollutant="pm25")[0, 0]) * 1e9
    assert 1.5 * first < corrected < 3 * first
    notes = {note.code: note for note in made.notes}
    assert "FAR: outside the domain" in notes["stations-skipped-pm25"].english
    assert "GONE: without a value" in notes["stations-skipped-pm25"].english
    assert made.corrections[0].after < 0.5 * made.corrections[0].before


def test_nothing_after_the_reference_time_is_used() -> None:
    past = observed({"pm25": {"S1": 100.0}}, {"S1": (87.6, 43.8)}, hours=2)
    future = past.assign_coords(time=past["time"] + 2 * HOUR)
    future = future.assign(pm25=future["pm25"] * 9)
    both = xr.concat(
        [past, future], "time", data_vars="minimal", coords="minimal", compat="override", join="outer"
    )
    one = simulate(weather(), GRID, emissions(), past, REFERENCE, config(lead_hours=1))
    two = simulate(weather(), GRID, emissions(), both, REFERENCE, config(lead_hours=1))
    np.testing.assert_array_equal(one.fields["concentration"], two.fields["concentration"])


def test_degradations_are_told() -> None:
    codes = {note.code for note in forecast().notes}
    assert {"cold-start", "no-correction", "weather-fallback"} <= codes
    short = simulate(weather().isel(time=slice(2, 8)), GRID, emissions(), None, REFERENCE, config())
    assert short.fields.sizes["lead_time"] == 4
    assert {"short-spin-up", "short-weather"} <= {note.code for note in short.notes}
    assert all(note.chinese and note.english for note in short.notes)


def test_progress_counts_every_hour() -> None:
    told: list[tuple[int, int]] = []
    simulate(
        weather(),
        GRID,
        emissions(),
        None,
        REFERENCE,
        config(lead_hours=2),
        progress=lambda *done: told.append(done),
    )
    assert told == [(hour, 5) for hour in range(1, 6)]


def test_weather_on_another_grid_is_brought_onto_the_models() -> None:
    inner = type(GRID)(GRID.lon_edges[2:-2], GRID.lat_edges[1:-1], GRID.layer_edges_m[:-1])
    table = load_species().select(config().species)
    own = idealised_emissions(inner, table, REFERENCE + np.arange(-3, 10) * HOUR)
    made = simulate(weather(), inner, own, None, REFERENCE, config(lead_hours=2))
    field = made.fields["concentration"]
    assert field.shape[2:] == inner.shape[1:]
    assert np.isfinite(field.values).all()


def broken_wind() -> xr.Dataset:
    changed = weather().copy(deep=True)
    changed["eastward_wind"].values[5, 2, 1, 1] = np.nan
    return changed


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: simulate(broken_wind(), GRID, emissions(), None, REFERENCE, config()), "no numbers|missing"),
        (lambda: simulate(weather(), GRID, emissions(), None, REFERENCE + 12 * HOUR, config()), "ends at"),
        (
            lambda: simulate(weather(), GRID, emissions(), None, REFERENCE - 9 * HOUR, config()),
            "after the reference",
        ),
        (
            lambda: simulate(weather(), GRID, emissions().isel(time=slice(5)), None, REFERENCE, config()),
            "no hour",
        ),
        (
            lambda: simulate(weather(), GRID, emissions().isel(x=slice(4)), None, REFERENCE, config()),
            "columns",
        ),
        (
            lambda: simulate(
                weather(), GRID, emissions(), None, REFERENCE, config(species=("so2", "sulfate"))
            ),
            "not carried",
        ),
        (lambda: simulate_members([], GRID, emissions(), None, REFERENCE, config()), "one or more members"),
        (
            lambda: simulate(
                weather(), GRID, emissions(), None, REFERENCE + np.timedelta64(30, "m"), config()
            ),
            "full hour",
        ),
        (
            lambda: simulate(
                weather().drop_vars("air_pressure"), GRID, emissions(), None, REFERENCE, config()
            ),
            "air_pressure",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(make: Callable[[], object], message: str) -> None:
    with pytest.raises(BogdaError, match=message) as caught:
        make()
    assert isinstance(caught.value, InputError | ContractError)
    assert "\n" not in str(caught.value)
