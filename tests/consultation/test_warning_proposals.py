"""Proposals against sequences worked out by hand from the texts of the rules.

PM2.5 of 60 µg/m³ is an index of 100, 116 of 152, 151 of 201, 251 of 301 (HJ 633-2026).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from consultation.warnings import evaluate, propose_warnings, write_warnings
from consultation.warnings.document import Proposal, WarningsDocument
from foundation.contracts import FORECAST
from foundation.errors import ContractError, InputError

MakeForecast = Callable[..., xr.Dataset]
START = np.datetime64("2026-12-09T16:00")


def of(document: WarningsDocument, area: str) -> Proposal:
    return next(proposal for proposal in document.proposals if proposal.area.id == area)


def instant(day: int) -> str:
    return f"{START + np.timedelta64(day, 'D')}:00Z"


@pytest.mark.parametrize(
    ("days", "level", "span", "lifting"),
    [
        ((60, 116, 60, 60, 60, 60, 60), 0, None, None),
        ((60, 116, 116, 60, 60, 60, 60), 1, (1, 3), 3),
        ((60, 151, 60, 60, 60, 60, 60), 1, (1, 2), 2),
        ((60, 60, 116, 116, 116, 60, 60), 2, (2, 5), 5),
        ((60, 60, 151, 151, 60, 60, 60), 2, (2, 4), 4),
        ((60, 60, 151, 251, 151, 60, 60), 3, (2, 5), 5),
        ((60, 60, 151, 151, 151, 151, 60), 2, (2, 6), None),
        ((60, 60, 116, 60, 116, 60, 116), 0, None, None),
    ],
)
def test_clauses_of_2024(
    make_forecast: MakeForecast,
    days: tuple[float, ...],
    level: int,
    span: tuple[int, int] | None,
    lifting: int | None,
) -> None:
    document = propose_warnings(make_forecast({"urumqi": days}))
    proposal = of(document, "urumqi")
    assert proposal.level.number == level
    shown = (proposal.valid_from, proposal.valid_to)
    assert shown == ((None, None) if span is None else (instant(span[0]), instant(span[1])))
    assert proposal.expected_lifting == (None if lifting is None else instant(lifting))
    assert proposal.state == ("proposed" if level else "none")
    assert len(proposal.measures) == (3 if level else 0)
    assert proposal.evidence.rules == "national-2024"


def test_two_episodes_without_lifting_between_are_one_at_the_stricter_level(
    make_forecast: MakeForecast,
) -> None:
    days = (60, 116, 116, 60, 151, 151, 60)
    proposal = of(propose_warnings(make_forecast({"urumqi": days})), "urumqi")
    assert (proposal.level.number, proposal.valid_from, proposal.valid_to) == (2, instant(1), instant(6))


def test_level_has_names_and_severity(make_forecast: MakeForecast) -> None:
    proposal = of(propose_warnings(make_forecast({"urumqi": (60, 60, 151, 251, 151, 60, 60)})), "urumqi")
    assert (proposal.level.chinese, proposal.level.english, proposal.level.severity) == (
        "红色",
        "red",
        "Extreme",
    )


def test_lead_time_is_counted_to_the_start(make_forecast: MakeForecast) -> None:
    late = of(propose_warnings(make_forecast({"urumqi": (151, 60, 60)})), "urumqi")
    early = of(propose_warnings(make_forecast({"urumqi": (60, 151, 60)})), "urumqi")
    assert (late.lead_hours, late.lead_sufficient) == (0.0, False)
    assert (early.lead_hours, early.lead_sufficient) == (24.0, True)


def test_the_rules_of_the_day_apply(make_forecast: MakeForecast) -> None:
    days = (60, 60, 151, 151, 60, 60, 60)
    old = make_forecast({"urumqi": days}, reference=np.datetime64("2016-01-09T16:00", "ns"))
    proposal = of(propose_warnings(old), "urumqi")
    assert (proposal.level.number, proposal.evidence.rules) == (1, "national-2018")


def test_region_takes_the_mean_over_at_least_three(make_forecast: MakeForecast) -> None:
    # indices 201, 152 and 100 on three days: mean 151, above 150 for 72 h
    course = {"urumqi": (151,) * 3, "changji": (116,) * 3, "shihezi": (60,) * 3}
    document = propose_warnings(make_forecast(course))
    region = of(document, "wu-chang-shi")
    assert region.level.number == 2
    assert region.evidence.rules == "xinjiang-2024"
    assert [window.aqi for window in region.evidence.course] == [151.0, 151.0, 151.0]
    assert set(region.area.missing) == {"wujiaqu", "fukang", "hutubi", "manas", "shawan"}
    assert of(document, "shihezi").level.number == 0


def test_region_with_two_members_and_places_without_forecast_are_listed(make_forecast: MakeForecast) -> None:
    document = propose_warnings(make_forecast({"kuitun": (151,) * 3, "dushanzi": (151,) * 3}))
    left = {missing.area.id: missing for missing in document.not_evaluated}
    assert {"wu-chang-shi", "kui-du-wu", "tianshan-north", "wusu", "urumqi"} <= set(left)
    assert left["kui-du-wu"].area.missing == ("wusu", "huyanghe")
    assert "不足3个" in left["kui-du-wu"].reason.chinese
    assert {proposal.area.id for proposal in document.proposals} == {"kuitun", "dushanzi"}


def test_place_whose_forecast_is_all_missing_is_not_evaluated(make_forecast: MakeForecast) -> None:
    forecast = make_forecast({"urumqi": (151,) * 3, "kuitun": (151,) * 3})
    forecast["aqi"] = forecast["aqi"].where(forecast["place"] != "kuitun")
    document = propose_warnings(forecast)
    assert "kuitun" in {missing.area.id for missing in document.not_evaluated}


def test_dust_does_not_escalate_and_is_flagged(make_forecast: MakeForecast) -> None:
    days = (60, 116, 251, 116, 60, 60, 60)
    assert of(propose_warnings(make_forecast({"urumqi": days})), "urumqi").level.number == 2
    dusty = of(propose_warnings(make_forecast({"urumqi": days}, dust={"urumqi": (2,)})), "urumqi")
    assert dusty.level.number == 0
    assert dusty.dust is not None
    assert [(window.begins, window.aqi, window.counted) for window in dusty.dust.windows] == [
        (instant(2), 301.0, False)
    ]
    assert "沙尘" in dusty.dust.advice.chinese
    assert dusty.evidence.probability.orange == 0.0


def test_dust_of_one_member_is_left_out_of_the_region(make_forecast: MakeForecast) -> None:
    course = {"urumqi": (60,) * 3, "changji": (60,) * 3, "shihezi": (60,) * 3, "fukang": (400,) * 3}
    assert of(propose_warnings(make_forecast(course)), "wu-chang-shi").level.number == 2
    dusty = propose_warnings(make_forecast(course, dust={"fukang": (0, 1, 2)}))
    assert of(dusty, "wu-chang-shi").level.number == 0
    assert of(dusty, "wu-chang-shi").dust is not None


def test_ozone_alone_does_not_escalate(make_forecast: MakeForecast) -> None:
    forecast = make_forecast({"urumqi": (151, 151, 151)})
    primary = xr.zeros_like(forecast["primary"])
    primary.loc[{"pollutant": "o3_8h"}] = 1
    assert of(propose_warnings(forecast.assign(primary=primary)), "urumqi").level.number == 0


def test_probability_from_scenarios_counts_joint_courses(make_forecast: MakeForecast) -> None:
    # each day is above 150 in half of the scenarios, but 48 h in a row only in one of four
    scenarios = {"a": (100, 152, 152), "b": (152, 100, 100), "c": (100, 100, 100), "d": (152, 100, 152)}
    forecast = make_forecast({"urumqi": (60, 60, 60)}, scenarios=scenarios)
    FORECAST.check(forecast)
    document = propose_warnings(forecast)
    assert document.probability_from == "scenarios"
    probability = of(document, "urumqi").evidence.probability
    assert (probability.yellow, probability.orange, probability.red) == (0.25, 0.0, 0.0)


def test_probability_from_quantiles_says_that_it_is_a_bound(make_forecast: MakeForecast) -> None:
    document = propose_warnings(make_forecast({"urumqi": (60, 116, 116)}))
    assert document.probability_from == "quantiles"
    assert "上限" in document.probability_note.chinese
    yellow = of(document, "urumqi").evidence.probability.yellow
    assert yellow is not None
    assert 0.5 <= yellow < 0.6


def test_any_24_hours_count_when_there_are_hours(make_forecast: MakeForecast) -> None:
    # 160 µg/m³ from 12:00 to 12:00: calendar days have a mean of 100, the 24 h window one of 160
    hours = np.full(96, 40.0)
    hours[36:60] = 160.0
    hourly = make_forecast({"urumqi": tuple(hours)}, averaging="hour")
    daily = make_forecast({"urumqi": (40, 100, 100, 40)})
    assert of(propose_warnings(daily), "urumqi").level.number == 0
    proposal = of(propose_warnings(daily, hourly), "urumqi")
    assert proposal.level.number == 1
    assert proposal.evidence.basis == "sliding-24h"
    assert "连续24小时AQI预计" in proposal.reason.chinese
    # 22 of the 24 hours give a mean of 150, an index of 200, which is not above; 23 give 155
    assert proposal.valid_from == f"{START + np.timedelta64(35, 'h')}:00Z"
    assert proposal.valid_to == f"{START + np.timedelta64(61, 'h')}:00Z"
    assert proposal.expected_lifting is None  # 35 h of forecast are left, 36 h must be low


def test_hours_of_dust_are_left_out_of_the_windows(make_forecast: MakeForecast) -> None:
    hours = np.full(72, 60.0)
    hours[30:48] = 400.0
    daily = make_forecast({"urumqi": (60, 60, 60)})
    storm = {"urumqi": tuple(range(30, 48))}
    with_dust = make_forecast({"urumqi": tuple(hours)}, averaging="hour", dust=storm)
    proposal = of(propose_warnings(daily, with_dust), "urumqi")
    assert proposal.level.number == 0
    assert proposal.dust is not None
    without = make_forecast({"urumqi": tuple(hours)}, averaging="hour")
    assert of(propose_warnings(daily, without), "urumqi").level.number == 2


def test_daily_forecast_holds_where_hours_call_for_less(make_forecast: MakeForecast) -> None:
    daily = make_forecast({"urumqi": (60, 151, 151)})
    hourly = make_forecast({"urumqi": (60.0,) * 72}, averaging="hour")
    proposal = of(propose_warnings(daily, hourly), "urumqi")
    assert (proposal.level.number, proposal.evidence.basis) == (2, "calendar-days")


def test_document_keeps_its_contract_and_is_a_proposal(tmp_path: Path, make_run: Callable[..., Path]) -> None:
    folder = make_run(tmp_path / "run")
    written = write_warnings(folder)
    first = written.read_bytes()
    document = WarningsDocument.model_validate(json.loads(first))
    assert document.format == "bogda-warnings-1"
    assert {"wu-chang-shi", "tianshan-north"} <= {proposal.area.id for proposal in document.proposals}
    assert document.highest == 2
    for proposal in document.proposals:
        assert proposal.state in ("proposed", "none")
        assert (proposal.signed.who, proposal.signed.when) == ("", "")
        assert proposal.evidence.forecast == "forecast.nc"
    assert "审批" in document.notice.chinese
    assert "approves" in document.notice.english
    write_warnings(folder)
    assert written.read_bytes() == first
    assert evaluate(folder / "forecast.nc") == json.loads(first)


def test_identifiers_are_unique_and_change_with_the_forecast(make_forecast: MakeForecast) -> None:
    one = propose_warnings(make_forecast({"urumqi": (60, 151, 60), "changji": (60, 151, 60)}))
    other = propose_warnings(make_forecast({"urumqi": (60, 160, 60), "changji": (60, 151, 60)}))
    identifiers = [proposal.id for proposal in one.proposals]
    assert len(set(identifiers)) == len(identifiers)
    assert of(one, "urumqi").id != of(other, "urumqi").id
    assert of(one, "changji").id == of(other, "changji").id


def write_text(path: Path) -> None:
    path.write_text("not a forecast", encoding="utf-8")


def write_other(path: Path) -> None:
    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(path)


@pytest.mark.parametrize(
    ("prepare", "error", "words"),
    [
        (lambda _: None, InputError, "no such file"),
        (write_text, InputError, "cannot be read as NetCDF"),
        (write_other, ContractError, "attribute 'averaging' is missing"),
    ],
)
def test_what_is_no_forecast_gives_one_clear_line(
    tmp_path: Path, prepare: Callable[[Path], None], error: type[Exception], words: str
) -> None:
    path = tmp_path / "forecast.nc"
    prepare(path)
    with pytest.raises(error, match=words) as caught:
        evaluate(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_truncated_forecast_is_refused(tmp_path: Path, make_forecast: MakeForecast) -> None:
    path = tmp_path / "forecast.nc"
    make_forecast({"urumqi": (60, 60)}).to_netcdf(path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(InputError, match="cannot be read as NetCDF"):
        evaluate(path)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data.isel(quantile=slice(0, 3)), "median"),
        (lambda data: data.isel(place=[0, 0]), "given twice"),
        (lambda data: data.drop_vars("dust"), "'dust' is missing"),
        (lambda data: data.assign_attrs(averaging="hour"), "expected averaging 'day'"),
    ],
)
def test_broken_forecasts_are_named(
    tmp_path: Path, make_forecast: MakeForecast, spoil: Callable[[xr.Dataset], Any], words: str
) -> None:
    path = tmp_path / "forecast.nc"
    spoil(make_forecast({"urumqi": (60, 60)})).to_netcdf(path)
    with pytest.raises(ContractError, match=words):
        evaluate(path)
