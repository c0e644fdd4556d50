"""Temperature inversions of a profile.

The rule is that of Kahl (1990, Int. J. Climatol. 10, 537-548, doi:10.1002/joc.3370100509): going up from the
ground, the base is the level above which temperature begins to rise, the top the one above which it begins to
fall; a falling layer thinner than 100 m with rising ones on both sides belongs to the inversion. Here that
holds only if the air above such a layer becomes warmer than any below, so that the top is the warmest level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from atmosphere.meteorology.diagnostics.air_profile import Profile
from foundation.configuration import Config


class InversionRule(Config):
    """What counts as an inversion.

    Attributes:
        merged_gap: a falling layer thinner than this, m, within an inversion belongs to it (Kahl 1990).
        base_below: inversions whose base lies higher above ground than this, m, are not looked for.
        least_strength: weaker ones, K, are within the error of a sounding and are left out.
    """

    merged_gap: float = 100.0
    base_below: float = 3000.0
    least_strength: float = 0.5


@dataclass(frozen=True)
class Inversion:
    """A layer in which temperature rises with height.

    Attributes:
        kind: `surface-based` when it begins at the lowest point of a profile that has surface values,
            otherwise `lifted`.
        base_height: m above ground.
        top_height: m above ground.
        base_pressure: Pa.
        top_pressure: Pa.
        base_temperature: K.
        top_temperature: K.
    """

    kind: Literal["surface-based", "lifted"]
    base_height: float
    top_height: float
    base_pressure: float
    top_pressure: float
    base_temperature: float
    top_temperature: float

    @property
    def strength(self) -> float:
        """Temperature at the top less that at the base, K."""
        return self.top_temperature - self.base_temperature

    @property
    def gradient(self) -> float:
        """Strength over depth, K m-1."""
        return self.strength / (self.top_height - self.base_height)


def inversions(profile: Profile, rule: InversionRule | None = None) -> tuple[Inversion, ...]:
    """All inversions of a profile from the ground upward; empty when there is none."""
    rule = rule or InversionRule()
    found = []
    level, last = 0, len(profile.height) - 1
    while level < last:
        if profile.temperature[level + 1] <= profile.temperature[level]:
            level += 1
            continue
        top = _top(profile.temperature, profile.height, level, rule.merged_gap)
        if profile.height[level] <= rule.base_below:
            layer = _layer(profile, level, top)
            if layer.strength >= rule.least_strength:
                found.append(layer)
        level = top
    return tuple(found)


def strongest(layers: tuple[Inversion, ...]) -> Inversion | None:
    """The inversion with the largest rise of temperature; None when there is none."""
    return max(layers, key=lambda layer: layer.strength, default=None)


def _top(temperature: np.ndarray, height: np.ndarray, base: int, gap: float) -> int:
    """Index of the top: the warmest level reached before a falling layer as thick as `gap`."""
    top, last = base, len(height) - 1
    for level in range(base + 1, last + 1):
        if temperature[level] > temperature[top]:
            top = level
        elif height[level] - height[top] >= gap:
            break
    return top


def _layer(profile: Profile, base: int, top: int) -> Inversion:
    return Inversion(
        "surface-based" if base == 0 and profile.starts_at_surface else "lifted",
        *(float(profile.height[level]) for level in (base, top)),
        *(float(profile.pressure[level]) for level in (base, top)),
        *(float(profile.temperature[level]) for level in (base, top)),
    )
