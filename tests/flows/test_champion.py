"""The learned model in the daily run: it leads, or the run says that it fell back and to what."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from flows import day
from flows import plan as plans
from flows.budget import daily_config
from flows.champion import joining as champions
from flows.champion.inputs import inputs_file, read_inputs
from flows.champion.joining import Asked, lead
from flows.champion.panel import Foreseen, champion_panel
from flows.champion.products import championed
from flows.champion.record import champion_of
from flows.measurements import Measurements, arrange, average
from flows.plan import DayPlan
from forecast.configuration import forecast_config
from forecast.history import targets
from forecast.leading import led
from forecast.learned.building import new_network
from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.forecaster import Forecaster, LearnedForecast
from forecast.learned.normalisation import Normalisation
from forecast.learned.panel import Panel
from forecast.learned.past import past_issues
from forecast.learned.release import write_release
from forecast.learned.release_document import ReleaseDocument
from forecast.learned.source_kinds import SourcesConfig
from forecast.product import ForecastProduct
from foundation.contracts import FORECAST, check_closure
from foundation.errors import RunError
from foundation.pollutants import pollutants_of
from sources.tagging.published import published_contributions
from tests.flows.command import bogda
from tests.flows.conftest import CASE, write_days
from tests.flows.test_day import plan_of, steps
from tests.sources.made_tags import made_tags

POLLUTANTS = pollutants_of("day")
MEAN = (4.7, 5.0, 3.0, 3.9, 0.4, 3.7)


def write_champion(folder: Path, **changes: object) -> Path:
    """A release of a tiny network with random weights, which says about the last value measured."""
    windows = WindowsConfig(steps_per_day=1, fine=3, block=2, blocks=1, memory=7, horizon=7)
    config = NetworkConfig(windows=windows, width=8, heads=2, lead_width=8)
    scales = Normalisation(POLLUTANTS, MEAN, (0.6,) * 6, (), (), (), (86.5, 44.0))
    fields = {
        "kind": "day", "name": "tiny-day", "network": config, "normalisation": scales.as_document(),
        "pollutants": POLLUTANTS, "training_stations": ("urumqi", "changji"), "seeds": (1, 2),
        "trained_from": "2015-09-01T16:00:00Z", "trained_until": "2015-12-14T16:00:00Z",
        "versions": {"bogda": "0.1.0"}, "created": "2015-12-20", "synthetic": True,
    }  # fmt: skip
    document = ReleaseDocument.model_validate({**fields, **changes})
    own = Normalisation.from_document(document.normalisation)
    members = [new_network(document.network, own, seed).state_dict() for seed in document.seeds]
    return write_release(folder, document, members)


Crowned = dict[str, Path]


@pytest.fixture(scope="module")
def champions_of_all() -> Iterator[Crowned]:
    """The champions of every store, by kind; a test fills it."""
    held: Crowned = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forecast.learned.champion.champion", lambda _store, kind: held.get(kind))
        yield held


@pytest.fixture
def crowned(champions_of_all: Crowned) -> Iterator[Crowned]:
    yield champions_of_all
    champions_of_all.clear()


@dataclass(frozen=True)
class Plain:
    """A day without a learned model, from which days with one are made."""

    case: Path
    measured: Measurements
    products: dict[str, ForecastProduct]

    def plan(self) -> DayPlan:
        return plan_of(self.case, self.case.parent / "store")

    def led(self, *seen: Foreseen) -> dict[str, ForecastProduct]:
        """The forecasts with what is champion now."""
        plan = self.plan()
        return championed(plan, self.measured, self.products, seen or day.foreseen_of(plan, None, None))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, champions_of_all: Crowned) -> Plain:
    folder = tmp_path_factory.mktemp("plain")
    write_days(folder / "days")
    (folder / "small.yaml").write_text(CASE, encoding="utf-8")
    plan = plan_of(folder / "small.yaml", folder / "store")
    measured = arrange(average(plan), plan)
    assert not champions_of_all
    return Plain(folder / "small.yaml", measured, day.forecast_step(plan, measured))


def with_sources() -> dict[str, Any]:
    """Changes that make a release one with a source head, which leads alone."""
    names = tuple(map(str, tags_at(np.datetime64("2016-01-09T16"))["source"].values))
    windows = WindowsConfig(steps_per_day=1, fine=3, block=2, blocks=1, memory=7, horizon=7)
    network = NetworkConfig(
        windows=windows, width=8, heads=2, lead_width=8, sources=SourcesConfig(names=names)
    )
    return {"network": network, "source_names": names}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with a source head; in a run without tags it leads alone as well."""
    return write_champion(tmp_path_factory.mktemp("champion") / "release", **with_sources())


