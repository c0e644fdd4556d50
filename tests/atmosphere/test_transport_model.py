from __future__ import annotations

import dataclasses

import pytest
import torch

from atmosphere.transport.footprints import Receptor, footprints
from atmosphere.transport.forcing import AirFlow, Processes, at_rest
from atmosphere.transport.model import Hour, TransportModel
from atmosphere.transport.stepping import prepare
from atmosphere.transport.tracers import Emissions, Outside, tracer_mass
from foundation.errors import InputError
from tests.atmosphere.transport_cases import hour_of


def test_the_state_given_is_not_changed_and_hours_follow_one_another() -> None:
    state, hour = hour_of(3, torch.float32)
    kept = state.clone()
    seen: list[int] = []
    model = TransportModel()
    end = model.run(state, [hour, hour], lambda number, _state, _hour: seen.append(number))
    assert torch.equal(state, kept)
    assert seen == [0, 1]
    assert model.taken == 2 * model.prepare(hour).steps
    again = TransportModel()
    halfway = again.run(state, [hour])
    assert torch.equal(TransportModel(taken=again.taken).run(halfway, [hour]), end)


def test_members_run_as_if_alone() -> None:
    state, hour = hour_of(3, torch.float32)
    both = TransportModel().run(state, [hour])
    flow, processes = hour.flow, hour.processes
    alone = Hour(
        AirFlow(flow.mass[1:], flow.flux_x[1:], flow.flux_y[1:], flow.flux_z[1:], flow.duration_s),
        dataclasses.replace(
            processes, mixing=processes.mixing[1:], deposition=processes.deposition[1:],
            settling=processes.settling[1:], scavenging=processes.scavenging[1:],
            conversion=processes.conversion[1:],
        ),
        hour.outside.map(lambda part: part[1:].contiguous()), hour.emissions,
    )  # fmt: skip
    steps = TransportModel().prepare(hour).steps
    if steps == TransportModel().prepare(alone).steps:
        assert torch.equal(TransportModel().run(state[1:].contiguous(), [alone]), both[1:])
    else:
        pytest.fail("the members need different steps; choose another seed")


def test_emissions_of_all_tags_are_those_of_one() -> None:
    rates = torch.rand(2, 3, 4, 2, 5, dtype=torch.float64)
    single = Emissions.from_fields(rates).summed()
    expected = Emissions.from_fields(rates.sum(-1, keepdim=True))
    assert single.tags == 1
    assert torch.equal(single.index(12).sort().values, expected.index(12).sort().values)
    assert torch.equal(single.index(12).unique(), single.index(12).sort().values)
    assert float(single.rate.sum()) == pytest.approx(float(rates.sum()))


def test_what_is_emitted_is_there() -> None:
    mass = torch.full((1, 4, 3, 3), 1e9, dtype=torch.float64)
    processes = Processes(mass[:, 1:] * 1e-3, torch.zeros(1, 1, 3, 3, dtype=torch.float64))
    rates = torch.rand(1, 3, 3, 1, 2, dtype=torch.float64)
    state = torch.zeros(1, 4, 3, 3, 1, 2, dtype=torch.float64)
    hour = Hour(at_rest(mass, 3600.0), processes, Outside.uniform(state), Emissions.from_fields(rates))
    end = TransportModel().run(state, [hour] * 3)
    found = tracer_mass(end, mass)[0, 0]
    assert torch.allclose(found, rates.sum((0, 1, 2, 3)) * 3 * 3600.0, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: dataclasses.replace(f, flux_x=f.flux_x * float("nan")), "flux_x: .* no numbers"),
        (lambda f: dataclasses.replace(f, mass=-f.mass), "more than 0 kg in every cell"),
        (lambda f: dataclasses.replace(f, flux_y=f.flux_y[..., :-1]), "flux_y: expected shape"),
        (lambda f: dataclasses.replace(f, duration_s=0.0), "duration above 0"),
    ],
)
def test_impossible_air_is_refused(change: object, message: str) -> None:
    _, hour = hour_of(1, torch.float32)
    with pytest.raises(InputError, match=message):
        change(hour.flow)  # type: ignore[operator]


def test_winds_that_would_blow_up_are_refused() -> None:
    state, hour = hour_of(1, torch.float32)
    fast = dataclasses.replace(hour.flow, flux_x=hour.flow.flux_x + 100 * hour.flow.mass.max() / 300)
    with pytest.raises(InputError, match=r"Courant number .* along x"):
        prepare(fast, hour.processes, 300.0)
    drained = dataclasses.replace(
        hour.flow, flux_x=hour.flow.flux_x + 2.0 * torch.arange(12) * hour.flow.mass.max() / 3600
    )
    with pytest.raises(InputError, match="more air out of a cell than it holds"):
        prepare(drained, hour.processes, 300.0)
    with pytest.raises(InputError, match="longest step"):
        prepare(hour.flow, hour.processes, -1.0)
    assert torch.isfinite(TransportModel().run(state, [hour])).all()


