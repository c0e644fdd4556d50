"""The ledger against an answer that is known, and against a state that something was taken from."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from atmosphere.transport.forcing import Processes, Reaction, at_rest
from atmosphere.transport.ledger import Ledger
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.proofs.tags import busy_hours
from atmosphere.transport.tracers import Emissions, Outside
from foundation.errors import InputError

SHAPE = (1, 3, 4, 5)


def test_air_at_rest_deposits_and_washes_out_as_the_implicit_step_says() -> None:
    """One layer that matters: q' = (q + e dt / m) / (1 + d dt / m), and of that rain takes its share."""
    mass = torch.full(SHAPE, 1e9, dtype=torch.float64)
    seconds, deposition, rain, rate = 3600.0, 2e4, 1e-4, 3.0
    processes = Processes(
        torch.zeros(1, 2, 4, 5, dtype=torch.float64),
        torch.full((1, 1, 4, 5), deposition, dtype=torch.float64),
        scavenging=torch.full((1, 1, 3, 4, 5), rain, dtype=torch.float64),
    )  # fmt: skip
    emissions = Emissions.from_fields(torch.full((1, 4, 5, 1, 1), rate, dtype=torch.float64))
    state = torch.zeros(*SHAPE, 1, 1, dtype=torch.float64)
    hour = Hour(at_rest(mass, seconds), processes, Outside.uniform(state), emissions)
    ledger = Ledger.of(state, mass)
    ledger.hour(TransportModel(seconds), state, hour)
    solved = rate * seconds / (1e9 + deposition * seconds)
    kept = torch.exp(torch.tensor(-rain * seconds, dtype=torch.float64))
    cells = 4 * 5
    assert float(ledger.emitted) == pytest.approx(rate * seconds * cells, rel=1e-12)
    assert float(ledger.deposited) == pytest.approx(deposition * seconds * solved * cells, rel=1e-12)
    assert float(ledger.scavenged) == pytest.approx(float(1 - kept) * solved * 1e9 * cells, rel=1e-12)
    assert float(ledger.airborne) == pytest.approx(float(kept) * solved * 1e9 * cells, rel=1e-12)
    assert not ledger.left.any()
    assert not ledger.entered.any()
    assert float(ledger.missing.abs()) < 1e-12 * float(ledger.emitted)


@pytest.mark.parametrize("engine", ["kernels", "plain"])
def test_a_windy_box_closes_in_every_engine(engine: str) -> None:
    state, hours = busy_hours(1, 2, torch.float64, SHAPE, 0.5, 2)
    hours = [_without_reactions(hour) for hour in hours]
    ledger, model = Ledger.of(state, hours[0].flow.mass), TransportModel(engine=engine)
    for hour in hours:
        state = ledger.hour(model, state, hour)
    whole = float(ledger.before.sum() + ledger.emitted.sum() + ledger.entered.sum())
    assert float(ledger.missing.abs().sum()) < 1e-11 * whole
    assert float(ledger.deposited.sum()) > 1e-6 * whole


def test_mass_that_vanishes_is_missed() -> None:
    class Leaking(TransportModel):
        def hour(self, state, hour, each_step=None):  # type: ignore[no-untyped-def]
            return super().hour(state, hour, each_step) * 0.999

    state, hours = busy_hours(1, 2, torch.float64, SHAPE, 0.5, 2)
    hour = _without_reactions(hours[0])
    ledger = Ledger.of(state, hour.flow.mass)
    ledger.hour(Leaking(), state, hour)
    assert float(ledger.missing.sum()) > 5e-4 * float(ledger.before.sum())


def test_reactions_are_refused() -> None:
    mass = torch.full(SHAPE, 1e9)
    processes = Processes(
        torch.zeros(1, 2, 4, 5), torch.zeros(1, 2, 4, 5), conversion=torch.zeros(1, 1, 3, 4, 5),
        reactions=(Reaction(0, 1, 1.0),),
    )  # fmt: skip
    state = torch.zeros(*SHAPE, 2, 1)
    hour = Hour(at_rest(mass, 3600.0), processes, Outside.uniform(state))
    with pytest.raises(InputError, match="knows no reactions"):
        Ledger.of(state, mass).hour(TransportModel(), state, hour)


def _without_reactions(hour: Hour) -> Hour:
    return replace(hour, processes=replace(hour.processes, conversion=None, reactions=()))