@pytest.fixture(scope="module")
def run(plain: Plain, release: Path, champions_of_all: Crowned) -> Path:
    """The folder of a day made with a champion."""
    champions_of_all["day"] = release
    folder = steps(plain.plan())
    champions_of_all.clear()
    return folder


def document(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def test_the_champion_is_published(run: Path, release: Path) -> None:
    with xr.open_dataset(run / "forecast.nc") as opened:
        forecast = FORECAST.check(opened.load())
    panel = read_inputs(run / inputs_file("day"))
    told = Forecaster.read(release).forecast(panel, np.array([len(panel.times) - 1]), np.arange(1, 8))
    median = forecast["concentration"].sel(quantile=0.5, method="nearest").isel(reference_time=0)
    np.testing.assert_allclose(
        median.sel(pollutant="pm25").values, told.quantiles[0, :, :, 0, 4] * 1e-9, rtol=1e-6
    )
    assert (np.diff(forecast["concentration"].sel(pollutant="pm25").values, axis=-1) > 0).all()
    assert forecast.sizes["scenario"] >= 15
    assert str(forecast.attrs["model"]) == "learned network tiny-day-20151220T000000Z"


def test_the_run_names_its_model_and_what_it_lacked(run: Path) -> None:
    manifest = document(run / "manifest.json")
    for group in ("day", "region"):
        assert manifest["models"][group].startswith("tiny-day-20151220T000000Z sha256:")
    assert manifest["configuration"]["champions"]["day"]["fault"] == ""
    told = {item["code"]: item["chinese"] for item in manifest["degradations"]}
    assert "no-learned-model" not in told
    assert told["learned-unseen"] == "学习模型（逐日）未参加训练：石河子；相应区间已加宽。"


def test_the_champion_is_verified_beside_the_combination(run: Path) -> None:
    verification = document(run / "verification.json")
    models = {row["model"] for row in verification["scores"]}
    assert models == {"published", "statistical combination", "persistence", "climatology"}
    assert verification["learned_model"]["issues_after"].startswith("2015-12-15")
    assert len(verification["yesterday"]) == 3
    assert "统计组合" in (run / "bulletin.html").read_text(encoding="utf-8")


def test_issues_in_training_are_the_combinations(plain: Plain, release: Path, crowned: Crowned) -> None:
    crowned["day"] = release
    led, before = plain.led()["day"].predictions["pm25"], plain.products["day"].predictions["pm25"]
    own = led.history.times[led.issues] > np.datetime64("2015-12-14T16:00")
    assert 20 < own.sum() < len(own)
    np.testing.assert_array_equal(led.of("published")[~own], before.of("published")[~own])
    np.testing.assert_array_equal(led.of("statistical combination"), before.of("published"))
    assert not np.isclose(led.of("published")[own], before.of("published")[own]).all(axis=(1, 2)).any()
    assert led.own is not None
    assert not np.isfinite(led.own[~own]).any()


def test_regions_are_means_of_their_places(run: Path) -> None:
    with (
        xr.open_dataset(run / "forecast.nc") as places,
        xr.open_dataset(run / "forecast.nc", group="region") as regions,
    ):
        mean = places["concentration"].sel(place=["urumqi", "changji", "shihezi"]).mean("place")
        np.testing.assert_allclose(
            regions["concentration"].sel(place="wu-chang-shi").values, mean.values, rtol=1e-6
        )


def test_no_champion_is_told_calmly(plain: Plain) -> None:
    (note,) = plain.products["day"].notes
    assert (note.code, note.chinese) == ("no-learned-model", "未安装学习模型，发布的是统计组合预报。")
    assert plain.products["day"].learned is None


def test_a_kind_without_its_champion_is_told(plain: Plain, release: Path, crowned: Crowned) -> None:
    crowned["hour"] = release
    (note,) = plain.led()["day"].notes
    assert note.chinese == "未安装逐日预报的学习模型，逐日预报为统计组合。"


def damaged(folder: Path) -> None:
    weights = write_champion(folder) / "member-1.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")


