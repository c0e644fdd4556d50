"""The learned dust forecast: nothing of the future, what it finds, files, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from forecast.dust.learned.cases import Cases, cases_of
from forecast.dust.learned.configuration import Coefficients, learned_dust_config, shipped
from forecast.dust.learned.fitting import best_limit, fit_cases
from forecast.dust.learned.known import known_at, known_at_all
from forecast.dust.learned.outlook import dust_outlook
from forecast.dust.learned.predictors import Foreseen, predictors_of
from forecast.dust.learned.storage import read_coefficients, write_coefficients
from foundation.errors import ConfigurationError, InputError
from tests.forecast.dust.dusty_days import PLACES, dusty_days

DAY = np.timedelta64(1, "D")
STEPS = learned_dust_config().steps["day"]
QUICK = learned_dust_config().model_copy(update={"folds": 2})
MADE = QUICK.model_copy(update={"penalty": 3.0})


@pytest.fixture(scope="module")
def record() -> xr.Dataset:
    return dusty_days(560)


@pytest.fixture(scope="module")
def cases(record: xr.Dataset) -> Cases:
    return cases_of(record)


@pytest.fixture(scope="module")
def fitted(cases: Cases) -> Coefficients:
    return fit_cases(cases, cases.times[420], "made", MADE)


def test_predictors_know_nothing_of_what_came_after(record: xr.Dataset) -> None:
    issue = record["time"].values[200]
    other = record.copy(deep=True)
    other["pm10"][201:] *= 7
    other["pm25"][201:] = np.nan
    before, after = (known_at(one, issue, STEPS.memory) for one in (record, other))
    np.testing.assert_array_equal(before.odds, after.odds)
    among = next(known_at_all(other, [issue], STEPS.memory))
    for lead in STEPS.leads:
        one, same = (predictors_of(known, lead, STEPS, PLACES) for known in (before, among))
        assert all((one[name] == same[name]).all() for name in one)


def test_dust_upwind_today_is_dust_here_tomorrow(record: xr.Dataset, fitted: Coefficients) -> None:
    dust = record["pm10"].values > 250e-9
    times = record["time"].values
    come = [day for day in range(430, 550) if dust[day, 0] and not dust[day, 1]]
    none = [day for day in range(430, 550) if not dust[day, 0] and not dust[day, 1]]
    chances = []
    for days in (come[:6], none[:6]):
        made = [
            dust_outlook(record, times[day], fitted).isel(lead_time=0).sel(place="urumqi") for day in days
        ]
        chances.append(np.mean([float(one["dust_probability"]) for one in made]))
    assert chances[0] > 0.4
    assert chances[1] < 0.15


def test_an_outlook_is_monotone_and_complete(record: xr.Dataset, fitted: Coefficients) -> None:
    made = dust_outlook(record, record["time"].values[500], fitted)
    assert not any(made[name].isnull().any() for name in made)
    assert (made["probability"].diff("threshold") <= 0).all()
    assert (made["quantiles"].diff("level") >= 0).all()
    np.testing.assert_array_equal(made["lead_time"].values // DAY, [1, 2, 3])
    assert made.attrs["fitted_until"] == fitted.fitted_until


def test_a_place_never_measured_is_left_out_and_a_new_one_is_forecast(
    record: xr.Dataset, fitted: Coefficients
) -> None:
    blank = record.copy(deep=True)
    blank["pm10"][:, 2] = np.nan
    made = dust_outlook(blank, record["time"].values[500], fitted)
    assert list(made["place"].values) == ["korla", "urumqi"]
    new = record.assign_coords(place=["korla", "urumqi", "hami"])
    assert "hami" in dust_outlook(new, record["time"].values[500], fitted)["place"]


def test_a_day_without_measurements_falls_back_on_the_days_before(
    record: xr.Dataset, fitted: Coefficients
) -> None:
    gap = record.copy(deep=True)
    gap["pm10"][500, 1], gap["pm25"][500, 1] = np.nan, np.nan
    made = dust_outlook(gap, record["time"].values[500], fitted)
    assert np.isfinite(made["dust_probability"].sel(place="urumqi")).all()


def test_files_give_the_same_back(tmp_path: Path, fitted: Coefficients) -> None:
    write_coefficients(fitted, tmp_path / "c.yaml")
    assert read_coefficients(tmp_path / "c.yaml") == fitted
    (tmp_path / "bad.yaml").write_text("source: x\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"bad\.yaml"):
        read_coefficients(tmp_path / "bad.yaml")


def test_what_does_not_fit_is_refused(record: xr.Dataset, fitted: Coefficients) -> None:
    times = record["time"].values
    with pytest.raises(InputError, match="nothing up to"):
        dust_outlook(record, times[0] - DAY, fitted)
    with pytest.raises(InputError, match="not a step"):
        dust_outlook(record, times[-1] + DAY, fitted)
    with pytest.raises(ConfigurationError, match="transport model"):
        dust_outlook(record, times[100], fitted.model_copy(update={"physical": True}))
    with pytest.raises(InputError, match="by the day"):
        dust_outlook(record, times[100], fitted.model_copy(update={"averaging": "hour"}))
    with pytest.raises(InputError, match="no place has"):
        dust_outlook(record.assign({name: record[name] * np.nan for name in record}), times[100], fitted)


def test_a_fit_uses_nothing_measured_after_its_end(cases: Cases, fitted: Coefficients) -> None:
    later = {name: values.copy() for name, values in cases.measured.items()}
    for values in later.values():
        values[421:] = 0.0
    changed = Cases(cases.times, cases.averaging, cases.places, cases.names, cases.predictors, later)
    assert fit_cases(changed, cases.times[420], "made", MADE).laws == fitted.laws


def test_the_limit_of_a_warning_scores_best() -> None:
    chances = np.array([0.05, 0.2, 0.3, 0.45, 0.6, np.nan])
    passed = np.array([False, False, True, True, True, True])
    assert best_limit(chances, passed, (0.1, 0.25, 0.5)) == 0.25
    assert best_limit(chances, np.zeros(6, bool), (0.1, 0.25, 0.5)) == 0.25


def test_predictors_of_the_transport_model_tell_its_error() -> None:
    found = Foreseen(np.array([0.0, 380.0]), np.array([0.0, 380.0]), np.array([0.5, -0.5])).predictors()
    np.testing.assert_allclose(found["model ln dust"], [0, np.log(20)])
    np.testing.assert_allclose(found["model ln dust x recent error"], [0, -0.5 * np.log(20)])


@pytest.mark.real_data
def test_the_shipped_coefficients_are_those_of_the_city_files(real_data: Path) -> None:
    from observations.means import place_means
    from observations.providers import read

    dataset = place_means(read(real_data / "observations" / "city_daily", None).dataset)
    cases = cases_of(dataset)
    made = fit_cases(cases, cases.times[-1], str(dataset.attrs["source"]), QUICK)
    known = shipped()
    assert (made.predictors, made.places, made.cases) == (known.predictors, known.places, known.cases)
    for one, other in zip(made.laws, known.laws, strict=True):
        np.testing.assert_allclose(one.slopes, other.slopes, atol=0.01)
        np.testing.assert_allclose(one.intercepts, other.intercepts, atol=0.02)
