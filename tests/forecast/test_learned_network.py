"""The network with random weights: what holds for any weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.learned.building import network_of, new_network
from forecast.learned.clock import CALENDAR
from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.ensemble import ask, batch_of
from forecast.learned.network import Network
from forecast.learned.normalisation import Normalisation, fit_normalisation
from forecast.learned.panel import IssuedAhead, Panel
from forecast.learned.quantile_head import LARGEST_LOGARITHM
from forecast.learned.windows import Cutter
from foundation.errors import ContractError, InputError
from tests.training.made_up import SHAPE, WINDOWS, panel

RECORD = panel(400, 5, ahead=True)
SCALES = fit_normalisation(RECORD, np.arange(300))
ISSUES, LEADS = np.array([120, 250]), np.array([1, 5, 7, 24])


def _network(seed: int = 0) -> Network:
    network = new_network(SHAPE, SCALES, seed).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(seed)))
    return network


def _said(record: Panel, network: Network, leads: np.ndarray = LEADS) -> np.ndarray:
    return ask([network], Cutter(record, WINDOWS, SCALES), ISSUES, leads).quantiles


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 3.0))
def test_quantiles_never_cross_and_are_bounded(seed: int, size: float) -> None:
    network = new_network(SHAPE, SCALES, seed).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(1 + 10 * size)
    said = _said(RECORD, network)
    assert np.isfinite(said).all()
    assert (np.diff(said, axis=-1) >= 0).all()
    assert (said <= np.exp(LARGEST_LOGARITHM) * 1.001).all()


def test_the_order_of_stations_does_not_matter() -> None:
    order = np.array([3, 0, 4, 1, 2])
    series = {name: getattr(RECORD, name)[:, order] for name in ("recent", "target", "weather")}
    names = tuple(RECORD.stations[number] for number in order)
    moved = replace(RECORD, **series, positions=RECORD.positions[order], stations=names)
    network = _network()
    np.testing.assert_allclose(_said(moved, network), _said(RECORD, network)[:, :, order], rtol=2e-4)


def test_a_lead_does_not_depend_on_which_others_are_asked() -> None:
    network = _network()
    whole = _said(RECORD, network, np.arange(1, 25))
    np.testing.assert_allclose(_said(RECORD, network), whole[:, LEADS - 1], rtol=2e-5)


def test_neighbours_are_heard() -> None:
    network = _network()
    louder = RECORD.recent.copy()
    louder[118:121, 0] += 1.0
    changed = _said(replace(RECORD, recent=louder), network)[0, :, 4]
    assert np.abs(changed / _said(RECORD, network)[0, :, 4] - 1).max() > 1e-4


def test_an_untrained_network_says_about_what_was_measured_last() -> None:
    said = _said(RECORD, new_network(SHAPE, SCALES, 1).eval())
    last = np.exp(RECORD.recent[ISSUES])
    known = np.isfinite(last)
    ratio = (said[:, 0, :, :, 4] / last)[known]
    assert np.median(np.abs(np.log(ratio))) < 0.3


def test_members_are_averaged_in_concentration() -> None:
    first, second = _network(1), _network(2)
    both = ask([first, second], Cutter(RECORD, WINDOWS, SCALES), ISSUES, LEADS).quantiles
    np.testing.assert_allclose(both, (_said(RECORD, first) + _said(RECORD, second)) / 2, rtol=1e-5)


def test_few_or_many_issues_at_once_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    network, cutter = _network(), Cutter(RECORD, WINDOWS, SCALES)
    issues = np.arange(100, 140)
    whole = ask([network], cutter, issues, LEADS).quantiles
    monkeypatch.setattr("forecast.learned.ensemble.VALUES_AT_ONCE", 1)
    np.testing.assert_allclose(ask([network], cutter, issues, LEADS).quantiles, whole, rtol=2e-5)


def test_weights_of_another_shape_are_refused_in_one_line() -> None:
    other = SHAPE.model_copy(update={"width": 32})
    with pytest.raises(ContractError, match="do not fit") as caught:
        network_of(other, SCALES, _network().state_dict())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"heads": 3}, "not a multiple of 3 heads"), ({"levels": (0.1, 0.5, 0.8)}, "symmetric"),
     ({"until": (30,)}, "expected increasing leads")],
)  # fmt: skip
def test_shapes_that_cannot_be(changed: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        NetworkConfig(**{**SHAPE.model_dump(), **changed})  # type: ignore[arg-type]


def test_scales_survive_json_and_refuse_other_inputs() -> None:
    import json

    again = Normalisation.from_document(json.loads(json.dumps(SCALES.as_document())))
    assert again == SCALES
    with pytest.raises(ContractError, match="expected weather"):
        Cutter(panel(100, 2), WINDOWS, replace(SCALES, weather_names=("rain",)))
    empty = replace(RECORD, recent=np.full_like(RECORD.recent, np.nan))
    with pytest.raises(InputError, match="pm25 is never measured"):
        fit_normalisation(empty, np.arange(300))


def test_what_was_issued_is_found_by_issue_and_lead() -> None:
    values = np.arange(2 * 3 * 1 * 1, dtype=float).reshape(2, 3, 1, 1)
    issued = IssuedAhead(values, np.array([10, 30]), ("pm25",))
    found = issued.of(np.array([10, 20, 30]), np.array([1, 3, 4]))[..., 0, 0]
    np.testing.assert_array_equal(found[0], [0.0, 2.0, np.nan])
    assert np.isnan(found[1]).all()
    np.testing.assert_array_equal(found[2], [3.0, 5.0, np.nan])


def test_windows_mark_what_is_missing() -> None:
    recent = RECORD.recent.copy()
    recent[:, 2] = np.nan
    batch = batch_of(Cutter(replace(RECORD, recent=recent), WINDOWS, SCALES).cut(ISSUES, LEADS))
    assert (batch["anchors"][:, 2] == 0).all()
    assert all(torch.isfinite(value).all() for value in batch.values())


def test_a_mean_of_one_weather_variable_does_not_feel_gaps_of_another() -> None:
    weather = RECORD.weather.copy()
    weather[int(ISSUES[0]) - 30 : int(ISSUES[0]) + 1 : 2, :, 0] = np.nan
    whole, holed = (
        Cutter(replace(RECORD, weather=values), WINDOWS, SCALES).cut(ISSUES[:1], LEADS).history
        for values in (RECORD.weather, weather)
    )
    steps = WINDOWS.fine + WINDOWS.blocks + 1
    of_steps = [
        values[..., :-CALENDAR].reshape(-1, steps, values[..., :-CALENDAR].shape[-1] // steps)
        for values in (whole, holed)
    ]
    np.testing.assert_allclose(of_steps[0][..., -2], of_steps[1][..., -2], rtol=1e-5)
    usual = of_steps[1][:, -1, -3]
    seen = weather[int(ISSUES[0]) + 1 - WINDOWS.memory : int(ISSUES[0]) + 1, :, 0]
    scaled = (seen - SCALES.weather_mean[0]) / SCALES.weather_deviation[0]
    np.testing.assert_allclose(usual, np.nanmean(scaled, axis=0), rtol=1e-4)


def test_parts_that_do_not_fit_together_are_no_panel() -> None:
    with pytest.raises(ContractError, match="expected positions of shape"):
        replace(RECORD, positions=RECORD.positions[:2])


def test_a_window_looks_back_as_far_as_it_says() -> None:
    short = WindowsConfig(steps_per_day=24, fine=2, block=2, blocks=1, memory=4, horizon=3)
    record, issue = panel(80), np.array([70])
    first = int(issue[0]) + 1 - short.reach
    recent = record.recent.copy()
    recent[first : first + 2] = [[[1.0]], [[np.nan]]]
    seen = replace(record, recent=recent)
    scales = fit_normalisation(record, np.arange(60))

    def anchors(changed: np.ndarray) -> np.ndarray:
        return Cutter(replace(seen, recent=changed), short, scales).cut(issue, np.array([1])).anchors

    for row, same in ((first - 1, True), (first, False)):
        other = recent.copy()
        other[row] = 2.0
        assert np.array_equal(anchors(recent), anchors(other)) is same
