"""Measures that begin after the reference time: how much was emitted since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from foundation.errors import ConfigurationError
from foundation.places import gazetteer
from foundation.times import DAY, HOUR, shown
from sources.measures.configuration import DriversConfig
from sources.measures.responsive import PARTICLES, component_weights
from sources.measures.run_folder import read_tags

__all__ = ["EmittedSince", "emitted_since", "fraction_from"]

_GASES = ("contribution", "carried_over")
_PARTICLES = ("component_contribution", "component_carried_over")
_DAY_H = 24


@dataclass(frozen=True)
class EmittedSince:
    """Share of what was emitted since the reference time that was emitted since a later instant.

    Attributes:
        begins: that instant, UTC.
        reference_time: of the run, UTC.
        valid_time: ends of hours, UTC, (lead,).
        since_reference: kg m-3 emitted since the reference time, (lead, place, pollutant, species, source).
        since_beginning: kg m-3 of it emitted since the beginning, the same dimensions.
    """

    begins: np.datetime64
    reference_time: np.datetime64
    valid_time: np.ndarray
    places: tuple[str, ...]
    pollutants: tuple[str, ...]
    sources: tuple[str, ...]
    since_reference: np.ndarray
    since_beginning: np.ndarray

    def of(self, dataset: xr.Dataset, kind: str, species: Sequence[str]) -> np.ndarray:
        """Shares, 0 to 1, on the coordinates of a data set of contributions.

        Days are sums over their hours, regions over those of their places that the model holds. What the
        model does not carry has the share 0: it does not respond anyway.

        Args:
            dataset: one reference time of contributions.
            kind: `day`, `region` or `hour`.
            species: emitted species, in the order of this object's.

        Returns:
            (lead, place, pollutant, species, source).
        """
        names = [[str(value) for value in dataset[name].values] for name in ("place", "pollutant", "source")]
        made = np.zeros((dataset.sizes["lead_time"], *map(len, names[:2]), len(species), len(names[2])))
        pollutants, sources = (
            [(mine.index(one), number) for number, one in enumerate(theirs) if one in mine]
            for mine, theirs in ((self.pollutants, names[1]), (self.sources, names[2]))
        )
        for lead, hours in enumerate(self._hours(dataset, kind)):
            for place, members in enumerate(self._members(names[0], kind)):
                whole, later = (
                    part[hours][:, members].sum(axis=(0, 1))
                    for part in (self.since_reference, self.since_beginning)
                )
                share = np.divide(later, whole, out=np.zeros_like(whole), where=whole > 0)
                for mine, theirs in pollutants:
                    made[lead, place, theirs][:, [there for _, there in sources]] = share[mine][
                        :, [here for here, _ in sources]
                    ]
        return made

    def _hours(self, dataset: xr.Dataset, kind: str) -> list[np.ndarray]:
        ends = self.reference_time + dataset["lead_time"].values
        step = HOUR if kind == "hour" else DAY
        return [np.flatnonzero((self.valid_time > end - step) & (self.valid_time <= end)) for end in ends]

    def _members(self, places: Sequence[str], kind: str) -> list[list[int]]:
        regions = {region.id: region.places for region in gazetteer().regions}
        groups = [regions[place] if kind == "region" else (place,) for place in places]
        return [[self.places.index(one) for one in group if one in self.places] for group in groups]


def fraction_from(folder: str | Path, begins: np.datetime64, drivers: DriversConfig) -> EmittedSince:
    """Shares for a measure that begins after the reference time of a run, from its `tags.nc`.

    Raises:
        ConfigurationError: when it begins before the run or after its end.
        InputError: when the run has no tags.
    """
    return emitted_since(read_tags(folder), begins, drivers)


def emitted_since(tags: xr.Dataset, begins: np.datetime64, drivers: DriversConfig) -> EmittedSince:
    """What was emitted since an instant, from what a run tells about its reference time.

    The share of a contribution that is older than a hours is known a hours after the reference time: what was
    carried over of it. The same share is taken to be older at any other time of the same clock hour, for each
    component, source and place; ages between those of that clock hour (24 h apart, and 0, when all is older)
    go by the logarithm of the share. It is exact where the weather repeats itself every day and emissions do
    too. Not less than what was carried over from the reference time itself is taken to be older.

    Args:
        tags: hourly contributions of the model with components and what was carried over.
        begins: UTC, on the hour.
        drivers: which emitted species decides which component.

    Raises:
        ConfigurationError: when it begins before the run or after its end.
    """
    reference = np.datetime64(tags["reference_time"].values[0], "ns")
    valid = reference + tags["lead_time"].values
    _check(begins, reference, valid)
    first = tags.isel(reference_time=0)
    at = int((valid <= begins).sum()) - 1
    gases, parts = (
        _since(_values(first, whole), _values(first, carried), at) for whole, carried in (_GASES, _PARTICLES)
    )
    since = [_by_species(first, drivers, *one) for one in zip(gases, parts, strict=True)]
    words = [tuple(str(value) for value in first[name].values) for name in ("place", "pollutant", "source")]
    return EmittedSince(begins, reference, valid, words[0], words[1], words[2], since[0], since[1])


def _values(first: xr.Dataset, name: str) -> np.ndarray:
    kind = "component" if "component" in name else "pollutant"
    return np.asarray(np.nan_to_num(first[name].transpose("lead_time", "place", kind, "source").values))


def _by_species(
    first: xr.Dataset, drivers: DriversConfig, gases: np.ndarray, parts: np.ndarray
) -> np.ndarray:
    """Gases (.., pollutant, source) and particles (.., component, source) by what is emitted."""
    made = np.zeros((*gases.shape[:3], len(drivers.species), gases.shape[3]))
    for number, name in enumerate(map(str, first["pollutant"].values)):
        if name in PARTICLES:
            weights = component_weights(first, name)
            for place, component in enumerate(map(str, first["component"].values)):
                if component in drivers.natural:
                    continue
                column = drivers.species.index(drivers.components[component])
                made[:, :, number, column] += weights[place] * parts[:, :, place]
        elif name in drivers.gases:
            made[:, :, number, drivers.species.index(drivers.gases[name])] = gases[:, :, number]
    return made


def _since(held: np.ndarray, carried: np.ndarray, at: int) -> tuple[np.ndarray, np.ndarray]:
    """What was emitted since the reference time, and since the end of an hour (-1: the reference time)."""
    carried = np.minimum(carried, held)
    if at < 0:
        return held - carried, held - carried
    share = np.divide(carried, held, out=np.zeros_like(held), where=held > 0)
    before = held.copy()
    for hour in range(at + 1, len(held)):
        before[hour] = np.maximum(held[hour] * _older(share, hour, hour - at), carried[hour])
    return held - carried, held - before


def _older(share: np.ndarray, hour: int, age: int) -> np.ndarray:
    """Share that is older than an age at the clock hour of an hour.

    Args:
        share: that was carried over, by hour: older than 1, 2, ... hours, (lead, ...).
        hour: whose clock hour counts; its place in the first axis.
        age: hours.
    """
    ages = [number + 1 for number in range(hour % _DAY_H, len(share), _DAY_H)]
    younger, elder = (max((one for one in ages if one <= age), default=0), [one for one in ages if one > age])
    low = share[younger - 1] if younger else np.ones_like(share[0])
    if younger == age or not elder:
        return np.asarray(low)
    weight = (age - younger) / (elder[0] - younger)
    high = np.minimum(share[elder[0] - 1], low)
    return np.asarray(low ** (1.0 - weight) * high**weight)


def _check(begins: np.datetime64, reference: np.datetime64, valid: np.ndarray) -> None:
    if begins < reference:
        raise ConfigurationError(
            f"the measure begins {shown(begins)}, before the run ({shown(reference)})", where="--from",
            remedy="Leave --from out, or use the run of that day",
        )  # fmt: skip
    if begins >= valid[-1]:
        raise ConfigurationError(
            f"the measure begins {shown(begins)}, after the run ends ({shown(valid[-1])})", where="--from",
            remedy="Give an earlier time",
        )  # fmt: skip
