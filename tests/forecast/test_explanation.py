"""What moved a forecast, against closed forms and a rule whose weights are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import Tensor

from forecast.learned.attribution import LARGEST_GAP, integrated_gradients, occlusion, total_shift
from forecast.learned.ensemble import batch_of
from forecast.learned.explanation import Cell, Explanation, GroupEffect, explain
from forecast.learned.explanation_figures import draw_explanation, shown_effects
from forecast.learned.input_groups import InputGroup, input_groups
from forecast.learned.panel import IssuedAhead
from forecast.learned.source_kinds import SourcesConfig
from foundation.errors import ContractError
from tests.forecast.attribution_twin import NEAR, STATIONS, Twin, make_twin

LARGEST_SLOPE_ERROR = 0.10
"""Regression of found on true effects of a group, through the origin: away from 1 by at most this."""

LARGEST_NOTHING = 0.10
"""Mean size of the effect of an input without weight, relative to that of the largest group."""

JUDGED = 24


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(rows=2200, steps=350)


@pytest.fixture(scope="module")
def explained(twin: Twin) -> list[tuple[Explanation, dict[str, float]]]:
    """Explanations of days that the network was not trained on, beside the truth."""
    cells = [(twin.last_trained + number, number % len(STATIONS)) for number in range(JUDGED)]
    return [
        (
            explain([twin.network], twin.cutter, Cell(issue, 1, STATIONS[station]), logarithm=True),
            twin.truth(issue, station),
        )
        for issue, station in cells
    ]


def effects_of(
    explained: list[tuple[Explanation, dict[str, float]]], how: str
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Found and true effects by group; neighbours are those that count and those that do not."""
    found: dict[str, list[tuple[float, float]]] = {}
    for explanation, truth in explained:
        near = f"neighbour:{STATIONS[NEAR[STATIONS.index(explanation.station)]]}"
        for effect in explanation.effects:
            kind, _, _ = effect.id.partition(":")
            name = "near neighbour" if effect.id == near else kind
            found.setdefault(name, []).append((getattr(effect, how), truth.get(effect.id, 0.0)))
    return {name: tuple(np.array(pairs).T) for name, pairs in found.items()}  # type: ignore[misc]


@pytest.mark.parametrize("how", ["gradient", "occlusion"])
def test_weights_of_a_known_rule_are_recovered(
    explained: list[tuple[Explanation, dict[str, float]]], how: str
) -> None:
    effects = effects_of(explained, how)
    known = ("own_pm25", "own_others", "near neighbour", "weather_ahead", "level")
    slopes = {name: found @ true / (true @ true) for name, (found, true) in effects.items() if name in known}
    assert set(slopes) == set(known)
    assert all(abs(slope - 1) < LARGEST_SLOPE_ERROR for slope in slopes.values()), slopes


@pytest.mark.parametrize("how", ["gradient", "occlusion"])
def test_inputs_without_weight_get_about_nothing(
    explained: list[tuple[Explanation, dict[str, float]]], how: str
) -> None:
    sizes = {name: np.abs(found).mean() for name, (found, _) in effects_of(explained, how).items()}
    for name in ("neighbour", "weather_past", "calendar"):
        assert sizes[name] < LARGEST_NOTHING * max(sizes.values()), sizes


def test_groups_are_ranked_as_the_rule_ranks_them(
    explained: list[tuple[Explanation, dict[str, float]]],
) -> None:
    agreed = []
    for explanation, truth in explained:
        names = [effect.id for effect in explanation.effects if effect.id in truth]
        found = {effect.id: effect.gradient for effect in explanation.effects}
        agreed.append(spearmanr([found[name] for name in names], [truth[name] for name in names]).statistic)
    assert np.mean(agreed) > 0.93


def test_gradients_add_up_to_the_difference(
    explained: list[tuple[Explanation, dict[str, float]]],
) -> None:
    for explanation, _ in explained:
        total = sum(effect.gradient for effect in explanation.effects)
        size = sum(abs(effect.gradient) for effect in explanation.effects)
        assert explanation.complete
        assert abs(total - (explanation.forecast - explanation.reference)) <= LARGEST_GAP * size


def test_concentrations_add_up_too(twin: Twin) -> None:
    explanation = explain([twin.network] * 2, twin.cutter, Cell(twin.last_trained, 1, "changji"))
    total = sum(effect.gradient for effect in explanation.effects)
    assert explanation.units == "µg m-3"
    assert explanation.reference + total == pytest.approx(explanation.forecast, rel=LARGEST_GAP)
    said = twin.network(batch_of(twin.cutter.cut(np.array([twin.last_trained]), np.array([1]))))
    assert explanation.forecast == pytest.approx(
        float(said["logarithm"][0, 0, 1, 0, 4].exp().detach()), rel=1e-5
    )


