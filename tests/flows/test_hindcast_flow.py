"""Hindcasts: nothing from the future, resumed after a kill, learned and physical models on the same times."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from flows.case import load_case
from flows.hindcasts import learned as hindcast_learned
from flows.hindcasts import making as hindcasting
from flows.hindcasts import parts as hindcast_parts
from flows.hindcasts import physical as hindcast_physical
from flows.hindcasts import scheduler as hindcast_scheduler
from flows.hindcasts.plan import HindcastPlan
from flows.hindcasts.work import work_folder
from forecast.configuration import forecast_config
from forecast.hindcast import Judged, hindcast
from forecast.learned import NAME
from forecast.learned.forecaster import LearnedForecast
from forecast.learned.situations import NO_WEATHER
from forecast.verification.hindcast import checked
from foundation.errors import BogdaError, ConfigurationError, InputError
from foundation.store import RunStore
from foundation.times import DAY, HOUR, parse_reference_time, stamp
from tests.flows.command import bogda
from tests.flows.conftest import CASE, write_days

pytestmark = pytest.mark.filterwarnings("ignore:the scheduler failed")
FIRST, LAST = parse_reference_time("2016-01-05"), parse_reference_time("2016-01-08")
LEVELS = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95])


@pytest.fixture(autouse=True)
def no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect's server takes half a minute to start; the whole flow is run where the day's is."""

    monkeypatch.setattr(hindcast_scheduler, "_under_prefect", _no_server)


def plan_of(case: Path, **changes: Any) -> HindcastPlan:
    found, folder = load_case(str(case))
    return HindcastPlan(found, folder, **({"first": FIRST, "last": LAST} | changes))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, xr.Dataset]:
    """A case and its hindcast without learned or physical models."""
    folder = tmp_path_factory.mktemp("hindcast")
    write_days(folder / "days")
    (folder / "small.yaml").write_text(CASE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hindcast_scheduler, "_under_prefect", _no_server)
        with pytest.warns(RuntimeWarning, match="no server"):
            done = hindcasting.make_hindcast(plan_of(folder / "small.yaml"), folder / "out.nc")
    assert not done.scheduler
    return folder / "small.yaml", xr.load_dataset(folder / "out.nc")


def _no_server(*_: object) -> None:
    raise RuntimeError("no server")


def test_keeps_the_contract_and_says_what_it_is(made: tuple[Path, xr.Dataset]) -> None:
    case, found = made
    data = checked(found)
    assert [str(name) for name in data["model"].values] == ["published", "persistence", "climatology"]
    np.testing.assert_array_equal(data["issue"].values, np.arange(FIRST, LAST + HOUR, DAY))
    assert json.loads(found.attrs["perfect_weather"]) == []
    inputs = json.loads(found.attrs["inputs"])
    assert len(inputs) == 3
    assert all(len(one["sha256"]) == 64 for one in inputs)
    assert set(json.loads(found.attrs["known_at_issue"])) == set(map(str, data["model"].values))
    assert "release" not in found.attrs
    assert not work_folder(case.with_name("out.nc")).exists()


def test_agrees_with_the_backtest_on_the_same_valid_times(made: tuple[Path, xr.Dataset]) -> None:
    from observations.means import place_means
    from observations.providers import read
    from observations.quality_control import quality_controlled

    case, found = made
    measured = place_means(quality_controlled(read(case.parent / "days").dataset))
    judged = Judged(FIRST, LAST + 6 * DAY)
    other = hindcast(measured, judged, forecast_config()).sel(issue=found["issue"], model=found["model"])
    here = found["valid_time"].values == other["valid_time"].values
    assert here.all()
    both = np.isfinite(other["observed"].values)
    for name in ("concentration", "aqi"):
        ours, theirs = (part[name].transpose("issue", "lead", "place", ...) for part in (found, other))
        np.testing.assert_allclose(ours.values, theirs.transpose(*ours.dims).values, rtol=1e-4)
    assert both.any()
    np.testing.assert_allclose(
        found["observed"].transpose(*other["observed"].dims).values[both],
        other["observed"].values[both],
        rtol=1e-5,
    )


