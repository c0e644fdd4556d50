"""Back from a run: what drove the model, hour by hour, and what is measured of it, for footprints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, overload

import numpy as np
import torch

from atmosphere.transport.model import Hour
from atmosphere.transport.receptors import BEFORE_FIRST, Receptor
from forecast.physical.driving import DrivenHour, Driver, GroundAir
from foundation.errors import InputError
from foundation.times import HOUR

if TYPE_CHECKING:
    from atmosphere.transport.tracers import Emissions
    from sources.footprints.targets import Target

__all__ = ["DrivenHours", "TargetMeasures"]

_MOST_BYTES = 2**30


@dataclass
class DrivenHours(Sequence[Hour]):
    """The hours of a run after its reference time, made when asked for and kept while memory allows.

    Attributes:
        driver: weather and emissions.
        start: the reference time, UTC.
        length: number of hours.
        most_bytes: memory for hours that are kept; what does not fit is made again.
        each: told 1 whenever an hour is made for the first time.
        air: near the ground, by the number of the hour at whose end; grows as hours are made.
    """

    driver: Driver
    start: np.datetime64
    length: int
    most_bytes: int = _MOST_BYTES
    each: Callable[[int], None] | None = None
    air: dict[int, GroundAir] = field(default_factory=dict)
    _kept: dict[int, Hour] = field(default_factory=dict)
    _latest: dict[int, Hour] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of hours."""
        return self.length

    @overload
    def __getitem__(self, index: int) -> Hour: ...

    @overload
    def __getitem__(self, index: slice) -> list[Hour]: ...

    def __getitem__(self, index: int | slice) -> Hour | list[Hour]:
        """An hour, or some that follow one another."""
        if isinstance(index, int):
            return self[index : index + 1][0]
        wanted = range(*index.indices(self.length))
        if not all(number in self._kept for number in wanted):
            self._make(wanted)
        return [self._held(number) for number in wanted]

    def emissions(self, number: int) -> Emissions:
        """The emissions of an hour, by tag; of one just asked for, nothing is made again."""
        if number not in self._kept and number not in self._latest:
            self._make(range(number, number + 1))
        emissions = self._held(number).emissions
        if emissions is None:
            raise InputError(f"no emissions in hour {number} of the run", where="emissions")
        return emissions

    def _held(self, number: int) -> Hour:
        return self._kept[number] if number in self._kept else self._latest[number]

    def _make(self, wanted: range) -> None:
        self._latest = {}
        begin, end = (self.start + step * HOUR for step in (wanted.start, wanted.stop))
        for number, driven in zip(wanted, self.driver.hours(begin, end), strict=True):
            self._remember(number, driven)

    def _remember(self, number: int, driven: DrivenHour) -> None:
        if number == 0:
            self.air[BEFORE_FIRST] = driven.before
        if number not in self.air and self.each is not None:
            self.each(1)
        self.air[number] = driven.after
        held = self._latest
        if number not in self._kept and self.most_bytes > 0:
            self.most_bytes -= _bytes(driven.hour)
            held = self._kept
        held[number] = driven.hour


def _bytes(hour: Hour) -> int:
    parts = [hour.flow, hour.processes, *([hour.emissions] if hour.emissions is not None else [])]
    return sum(tensor.nbytes for part in parts for tensor in _tensors(part))


def _tensors(record: object) -> Iterator[torch.Tensor]:
    for one in fields(record):  # type: ignore[arg-type]
        value = getattr(record, one.name)
        if isinstance(value, torch.Tensor):
            yield value


@dataclass(frozen=True)
class TargetMeasures:
    """Means over places and hours as the adjoint takes them, as the products of the run define them.

    The mean of an hour is half of its beginning and half of its end.

    Attributes:
        targets: what is to be explained.
        hours: of the run; weights follow their air.
        weights: factors from mixing ratios of the species in a cell, given pollutant, air, row and column;
            such as `NearGround.weights`.
    """

    targets: Sequence[Target]
    hours: DrivenHours
    weights: Callable[[str, GroundAir, int, int], torch.Tensor]

    def __len__(self) -> int:
        """Number of targets."""
        return len(self.targets)

    def at(self, hour: int) -> list[tuple[int, Receptor]]:
        """See `atmosphere.transport.receptors.Measures`."""
        found = []
        instant = self.hours.start + (hour + 1) * HOUR
        for number, target in enumerate(self.targets):
            share = target.share_at(instant)
            for row, column in target.cells if share > 0 else ():
                weights = self.weights(target.pollutant, self.hours.air[hour], row, column)
                found.append((number, Receptor(hour, 0, row, column, weights * share / len(target.cells))))
        return found