def without_document(folder: Path) -> None:
    (write_champion(folder) / "release.json").write_text("{", encoding="utf-8")


def of_other_pollutants(folder: Path) -> None:
    scales = Normalisation(("pm25", "o3"), (4.0, 4.0), (0.6, 0.6), (), (), (), (86.5, 44.0))
    write_champion(folder, pollutants=("pm25", "o3"), normalisation=scales.as_document())


def of_hours(folder: Path) -> None:
    windows = WindowsConfig(steps_per_day=24, fine=3, block=2, blocks=1, memory=7, horizon=7)
    write_champion(
        folder, kind="hour", network=NetworkConfig(windows=windows, width=8, heads=2, lead_width=8)
    )


def trained_later(folder: Path) -> None:
    write_champion(folder, trained_until="2016-03-01T16:00:00Z")


def impossible(folder: Path) -> None:
    scales = Normalisation(POLLUTANTS, (9.1, *MEAN[1:]), (1e-3,) * 6, (), (), (), (86.5, 44.0))
    write_champion(folder, normalisation=scales.as_document())


@pytest.mark.parametrize(
    ("make", "code", "told"),
    [
        (damaged, "unreadable", "not the one that was released"),
        (without_document, "unreadable", "JSON"),
        (of_hours, "unreadable", "expected a model for day means, got hour"),
        (of_other_pollutants, "unfit", "got o3"),
        (trained_later, "newer", "trained until 2016-03-02 00:00"),
        (impossible, "absurd", "median of pm25"),
    ],
)
def test_a_champion_that_cannot_be_used_falls_back(
    plain: Plain, crowned: Crowned, tmp_path: Path, make: Callable[[Path], None], code: str, told: str
) -> None:
    make(tmp_path / "release")
    crowned["day"] = tmp_path / "release"
    falls_back(plain, code, told)


def falls_back(plain: Plain, code: str, told: str) -> None:
    """The forecast is the statistical one, to the last digit, and one line says why."""
    products = plain.led()
    (note,) = products["day"].notes
    assert note.code == f"learned-model-{code}"
    assert told in note.english
    assert "已改用统计组合预报" in note.chinese
    assert str(plain.case.parent.parent) not in note.english
    assert products["day"].learned is None
    for group in ("day", "region"):
        assert products[group].dataset.identical(plain.products[group].dataset)