def test_what_comes_after_an_issue_changes_no_forecast(made: tuple[Path, xr.Dataset], tmp_path: Path) -> None:
    write_days(tmp_path / "days", until="2016-01-04")
    (tmp_path / "small.yaml").write_text(CASE, encoding="utf-8")
    plan = plan_of(tmp_path / "small.yaml", last=FIRST)
    with pytest.raises(InputError, match="nothing is measured in the period judged"):
        hindcasting.make_hindcast(plan, tmp_path / "cut.nc")
    alone = xr.load_dataset(work_folder(tmp_path / "cut.nc") / "issues-00-0000.nc")
    np.testing.assert_allclose(
        alone["concentration"].values, made[1]["concentration"].sel(issue=[FIRST]).values, rtol=1e-5
    )


def test_a_killed_hindcast_goes_on_where_it_stopped(
    made: tuple[Path, xr.Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, out = plan_of(made[0]), tmp_path / "out.nc"
    work_folder(out).mkdir()
    (work_folder(out) / "plan.json").write_text('{"fingerprint": "of another"}', encoding="utf-8")
    (work_folder(out) / "points-00-pm25.npz").write_bytes(b"strange")
    begun: list[str] = []
    real = hindcast_parts.make_part

    def killed(work: str, part: hindcast_parts.Part) -> str:
        if len(begun) == 3:
            raise KeyboardInterrupt
        begun.append(part.file)
        return real(work, part)

    monkeypatch.setattr(hindcast_scheduler, "make_part", killed)
    with pytest.raises(KeyboardInterrupt):
        hindcasting.make_hindcast(plan, out)
    assert not out.exists()
    kept = {file: (work_folder(out) / file).stat().st_mtime_ns for file in begun}
    (work_folder(out) / ".abcd-points-00-co.npz").write_bytes(b"half")
    seen: dict[str, int] = {}

    def watched(work: str, part: hindcast_parts.Part) -> str:
        name = real(work, part)
        seen[name] = (Path(work) / name).stat().st_mtime_ns
        return name

    monkeypatch.setattr(hindcast_scheduler, "make_part", watched)
    done = hindcasting.make_hindcast(plan, out)
    assert (done.found, done.parts) == (3, 7)
    assert all(seen[file] == when for file, when in kept.items())
    xr.testing.assert_allclose(xr.load_dataset(out), made[1])


@dataclass
class Constant:
    """A learned model that says the same everywhere, and refuses to be shown the future."""

    until: str = "2015-12-31T16:00:00"
    steps: int = 1

    def __post_init__(self) -> None:
        self.windows = SimpleNamespace(steps_per_day=self.steps, horizon=5)
        self.scales = SimpleNamespace(pollutants=("pm25", "pm10"), weather_names=("wind_speed_10m",))
        self.network = SimpleNamespace(levels=tuple(LEVELS), sources=None)
        self.card = {"perfect_weather": False, "trained_until": f"{self.until}Z", "synthetic": False}

    @property
    def trained_until(self) -> np.datetime64:
        return np.datetime64(self.until)

    def forecast(self, panel: Any, issues: np.ndarray, leads: np.ndarray) -> LearnedForecast:
        assert np.isnan(panel.recent[issues.max() + 1 :]).all()
        assert np.isnan(panel.target[issues.max() + 1 :]).all()
        assert np.isnan(panel.weather).all()
        assert panel.weather_names == ("wind_speed_10m",)
        quantiles = np.broadcast_to(10.0 + LEVELS, (len(issues), len(leads), 3, 2, len(LEVELS)))
        return LearnedForecast(quantiles, LEVELS, None, (), np.full((len(issues), 3), NO_WEATHER))


@pytest.fixture
def constant(monkeypatch: pytest.MonkeyPatch) -> Constant:
    from forecast.learned import release

    model = Constant()
    monkeypatch.setattr(hindcast_learned, "open_release", lambda _: model)
    monkeypatch.setattr(release, "release_fingerprint", lambda folder: f"mark of {folder}")
    monkeypatch.setattr(release, "read_past", lambda _: None)
    return model


@pytest.mark.usefixtures("constant")
def test_a_learned_model_stands_beside_the_others(made: tuple[Path, xr.Dataset], tmp_path: Path) -> None:
    plan = plan_of(made[0], release="new", champion="old")
    done = hindcasting.make_hindcast(plan, tmp_path / "out.nc")
    assert done.models[-2:] == (NAME, "champion")
    found = checked(xr.load_dataset(tmp_path / "out.nc"))
    told = found["concentration"].sel(model=NAME)
    fine = told.sel(pollutant="pm25", lead=[24, 120])
    np.testing.assert_allclose(fine.sel(quantile=0.5, method="nearest").values, 10.5, rtol=1e-6)
    np.testing.assert_allclose(fine.sel(quantile=0.95, method="nearest").values, 10.95, rtol=1e-6)
    assert np.isnan(told.sel(lead=[144, 168]).values).all()
    assert np.isnan(told.sel(pollutant="co").values).all()
    assert (found["situation"].sel(model=[NAME, "champion"]) == NO_WEATHER).all()
    assert (found["situation"].sel(model="published") == 0).all()
    xr.testing.assert_allclose(
        found["concentration"].sel(model=["published"]),
        checked(made[1])["concentration"].sel(model=["published"]),
    )
    assert found.attrs["release"] == "mark of new"
    assert found.attrs["champion_release"] == "mark of old"


def test_issues_within_the_training_are_refused_with_the_first_honest_day(
    made: tuple[Path, xr.Dataset], tmp_path: Path, constant: Constant
) -> None:
    constant.until = "2016-01-06T20:00:00"
    with pytest.raises(ConfigurationError, match="first honest issue is 2016-01-08 00:00"):
        hindcasting.make_hindcast(plan_of(made[0], release="new"), tmp_path / "out.nc")
    constant.windows.steps_per_day = 24
    with pytest.raises(ConfigurationError, match="expected a release for day means, got one for hour"):
        hindcasting.make_hindcast(plan_of(made[0], release="new"), tmp_path / "out.nc")


def write_run(store: Path, time: np.datetime64, created: np.datetime64, level: float) -> None:
    """What a run leaves of the transport model: PM2.5 at two places, one value by the hour."""
    folder = store / "runs" / "small" / stamp(time)
    folder.mkdir(parents=True)
    leads = np.arange(1, 73) * HOUR
    values = level * 1e-9 * (1 + (np.arange(72) % 24 < 12))
    series = np.broadcast_to(values[None, :, None, None], (1, 72, 2, 1))
    xr.Dataset(
        {"concentration": (("reference_time", "lead_time", "place", "pollutant"), series)},
        {
            "reference_time": [time], "lead_time": leads.astype("timedelta64[ns]"),
            "place": ["urumqi", "elsewhere"], "pollutant": ["pm25"],
        },
    ).to_netcdf(folder / "physical.nc")  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"created": f"{created}Z"}), encoding="utf-8")


