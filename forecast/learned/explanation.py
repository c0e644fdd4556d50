"""Which input moved a forecast: what each group of inputs adds to the forecast of a usual state.

Effects of groups are those of `forecast.learned.attribution`: integrated gradients, which add up, and
occlusion. What two groups do together beyond what each does alone is their interaction, f(x) - f(without i)
- f(without j) + f(without both): positive where they reinforce each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torch import Tensor

from forecast.learned.attribution import Function, holds, integrated_gradients, moved, occlusion, total_shift
from forecast.learned.ensemble import batch_of
from forecast.learned.input_groups import InputGroup, Names, input_groups
from forecast.learned.network import Network
from forecast.learned.windows import Cutter

PAIRED_GROUPS = 5
"""Groups with the largest effects, between which interactions are told."""


@dataclass(frozen=True)
class Cell:
    """One forecast: the row of the panel at which it is issued, steps ahead, and the station's id."""

    issue: int
    lead: int
    station: str


@dataclass(frozen=True)
class GroupEffect:
    """What one group did.

    Attributes:
        id: of the group.
        chinese: its name.
        english: its name.
        gradient: by integrated gradients; these add up.
        occlusion: change of the forecast when the group alone is as usual.
    """

    id: str
    chinese: str
    english: str
    gradient: float
    occlusion: float


@dataclass(frozen=True)
class Interaction:
    """What two groups did together beyond what each did alone, by occlusion."""

    first: str
    second: str
    effect: float


@dataclass(frozen=True)
class Explanation:
    """The forecast of one station and lead, taken apart.

    Attributes:
        station: its id.
        lead: steps ahead.
        units: of all numbers: `µg m-3`, or `1` for the natural logarithm.
        forecast: median of PM2.5.
        reference: what the model would say if all were as usual.
        effects: of the groups, the largest first.
        interactions: between the groups with the largest effects, the largest first.
        gap: sum of the gradients minus (forecast minus reference).
        nodes: of the quadrature.
        complete: whether the gap is within `LARGEST_GAP`.
        unshared: forecast minus reference minus the sum of the occlusions: all interactions together.
    """

    station: str
    lead: int
    units: str
    forecast: float
    reference: float
    effects: tuple[GroupEffect, ...]
    interactions: tuple[Interaction, ...]
    gap: float
    nodes: int
    complete: bool
    unshared: float

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def explain(
    members: Sequence[Network], cutter: Cutter, cell: Cell,
    *, logarithm: bool = False, source_names: Mapping[str, Names] | None = None,
) -> Explanation:  # fmt: skip
    """Take apart the median of PM2.5 of one station and lead.

    Args:
        members: networks of one shape, whose mean is the forecast.
        cutter: cuts the windows out of what was known.
        cell: which forecast.
        logarithm: take apart the natural logarithm instead of the concentration in µg m-3.
        source_names: names of the physical tags in Chinese and English, by source.
    """
    batch = batch_of(cutter.cut(np.array([cell.issue]), np.array([cell.lead])))
    number = cutter.panel.stations.index(cell.station)
    groups = input_groups(batch, cutter, number, source_names)
    function = _median(members, number, logarithm=logarithm)
    reference = moved(batch, total_shift([group.shift for group in groups]), -1.0)
    said, usual = (float(function(one)[0].detach()) for one in (batch, reference))
    gradients, nodes = integrated_gradients(function, batch, groups, said - usual)
    occluded = occlusion(function, batch, [[group] for group in groups])
    effects = [
        GroupEffect(group.id, group.chinese, group.english, float(one), said - float(other))
        for group, one, other in zip(groups, gradients, occluded, strict=True)
    ]
    gap = float(gradients.sum()) - (said - usual)
    return Explanation(
        cell.station, cell.lead, "1" if logarithm else "µg m-3", said, usual,
        tuple(sorted(effects, key=lambda effect: -abs(effect.gradient))),
        _interactions(function, batch, groups, effects, said), gap, nodes, holds(gap, gradients),
        said - usual - sum(effect.occlusion for effect in effects),
    )  # fmt: skip


def _median(members: Sequence[Network], station: int, *, logarithm: bool) -> Function:
    middle = len(members[0].config.levels) // 2

    def median(batch: Mapping[str, Tensor]) -> Tensor:
        said = [member(batch)["logarithm"][:, 0, station, 0, middle].exp() for member in members]
        mean = torch.stack(said).mean(0)
        return mean.log() if logarithm else mean

    return median


def _interactions(
    function: Function, batch: Mapping[str, Tensor], groups: Sequence[InputGroup],
    effects: Sequence[GroupEffect], said: float,
) -> tuple[Interaction, ...]:  # fmt: skip
    order = sorted(range(len(groups)), key=lambda n: -abs(effects[n].occlusion))[:PAIRED_GROUPS]
    pairs = list(combinations(order, 2))
    both = occlusion(function, batch, [[groups[i], groups[j]] for i, j in pairs])
    found = [
        Interaction(
            groups[i].id, groups[j].id, effects[i].occlusion + effects[j].occlusion - said + float(without)
        )
        for (i, j), without in zip(pairs, both, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.effect)))
