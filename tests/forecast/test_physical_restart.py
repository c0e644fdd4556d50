"""Restart files: whole, exact, and refused where they do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.physical.emitting import tag_names
from forecast.physical.initial import last_restart
from forecast.physical.restart import Restart, read_restart, write_restart
from foundation.errors import BogdaError, InputError, RunError
from foundation.grids import Grid
from tests.forecast.physical_case import GRID, HOUR, REFERENCE, config, emissions, forecast

TAGS = tag_names(emissions())


@pytest.fixture
def restart() -> Restart:
    return forecast().restart[0]


def test_a_file_gives_the_state_back_bit_for_bit(restart: Restart, tmp_path: Path) -> None:
    read = read_restart(write_restart(restart, tmp_path / "restart.nc"))
    assert torch.equal(read.mixing_ratio, restart.mixing_ratio)
    assert (read.time, read.species, read.tags) == (restart.time, restart.species, restart.tags)
    assert (read.steps_taken, read.synthetic) == (restart.steps_taken, True)
    for name in ("lon_edges", "lat_edges", "layer_edges_m"):
        np.testing.assert_array_equal(getattr(read.grid, name), getattr(GRID, name))
    assert read.check(GRID, config().species, TAGS, (REFERENCE, REFERENCE + 3 * HOUR)) is read
    assert [file.name for file in tmp_path.iterdir()] == ["restart.nc"]


def test_what_is_not_of_the_run_is_refused_in_one_line(restart: Restart) -> None:
    shifted = Grid(GRID.lon_edges + 0.1, GRID.lat_edges, GRID.layer_edges_m)
    thinner = Grid(GRID.lon_edges, GRID.lat_edges, GRID.layer_edges_m * 0.9)
    species, later = config().species, (REFERENCE + 4 * HOUR, REFERENCE + 9 * HOUR)
    for message, arguments in {
        "lon_edges 84.1": (shifted, species, TAGS), "layer_edges_m": (thinner, species, TAGS),
        "expected species so2": (GRID, ("so2",), TAGS), "expected tags": (GRID, species, TAGS[::-1]),
        "expected a time from": (GRID, species, TAGS, later),
    }.items():  # fmt: skip
        with pytest.raises(InputError, match=message) as caught:
            restart.check(*arguments)
        assert "\n" not in str(caught.value)


@settings(max_examples=15, deadline=None)
@given(cut=st.floats(0.0, 0.99), seed=st.integers(0, 1000))
def test_a_damaged_file_is_refused(cut: float, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = write_restart(forecast().restart[0], tmp_path_factory.mktemp("cut") / "restart.nc")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(cut * len(whole))])
    with pytest.raises(InputError, match="restart"):
        read_restart(path)
    path.write_bytes(np.random.default_rng(seed).bytes(400))
    with pytest.raises(InputError, match="restart"):
        read_restart(path)


def test_impossible_values_are_refused(restart: Restart, tmp_path: Path) -> None:
    for value in (-1e-12, float("nan")):
        state = restart.mixing_ratio.clone()
        state[0, 0, 0, 0, 0] = value
        fields = {**restart.__dict__, "mixing_ratio": state}
        with pytest.raises(InputError, match="0 or more"):
            read_restart(write_restart(Restart(**fields), tmp_path / "restart.nc"))


def test_a_folder_that_is_not_there_is_said(restart: Restart, tmp_path: Path) -> None:
    with pytest.raises((RunError, BogdaError), match="cannot write"):
        write_restart(restart, tmp_path / "nowhere" / "restart.nc")


def test_the_first_file_that_fits_is_taken_and_the_others_are_told(restart: Restart, tmp_path: Path) -> None:
    good = write_restart(restart, tmp_path / "good.nc")
    (tmp_path / "bad.nc").write_bytes(b"no file")
    paths = [tmp_path / "absent.nc", tmp_path / "bad.nc", good]
    found, notes = last_restart(paths, GRID, TAGS, restart.time, config())
    assert found is not None
    assert torch.equal(found.mixing_ratio, restart.mixing_ratio)
    assert [note.code for note in notes] == ["restart-unusable"] * 2
    assert last_restart([good], GRID, TAGS, restart.time - HOUR, config())[0] is None
    assert last_restart([good], GRID, TAGS, restart.time + 49 * HOUR, config())[0] is None
