"""Whatever is missing, there is a forecast, wider and flagged, and never a NaN."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecast.learned.forecaster import Forecaster
from forecast.learned.panel import IssuedAhead, Panel, PerfectAhead
from forecast.learned.situations import ALL_SILENT, NO_WEATHER, SILENT, UNSEEN
from foundation.errors import ContractError
from tests.training.made_up import experiment, panel
from training.experiment import run_experiment
from training.outcome import document_of

LEADS = np.array([1, 6, 24])
ISSUES = np.arange(640, 741, 5)
"""Of the validation part, for which intervals are promised to be wider on average."""


@pytest.fixture(scope="module")
def record() -> Panel:
    return panel(900, ahead=True)


@pytest.fixture(scope="module")
def forecaster(record: Panel) -> Forecaster:
    torch.set_num_threads(1)
    made = experiment(epochs=1)
    trained = run_experiment(made, record)
    document = document_of(trained, made, synthetic=True)
    return Forecaster(document, [one.weights for one in trained.ensemble.fitted])


def _width(quantiles: np.ndarray) -> float:
    return float(np.log(quantiles[..., 0, -2] / quantiles[..., 0, 1]).mean())


def _sound(forecaster: Forecaster, seen: Panel, issues: np.ndarray = ISSUES) -> np.ndarray:
    said = forecaster.forecast(seen, issues, LEADS)
    assert np.isfinite(said.quantiles).all()
    assert (np.diff(said.quantiles, axis=-1) >= 0).all()
    assert (said.quantiles > 0).all()
    return said.flags


def test_a_usual_forecast_has_no_flag(forecaster: Forecaster, record: Panel) -> None:
    assert (_sound(forecaster, record) == 0).all()


def _silent(record: Panel, stations: slice) -> Panel:
    recent = record.recent.copy()
    recent[560:, stations] = np.nan
    return replace(record, recent=recent)


@pytest.mark.parametrize(
    ("stations", "flag"), [(slice(1, 2), SILENT), (slice(None), SILENT | ALL_SILENT)]
)  # fmt: skip
def test_silence_widens_and_is_flagged(
    forecaster: Forecaster, record: Panel, stations: slice, flag: int
) -> None:
    seen = _silent(record, stations)
    flags = _sound(forecaster, seen)
    assert (flags[:, stations] == flag).all()
    usual = forecaster.forecast(record, ISSUES, LEADS).quantiles[:, :, stations]
    silent = forecaster.forecast(seen, ISSUES, LEADS).quantiles[:, :, stations]
    assert _width(silent) > _width(usual)


def test_a_station_never_trained_on(forecaster: Forecaster, record: Panel) -> None:
    seen = replace(record, stations=("s0", "s1", "s2", "elsewhere"))
    flags = _sound(forecaster, seen)
    assert (flags[:, 3] == UNSEEN).all()
    assert (flags[:, :3] == 0).all()
    usual = forecaster.forecast(record, ISSUES, LEADS).quantiles[:, :, 3]
    assert _width(forecaster.forecast(seen, ISSUES, LEADS).quantiles[:, :, 3]) >= _width(usual)


def test_any_number_of_stations(forecaster: Forecaster) -> None:
    for stations in (1, 2, 9):
        _sound(forecaster, panel(900, stations, ahead=True))


@pytest.mark.parametrize("part", ["before", "ahead", "both", "none at all"])
def test_weather_that_is_missing(forecaster: Forecaster, record: Panel, part: str) -> None:
    assert isinstance(record.ahead, PerfectAhead)
    seen = record
    if part in {"before", "both"}:
        seen = replace(seen, weather=np.full_like(record.weather, np.nan))
    if part in {"ahead", "both"}:
        seen = replace(seen, ahead=PerfectAhead(np.full_like(record.weather, np.nan), record.weather_names))
    if part == "none at all":
        seen = replace(seen, ahead=None)
    flags = _sound(forecaster, seen)
    assert (flags == NO_WEATHER).all()
    usual = forecaster.forecast(record, ISSUES, LEADS).quantiles
    assert _width(forecaster.forecast(seen, ISSUES, LEADS).quantiles) > _width(usual)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**31), share=st.floats(0.0, 1.0))
def test_holes_of_any_shape(forecaster: Forecaster, record: Panel, seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    recent = np.where(random.random(record.recent.shape) < share, np.nan, record.recent)
    weather = np.where(random.random(record.weather.shape) < share / 2, np.nan, record.weather)
    wild = np.where(random.random(recent.shape) < 0.01, np.log(9_000.0), recent)
    _sound(forecaster, replace(record, recent=wild, weather=weather), np.array([0, 3, 400, 899]))


def test_what_does_not_fit_is_one_line(forecaster: Forecaster, record: Panel) -> None:
    with pytest.raises(ContractError, match="expected leads 1 to 24"):
        forecaster.forecast(record, ISSUES, np.array([25]))
    other = replace(record, pollutants=("pm25", "o3"))
    with pytest.raises(ContractError, match=r"expected pollutants \('pm25', 'pm10'\)"):
        forecaster.forecast(other, ISSUES, LEADS)
    with pytest.raises(ContractError, match="expected 24 steps a day"):
        forecaster.forecast(replace(record, steps_per_day=1), ISSUES, LEADS)
    for rows, told in (([900], "900 to 900"), ([-1, 5], "-1 to 5"), ([], "none")):
        with pytest.raises(ContractError, match=f"expected issues in rows 0 to 899, got {told}"):
            forecaster.forecast(record, np.array(rows, int), LEADS)
    for leads in ([24, 1], [6, 6]):
        with pytest.raises(ContractError, match="expected increasing leads"):
            forecaster.forecast(record, ISSUES, np.array(leads))


def test_weather_that_is_no_number_is_missing_and_a_fill_value_is_one_line(
    forecaster: Forecaster, record: Panel
) -> None:
    weather = record.weather.copy()
    weather[600:, 1] = np.inf
    seen = replace(record, weather=weather, ahead=PerfectAhead(weather, record.weather_names))
    flags = _sound(forecaster, seen)
    assert (flags[:, 1] == NO_WEATHER).all()
    weather[600:, 1] = 9.97e36
    filled = replace(record, weather=weather, ahead=PerfectAhead(weather, record.weather_names))
    with pytest.raises(ContractError, match=r"is no number\. Look for numbers in the weather"):
        forecaster.forecast(filled, ISSUES, LEADS)


def test_an_outer_model_without_a_run_says_nothing(forecaster: Forecaster, record: Panel) -> None:
    nothing = IssuedAhead(np.empty((0, 24, 4, 2)), np.empty(0, int), record.weather_names)
    assert (_sound(forecaster, replace(record, ahead=nothing)) == NO_WEATHER).all()


def test_a_panel_that_cannot_be_is_one_line(record: Panel) -> None:
    times, positions = record.times.copy(), record.positions.copy()
    times[450:] += np.timedelta64(5, "h")
    positions[1, 0] = np.nan
    with pytest.raises(ContractError, match="expected evenly spaced times, got a break after 2020-01-19T17"):
        replace(record, times=times)
    for change in ({"positions": positions}, {"stations": ("s0", "s0", "s1", "s2")}):
        with pytest.raises(ContractError, match="expected different stations, each with a longitude"):
            replace(record, **change)
    with pytest.raises(ContractError, match=r"expected weather \('wind', 'speed'\) ahead, got \('wind',\)"):
        replace(record, ahead=PerfectAhead(record.weather[..., :1], ("wind",)))
