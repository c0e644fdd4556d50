"""`bogda sources footprint` on a short stored run: its file, its closure, the tags, and every refusal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import xarray as xr

from atmosphere.transport.model import TransportModel
from flows.budget import Budget
from flows.footprint_products import daily_targets, explain, region_footprints
from flows.hot_start import restart_record
from flows.stored_run import Driven, open_run
from forecast.physical import configuration
from forecast.physical.restart import Restart, read_restart, write_restart
from foundation.errors import ContractError, InputError
from foundation.footprint_contracts import check_footprint_closure
from foundation.places import gazetteer
from foundation.provenance import record_input
from foundation.times import HOUR, stamp
from sources.footprints.figures import draw_footprint
from sources.footprints.storage import read_footprints, write_footprints
from sources.footprints.targets import target_of
from tests.flows.command import bogda

HOURS = 4
CASE = {
    "name": "short", "chinese": "短", "english": "Short", "domain": "short", "synthetic": True,
    "observations": {"provider": "idealised"}, "weather": {"provider": "idealised"},
    "emissions": {"provider": "idealised"}, "physical": "demo",
}  # fmt: skip
REFERENCE = np.datetime64("2026-11-20T08:00", "ns")


@pytest.fixture(scope="module", autouse=True)
def short_model() -> Iterator[None]:
    """The shipped model for four hours."""
    short = configuration.physical_config().model_copy(update={"lead_hours": HOURS, "spin_up_hours": 0})
    patch = pytest.MonkeyPatch()
    patch.setattr(configuration, "physical_config", lambda: short)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that began with clean air, of which every tag has a share."""
    folder = tmp_path_factory.mktemp("store") / "runs" / "short" / stamp(REFERENCE)
    folder.mkdir(parents=True)
    manifest: dict[str, Any] = {
        "reference_time": f"{REFERENCE.astype('datetime64[s]')}Z", "synthetic": True, "inputs": [],
        "configuration": {"case": CASE},
    }  # fmt: skip
    _write(folder, manifest)
    plan = open_run(folder).plan
    manifest["configuration"]["restart"] = {"choices": restart_record(plan.case, None, {})["choices"]}
    _write(folder, manifest)
    from flows.emissions import emissions_of
    from flows.weather import weather_of
    from forecast.physical.run import Run

    config = configuration.physical_config().model_copy(update={"domain": "demo"})
    grid, times = config.grid(), REFERENCE + np.arange(HOURS) * HOUR
    weather = weather_of(plan, REFERENCE, HOURS)
    emitted = emissions_of(plan, grid, config.species, times, weather).dataset
    run = Run.of([weather], grid, emitted, REFERENCE, config)
    shares = torch.rand(run.clean.shape[-1], generator=torch.Generator().manual_seed(1)) * 3.0
    state = run.clean[0].sum(-1, keepdim=True) * shares
    names = run.driver.table.names, run.driver.emitter.tags
    write_restart(Restart(REFERENCE, grid, *names, state, 1, True), folder / "start.nc")
    return folder


@pytest.fixture(scope="module")
def driven(stored: Path) -> Driven:
    """What drove it, made again."""
    return open_run(stored).driven()


def _write(folder: Path, manifest: dict[str, Any]) -> None:
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture(scope="module")
def found(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, Path]:
    """What the command prints for the last hour at Urumqi, its file and its figure."""
    out = tmp_path_factory.mktemp("out")
    file, figure = out / "footprint.nc", out / "footprint.png"
    made = bogda(
        "sources", "footprint", str(stored), "--place", "乌鲁木齐", "--valid-time", "2026-11-20T20:00",
        "--out", str(file), "--figure", str(figure), "--particles", "--json",
    )  # fmt: skip
    assert made.exit_code == 0, made.stderr
    return json.loads(made.stdout), file, figure


