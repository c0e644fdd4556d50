"""Shares of months, normals, seasons, and the configuration they come from."""

from __future__ import annotations

import calendar
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.labels import source_labels
from emissions_inventory.timing import DailyTemperature, month_shares, unverified_timing
from emissions_inventory.timing.configuration import TimingConfig, timing_config
from emissions_inventory.timing.heating import day_weights, degree_days, is_heated
from emissions_inventory.timing.heating_configuration import (
    HeatingConfig,
    TemperatureNormalsConfig,
    heating_config,
    normals_config,
)
from emissions_inventory.timing.temperature import normals_of_year
from foundation.configuration import parse_yaml, shipped_text, validate
from foundation.errors import ConfigurationError, InputError

SECTORS = source_labels().sector_ids()
REGIONS = source_labels().region_ids()
STRANGER = {"id": "x", "season": "legal", "all_year_share": 0}


def year_of_days(year: int) -> np.ndarray:
    return np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]")


@settings(max_examples=30, deadline=None)
@given(
    year=st.integers(2013, 2040), sector=st.sampled_from(SECTORS), region=st.sampled_from([None, *REGIONS])
)
def test_shares_of_a_year_add_up_to_one(year: int, sector: str, region: str | None) -> None:
    shares = month_shares(sector, year, region)
    assert shares.shape == (12,)
    assert (shares > 0).all()
    assert abs(shares.sum() - 1.0) <= 3e-16


@pytest.mark.parametrize("year", [2023, 2024, 2100])
def test_an_even_rate_gives_shares_by_days(year: int) -> None:
    days = np.array([calendar.monthrange(year, month)[1] for month in range(1, 13)])
    np.testing.assert_allclose(month_shares("nonferrous", year), days / days.sum(), rtol=1e-14)


def test_shares_by_rates_and_days() -> None:
    shares = month_shares("traffic", 2024)
    assert shares[1] / shares[0] == pytest.approx(0.92 * 29 / (0.88 * 31), rel=1e-12)


def test_heating_lies_in_the_season_and_cement_outside() -> None:
    heating, coal, cement = (month_shares(name, 2026) for name in ("heating", "scattered_coal", "cement"))
    assert heating[[10, 11, 0, 1, 2]].sum() > 0.85
    assert heating[5:8].sum() == pytest.approx(0.03 * 92 / 365, rel=1e-3)
    assert coal[5:8].sum() == pytest.approx(0.12 * 92 / 365, rel=1e-3)
    assert cement[[10, 11, 0, 1, 2]].sum() < 0.15


def test_the_far_north_heats_longer_than_the_south() -> None:
    days = np.arange("2025-07-01", "2026-07-01", dtype="datetime64[D]")
    length = {name: is_heated("scattered_coal", days, name).sum() for name in ("altay", "urumqi", "turpan")}
    assert length["altay"] > length["urumqi"] > length["turpan"] > 90


def test_a_colder_winter_moves_the_shares() -> None:
    days = np.arange("2026-01-01", "2026-02-01", dtype="datetime64[D]")
    cold = DailyTemperature(days, np.full(31, 243.15))
    assert month_shares("heating", 2026, temperature=cold)[0] > 1.2 * month_shares("heating", 2026)[0]


@settings(max_examples=25, deadline=None)
@given(year=st.integers(1900, 2199), region=st.sampled_from(REGIONS))
def test_days_of_normals_keep_the_means_of_months(year: int, region: str) -> None:
    days, course = year_of_days(year), normals_of_year(year, region)
    means = pd.Series(course).groupby(days.astype("datetime64[M]").astype(int) % 12).mean().to_numpy()
    assert len(course) == len(days)
    np.testing.assert_allclose(means, normals_config().place_of(region).monthly_mean_c, atol=1e-10)
    assert np.abs(np.diff(np.append(course, course[0]))).max() < 0.8  # no step at the edge of a month


def test_normals_follow_a_smooth_year() -> None:
    """Means of months of a sine return the sine to within a small part of its amplitude."""
    days = np.arange(365)
    sine = -15.0 * np.cos(2 * np.pi * (days - 14.5) / 365) + 8.0
    month = np.repeat(np.arange(12), [calendar.monthrange(2025, m)[1] for m in range(1, 13)])
    means = tuple(float(value) for value in np.bincount(month, sine) / np.bincount(month))
    from emissions_inventory.timing.temperature import _smooth

    course = _smooth(tuple(int(value) for value in np.bincount(month)), means)
    assert np.abs(course - sine).max() < 0.03


def test_weights_of_a_year_of_normals_add_up_to_one() -> None:
    for sector in ("heating", "scattered_coal"):
        for region in ("urumqi", "altay", "kazakhstan"):
            assert day_weights(sector, year_of_days(2028), region).sum() == pytest.approx(1.0, rel=1e-12)


def test_degree_days_by_hand() -> None:
    days = np.array(["2026-04-09", "2026-04-10", "2026-04-11"], "datetime64[D]")
    warmth = DailyTemperature(days, np.array([283.15, 295.15, 263.15]))
    np.testing.assert_allclose(degree_days("heating", days, "urumqi", warmth), [8.0, 0.0, 0.0], atol=1e-12)


def test_a_sector_that_does_not_heat_has_no_day_weights() -> None:
    with pytest.raises(InputError, match="degree days"):
        day_weights("power", year_of_days(2026), "urumqi")


