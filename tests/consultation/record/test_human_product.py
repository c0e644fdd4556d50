"""Changes stand beside the model's forecast; agreements and signatures are to what was read."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr
from pydantic import ValidationError

from consultation.record.chain import Actor
from consultation.record.changes import Change, Withdrawal, change, withdraw
from consultation.record.desk import Desk
from consultation.record.discussion import Agreement, Note, SignOff, add_note, agree, sign, standing
from consultation.record.product import human_product, side_by_side
from consultation.record.refusals import NotPermitted, Refusal, Unknown
from tests.consultation.record.conftest import RUN

People = dict[str, Actor]
DAY = "2026-12-11"


def changed(**values: object) -> Change:
    usual = {"run": RUN, "place": "urumqi", "day": DAY, "low": 160, "high": 210, "level": 5,
             "primary": ["pm25"], "reason": "逆温增强，上调一级"}  # fmt: skip
    return Change.model_validate(usual | values)


def test_the_models_forecast_is_never_overwritten(desk: Desk, store: Path, people: People) -> None:
    file = store / "runs" / RUN / "forecast.nc"
    before, first = file.read_bytes(), human_product(desk, RUN)
    change(desk, people["first"], changed())
    change(desk, people["weather-office"], changed(low=120, high=160, level=4, reason="风力加大"))
    product = human_product(desk, RUN)
    cell = product.cell("urumqi", DAY)
    assert cell is not None
    assert file.read_bytes() == before
    assert cell.model == first.cell("urumqi", DAY).model  # type: ignore[union-attr]
    assert (cell.human.low, cell.human.high, cell.human.level) == (120, 160, 4)
    assert cell.changed is not None
    assert (cell.changed.who, cell.changed.why, cell.changed.model_moved) == (
        "weather-office",
        "风力加大",
        False,
    )
    assert sum(one.changed is not None for one in product.cells) == 1
    assert product.digest != first.digest
    withdraw(
        desk, people["weather-office"], Withdrawal(run=RUN, place="urumqi", day=DAY, reason="维持模式结论")
    )
    assert human_product(desk, RUN).digest == first.digest
    assert [entry.kind for entry in desk.record.entries(subject=RUN)] == ["change", "change", "withdrawal"]


def test_what_another_changed_since_it_was_read_is_not_written_over(desk: Desk, people: People) -> None:
    first = change(desk, people["first"], changed(over=0))
    with pytest.raises(Refusal, match="changed by first since") as refused:
        change(desk, people["weather-office"], changed(low=120, high=160, level=4, over=0))
    assert "first已改过此处" in refused.value.chinese
    cell = human_product(desk, RUN).cell("urumqi", DAY)
    assert cell is not None
    assert (cell.human.low, cell.human.high) == (160, 210)
    second = change(desk, people["weather-office"], changed(low=120, high=160, level=4, over=first.sequence))
    back = {"run": RUN, "place": "urumqi", "day": DAY, "reason": "维持模式结论"}
    with pytest.raises(Refusal, match="changed by weather-office since"):
        withdraw(desk, people["first"], Withdrawal.model_validate(back | {"over": first.sequence}))
    withdraw(desk, people["first"], Withdrawal.model_validate(back | {"over": second.sequence}))
    with pytest.raises(Refusal, match="changed back since"):
        change(desk, people["first"], changed(over=second.sequence))
    assert len(desk.record.entries(subject=RUN)) == 3


def test_the_model_cell_is_what_the_file_says(desk: Desk, store: Path) -> None:
    with xr.open_dataset(store / "runs" / RUN / "forecast.nc", decode_timedelta=True) as day:
        shihezi = day.isel(reference_time=0, lead_time=2).sel(place="shihezi")
        said = (int(shihezi["aqi_low"]), int(shihezi["aqi_high"]), int(shihezi["level"]))
    cell = human_product(desk, RUN).cell("shihezi", "2026-12-12")
    assert cell is not None
    assert (cell.human.low, cell.human.high, cell.human.level) == said
    assert cell.human.primary == ("pm25",)


def test_both_are_given_side_by_side(desk: Desk, people: People) -> None:
    change(desk, people["first"], changed())
    rows = side_by_side(desk, [RUN])
    assert len(rows) == 11 * 7
    (row,) = [one for one in rows if one["changed"]]
    assert (row["place"], row["day"], row["human_high"]) == ("urumqi", DAY, 210)
    assert row["model_high"] != 210


def test_a_run_made_again_is_told(desk: Desk, store: Path, people: People) -> None:
    change(desk, people["first"], changed())
    file = store / "runs" / RUN / "forecast.nc"
    with xr.open_dataset(file, decode_timedelta=True) as opened:
        day = opened.load()
    day["aqi_high"] = day["aqi_high"] + 1
    day.to_netcdf(file)
    cell = human_product(desk, RUN).cell("urumqi", DAY)
    assert cell is not None
    assert cell.changed is not None
    assert cell.changed.model_moved


@pytest.mark.parametrize(
    "values",
    [
        {"low": 220}, {"high": 501}, {"low": -1}, {"level": 6}, {"level": 3}, {"primary": []},
        {"primary": ["pm25", "pm25"]}, {"primary": ["pm25", "pm10", "o3_8h"]}, {"primary": ["dust"]},
        {"low": 10, "high": 40, "level": 1}, {"reason": "  "}, {"reason": "a\x00bcd"}, {"day": "2026-13"},
        {"run": "../../etc"}, {"place": "../x"}, {"reason": "x" * 1001}, {"other": 1},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        changed(**values)


def test_clean_air_has_no_primary_pollutant() -> None:
    assert changed(low=20, high=50, level=1, primary=[]).stated.primary == ()


def test_places_and_days_that_are_not_forecast(desk: Desk, people: People) -> None:
    for values in ({"place": "kashgar"}, {"day": "2027-01-01"}, {"run": "demo/20200101T000000Z"}):
        with pytest.raises(Unknown):
            change(desk, people["first"], changed(**values))
    with pytest.raises(NotPermitted):
        change(desk, people["guest"], changed())
    with pytest.raises(Refusal, match="was not changed"):
        withdraw(desk, people["first"], Withdrawal(run=RUN, place="urumqi", day=DAY, reason="撤回修改"))
    assert desk.record.entries() == []


def test_both_offices_agree_before_the_signature(desk: Desk, people: People) -> None:
    digest = human_product(desk, RUN).digest
    wanted = SignOff(run=RUN, digest=digest)
    with pytest.raises(NotPermitted):
        agree(desk, people["first"], Agreement(run=RUN, office="meteorology", digest=digest))
    agree(desk, people["first"], Agreement(run=RUN, office="monitoring", digest=digest))
    with pytest.raises(Refusal, match="agreed to it already"):
        agree(desk, people["first"], Agreement(run=RUN, office="monitoring", digest=digest))
    with pytest.raises(Refusal, match="Meteorological bureau has not agreed"):
        sign(desk, people["second"], wanted)
    agree(desk, people["weather-office"], Agreement(run=RUN, office="meteorology", digest=digest))
    with pytest.raises(NotPermitted):
        sign(desk, people["first"], wanted)
    assert sign(desk, people["second"], wanted).payload["digest"] == digest
    assert standing(desk, RUN).signed
    with pytest.raises(Refusal, match="signed already"):
        sign(desk, people["second"], wanted)


def test_a_change_after_the_agreement_undoes_it(desk: Desk, people: People) -> None:
    digest = human_product(desk, RUN).digest
    agree(desk, people["first"], Agreement(run=RUN, office="monitoring", digest=digest))
    agree(desk, people["weather-office"], Agreement(run=RUN, office="meteorology", digest=digest))
    sign(desk, people["second"], SignOff(run=RUN, digest=digest))
    change(desk, people["first"], changed())
    with pytest.raises(Refusal, match="changed since it was read"):
        sign(desk, people["second"], SignOff(run=RUN, digest=digest))
    now = human_product(desk, RUN).digest
    with pytest.raises(Refusal, match="has not agreed"):
        sign(desk, people["second"], SignOff(run=RUN, digest=now))
    told = standing(desk, RUN).told()
    assert told["changed_since_signature"]
    assert not told["signed"]


def test_notes_are_kept_in_order(desk: Desk, people: People) -> None:
    add_note(desk, people["first"], Note(run=RUN, text="夜间逆温", question="inversion"))
    add_note(desk, people["weather-office"], Note(run=RUN, text="11日冷空气过境", place="urumqi", day=DAY))
    assert [note.payload["text"] for note in standing(desk, RUN).notes] == ["夜间逆温", "11日冷空气过境"]
    with pytest.raises(NotPermitted):
        add_note(desk, people["guest"], Note(run=RUN, text="x"))
