"""All forecasts of a run with the learned models that its store calls champions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.champion.joining import Asked, lead
from flows.champion.notes import not_installed
from flows.champion.panel import Foreseen
from flows.champion.record import KINDS
from flows.measurements import Measurements
from flows.plan import DayPlan
from flows.transport import Physical, Weather
from forecast.configuration import forecast_config
from forecast.leading import mean_over_members
from forecast.product import ForecastProduct, with_learned
from foundation.places import gazetteer

__all__ = ["championed", "foreseen_of"]


def championed(
    plan: DayPlan, measured: Measurements, products: Mapping[str, ForecastProduct], seen: tuple[Foreseen, ...]
) -> dict[str, ForecastProduct]:
    """The statistical forecasts, each with the champion of its kind where there is one.

    The network is asked about places alone. A region is the mean of its places: its number, and each of its
    sources, is the mean of theirs, which a network asked about the region as a place would not keep.

    Args:
        plan: the run; its champions are asked.
        measured: what was measured by its time of issue.
        products: of the statistical models: `day`, and where made `hour` and `region`.
        seen: what outer models said, this issue's last.
    """
    asked, config, made = Asked(plan, measured, seen), forecast_config(), dict(products)
    for kind in KINDS:
        if kind in made:
            champion = plan.champions.get(kind)
            product = made[kind]
            made[kind] = (
                replace(product, notes=(not_installed(kind),))
                if champion is None
                else lead(product, champion, asked, config)
            )
    line = made["day"].learned
    if line is not None and "region" in made:
        held = {region.id: region.places for region in gazetteer().regions}
        places = [str(place) for place in made["day"].dataset["place"].values]
        members = [held[str(region)] for region in made["region"].dataset["place"].values]
        made["region"] = with_learned(made["region"], mean_over_members(line, places, members), config)
    return made


def foreseen_of(plan: DayPlan, weather: Weather | None, physical: Physical | None) -> tuple[Foreseen, ...]:
    """What outer models said at this issue, and the tags that earlier runs of the store left."""
    from flows.champion.tags import tags_before

    tags = None if physical is None or physical.forecast is None else physical.forecast.tags
    today = Foreseen(plan.reference_time, tags, None if weather is None else weather.dataset)
    return (*(tags_before(plan) if tags is not None else ()), today)
