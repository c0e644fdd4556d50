from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from foundation.errors import InputError
from tests.training.made_up import experiment, panel, recipe
from training.experiment import data_of, run_experiment
from training.fit import fit, members_of
from training.fitting import Fitting
from training.member import Data


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def data() -> Data:
    return data_of(experiment(), panel(500))


def _same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


def test_the_same_seed_gives_the_same_weights_and_another_does_not(data: Data) -> None:
    first, second, other = (
        fit(data, recipe(seeds=(s,)), members_of(recipe(seeds=(s,)), 4)[0]) for s in (3, 3, 4)
    )
    assert _same(first.weights, second.weights)
    assert not _same(first.weights, other.weights)


def test_a_fit_that_was_killed_ends_as_if_it_had_not_been(data: Data, tmp_path: Path) -> None:
    made = recipe(epochs=3)
    member = members_of(made, 4)[0]
    whole = fit(data, made, member)

    def killed(entry: dict[str, float]) -> None:
        if entry["epoch"] == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(data, made, member, checkpoint=tmp_path / "member.pt", progress=killed)
    told: list[float] = []
    resumed = fit(
        data, made, member, checkpoint=tmp_path / "member.pt", progress=lambda e: told.append(e["epoch"])
    )
    assert told == [1, 2]
    assert _same(whole.weights, resumed.weights)
    assert whole.history == resumed.history


def test_each_range_of_leads_has_passes_of_its_own(data: Data) -> None:
    made = recipe(epochs=(3, 1))
    run = Fitting(data, made, members_of(made, 4)[0], "cpu")
    run.epoch()
    assert run.unfinished == (0,)
    later = {name: value.clone() for name, value in run.network.state_dict().items()}
    run.epoch()
    for name, value in run.network.state_dict().items():
        if name.startswith("towers.1."):
            assert torch.equal(value, later[name])
    assert not _same(run.network.state_dict(), later)
    with pytest.raises(ValidationError, match="expected one number, or 2 for the ranges of leads"):
        recipe(epochs=(3, 1, 2))


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        recipe(seeds=(-1,))


def test_a_checkpoint_of_another_fit_or_a_damaged_one_is_refused(data: Data, tmp_path: Path) -> None:
    made = recipe(epochs=1)
    file = tmp_path / "member.pt"
    fit(data, made, members_of(made, 4)[0], checkpoint=file)
    with pytest.raises(InputError, match="another configuration"):
        fit(data, recipe(epochs=2), members_of(made, 4)[0], checkpoint=file)
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(InputError, match="cannot be read"):
        fit(data, made, members_of(made, 4)[0], checkpoint=file)


def test_training_beats_persistence_on_a_record_that_can_be_foreseen() -> None:
    record = panel(1000, seed=2, ahead=True)
    trained = run_experiment(experiment(epochs=5), record)
    from training.ensemble import cases_of

    issues, leads = trained.ensemble.data.parts.judged[:-24], np.array([6])
    cases = cases_of(trained.ensemble, record, issues, leads)
    median = cases.quantiles[:, 0, :, 0, 4]
    ours = np.nanmean(np.abs(median - cases.observed[:, 0, :, 0]))
    last = np.exp(record.recent[issues, :, 0])
    theirs = np.nanmean(np.abs(last - cases.observed[:, 0, :, 0]))
    assert ours < 0.8 * theirs


def test_each_station_is_left_out_by_one_member() -> None:
    held = np.array([member.held_out for member in members_of(recipe(seeds=(0, 1, 2)), 7)])
    assert (held.sum(axis=0) == 1).all()
