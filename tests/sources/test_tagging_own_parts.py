"""Contributions to a forecast that is itself a sum of scaled tags."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from foundation.contracts import check_closure
from sources.tagging.published import UNATTRIBUTED, published_contributions
from tests.sources.test_tagging_published import SOURCES, median, published, tags

WEIGHTS = np.array([2.0, 0.5, 0.0])
REST = 4e-9


def own_forecast(whole: float) -> tuple[xr.Dataset, xr.Dataset, xr.DataArray]:
    """A forecast of which PM2.5 at Urumqi is the tags times their weights and a rest."""
    model, forecast = tags(), published({"pm25": 60.0, "pm10": whole, "so2": 20.0})
    fine = model["contribution"].sel(pollutant="pm25", drop=True).isel(reference_time=0, drop=True)
    parts = (
        (fine * xr.DataArray(WEIGHTS, dims="source"))
        .isel(lead_time=slice(24))
        .reindex(place=["urumqi", "kashgar"])
    )
    total = parts.sum("source", skipna=False) + REST
    concentration = forecast["concentration"].copy()
    middle = {"reference_time": 0, "place": 0, "pollutant": 0}
    for number, share in enumerate((0.5, 1.0, 1.5)):
        concentration[{**middle, "quantile": number}] = share * total.isel(place=0).values
    return forecast.assign(concentration=concentration), model, parts


@pytest.mark.parametrize("whole", [400.0, 10.0])
def test_pm25_is_its_own_parts_and_everything_still_closes(whole: float) -> None:
    forecast, model, parts = own_forecast(whole)
    made = published_contributions(forecast, model, 3.3, own=parts)
    check_closure(made, median(forecast), tolerance=1e-12)
    fine = made["contribution"].sel(pollutant="pm25", place="urumqi").isel(reference_time=0)
    np.testing.assert_allclose(fine.sel(source=SOURCES).values, parts.isel(place=0).values, rtol=1e-12)
    np.testing.assert_allclose(fine.sel(source=UNATTRIBUTED).values, REST, rtol=1e-9)
    assert float(made["contribution"].min()) >= 0.0
    assert float((made["carried_over"] - made["contribution"]).max()) <= 1e-21


def test_what_was_carried_over_and_components_follow_each_source() -> None:
    forecast, model, parts = own_forecast(400.0)
    made = published_contributions(forecast, model, 3.3, own=parts)
    fine = made["carried_over"].sel(pollutant="pm25", place="urumqi", source=SOURCES).isel(reference_time=0)
    np.testing.assert_allclose(fine.values, 0.4 * parts.isel(place=0).values, rtol=1e-12)
    components = made["component_contribution"].sel(
        place="urumqi", source=SOURCES, component=["ppm_fine", "sulfate"]
    )
    total = components.sum("component").isel(reference_time=0).transpose("lead_time", "source")
    np.testing.assert_allclose(total.values, parts.isel(place=0).values, rtol=1e-12)


def test_where_a_forecast_has_no_parts_of_its_own_shares_are_those_of_the_tags() -> None:
    forecast, model, parts = own_forecast(400.0)
    nowhere = published_contributions(forecast, model, 3.3, own=parts.where(False))
    xr.testing.assert_allclose(nowhere, published_contributions(forecast, model, 3.3), rtol=1e-12)
