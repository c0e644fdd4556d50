"""The PM2.5 median as a sum of sources: closure, signs, any set of tags, none at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.learned.building import network_of, new_network
from forecast.learned.closing import closed_on_sources
from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.ensemble import ask, batch_of
from forecast.learned.network import Network
from forecast.learned.normalisation import fit_normalisation
from forecast.learned.panel import IssuedAhead, Panel, PerfectAhead
from forecast.learned.source_factors import COURSES, SourceFactors, courses
from forecast.learned.source_head import source_heads
from forecast.learned.source_kinds import UNKNOWN, SourcesConfig, kinds_of, strangers
from forecast.learned.tag_windows import tags_before
from forecast.learned.windows import Cutter
from foundation.errors import ContractError

NAMES = ("traffic.urumqi", "heating.urumqi", "industry.chang-shi", "all.zhundong", "boundary")
WINDOWS = WindowsConfig(steps_per_day=24, fine=4, block=6, blocks=1, memory=24, horizon=24)
SOURCES = SourcesConfig(names=NAMES, without=0.0, days=1)
SHAPE = NetworkConfig(
    windows=WINDOWS, width=16, heads=2, rounds=1, lead_width=16, dropout=0.0, sources=SOURCES
)
LEADS = np.array([1, 6, 24])
ISSUES = np.arange(60, 90, 6)


def panel_with(names: tuple[str, ...] = NAMES, scale: float = 10.0, steps: int = 140) -> Panel:
    """Three stations whose PM2.5 is the sum of its tags, and NO2 beside it."""
    random = np.random.default_rng(3)
    tags = scale * random.lognormal(0.0, 0.5, (steps, 3, len(names)))
    values = np.log(np.stack([tags.sum(-1), 0.5 * tags.sum(-1) + 1.0], axis=-1))
    times = np.datetime64("2026-12-01T00", "ns") + np.arange(steps) * np.timedelta64(1, "h")
    positions = np.array([[87.6, 43.8], [86.0, 44.3], [84.9, 44.4]])
    return Panel(
        values, values, times, 24, ("pm25", "no2"), ("a", "b", "c"), positions, np.empty((steps, 3, 0)),
        tags=PerfectAhead(tags, names, perfect=False),
    )  # fmt: skip


def batch_and_network(panel: Panel, seed: int = 0) -> tuple[dict[str, torch.Tensor], Network]:
    scales = fit_normalisation(panel, np.arange(50))
    cutter = Cutter(panel, WINDOWS, scales, SOURCES)
    return batch_of(cutter.cut(ISSUES, LEADS)), new_network(SHAPE, scales, seed).eval()


@torch.inference_mode()
def asked(network: Network, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    said: dict[str, torch.Tensor] = network(batch)
    return said


def shaken(network: Network, size: float, seed: int = 1) -> Network:
    """Every weight moved at random, as no training would."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(size * torch.randn(parameter.shape, generator=generator))
    return network


def test_an_untrained_network_says_what_the_physical_model_says() -> None:
    batch, network = batch_and_network(panel_with())
    sources = asked(network, batch)["sources"]
    assert torch.allclose(sources[..., :-1], batch["tags"], rtol=1e-6)
    # what is measured is what the model says, so that next to nothing is left for the remainder
    assert float((sources[..., -1] / sources.sum(-1)).max()) < 0.02


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 99), size=st.floats(0.0, 2.0), scale=st.floats(1e-3, 3e3))
def test_parts_are_never_negative_and_sum_to_the_median(seed: int, size: float, scale: float) -> None:
    batch, network = batch_and_network(panel_with(scale=scale))
    said = asked(shaken(network, size, seed), batch)
    sources, median = said["sources"].double(), said["logarithm"][..., 0, 4].exp()
    assert bool((sources >= 0).all())
    assert bool(torch.isfinite(said["logarithm"]).all())
    assert float((sources.sum(-1) / median - 1.0).abs().max()) <= 3e-6
    assert bool((said["logarithm"].diff(dim=-1) >= 0).all())


