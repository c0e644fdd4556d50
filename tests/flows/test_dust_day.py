"""Dust in the daily run: its part in the published sources, its products, and a dust model that fails."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from atmosphere.transport.species import load_species
from flows import daily, dust_day, footprint_products, weather
from flows.budget import Budget
from flows.case import load_case
from flows.dust_day import stations_without_dust
from flows.dust_days import dust_days
from flows.measurements import Measurements
from flows.plan import DayPlan, already_made, plan_fingerprint
from flows.transport import Physical, Weather
from forecast.dust import configuration as dust_configuration
from forecast.physical import configuration
from foundation.contracts import CONTRIBUTIONS, check_closure
from foundation.errors import ConfigurationError, InputError
from foundation.grids import GridConfig
from foundation.times import parse_reference_time
from observations.means import place_means
from sources.footprints.tag_comparison import means_of_tags
from sources.measures.configuration import measures_config
from sources.measures.responsive import _component_parts
from tests.flows.conftest import CASE
from tests.observations.made_hours import made_hours

STORM = (
    "synthetic: true\nweather: {provider: idealised, storm_after_h: 3}\n"
    "emissions: {provider: idealised}\nphysical: demo\ndust: dust\n"
)
LEAD_HOURS = 25
CODES = ("1490A", "1491A", "2709A")


@pytest.fixture
def short_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped models for a day and an hour, begun an hour before, with few factors."""
    short = {"lead_hours": LEAD_HOURS, "spin_up_hours": 1}
    physical = configuration.physical_config().model_copy(update=short)
    monkeypatch.setattr(configuration, "physical_config", lambda: physical)
    dust = dust_configuration.dust_forecast_config()
    correction = dust.correction.model_copy(update={"nodes": (0.9, 1.1), "lead_hours": 12, "draws": 20})
    model = dust.model.model_copy(update={"spin_up_hours": 1})
    changed = dust.model_copy(update={"model": model, "correction": correction})
    monkeypatch.setattr(dust_configuration, "dust_forecast_config", lambda: changed)
    shipped = weather.grid_config

    def coarse(plan: DayPlan, domain: str | None = None) -> GridConfig:
        found = shipped(plan, domain)
        if domain != "dust":
            return found
        sides = {"west": 76.0, "east": 97.0, "south": 39.0, "north": 49.0, "step_deg": 0.5}
        return found.model_copy(update=sides)

    monkeypatch.setattr(footprint_products, "region_footprints", lambda *_: (None, ()))
    for module in (weather, dust_day):
        monkeypatch.setattr(module, "grid_config", coarse)


def plan_of(case_file: Path, further: str) -> DayPlan:
    case_file.write_text(CASE + further, encoding="utf-8")
    case, folder = load_case(str(case_file))
    return DayPlan(case, folder, parse_reference_time("2016-01-10"), str(case_file.parent / "store"))


@pytest.mark.usefixtures("short_models")
@pytest.mark.timeout(400)
def test_a_storm_has_its_part_in_the_published_sources(small_case: Path) -> None:
    plan = plan_of(small_case, STORM)
    told: list[str] = []
    folder = daily.steps_without_scheduler(plan, told.append)
    assert already_made(plan) == folder
    assert "dust" in told
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"dust", "dust_fields", "dust_outlook", "dust_maps", "dust_loop"} <= set(manifest["products"])
    assert all((folder / name).exists() for name in manifest["products"].values())
    dust = json.loads((folder / "dust.json").read_text(encoding="utf-8"))
    assert dust["state"] == "forecast"
    assert dust["synthetic"] is True
    reached = {one["place"] for one in dust["passages"]}
    assert {"kuitun", "urumqi"} <= reached
    tags = xr.load_dataset(folder / "tags.nc", decode_timedelta=True)
    places = xr.load_dataset(folder / "physical.nc", decode_timedelta=True)
    check_closure(CONTRIBUTIONS.check(tags), places["concentration"])
    sources = [name for name in map(str, tags["source"].values) if name.startswith("dust.")]
    share = tags["contribution"].sel(source=sources, pollutant="pm10", place="kuitun").sum("source")
    assert float(share.max()) > 150e-9
    published = xr.load_dataset(folder / "contributions.nc", decode_timedelta=True)
    forecast = xr.load_dataset(folder / "forecast.nc", decode_timedelta=True)
    check_closure(published, forecast["concentration"].sel(quantile=0.5, drop=True), tolerance=1e-12)
    part = published["contribution"].sel(source=sources, pollutant="pm10", place="urumqi").sum("source")
    assert float(part.max()) > 5e-9
    fields = xr.load_dataset(folder / "fields.zarr", engine="zarr", decode_timedelta=True)
    assert {"dust_1", "ppm_fine", "pm10"} <= set(map(str, fields["species"].values))
    assert "、沙尘 <span" in (folder / "bulletin.html").read_text(encoding="utf-8")


