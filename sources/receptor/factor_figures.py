"""Figures of the factors beside each other: fingerprints, and contributions against contributions."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.figures.lettering import QUIET, figure_style, words
from atmosphere.meteorology.figures.saving import save_figure
from sources.receptor.results import Factorisation

__all__ = ["FACTOR_COLOURS", "draw_contribution_space", "draw_fingerprints"]

FACTOR_COLOURS = (
    "#2f5d8a", "#e08a2e", "#4f9d69", "#c0392b", "#8465a8", "#8c6d4f", "#d77fb2", "#7a7f87", "#b5b03c",
    "#3aa6b9",
)  # fmt: skip
_DOT = "#2f5d8a"


def draw_fingerprints(found: Factorisation, path: str | Path) -> None:
    """Each species' sum as a bar of per cent, split by factor.

    Args:
        found: what to draw.
        path: file to write; its ending says the format.
    """
    import matplotlib.pyplot as plt

    species = found.samples.species
    crowded = len(species) > 14
    with figure_style():
        figure, axis = plt.subplots(
            figsize=(min(5.0 + 0.42 * len(species), 18.0), 5.2), layout="constrained", dpi=120
        )
        below = np.zeros(len(species))
        for number, share in enumerate(found.species_shares):
            axis.bar(range(len(species)), 100.0 * share, bottom=below, width=0.75, label=_name(found, number),
                     color=FACTOR_COLOURS[number % len(FACTOR_COLOURS)])  # fmt: skip
            below += 100.0 * share
        axis.set_xticks(range(len(species)), species, rotation=90 if crowded else 0)
        axis.set_xlim(-0.6, len(species) - 0.4)
        axis.set_ylim(0.0, 100.0)
        axis.set_ylabel(words("占该组分", "of species") + ", %")
        axis.spines[["top", "right"]].set_visible(False)
        figure.legend(loc="outside right upper", frameon=False, fontsize=9)
        axis.set_title(words("因子指纹：各组分由哪些因子构成", "Factor fingerprints"), fontsize=11, pad=8)
        save_figure(figure, path)
        plt.close(figure)


def draw_contribution_space(found: Factorisation, path: str | Path) -> None:
    """Contributions of each pair of factors against each other (G-space).

    Points that keep away from an axis, along a slanted edge, tell of a rotation that the data would allow
    (Paatero et al. 2005, doi:10.1080/10473289.2005.10464630).

    Args:
        found: what to draw; of more than eight factors the eight largest.
        path: file to write; its ending says the format.
    """
    import matplotlib.pyplot as plt

    shown = min(found.factors, 8)
    size = max(shown - 1, 1)
    with figure_style():
        figure, axes = plt.subplots(
            size, size, figsize=(2.0 + 1.7 * size, 1.4 + 1.6 * size), squeeze=False, layout="constrained",
            dpi=120,
        )  # fmt: skip
        for axis in axes.flat:
            axis.set_visible(False)
        for left, right in combinations(range(shown), 2):
            _pair(axes[right - 1, left], found, left, right, right == shown - 1)
        text = words(
            "因子贡献两两对照（G空间），均值为1", "Contributions against each other (G-space), mean 1"
        )
        figure.suptitle(text, fontsize=11)
        save_figure(figure, path)
        plt.close(figure)


def _pair(axis: Any, found: Factorisation, left: int, right: int, lowest: bool) -> None:
    axis.set_visible(True)
    axis.plot(found.contributions[:, left], found.contributions[:, right], ".", color=_DOT, markersize=2.4,
              alpha=0.6)  # fmt: skip
    axis.set_xlim(left=0.0)
    axis.set_ylim(bottom=0.0)
    axis.tick_params(labelsize=7, colors=QUIET)
    axis.spines[["top", "right"]].set_visible(False)
    if lowest:
        axis.set_xlabel(_name(found, left), fontsize=8.5)
    if left == 0:
        axis.set_ylabel(_name(found, right), fontsize=8.5)


def _name(found: Factorisation, number: int) -> str:  # noqa: ARG001 - names may come with the factors
    return words(f"因子{number + 1}", f"Factor {number + 1}")
