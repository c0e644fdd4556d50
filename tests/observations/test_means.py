"""Means against closed forms and against plain loops over the hours of real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from foundation.errors import ContractError
from foundation.places import gazetteer
from foundation.times import start_of_day
from foundation.units import to_display
from observations.flags import FLAGS
from observations.means import daily_means, place_means, region_means, trailing_means
from observations.providers import read

Maker = Callable[..., xr.Dataset]


def shown(array: xr.DataArray, pollutant: str = "pm25") -> list[float]:
    return to_display(array.values.ravel(), pollutant).tolist()


def test_day_of_hours_one_to_twenty_four(hours: Maker) -> None:
    dataset = hours(np.arange(1.0, 49.0)[:, None])
    days = daily_means(dataset)
    assert days["time"].values.tolist() == start_of_day(["2020-01-01", "2020-01-02"]).tolist()
    assert shown(days["pm25"]) == [12.5, 36.5]
    assert days.attrs["averaging"] == "day"


@pytest.mark.parametrize(("present", "valid"), [(20, True), (19, False)])
def test_a_day_needs_twenty_hours(hours: Maker, present: int, valid: bool) -> None:
    values = np.full((24, 1), np.nan)
    values[:present, 0] = np.arange(present) + 10.0
    days = daily_means(hours(values))
    assert bool(days["pm25"].notnull().all()) is valid
    kept = daily_means(hours(values), provisional=True)
    assert shown(kept["pm25"]) == [10 + (present - 1) / 2]
    assert bool((kept["pm25_flag"].values & FLAGS["provisional"]).all()) is not valid


def test_largest_eight_hour_mean_of_ozone(hours: Maker) -> None:
    ozone = np.full((24, 1), 20.0)
    ozone[12:20] = 100.0
    days = daily_means(hours(ozone, o3=ozone))
    assert shown(days["o3_8h"], "o3_8h") == [100.0]


def test_eight_hour_means_of_the_night_before_do_not_count(hours: Maker) -> None:
    ozone = np.full((48, 1), 20.0)
    ozone[16:24] = 90.0
    days = daily_means(hours(ozone, o3=ozone))
    # On the second day the first window ends at 08:00 and holds hours of that day only.
    assert shown(days["o3_8h"], "o3_8h") == [90.0, 20.0]


@pytest.mark.parametrize(("level", "valid"), [(150.0, False), (161.0, True)])
def test_few_eight_hour_means_count_above_the_limit_only(hours: Maker, level: float, valid: bool) -> None:
    ozone = np.full((24, 1), np.nan)
    ozone[10:20] = level
    days = daily_means(hours(ozone, o3=ozone))
    assert bool(days["o3_8h"].notnull().all()) is valid


def test_six_of_eight_hours_make_an_eight_hour_mean(hours: Maker) -> None:
    ozone = np.full((24, 1), np.nan)
    ozone[8:14] = 200.0
    assert shown(daily_means(hours(ozone, o3=ozone))["o3_8h"], "o3_8h") == [200.0]
    ozone[8] = np.nan
    assert np.isnan(shown(daily_means(hours(ozone, o3=ozone))["o3_8h"], "o3_8h")[0])


def test_trailing_mean_ends_at_its_hour_and_minds_gaps(hours: Maker) -> None:
    dataset = hours(np.arange(1.0, 31.0)[:, None]).isel(time=[*range(10), *range(12, 30)])
    means = trailing_means(dataset)
    values = shown(means["pm25"])
    assert np.isnan(values[: 20 - 1]).all()
    # The last hour is 30; its window is 7 to 30 without 11 and 12.
    assert values[-1] == pytest.approx((sum(range(7, 31)) - 11 - 12) / 22)


def test_city_is_the_mean_of_its_stations_without_flagged_ones_and_control_sites(hours: Maker) -> None:
    dataset = hours(np.asarray([[10.0, 30.0, 5.0, 1.0], [10.0, np.nan, 6.0, 1.0], [20.0, 8000.0, 7.0, 1.0]]))
    dataset["pm25_flag"].values[2, list(dataset["station"].values).index("1491A")] |= FLAGS["out_of_range"]
    places = place_means(dataset)
    assert places["place"].values.tolist() == ["shihezi", "urumqi"]
    assert shown(places["pm25"].sel(place="urumqi")) == [20.0, 10.0, 20.0]
    assert places["pm25_stations"].sel(place="urumqi").values.tolist() == [2, 1, 1]
    region = region_means(places, gazetteer().region("wu-chang-shi"))
    assert shown(region["pm25"]) == [12.5, 8.0, 13.5]
    with pytest.raises(ContractError, match="kui-du-wu"):
        region_means(places, gazetteer().region("kui-du-wu"))


def test_daily_pseudo_stations_have_place_means(hours: Maker) -> None:
    days = hours(np.asarray([[10.0, 30.0]]), averaging="day", first="2020-01-01")
    assert shown(place_means(days)["pm25"]) == [20.0]


@pytest.mark.real_data
def test_means_of_a_real_station_by_plain_loops(real_data: Path) -> None:
    folder = real_data / "observations" / "uci_beijing"
    file = next(file for file in folder.iterdir() if "Gucheng" in file.name)
    dataset = read(file).dataset.isel(time=slice(9, 9 + 24 * 40))
    ozone, fine = dataset["o3"].values[:, 0], dataset["pm25"].values[:, 0]
    beijing = dataset["time"].values + np.timedelta64(8, "h")
    days = daily_means(dataset)
    trailing = trailing_means(dataset)
    for number, day in enumerate(days["time"].values):
        start = day + np.timedelta64(8, "h")
        mine = [i for i, t in enumerate(beijing) if start < t <= start + np.timedelta64(24, "h")]
        present = [fine[i] for i in mine if np.isfinite(fine[i])]
        if len(present) >= 20:
            assert days["pm25"].values[number, 0] == pytest.approx(sum(present) / len(present))
        else:
            assert np.isnan(days["pm25"].values[number, 0])
        eights = []
        for i in mine:
            window = [ozone[j] for j in range(max(0, i - 7), i + 1) if np.isfinite(ozone[j])]
            if beijing[i] >= start + np.timedelta64(8, "h") and len(window) >= 6:
                eights.append(sum(window) / len(window))
        if len(eights) >= 14 or (eights and max(eights) > 160e-9):
            assert days["o3_8h"].values[number, 0] == pytest.approx(max(eights))
        else:
            assert np.isnan(days["o3_8h"].values[number, 0])
    for i in range(30, 200, 7):
        window = [value for value in fine[i - 23 : i + 1] if np.isfinite(value)]
        if len(window) >= 20:
            assert trailing["pm25"].values[i, 0] == pytest.approx(sum(window) / len(window))


@pytest.mark.real_data
def test_means_of_the_real_cities(real_data: Path) -> None:
    places = place_means(read(real_data / "observations" / "city_daily").dataset)
    region = region_means(places, gazetteer().region("wu-chang-shi"))
    members = places.sel(place=["urumqi", "changji", "shihezi", "wujiaqu"], time="2016-01-10T16:00")
    expected = float(members["pm25"].mean())
    assert float(region["pm25"].sel(time="2016-01-10T16:00")[0]) == pytest.approx(expected)
