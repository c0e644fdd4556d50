"""How large a model's errors were on each day, in groups of places and leads, beside a baseline's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from forecast.verification.case_scores import case_scores
from forecast.verification.strata import ALL
from foundation.errors import ContractError
from foundation.places import gazetteer
from foundation.times import HOUR, beijing_day

_SMALLEST = 1e-3
"""Smallest daily CRPS of which a logarithm is taken, display units."""


@dataclass(frozen=True)
class Group:
    """Cases in which a drift is looked for.

    Attributes:
        kind: `all`, `lead` or `place`.
        id: `all`, days ahead such as `2-3`, or the place.
        chinese: name in Chinese.
        english: name in English.
    """

    kind: str
    id: str
    chinese: str
    english: str


@dataclass(frozen=True)
class DailyLosses:
    """Sums over the cases of each valid day and group.

    Attributes:
        days: (day,) Beijing days without a gap.
        groups: along the second axis of what follows.
        count: (day, group) cases.
        crps: (2, day, group) of the model and of the baseline, summed.
        error: (2, day, group) absolute errors, summed.
        inside: (day, group) measurements in the model's interval of 80 %.
    """

    days: np.ndarray
    groups: tuple[Group, ...]
    count: np.ndarray
    crps: np.ndarray
    error: np.ndarray
    inside: np.ndarray

    @property
    def ratio(self) -> np.ndarray:
        """Logarithm of the model's mean CRPS over the baseline's (day, group); NaN without a case."""
        mean = self.crps / np.maximum(self.count, 1)
        logarithm = np.log(np.maximum(mean, _SMALLEST))
        return np.where(self.count > 0, logarithm[0] - logarithm[1], np.nan)

    def part(self, days: slice) -> DailyLosses:
        """Some of the days."""
        return DailyLosses(
            self.days[days], self.groups, self.count[days], self.crps[:, days], self.error[:, days],
            self.inside[days],
        )  # fmt: skip

    def of_groups(self, kept: Sequence[int]) -> DailyLosses:
        """Some of the groups, by their numbers."""
        held = list(kept)
        return DailyLosses(
            self.days, tuple(self.groups[n] for n in held), self.count[:, held], self.crps[:, :, held],
            self.error[:, :, held], self.inside[:, held],
        )  # fmt: skip


def daily_losses(
    hindcast: xr.Dataset, model: str, baseline: str, pollutant: str, lead_days: Sequence[tuple[int, int]]
) -> DailyLosses:
    """Losses of a model by valid day, when they become known.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`, with `valid_time`.
        model: whose losses.
        baseline: beside which.
        pollutant: of which.
        lead_days: groups of leads, first and last day ahead.

    Raises:
        ContractError: when a model, the pollutant or `valid_time` is missing.
    """
    for name, wanted in (("model", model), ("model", baseline), ("pollutant", pollutant)):
        if wanted not in hindcast[name].values:
            held = ", ".join(map(str, hindcast[name].values))
            raise ContractError(f"drift: expected the {name} {wanted!r} in the hindcast, got {held}")
    if "valid_time" not in hindcast.variables:
        raise ContractError("drift: expected 'valid_time' in the hindcast, it is missing")
    index = [n for n in hindcast.variables if str(n).startswith(("aqi", "primary", "range"))]
    asked = hindcast.drop_vars(index).sel(model=[model, baseline], pollutant=[pollutant])
    scores = case_scores(asked).isel(pollutant=0).transpose("model", "issue", "lead", "place")
    valid = scores["valid_time"].transpose("issue", "lead").values
    hourly = hindcast.attrs.get("averaging") == "hour"
    days = beijing_day(valid - HOUR if hourly else valid)
    ahead = np.maximum(np.rint(scores["lead"].values / 24.0 + (0.499 if hourly else 0.0)).astype(int), 1)
    return _summed(scores, days, _groups(scores, ahead, lead_days))


def _groups(
    scores: xr.Dataset, ahead: np.ndarray, lead_days: Sequence[tuple[int, int]]
) -> list[tuple[Group, np.ndarray]]:
    """Groups with the leads and places they hold (lead, place)."""
    shape = (scores.sizes["lead"], scores.sizes["place"])
    found = [(Group(ALL, ALL, "全部地点、全部时效", "all places, all leads"), np.ones(shape, bool))]
    for first, last in lead_days:
        span = f"{first}" if first == last else f"{first}-{last}"
        inside = (ahead >= first) & (ahead <= last)
        group = Group("lead", span, f"第{span}天", f"day {span} ahead")
        found.append((group, np.broadcast_to(inside[:, None], shape)))
    for number, name in enumerate(map(str, scores["place"].values)):
        known = gazetteer().find(name)
        chinese, english = (known.chinese, known.english) if known else (name, name)
        mask = np.zeros(shape, bool)
        mask[:, number] = True
        found.append((Group("place", name, chinese, english), mask))
    return [(group, mask) for group, mask in found if mask.any()]


def _summed(scores: xr.Dataset, days: np.ndarray, groups: list[tuple[Group, np.ndarray]]) -> DailyLosses:
    off = abs(scores["forecast"] - scores["observed"])
    crps, error = scores["crps"].values, off.transpose(*scores["crps"].dims).values
    counted = np.isfinite(crps).all(axis=0)
    if not counted.any():
        raise ContractError("drift: no case has a distribution of both models and a measurement")
    held = counted.any(axis=2)
    first, last = days[held].min(), days[held].max()
    every = np.arange(first, last + 1)
    row = np.clip((days - first).astype(int), 0, len(every) - 1)

    def by_day(values: np.ndarray) -> np.ndarray:
        kept = np.where(counted, values, 0.0)
        sums = [np.einsum("ilp,lp->il", kept, mask.astype(float)) for _, mask in groups]
        return np.stack([np.bincount(row.ravel(), total.ravel(), len(every)) for total in sums], axis=1)

    return DailyLosses(
        every, tuple(group for group, _ in groups), by_day(np.ones(counted.shape)),
        np.stack([by_day(crps[0]), by_day(crps[1])]), np.stack([by_day(error[0]), by_day(error[1])]),
        by_day(scores["covered"].values[0]),
    )  # fmt: skip
