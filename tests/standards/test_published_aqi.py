"""The index that the national centre published for one hour, recomputed from the columns beside it."""

import pandas as pd
import pytest

from standards.aqi import air_quality_report

HOURLY = {"pm25": "pm2_5", "pm10": "pm10", "so2": "so2", "no2": "no2", "co": "co"}
NAMES = {"pm25": "细颗粒物(PM2.5)", "pm10": "颗粒物(PM10)"}


@pytest.fixture(scope="module")
def published(real_data):
    return pd.read_csv(real_data / "observations/station_hourly/cnemc_20220101T12.csv")


def reports(published, columns):
    for _, row in published.iterrows():
        values = {name: float(row[column]) for name, column in columns.items() if pd.notna(row[column])}
        yield row, air_quality_report(values, "2022-01-01", "hour")


def differing(published, columns):
    return {
        row.stationcode: (report.aqi, row.aqi)
        for row, report in reports(published, columns)
        if report.publishable and report.aqi != row.aqi
    }


@pytest.mark.real_data
def test_real_time_rules_reproduce_all_but_two_clean_stations(published):
    """Hourly PM through the daily columns, hourly gases: 43 of 45; the two differ by ozone alone."""
    assert published["aqi"].notna().sum() == 45
    rows = differing(published, {**HOURLY, "o3": "o3"})
    assert rows == {"2690A": (25, 20), "3033A": (28, 24)}


@pytest.mark.real_data
def test_with_the_column_o3_24h_every_published_index_is_reproduced(published):
    columns = {**HOURLY, "o3": "o3_24h"}
    assert differing(published, columns) == {}
    assert sum(report.publishable for _, report in reports(published, columns)) == 45


@pytest.mark.real_data
def test_means_over_24_hours_are_not_what_the_index_is_made_of(published):
    columns = {**HOURLY, "pm25": "pm2_5_24h", "pm10": "pm10_24h", "o3": "o3"}
    assert len(differing(published.dropna(subset=["aqi"]), columns)) == 45


@pytest.mark.real_data
def test_the_one_station_without_particles_is_not_published(published):
    withheld = [row.stationcode for row, r in reports(published, {**HOURLY, "o3": "o3"}) if not r.publishable]
    assert withheld == ["2686A"]
    assert published.loc[published["aqi"].isna(), "stationcode"].tolist() == withheld


@pytest.mark.real_data
def test_the_published_primary_pollutants_are_reproduced(published):
    for row, report in reports(published, {**HOURLY, "o3": "o3"}):
        shown = [NAMES[name] for name in report.primary]
        expected = [] if pd.isna(row.primarypollutant) else [row.primarypollutant]
        assert shown == expected, row.stationcode
