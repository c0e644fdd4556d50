"""Sums of receptors in one sweep back, and what the sweep tells of hours, sources and cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

import numpy as np
import pytest
import torch

from atmosphere.transport.footprints import Receptor, ReceptorSum, footprints, sweep_back
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.proofs.tags import busy_hours
from atmosphere.transport.receptors import BEFORE_FIRST, PointMeasures
from sources.footprints.inert import inert_hour
from sources.footprints.recording import FootprintRecorder, carried_over

LAYERS = 2
WEIGHTS = torch.tensor([0.3, 1.4, 1.0], dtype=torch.float64)
STATE, HOURS = busy_hours(5, 3, torch.float64)


def parts() -> list[Receptor]:
    """A mean over some hours and two cells, one part of it before the first hour."""
    return [
        Receptor(hour, 0, row, column, WEIGHTS * share)
        for hour, share in ((BEFORE_FIRST, 0.125), (1, 0.25), (3, 0.125))
        for row, column in ((4, 6), (7, 8))
    ]


def test_a_sum_of_receptors_is_the_sum_of_their_footprints() -> None:
    alone = footprints(STATE, HOURS, parts(), TransportModel(), LAYERS)
    late = Receptor(4, 0, 2, 3, WEIGHTS)
    together = footprints(STATE, HOURS, [ReceptorSum(tuple(parts())), late], TransportModel(), LAYERS)
    for name in ("measured", "from_emissions", "from_initial", "from_outside", "initial", "emitted"):
        found, wanted = getattr(together, name)[..., 0], getattr(alone, name).sum(-1)
        torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-22)
    only = footprints(STATE, HOURS, [late], TransportModel(), LAYERS)
    torch.testing.assert_close(together.emitted[..., 1], only.emitted[..., 0], rtol=1e-12, atol=0)


def test_what_is_measured_before_the_first_hour_is_the_first_state() -> None:
    receptor = Receptor(BEFORE_FIRST, 0, 4, 6, WEIGHTS)
    found = footprints(STATE, HOURS, [receptor], TransportModel(), LAYERS)
    assert float(found.measured[0]) == pytest.approx(float((WEIGHTS * STATE[0, 0, 4, 6].sum(-1)).sum()))
    assert float(found.from_initial[0]) == pytest.approx(float(found.measured[0]))
    assert not found.emitted.any()


class Remade(Sequence[Hour]):
    """Hours made anew whenever they are asked for, as many as a piece holds."""

    def __init__(self, hours: Sequence[Hour]) -> None:
        self.hours, self.most = hours, 0

    def __len__(self) -> int:
        return len(self.hours)

    @overload
    def __getitem__(self, index: int) -> Hour: ...

    @overload
    def __getitem__(self, index: slice) -> list[Hour]: ...

    def __getitem__(self, index: int | slice) -> Hour | list[Hour]:
        assert isinstance(index, slice)
        found = [replace(hour) for hour in self.hours[index]]
        self.most = max(self.most, len(found))
        return found


def test_hours_that_are_made_again_and_states_that_are_not_kept_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measures: list[Receptor | ReceptorSum] = [ReceptorSum(tuple(parts())), Receptor(4, 0, 2, 3, WEIGHTS)]
    kept = footprints(STATE, HOURS, measures, TransportModel(), LAYERS)
    monkeypatch.setattr("atmosphere.transport.footprints.RECORD_BYTES", 0)
    monkeypatch.setattr("atmosphere.transport.footprints.PIECE_HOURS", 2)
    remade = Remade(HOURS)
    again = footprints(STATE, remade, measures, TransportModel(), LAYERS)
    assert remade.most == 2
    assert torch.equal(kept.emitted, again.emitted)
    assert torch.equal(kept.initial, again.initial)


def recorded(together: int) -> tuple[FootprintRecorder, np.ndarray, np.ndarray]:
    """The recorder of two measures, the concentrations, and their part from outside."""
    shares = np.eye(LAYERS)
    recorder = FootprintRecorder(shares, len(HOURS), together)
    measures = PointMeasures([ReceptorSum(tuple(parts())), Receptor(4, 0, 2, 3, WEIGHTS)])

    def each(number: int, footprint: torch.Tensor) -> None:
        emissions = HOURS[number].emissions
        assert emissions is not None
        recorder.hour(number, footprint, emissions)

    sweep = sweep_back(STATE, HOURS, measures, TransportModel(), LAYERS, each)
    carried = carried_over(sweep.initial, STATE)
    assert carried.sum(1) == pytest.approx(sweep.from_initial.numpy())
    total = carried + recorder.emitted.sum(1)
    return recorder, total.sum(1) + sweep.from_outside.numpy(), sweep.measured.numpy()


@pytest.mark.parametrize("together", [1, 2, 5])
def test_sources_and_cells_give_the_concentration_back(together: int) -> None:
    recorder, total, measured = recorded(together)
    assert total == pytest.approx(measured, rel=1e-10)
    assert recorder.emitted.shape == (2, -(-5 // together), 3)
    assert recorder.cells.sum((2, 3)) == pytest.approx(recorder.emitted.sum(1), rel=1e-12)


def test_maps_of_sensitivity_add_up_over_hours() -> None:
    by_hour, together = recorded(1)[0].sensitivity, recorded(5)[0].sensitivity
    assert together[:, 0] == pytest.approx(by_hour.sum(1), rel=1e-5, abs=1e-18)


def test_a_map_tells_what_an_emission_adds() -> None:
    """More of the first species in one cell for four hours, against the model run with it."""
    row, column, extra = 5, 4, 1e-4
    wanted = float(recorded(1)[0].sensitivity[1, :4, 0, 0, row, column].sum()) * 2 * extra
    cells = STATE.shape[2] * STATE.shape[3]
    ends = []
    for sign in (1, -1):
        hours = []
        for number, hour in enumerate(HOURS):
            emissions = hour.emissions
            assert emissions is not None
            rates = torch.zeros(LAYERS, *STATE.shape[2:4], 3, 3, dtype=torch.float64)
            rates.reshape(-1)[emissions.index(cells)] = emissions.rate
            rates[0, row, column, 0, 0] += 0.05 + (sign * extra if number < 4 else 0.0)
            hours.append(replace(hour, emissions=type(emissions).from_fields(rates)).one_tag())
        end = TransportModel().run(STATE.sum(-1, keepdim=True), hours)
        ends.append(float((WEIGHTS * end[0, 0, 2, 3, :, 0]).sum()))
    assert ends[0] - ends[1] == pytest.approx(wanted, rel=0.05)


def test_an_hour_without_losses_keeps_air_mixing_and_one_species() -> None:
    hour = inert_hour(HOURS[0], 1)
    assert torch.equal(hour.flow.mass, HOURS[0].flow.mass)
    assert not hour.processes.deposition.any()
    assert hour.processes.conversion is None
    assert hour.processes.scavenging is None
    mine, theirs = hour.emissions, HOURS[0].emissions
    assert mine is not None
    assert theirs is not None
    wanted = theirs.rate[theirs.slot // theirs.tags == 1]
    assert torch.equal(mine.rate, wanted)
    calm = hour.outside.map(lambda part: torch.full_like(part, 1e-9))
    even = torch.full_like(STATE[..., [1], :], 1e-9)
    ended = TransportModel().run(even, [replace(hour, emissions=None, outside=calm)])
    assert ended.numpy() == pytest.approx(even.numpy(), rel=1e-9)
