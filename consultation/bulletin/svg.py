"""Figures as inline SVG whose text stays text, whatever fonts this machine has.

Matplotlib measures text with the fonts of the machine it runs on, and warns of every Chinese character
it cannot draw. Text is therefore drawn as short tokens in the font that Matplotlib brings along, placed
by its anchor, and replaced by the words afterwards: the reader's browser sets them in the reader's font.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

_SETTINGS: Any = {"svg.fonttype": "none", "font.family": ["DejaVu Sans"], "axes.unicode_minus": False}
_TEXT = re.compile(r'<text style="(?P<style>[^"]*)"(?P<rest>[^>]*)>@(?P<number>\d+)@</text>')
_FAMILY = re.compile(r"font-family: [^;\"]*;? ?")
_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")


class Lettering:
    """The words of one figure, each standing in the drawing as a token."""

    def __init__(self) -> None:
        """Start without words."""
        self._words: list[tuple[str, str]] = []

    def __call__(self, text: str, css: str = "") -> str:
        """Token to draw in place of a text.

        Args:
            text: what the reader shall see; any characters.
            css: class of the SVG text element, such as `halo`.
        """
        self._words.append((text, css))
        return f"@{len(self._words) - 1}@"

    def write_into(self, svg: str) -> str:
        """Replace the tokens of a drawing by their words, escaped."""
        return _TEXT.sub(self._element, svg)

    def _element(self, found: re.Match[str]) -> str:
        text, css = self._words[int(found["number"])]
        name = f' class="{css}"' if css else ""
        return f'<text{name} style="{found["style"]}"{found["rest"]}>{escape(text)}</text>'


@contextmanager
def drawing(salt: str) -> Iterator[None]:
    """Matplotlib's shipped settings and a fixed salt, so that the same figure gives the same bytes."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        mpl.rcParams["svg.hashsalt"] = salt
        yield


def new_figure(width_in: float, height_in: float) -> Figure:
    """An empty white figure that no global state knows."""
    figure = Figure(figsize=(width_in, height_in))
    FigureCanvasSVG(figure)
    return figure


def inline_svg(figure: Figure, lettering: Lettering, name: str, label: str) -> str:
    """Draw a figure as an `<svg>` element; call inside `drawing`.

    Args:
        figure: the finished figure.
        lettering: the words its tokens stand for.
        name: prefix of every id, so that many figures can share one page.
        label: what a screen reader says.
    """
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)
    svg = _FAMILY.sub("", svg)
    svg = _LONG_NUMBER.sub(lambda found: f"{float(found[0]):.2f}", svg)
    svg = _REFERENCE.sub(lambda found: f"{found[1]}{name}-", svg)
    opening = f'<svg class="figure" role="img" aria-label="{escape(label)}"'
    svg = re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', lambda found: opening + found[1], svg, count=1)
    return lettering.write_into(svg)
