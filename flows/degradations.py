"""What a product had to do without, in words a forecaster understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from flows.ladder.finding import REASONS
from flows.ladder.standing import Standing
from flows.measurements import Measurements
from flows.plan import DayPlan
from flows.transport import Physical
from forecast.persisted import MODEL as PERSISTENCE
from forecast.product import ForecastProduct
from foundation.places import gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.provenance import EMERGENCY, Degradation
from foundation.times import DAY, shown

SHOWN_PROBLEMS = 5
"""Problems in files that are told one by one on the bulletin."""

_NO_WEATHER = Degradation(
    code="no-weather",
    chinese="未使用气象预报：本次预报仅由监测数据统计得出，冷空气、降水等天气转折不会提前体现。",
    english="No weather forecast used: made from measurements alone; fronts and rain are not foreseen.",
)
_NO_HOURS = Degradation(
    code="no-hourly-measurements",
    chinese="无小时监测数据：只发布逐日预报，预警按自然日判定。",
    english="No hourly measurements: daily forecast only; warnings are judged by calendar day.",
)
_PROVISIONAL = Degradation(
    code="incomplete-days",
    chinese="有效小时不足20个的日均值仅用于本次预报起报，不参加统计评价。",
    english="Days with fewer than 20 valid hours start this forecast; they do not count as measured days.",
)
NO_SCHEDULER = Degradation(
    code="no-scheduler",
    chinese="调度服务未能启动，本次由程序直接运行，结果不受影响。",
    english="The scheduler did not start; the run was made directly. Results are not affected.",
)


_WEATHER_APART = Degradation(
    code="weather-not-in-forecast",
    chinese="发布的预报由监测数据统计得出；数值模式尚无往期检验，其结果另列一节供会商参考。",
    english="The forecast is made from measurements; the transport model, not yet verified, stands apart.",
)


def not_verified(fault: str | None) -> list[Degradation]:
    """That the forecast could not be verified; nothing where it was."""
    if fault is None:
        return []
    english = f"The forecasts of the last days could not be verified; today's is not affected. {fault}"
    return [Degradation(
        code="no-verification", chinese="近期预报检验未能完成，不影响本次预报。", english=english,
    )]  # fmt: skip


def degradations(
    measured: Measurements, products: Mapping[str, ForecastProduct], plan: DayPlan, physical: Physical,
    standings: Sequence[Standing] = (),
) -> list[Degradation]:  # fmt: skip
    """All that was degraded in this run, the gravest first."""
    day = products["day"]
    noted = dict.fromkeys(note for product in products.values() for note in product.notes)
    learned = [note for note in noted if note.code not in REASONS]
    rungs = _of_rungs(standings)
    hours_told = any(note.code.startswith("measurements-") for note in rungs)
    found = [
        *rungs, *plan.circumstances.remarks, *physical.degradations,
        *([] if hours_told else _stale(measured, plan.reference_time)), *_absent(measured), *_withheld(day),
        *_default_spread(day), *learned, *_problems(measured), *_weather(day, physical),
    ]  # fmt: skip
    if measured.hourly is None:
        found.append(_NO_HOURS)
    if measured.provisional:
        found.append(_PROVISIONAL)
    return found


def _of_rungs(standings: Sequence[Standing]) -> list[Degradation]:
    """Notes of the rungs; an emergency forecast says already that no weather is in it."""
    notes = [note for standing in standings for note in standing.notes]
    emergency = any(note.code == EMERGENCY for note in notes)
    return [note for note in notes if not (emergency and note.code == "weather-not-asked")]


def _weather(day: ForecastProduct, physical: Physical) -> list[Degradation]:
    """What the published forecast knows of the weather; nothing is lacking where it is made with the tags."""
    if physical.forecast is None:
        return [] if day.dataset.attrs["model"] == PERSISTENCE else [_NO_WEATHER]
    with_tags = day.learned is not None and day.learned.sources is not None
    return [] if with_tags else [_WEATHER_APART]


def _stale(measured: Measurements, reference_time: np.datetime64) -> list[Degradation]:
    """Places whose last measured PM2.5 is more than a day old."""
    series = measured.daily if measured.hourly is None else measured.hourly
    step = DAY if measured.hourly is None else np.timedelta64(0, "h")
    times = series["time"].values + step
    late = []
    for place in series["place"].values:
        known = times[np.isfinite(series["pm25"].sel(place=place).values)]
        if len(known) == 0 or reference_time - known[-1] >= DAY:
            late.append((str(place), known[-1] if len(known) else None))
    if not late:
        return []
    chinese = "、".join(f"{_name(p)}（{shown(t) if t is not None else '无'}）" for p, t in late)
    english = ", ".join(
        f"{_name(p, english=True)} ({shown(t) if t is not None else 'none'})" for p, t in late
    )
    return [Degradation(
        code="late-measurements", chinese=f"监测数据滞后，最近一次有效PM2.5：{chinese}。",
        english=f"Measurements are late; last valid PM2.5: {english}.",
    )]  # fmt: skip


def _absent(measured: Measurements) -> list[Degradation]:
    if not measured.absent:
        return []
    return [Degradation(
        code="places-without-measurements",
        chinese=f"无监测数据、未作预报：{'、'.join(map(_name, measured.absent))}。",
        english=f"Not measured, not forecast: {', '.join(_name(p, english=True) for p in measured.absent)}.",
    )]  # fmt: skip


def _withheld(day: ForecastProduct) -> list[Degradation]:
    level = day.dataset["level"].isel(reference_time=0)
    places = [str(p) for p in level["place"].values[(level == 0).any("lead_time").values]]
    if not places:
        return []
    english = ", ".join(_name(place, english=True) for place in places)
    return [Degradation(
        code="index-not-available",
        chinese=f"监测项目不全，按规定不给出AQI：{'、'.join(map(_name, places))}。",
        english=f"Not all six pollutants known, AQI withheld: {english}.",
    )]  # fmt: skip


def _default_spread(day: ForecastProduct) -> list[Degradation]:
    if not day.default_spread:
        return []
    chinese = "、".join(POLLUTANTS[name].chinese for name in day.default_spread)
    return [Degradation(
        code="default-intervals",
        chinese=f"历史资料过短，下列项目的预报区间取自其他城市的统计：{chinese}。",
        english=f"Record too short; intervals taken from other cities for {', '.join(day.default_spread)}.",
    )]  # fmt: skip


def _problems(measured: Measurements) -> list[Degradation]:
    if not measured.problems:
        return []
    number = len(measured.problems)
    shown_ones = "；".join(_without_folder(problem) for problem in measured.problems[:SHOWN_PROBLEMS])
    more = "" if number <= SHOWN_PROBLEMS else "；其余见 manifest.json · the rest in manifest.json"
    return [Degradation(
        code="rows-left-out",
        chinese=f"监测文件中有{number}处无法使用，其余照常采用。",
        english=f"{number} problems in the files of measurements; the rest was used. {shown_ones}{more}",
    )]  # fmt: skip


def _without_folder(problem: str) -> str:
    """A problem with the name of its file but not the folders above it."""
    head, colon, rest = problem.partition(":")
    return f"{head.rsplit('/', 1)[-1]}{colon}{rest}"


def _name(place: str, *, english: bool = False) -> str:
    known = gazetteer().find(place)
    if known is None:
        return place
    return known.english if english else known.chinese