def test_the_file_keeps_its_contract_and_closes(found: tuple[dict[str, Any], Path, Path]) -> None:
    document, file, figure = found
    made = read_footprints(file)
    assert check_footprint_closure(made) < 1e-4
    assert document["closure"] < 1e-4
    assert sum(one["contribution"] for one in document["sources"]) == pytest.approx(
        document["concentration"], rel=1e-4
    )
    assert document["emitted_since"] > 0.05 * document["concentration"]
    assert sum(one["contribution"] for one in document["counties"]) == pytest.approx(
        document["emitted_since"], rel=1e-3
    )
    assert document["counties"][0]["prefecture"] == "乌鲁木齐市"
    assert document["synthetic"] is True
    assert made.sizes["emission_start"] == HOURS
    assert figure.stat().st_size > 20_000
    assert document["particles"]["inert"]["overlap"] > 0.4


def test_sensitivity_times_emission_is_the_contribution(found: tuple[dict[str, Any], Path, Path]) -> None:
    """A kilogram a second near the ground of the receptor's cell, by the map and by the model itself."""
    made = xr.load_dataset(found[1], decode_timedelta=True).isel(receptor=0)
    near = made["sensitivity"].sel(release="ground", species="ppm_fine")
    assert float(near.sum()) > 0
    row, column = np.unravel_index(int(near.sum("emission_start").values.argmax()), near.shape[1:])
    assert abs(float(near["x"][column]) - 87.62) < 0.3
    assert abs(float(near["y"][row]) - 43.79) < 0.3
    assert float(made["cell_contribution"].sum()) == pytest.approx(
        float(made["emitted_contribution"].sum()), rel=1e-5
    )


def test_parts_agree_with_the_tags_of_the_run(
    driven: Driven, found: tuple[dict[str, Any], Path, Path]
) -> None:
    tags = _tags_at_urumqi(driven)
    parts = xr.load_dataset(found[1], decode_timedelta=True)["contribution"].values[0]
    assert np.abs(parts - tags).max() < 0.05 * tags.sum()
    assert parts.sum() == pytest.approx(tags.sum(), rel=0.02)


def _tags_at_urumqi(driven: Driven) -> np.ndarray:
    """PM2.5 of each tag over the last hour, kg m-3, by the tagged model."""
    run, ends = driven.run, []
    model = TransportModel(run.config.longest_step_s, taken=driven.start.steps_taken)
    state = driven.start.mixing_ratio[None].clone()
    cells = tuple(torch.tensor([part]) for part in run.driver.grid.cell_of(87.6177, 43.7928) or (0, 0))
    for one in run.driver.hours(REFERENCE, REFERENCE + HOURS * HOUR):
        state = model.hour(state, one.hour)
        ends.append(run.near_ground.by_tag(state, one.after, *cells)[0, 0, 0])
    return np.asarray((0.5 * (ends[-2] + ends[-1])).numpy())


