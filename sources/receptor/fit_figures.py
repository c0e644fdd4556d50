"""Figures of the fit, species by species: residuals, measured against modelled, and both in time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.figures.lettering import QUIET, figure_style, words
from atmosphere.meteorology.figures.saving import save_figure
from sources.receptor.results import Factorisation
from sources.receptor.samples import Array
from sources.receptor.sampling_times import SampleAxis, sample_axis

__all__ = [
    "draw_by_campaign", "draw_measured_and_modelled", "draw_measured_in_time", "draw_residuals",
    "label_samples",
]  # fmt: skip

_BAR, _OUT, _MEASURED, _MODELLED = "#7fa8d1", "#c0392b", "#66717d", "#c0392b"
_EDGE = 3.0
_COLUMNS = 6


def draw_residuals(found: Factorisation, path: str | Path) -> None:
    """Histogram of the scaled residuals of each species; those beyond 3 are red, and counted.

    Args:
        found: what to draw.
        path: file to write; its ending says the format.
    """
    scaled = found.scaled_residuals
    edges = np.arange(-6.0, 6.5, 0.5)

    def one(axis: Any, at: int) -> None:
        held = np.clip(scaled[:, at], edges[0], edges[-1])
        counts, _ = np.histogram(held, edges)
        middles = 0.5 * (edges[:-1] + edges[1:])
        far = np.abs(middles) > _EDGE
        share = 100.0 * counts / len(held)
        axis.bar(middles, share, width=0.46, color=np.where(far, _OUT, _BAR))
        axis.axvline(0.0, color=QUIET, linewidth=0.6)
        beyond = int((np.abs(scaled[:, at]) > _EDGE).sum())
        axis.set_title(f"{found.samples.species[at]}  ({beyond})", fontsize=9, pad=2)

    title = words(
        "标准化残差分布（%；括号内为绝对值大于3的个数；最外侧含更大者）",
        "Scaled residuals (%; in brackets: beyond 3; outermost bars hold all beyond)",
    )
    _panels(found, path, title, one)


def draw_measured_and_modelled(found: Factorisation, path: str | Path) -> None:
    """Modelled against measured concentration of each species, with the one-to-one line and r squared.

    Args:
        found: what to draw.
        path: file to write; its ending says the format.
    """
    fitted = found.contributions @ found.profiles
    statistics = found.fit_statistics()

    def one(axis: Any, at: int) -> None:
        measured = found.samples.concentrations[:, at]
        top = float(max(measured.max(), fitted[:, at].max())) * 1.05
        axis.plot([0.0, top], [0.0, top], color=QUIET, linewidth=0.7)
        axis.plot(measured, fitted[:, at], ".", color="#2f5d8a", markersize=2.6, alpha=0.6)
        axis.set_xlim(0.0, top)
        axis.set_ylim(0.0, top)
        axis.set_title(f"{found.samples.species[at]}  r² {statistics[at]['r2']:.2f}", fontsize=9, pad=2)

    title = words("模拟（纵）与实测（横）", "Modelled (upright) against measured (across)")
    _panels(found, path, f"{title}, {found.samples.unit.replace('m-3', 'm$^{-3}$')}", one)


def draw_measured_in_time(found: Factorisation, path: str | Path) -> None:
    """Measured and modelled concentration of each species, sample by sample.

    Args:
        found: what to draw; of more than sixteen species the sixteen best resolved from noise.
        path: file to write; its ending says the format.
    """
    import matplotlib.pyplot as plt

    across = sample_axis(found.samples.times)
    fitted = found.contributions @ found.profiles
    shown = _clearest(found, 16)
    with figure_style():
        figure, axes = plt.subplots(
            len(shown), 1, figsize=(12.0, 1.0 + 1.15 * len(shown)), sharex=True, squeeze=False,
            layout="constrained", dpi=110,
        )  # fmt: skip
        for axis, at in zip(axes[:, 0], shown, strict=True):
            measured = found.samples.concentrations[:, at]
            draw_by_campaign(axis, across, measured, _MEASURED, words("实测", "measured"))
            draw_by_campaign(axis, across, fitted[:, at], _MODELLED, words("模拟", "modelled"))
            axis.set_title(found.samples.species[at], fontsize=9, pad=2)
            axis.set_ylim(bottom=0.0)
            _quiet(axis)
        label_samples(axes[-1, 0], across, len(fitted))
        axes[0, 0].legend(loc="upper right", ncols=2, frameon=False, fontsize=8.5)
        unit = found.samples.unit.replace("m-3", "m$^{-3}$")
        figure.suptitle(f"{words('实测与模拟浓度', 'Measured and modelled')}, {unit}", fontsize=11)
        save_figure(figure, path)
        plt.close(figure)


def draw_by_campaign(axis: Any, across: SampleAxis, values: Array, colour: str, label: str = "") -> None:
    """A line through the samples of each campaign, (samples,), and a thin upright line between campaigns."""
    for number, (place, held) in enumerate(across.parts(values)):
        axis.plot(place, held, color=colour, linewidth=0.8, label=label if number == 0 else None)
    for begin in across.begins[1:]:
        axis.axvline(begin - 0.5, color=QUIET, linewidth=0.5, linestyle=":")


def label_samples(axis: Any, across: SampleAxis, samples: int) -> None:
    """Dates below an axis of so many samples."""
    axis.set_xticks(across.ticks, across.labels)
    axis.set_xlim(-0.5, samples - 0.5)


def _clearest(found: Factorisation, most: int) -> list[int]:
    ratio = np.median(found.samples.concentrations / found.samples.uncertainties, axis=0)
    return sorted(int(at) for at in np.argsort(-ratio, kind="stable")[:most])


def _panels(found: Factorisation, path: str | Path, title: str, draw: Callable[[Any, int], None]) -> None:
    import matplotlib.pyplot as plt

    count = len(found.samples.species)
    columns = min(_COLUMNS, count, int(np.ceil(np.sqrt(2.0 * count))))
    rows = -(-count // columns)
    with figure_style():
        figure, axes = plt.subplots(
            rows, columns, figsize=(2.1 * columns + 0.4, 1.75 * rows + 0.8), squeeze=False,
            layout="constrained", dpi=120,
        )  # fmt: skip
        for at, axis in enumerate(axes.flat):
            if at >= count:
                axis.set_visible(False)
                continue
            draw(axis, at)
            _quiet(axis)
        figure.suptitle(title, fontsize=11)
        save_figure(figure, path)
        plt.close(figure)


def _quiet(axis: Any) -> None:
    axis.tick_params(labelsize=7.5)
    axis.spines[["top", "right"]].set_visible(False)
