"""Charts of skill and error by lead, as inline SVG."""

from __future__ import annotations

from typing import Any

from consultation.bulletin.svg import Lettering, drawing, inline_svg, new_figure
from consultation.verification_page.lookup import Scores, skill_of

_INK, _QUIET = "#1d2733", "#5b6670"


def skill_chart(scores: Scores) -> str:
    """Skill of every model against the baseline by lead, with the interval of the one the page speaks of."""
    floor = scores.document["baseline"]
    lines = {
        model["id"]: [skill_of(scores.of(lead, model["id"]), floor) for lead in scores.leads]
        for model in scores.models
        if model["id"] != floor
    }
    lettering = Lettering()
    with drawing("skill"):
        figure = new_figure(6.4, 3.1)
        axes = figure.add_axes((0.085, 0.13, 0.895, 0.78))
        axes.axhline(0.0, color=scores.name(floor)["colour"], linewidth=1.4)
        for name, line in lines.items():
            known = [(x, one) for x, one in enumerate(line) if one is not None]
            if not known:
                continue
            at, colour = [x for x, _ in known], scores.name(name)["colour"]
            if name == scores.document["subject"]:
                low, high = ([one[key] for _, one in known] for key in ("low", "high"))
                axes.fill_between(at, low, high, color=colour, alpha=0.16, linewidth=0)
            _line(axes, at, [one["value"] for _, one in known], scores.name(name))
        _clip(axes, lines)
        _frame(axes, scores, lettering, "%")
        return inline_svg(figure, lettering, "skill", "skill by lead")


def error_chart(scores: Scores) -> str:
    """Mean absolute error of every model by lead."""
    lettering = Lettering()
    with drawing("error"):
        figure = new_figure(6.4, 3.1)
        axes = figure.add_axes((0.085, 0.13, 0.895, 0.78))
        for model in scores.models:
            records = [(x, scores.of(lead, model["id"])) for x, lead in enumerate(scores.leads)]
            known = [(x, one["mae"]) for x, one in records if one is not None and one["mae"] is not None]
            _line(axes, [x for x, _ in known], [value for _, value in known], model)
        axes.set_ylim(bottom=0.0)
        _frame(axes, scores, lettering, "µg/m³")
        return inline_svg(figure, lettering, "error", "error by lead")


def _line(axes: Any, at: list[int], values: list[float], model: dict[str, Any]) -> None:
    style = (0, (4, 2)) if model["perfect_weather"] else "-"
    axes.plot(at, values, color=model["colour"], linewidth=1.7, marker="o", markersize=3.6, linestyle=style)


def _clip(axes: Any, lines: dict[str, list[dict[str, float] | None]]) -> None:
    """Keep a model that is far below from flattening the others."""
    values = [one["value"] for line in lines.values() for one in line if one is not None]
    if values:
        axes.set_ylim(max(min(values) - 5.0, -60.0), max(max(values) + 8.0, 20.0))


def _frame(axes: Any, scores: Scores, lettering: Lettering, unit: str) -> None:
    axes.set_xticks(range(len(scores.leads)), [lettering(lead.chinese) for lead in scores.leads])
    axes.tick_params(labelsize=8.5, length=2.5, colors=_QUIET, labelcolor=_INK, width=0.6)
    axes.grid(axis="y", color="#e3e7ea", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.text(0.0, 1.03, lettering(unit), transform=axes.transAxes, fontsize=8.5, color=_QUIET, ha="center")
