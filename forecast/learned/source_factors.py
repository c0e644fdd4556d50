"""Lasting factors of sources: by sector, by region in a sector, and along the day and the week."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from forecast.learned.source_kinds import UNKNOWN

__all__ = ["COURSES", "SourceFactors", "courses"]

_WAVES = 4
COURSES = 3 + 2 * _WAVES
"""Features of a factor's course over the day and the week."""


@dataclass(frozen=True)
class SourceFactors:
    """Logarithms of lasting factors, as a fit to a whole record found them.

    Attributes:
        sector: (sector + 1,), the first of sectors unknown: 0.
        pair: (sector + 1, region + 1) what a region adds.
        course: (sector + 1, `COURSES`) along the day and the week.
    """

    sector: Tensor
    pair: Tensor
    course: Tensor

    def logarithm(self, kinds: Tensor, features: Tensor) -> Tensor:
        """Of every source at each time.

        Args:
            kinds: (source, 2) numbers of sectors and regions.
            features: (..., `COURSES`) from `courses`.

        Returns:
            (..., source); 0 for a source whose sector is not known.
        """
        sector, region = kinds[:, 0], kinds[:, 1]
        lasting = self.sector[sector] + torch.where(region > UNKNOWN, self.pair[sector, region], 0.0)
        every = lasting + features @ self.course[sector].T
        return torch.where(sector > UNKNOWN, every, 0.0)

    def detached(self) -> SourceFactors:
        """The same numbers, apart from the fit that made them."""
        return SourceFactors(*(part.detach().float() for part in (self.sector, self.pair, self.course)))


def courses(ahead: Tensor) -> Tensor:
    """Course of the day and the week from the calendar of windows.

    Args:
        ahead: (..., feature) that begin as `forecast.learned.clock.calendar`.

    Returns:
        (..., `COURSES`) mean about 0 over a week: the weekend, waves of the day, and the first at weekends.
    """
    weekend, cosine, sine = ahead[..., 2] - 2.0 / 7.0, ahead[..., 3], ahead[..., 4]
    parts = [weekend, weekend * cosine, weekend * sine]
    real, imaginary = cosine, sine
    for _ in range(_WAVES):
        parts += [real, imaginary]
        real, imaginary = real * cosine - imaginary * sine, real * sine + imaginary * cosine
    return torch.stack(parts, dim=-1)