def test_physical_runs_of_the_store_are_joined_by_valid_day(
    made: tuple[Path, xr.Dataset], tmp_path: Path
) -> None:
    day = np.timedelta64(1, "D")
    write_run(tmp_path, FIRST, FIRST.astype("datetime64[s]") + np.timedelta64(3600, "s"), 40.0)
    plan = plan_of(made[0], store=str(tmp_path))
    done = hindcasting.make_hindcast(plan, tmp_path / "out.nc")
    assert done.models[-1] == hindcast_physical.NAME
    found = xr.load_dataset(tmp_path / "out.nc")
    told = found["concentration"].sel(model=hindcast_physical.NAME, pollutant="pm25")
    median = told.sel(quantile=0.5, method="nearest")
    np.testing.assert_allclose(
        median.sel(place="urumqi", issue=FIRST, lead=[24, 48, 72]).values, 60.0, rtol=1e-5
    )
    assert np.isnan(median.sel(place="urumqi", issue=FIRST, lead=96).values)
    assert np.isnan(median.sel(issue=FIRST + day).values).all()
    assert np.isnan(median.sel(place="changji").values).all()
    assert json.loads(found.attrs["perfect_weather"]) == []
    assert not hindcast_physical.was_late(RunStore(str(tmp_path)), "small", FIRST)
    write_run(tmp_path / "later", FIRST, FIRST.astype("datetime64[s]") + np.timedelta64(5, "D"), 40.0)
    assert hindcast_physical.was_late(RunStore(str(tmp_path / "later")), "small", FIRST)


