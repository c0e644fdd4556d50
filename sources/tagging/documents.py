"""Contributions as plain data for programs and pages: series, means, shares, intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from foundation.errors import InputError
from foundation.places import gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.times import iso_utc, shown
from foundation.units import to_display
from sources.tagging.configuration import tagging_config
from sources.tagging.correction import corrected
from sources.tagging.groups import groups_of, receptor_names, sums_by
from sources.tagging.means import Means, mean_contributions, step_bounds
from sources.tagging.runs import RunContributions
from sources.tagging.uncertainty import drawn_contributions, intervals_by

__all__ = ["contributions_document", "receptor_id", "run_marks"]


def run_marks(run: RunContributions) -> dict[str, Any]:
    """What a document says of the run it is made from."""
    return {
        "run": str(run.folder), "domain": run.domain,
        "reference_time": iso_utc(run.reference_time),
        "synthetic": run.synthetic, "closure": max(run.closure.values()),
    }  # fmt: skip


def receptor_id(name: str, course: xr.Dataset) -> str:
    """Id of a place or target region, by id or any name.

    Raises:
        InputError: when it is unknown or nothing is published for it.
    """
    found = gazetteer().region_or_place(name)
    held = [str(place) for place in course["place"].values]
    if found not in held:
        raise InputError(f"no contributions at {found!r}", remedy=f"Known here: {', '.join(held)}")
    return found


def contributions_document(
    course: xr.Dataset, pollutant: str, by: str, receptors: Sequence[str] | None = None,
    factors: dict[str, tuple[float, float]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Contributions at receptors by step and as means with intervals.

    Args:
        course: as `means.receptor_course` gives it.
        pollutant: its name.
        by: `sector`, `region`, `source` or `nearness`.
        receptors: ids; all by default.
        factors: of an inversion: they move the contributions (`correction.corrected`) and stand in the
            intervals for the error of emissions (`uncertainty.drawn_contributions`).

    Returns:
        Plain data in the units that people read; missing values are null. Sources sum to `published`.

    Raises:
        InputError: when the course lacks the pollutant.
        ConfigurationError: when `by` is unknown.
    """
    chosen = course if receptors is None else course.sel(place=list(receptors))
    means = mean_contributions(chosen, pollutant)
    drawn = drawn_contributions(means, factors)
    means = replace(means, dataset=corrected(means.dataset, factors))
    starts, ends = step_bounds(chosen)
    groups = groups_of(chosen, by)
    single = corrected(chosen[["contribution", "published"]].sel(pollutant=pollutant), factors)
    series = _display(sums_by(single, by).transpose("place", "time", "group"), pollutant)
    published = _display(single["published"].transpose("place", "time"), pollutant)
    summaries = {key: _summary(means, drawn, key) for key in dict.fromkeys((by, "nearness"))}
    config = tagging_config().intervals
    return {
        "pollutant": pollutant, "unit": POLLUTANTS[pollutant].shown_unit, "by": by,
        "averaging": str(chosen.attrs["averaging"]),
        "period": {"from": shown(means.begins), "to": shown(means.ends), "steps": means.steps},
        "interval": {"lower": config.lower, "upper": config.upper, "verified": config.verified,
                     "emissions": "inversion" if factors else "inventory"},
        "groups": [vars(group) for group in groups],
        "places": [
            {
                **vars(receptor_names(str(name))), "steps": means.counted[str(name)],
                "published": number_of(_display(means.dataset["published"], pollutant)[row]),
                "mean": summaries[by][row], "nearness": summaries["nearness"][row],
                "series": [
                    {"from": shown(starts[n]), "to": shown(ends[n]),
                     "reference_time": shown(chosen["reference_time"].values[n]),
                     "lead_hours": int(chosen["lead_time"].values[n] / np.timedelta64(1, "h")),
                     "published": number_of(published[row, n]),
                     "contributions": [number_of(value) for value in series[row, n]]}
                    for n in range(chosen.sizes["time"])
                ],
            }
            for row, name in enumerate(chosen["place"].values)
        ],
    }  # fmt: skip


def _summary(means: Means, drawn: xr.DataArray, by: str) -> list[list[dict[str, Any]]]:
    """Mean, share and interval of each group, by place."""
    sums = _display(sums_by(means.dataset, by).transpose("place", "group"), means.pollutant)
    bounds = _display(intervals_by(means, drawn, by).transpose("place", "group", "bound"), means.pollutant)
    total = _display(means.dataset["published"], means.pollutant)
    share = 100.0 / np.where(total > 0, total, np.nan)
    groups = groups_of(means.dataset, by)
    return [
        [
            {"id": group.id, "value": number_of(sums[row, n]),
             "percent": number_of(share[row] * sums[row, n]), "lower": number_of(bounds[row, n, 0]),
             "upper": number_of(bounds[row, n, 1]),
             "percent_lower": number_of(share[row] * bounds[row, n, 0]),
             "percent_upper": number_of(share[row] * bounds[row, n, 1])}
            for n, group in enumerate(groups)
        ]
        for row in range(len(total))
    ]  # fmt: skip


def _display(values: xr.DataArray, pollutant: str) -> np.ndarray:
    return np.asarray(to_display(values.values, pollutant))


def number_of(value: float) -> float | None:
    """A number to four decimals; None where it is missing."""
    return round(float(value), 4) if np.isfinite(value) else None
