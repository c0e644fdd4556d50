"""Between which values of an element its re-fitted Q passes a level, and which value to try next."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sources.receptor.least_squares import Tensor

__all__ = ["Bracket"]

_CLOSED, _LEAST_ROOT = 1e-4, 0.05
_INWARD, _TRUSTED = 0.02, 8.0


@dataclass
class Bracket:
    """Distances from the base value, one entry per start.

    Attributes:
        origin: base value.
        sign: direction, -1 or 1.
        near: the largest distance known at which Q rises by less than the level.
        near_rise: how much it rises there.
        far: the least at which it rises by more; infinite while none is known.
        far_rise: how much it rises there.
        last: the distance last tried.
        last_rise: the rise there.
        last_slope: of the rise with the distance there.
        tries: since the level was set.
    """

    origin: Tensor
    sign: Tensor
    near: Tensor
    near_rise: Tensor
    far: Tensor
    far_rise: Tensor
    last: Tensor
    last_rise: Tensor
    last_slope: Tensor
    tries: Tensor

    @classmethod
    def beginning(cls, origin: Tensor, sign: Tensor) -> Bracket:
        """Nothing tried yet."""
        import torch

        def nothing() -> Tensor:
            return torch.zeros_like(origin)

        return cls(
            origin, sign, near=nothing(), near_rise=nothing(), far=torch.full_like(origin, torch.inf),
            far_rise=nothing(), last=nothing(), last_rise=nothing(), last_slope=nothing(), tries=nothing(),
        )  # fmt: skip

    def of(self, chosen: Tensor) -> Bracket:
        """Some of the entries."""
        return Bracket(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def put(self, rows: Tensor, part: Bracket) -> None:
        """Write some entries back."""
        for one in fields(self):
            getattr(self, one.name)[rows] = getattr(part, one.name)

    def learn(self, value: Tensor, rise: Tensor, slope: Tensor, level: Tensor) -> None:
        """Take in a value tried, the rise there and its slope with the distance."""
        import torch

        distance = (value - self.origin) * self.sign
        self.last, self.last_rise, self.last_slope = distance, rise, slope
        self.tries = self.tries + 1.0
        low = rise < level
        # A fit that settled too early, or in another minimum, leaves an end that no longer holds.
        stale = (self.tries % _TRUSTED == 0.0) | (self.far <= self.near)
        self.near = torch.where(stale, 0.0, self.near)
        self.near_rise = torch.where(stale, 0.0, self.near_rise)
        self.far = torch.where(stale, torch.inf, self.far)
        self.near_rise = rise.where(low, self.near_rise)
        self.near = distance.where(low, self.near)
        self.far_rise = self.far_rise.where(low, rise)
        self.far = self.far.where(low, distance)

    def closed(self) -> Tensor:
        """Where the two ends meet without the level between them: Q jumps there to another minimum."""
        return self.far.isfinite() & (self.far - self.near <= _CLOSED * self.far.abs())

    def reopen(self, rows: Tensor, value: Tensor, rise: Tensor) -> None:
        """Begin the next level from the value that met the last."""
        import torch

        distance = (value - self.origin) * self.sign
        self.near = distance.where(rows, self.near)
        self.near_rise = rise.where(rows, self.near_rise)
        self.far = torch.where(rows, torch.inf, self.far)
        self.tries = self.tries.where(~rows, self.tries * 0.0)

    def next_value(self, level: Tensor) -> Tensor:
        """The value at which the root of the rise, by its slope or between the ends, is that of the level.

        The rise is close to a parabola, so that its root is close to a line.
        """
        import torch

        root, last = level.sqrt(), self.last_rise.clamp(min=0.0).sqrt()
        per_distance = self.last_slope / (2.0 * last.clamp(min=_LEAST_ROOT * root))
        by_slope = self.last + (root - last) / per_distance
        bracketed = self.far.isfinite()
        below, above = self.near_rise.clamp(min=0.0).sqrt(), self.far_rise.clamp(min=0.0).sqrt()
        part = ((root - below) / (above - below).clamp(min=1e-12)).clamp(0.05, 0.95)
        width = self.far - self.near
        middle = self.near + torch.where(self.tries > 12.0, 0.5, part) * width
        inside = (by_slope > self.near + _INWARD * width) & (by_slope < self.far - _INWARD * width)
        doubled = self.near.maximum(self.last * 0.1) * 2.0
        rising = (per_distance > 0.0) & by_slope.isfinite() & (by_slope > self.near)
        open_ended = torch.where(rising, by_slope.minimum(doubled * 2.0), doubled)
        use = inside & rising & (self.tries < 9.0)
        distance = torch.where(bracketed, torch.where(use, by_slope, middle), open_ended)
        return (self.origin + self.sign * distance).clamp(min=0.0)
