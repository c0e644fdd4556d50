"""A hindcast's learned line is what the daily run's champion says at that issue, from the same store."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from flows import day
from flows.budget import daily_config
from flows.case import load_case
from flows.champion.panel import Foreseen, champion_panel
from flows.champion.products import championed
from flows.champion.quantiles import adapted, own_issues
from flows.champion.tags import tags_before
from flows.hindcasts import foreseen as hindcast_foreseen
from flows.hindcasts import making as hindcasting
from flows.hindcasts import scheduler as hindcast_scheduler
from flows.hindcasts.plan import HindcastPlan
from flows.measurements import arrange, average
from flows.plan import DayPlan
from flows.transport import Weather
from forecast.calibration.past_errors import QUANTILES
from forecast.configuration import forecast_config
from forecast.learned import NAME
from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.forecaster import Forecaster, LearnedForecast
from forecast.learned.normalisation import Normalisation
from forecast.learned.panel import Panel
from forecast.learned.situations import NO_WEATHER
from forecast.learned.source_kinds import SourcesConfig
from forecast.models import PUBLISHED, published_with
from forecast.prediction import quantiles
from forecast.verification.quantile_levels import at_levels
from foundation.store import RunStore
from foundation.times import DAY, parse_reference_time
from tests.flows.conftest import CASE, write_days
from tests.flows.test_champion import (
    MEAN,
    POLLUTANTS,
    Plain,
    clairvoyant,
    tags_at,
    three_hourly,
    write_champion,
)
from training.promotion import promotion_config

pytestmark = pytest.mark.filterwarnings("ignore:the scheduler failed")
WITH_LEARNED = published_with(NAME)
FIRST, LAST = parse_reference_time("2016-01-10"), parse_reference_time("2016-01-12")


@pytest.fixture(autouse=True)
def no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no server")

    monkeypatch.setattr(hindcast_scheduler, "_under_prefect", broken)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    write_days(tmp_path / "days")
    (tmp_path / "small.yaml").write_text(CASE, encoding="utf-8")
    return tmp_path / "small.yaml"


def hindcast_of(case: Path, release: Path, **changes: Any) -> xr.Dataset:
    found, folder = load_case(str(case))
    plan = HindcastPlan(found, folder, FIRST, LAST, release=str(release), store=str(case.parent / "store"))
    hindcasting.make_hindcast(replace(plan, **changes), case.parent / "out.nc")
    return xr.load_dataset(case.parent / "out.nc")


def published(case: Path, release: Path, issue: np.datetime64, *seen: Foreseen) -> np.ndarray:
    """What the champion says in the day of that issue, from the day's own measurements and panel.

    Quantiles (lead, place, pollutant, quantile), display units.
    """
    plan, model = DayPlan(*load_case(str(case)), issue, str(case.parent / "store")), Forecaster.read(release)
    measured = arrange(average(plan), plan)
    panel = champion_panel(model, plan, measured, seen or (Foreseen(issue),), 200)
    choices, rows, leads = daily_config().champion, np.arange(len(panel.times)), np.arange(1, 8)
    chosen = own_issues(panel.times, model.trained_until, choices.issues["day"])
    told = model.forecast(panel, rows[chosen], leads)
    return at_levels(adapted(told, panel, rows[chosen], leads, choices)[-1], told.levels, QUANTILES)


def assert_same(hindcast: xr.Dataset, expected: np.ndarray, issue: np.datetime64) -> None:
    """The quantiles of every pollutant, lead and place are those of the hindcast."""
    told = hindcast["concentration"].sel(model=NAME, issue=issue, pollutant=list(POLLUTANTS))
    found = told.transpose("lead", "place", "pollutant", "quantile").values
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    np.testing.assert_allclose(hindcast["quantile"].values, QUANTILES)


def test_the_line_is_the_champions_with_intervals_by_its_own_errors(case: Path, tmp_path: Path) -> None:
    release = write_champion(tmp_path / "release")
    found = hindcast_of(case, release, store=None)
    for issue in (FIRST, LAST):
        assert_same(found, published(case, release, issue), issue)
    values = found["concentration"]
    np.testing.assert_array_equal(values.sel(model=WITH_LEARNED), values.sel(model=PUBLISHED))
    plain = write_champion(tmp_path / "later", trained_until="2016-01-09T16:00:00Z")
    fresh = hindcast_of(case, plain, store=None)
    same = fresh["concentration"].sel(model=NAME) / found["concentration"].sel(model=NAME)
    assert (abs(same.sel(quantile=0.5, method="nearest") - 1) < 1e-5).all()
    assert (abs(same.sel(quantile=0.9, method="nearest") - 1) > 1e-3).any()


def test_what_would_be_published_with_a_candidate_is_what_the_day_publishes(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[np.datetime64] = []
    forecast = Forecaster.forecast

    def watched(self: Forecaster, panel: Panel, issues: np.ndarray, leads: np.ndarray) -> LearnedForecast:
        asked.extend(panel.times[issues])
        return forecast(self, panel, issues, leads)

    monkeypatch.setattr(Forecaster, "forecast", watched)
    held: dict[str, Path] = {}
    monkeypatch.setattr("forecast.learned.champion.champion", lambda _store, kind: held.get(kind))
    plain = plain_day(case, LAST)
    release = clairvoyant(tmp_path / "release", plain)
    found = hindcast_of(case, release, store=None)
    assert min(asked) > Forecaster.read(release).trained_until
    values = found["concentration"].transpose("model", "issue", "lead", "place", "pollutant", "quantile")
    held["day"] = release
    plan = DayPlan(*load_case(str(case)), LAST, str(tmp_path / "store"))
    product = championed(plan, plain.measured, plain.products, (Foreseen(LAST),))["day"]
    assert (product.weights["pm25"] > 0.05).all()
    for number, (name, one) in enumerate(product.predictions.items()):
        expected = quantiles(one, PUBLISHED, len(one.issues) - 1, forecast_config())
        told = values.sel(model=WITH_LEARNED, issue=LAST).values[:, :, number]
        np.testing.assert_allclose(told, expected, rtol=1e-5, err_msg=name)
    assert not np.allclose(values.sel(model=WITH_LEARNED), values.sel(model=PUBLISHED), rtol=1e-2)
    assert json.loads(found.attrs["learned"])[NAME]["candidate"]
    assert WITH_LEARNED in json.loads(found.attrs["known_at_issue"])
    assert set(promotion_config().baselines) <= set(map(str, found["model"].values))


def plain_day(case: Path, issue: np.datetime64) -> Plain:
    """The day of an issue without a learned model."""
    plan = DayPlan(*load_case(str(case)), issue, str(case.parent / "store"))
    measured = arrange(average(plan), plan)
    return Plain(case, measured, day.forecast_step(plan, measured))


def test_tags_of_the_stores_runs_are_looked_at(case: Path, tmp_path: Path) -> None:
    names = tuple(map(str, tags_at(FIRST)["source"].values))
    windows = WindowsConfig(steps_per_day=1, fine=3, block=2, blocks=1, memory=7, horizon=7)
    network = NetworkConfig(
        windows=windows, width=8, heads=2, lead_width=8, sources=SourcesConfig(names=names)
    )
    release = write_champion(tmp_path / "release", network=network, source_names=names)
    without = hindcast_of(case, release)
    assert WITH_LEARNED not in without["model"]
    store = RunStore(str(tmp_path / "store"))
    for days in range(-3, 2):
        folder = Path(store.path("small", FIRST + days * DAY))
        folder.mkdir(parents=True)
        tags_at(FIRST + days * DAY).to_netcdf(folder / "tags.nc")
    found = hindcast_of(case, release)
    for issue, tagged in ((FIRST, True), (FIRST + DAY, True), (LAST, False)):
        plan = DayPlan(*load_case(str(case)), issue, str(tmp_path / "store"))
        seen = (*tags_before(plan), Foreseen(issue, tags_at(issue))) if tagged else ()
        assert_same(found, published(case, release, issue, *seen), issue)
    pick = {"model": NAME, "place": "urumqi", "pollutant": "pm25"}
    assert not np.allclose(
        found["concentration"].sel(pick)[0], without["concentration"].sel(pick)[0], rtol=1e-3
    )
    np.testing.assert_allclose(found["concentration"].sel(pick)[2], without["concentration"].sel(pick)[2])
    assert json.loads(found.attrs["learned"])[NAME]["outer"] == {
        "weather": False, "tagged_issues": 2, "perfect": True,
    }  # fmt: skip
    assert json.loads(found.attrs["perfect_weather"]) == [NAME]
    assert json.loads(without.attrs["perfect_weather"]) == []


def test_weather_of_the_cases_files_is_looked_at(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("air_temperature_2m", "wind_speed_10m")
    scales = Normalisation(POLLUTANTS, MEAN, (0.6,) * 6, names, (260.0, 2.0), (9.0, 1.0), (86.5, 44.0))
    release = write_champion(
        tmp_path / "release", weather_names=names, weather_ahead=True, normalisation=scales.as_document()
    )
    bare = hindcast_of(case, release)
    assert (bare["situation"].sel(model=NAME) & NO_WEATHER == NO_WEATHER).all()
    assert_same(bare, published(case, release, FIRST), FIRST)

    def weather(plan: DayPlan, _progress: object) -> Weather:
        return Weather(week_of(plan) if plan.reference_time < LAST else None, None)  # type: ignore[arg-type]

    monkeypatch.setattr(hindcast_foreseen, "weather_step", weather)
    whole = "weather: {path: weather}\nemissions: {provider: prior}\nphysical: demo\n"
    case.write_text(CASE + whole, encoding="utf-8")
    found = hindcast_of(case, release)
    plan = DayPlan(*load_case(str(case)), FIRST, "")
    case.write_text(CASE, encoding="utf-8")
    assert_same(found, published(case, release, FIRST, Foreseen(FIRST, None, week_of(plan))), FIRST)
    assert_same(found, published(case, release, LAST), LAST)
    situation = found["situation"].sel(model=NAME) & NO_WEATHER
    assert (situation.sel(issue=FIRST) == 0).all()
    assert (situation.sel(issue=LAST) == NO_WEATHER).all()
    assert json.loads(found.attrs["perfect_weather"]) == [NAME, WITH_LEARNED]


def week_of(plan: DayPlan) -> xr.Dataset:
    """Weather to the end of all leads."""
    made = three_hourly(plan)
    times = plan.reference_time + np.arange(-24, 193, 3) * np.timedelta64(1, "h")
    return made.reindex(time=times, method="ffill")
