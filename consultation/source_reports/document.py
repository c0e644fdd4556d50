"""A report as one document of plain data; the page shows nothing that is not in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from consultation.source_reports.configuration import SourceReportsConfig
from consultation.source_reports.episodes import Stage, stages_of, threshold_on
from consultation.source_reports.findings import findings_of
from consultation.source_reports.material import Material, daily_values
from consultation.source_reports.parts import receptor_record, rising_sources, stage_records
from foundation.pollutants import POLLUTANTS
from foundation.times import shown
from sources.tagging.configuration import tagging_config
from sources.tagging.groups import NEARNESS, groups_of, receptor_names
from sources.tagging.matrix import transmission_matrix
from sources.tagging.means import mean_contributions

__all__ = ["compose_document"]


def compose_document(material: Material, config: SourceReportsConfig) -> dict[str, Any]:
    """All of a report.

    Args:
        material: what it is made of.
        config: for whom, and what counts as an episode.
    """
    held = [str(name) for name in material.daily["place"].values]
    receptors = [name for name in (*config.regions, *config.places) if name in held]
    regions = [name for name in config.regions if name in held]
    single = material.daily.sel(pollutant=config.pollutant)
    stages = {name: _stages(material, name, config) for name in regions}
    matrix = transmission_matrix(mean_contributions(material.daily.sel(place=receptors), config.pollutant))
    document: dict[str, Any] = {
        "kind": material.kind, "domain": material.domain, "synthetic": material.synthetic,
        "pollutant": config.pollutant, "unit": POLLUTANTS[config.pollutant].shown_unit,
        "issued": shown(material.issued),
        "period": {"from": str(material.first), "to": str(material.last), "days": len(material.days),
                   "with_contributions": material.daily.sizes["time"]},
        "episode": _episode(material, config),
        "interval": tagging_config().intervals.model_dump(include={"lower", "upper", "verified"}),
        "groups": {"sector": [vars(one) for one in groups_of(single, "sector")],
                   "region": [vars(one) for one in groups_of(single, "region")],
                   "nearness": [vars(one) for one in NEARNESS]},
        "receptors": [receptor_record(material, name, config) for name in receptors],
        "regions": [
            {"id": name, "stages": stage_records(material, name, stages[name], config),
             "rising": _rising(material, name, config)}
            for name in regions
        ],
        "matrix": matrix.document(),
        "runs": _runs(material), "runs_left_out": material.refused,
        "not_held": [
            vars(receptor_names(name)) for name in (*config.regions, *config.places) if name not in held
        ],
    }  # fmt: skip
    document["findings"] = findings_of(document)
    return document


def _runs(material: Material) -> list[dict[str, Any]]:
    """The runs that gave a day, with the days and leads they gave."""
    issued, leads = material.daily["reference_time"].values, material.daily["lead_time"].values
    return [
        {"reference_time": shown(time), "days": int((issued == time).sum()),
         "lead_hours": [int(lead / np.timedelta64(1, "h")) for lead in leads[issued == time]]}
        for time in np.unique(issued)
    ]  # fmt: skip


def _episode(material: Material, config: SourceReportsConfig) -> dict[str, Any] | None:
    found = material.episode
    if found is None:
        return None
    rule = config.episode
    return {
        "found_at": material.found_at, "first": str(found.first), "last": str(found.last),
        "peak": str(found.peak), "value": round(found.value, 1), "polluted_days": found.polluted_days,
        "open": found.open,
        "level": rule.level, "above": threshold_on(found.peak, rule.level),
    }  # fmt: skip


def _stages(material: Material, receptor: str, config: SourceReportsConfig) -> tuple[Stage, ...]:
    """Stages of the episode as a receptor saw it; none in a weekly report."""
    found = material.episode
    if found is None:
        return ()
    days, values, _ = daily_values(material.daily, material.measured.get("day"), receptor, config.pollutant)
    inside = (days >= material.first) & (days <= material.last) & np.isfinite(values)
    days, values = days[inside], values[inside]
    if not len(days):
        return ()
    own = type(found)(
        material.first,
        material.last,
        days[values.argmax()],
        float(values.max()),
        found.polluted_days,
        found.open,
    )
    return stages_of(own, days, values, config.episode)


def _rising(material: Material, receptor: str, config: SourceReportsConfig) -> list[dict[str, Any]]:
    days, values, _ = daily_values(material.daily, material.measured.get("day"), receptor, config.pollutant)
    inside = (days >= material.first) & (days <= material.last) & np.isfinite(values)
    if not inside.any():
        return []
    peak = days[inside][values[inside].argmax()]
    return rising_sources(material, receptor, material.first, peak, config)