def test_numbers_that_are_not_finite_fall_back(
    plain: Plain, release: Path, crowned: Crowned, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Forecaster.forecast

    def broken(self: Forecaster, panel: Panel, issues: np.ndarray, leads: np.ndarray) -> LearnedForecast:
        told = honest(self, panel, issues, leads)
        told.quantiles[0, 0, 0, 0, 0] = np.nan
        return told

    monkeypatch.setattr(Forecaster, "forecast", broken)
    crowned["day"] = release
    falls_back(plain, "absurd", "1 numbers are not finite")


def test_a_slow_model_falls_back(
    plain: Plain, release: Path, crowned: Crowned, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = daily_config()
    hurried = whole.model_copy(update={"champion": whole.champion.model_copy(update={"seconds": 1e-4})})
    monkeypatch.setattr(champions, "daily_config", lambda: hurried)
    crowned["day"] = release
    falls_back(plain, "slow", "took too long")


@pytest.mark.filterwarnings("ignore:learned model failed:RuntimeWarning")
def test_any_other_fault_falls_back(
    plain: Plain, release: Path, crowned: Crowned, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("broken on purpose")

    monkeypatch.setattr(champions, "champion_panel", broken)
    crowned["day"] = release
    falls_back(plain, "failed", "ZeroDivisionError: broken on purpose")


def test_a_registry_that_cannot_be_read_falls_back(plain: Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_store: str, _kind: str) -> None:
        raise RunError("the files of a registered model are missing", where="/srv/models/x")

    monkeypatch.setattr("forecast.learned.champion.champion", broken)
    falls_back(plain, "unreadable", "files of a registered model are missing")


def test_a_place_that_falls_silent_is_told(plain: Plain, release: Path, crowned: Crowned) -> None:
    daily = plain.measured.daily.copy(deep=True)
    daily["pm25"][-3:, list(daily["place"].values).index("urumqi")] = np.nan
    crowned["day"] = release
    plan = plain.plan()
    asked = Asked(plan, replace(plain.measured, daily=daily), day.foreseen_of(plan, None, None))
    made = lead(plain.products["day"], plan.champions["day"], asked, forecast_config())
    assert {note.code: note.chinese for note in made.notes}["learned-silent"] == (
        "学习模型（逐日）近48小时无PM2.5监测：乌鲁木齐；相应区间已加宽。"
    )
    assert bool(made.dataset["concentration"].sel(pollutant="pm25").notnull().all())


def test_what_the_record_lacks_stays_withheld(plain: Plain) -> None:
    prediction = plain.products["day"].predictions["pm25"]
    never = replace(prediction, points=np.where([[[True, False, False]]], np.nan, prediction.points))
    said = np.zeros((*prediction.points.shape[1:], 19))
    assert np.isnan(led(never, said).of("published")[..., 0]).all()
    assert (led(never, said).of("published")[..., 1:] == 0).all()


def test_a_new_champion_makes_the_day_anew(
    plain: Plain, release: Path, crowned: Crowned, tmp_path: Path
) -> None:
    prints = [plans.plan_fingerprint(plain.plan())]
    for folder in (release, write_champion(tmp_path / "release", seeds=(3, 4))):
        crowned["day"] = folder
        prints.append(plans.plan_fingerprint(plain.plan()))
    assert len(set(prints)) == 3


def test_the_name_of_a_release_is_read_without_its_weights(tmp_path: Path, crowned: Crowned) -> None:
    crowned["day"] = write_champion(tmp_path / "release")
    (tmp_path / "release" / "member-0.safetensors").unlink()
    found = champion_of(str(tmp_path), "day")
    assert found is not None
    assert found.name == "tiny-day-20151220T000000Z"
    assert champion_of(str(tmp_path), "hour") is None


def test_a_machine_without_a_registry_loads_no_library_for_it(tmp_path: Path) -> None:
    program = (
        "import sys; from flows.champion.record import champion_of; "
        "heavy = {'mlflow', 'torch', 'safetensors'}; "
        f"print(champion_of({str(tmp_path)!r}, 'day'), *heavy & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "None", done.stdout + done.stderr


def tags_at(reference: np.datetime64) -> xr.Dataset:
    """Tags of Urumqi, Shihezi and Kuitun for 168 hours; of Changji there are none."""
    return made_tags(168).assign_coords(reference_time=[reference])


@pytest.fixture(scope="module")
def tagged(
    plain: Plain, champions_of_all: Crowned, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, ForecastProduct]:
    """Forecasts of a champion that looks at tags."""
    folder = tmp_path_factory.mktemp("tagged") / "release"
    champions_of_all["day"] = write_champion(folder, **with_sources())
    times = [plain.plan().reference_time - np.timedelta64(days, "D") for days in (3, 2, 1, 0)]
    made = plain.led(*(Foreseen(time, tags_at(time)) for time in times))
    champions_of_all.clear()
    return made


def test_contributions_are_the_champions_own_parts(plain: Plain, tagged: dict[str, ForecastProduct]) -> None:
    from flows.contributions import own_parts

    product, tags = tagged["day"], tags_at(plain.plan().reference_time)
    assert product.learned is not None
    assert product.learned.sources is not None
    made = published_contributions(product.dataset, tags, 3.3, None, 12, own_parts(product))
    fine = made["contribution"].sel(pollutant="pm25", place="urumqi").isel(reference_time=0)
    own = product.learned.sources[:, list(product.dataset["place"].values).index("urumqi")] * 1e-9
    np.testing.assert_allclose(
        fine.sel(source=list(product.learned.source_names[:-1])).values, own[:, :-1], rtol=1e-9
    )
    np.testing.assert_allclose(fine.sel(source="unattributed").values, own[:, -1], rtol=1e-6)
    middle = product.dataset["concentration"].sel(quantile=0.5, method="nearest", drop=True)
    check_closure(made, middle, 1e-9)
    untagged = made["contribution"].sel(pollutant="pm25", place="changji", source="unattributed")
    np.testing.assert_allclose(
        untagged.values, middle.sel(pollutant="pm25", place="changji").values, rtol=1e-9
    )


def test_parts_of_a_region_are_means_of_those_of_its_places(tagged: dict[str, ForecastProduct]) -> None:
    places, region = tagged["day"].learned, tagged["region"].learned
    assert places is not None
    assert region is not None
    assert places.sources is not None
    assert region.sources is not None
    middle = tagged["region"].dataset["concentration"].sel(quantile=0.5, method="nearest", drop=True)
    number = list(tagged["region"].dataset["place"].values).index("wu-chang-shi")
    np.testing.assert_allclose(region.sources[:, number], places.sources.mean(axis=1), rtol=1e-9)
    wanted = middle.sel(pollutant="pm25", place="wu-chang-shi").isel(reference_time=0).values
    np.testing.assert_allclose(region.sources[:, number].sum(axis=-1) * 1e-9, wanted, rtol=1e-9)


def test_tags_are_means_of_the_days_ahead(plain: Plain, tagged: dict[str, ForecastProduct]) -> None:
    leading = tagged["day"].learned
    assert leading is not None
    assert leading.panel is not None
    assert leading.panel.tags is not None
    last = len(leading.panel.times) - 1
    seen = leading.panel.tags.of(np.array([last - 3, last - 1, last]), np.array([1, 7]))
    hours = tags_at(plain.plan().reference_time)["contribution"].sel(place="shihezi", pollutant="pm25")[0]
    shihezi, changji = (leading.panel.stations.index(name) for name in ("shihezi", "changji"))
    np.testing.assert_allclose(seen[2, 0, shihezi], hours.values[:24].mean(axis=0) * 1e9, rtol=1e-6)
    np.testing.assert_allclose(seen[0, 1, shihezi], hours.values[144:].mean(axis=0) * 1e9, rtol=1e-6)
    assert np.isnan(seen[:, :, changji]).all()


def test_weather_at_a_place_is_that_of_its_cell(plain: Plain, tmp_path: Path) -> None:
    names = ("air_temperature_2m", "wind_speed_10m", "snow_depth")
    scales = Normalisation(
        POLLUTANTS, MEAN, (0.6,) * 6, names, (260.0, 2.0, 0.0), (9.0, 1.0, 1.0), (86.5, 44.0)
    )
    model = Forecaster.read(
        write_champion(
            tmp_path / "release", weather_names=names, weather_ahead=True, normalisation=scales.as_document()
        )
    )
    plan = plain.plan()
    panel = champion_panel(
        model, plan, plain.measured, (Foreseen(plan.reference_time, None, three_hourly(plan)),), 200
    )
    last, leads = len(panel.times) - 1, np.arange(1, 8)
    assert panel.ahead is not None
    ahead = panel.ahead.of(np.array([last]), leads)[0]
    np.testing.assert_allclose(ahead[:3, 0, 0], 260.0 + 24 * np.arange(3) + 12.5, rtol=1e-6)
    np.testing.assert_allclose(ahead[:3, :, 1], 5.0, rtol=1e-6)
    assert np.isnan(ahead[:, :, 2]).all()
    assert np.isnan(ahead[3:]).all()
    np.testing.assert_allclose(panel.weather[last, 0, 0], 260.0 - 11.5, rtol=1e-6)
    told = model.forecast(panel, np.array([last]), leads)
    assert np.isfinite(told.quantiles).all()


def three_hourly(plan: DayPlan) -> xr.Dataset:
    """Weather every 3 h from a day before the issue to three days after; temperature rises 1 K an hour."""
    hours = np.arange(-24, 73, 3)
    lon, lat = np.meshgrid(np.arange(84.0, 90.0), np.arange(42.0, 47.0))
    shape = (len(hours), *lon.shape)
    surface = ("time", "y", "x")
    return xr.Dataset(
        {
            "air_temperature_2m": (surface, np.broadcast_to((260.0 + hours)[:, None, None], shape)),
            "eastward_wind_10m": (surface, np.full(shape, 3.0)),
            "northward_wind_10m": (surface, np.full(shape, 4.0)),
        },
        {
            "time": plan.reference_time + hours * np.timedelta64(1, "h"), "lon": (("y", "x"), lon),
            "lat": (("y", "x"), lat),
        },
    )  # fmt: skip


PAST_FROM = "2015-09-10T16:00:00Z"


def clairvoyant(folder: Path, plain: Plain, **changes: Any) -> Path:
    """A release without sources whose past, at two of the three places, knew what came."""
    fields = {"training_stations": ("changji", "urumqi"), "past_from": PAST_FROM, **changes}
    scales = Normalisation(POLLUTANTS, MEAN, (0.6,) * 6, (), (), (), (86.5, 44.0))
    windows = WindowsConfig(steps_per_day=1, fine=3, block=2, blocks=1, memory=7, horizon=7)
    network = NetworkConfig(windows=windows, width=8, heads=2, lead_width=8)
    common = {
        "kind": "day", "name": "tiny-day", "network": network, "normalisation": scales.as_document(),
        "pollutants": POLLUTANTS, "seeds": (1,), "trained_from": "2015-09-01T16:00:00Z",
        "trained_until": "2015-12-14T16:00:00Z", "versions": {"bogda": "0.1.0"}, "created": "2015-12-20",
        "synthetic": True,
    }  # fmt: skip
    document = ReleaseDocument.model_validate({**common, **fields})
    columns = [list(plain.products["day"].dataset["place"].values).index(n) for n in ("changji", "urumqi")]
    medians = []
    for prediction in plain.products["day"].predictions.values():
        times = prediction.history.times[prediction.issues]
        rows = np.flatnonzero(np.isin(times, past_issues(document)))
        truth = targets(prediction.history, prediction.issues[rows], np.arange(1, 8))
        medians.append(np.nan_to_num(truth[..., columns], nan=4.0))
    members = [new_network(network, scales, 1).state_dict()]
    return write_release(folder, document, members, np.stack(medians, axis=-1))


@pytest.fixture(scope="module")
def candidate(plain: Plain, champions_of_all: Crowned, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a day whose champion has no sources and a verified past."""
    champions_of_all["day"] = clairvoyant(tmp_path_factory.mktemp("candidate") / "release", plain)
    folder = steps(replace(plain.plan(), store=str(plain.case.parent / "candidate")))
    champions_of_all.clear()
    return folder


def test_a_candidate_takes_part_by_its_verified_past(candidate: Path) -> None:
    manifest = document(candidate / "manifest.json")
    label = "published with tiny-day-20151220T000000Z sha256:"
    assert all(manifest["models"][group].startswith(label) for group in ("day", "region"))
    weights = manifest["configuration"]["champions"]["day"]["weights"]
    assert set(weights) == set(POLLUTANTS)
    assert all(0.0 < weight < 1.0 for weight in weights["pm25"])
    told = {item["code"]: item for item in manifest["degradations"]}
    values = " ".join(f"{weight:.2f}" for weight in weights["pm25"])
    assert f"PM2.5各日权重依次为{values}" in told["learned-model-candidate"]["chinese"]
    assert told["learned-unseen"]["chinese"] == "学习模型（逐日）未参加训练：石河子。"
    bulletin = (candidate / "bulletin.html").read_text(encoding="utf-8")
    assert f"各日权重依次为{values}" in bulletin
    with xr.open_dataset(candidate / "forecast.nc") as forecast:
        assert forecast.attrs["model"] == "published with learned network tiny-day-20151220T000000Z"
    scores = document(candidate / "verification.json")["scores"]
    assert {row["model"] for row in scores} == {
        "published", "statistical combination", "persistence", "climatology"
    }  # fmt: skip


def test_the_published_number_is_the_weighted_mean_of_all_candidates(
    plain: Plain, crowned: Crowned, tmp_path: Path
) -> None:
    crowned["day"] = clairvoyant(tmp_path / "release", plain)
    made = plain.led()
    product, before = made["day"], plain.products["day"].predictions["pm25"]
    prediction = product.predictions["pm25"]
    assert product.learned is not None
    assert not product.learned.alone
    said = product.learned.quantiles["pm25"][-1, ..., 0]
    candidates = np.exp(np.concatenate([before.points[1 : 1 + len(before.candidates), -1], said[None]]))
    mean = (np.moveaxis(prediction.weights[-1], -1, 0)[..., None] * candidates).sum(axis=0)
    np.testing.assert_allclose(np.exp(prediction.of("published")[-1]), mean, rtol=1e-9)
    np.testing.assert_array_equal(prediction.of("statistical combination"), before.of("published"))
    middle = product.dataset["concentration"].sel(quantile=0.5, method="nearest").isel(reference_time=0)
    errors = prediction.of("published")[-1] - np.log(middle.sel(pollutant="pm25").values * 1e9)
    assert np.abs(errors).max() < 1.0
    assert made["region"].weights


def test_a_past_is_matched_by_place_and_never_reaches_into_what_the_model_says_itself(
    plain: Plain, crowned: Crowned, tmp_path: Path
) -> None:
    crowned["day"] = clairvoyant(tmp_path / "release", plain)
    line = plain.led()["day"].learned
    assert line is not None
    prediction = plain.products["day"].predictions["pm25"]
    times, said = prediction.history.times[prediction.issues], line.quantiles["pm25"][..., 0]
    early = (times >= np.datetime64(PAST_FROM[:-1])) & (times <= np.datetime64("2015-12-14T16:00"))
    places = list(plain.products["day"].dataset["place"].values)
    truth = targets(prediction.history, prediction.issues, prediction.leads)
    for name in ("urumqi", "changji"):
        number = places.index(name)
        known = early[:, None] & np.isfinite(truth[..., number])
        np.testing.assert_allclose(said[..., number][known], truth[..., number][known], rtol=1e-6)
    assert np.isnan(said[early][..., places.index("shihezi")]).all()
    assert np.isnan(said[times < np.datetime64(PAST_FROM[:-1])]).all()
    late = times > np.datetime64("2015-12-14T16:00")
    assert np.isfinite(said[late]).all()
    assert not np.isclose(said[late][:-7], truth[late][:-7]).any(axis=(1, 2)).all()


def test_a_candidate_without_a_past_is_not_let_in_and_changes_nothing(
    plain: Plain, crowned: Crowned, tmp_path: Path
) -> None:
    crowned["day"] = write_champion(tmp_path / "release")
    made = plain.led()
    product = made["day"]
    (note,) = product.notes
    assert note.code == "learned-model-unverified"
    assert note.chinese == "逐日预报的学习模型未计入（往期检验不足），发布的是统计组合预报。"
    assert product.learned is not None
    times = product.predictions["pm25"].history.times[product.predictions["pm25"].issues]
    in_sample = times <= np.datetime64("2015-12-14T16:00")
    assert all(np.isnan(said[in_sample]).all() for said in product.learned.quantiles.values())
    assert not product.weights
    for group in ("day", "region"):
        assert made[group].dataset.identical(plain.products[group].dataset)


def test_the_explanation_of_a_candidate_tells_its_weight(candidate: Path) -> None:
    done = bogda("explain", str(candidate), "--place", "urumqi", "--lead-time", "2d", "--json")
    assert done.exit_code == 0, done.stderr
    weights = document(candidate / "manifest.json")["configuration"]["champions"]["day"]["weights"]
    assert json.loads(done.stdout)["weight"] == weights["pm25"][1]
    told = bogda("explain", str(candidate), "--place", "urumqi", "--lead-time", "2d").stdout
    assert f"它在发布的PM2.5中权重为{weights['pm25'][1]:.2f}" in told