def test_groups_lead_from_the_reference_to_what_was_seen(twin: Twin) -> None:
    batch = batch_of(twin.cutter.cut(np.array([50]), np.array([1])))
    total = total_shift([group.shift for group in input_groups(batch, twin.cutter, 0)])
    reference = {name: batch[name] - total[name] for name in total}
    values = reference["history"][..., :-5].reshape(len(STATIONS), 4, 9)
    assert torch.allclose(values[..., :3], torch.zeros(3), atol=1e-6)
    assert torch.equal(values[..., 3:6], torch.ones(len(STATIONS), 4, 3))
    assert torch.allclose(values[..., 6:8], torch.zeros(2), atol=1e-6)
    assert torch.allclose(reference["anchors"], torch.zeros(1), atol=1e-6)


def test_what_is_missing_moves_nothing(twin: Twin) -> None:
    recent = twin.cutter.panel.recent.copy()
    recent[:, 1] = np.nan
    cutter = type(twin.cutter)(
        replace(twin.cutter.panel, recent=recent), twin.cutter.config, twin.cutter.scales
    )
    explanation = explain([twin.network], cutter, Cell(twin.last_trained, 1, "urumqi"))
    effects = {effect.id: effect for effect in explanation.effects}
    assert effects["neighbour:changji"].gradient == 0.0
    assert effects["neighbour:changji"].occlusion == pytest.approx(0.0, abs=1e-4)
    assert np.isfinite([effect.gradient for effect in explanation.effects]).all()


def line(first: float, second: float) -> tuple[dict[str, Tensor], list[InputGroup]]:
    """Two numbers, each a group of its own, about a reference of nought."""
    batch = {"history": torch.tensor([[first, second]])}
    groups = [
        InputGroup(name, name, name, {"history": torch.tensor([part])})
        for name, part in (("first", [first, 0.0]), ("second", [0.0, second]))
    ]
    return batch, groups


def test_a_product_is_shared_and_a_sum_is_not() -> None:
    batch, groups = line(3.0, 5.0)

    def product(one: dict[str, Tensor]) -> Tensor:
        return one["history"].prod(dim=-1) + 2.0 * one["history"][..., 0]

    effects, nodes = integrated_gradients(product, batch, groups, 21.0)  # type: ignore[arg-type]
    np.testing.assert_allclose(effects, [7.5 + 6.0, 7.5], rtol=1e-6)
    assert nodes == 16
    without = occlusion(product, batch, [[groups[0]], [groups[1]], groups])  # type: ignore[arg-type]
    np.testing.assert_allclose(21.0 - without, [21.0, 15.0, 21.0], rtol=1e-6)


def test_a_steep_function_takes_more_nodes() -> None:
    batch, groups = line(4.0, 0.0)

    def step(one: dict[str, Tensor]) -> Tensor:
        return torch.sigmoid(40.0 * (one["history"][..., 0] - 1.7))

    effects, nodes = integrated_gradients(step, batch, groups, 1.0)  # type: ignore[arg-type]
    assert nodes > 16
    np.testing.assert_allclose(effects, [1.0, 0.0], atol=LARGEST_GAP)


def test_tags_are_groups_of_their_own(twin: Twin) -> None:
    tags = IssuedAhead(np.full((1, 1, len(STATIONS), 2), 7.0), np.array([50]), ("industry.wu", "boundary"))
    panel = replace(twin.cutter.panel, tags=tags)
    sources = SourcesConfig(names=tags.names)
    cutter = type(twin.cutter)(panel, twin.cutter.config, twin.cutter.scales, sources)
    batch = batch_of(cutter.cut(np.array([50]), np.array([1])))
    groups = input_groups(batch, cutter, 0, {"boundary": ("区域外输入", "From outside")})
    shifts = {group.id: group for group in groups if group.id.startswith("tag:")}
    assert shifts["tag:boundary"].chinese == "物理标记：区域外输入"
    assert torch.equal(
        shifts["tag:boundary"].shift["tags"] + shifts["tag:industry.wu"].shift["tags"], batch["tags"]
    )


def test_windows_of_another_length_are_refused(twin: Twin) -> None:
    batch = batch_of(twin.cutter.cut(np.array([50]), np.array([1])))
    batch["history"] = batch["history"][..., 1:]
    with pytest.raises(ContractError, match="expected 41 features of history, got 40"):
        input_groups(batch, twin.cutter, 0)


def test_the_figure_shows_the_largest_and_the_sum_of_the_rest(tmp_path: Path) -> None:
    effects = tuple(GroupEffect(str(n), f"邻站{n}", f"Neighbour {n}", 20.0 - n, 19.0 - n) for n in range(14))
    explanation = Explanation("urumqi", 2, "µg m-3", 250.0, 60.0, effects, (), 0.0, 16, True, 1.0)
    shown = shown_effects(explanation)
    assert len(shown) == 10
    assert sum(effect.gradient for effect in shown) == pytest.approx(sum(e.gradient for e in effects))
    draw_explanation(explanation, ("乌鲁木齐 11-25", "Urumqi 25 Nov"), tmp_path / "why.png", synthetic=True)
    assert (tmp_path / "why.png").stat().st_size > 10_000