def test_missing_runs_are_made_once_and_in_order(
    made: tuple[Path, xr.Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import daily

    times: list[np.datetime64] = []

    def make_day(day: Any, _progress: Any) -> None:
        times.append(day.reference_time)
        write_run(tmp_path, day.reference_time, np.datetime64("2016-01-05T00:00:00"), 50.0)

    monkeypatch.setattr(daily, "make_day", make_day)
    found, folder = load_case(str(made[0]))
    plan = HindcastPlan(found, folder, FIRST, LAST, store=str(tmp_path))
    assert hindcast_physical.make_missing_runs(plan, lambda _: None) == 4
    assert hindcast_physical.make_missing_runs(plan, lambda _: None) == 0
    assert times == sorted(times) == list(plan.issues)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"first": LAST, "last": FIRST}, "--from is after --to"),
        ({"every": 36}, "expected a multiple of 24 hours"),
        ({"models": ("prophecy",)}, "unknown model 'prophecy'"),
        ({"physical": True}, "--physical needs --store"),
        ({"averaging": "hour"}, "the measurements are daily"),
        ({"first": parse_reference_time("2015-08-01")}, "the first measurement is of 2015-09-01"),
    ],
)
def test_what_does_not_fit_is_one_line(
    made: tuple[Path, xr.Dataset], tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(BogdaError, match=told) as caught:
        hindcasting.make_hindcast(plan_of(made[0], **changes), tmp_path / "out.nc")
    assert "\n" not in str(caught.value)


def test_hours_are_issued_at_every_clock_time_asked_for() -> None:
    found, folder = load_case("demo")
    first = parse_reference_time("2026-11-18T02:00")
    plan = HindcastPlan(found, folder, first, first + 2 * DAY, every=6, averaging="hour").checked()
    assert plan.clocks == (0, 6, 12, 18)
    joined = np.sort(np.concatenate([plan.issues_at(clock) for clock in plan.clocks]))
    np.testing.assert_array_equal(joined, plan.issues)
    assert all(len(np.unique(plan.issues_at(clock) - plan.issues_at(clock)[0])) >= 2 for clock in plan.clocks)
    again = HindcastPlan.from_document(json.loads(json.dumps(plan.document())))
    assert again == plan


def test_dask_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"'distributed' is not installed.*bogda\[dask\]"):
        hindcast_scheduler.check_dask("local")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    hindcast_scheduler.check_dask("tcp://10.0.0.5:8786")
    with pytest.raises(ConfigurationError, match="expected 'local' or the address"):
        hindcast_scheduler.check_dask("somewhere")


class Cluster:
    """Stands for a Dask client: runs each part when its future is asked for, last first."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def map(self, function: Any, works: list[str], parts: list[Any], **_: Any) -> list[Any]:
        def run(work: str, part: Any) -> str:
            self.parts.append(part.file)
            return str(function(work, part))

        return [
            SimpleNamespace(result=partial(run, work, part)) for work, part in zip(works, parts, strict=True)
        ]


def test_dask_makes_every_part_stage_after_stage(
    made: tuple[Path, xr.Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = Cluster()
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(as_completed=reversed))
    monkeypatch.setattr(hindcast_scheduler, "check_dask", lambda _: None)
    monkeypatch.setattr(hindcasting, "check_dask", lambda _: None)
    monkeypatch.setattr(hindcast_scheduler, "_cluster", lambda _: nullcontext(cluster))
    hindcasting.make_hindcast(plan_of(made[0]), tmp_path / "out.nc", dask="local")
    assert len(cluster.parts) == 7
    assert cluster.parts[-1] == "issues-00-0000.nc"
    assert cluster.parts[0] == "points-00-o3_8h.npz"
    xr.testing.assert_allclose(xr.load_dataset(tmp_path / "out.nc"), made[1])


def test_the_command_wants_one_source_of_measurements(small_case: Path, tmp_path: Path) -> None:
    period = ("--from", "2016-01-05", "--to", "2016-01-06", "--out", str(tmp_path / "out.nc"))
    neither = bogda("hindcast", *period)
    assert neither.exit_code == 2
    assert "give either --case or --observations" in neither.stderr
    absent = bogda("hindcast", *period, "--observations", str(tmp_path / "nowhere"))
    assert "no such file or folder" in absent.stderr
    assert absent.stderr.count("\n") == 1
    done = bogda("hindcast", *period, "--observations", str(small_case.parent / "days"), "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["issues"] == 2