def test_a_footprint_that_does_not_close_is_refused(found: tuple[dict[str, Any], Path, Path]) -> None:
    made = xr.load_dataset(found[1], decode_timedelta=True)
    made["contribution"][0, 0] += 1e-3 * made["concentration"][0]
    with pytest.raises(ContractError, match="sources differ"):
        check_footprint_closure(made)
    made = xr.load_dataset(found[1], decode_timedelta=True)
    made["cell_contribution"] *= 1.1
    with pytest.raises(ContractError, match="cells against"):
        write_footprints(made, found[1].with_name("open.nc"))
    assert not found[1].with_name("open.nc").exists()
    with pytest.raises(InputError, match="cannot be read"):
        read_footprints(found[2])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--place", "urumchi"), "unknown place"),
        (("--place", "yining"), "outside the grid"),
        (("--valid-time", "2026-11-22T13:00"), "the run covers"),
        (("--valid-time", "2026-11-20", "--averaging", "day"), "the run covers"),
        (("--averaging", "week"), "week"),
        (("--pollutant", "o3"), "pm25, pm10, so2, no2"),
        (("--figure", "x.bmp"), "unknown format"),
        (("--out", "no/such/folder.nc"), "no such folder"),
    ],
)
def test_what_cannot_be_is_one_line(
    stored: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    wanted = {"--place": "urumqi", "--valid-time": "2026-11-20T20:00", "--out": str(tmp_path / "x.nc")}
    wanted |= dict(zip(options[::2], options[1::2], strict=True))
    made = bogda("sources", "footprint", str(stored), *(part for pair in wanted.items() for part in pair))
    assert made.exit_code != 0
    (line,) = [one for one in made.stderr.splitlines() if one.startswith("bogda: ")]
    assert said in line
    assert not (tmp_path / "x.nc").exists()


def test_a_run_that_cannot_be_driven_again_is_refused(stored: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no manifest"):
        open_run(tmp_path)
    folder = tmp_path / "runs" / "short" / "copy"
    shutil.copytree(stored, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    file = tmp_path / "inventory.nc"
    file.write_bytes(b"one")
    changed = manifest | {"inputs": [record_input(file, "emissions").model_dump()]}
    _write(folder, changed)
    file.write_bytes(b"two")
    with pytest.raises(InputError, match="emissions changed or gone"):
        open_run(folder).driven()
    manifest["configuration"]["restart"]["choices"] = "other"
    _write(folder, manifest)
    with pytest.raises(InputError, match="choices"):
        open_run(folder).driven()
    (folder / "start.nc").unlink()
    with pytest.raises(InputError, match=r"no start\.nc"):
        open_run(folder).driven()


def test_a_run_without_a_whole_day_has_no_footprints(driven: Driven) -> None:
    made, notes = region_footprints(driven.run, driven.start, Budget(10.0))
    assert made is None
    assert [note.code for note in notes] == ["no-footprints"]
    assert "完整的一天" in notes[0].chinese


def test_daily_targets_are_whole_days_of_both_regions_and_the_first_of_places(stored: Path) -> None:
    grid = read_restart(stored / "start.nc").grid
    found = daily_targets(grid, REFERENCE, REFERENCE + 80 * HOUR)
    assert [one.id for one in found[:6]] == ["wu-chang-shi"] * 3 + ["kui-du-wu"] * 3
    places = [one.id for one in found[6:]]
    assert (
        len(places)
        == len(set(places))
        == sum(grid.cell_of(one.lon, one.lat) is not None for one in gazetteer().places)
    )
    assert {one.start for one in found[6:]} == {found[0].start}
    assert all(one.end - one.start == 24 * HOUR and one.start > REFERENCE for one in found)
    assert [one.id for one in daily_targets(grid, REFERENCE, REFERENCE + 79 * HOUR)].count("kui-du-wu") == 2


def test_a_sweep_without_time_is_given_up_and_one_with_time_is_not(
    driven: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = target_of("kui-du-wu", driven.run.driver.grid, "pm25", "hour", REFERENCE + 2 * HOUR)
    monkeypatch.setattr("flows.footprint_products.daily_targets", lambda *_: [target])
    made, notes = region_footprints(driven.run, driven.start, Budget(1e-6))
    assert made is None
    assert "超过时限" in notes[0].chinese
    told: list[tuple[int, int]] = []
    made, notes = region_footprints(
        driven.run, driven.start, Budget(10.0), lambda done, total: told.append((done, total))
    )
    assert not notes
    assert made is not None
    assert told[-1] == (4, 4)
    assert made.sizes["emission_start"] == 1


def test_hours_that_memory_does_not_hold_are_made_again_and_change_nothing(driven: Driven) -> None:
    targets = [target_of("kuitun", driven.run.driver.grid, "pm10", "hour", REFERENCE + 3 * HOUR)]
    kept = explain(driven.run, driven.start, targets)
    made = explain(driven.run, driven.start, targets, most_bytes=0)
    xr.testing.assert_identical(kept, made)


def test_a_figure_without_terrain_is_drawn(found: tuple[dict[str, Any], Path, Path], tmp_path: Path) -> None:
    made = xr.load_dataset(found[1], decode_timedelta=True)
    draw_footprint(made.drop_vars("surface_height"), tmp_path / "plain.svg")
    assert "<svg" in (tmp_path / "plain.svg").read_text(encoding="utf-8")
