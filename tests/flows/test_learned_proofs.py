"""Truths made of tags: a run of its own gives the same, pieces join, hidden emissions are what they say."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from flows import learned_proofs, tag_series
from flows.hidden_emissions import RETIMED_SECTORS, emissions_of_truth, with_hidden
from flows.learned_proofs import SeriesChoice, rerun_difference, twin_series
from foundation.emission_contracts import EMISSIONS
from tests.forecast.physical_case import emissions
from training.source_twin import HIDDEN, RETIMED

CHOICE = SeriesChoice(days=2, step_deg=0.6)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Keeps the prior inventory between the runs."""
    return str(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def series(store: str) -> xr.Dataset:
    """Two days on a coarse grid."""
    return twin_series(store, CHOICE, lambda _: None)


def test_hidden_emissions_stand_beside_the_others() -> None:
    believed = emissions()
    made = EMISSIONS.check(with_hidden(believed), "test")
    names = [str(name) for name in made["source"].values]
    count = believed.sizes["source"]
    assert names[:count] == [str(name) for name in believed["source"].values]
    assert names[-1] == HIDDEN
    moved = {name.removeprefix(RETIMED).partition(".")[0] for name in names[count:-1]}
    assert moved == {name.partition(".")[0] for name in names[:count]} & set(RETIMED_SECTORS)
    flux = made["emission_flux"]
    assert np.array_equal(flux[: believed.sizes["stream"]], believed["emission_flux"])
    hidden = flux[made["stream_source"].values == len(names) - 1]
    others = [str(name) for name in made["species"].values if name != "ppm_fine"]
    assert float(hidden.sel(species="ppm_fine").sum()) > 0
    assert float(hidden.sel(species=others).sum()) == 0


def test_a_truth_emits_by_its_amounts_alone() -> None:
    made = with_hidden(emissions())
    first = str(made["source"].values[0])
    truth = emissions_of_truth(made, {first: 2.0, HIDDEN: 0.5})
    ratio = (
        truth["emission_flux"].sum(["species", "y", "x"]) / made["emission_flux"].sum(["species", "y", "x"])
    ).values
    source = made["stream_source"].values
    expected = np.where(source == 0, 2.0, np.where(source == made.sizes["source"] - 1, 0.5, 0.0))
    assert np.allclose(np.nan_to_num(ratio), np.where(np.isfinite(ratio), expected, 0.0))


def test_scaled_tags_are_a_run_with_those_emissions_also_one_in_pieces(
    series: xr.Dataset, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_series, "DAYS_AT_ONCE", 1)
    told: list[str] = []
    proof = rerun_difference(store, series, CHOICE, told.append)
    assert told[-1] == "transport · 48/48 h"
    assert proof.passed
    assert proof.value is not None
    assert proof.value > 0  # it is another run


def test_the_series_follows_the_clock_and_holds_every_source(series: xr.Dataset) -> None:
    assert series["valid_time"].values[0, -1] == np.datetime64("2027-01-10T16", "ns")
    assert (np.diff(series["valid_time"].values[0]) == np.timedelta64(1, "h")).all()
    names = [str(name) for name in series["source"].values]
    assert names[-3:] == [HIDDEN, "boundary", "initial"]
    emitted = series["contribution"].sel(pollutant="pm25").sum(["reference_time", "lead_time", "place"])
    assert (emitted.sel(source=[name for name in names if name != "initial"]) > 0).all()


def test_the_proofs_name_what_falls_short() -> None:
    from training.source_twin_scores import JudgedTwin

    shares = np.zeros((4, 1, 3))
    shares[0], shares[1], shares[2], shares[3] = (
        [0.5, 0.4, 0.1],
        [0.8, 0.2, 0],
        [0.6, 0.4, 0],
        [0.52, 0.4, 0.08],
    )
    good = JudgedTwin(10.0, 4.0, 3.0, 50.0, ("urumqi",), ("traffic", "heating", "unattributed"), shares, 1e-7)
    worse = JudgedTwin(10.0, 4.0, 8.0, 50.0, good.places, good.sectors, shares[[0, 1, 2, 2]], 1e-7)
    proofs = {proof.name: proof for proof in learned_proofs._proofs([good, worse])}
    removed = proofs["twin: error of the total removed, worst draw"]
    assert removed.value == pytest.approx(0.2)
    assert removed.passed is False
    assert proofs["twin: error of the total removed, median"].value == pytest.approx(0.45)
    share = proofs["twin: error of a sector's share, worst draw"]
    assert share.value == pytest.approx(0.1)
    assert share.passed is False
    assert proofs["twin: median against the sum of its sources, relative"].passed
