"""`bogda explain`: which input moved a forecast that a learned model made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.figure_request import refuse_figure
from flows.output import print_json, print_line
from foundation.errors import ConfigurationError

if TYPE_CHECKING:
    from flows.explained_run import Explained

_LEAD = re.compile(r"(\d{1,3})([dh])")
_KINDS = {"d": "day", "h": "hour"}
_SHOWN_PAIRS = 3


@dataclass(frozen=True)
class ExplainRequest:
    """What is asked on the command line.

    Attributes:
        run: folder of a run.
        place: id or name of a place; the first of the forecast when None.
        lead_time: `2d` for the second day, `36h` for the 36th hour.
        figure: file to draw.
    """

    run: str
    place: str | None = None
    lead_time: str = "1d"
    figure: str | None = None


def run(request: ExplainRequest, *, as_json: bool) -> None:
    """Print what moved a forecast, and draw it when asked; a run without a learned model says so in one line.

    Raises:
        BogdaError: when the run, the place, the lead time or the model is not there.
    """
    from flows.explained_run import explained as taken_apart
    from flows.explained_run import run_of

    if request.figure is not None:
        refuse_figure(Path(request.figure))
    kind, lead = _lead(request.lead_time)
    home, manifest = run_of(request.run)
    held = manifest["products"].get(f"learned_{kind}")
    if held is None:
        _say_none(manifest, kind, as_json=as_json)
        return
    explained = taken_apart(home, manifest, kind, lead, request.place)
    if request.figure is not None:
        from forecast.learned.explanation_figures import draw_explanation

        title = (f"{explained.names[0]} {explained.valid}", f"{explained.names[1]} {explained.valid}")
        draw_explanation(explained.explanation, title, request.figure, synthetic=explained.synthetic)
    if as_json:
        print_json(explained.document())
        return
    for line in _lines(explained):
        print_line(line)


def _lead(text: str) -> tuple[str, int]:
    """Kind and steps ahead of a lead time."""
    found = _LEAD.fullmatch(text)
    if found is None or not int(found[1]):
        raise ConfigurationError(
            f"--lead-time {text!r}: not a lead time", remedy="Give days such as 2d, or hours such as 36h"
        )
    return _KINDS[found[2]], int(found[1])


def _say_none(manifest: dict[str, Any], kind: str, *, as_json: bool) -> None:
    """One line: the forecast was made without a learned model, of which inputs could be told."""
    model = manifest["models"].get(kind)
    if as_json:
        print_json({"model": model, "explanation": None})
        return
    if model is None:
        print_line(
            f"该次运行没有{'逐日' if kind == 'day' else '逐小时'}预报 · the run has no forecast of that kind"
        )
        return
    print_line(
        f"该预报未使用学习模型（{model}），无可解释 · no learned model made this forecast, nothing to explain"
    )


def _lines(explained: Explained) -> list[str]:
    one, (chinese, english) = explained.explanation, explained.names
    usual = f"{one.reference:.0f}"
    lines = [
        f"{chinese} {explained.valid} PM2.5 中位数 {one.forecast:.0f} µg/m³；各项如常时 {usual}",
        f"  {english}: median {one.forecast:.0f}, {usual} if all were as usual; {explained.model}",
        "  积分梯度  单独去除  输入 · integrated gradients; when it alone is as usual; input",
    ]
    if explained.weight is not None:
        weight = f"{explained.weight:.2f}"
        lines.insert(
            2,
            f"  所解释的是学习模型，它在发布的PM2.5中权重为{weight} · this explains the learned model; "
            f"its weight in the published PM2.5 is {weight}",
        )
    for effect in one.effects:
        names = f"{effect.chinese} · {effect.english}"
        lines.append(f"  {effect.gradient:+8.1f}  {effect.occlusion:+8.1f}  {names}")
    lines.append(f"  相互作用 interactions: {_pairs(explained)}")
    if not one.complete:
        lines.append(f"  各项之和与差值相差 {one.gap:+.1f} · the sum misses the difference by that much")
    return lines


def _pairs(explained: Explained) -> str:
    one = explained.explanation
    names = {effect.id: effect.chinese for effect in one.effects}
    shown = one.interactions[:_SHOWN_PAIRS]
    return "；".join(f"{names[pair.first]} × {names[pair.second]} {pair.effect:+.1f}" for pair in shown)
