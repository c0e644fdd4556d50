"""A network with sources is trained on what the runs of a store foresaw."""

import json
from pathlib import Path

import numpy as np
import pytest

from forecast.learned.forecaster import Forecaster
from foundation.configuration import load
from foundation.errors import ConfigurationError, InputError
from tests.flows.command import bogda
from tests.flows.test_cli_train import EXPERIMENT, write_days
from tests.training.made_tags import NAMES, made_run
from training.experiment import ExperimentConfig
from training.panels import panel_for
from training.tag_series import TAGS_FILE

DAY = np.timedelta64(24, "h")
BY_SOURCES = EXPERIMENT.replace("provider: aqistudy}", "provider: aqistudy, tags: runs}").replace(
    "  lead_width: 8\n", f"  lead_width: 8\n  sources: {{names: [{', '.join(NAMES)}]}}\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_days(tmp_path / "days")
    first = np.datetime64("2015-10-01T16", "ns")
    for number in range(100):
        folder = tmp_path / "runs" / f"{number:03}"
        folder.mkdir(parents=True)
        made_run(168, begin=first + number * DAY, seed=number).to_netcdf(folder / TAGS_FILE)
    made = tmp_path / "by-sources.yaml"
    made.write_text(BY_SOURCES, encoding="utf-8")
    return made


def test_training_by_sources_sees_the_runs_and_its_parts_sum(file: Path) -> None:
    panel = panel_for(load(ExperimentConfig, str(file)), file.parent)
    assert panel.tags is not None
    assert panel.tags.names == NAMES
    issue = int(np.flatnonzero(panel.times == np.datetime64("2015-12-25T16"))[0])
    seen = panel.tags.of(np.array([issue]), np.arange(1, 8))
    urumqi = panel.stations.index("urumqi")
    run = made_run(168, begin=np.datetime64("2015-12-25T16", "ns"), seed=85)
    told = run["contribution"].sel(pollutant="pm25", place="urumqi").values[0] * 1e9
    np.testing.assert_allclose(seen[0, :, urumqi], told.reshape(7, 24, -1).mean(axis=1), rtol=1e-5)

    done = bogda("train", str(file), "--store", str(file.parent / "store"), "--device", "cpu", "--json")
    assert done.exit_code == 0, done.stderr
    model = Forecaster.read(json.loads(done.stdout)["release"])
    said = model.forecast(panel, np.array([issue]), np.arange(1, 8))
    assert said.sources is not None
    np.testing.assert_allclose(said.sources.sum(axis=-1), said.quantiles[..., 0, 4], rtol=1e-5)
    assert (said.sources[..., :-1].sum(axis=-1) > 0).all()


def test_sources_without_runs_are_one_line(file: Path) -> None:
    experiment = load(ExperimentConfig, str(file))
    without = experiment.model_copy(update={"data": experiment.data.model_copy(update={"tags": None})})
    with pytest.raises(ConfigurationError, match=r"network.sources and data.tags belong together"):
        panel_for(without, file.parent)
    empty = experiment.model_copy(update={"data": experiment.data.model_copy(update={"tags": "days"})})
    with pytest.raises(InputError, match=r"days: no runs with tags here"):
        panel_for(empty, file.parent)
