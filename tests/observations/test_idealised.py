"""The idealised measurements: contract, determinism, bounds, seasons, the last episode."""

from __future__ import annotations

import time

import numpy as np
import pytest
import xarray as xr

from foundation.contracts import observations
from foundation.errors import InputError
from foundation.pollutants import HOURLY
from foundation.times import HOUR, day_of_hour
from foundation.units import to_display
from observations.dust.rule_hours import dust_hours
from observations.flags import flagged
from observations.idealised import SPIKE, STUCK, idealised_winter
from observations.idealised_weather import idealised_fronts
from observations.means import daily_means, place_means
from observations.quality_control import quality_controlled
from standards.aqi import air_quality_index

END = np.datetime64("2026-01-15T16", "ns")
CORE = ["urumqi", "changji", "shihezi"]


@pytest.fixture(scope="module")
def winter() -> xr.Dataset:
    return idealised_winter(END)


def month_of(data: xr.Dataset) -> xr.DataArray:
    days = day_of_hour(data["time"].values).astype("datetime64[M]").astype(int)
    return xr.DataArray(days % 12 + 1, dims="time")


def shown(data: xr.Dataset, pollutant: str) -> xr.DataArray:
    return data[pollutant].copy(data=to_display(data[pollutant].values, pollutant))


def test_contract_and_stamp(winter: xr.Dataset) -> None:
    observations("hour").check(winter)
    assert (winter.attrs["source"], winter.attrs["synthetic"]) == ("idealised", 1)
    assert winter.sizes["time"] == 480 * 24
    assert winter["time"].values[-1] == END
    assert (np.diff(winter["time"].values) == HOUR).all()
    assert all(str(code).startswith("SYN-") for code in winter["station"].values)
    assert all("合成" in str(name) for name in winter["station_name"].values)
    assert {"urumqi", "kuitun", "dushanzi", "wusu", "karamay", "turpan"} <= set(winter["place"].values)
    for pollutant in HOURLY:
        assert not winter[f"{pollutant}_flag"].values.any()


def test_the_same_seed_gives_the_same_set_and_another_does_not(winter: xr.Dataset) -> None:
    xr.testing.assert_identical(idealised_winter(END), winter)
    other = idealised_winter(END, seed=2)
    assert (other["pm25"].values != winter["pm25"].values).mean() > 0.5


def test_a_later_hour_of_the_same_day_only_moves_the_window(winter: xr.Dataset) -> None:
    evening = END - 5 * HOUR  # 19:00 of the Beijing day that END, its 24:00, closes
    earlier = idealised_winter(evening)
    common = slice(winter["time"].values[0], evening)
    xr.testing.assert_identical(earlier.sel(time=common), winter.sel(time=common))
    assert earlier["time"].values[-1] == evening
    assert earlier.sizes == winter.sizes
    xr.testing.assert_identical(idealised_winter(END + np.timedelta64(25, "m")), winter)


def test_fewer_days_are_the_end_of_more(winter: xr.Dataset) -> None:
    short = idealised_winter(END, days=60)
    same = winter.sel(time=short["time"])
    for pollutant in HOURLY:
        np.testing.assert_array_equal(short[pollutant].values, same[pollutant].values)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_values_are_in_realistic_ranges_and_rounded_as_published(seed: int) -> None:
    data = idealised_winter(END, seed=seed)
    highest = {"pm25": 900, "pm10": 6000, "so2": 200, "no2": 250, "co": 12, "o3": 260}
    for pollutant in HOURLY:
        values = shown(data, pollutant).values
        present = values[np.isfinite(values)]
        steps = present * (10 if pollutant == "co" else 1)
        np.testing.assert_allclose(steps, np.rint(steps), atol=1e-9)
        assert present.min() > 0
        assert present.max() < highest[pollutant]
        assert 0.015 < np.isnan(values).mean() < 0.04
    both = data["pm25"].notnull() & data["pm10"].notnull()
    assert (data["pm10"] >= data["pm25"]).where(both, True).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_winter_is_dirty_and_summer_is_not(seed: int) -> None:
    data = idealised_winter(END, seed=seed)
    month = month_of(data)
    urumqi = data.sel(station="SYN-URUMQI-1")

    def mean(pollutant: str, *months: int) -> float:
        return float(shown(urumqi, pollutant).where(month.isin(months)).mean())

    assert 90 < mean("pm25", 12, 1, 2) < 130
    assert 22 < mean("pm25", 6, 7, 8) < 40
    for pollutant in ("so2", "no2", "co"):
        assert mean(pollutant, 12, 1, 2) > 1.7 * mean(pollutant, 6, 7, 8)
    assert mean("o3", 6, 7, 8) > 3 * mean("o3", 12, 1, 2)


