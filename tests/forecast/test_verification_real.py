"""The floor on real measurements: persistence in the winter 2015/16, mean over four cities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from forecast.verification.table import score_table
from foundation.times import start_of_day
from foundation.units import to_display
from observations.providers import read

PLACES = ["urumqi", "changji", "shihezi", "wujiaqu"]


@pytest.mark.real_data
def test_persistence_has_the_known_error(real_data: Path) -> None:
    measured = read(real_data / "observations" / "city_daily", "aqistudy", PLACES).dataset
    series = measured.assign_coords(station=measured["place"]).sel(station=PLACES)["pm25"]
    days = np.arange("2015-10-26", "2016-02-29", dtype="datetime64[D]")
    lead_days = np.arange(1, 8)

    def of(day: np.ndarray) -> np.ndarray:
        return np.asarray(to_display(series.reindex(time=start_of_day(day)).values, "pm25"))

    # issued at the first instant of a day, with the day before as the last one known
    truth = np.stack([of(days + lead - 1) for lead in lead_days], axis=1)
    valid = days[:, None] + lead_days - 1
    judged = (valid >= np.datetime64("2015-11-01")) & (valid <= days[-1])
    truth[(truth == 0) | ~judged[..., None]] = np.nan
    before = of(days - 1)
    before[before == 0] = np.nan
    levels = np.array([0.1, 0.5, 0.9])
    forecast = np.broadcast_to(before[:, None, :, None, None], (*truth.shape, 1, levels.size))
    table = score_table(
        xr.Dataset(
            {
                "concentration": (
                    ("model", "issue", "lead", "place", "pollutant", "quantile"),
                    forecast[None].astype(float),
                ),
                "observed": (("issue", "lead", "place", "pollutant"), truth[..., None]),
            },
            {
                "model": ["persistence"],
                "issue": start_of_day(days),
                "lead": 24 * lead_days,
                "place": PLACES,
                "pollutant": ["pm25"],
                "quantile": levels,
            },
        )
    )
    mean = {row["lead_hours"]: row for row in table if row["place"] == "mean"}
    assert [mean[lead]["mae"] for lead in (24, 48, 72)] == pytest.approx([33.6, 46.0, 51.9], abs=0.05)
    assert mean[24]["crps"] == pytest.approx(mean[24]["mae"], abs=1e-6)
    assert mean[24]["mae_low"] < 33.6 < mean[24]["mae_high"]
