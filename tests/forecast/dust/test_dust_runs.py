"""Runs over the basin: products that fit together, mass that is kept, the twin, the corrected forecast."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import torch
import xarray as xr

from atmosphere.transport.species import load_species
from emissions_inventory.natural import dust_emissions
from forecast.dust import benchmark
from forecast.dust.basin import START, basin_grid, basin_weather, hours, of_length, strong_scheme
from forecast.dust.budget import budget_ledger
from forecast.dust.configuration import dust_forecast_config
from forecast.dust.corrected import corrected_dust_forecast
from forecast.dust.extinction import visibility
from forecast.dust.run import DustForecast, dust_forecast
from forecast.dust.twin import twin_proofs
from foundation.atmospheric_contracts import FIELDS
from foundation.contracts import CONTRIBUTIONS
from foundation.times import HOUR

COUNT = 16
GRID = basin_grid(step_deg=0.5)


@lru_cache(maxsize=1)
def weather() -> xr.Dataset:
    return basin_weather(GRID, front_hour=9.0, count=COUNT)


@lru_cache(maxsize=2)
def made(factor: float = 0.8) -> DustForecast:
    emitted = dust_emissions(weather(), GRID, strong_scheme(), factor, hours(COUNT)).dataset
    return dust_forecast(weather(), GRID, emitted, START, of_length(COUNT))


def test_products_keep_their_contracts_and_fit_together() -> None:
    forecast = made()
    FIELDS.check(forecast.fields)
    CONTRIBUTIONS.check(forecast.tags)
    assert forecast.fields.sizes["lead_time"] == forecast.places.sizes["lead_time"] == COUNT
    table = load_species().select(dust_forecast_config().model.species)
    bins = forecast.fields["concentration"].sel(species=list(table.names)).values
    for name in ("pm10", "pm25"):
        share = np.array([getattr(one, name) for one in table.species])
        total = forecast.fields["concentration"].sel(species=name).values
        np.testing.assert_allclose(total, np.einsum("tsyx,s->tyx", bins, share), rtol=2e-6, atol=1e-20)
    assert float(forecast.fields["concentration"].sel(species="pm10").max()) > 100e-9


def test_optical_depth_is_the_sum_of_its_sources_and_visibility_that_of_the_ground() -> None:
    forecast = made()
    depth = forecast.fields["dust_optical_depth"].values
    assert depth.min() == 0
    assert 0.05 < depth.max() < 50
    by_source = forecast.optical_depth["dust_optical_depth"]
    assert [str(name) for name in by_source["source"].values] == [
        str(name) for name in forecast.tags["source"].values
    ]
    place = forecast.places["place"].values.tolist().index("wusu")
    lon, lat = (float(forecast.places[name][place]) for name in ("lon", "lat"))
    row, column = GRID.cell_of(lon, lat) or (0, 0)
    np.testing.assert_allclose(by_source.sum("source").values[:, place], depth[:, row, column], rtol=1e-12)
    seen = forecast.fields["visibility"].values
    assert seen.max() == visibility(np.array(0.0))
    assert seen.min() < 20e3
    dust = forecast.fields["concentration"].sel(species="dust_2").values
    assert np.all(seen[dust > 50e-9] < 30e3)


def test_the_mass_budget_closes_and_everything_in_it_happens() -> None:
    ledger = budget_ledger(18)
    emitted = float(ledger.emitted.sum())
    assert float(ledger.missing.abs().sum()) < 1e-5 * emitted
    for name in ("airborne", "deposited", "scavenged", "left"):
        assert float(getattr(ledger, name).sum()) > 0.005 * emitted, name
    assert not ledger.entered.any()
    assert not ledger.before.any()
    double = budget_ledger(12, torch.float64)
    assert float(double.missing.abs().sum()) < 1e-11 * float(double.emitted.sum())


def test_the_twin_gains_from_ten_stations() -> None:
    proofs = twin_proofs()
    assert len(proofs) == 6
    assert all(proof.passed for proof in proofs), [proof for proof in proofs if not proof.passed]


def test_a_corrected_forecast_finds_the_thresholds_of_the_truth() -> None:
    issue, config = START + 12 * HOUR, dust_forecast_config()
    model = config.model.model_copy(update={"spin_up_hours": 12, "lead_hours": 4})
    short = config.model_copy(update={"model": model})
    truth = made().places["concentration"].isel(reference_time=0).sel(pollutant="pm10")
    measured = xr.DataArray(
        truth.values, dims=("time", "place"),
        coords={"time": made().places["valid_time"].values[0], "place": truth["place"].values},
    )  # fmt: skip
    found = corrected_dust_forecast(weather(), GRID, issue, measured, short, strong_scheme())
    assert found.factors is not None
    assert found.chances is not None
    assert found.factors.named()["dust.ebinur"] == pytest.approx(0.8, rel=0.03)
    assert found.chances["valid_time"].values[0] == issue + HOUR
    assert found.chances.sizes["valid_time"] == 4
    ahead = found.forecast.places["concentration"].sel(pollutant="pm10").isel(reference_time=0).values
    np.testing.assert_allclose(ahead, truth.values[12:], atol=0.05 * truth.values[12:].max())
    plain = corrected_dust_forecast(weather(), GRID, issue, None, short, strong_scheme())
    assert plain.factors is None
    assert "dust-not-corrected" in [note.code for note in plain.notes]
    before = plain.forecast.places["concentration"].sel(pollutant="pm10").isel(reference_time=0).values
    assert np.abs(before - truth.values[12:]).max() > 4 * np.abs(ahead - truth.values[12:]).max()


def test_the_benchmark_tells_what_was_run() -> None:
    found = benchmark.measure(hours=1)
    assert found["cells"] == [12, 64, 120]
    assert found["species"] == 5
    assert found["tags"] == 9
    assert 0 < found["emission_seconds"] < found["seconds"]