def test_gases_follow_particles_and_ozone_opposes_nitrogen_dioxide_in_winter(winter: xr.Dataset) -> None:
    station = winter.sel(station="SYN-URUMQI-1").where(month_of(winter).isin((12, 1, 2)))
    for pollutant in ("so2", "no2", "co"):
        assert float(xr.corr(station["pm25"], station[pollutant])) > 0.6
    assert float(xr.corr(station["no2"], station["o3"])) < -0.3


def test_ozone_peaks_in_the_afternoon_of_the_sun_and_particles_at_night(winter: xr.Dataset) -> None:
    station = winter.sel(station="SYN-URUMQI-1")
    hour = ((winter["time"].dt.hour + 6) % 24).rename("hour")  # 87.6 degrees east
    ozone = station["o3"].groupby(hour).mean()
    particles = station["pm25"].where(month_of(winter).isin((12, 1))).groupby(hour).mean()
    assert 13 <= int(ozone["hour"][int(ozone.values.argmax())]) <= 17
    assert 11 <= int(particles["hour"][int(particles.values.argmin())]) <= 17


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_last_week_is_a_heavy_episode(seed: int) -> None:
    data = quality_controlled(idealised_winter(END, days=20, seed=seed))
    days = daily_means(place_means(data))
    index = air_quality_index(days, None, "day")["aqi"].sel(place=CORE).isel(time=slice(-7, None))
    means = shown(days, "pm25").sel(place=CORE).isel(time=slice(-7, None)).mean("place").values
    assert (index.isel(time=slice(-3, None)) > 200).all()
    # the front passes in the course of the first day, so that the clean day is the second
    assert (index.isel(time=1) < 200).all()
    assert means[-1] > 1.7 * means[1]
    assert np.corrcoef(np.arange(6), means[1:])[0, 1] > 0.9


def test_the_front_before_the_last_episode_carries_dust(winter: xr.Dataset) -> None:
    places = place_means(quality_controlled(winter))
    events, _ = dust_hours(places)
    week = np.timedelta64(7, "D")
    last = [e for e in events if e.place == "urumqi" and e.start > END - week - np.timedelta64(1, "D")]
    assert len(last) == 1
    assert END - week <= last[0].start < END - week + np.timedelta64(1, "D")
    assert last[0].peak_pm10 > 400e-9
    west = next(e for e in events if e.place == "kuitun" and e.start > END - week - np.timedelta64(1, "D"))
    assert west.start < last[0].start


def test_dust_in_spring_raises_coarse_particles_above_all() -> None:
    fronts = idealised_fronts(END.astype("datetime64[ns]"), 480 * 24.0, 1)
    month = (END - (fronts.hours_before_end * 3600).astype("timedelta64[s]")).astype("datetime64[M]")
    dusty = fronts.dust[1:] > 0
    spring = np.isin(month.astype(int)[1:] % 12 + 1, (3, 4, 5))
    assert spring[dusty].sum() >= 2
    data = idealised_winter(END)
    start = END - (fronts.hours_before_end[1:][dusty & spring][0] * 3600).astype("timedelta64[s]")
    hours = data.sel(station="SYN-KUITUN-1", time=slice(start + 2 * HOUR, start + 5 * HOUR))
    before = data.sel(station="SYN-KUITUN-1", time=slice(start - 12 * HOUR, start - HOUR))
    assert float((hours["pm25"] / hours["pm10"]).mean()) < 0.5 * float(
        (before["pm25"] / before["pm10"]).mean()
    )


def test_quality_control_finds_the_sensor_that_hangs_and_the_spike(winter: xr.Dataset) -> None:
    checked = quality_controlled(winter)
    station, pollutant, before, length = STUCK
    hours = slice(-before, -before + length)
    hanging = flagged(checked, pollutant, "stuck").sel(station=station).isel(time=hours)
    present = checked[pollutant].sel(station=station).isel(time=hours).notnull()
    assert hanging.where(present, True).all()
    station, pollutant, before, _ = SPIKE
    assert bool(flagged(checked, pollutant, "spike").sel(station=station).isel(time=-before))
    for name in HOURLY:
        assert not flagged(checked, name, "time_zone_slip", "pm25_above_pm10", "out_of_range").any()
        assert float(flagged(checked, name, "stuck", "spike").mean()) < 0.001


def test_it_is_quick() -> None:
    started = time.perf_counter()
    idealised_winter(END, days=480)
    assert time.perf_counter() - started < 2.0


@pytest.mark.parametrize(
    ("end", "days", "message"),
    [
        (np.datetime64("2026-07-01"), 480, "expected an end from November to February, got 2026-07-01"),
        (np.datetime64("NaT"), 480, "expected an end from November to February, got NaT"),
        (END, 13, "expected at least 14 days, got 13"),
    ],
)
def test_no_other_story_is_told(end: np.datetime64, days: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        idealised_winter(end, days)
