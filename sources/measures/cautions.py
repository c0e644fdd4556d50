"""Where a linear answer leaves its range, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from foundation.places import gazetteer
from foundation.provenance import Degradation
from foundation.times import shown
from sources.measures.change import AirQuality
from sources.measures.configuration import CautionsConfig, MeasuresConfig
from sources.measures.responsive import PARTICLES
from sources.measures.tag_cuts import TagCuts
from sources.measures.tagged_forecast import ALL_OF_IT, TaggedForecast

__all__ = ["cautions"]

_SCALE = 1e9
_ROUNDING = 1 + 1e-9
_SECONDARY = ("so2", "nox", "voc")


def cautions(
    forecast: TaggedForecast,
    cuts: TagCuts,
    less: np.ndarray,
    after: AirQuality,
    config: MeasuresConfig,
) -> list[Degradation]:
    """What to mind about an answer.

    Args:
        forecast: daily, of the places told about.
        cuts: of tags.
        less: decrease, kg m-3, (lead, place, pollutant, source).
        after: index after the cut.
        config: bounds, and which emissions are carried.
    """
    bounds = config.cautions
    return [
        *_large(forecast, cuts, bounds),
        *_parts(forecast, cuts, bounds),
        *_secondary(forecast, cuts, bounds),
        *_primary(forecast, after, less),
        *_unattributed(forecast, bounds),
        *_carried(forecast, bounds),
        *_nothing(cuts, less, bounds),
    ]


def _large(forecast: TaggedForecast, cuts: TagCuts, bounds: CautionsConfig) -> Iterator[Degradation]:
    share = cuts.share.max(axis=0)
    found = np.flatnonzero(share > bounds.largest_cut + 1e-9)
    if len(found):
        chinese, english = _named(forecast, found)
        limit = 100 * bounds.largest_cut
        yield Degradation(
            code="cut-beyond-range",
            chinese=f"{chinese}减排超过{limit:.0f}%（线性结果只在{limit:.0f}%以内与重算比对过），实际变化可能偏离。",
            english=f"Cuts of {english} pass {limit:.0f} %, the range compared with full re-runs.",
        )


def _parts(forecast: TaggedForecast, cuts: TagCuts, bounds: CautionsConfig) -> Iterator[Degradation]:
    parts = np.flatnonzero(cuts.is_part)
    if len(parts):
        chinese, english = _named(forecast, parts)
        yield Degradation(
            code="part-of-a-tag",
            chinese=f"只减{chinese}的一部分：按该标记的平均烟囱高度、时间和位置计算，区间已放宽。",
            english=f"Only a part of {english} is cut: heights, hours and places of the whole tag stand in; "
            "the interval is wider.",
        )
    reach = np.divide(cuts.kg_cut, cuts.kg, out=np.zeros_like(cuts.kg), where=cuts.kg > 0).max(axis=0)
    small = np.flatnonzero(cuts.is_part & (reach < bounds.smallest_share_of_tag))
    if len(small):
        chinese, english = _named(forecast, small)
        limit = 100 * bounds.smallest_share_of_tag
        yield Degradation(
            code="small-part-of-a-tag",
            chinese=f"所减排放不到{chinese}标记的{limit:.0f}%，标记难以代表它，需用足迹或单独标记核实。",
            english=f"What is cut is under {limit:.0f} % of the emissions of {english}: the tag hardly "
            "stands for it; check with footprints or a tag of its own.",
        )


def _secondary(forecast: TaggedForecast, cuts: TagCuts, bounds: CautionsConfig) -> Iterator[Degradation]:
    if "pm25" not in forecast.pollutants:
        return
    number = forecast.pollutants.index("pm25")
    by_species = np.einsum("lpds,ds->d", forecast.responsive[:, :, number], cuts.share)
    total = float(by_species.sum())
    formed = sum(
        float(by_species[forecast.species.index(one)]) for one in _SECONDARY if one in forecast.species
    )
    if total > 0 and formed > bounds.secondary_share * total * _ROUNDING:
        share = 100 * formed / total
        yield Degradation(
            code="secondary-change",
            chinese=f"PM2.5变化的{share:.0f}%来自二次颗粒物：模式用一级反应，不含氨和氧化剂的竞争，实际多为减得更少。",
            english=f"{share:.0f} % of the change of PM2.5 is secondary: rates are of first order, without "
            "ammonia and oxidants; in truth it is mostly less.",
        )


def _primary(forecast: TaggedForecast, after: AirQuality, less: np.ndarray) -> Iterator[Degradation]:
    carried = [name in (*PARTICLES, "so2", "no2") for name in forecast.pollutants]
    other = after.primary.astype(bool) & ~np.array(carried)
    cells = other.any(axis=-1) & (less.sum(axis=(2, 3)) > 0)
    if cells.any():
        names = [forecast.pollutants[number] for number in np.flatnonzero(other[cells].any(axis=0))]
        places = _places(forecast, np.flatnonzero(cells.any(axis=0)))
        yield Degradation(
            code="primary-not-carried",
            chinese=f"减排后{places[0]}的首要污染物为{'、'.join(names)}，模式未作输送，其变化未计。",
            english=f"After the cut the primary pollutant of {places[1]} is {', '.join(names)}, which no tag "
            "carries: its change is not counted.",
        )


def _unattributed(forecast: TaggedForecast, bounds: CautionsConfig) -> Iterator[Degradation]:
    if "pm25" not in forecast.pollutants or not forecast.places:
        return
    share = forecast.unexplained[:, :, forecast.pollutants.index("pm25")]
    blind = np.all(share >= ALL_OF_IT, axis=1)
    if blind.any():
        days = ", ".join(shown(time, minutes=False) for time in forecast.valid_time[blind])
        yield Degradation(
            code="no-tags",
            chinese=f"{days}没有模式结果，减排的作用未计。",
            english=f"There are no tags for {days}: what a cut does is not counted.",
        )
    cells = (share > bounds.unattributed_share) & ~blind[:, None]
    if cells.any():
        places, highest = _places(forecast, np.flatnonzero(cells.any(axis=0))), 100 * share[cells].max()
        yield Degradation(
            code="unattributed",
            chinese=f"{places[0]}的PM2.5最多有{highest:.0f}%未解析到来源，减排对它的作用未计。",
            english=f"Up to {highest:.0f} % of PM2.5 of {places[1]} is not attributed: what a cut "
            "does to it is not counted.",
        )


def _carried(forecast: TaggedForecast, bounds: CautionsConfig) -> Iterator[Degradation]:
    if "pm25" not in forecast.pollutants:
        return
    number = forecast.pollutants.index("pm25")
    owned = np.array(["." in name for name in forecast.sources.ids])
    emitted = forecast.contribution[:, :, number][..., owned].sum(axis=-1)
    later = forecast.responsive[:, :, number].sum(axis=(-2, -1))
    share = _shares(emitted - later, emitted).mean(axis=1) if forecast.places else np.zeros(0)
    days = int((share > bounds.carried_over_share).sum())
    if days:
        limit = 100 * bounds.carried_over_share
        yield Degradation(
            code="already-in-the-air",
            chinese=f"有{days}个时段，人为贡献的{limit:.0f}%以上在措施开始前已在空气中，减排对这部分不起作用。",
            english=f"In {days} of the times over {limit:.0f} % of what the tags hold was in the air before "
            "the measure begins: no cut changes it.",
        )


def _nothing(cuts: TagCuts, less: np.ndarray, bounds: CautionsConfig) -> Iterator[Degradation]:
    largest = _SCALE * float(less.sum(axis=-1).max(initial=0.0))
    if cuts.share.any() and largest < bounds.negligible_ug_m3:
        yield Degradation(
            code="negligible", chinese=f"最大变化只有{largest:.2f} µg/m³，远小于预报误差。",
            english=f"The largest change is {largest:.2f} µg/m³, far below the error of the forecast.",
        )  # fmt: skip


def _shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))


def _named(forecast: TaggedForecast, which: np.ndarray) -> tuple[str, str]:
    chinese = "、".join(forecast.sources.chinese[number] for number in which)
    return chinese, "; ".join(forecast.sources.english[number] for number in which)


def _places(forecast: TaggedForecast, which: np.ndarray) -> tuple[str, str]:
    known = [gazetteer().find(forecast.places[number]) for number in which]
    names = [
        (one.chinese, one.english) if one else (forecast.places[at],) * 2
        for one, at in zip(known, which, strict=True)
    ]
    return "、".join(name[0] for name in names), ", ".join(name[1] for name in names)
