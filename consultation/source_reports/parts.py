"""The parts of a report as plain data: receptors by day, stages, rising sources, agreement."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from consultation.source_reports.configuration import SourceReportsConfig
from consultation.source_reports.episodes import Stage
from consultation.source_reports.material import Material, daily_values
from foundation.times import beijing_day
from foundation.units import to_display
from sources.tagging.documents import contributions_document, number_of
from sources.tagging.groups import groups_of, receptor_names, sums_by
from sources.tagging.means import mean_contributions

__all__ = ["agreement", "receptor_record", "rising_sources", "stage_records"]

_KINDS = ("sector", "region", "nearness")
_LEAST_PAIRS = 3
_NOTHING_EXPLAINED = 0.99


def receptor_record(material: Material, receptor: str, config: SourceReportsConfig) -> dict[str, Any]:
    """Everything about one receptor: means with intervals, days, peak, agreement.

    Args:
        material: of the report.
        receptor: id of a place or target region.
        config: choices.
    """
    pollutant = config.pollutant
    single = material.daily.sel(place=[receptor])
    by_kind = {
        kind: contributions_document(single, pollutant, kind)["places"][0] for kind in ("sector", "region")
    }
    days, values, was_measured = daily_values(
        material.daily, material.measured.get("day"), receptor, pollutant
    )
    inside = (days >= material.first) & (days <= material.last) & np.isfinite(values)
    days, values, was_measured = days[inside], values[inside], was_measured[inside]
    measured = dict(zip(days[was_measured], values[was_measured], strict=True))
    top = int(values.argmax()) if len(values) else None
    return {
        **vars(receptor_names(receptor)),
        "published": by_kind["sector"]["published"], "steps": by_kind["sector"]["steps"],
        "measured": number_of(np.mean(list(measured.values()))) if measured else None,
        "measured_days": len(measured),
        "peak": None if top is None else {
            "day": str(days[top]), "value": number_of(values[top]), "measured": bool(was_measured[top])
        },
        "sector": by_kind["sector"]["mean"], "region": by_kind["region"]["mean"],
        "nearness": by_kind["sector"]["nearness"],
        "days": _days(by_kind, measured),
        "unexplained_days": _unexplained(material.daily.sel(place=receptor, pollutant=pollutant)),
        "agreement": agreement(by_kind["sector"]["series"], measured),
    }  # fmt: skip


def _days(by_kind: dict[str, Any], measured: dict[np.datetime64, float]) -> list[dict[str, Any]]:
    rows = []
    for sector, region in zip(by_kind["sector"]["series"], by_kind["region"]["series"], strict=True):
        day = np.datetime64(sector["from"][:10])
        value = measured.get(day)
        rows.append({
            "day": str(day), "published": sector["published"], "lead_hours": sector["lead_hours"],
            "reference_time": sector["reference_time"],
            "measured": None if value is None else number_of(value),
            "sector": sector["contributions"], "region": region["contributions"],
        })  # fmt: skip
    return rows


def _unexplained(single: xr.Dataset) -> list[str]:
    """Days of which the model explains nothing, for example because its run ends before them."""
    rest = single["contribution"].isel(source=single["region"].values == "unattributed").sum("source")
    nothing = (single["published"] > 0) & (rest >= _NOTHING_EXPLAINED * single["published"])
    return [str(day) for day in beijing_day(single["time"].values[nothing.values])]


def agreement(series: list[dict[str, Any]], measured: dict[np.datetime64, float]) -> dict[str, Any]:
    """How far what was published and what was measured differ, over the days that have both.

    Returns:
        Number of days, mean difference (published less measured), mean absolute difference, and from three
        days on the correlation; null where there is none.
    """
    pairs = [
        (step["published"], measured[np.datetime64(step["from"][:10])])
        for step in series
        if step["published"] is not None and np.datetime64(step["from"][:10]) in measured
    ]
    if not pairs:
        return {"days": 0, "bias": None, "mean_absolute_error": None, "correlation": None}
    off = np.array([a - b for a, b in pairs])
    both = np.array(pairs).T
    varied = len(pairs) >= _LEAST_PAIRS and both.std(axis=1).min() > 0
    return {
        "days": len(pairs), "bias": number_of(off.mean()), "mean_absolute_error": number_of(abs(off).mean()),
        "correlation": number_of(np.corrcoef(both)[0, 1]) if varied else None,
    }  # fmt: skip


def stage_records(
    material: Material, receptor: str, stages: tuple[Stage, ...], config: SourceReportsConfig
) -> list[dict[str, Any]]:
    """Mean contributions and shares of each stage, and how much was measured.

    A stage without contributions, such as a rise before the first run, has none and says so by null.
    """
    days, values, was_measured = daily_values(
        material.daily, material.measured.get("day"), receptor, config.pollutant
    )
    held = beijing_day(material.daily["time"].values)
    records = []
    for stage in stages:
        inside = (days >= stage.first) & (days <= stage.last) & np.isfinite(values)
        seen = values[inside & was_measured]
        part = material.daily.isel(time=(held >= stage.first) & (held <= stage.last)).sel(place=[receptor])
        records.append({
            "id": stage.id, "chinese": stage.chinese, "english": stage.english, "first": str(stage.first),
            "last": str(stage.last), "value": number_of(values[inside].mean()) if inside.any() else None,
            "measured": number_of(seen.mean()) if seen.size else None, "measured_days": int(seen.size),
            **_stage_means(part, config.pollutant),
        })  # fmt: skip
    return records


def _stage_means(part: xr.Dataset, pollutant: str) -> dict[str, Any]:
    if not part.sizes["time"] or not bool(part["published"].sel(pollutant=pollutant).notnull().any()):
        return {"published": None, "steps": 0, **dict.fromkeys(_KINDS)}
    means = mean_contributions(part, pollutant)
    total = float(to_display(means.dataset["published"].values, pollutant)[0])
    found: dict[str, Any] = {"published": number_of(total), "steps": part.sizes["time"]}
    for kind in _KINDS:
        sums = np.asarray(to_display(sums_by(means.dataset, kind).values, pollutant))[0]
        found[kind] = [
            {
                "id": group.id,
                "value": number_of(value),
                "percent": number_of(100.0 * value / total) if total else None,
            }
            for group, value in zip(groups_of(means.dataset, kind), sums, strict=True)
        ]
    return found


def rising_sources(
    material: Material, receptor: str, first: np.datetime64, peak: np.datetime64, config: SourceReportsConfig
) -> list[dict[str, Any]]:
    """Sources that rose most from the first day with contributions to the worst day.

    Args:
        material: of the report.
        receptor: id.
        first: day from which the rise is counted; the first with contributions if that is later.
        peak: the worst day; the largest published one where it has no contributions.
        config: how many are named.
    """
    single = material.daily.sel(place=receptor, pollutant=config.pollutant)
    single = single.isel(time=single["published"].notnull().values)
    days = beijing_day(single["time"].values)
    if not len(days):
        return []
    end = (
        int(np.flatnonzero(days == peak)[0])
        if (days == peak).any()
        else int(single["published"].values.argmax())
    )
    begin = min(int(np.searchsorted(days, first)), end)
    if begin == end:
        return []
    values = np.asarray(
        to_display(single["contribution"].transpose("time", "source").values, config.pollutant)
    )
    change = values[end] - values[begin]
    order = [n for n in np.argsort(-change)[: config.rising_sources] if change[n] > 0]
    groups = groups_of(single, "source")
    return [
        {**vars(groups[n]), "from_day": str(days[begin]), "to_day": str(days[end]),
         "from": number_of(values[begin, n]), "to": number_of(values[end, n]), "change": number_of(change[n])}
        for n in order
    ]  # fmt: skip
