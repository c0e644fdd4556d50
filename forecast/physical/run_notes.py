"""What a run of the model had to do without, in words a forecaster understands."""

from __future__ import annotations

from collections.abc import Mapping

from atmosphere.meteorology.description_text import variable_chinese
from foundation.provenance import Degradation

__all__ = ["NO_COMPILER", "fallbacks", "short_weather"]

NO_COMPILER = Degradation(
    code="no-compiler",
    chinese="没有C++编译器，数值模式以较慢的方式运行。",
    english="No C++ compiler was found: the transport model runs several times slower.",
)


def short_weather(reached: int, wanted: int) -> Degradation:
    """The weather ends before the last lead.

    Args:
        reached: hours that it reaches.
        wanted: hours that the forecast was to reach.
    """
    return Degradation(
        code="short-weather",
        chinese=f"气象预报只到{reached}小时，数值模式预报随之缩短（应为{wanted}小时）。",
        english=f"The weather ends after {reached} h; the forecast of the model was to reach {wanted} h.",
    )


def fallbacks(lines: Mapping[str, str]) -> list[Degradation]:
    """What stood in for variables that the weather does not hold, by variable."""
    return [
        Degradation(
            code="weather-fallback",
            chinese=f"气象资料中没有{variable_chinese(name)}，已用替代方法。",
            english=f"{line}.",
        )
        for name, line in lines.items()
    ]
