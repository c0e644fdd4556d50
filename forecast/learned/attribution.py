"""How much of a change of a function each group of its inputs carries.

Integrated gradients (Sundararajan et al. 2017, arXiv:1703.01365, equation 1): the gradient is averaged along
the straight line from the reference to what was seen, and each group is given its displacement times that
mean. By the fundamental theorem of calculus the groups add up to the difference of the two values
(completeness, their proposition 1). The mean is taken by Gauss-Legendre quadrature, with more nodes until the
sum holds.

Occlusion (Zeiler and Fergus 2014, doi:10.1007/978-3-319-10590-1_53): how the value changes when one group
alone is put back to its reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from forecast.learned.input_groups import InputGroup
from forecast.learned.input_shifts import Shift

LARGEST_GAP = 0.005
"""By how much the groups may miss the difference that they add up to, relative to the sum of their sizes."""

_NODES = (16, 32, 64, 128, 256)
_FIXED = ("positions", "leads", "kinds")
_TOGETHER = 64
_SMALLEST_SUM = 1e-6

Function = Callable[[Mapping[str, Tensor]], Tensor]
"""A forecast (issue,) from a batch."""


def integrated_gradients(
    function: Function, batch: Mapping[str, Tensor], groups: Sequence[InputGroup], difference: float
) -> tuple[np.ndarray, int]:
    """Effects (group,) that add up to the difference, and the nodes that it took.

    Args:
        function: the forecast.
        batch: of one issue.
        groups: their displacements lead from the reference to the batch.
        difference: forecast at the batch minus forecast at the reference.
    """
    whole = total_shift([group.shift for group in groups])
    for nodes in _NODES:
        mean = _mean_gradient(function, batch, whole, nodes)
        effects = np.array([_along(mean, group.shift) for group in groups])
        if holds(float(effects.sum()) - difference, effects):
            break
    return effects, nodes


def occlusion(
    function: Function, batch: Mapping[str, Tensor], left_out: Sequence[Sequence[InputGroup]]
) -> np.ndarray:
    """The forecast (case,) when the groups of each case are as usual."""
    parts = []
    for first in range(0, len(left_out), _TOGETHER):
        cases = [
            moved(batch, total_shift([g.shift for g in case]), -1.0)
            for case in left_out[first : first + _TOGETHER]
        ]
        with torch.inference_mode():
            parts.append(function(_stacked(cases)).numpy())
    return np.concatenate(parts)


def _mean_gradient(function: Function, batch: Mapping[str, Tensor], whole: Shift, nodes: int) -> Shift:
    """Mean of the gradient along the line to the batch, by tensor."""
    positions, weights = np.polynomial.legendre.leggauss(nodes)
    mean = {name: torch.zeros_like(part[0]) for name, part in whole.items()}
    for first in range(0, nodes, _TOGETHER):
        chosen = slice(first, first + _TOGETHER)
        back = (1.0 - positions[chosen]) / 2.0
        line = _stacked([moved(batch, whole, -float(share)) for share in back])
        moving = [line[name].requires_grad_() for name in whole]
        gradients = torch.autograd.grad(function(line).sum(), moving, allow_unused=True)
        weight = torch.from_numpy(weights[chosen] / 2.0).float()
        for name, gradient in zip(whole, gradients, strict=True):
            if gradient is not None:
                mean[name] += torch.tensordot(weight, gradient, dims=1)
    return mean


def _along(gradient: Shift, shift: Shift) -> float:
    return sum(float((gradient[name] * part[0]).sum()) for name, part in shift.items())


def holds(gap: float, effects: np.ndarray) -> bool:
    """Whether effects add up, but for a gap within `LARGEST_GAP`."""
    return abs(gap) <= LARGEST_GAP * max(float(np.abs(effects).sum()), _SMALLEST_SUM)


def total_shift(shifts: Sequence[Shift]) -> Shift:
    """The displacement of several groups together."""
    total: Shift = {}
    for shift in shifts:
        for name, part in shift.items():
            total[name] = total[name] + part if name in total else part
    return total


def moved(batch: Mapping[str, Tensor], shift: Shift, share: float) -> dict[str, Tensor]:
    """The batch, displaced by a share of a displacement."""
    return {name: part + share * shift[name] if name in shift else part for name, part in batch.items()}


def _stacked(batches: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {
        name: part if name in _FIXED else torch.cat([one[name] for one in batches])
        for name, part in batches[0].items()
    }
