"""The PM2.5 median as a sum of sources: the physical model's tags, scaled, and an unattributed remainder.

For a lead at a station the median is m = Σ w(s) T(s) + r with w(s) >= 0 and r >= 0; T(s) are the tags. A
weight is exp(b + c): b lasts and depends on the source's sector, region and hour of the day, c on the context
and is bounded. Both are 0 before training, so that the forecast begins with the physical model's, and
penalties draw them back there: the weights are a correction, not an invention. All sources share one small
network that is told what a source is, so that any set of tags can be given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from forecast.learned.source_factors import COURSES, SourceFactors, courses
from forecast.learned.source_kinds import UNKNOWN, SourcesConfig, kinds_of
from foundation.errors import ContractError

__all__ = ["SourceHead", "Sourced", "source_heads"]

_KIND_WIDTH = 4
_LARGEST_WEIGHT = 4.0
_LARGEST_COURSE = 5.0
_LASTING = ("sector", "pair", "course")
_SMALLEST = 1e-3
"""µg m-3; keeps logarithms and shares finite."""


@dataclass(frozen=True)
class Sourced:
    """What the head says of PM2.5.

    Attributes:
        sources: (issue, lead, station, source + 1) parts of the median, µg m-3, the remainder last.
        logarithm: (issue, lead, station) ln of the median.
        penalty: what the loss adds.
    """

    sources: Tensor
    logarithm: Tensor
    penalty: Tensor


class SourceHead(nn.Module):
    """Weights of the tags, and what they leave.

    Args:
        width: features of a lead at a station.
        config: sources known, and penalties.
        largest: ln of the largest median.
    """

    def __init__(self, width: int, config: SourcesConfig, largest: float) -> None:
        super().__init__()
        self.config, self.largest = config, largest
        sectors, regions = len(config.sectors) + 1, len(config.regions) + 1
        self.sector = nn.Parameter(torch.zeros(sectors))
        self.pair = nn.Parameter(torch.zeros(sectors, regions))
        self.course = nn.Parameter(torch.zeros(sectors, COURSES))
        for name in _LASTING:
            self.register_buffer(f"usual_{name}", torch.zeros_like(getattr(self, name)))
        self.sector_kind = nn.Embedding(sectors, _KIND_WIDTH)
        self.region_kind = nn.Embedding(regions, _KIND_WIDTH)
        self.context = nn.Linear(width, config.width)
        self.of_source = nn.Linear(2 * _KIND_WIDTH + 2, config.width)
        self.change = nn.Linear(config.width, 1, bias=False)
        self.left = nn.Linear(width, 2)
        nn.init.zeros_(self.change.weight)
        nn.init.zeros_(self.left.weight)
        self.left.bias.data = torch.tensor([2.0, -5.0])

    @property
    def factors(self) -> SourceFactors:
        """The lasting factors as they are."""
        return SourceFactors(self.sector, self.pair, self.course)

    @torch.no_grad()
    def start_from(self, factors: SourceFactors) -> None:
        """Take lasting factors from a fit; penalties draw them there from now on."""
        for name in _LASTING:
            value = getattr(factors, name)
            getattr(self, name).copy_(value)
            getattr(self, f"usual_{name}").copy_(value)

    def forward(self, features: Tensor, batch: Mapping[str, Tensor], alone: Tensor) -> Sourced:
        """Share the median out.

        Args:
            features: (issue, lead, station, width).
            batch: windows with tags; `kinds` says what each is, those of the configuration without it.
            alone: (issue, lead, station) ln of the median without the physical model, display units.

        Raises:
            ContractError: when tags are given without `kinds` and are not as many as in training.
        """
        kinds, tagged = self._kinds(batch), self._tagged(batch["tagged"])
        tags = batch["tags"] * tagged[..., None]
        course = courses(batch["ahead"])
        lasting = self.factors.logarithm(kinds, course)
        context = self._context(features, tags, kinds)
        scaled = (lasting + context).clamp(max=_LARGEST_WEIGHT).exp() * tags
        alone = alone.clamp(min=-4.0, max=self.largest).exp()
        share = torch.sigmoid(self.left(features).float().clamp(min=-12.0))
        beside = share[..., 0] * self._unexplained(batch, kinds, scaled) + share[..., 1] * alone
        rest = torch.where(tagged > 0, beside, alone).clamp(min=_SMALLEST)
        sources = torch.cat([scaled, rest[..., None]], dim=-1)
        total = sources.sum(-1)
        fits = torch.exp(self.largest - total.log()).clamp(max=1.0)
        sources = sources * fits[..., None]
        total = total * fits
        return Sourced(sources, total.log(), self._penalty(sources, total, context, tagged))

    def _kinds(self, batch: Mapping[str, Tensor]) -> Tensor:
        count = batch["tags"].shape[-1]
        if "kinds" in batch:
            return batch["kinds"]
        if count != len(self.config.names):
            raise ContractError(
                f"sources: expected the {len(self.config.names)} tags of training, got {count}",
                remedy="Give the names of the tags to the cutter of the windows",
            )
        return torch.from_numpy(kinds_of(self.config.names, self.config)).to(batch["tags"].device)

    def _tagged(self, tagged: Tensor) -> Tensor:
        """Where tags count; in training some issues do without."""
        if not self.training or not self.config.without:
            return tagged
        kept = torch.rand(tagged.shape[0], device=tagged.device) >= self.config.without
        return tagged * kept[:, None, None]

    def _context(self, features: Tensor, tags: Tensor, kinds: Tensor) -> Tensor:
        """(issue, lead, station, source) bounded logarithm of what the context adds to each weight."""
        share = tags / tags.sum(-1, keepdim=True).clamp(min=_SMALLEST)
        kind = torch.cat([self.sector_kind(kinds[:, 0]), self.region_kind(kinds[:, 1])], dim=-1)
        told = torch.stack([torch.log1p(tags), share], dim=-1)
        of_source = self.of_source(torch.cat([kind.expand(*tags.shape, -1), told], dim=-1))
        inner = functional.gelu(self.context(features)[..., None, :] + of_source)
        bounded = self.config.reach * torch.tanh(self.change(inner)[..., 0].float())
        return torch.where(kinds[:, 0] > UNKNOWN, bounded, 0.0)

    def _unexplained(self, batch: Mapping[str, Tensor], kinds: Tensor, scaled: Tensor) -> Tensor:
        """(issue, lead, station) what a source without a tag adds that did so lately, µg m-3.

        What was measured lately beyond the scaled tags of the same steps rises and falls as these do.
        """
        lately = batch["lately"]
        no_course = lately.new_zeros(COURSES)
        explained = (self.factors.logarithm(kinds, no_course).exp() * lately[..., :-1]).sum(-1)
        beyond = (lately[..., -1] - explained).clamp(min=0.0)
        course = scaled.sum(-1) / explained.clamp(min=1.0)[:, None]
        return beyond[:, None] * course.clamp(max=_LARGEST_COURSE)

    def _penalty(self, sources: Tensor, total: Tensor, context: Tensor, tagged: Tensor) -> Tensor:
        share = (sources[..., :-1] / total[..., None]).detach()
        together = (share * context).sum(-1, keepdim=True) / share.sum(-1, keepdim=True).clamp(min=_SMALLEST)
        apart = (share * (context - together).square()).sum(-1)
        left = sources[..., -1] / total
        config = self.config
        moved = config.to_model * together[..., 0].square() + config.apart * apart + config.remainder * left
        of_cases = (tagged * moved).sum() / tagged.sum().clamp(min=1.0)
        drift = [(getattr(self, name) - getattr(self, f"usual_{name}")).square().sum() for name in _LASTING]
        penalty: Tensor = of_cases + config.to_usual * torch.stack(drift).sum()
        return penalty


def source_heads(network: nn.Module) -> list[SourceHead]:
    """The heads over tags of a network, one for each of its towers; none where it does not look at tags."""
    return [part for part in network.modules() if isinstance(part, SourceHead)]
