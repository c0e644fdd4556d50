"""Figures of a factorisation, laid out as users of EPA PMF 5 know them: profiles and contributions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.meteorology.figures.lettering import QUIET, figure_style, words
from atmosphere.meteorology.figures.saving import save_figure
from sources.receptor.factor_figures import draw_contribution_space, draw_fingerprints
from sources.receptor.fit_figures import (
    draw_by_campaign,
    draw_measured_and_modelled,
    draw_measured_in_time,
    draw_residuals,
    label_samples,
)
from sources.receptor.results import Factorisation
from sources.receptor.sampling_times import sample_axis

__all__ = ["draw_all", "draw_contributions", "draw_profiles"]

_BAR, _SHARE, _LINE = "#7fa8d1", "#c0392b", "#2f5d8a"
_FLOOR = 1e-4


def draw_profiles(found: Factorisation, path: str | Path, total: str | None = None) -> None:
    """Each factor's concentration of each species as a bar, its share of the species as a dot.

    Args:
        found: what to draw.
        path: file to write; its ending says the format.
        total: species that is the total mass, of which each factor's share is told; the sum where None.
    """
    import matplotlib.pyplot as plt

    species = found.samples.species
    with figure_style():
        figure, axes = plt.subplots(
            found.factors, 1, figsize=(min(4.0 + 0.42 * len(species), 18.0), 1.0 + 1.45 * found.factors),
            sharex=True, squeeze=False, layout="constrained", dpi=120,
        )  # fmt: skip
        for number, (axis, row, share) in enumerate(
            zip(axes[:, 0], found.profiles, found.species_shares, strict=True)
        ):
            _profile(axis, row, share * 100.0)
            axis.set_title(_title(found, number, total), fontsize=9.5, pad=3)
        axes[-1, 0].set_xticks(range(len(species)), species, rotation=90 if len(species) > 16 else 0)
        axes[-1, 0].set_xlim(-0.6, len(species) - 0.4)
        figure.supylabel(words("浓度", "concentration") + f", {_unit(found)}", fontsize=10, color=_LINE)
        figure.suptitle(
            words(
                "因子谱：柱为浓度，点为占该组分的百分比",
                "Factor profiles: bar concentration, dot % of species",
            ),
            fontsize=11,
        )
        save_figure(figure, path)
        plt.close(figure)


def draw_all(found: Factorisation, folder: str | Path, total: str | None = None) -> list[Path]:
    """Every figure as PNG into a folder.

    Args:
        found: what to draw.
        folder: it is there.
        total: species that is the total mass; contributions are then drawn in its unit.

    Returns:
        The files: profiles, contributions, fingerprints, contribution_space (G-space), residuals,
        measured_and_modelled, measured_in_time.
    """
    drawn = {
        "fingerprints": draw_fingerprints, "residuals": draw_residuals,
        "measured_and_modelled": draw_measured_and_modelled, "measured_in_time": draw_measured_in_time,
    }  # fmt: skip
    if found.factors > 1:
        drawn["contribution_space"] = draw_contribution_space
    paths = {name: Path(folder) / f"{name}.png" for name in ["profiles", "contributions", *drawn]}
    for name, draw in drawn.items():
        draw(found, paths[name])
    draw_profiles(found, paths["profiles"], total)
    draw_contributions(found, paths["contributions"], total)
    return list(paths.values())


def draw_contributions(found: Factorisation, path: str | Path, total: str | None = None) -> None:
    """Each factor's contributions, sample by sample.

    Args:
        found: what to draw.
        path: file to write; its ending says the format.
        total: species that is the total mass, in whose unit they are then drawn; of mean one where None.
    """
    import matplotlib.pyplot as plt

    across = sample_axis(found.samples.times)
    drawn = found.contributions if total is None else found.mass_contributions(total)
    with figure_style():
        figure, axes = plt.subplots(
            found.factors, 1, figsize=(12.0, 1.0 + 1.3 * found.factors), sharex=True, squeeze=False,
            layout="constrained", dpi=120,
        )  # fmt: skip
        for number, axis in enumerate(axes[:, 0]):
            draw_by_campaign(axis, across, drawn[:, number], _LINE)
            axis.axhline(drawn[:, number].mean(), color=QUIET, linewidth=0.6, linestyle=":")
            axis.set_ylim(bottom=0.0)
            axis.set_title(_title(found, number, total), fontsize=9.5, pad=3)
            _quiet(axis)
        label_samples(axes[-1, 0], across, len(drawn))
        text = words("因子贡献（归一化，均值为1）", "Factor contributions (normalised, mean 1)")
        if total is not None:
            text = f"{words('因子贡献', 'Factor contributions')}, {_unit(found)}"
        figure.suptitle(text, fontsize=11)
        save_figure(figure, path)
        plt.close(figure)


def _profile(axis: Any, row: Any, share: Any) -> None:
    """Bars on a logarithmic axis, down to what holds 5 % of a species or a ten-thousandth of the largest."""
    top = float(row.max()) if row.max() > 0.0 else 1.0
    telling = row[(share >= 5.0) & (row > 0.0)]
    floor = min(top * _FLOOR, 0.5 * float(telling.min())) if telling.size else top * _FLOOR
    places = np.arange(len(row))
    there = row > floor
    axis.bar(places[there], row[there], color=_BAR, width=0.72)
    axis.set_yscale("log")
    axis.set_ylim(floor, top * 3.0)
    beside = axis.twinx()
    beside.plot(places, share, "s", color=_SHARE, markersize=4)
    beside.set_ylim(0.0, 105.0)
    beside.set_yticks([0, 50, 100])
    beside.tick_params(colors=_SHARE, labelsize=8)
    axis.tick_params(labelsize=8)
    _quiet(axis)
    beside.spines[["top"]].set_visible(False)


def _title(found: Factorisation, number: int, total: str | None = None) -> str:
    share = 100.0 * float(found.shares(total)[number])
    return f"{words(f'因子{number + 1}', f'Factor {number + 1}')}  ({share:.1f} %)"


def _unit(found: Factorisation) -> str:
    return found.samples.unit.replace("m-3", "m$^{-3}$")


def _quiet(axis: Any) -> None:
    axis.spines[["top", "right"]].set_visible(False)