def test_a_dust_model_that_fails_is_told_and_the_day_goes_on(
    small_case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise InputError("weather: too small for the dust domain", where="/a/b/file.grib")

    monkeypatch.setattr(dust_day, "weather_of", broken)
    measured = Measurements(xr.Dataset(), None, None, None, (), (), provisional=False, absent=())
    air = Weather(xr.Dataset(), Budget(1.0))
    found = dust_day.dust_step(plan_of(small_case, STORM), air, measured, Physical(), lambda _: None)
    assert found.dust is None
    (told,) = found.degradations
    assert told.code == "no-dust"
    assert "too small for the dust domain" in told.english
    assert "/a/b/" not in told.english


def test_the_domain_of_dust_changes_the_run_and_is_checked(small_case: Path) -> None:
    plain = plan_fingerprint(plan_of(small_case, STORM.replace("dust: dust\n", "")))
    assert plan_fingerprint(plan_of(small_case, STORM)) != plain
    for wrong, message in (
        (STORM.replace("dust: dust", "dust: sahara"), "unknown domain 'sahara' of dust"),
        ("dust: dust\n", "dust needs physical"),
        (
            "weather: {path: files, storm_after_h: 3}\nphysical: demo\nemissions: {provider: prior}\n",
            "is of 'idealised'",
        ),
    ):
        with pytest.raises(ConfigurationError, match=message):
            plan_of(small_case, wrong)


def hourly(dusty: bool) -> Measurements:
    """Three days at two places, the last hours with dust at the second."""
    fine, coarse = np.full((72, 3), 40.0), np.full((72, 3), 60.0)
    if dusty:
        fine[66:, 2], coarse[66:, 2] = 120.0, 900.0
    stations = made_hours(fine, pm10=coarse, so2=fine, codes=CODES, first="2020-04-10T01")
    places = place_means(stations)
    return Measurements(places, places, None, stations, (), (), provisional=False, absent=())


@pytest.mark.parametrize("dusty", [False, True])
def test_stations_correct_the_model_without_their_dust(small_case: Path, dusty: bool) -> None:
    measured = hourly(dusty)
    assert measured.stations is not None
    plan = plan_of(small_case, STORM)
    kept = stations_without_dust(plan, measured)
    assert kept is not None
    share = kept["pm10"].values[-1] / measured.stations["pm10"].values[-1]
    clean, dirty = share[0], share[2]
    assert clean == pytest.approx(1.0, abs=0.02)
    assert (dirty < 0.3) if dusty else (dirty == pytest.approx(1.0, abs=0.02))
    np.testing.assert_array_equal(kept["so2"], measured.stations["so2"])
    without = stations_without_dust(plan_of(small_case, STORM.replace("dust: dust\n", "")), measured)
    assert without is measured.stations


def days_measured(until: str) -> Measurements:
    """Sixty days at two cities, with dust at the end at one of them."""
    fine, coarse = np.full((60, 3), 40.0), np.full((60, 3), 70.0)
    fine[57:, 2], coarse[57:, 2] = 90.0, 800.0
    first = np.datetime64(until, "D") - np.timedelta64(59, "D")
    daily = place_means(made_hours(fine, pm10=coarse, codes=CODES, first=str(first), averaging="day"))
    return Measurements(daily, None, None, None, (), (), provisional=False, absent=())


def test_days_ahead_are_those_after_the_last_measured() -> None:
    found = dust_days(days_measured("2020-04-09"), parse_reference_time("2020-04-10T16:00"))
    assert {one.day for one in found} == {"2020-04-10", "2020-04-11", "2020-04-12"}
    by_place = {one.place: one for one in found if one.day == "2020-04-10"}
    clean = by_place.pop("urumqi")
    (dusty,) = by_place.values()
    assert dusty.probability > clean.probability + 0.2
    assert dusty.above["150"] >= dusty.above["420"] >= dusty.above["1000"]


@pytest.mark.parametrize(
    ("measured", "issued"), [("2020-04-01", "2020-04-10T16:00"), ("2015-04-09", "2015-04-10T16:00")]
)
def test_old_measurements_and_later_coefficients_make_no_days(measured: str, issued: str) -> None:
    assert dust_days(days_measured(measured), parse_reference_time(issued)) == ()


def test_footprints_are_compared_without_desert_dust() -> None:
    hours = np.arange(1, 4).astype("timedelta64[h]").astype("timedelta64[ns]")
    start = np.datetime64("2026-01-01T00", "ns")
    values = np.array([[2.0, 1.0, 5.0, 0.5]]) * 1e-9 * np.ones((3, 1))
    names = ["industry.urumqi", "boundary", "dust.taklamakan", "initial"]
    tags = xr.Dataset(
        {
            "contribution": (
                ("reference_time", "lead_time", "place", "pollutant", "source"), values[None, :, None, None],
                {"units": "kg m-3"},
            )
        },
        {
            "reference_time": [start], "lead_time": hours, "place": ["urumqi"], "pollutant": ["pm25"],
            "source": names, "sector": ("source", ["industry", "boundary", "dust", "initial"]),
            "region": ("source", ["urumqi", "boundary", "taklamakan", "initial"]),
            "source_chinese": ("source", names), "source_english": ("source", names),
            "valid_time": (("reference_time", "lead_time"), start + hours[None]),
        },
        {"averaging": "hour"},
    )  # fmt: skip
    footprints = xr.Dataset(
        {}, {
            "receptor": [0], "source": [name for name in names if not name.startswith("dust")],
            "place": ("receptor", ["urumqi"]), "pollutant": ("receptor", ["pm25"]),
            "mean_start": ("receptor", [start]), "mean_end": ("receptor", [start + hours[-1]]),
        },
    )  # fmt: skip
    np.testing.assert_allclose(means_of_tags(footprints, tags), [[2e-9, 1e-9, 0.5e-9]])


def test_no_measure_changes_desert_dust() -> None:
    """A forecast half of coarse dust answers a cut of industry by half of what it would without."""
    parts = {"dust.taklamakan": {"dust_3": 1.0}, "industry.urumqi": {"ppm_coarse": 1.0}}
    components, sources = ["ppm_coarse", "dust_3"], list(parts)
    values = np.array([[parts[name].get(one, 0.0) for name in sources] for one in components]) * 1e-9
    held = (("lead_time", "place", "component", "source"), values[None, None])
    dataset = xr.Dataset(
        {"component_contribution": held, "component_carried_over": (held[0], 0 * held[1])},
        {"component": components, "fine_share": ("component", [0.0, 0.0]), "source": sources},
    )
    drivers = measures_config().drivers
    found = _component_parts(dataset, drivers, "here")["pm10"][0, 0]
    assert found[drivers.species.index("ppm_coarse")].tolist() == [0.0, 1.0]
    assert found.sum(axis=0).tolist() == [0.0, 1.0]
    bins = {one.name for one in load_species().species if one.name.startswith("dust")}
    assert bins == set(drivers.natural)
    assert measures_config().uncertainty.of_share["dust"] > 0
