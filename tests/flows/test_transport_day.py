"""The transport model in the day: its products, the next day's hot start, and every way it may fail."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from flows import daily, inputs, transport
from flows import plan as plans
from flows.budget import Budget, BudgetSpentError
from flows.case import load_case
from flows.emissions import emissions_of
from flows.hot_start import fetched, restart_record
from flows.measurements import Measurements
from flows.plan import DayPlan
from flows.source_proofs import model_proofs
from flows.stored_run import open_run
from flows.transport import Physical, Weather
from flows.weather import story_fronts, weather_of
from forecast.physical import configuration
from foundation.atmospheric_contracts import FIELDS, METEOROLOGY
from foundation.contracts import CONTRIBUTIONS, check_closure
from foundation.errors import InputError
from foundation.provenance import InputRecord, record_input
from foundation.store import RunStore
from foundation.times import parse_reference_time
from sources.tagging.runs import GROUPS
from tests.flows.conftest import CASE

MODEL = "synthetic: true\nweather: {weather}\nemissions: {{provider: idealised}}\nphysical: demo\n"
IDEALISED = MODEL.format(weather="{provider: idealised}")
LEAD_HOURS = 25


@pytest.fixture
def short_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped model, for a day and an hour, begun an hour before."""
    short = configuration.physical_config().model_copy(update={"lead_hours": LEAD_HOURS, "spin_up_hours": 1})
    monkeypatch.setattr(configuration, "physical_config", lambda: short)


def plan_at(case_file: Path, further: str, day: str = "2016-01-10") -> DayPlan:
    case_file.write_text(CASE + further, encoding="utf-8")
    case, folder = load_case(str(case_file))
    return DayPlan(case, folder, parse_reference_time(day), str(case_file.parent / "store"))


