"""The drift alarm: silent on what does not change, loud and in the right place on what grew worse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from forecast.verification.configuration import verification_config
from forecast.verification.daily_losses import daily_losses
from forecast.verification.drift import Reference, drift_state, drift_within, reference_of, state_of
from forecast.verification.drift_limits import Limits, cumulative_sums, limits_of
from foundation.errors import ContractError, InputError
from tests.forecast.made_hindcast import made_hindcast

CONFIG = verification_config()
DRIFT = CONFIG.drift.model_copy(update={"paths": 80})
KINDS = ("all", "lead", "lead", "place", "place", "place")


def stationary(random: np.random.Generator, days: int, memory: float = 0.5) -> np.ndarray:
    """Daily ratios (day, group) with a memory, shared in part, with tails longer than normal."""
    shocks = random.standard_t(5, (days + 50, 1)) + random.standard_t(5, (days + 50, len(KINDS)))
    values = np.zeros_like(shocks)
    for day in range(1, len(shocks)):
        values[day] = memory * values[day - 1] + shocks[day]
    return np.asarray(0.25 * values[50:] / values[50:].std(axis=0))


def test_the_sum_is_that_of_page() -> None:
    limits = Limits(np.array([1.0]), np.array([2.0]), np.array([0.5]), np.array([3.0]), 2.5)
    values = np.array([[1.0], [5.0], [np.nan], [5.0], [-9.0], [99.0]])
    np.testing.assert_allclose(cumulative_sums(values, limits)[:, 0], [0.0, 1.5, 1.5, 3.0, 0.0, 2.0])


def test_false_alarms_of_any_group_are_at_most_one_a_year() -> None:
    """Limits from a reference of 400 days; 40 other years of the same process, memory 0.5."""
    random = np.random.default_rng(1)
    alarms = 0
    for _ in range(40):
        limits = limits_of(stationary(random, 400), KINDS, DRIFT)
        sums = cumulative_sums(stationary(random, 365), limits)
        alarms += int((sums > limits.limit).any())
    assert 2 <= alarms <= 26


def test_a_worsening_by_thirty_percent_is_found_within_weeks() -> None:
    random = np.random.default_rng(2)
    delays = []
    for _ in range(25):
        limits = limits_of(stationary(random, 400), KINDS, DRIFT)
        sums = cumulative_sums(stationary(random, 365) + np.log(1.3), limits)
        beyond = (sums > limits.limit).any(axis=1)
        assert beyond.any()
        delays.append(int(beyond.argmax()) + 1)
    assert np.median(delays) <= 30


def test_more_false_alarms_allowed_lower_the_limits() -> None:
    reference = stationary(np.random.default_rng(3), 300)
    strict = limits_of(reference, KINDS, DRIFT.model_copy(update={"false_alarm": 0.1})).limit
    loose = limits_of(reference, KINDS, DRIFT.model_copy(update={"false_alarm": 0.9})).limit
    assert (strict > loose).all()


@pytest.fixture(scope="module")
def hindcast() -> xr.Dataset:
    return made_hindcast(days=300, seed=11, leads=4, memory=0.2)


@pytest.fixture(scope="module")
def reference(hindcast: xr.Dataset) -> Reference:
    return reference_of(hindcast.isel(issue=slice(0, 200)), "published", DRIFT)


def worse(hindcast: xr.Dataset, factor: float, **where: object) -> xr.Dataset:
    """The same with published errors of ln concentration that many times as large, intervals as wide."""
    changed = hindcast.copy(deep=True)
    here = {"model": "published", **where}
    part = changed["concentration"].sel(here)
    true = changed["observed"].sel(where)
    off = np.log(part.sel(quantile=0.5, method="nearest", drop=True) / true).fillna(0.0)
    changed["concentration"].loc[here] = (part * np.exp((factor - 1.0) * off)).transpose(*part.dims)
    return changed


def test_what_did_not_change_raises_no_alarm(hindcast: xr.Dataset, reference: Reference) -> None:
    found = drift_state(reference, hindcast.isel(issue=slice(200, None)), DRIFT)
    assert found["state"] != "alarm"
    assert all(group["largest"] <= group["limit"] for group in found["groups"])


def test_the_alarm_names_the_place_that_grew_worse(hindcast: xr.Dataset, reference: Reference) -> None:
    recent = worse(hindcast.isel(issue=slice(200, None)), 3.0, place="urumqi")
    found = drift_state(reference, recent, DRIFT)
    assert found["state"] == "alarm"
    states = {(group["kind"], group["id"]): group for group in found["groups"]}
    assert states["place", "urumqi"]["state"] == "alarm"
    assert states["place", "changji"]["state"] != "alarm"
    assert states["place", "urumqi"]["alarm_day"] >= states["place", "urumqi"]["since"]
    assert states["place", "urumqi"]["error_ratio"]["grew"]
    assert states["place", "urumqi"]["coverage"]["fell"]


def test_the_alarm_names_the_leads_that_grew_worse(hindcast: xr.Dataset, reference: Reference) -> None:
    found = drift_state(reference, worse(hindcast.isel(issue=slice(200, None)), 3.5, lead=24), DRIFT)
    states = {group["id"]: group["state"] for group in found["groups"] if group["kind"] == "lead"}
    assert states["1"] == "alarm"
    assert states["4-7"] != "alarm"


def test_losses_by_day_are_the_errors_of_that_valid_day(hindcast: xr.Dataset) -> None:
    losses = daily_losses(hindcast, "published", "persistence", "pm25", [(1, 1), (2, 4)])
    valid = hindcast["valid_time"].values
    day = valid[100, 1]
    row = int((losses.days == (day + np.timedelta64(8, "h")).astype("datetime64[D]")).argmax())
    median = (
        hindcast["concentration"].sel(model="published", pollutant="pm25").sel(quantile=0.5, method="nearest")
    )
    off = abs(median - hindcast["observed"].sel(pollutant="pm25")).transpose("issue", "lead", "place").values
    there = np.isfinite(off) & (valid == day)[..., None]
    assert losses.count[row, 0] == there.sum()
    assert losses.error[0, row, 0] == pytest.approx(off[there].sum())
    assert losses.groups[1].id == "1"
    assert losses.count[row, 1] == there[:, 0].sum()


def test_last_days_of_a_hindcast_against_those_before(hindcast: xr.Dataset) -> None:
    config = CONFIG.model_copy(update={"drift": DRIFT})
    found = drift_within(hindcast, "published", config)
    assert found["recent"]["days"] == DRIFT.recent_days
    assert found["reference"]["days"] + found["recent"]["days"] == 303


def test_too_short_a_reference_and_a_missing_model_are_refused(hindcast: xr.Dataset) -> None:
    with pytest.raises(InputError, match="at least 120 judged days"):
        reference_of(hindcast.isel(issue=slice(0, 50)), "published", DRIFT)
    with pytest.raises(ContractError, match="expected the model 'learned network'"):
        reference_of(hindcast, "learned network", DRIFT)


def test_no_recent_day_is_refused(hindcast: xr.Dataset, reference: Reference) -> None:
    losses = daily_losses(hindcast, "published", "persistence", "pm25", DRIFT.lead_days)
    nothing = replace(losses, count=np.zeros_like(losses.count))
    with pytest.raises(InputError, match="no recent day"):
        state_of(reference, nothing, DRIFT)


@pytest.mark.real_data
def test_shuffled_weeks_of_real_errors_raise_few_alarms(real_data: Path) -> None:
    """Damped persistence beside persistence at real cities: drawn fortnights against limits of the rest."""
    from forecast.baselines.persistence import DampedPersistence
    from forecast.series import day_history
    from foundation.times import parse_reference_time
    from observations.means import place_means
    from observations.providers import read
    from observations.quality_control import quality_controlled

    measured = place_means(quality_controlled(read(real_data / "observations" / "city_daily").dataset))
    history = day_history(measured, "pm25", parse_reference_time("2016-06-30"), carry=3)
    issues, leads = np.arange(60, len(history.times) - 7), np.array([1, 3, 7])
    damped = DampedPersistence(30, 0.9).predict(history, issues, leads)
    plain = np.repeat(history.recent[issues][:, None], 3, axis=1)
    true = np.exp(history.target[issues[:, None] + leads])
    errors = [np.nanmean(abs(np.exp(part) - true), axis=2) for part in (damped, plain)]
    ratio = np.log(errors[0] / errors[1])
    ratio = ratio[np.isfinite(ratio).all(axis=1)]
    random, half, alarms = np.random.default_rng(4), len(ratio) // 14 * 7, 0
    for _ in range(12):
        weeks = random.permutation(half // 7)
        drawn = np.concatenate([ratio[: half * 2].reshape(-1, 14, 3)[week] for week in weeks])
        limits = limits_of(drawn[:half], ("lead",) * 3, DRIFT)
        alarms += int((cumulative_sums(drawn[half : half + 365], limits) > limits.limit).any())
    assert alarms <= 9