def test_published_median_is_the_sum_to_the_last_digit() -> None:
    panel = panel_with()
    scales = fit_normalisation(panel, np.arange(50))
    members = [shaken(new_network(SHAPE, scales, seed).eval(), 0.1, seed) for seed in (0, 1)]
    said = ask(members, Cutter(panel, WINDOWS, scales, SOURCES), ISSUES, LEADS)
    assert said.sources is not None
    closed = closed_on_sources(said.quantiles, said.sources, np.array(SHAPE.levels))
    assert np.array_equal(closed[..., 0, 4], said.sources.sum(axis=-1))
    assert np.array_equal(closed[..., 1, :], said.quantiles[..., 1, :])
    assert (np.diff(closed, axis=-1) >= 0).all()
    with pytest.raises(ContractError, match="sum to it"):
        closed_on_sources(1.01 * said.quantiles, said.sources, np.array(SHAPE.levels))


def test_without_tags_the_network_is_one_without_sources() -> None:
    panel = replace(panel_with(), tags=None)
    scales = fit_normalisation(panel, np.arange(50))
    batch, network = batch_and_network(panel_with())
    plain = SHAPE.model_copy(update={"sources": None})
    weights = {name: w for name, w in network.state_dict().items() if ".sources." not in name}
    expected = asked(network_of(plain, scales, weights), batch)["logarithm"]
    hidden = {**batch, "tags": 0 * batch["tags"], "tagged": 0 * batch["tagged"]}
    said = asked(network, hidden)
    assert torch.allclose(said["logarithm"], expected, atol=2e-6)
    assert torch.allclose(said["sources"][..., -1].log(), expected[..., 0, 4], atol=2e-6)
    assert float(said["sources"][..., :-1].abs().max()) == 0.0
    without = batch_of(Cutter(panel, WINDOWS, scales, SOURCES).cut(ISSUES, LEADS))
    assert torch.allclose(asked(network, without)["logarithm"], expected, atol=2e-6)


def test_any_set_of_tags_in_any_order() -> None:
    panel = panel_with()
    order = [3, 0, 4, 2, 1]
    held = panel.tags
    assert isinstance(held, PerfectAhead)
    turned = replace(panel, tags=PerfectAhead(held.values[..., order], tuple(NAMES[i] for i in order)))
    batch, network = batch_and_network(panel)
    other, _ = batch_and_network(turned)
    shaken(network, 0.3)
    one, two = asked(network, batch)["sources"], asked(network, other)["sources"]
    assert torch.allclose(one[..., [*order, 5]], two, rtol=1e-4, atol=1e-5)
    # a seventh source that is nothing changes nothing
    more = np.concatenate([held.values, np.zeros_like(held.values[..., :1])], axis=-1)
    wider, _ = batch_and_network(replace(panel, tags=PerfectAhead(more, (*NAMES, "power.kui-du-wu"))))
    three = asked(network, wider)["sources"]
    assert torch.allclose(three[..., [0, 1, 2, 3, 4, 6]], one, rtol=1e-4, atol=1e-5)


def test_unknown_sources_fall_back_and_say_so() -> None:
    names = ("traffic.urumqi", "volcano.urumqi", "traffic.mars", "steel.shihezi", "heating.kui-du-wu")
    kinds = kinds_of(names, SOURCES)
    sector, region = SOURCES.sectors.index, SOURCES.regions.index
    assert kinds[1, 0] == UNKNOWN
    assert kinds[2].tolist() == [sector("traffic") + 1, UNKNOWN]
    assert kinds[3].tolist() == [sector("industry") + 1, region("chang-shi") + 1]
    told = strangers(names, SOURCES)
    assert set(told) == set(names[1:])
    assert "unknown source" in told["volcano.urumqi"][1]
    assert "unknown region" in told["traffic.mars"][1]
    panel = panel_with(names)
    batch, network = batch_and_network(panel)
    sources = asked(shaken(network, 0.1), batch)["sources"]
    assert torch.allclose(sources[..., 1], batch["tags"][..., 1], rtol=1e-5)  # neutral weight
    assert not torch.allclose(sources[..., 2], batch["tags"][..., 2], rtol=1e-2)


