"""Every trajectory with the concentration measured on its arrival, and a report of what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from foundation.errors import InputError
from foundation.times import iso_utc
from sources.trajectory_statistics.arrivals import BackwardTrajectories
from sources.trajectory_statistics.measurements import ConcentrationSeries, label_of_arrival

__all__ = ["Sample", "sample"]

Truncated = Literal["refuse", "leave_out", "as_far_as_followed"]
Unmeasured = Literal["refuse", "leave_out"]


@dataclass(frozen=True)
class Sample:
    """Trajectories, each with the concentration measured on its arrival.

    Attributes:
        trajectories: those that are used.
        concentration: in `unit`, shape (trajectory,).
        name: of what is measured.
        unit: of the concentration.
        report: what was found and what was left out, with reasons; plain data.
    """

    trajectories: BackwardTrajectories
    concentration: np.ndarray
    name: str
    unit: str
    report: dict[str, Any]

    def __len__(self) -> int:
        """How many trajectories."""
        return len(self.concentration)

    def at(self, receptor: str) -> Sample:
        """The part that belongs to one receptor.

        Raises:
            InputError: when no trajectory ends there.
        """
        rows = self.trajectories.receptor == receptor
        if not rows.any():
            known = ", ".join(self.trajectories.receptors)
            raise InputError(f"no trajectory to {receptor!r}", remedy=f"Receptors: {known}")
        return Sample(
            self.trajectories.select(rows), self.concentration[rows], self.name, self.unit, self.report
        )

    def levelled(self) -> Sample:
        """The same with every receptor brought to the mean of all, so that the dirtiest does not rule CWT.

        Raises:
            InputError: when a receptor's mean is 0.
        """
        names, row = np.unique(self.trajectories.receptor, return_inverse=True)
        means = np.array([self.concentration[row == index].mean() for index in range(len(names))])
        if not (means > 0).all():
            raise InputError(f"mean of {self.name} at {names[means <= 0][0]} is 0", remedy="Leave it out")
        levelled = self.concentration / means[row] * self.concentration.mean()
        report = self.report | {
            "levelled_receptor_means": dict(zip(names.tolist(), means.tolist(), strict=True))
        }
        return Sample(self.trajectories, levelled, self.name, self.unit, report)


def sample(
    trajectories: BackwardTrajectories, series: Sequence[ConcentrationSeries],
    truncated: Truncated = "refuse", unmeasured: Unmeasured = "refuse",
) -> Sample:  # fmt: skip
    """Give every trajectory the concentration measured on its arrival.

    Args:
        trajectories: to one receptor or several.
        series: one for each receptor, all of one name and unit.
        truncated: what to do with truncated trajectories: `refuse`, `leave_out` or `as_far_as_followed`;
            the report counts them in any case.
        unmeasured: what to do with arrivals without a measurement: `refuse` or `leave_out`.

    Raises:
        InputError: naming truncated trajectories, receptors without a series, arrivals without a
            measurement, or that nothing at all was measured.
    """
    by_receptor = _by_receptor(trajectories, series)
    cut = ~trajectories.complete
    if cut.any() and truncated == "refuse":
        raise InputError(
            f"{cut.sum()} of {len(cut)} trajectories are truncated ({_reasons(trajectories)})",
            where=trajectories.names(cut),
            remedy="Give more weather, or choose leave_out or as_far_as_followed",
        )
    concentration = np.full(len(trajectories), np.nan)
    for name, one in by_receptor.items():
        rows = np.flatnonzero(trajectories.receptor == name)
        concentration[rows] = _values(one, trajectories.arrival_time[rows])
    missing = np.isnan(concentration)
    if missing.all():
        raise InputError(f"{series[0].name}: nothing was measured at any of the {len(missing)} arrivals")
    if missing.any() and unmeasured == "refuse":
        raise InputError(
            f"{series[0].name}: no measurement for {missing.sum()} of {len(missing)} arrivals",
            where=trajectories.names(missing), remedy="Choose leave_out to do without them",
        )  # fmt: skip
    kept = ~missing & ~(cut if truncated == "leave_out" else np.zeros_like(cut))
    if not kept.any():
        raise InputError(f"{series[0].name}: no complete trajectory has a measurement")
    report = _report(trajectories, missing, kept, truncated)
    report["averaging"] = series[0].averaging
    return Sample(trajectories.select(kept), concentration[kept], series[0].name, series[0].unit, report)


def _by_receptor(
    trajectories: BackwardTrajectories, series: Sequence[ConcentrationSeries]
) -> dict[str, ConcentrationSeries]:
    known = {one.receptor: one for one in series}
    kinds = {(one.name, one.unit, one.averaging) for one in series}
    if len(known) != len(series) or len(kinds) > 1:
        raise InputError("expected one series for each receptor, all of one name, unit and averaging")
    absent = [name for name in trajectories.receptors if name not in known]
    if absent:
        raise InputError(f"no series of measurements for receptor {', '.join(absent)}")
    return {name: known[name] for name in trajectories.receptors}


def _values(series: ConcentrationSeries, arrivals: np.ndarray) -> np.ndarray:
    """Value of the mean that holds each arrival; NaN where there is none."""
    labels = label_of_arrival(arrivals, series.averaging)
    times = series.times.astype("datetime64[ns]")
    if not len(times):
        return np.full(len(labels), np.nan)
    index = np.minimum(np.searchsorted(times, labels), len(times) - 1)
    return np.where(times[index] == labels, series.values[index], np.nan)


def _reasons(trajectories: BackwardTrajectories) -> str:
    names, counts = np.unique([reason for reason in trajectories.reasons if reason], return_counts=True)
    return ", ".join(f"{count} {name}" for name, count in zip(names, counts, strict=True))


def _report(
    trajectories: BackwardTrajectories, missing: np.ndarray, kept: np.ndarray, truncated: Truncated
) -> dict[str, Any]:
    return {
        "trajectories": len(trajectories), "used": int(kept.sum()),
        "receptors": trajectories.receptors,
        "first_arrival": iso_utc(trajectories.arrival_time.min()),
        "last_arrival": iso_utc(trajectories.arrival_time.max()),
        "truncated": trajectories.truncated_list(), "truncated_were": truncated,
        "unmeasured": [
            {"receptor": str(trajectories.receptor[row]),
             "arrival_time": iso_utc(trajectories.arrival_time[row])}
            for row in np.flatnonzero(missing)
        ],
    }  # fmt: skip