def manifest_of(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return document


def run(plan: DayPlan) -> tuple[Path, dict[str, Any], list[str]]:
    """The run's folder, its manifest and the steps told."""
    told: list[str] = []
    folder = daily.steps_without_scheduler(plan, told.append)
    return folder, manifest_of(folder), told


def codes(manifest: dict[str, Any]) -> set[str]:
    return {item["code"] for item in manifest["degradations"]}


@pytest.mark.usefixtures("short_model")
@pytest.mark.timeout(400)
def test_two_days_with_the_model(small_case: Path) -> None:
    plan = plan_at(small_case, IDEALISED)
    folder, manifest, told = run(plan)
    fields = xr.load_dataset(folder / "fields.zarr", engine="zarr", decode_timedelta=True)
    FIELDS.check(fields)
    assert fields.sizes["lead_time"] == LEAD_HOURS
    tags = xr.load_dataset(folder / "tags.nc", decode_timedelta=True)
    places = xr.load_dataset(folder / "physical.nc", decode_timedelta=True)
    check_closure(CONTRIBUTIONS.check(tags), places["concentration"])
    assert {part.attrs["synthetic"] for part in (fields, tags, places)} == {1}
    assert set(manifest["products"]) >= {
        "fields",
        "tags",
        "physical",
        "contributions",
        "start",
        "footprints",
    }
    _published_contributions_close(folder)
    assert all((folder / name).exists() for name in manifest["products"].values())
    assert "torch" in manifest["versions"]
    assert codes(manifest) >= {"cold-start", "weather-not-in-forecast"}
    assert "no-weather" not in codes(manifest)
    assert "数值模式 <span" in (folder / "bulletin.html").read_text(encoding="utf-8")
    assert f"transport · {LEAD_HOURS + 1}/{LEAD_HOURS + 1} h" in told
    _same_again(small_case, folder)
    _next_day_goes_on(small_case, manifest)


def _published_contributions_close(folder: Path) -> None:
    with netCDF4.Dataset(folder / "forecast.nc") as file:
        groups = [None, *file.groups]
    for group in groups:
        opened = [
            xr.load_dataset(folder / name, group=part, engine="netcdf4", decode_timedelta=True)
            for name, part in (("contributions.nc", GROUPS[group or "day"][0]), ("forecast.nc", group))
        ]
        median = opened[1]["concentration"].sel(quantile=0.5, drop=True)
        check_closure(CONTRIBUTIONS.check(opened[0]), median, tolerance=1e-12)


@pytest.mark.usefixtures("short_model")
@pytest.mark.timeout(400)
def test_a_run_proves_its_sources(small_case: Path) -> None:
    folder, _, told = run(plan_at(small_case, IDEALISED))
    driven = open_run(folder).driven()
    tags = xr.load_dataset(folder / "tags.nc", engine="netcdf4", decode_timedelta=True)
    proofs = list(model_proofs(folder, driven, tags, told.append))
    assert len(proofs) == 5
    assert [proof.document() for proof in proofs if not proof.passed] == []


def _same_again(case_file: Path, folder: Path) -> None:
    """A fresh plan of the same inputs finds the run; another model makes it anew."""
    assert plans.already_made(plan_at(case_file, IDEALISED)) == folder
    other = IDEALISED.replace("physical: demo", "physical: tianshan")
    assert plans.already_made(plan_at(case_file, other)) is None


def _next_day_goes_on(case_file: Path, yesterday: dict[str, Any]) -> None:
    plan = plan_at(case_file, IDEALISED, "2016-01-11")
    assert [left.sha256 for left in plan.starts] == [
        left["sha256"] for left in yesterday["configuration"]["restart"]["states"]
    ]
    told: list[str] = []
    weather = transport.weather_step(plan, told.append)
    physical = transport.transport_step(plan, weather, NOTHING, told.append)
    assert "cold-start" not in {note.code for note in physical.degradations}
    assert f"transport · {LEAD_HOURS}/{LEAD_HOURS} h" in told
    state = Path(plan.starts[0].path)
    state.write_bytes(b"rubbish")
    with fetched(RunStore(plan.store), plan.starts) as found:
        assert found == []


def emissions(further: str) -> str:
    return IDEALISED.replace("{provider: idealised}\nphysical", f"{{{further}}}\nphysical")


@pytest.mark.usefixtures("short_model")
def test_a_day_with_the_prior_and_one_with_a_file_of_it(small_case: Path) -> None:
    folder, manifest, _ = run(plan_at(small_case, emissions("provider: prior")))
    assert "prior-emissions" in codes(manifest)
    contributions = xr.load_dataset(folder / "tags.nc", decode_timedelta=True)
    totals = pd.read_csv(folder / "emission_totals.csv")
    assert set(totals["tag"]) == set(map(str, contributions["source"].values)) - {"boundary", "initial"}
    version = contributions.attrs["inventory_version"]
    assert version in manifest["models"]["emissions"]
    assert set(map(str, contributions["source"].values)) >= {"scattered_coal.urumqi", "power.kui-du-wu"}
    (kept,) = (small_case.parent / "store" / "cache").glob("prior-*.nc")
    (small_case.parent / "january.nc").write_bytes(kept.read_bytes())
    _the_file_gives_the_same(small_case, contributions)
    assert plan_at(small_case, emissions("provider: prior"), "2016-01-11").starts
    assert not plan_at(small_case, emissions("path: january.nc"), "2016-01-11").starts


def _the_file_gives_the_same(case_file: Path, contributions: xr.Dataset) -> None:
    plan = plan_at(case_file, emissions("path: january.nc"))
    assert [record.role for record in plan.inputs].count("emissions") == 1
    weather = transport.weather_step(plan, print)
    grid = configuration.physical_config().grid()
    times = plan.reference_time + np.arange(3) * np.timedelta64(1, "h")
    emitted = emissions_of(plan, grid, ["ppm_fine", "so2"], times, weather.dataset)
    made, notes = emitted.dataset, emitted.notes
    assert made.attrs["inventory_version"] == contributions.attrs["inventory_version"]
    assert list(made["source"].values) == list(contributions["source"].values)[:-2]
    assert "prior-emissions" not in {note.code for note in notes}


def test_a_state_of_another_inventory_is_of_another_model(small_case: Path) -> None:
    case = plan_at(small_case, emissions("path: january.nc")).case
    keys = [restart_record(case, inventory, {})["choices"] for inventory in ("a", "b", "a")]
    assert keys[0] == keys[2] != keys[1]


@pytest.mark.usefixtures("short_model")
def test_an_inventory_that_is_gone_does_not_stop_the_day(small_case: Path) -> None:
    plan = plan_at(small_case, emissions("path: nowhere.nc"))
    weather = transport.weather_step(plan, print)
    physical = transport.transport_step(plan, weather, NOTHING, print)
    assert physical.forecast is None
    assert "emissions not found" in physical.degradations[0].english


@pytest.mark.parametrize("spoilt", ["rubbish", "folder"])
def test_a_kept_prior_that_is_spoilt_is_made_again(spoilt: str, tmp_path: Path) -> None:
    from flows.emissions import _kept_prior
    from flows.inventory_request import domain_grid

    grid = domain_grid("demo")
    first = _kept_prior(grid, ["2026-01"], tmp_path)
    (kept,) = tmp_path.iterdir()
    if spoilt == "rubbish":
        kept.write_bytes(b"rubbish")
        assert _kept_prior(grid, ["2026-01"], tmp_path).version == first.version
        assert kept.stat().st_size > 1000
        return
    kept.unlink()
    kept.mkdir()
    with pytest.warns(RuntimeWarning, match="cannot be kept"):
        assert _kept_prior(grid, ["2026-01"], tmp_path).version == first.version


def test_weather_that_is_gone_does_not_stop_the_day(small_case: Path) -> None:
    folder, manifest, _ = run(plan_at(small_case, MODEL.format(weather="{path: nowhere}")))
    (fault,) = [item for item in manifest["degradations"] if item["code"] == "no-weather-fields"]
    assert "weather not found" in fault["english"]
    assert "气象资料不可用" in fault["chinese"]
    assert str(small_case.parent) not in json.dumps(manifest["degradations"])
    page = (folder / "bulletin.html").read_text(encoding="utf-8")
    assert "数值模式 <span" not in page
    assert "气象资料不可用" in page
    assert not (folder / "fields.zarr").exists()


def test_files_that_are_no_weather_are_told(small_case: Path) -> None:
    weather = transport.weather_step(
        plan_at(small_case, MODEL.format(weather="{path: days}")), lambda _: None
    )
    assert weather.dataset is None
    (fault,) = weather.degradations
    assert "not a weather file that is known" in fault.english
    assert str(small_case.parent) not in fault.english


@pytest.mark.usefixtures("short_model")
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InputError("Courant number 31 at row 3"), "Courant number 31"),
        (RuntimeError("out of memory\nand more"), "RuntimeError: out of memory"),
    ],
)
def test_a_model_that_fails_does_not_stop_the_day(
    small_case: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(transport, "_simulated", broken)
    plan = plan_at(small_case, IDEALISED)
    weather = Weather(xr.Dataset(), Budget(1.0))
    if isinstance(error, RuntimeError):
        with pytest.warns(RuntimeWarning, match="out of memory"):
            physical = transport.transport_step(plan, weather, NOTHING, lambda _: None)
    else:
        physical = transport.transport_step(plan, weather, NOTHING, lambda _: None)
    assert physical.forecast is None
    (fault,) = physical.degradations
    assert fault.code == "no-transport"
    assert message in fault.english
    assert "and more" not in fault.english


NOTHING = Measurements(xr.Dataset(), None, None, None, (), (), provisional=False, absent=())


@pytest.mark.usefixtures("short_model")
def test_wind_that_is_no_number_is_told_and_gives_no_product(small_case: Path) -> None:
    plan = plan_at(small_case, IDEALISED)
    whole = weather_of(plan, plan.reference_time - np.timedelta64(1, "h"), LEAD_HOURS)
    METEOROLOGY.check(whole)
    whole["eastward_wind"][2, 0, 3, 4] = np.nan
    physical = transport.transport_step(plan, Weather(whole, Budget(2.0)), NOTHING, lambda _: None)
    assert physical.forecast is None
    assert "eastward_wind" in physical.degradations[0].english


@pytest.mark.usefixtures("short_model")
def test_weather_of_another_place_is_told(small_case: Path) -> None:
    plan = plan_at(small_case, IDEALISED)
    whole = weather_of(plan, plan.reference_time - np.timedelta64(1, "h"), 3)
    part = whole.isel(x=slice(0, 40))
    physical = transport.transport_step(plan, Weather(part, Budget(2.0)), NOTHING, lambda _: None)
    assert physical.forecast is None
    assert physical.degradations[0].code == "no-transport"


def test_time_that_is_over_ends_the_model(small_case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    def endless(_plan: object, _weather: object, _measured: object, progress: Any) -> None:
        hour = 0
        try:
            while True:
                progress(hour, 1000)
                hour += 1
                time.sleep(0.01)
        finally:
            stopped.set()

    monkeypatch.setattr(transport, "_simulated", endless)
    plan = plan_at(small_case, IDEALISED)
    begun = time.monotonic()
    physical = transport.transport_step(
        plan, Weather(xr.Dataset(), Budget(0.3 / 60)), NOTHING, lambda _: None
    )
    assert time.monotonic() - begun < 5
    assert stopped.wait(5)
    assert physical == Physical(None, True, physical.degradations)
    assert "时限" in physical.degradations[0].chinese


def test_work_that_never_returns_does_not_hold_up_the_caller() -> None:
    forever = threading.Event()
    with pytest.raises(BudgetSpentError, match="not done within"):
        Budget(0.2 / 60).spend(forever.wait)
    forever.set()
    assert Budget(1).spend(lambda: 7) == 7


def test_a_case_without_weather_runs_as_ever_and_hashes_its_inputs_once(
    small_case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def recorded(path: str | Path, role: str) -> InputRecord:
        hashed.append(str(path))
        return record_input(path, role)

    monkeypatch.setattr(inputs, "record_input", recorded)
    _, manifest, _ = run(plan_at(small_case, ""))
    assert len(hashed) == len(set(hashed)) == 3
    assert not {code for code in codes(manifest) if code.startswith(("no-transport", "no-weather-f"))}
    assert "physical" not in manifest["models"]
    assert "torch" not in manifest["versions"]


def test_weather_files_are_inputs(small_case: Path) -> None:
    (small_case.parent / "weather").mkdir()
    (small_case.parent / "weather" / "gfs.grib2").write_bytes(b"one")
    first = plan_at(small_case, MODEL.format(weather="{path: weather}"))
    assert [record.role for record in first.inputs].count("weather") == 1
    one = plans.plan_fingerprint(first)
    (small_case.parent / "weather" / "gfs.grib2").write_bytes(b"two")
    second = replace(first)
    assert plans.plan_fingerprint(second) != one


def test_the_story_goes_on_and_a_front_ends_it_on_the_fifth_day() -> None:
    issued = parse_reference_time("2026-11-20T16:00")
    fronts = sorted(story_fronts(issued), key=lambda front: front.time)
    last, to_come = fronts[-2:]
    assert last.time == parse_reference_time("2026-11-21") - np.timedelta64(7, "D")
    assert last.strength == 1.0
    assert 0.3 < last.dust <= 1.0
    assert np.timedelta64(4, "D") < to_come.time - parse_reference_time("2026-11-21") < np.timedelta64(5, "D")
    later = story_fronts(issued + np.timedelta64(3, "h"))
    assert later == story_fronts(issued)