def test_another_number_of_tags_without_their_names_is_refused() -> None:
    batch, network = batch_and_network(panel_with())
    del batch["kinds"]
    assert torch.isfinite(asked(network, batch)["logarithm"]).all()
    batch["tags"] = batch["tags"][..., :3]
    with pytest.raises(ContractError, match="expected the 5 tags of training, got 3"):
        network(batch)


def test_lasting_factors_weigh_by_sector_region_and_hour() -> None:
    batch, network = batch_and_network(panel_with())
    (head,) = source_heads(network)
    count, regions = len(SOURCES.sectors) + 1, len(SOURCES.regions) + 1
    factors = SourceFactors(torch.zeros(count), torch.zeros(count, regions), torch.zeros(count, COURSES))
    traffic, heating = (SOURCES.sectors.index(name) + 1 for name in ("traffic", "heating"))
    factors.sector[traffic] = np.log(2.0)
    factors.pair[heating, SOURCES.regions.index("urumqi") + 1] = np.log(0.5)
    factors.course[traffic, 3] = 0.1
    head.start_from(factors)
    weight = asked(network, batch)["sources"][..., :-1] / batch["tags"]
    wave = batch["ahead"][..., 3]
    assert torch.allclose(weight[..., 0], 2.0 * torch.exp(0.1 * wave), rtol=1e-5)
    assert torch.allclose(weight[..., 1], torch.full_like(wave, 0.5), rtol=1e-5)
    assert torch.allclose(weight[..., 2:], torch.ones_like(weight[..., 2:]), rtol=1e-5)
    with torch.no_grad():
        assert float(asked(network, batch)["penalty"]) < 1e-3  # it is drawn to where it began
        head.sector[traffic] += 1.0
        assert float(asked(network, batch)["penalty"]) > SOURCES.to_usual * 0.99


def test_courses_have_no_mean_over_a_week() -> None:
    from forecast.learned.clock import calendar

    week = np.datetime64("2026-12-07T16", "ns") + np.arange(1, 169) * np.timedelta64(1, "h")
    course = courses(torch.from_numpy(calendar(week)))
    assert course.shape == (168, COURSES)
    assert float(course.mean(0).abs().max()) < 1e-3


def test_tags_of_the_latest_run_before_each_hour() -> None:
    values = np.arange(2 * 30, dtype=float).reshape(2, 30, 1, 1)
    runs = IssuedAhead(values, np.array([0, 24]), ("traffic.urumqi",))
    before = tags_before(runs, 60, 24)[:, 0, 0]
    assert np.isnan(before[0])
    assert before[1:25].tolist() == values[0, :24, 0, 0].tolist()
    assert before[25:55].tolist() == values[1, :, 0, 0].tolist()
    assert np.isnan(before[55:]).all()


def test_what_was_unexplained_lately_is_not_seen_before_it_was_measured() -> None:
    panel = panel_with()
    scales = fit_normalisation(panel, np.arange(50))
    issue = np.array([70])
    whole = Cutter(panel, WINDOWS, scales, SOURCES).cut(issue, LEADS).lately
    known = Cutter(panel.without_future(70), WINDOWS, scales, SOURCES).cut(issue, LEADS).lately
    assert np.array_equal(whole, known)
    held = panel.tags
    assert isinstance(held, PerfectAhead)
    assert np.allclose(whole[0, :, :-1], held.values[47:71].mean(axis=0), rtol=1e-5)
    assert np.allclose(whole[0, :, -1], np.exp(panel.recent[47:71, :, 0]).mean(axis=0), rtol=1e-5)