def test_processes_that_are_no_numbers_or_negative_are_refused() -> None:
    _, hour = hour_of(1, torch.float32)
    for name in ("mixing", "deposition", "settling", "scavenging", "conversion"):
        with pytest.raises(InputError, match=name):
            dataclasses.replace(hour.processes, **{name: -getattr(hour.processes, name)})
        with pytest.raises(InputError, match=name):
            dataclasses.replace(hour.processes, **{name: getattr(hour.processes, name) * float("nan")})


def test_a_state_that_does_not_fit_is_refused() -> None:
    state, hour = hour_of(2, torch.float32)
    model = TransportModel()
    for wrong, message in (
        (state * float("nan"), "0 or more"), (-state, "0 or more"), (state[0], "expected \\(member, z, y, x"),
        (state[..., :1], "west: expected shape"), (state[:, :-1], "air: expected shape"),
        (state[..., :2, :], "processes .species.: expected shape"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=message):
            model.run(wrong, [hour])


def test_emissions_must_be_numbers_of_0_or_more() -> None:
    rates = torch.ones(1, 2, 2, 1, 1)
    for wrong in (-rates, rates * float("nan"), rates * float("inf")):
        with pytest.raises(InputError, match="rates of 0 or more"):
            Emissions.from_fields(wrong)


def test_footprints_refuse_what_lies_outside_the_run() -> None:
    state, hour = hour_of(2, torch.float32)
    weights = torch.ones(3)
    for receptor in (
        Receptor(1, 0, 0, 0, weights),
        Receptor(0, 0, 99, 0, weights),
        Receptor(0, 0, 0, 0, weights[:2]),
    ):
        with pytest.raises(InputError, match="outside the run"):
            footprints(state, [hour], [receptor], TransportModel(), 3)
    with pytest.raises(InputError, match="emissions reach layer 2"):
        footprints(state, [hour], [Receptor(0, 0, 1, 1, weights)], TransportModel(), 2)


def test_the_footprint_of_initial_values_is_what_a_change_of_them_does() -> None:
    state, hour = hour_of(1, torch.float64)
    weights = torch.tensor([0.2, 1.0, 0.7], dtype=torch.float64)
    receptor = Receptor(0, 0, 4, 5, weights, member=1)
    found = footprints(state, [hour], [receptor], TransportModel(), 3)
    where = (1, 0, 4, 4, 0, 0)
    ends = []
    for sign in (1, -1):
        changed = state.clone()
        changed[where] *= 1 + sign * 1e-6
        end = TransportModel().run(changed, [hour])
        ends.append(float((weights * end[1, 0, 4, 5, :, 0]).sum()))
    slope = (ends[0] - ends[1]) / (2e-6 * float(state[where]))
    assert float(found.initial[where]) == pytest.approx(slope, rel=1e-4)


def test_an_hour_repeated_from_its_checkpoint_goes_back_as_one_that_was_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state, hour = hour_of(2, torch.float32)
    receptors = [Receptor(2, 0, 4, 5, torch.ones(3)), Receptor(1, 1, 3, 3, torch.ones(3))]
    kept = footprints(state, [hour] * 3, receptors, TransportModel(), 3)
    monkeypatch.setattr("atmosphere.transport.footprints.RECORD_BYTES", 0)
    repeated = footprints(state, [hour] * 3, receptors, TransportModel(), 3)
    assert torch.equal(kept.emitted, repeated.emitted)
    assert torch.equal(kept.initial, repeated.initial)


def test_emissions_that_do_not_fit_the_state_are_refused() -> None:
    state, hour = hour_of(2, torch.float32)
    rates = torch.ones(8, 9, 11, 3, 2)
    for wrong, message in (
        (rates, "layers below 7, got 7"), (rates[:1, :, :-1], "99 columns"),
        (rates[:1, ..., :1], "got 3 species, 1 tags"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=message):
            TransportModel().run(state, [dataclasses.replace(hour, emissions=Emissions.from_fields(wrong))])


def test_no_tracer_is_made_where_one_direction_drains_what_another_fills() -> None:
    mass = torch.ones(1, 1, 5, 5, dtype=torch.float64)
    flow = at_rest(mass, 300.0)
    along = flow.flux_y.clone()
    along[0, 0, :3, 2], along[0, 0, 3:, 2] = 1.75 / 300, 1.30 / 300
    across = flow.flux_x.clone()
    across[0, 0, 2, 2], across[0, 0, 2, 3] = -0.225 / 300, 0.225 / 300
    flow = dataclasses.replace(flow, flux_x=across, flux_y=along)
    processes = Processes(mass[:, 1:], torch.zeros(1, 1, 5, 5, dtype=torch.float64))
    state = torch.zeros(1, 1, 5, 5, 1, 1, dtype=torch.float64)
    state[0, 0, 2, 2] = 1.0
    for taken in (0, 1):
        end = TransportModel(taken=taken).run(state, [Hour(flow, processes, Outside.uniform(state))])
        assert float(tracer_mass(end, flow.mass_after(300.0)).sum()) <= 1.0 + 1e-12
        assert float(end.max()) <= 1.0 + 1e-12


def test_a_state_in_another_order_of_memory_is_the_same_state() -> None:
    state, hour = hour_of(3, torch.float32)
    turned = state.transpose(2, 3).contiguous().transpose(2, 3)
    assert torch.equal(TransportModel().run(turned, [hour]), TransportModel().run(state, [hour]))
