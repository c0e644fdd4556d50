"""The forecaster's chain of questions, and which evidence belongs to each."""

from __future__ import annotations

from consultation.page.reading.fields import WEATHER
from consultation.page.views import evidence_of_air as air
from consultation.page.views import evidence_of_dust as dust
from consultation.page.views import evidence_of_forecast as forecast
from consultation.page.views import evidence_of_grounds as grounds
from consultation.page.views import evidence_of_past as past
from consultation.page.views import evidence_of_pressure as pressure
from consultation.page.views import evidence_of_weather as weather
from consultation.page.views.evidence import Asked, Piece
from consultation.page.views.soundings import PROFILES_FILE
from consultation.physical import PLACES_FILE
from consultation.products import FORECAST_FILE, MANIFEST_FILE, OBSERVATIONS_FILE, VERIFICATION_FILE
from sources.tagging.runs import CONTRIBUTIONS_FILE

__all__ = ["CHAIN"]


CHAIN: tuple[Asked, ...] = (
    Asked(
        "start",
        "起始状态与区域分布如何？",
        "What is the state at the start, and the regional pattern?",
        (
            Piece(
                "measured",
                "起报时监测",
                "Measured at issue",
                air.start,
                ((OBSERVATIONS_FILE, "hour/pm25"),),
                "map",
            ),
        ),
    ),
    Asked(
        "synoptic",
        "高压、槽和锋面在哪里？",
        "Where are highs, troughs and fronts?",
        (
            pressure.PATTERN,
            Piece(
                "fronts",
                "地面风突转",
                "Turns of the surface wind",
                weather.fronts,
                ((PROFILES_FILE, "eastward_wind_10m"), (PROFILES_FILE, "northward_wind_10m")),
                "map",
            ),
        ),
    ),
    Asked(
        "transport",
        "输送与各高度风向转变如何？",
        "How does the wind carry, and turn with height?",
        (
            Piece(
                "turning",
                "风随高度转向",
                "Wind by height",
                weather.turning,
                ((PROFILES_FILE, "eastward_wind"), (PROFILES_FILE, "northward_wind")),
                "place",
            ),
            Piece(
                "origin",
                "本地与输送",
                "Local and transported",
                grounds.origin,
                ((CONTRIBUTIONS_FILE, "regions/contribution"),),
                "sources",
            ),
        ),
    ),
    Asked(
        "mixing",
        "混合层、逆温与静稳如何？",
        "Mixing layer, inversion, stagnation?",
        (
            Piece(
                "mixing",
                "混合层与逆温",
                "Mixing layer and inversion",
                weather.mixing,
                ((PROFILES_FILE, "boundary_layer_height"), (WEATHER, "inversion_strength")),
                "place",
            ),
        ),
    ),
    Asked(
        "kind",
        "属于哪类过程？",
        "Which kind of episode?",
        (
            Piece(
                "kind",
                "逐日类型",
                "Kind by day",
                air.kind,
                ((FORECAST_FILE, "region/primary"), (FORECAST_FILE, "region/dust")),
                "today",
            ),
            dust.STRENGTH,
        ),
    ),
    Asked(
        "models",
        "各模型怎么说，近期偏差多大？",
        "What do the models say, and what was their bias?",
        (
            Piece(
                "models",
                "模型并列",
                "Models side by side",
                forecast.models,
                (
                    (VERIFICATION_FILE, "scores"),
                    (FORECAST_FILE, "concentration"),
                    (PLACES_FILE, "concentration"),
                ),
                "verification",
            ),
        ),
    ),
    Asked(
        "timing",
        "何时开始、达到峰值、消散？",
        "When is onset, peak and clearing?",
        (
            Piece("timing", "时间", "Times", forecast.timing, ((FORECAST_FILE, "hour/aqi"),), "place"),
            dust.TIMES,
        ),
    ),
    Asked(
        "range",
        "有哪些情景，80%范围多大？",
        "Which scenarios, and how wide is the 80 % range?",
        (
            Piece(
                "range",
                "范围",
                "Range",
                forecast.range_of_days,
                ((FORECAST_FILE, "region/aqi"), (FORECAST_FILE, "region/aqi_scenario")),
                "today",
            ),
        ),
    ),
    Asked(
        "past",
        "上次预报与相似个例如何？",
        "What did the last forecast say, and which past episodes are alike?",
        (
            Piece(
                "last",
                "上次预报",
                "The last forecast",
                past.last_forecast,
                ((FORECAST_FILE, "region/aqi"),),
                "place",
            ),
            Piece(
                "similar",
                "相似个例",
                "Similar episodes",
                past.similar_episodes,
                ((OBSERVATIONS_FILE, "pm25"),),
                "place",
            ),
        ),
    ),
    Asked(
        "grounds",
        "结论依据什么？",
        "What does the conclusion rest on?",
        (
            Piece(
                "grounds",
                "依据",
                "Grounds",
                grounds.grounds,
                ((MANIFEST_FILE, "models"), (MANIFEST_FILE, "inputs"), (MANIFEST_FILE, "degradations")),
                "today",
            ),
        ),
    ),
)