def changed(name: str, **changes: object) -> dict[str, object]:
    return {**parse_yaml(shipped_text(f"inventory/{name}.yaml"), name), **changes}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sectors": {}}, "missing"),
        ({"other_offsets_h": {"atlantis": 3}}, "unknown region"),
        ({"offset_h": 20}, "offset_h"),
        ({"weekdays": {}}, "unknown profile of weekdays"),
        ({"sources": {}}, "unknown source"),
    ],
)
def test_a_strange_timing_configuration_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        validate(TimingConfig, changed("timing", **changes), "timing.yaml")


@pytest.mark.parametrize("values", [[1.0] * 11, [0.0] * 12, [-1.0] * 12, [float("nan")] * 12])
def test_a_strange_profile_is_refused(values: list[float]) -> None:
    months = {**changed("timing")["months"], "even": {"source": "choice", "values": values}}  # type: ignore[dict-item]
    with pytest.raises(ConfigurationError, match=r"months\.even"):
        validate(TimingConfig, changed("timing", months=months), "timing.yaml")


@pytest.mark.parametrize(
    ("kind", "name", "changes", "words"),
    [
        (HeatingConfig, "heating", {"sectors": []}, "must be heated"),
        (HeatingConfig, "heating", {"sectors": [STRANGER]}, "unknown sector"),
        (HeatingConfig, "heating", {"cold_days": 0}, "cold_days"),
        (TemperatureNormalsConfig, "temperature_normals", {"places": []}, "places"),
    ],
)  # fmt: skip
def test_strange_heating_is_refused(kind: type, name: str, changes: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        validate(kind, changed(name, **changes), f"{name}.yaml")


def test_seasons_and_normals_that_contradict_themselves_are_refused() -> None:
    for key, value, words in (
        ("start", "02-30", "seasons"),
        ("verified_for", ["hami"], "hami"),
        ("regions", ["atlantis"], "atlantis"),
    ):
        season = {**changed("heating")["seasons"][0], key: value}  # type: ignore[index]
        with pytest.raises(ConfigurationError, match=words):
            validate(HeatingConfig, changed("heating", seasons=[season]), "heating.yaml")
    place = {**changed("temperature_normals")["places"][0], "annual_mean_c": 12.0}  # type: ignore[index]
    with pytest.raises(ConfigurationError, match="expected 12"):
        validate(TemperatureNormalsConfig, {"places": [place]}, "normals")


def test_what_was_not_read_is_named() -> None:
    lines = unverified_timing()
    assert any(line.startswith("hours.boilers") for line in lines)
    assert any(line.startswith("temperature normals of urumqi: remembered") for line in lines)
    assert not any(line.startswith("hours.power") for line in lines)
    assert any("changji" in line and "10-10" in line for line in lines)


@pytest.mark.real_data
def test_profiles_are_those_of_their_files(real_data: Path) -> None:
    config = timing_config()
    hours = pd.read_csv(real_data / "emissions/meic2ctm/hour.csv", index_col=0)
    days = pd.read_csv(real_data / "emissions/meic2ctm/day.csv", index_col=0)
    theirs = {name: name for name in ("power", "industry", "agriculture")}
    theirs |= {"household": "residential", "traffic": "transportation"}
    assert {name for name, one in config.hours.items() if one.source == "meic2ctm"} == set(theirs)
    for name, sector in theirs.items():
        for utc in range(24):
            local = (utc + 8) % 24
            assert config.hours[name].values[local] == pytest.approx(hours.loc[sector, str(utc)], rel=1e-8)
    for name in ("power", "industry", "traffic"):
        sector = theirs[name]
        assert config.weekdays[name].values == pytest.approx(tuple(days.loc[sector]), rel=1e-8)
    folder = real_data / "emissions/profiles"
    pattern = "copernicus_cams_tempo_timeprofiles-{}.csv"
    for kind, file, used in (
        ("months", "month_in_year", {"public_power": "A", "industry": "B", "traffic": "F", "solvents": "E"}),
        ("weekdays", "day_in_week", {"solvents": "E"}),
        ("hours", "hour_in_day", {"solvents": "E"}),
    ):
        table = pd.read_csv(folder / pattern.format(file), index_col=0).drop(columns="Category")
        profiles = getattr(config, kind)
        assert {name for name, one in profiles.items() if one.source == "cams_tempo"} == set(used)
        for name, code in used.items():
            assert profiles[name].values == pytest.approx(tuple(table.loc[code]))


def airport(real_data: Path) -> DailyTemperature:
    table = pd.read_csv(real_data / "weather/urumqi_daily.csv", parse_dates=["date"])
    table = table.dropna(subset=["airport_tmax_c", "airport_tmin_c"])
    mean = (table["airport_tmax_c"] + table["airport_tmin_c"]) / 2 + 273.15
    return DailyTemperature(table["date"].to_numpy().astype("datetime64[D]"), mean.to_numpy())


@pytest.mark.real_data
def test_normals_agree_with_the_airport_in_winter(real_data: Path) -> None:
    measured = airport(real_data)
    held = pd.Series(measured.kelvin - 273.15, index=pd.DatetimeIndex(measured.dates))
    normal = normals_config().place_of("urumqi").monthly_mean_c
    for month in (1, 2, 3, 11, 12):
        assert abs(held[held.index.month == month].mean() - normal[month - 1]) < 2.5
    season = np.arange("2014-11-01", "2015-04-01", dtype="datetime64[D]")
    real = degree_days("heating", season, "urumqi", measured).sum()
    usual = degree_days("heating", season, "urumqi").sum()
    assert 0.9 < real / usual < 1.05


def test_the_base_is_that_of_the_standard() -> None:
    assert heating_config().base_temperature_c == 18
    assert (heating_config().threshold_c, heating_config().cold_days) == (5, 5)
