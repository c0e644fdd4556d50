"""A day left out shows "-" for its particles and finds another primary pollutant; both numbers stand."""

from __future__ import annotations

import numpy as np
import xarray as xr

from standards.dust_days import reports_with_and_without_dust


def test_both_numbers_and_the_rule_are_shown() -> None:
    coords = {"time": [np.datetime64("2020-03-30T16", "ns")], "place": ["hami"]}
    micrograms = {"pm25": 80.0, "pm10": 400.0, "so2": 10.0, "no2": 30.0, "co": 800.0, "o3_8h": 120.0}
    whole = xr.Dataset(
        {
            name: (("time", "place"), np.full((1, 1), value * 1e-9), {"units": "kg m-3"})
            for name, value in micrograms.items()
        },
        coords,
    )
    without = whole.copy()
    for name in ("pm25", "pm10"):
        without[name] = whole[name] * np.nan
        without[name].attrs["units"] = "kg m-3"
    without["dust_hours"] = (("time", "place"), np.asarray([[14]]))
    without.attrs = {"dust_rule": "national-2016", "dust_rule_verified": "false"}
    (day,) = reports_with_and_without_dust(whole, without)
    # HJ 633-2012: PM10 400 lies between 350 (200) and 420 (300): 200 + 100 * 50 / 70 = 271.4, rounded up.
    assert (day["day"], day["measured"]["aqi"], day["measured"]["primary"]) == ("2020-03-31", 272, ["pm10"])
    assert (day["assessed"]["pm10"], day["assessed"]["pm25"]) == ("-", "-")
    # Ozone 120 lies between 100 (50) and 160 (100): 50 + 50 * 20 / 60 = 66.7, rounded up.
    assert (day["assessed"]["aqi"], day["assessed"]["primary"]) == (67, ["o3_8h"])
    assert (day["measured"]["pm10"], day["rule"], day["verified"], day["left_out"]) == (
        400,
        "national-2016",
        False,
        True,
    )
