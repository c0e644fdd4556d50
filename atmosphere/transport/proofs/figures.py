"""Figures of the proofs: convergence, and a bell in the flow that deforms it and undoes it again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from atmosphere.meteorology.figures.lettering import figure_style, words
from atmosphere.transport.proofs.advection import CELLS, blob, errors, swirling

__all__ = ["draw_blob", "draw_convergence"]

_CASES = {"rotation": ("刚体旋转", "solid-body rotation"), "deformation": ("变形流", "deformational flow")}
_BLOB_CELLS = 100
_BLOB_STEPS = 300


def draw_convergence(path: str | Path) -> None:
    """Mean error against the number of cells, with lines of second and third order.

    Args:
        path: file to write; its ending says the format.
    """
    with figure_style():
        _convergence().savefig(path, dpi=130)


def _convergence() -> Any:
    figure, axes = _figure(1, (5.2, 4.0))
    axis = axes[0]
    found = {case: errors(case) for case in _CASES}
    for (case, label), marker in zip(_CASES.items(), "os", strict=True):
        axis.loglog(CELLS, found[case], marker=marker, label=words(*label))
    start = found["rotation"][0]
    for order, style in ((2, ":"), (3, "--")):
        line = [start * (CELLS[0] / n) ** order for n in CELLS]
        axis.loglog(CELLS, line, style, color="0.5", label=words(f"{order}阶", f"order {order}"))
    axis.set_xticks(CELLS, [str(n) for n in CELLS])
    axis.minorticks_off()
    axis.set_xlabel(words("每边格数", "cells along each side"))
    axis.set_ylabel(words("平均相对误差", "mean relative error"))
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return figure


def draw_blob(path: str | Path) -> None:
    """A bell at the beginning, at its greatest deformation and at the end.

    Args:
        path: file to write; its ending says the format.
    """
    with figure_style():
        _blob().savefig(path, dpi=130)


def _blob() -> Any:
    figure, axes = _figure(3, (9.0, 3.4))
    states = blob(_BLOB_CELLS, swirling(_BLOB_CELLS), _BLOB_STEPS)
    titles = (("开始", "beginning"), ("变形最大", "most deformed"), ("复原", "undone"))
    for axis, state, title in zip(axes, states, titles, strict=True):
        image = axis.imshow(
            state[0, 0, :, :, 0, 0].numpy(), origin="lower", extent=(0, 1, 0, 1), vmin=0, vmax=1,
            cmap="magma_r",
        )  # fmt: skip
        axis.set_title(f"{words(*title)}\n{float(state.min()):.2g} … {float(state.max()):.2f}", fontsize=10)
        axis.set_xticks([0, 0.5, 1])
        axis.set_yticks([0, 0.5, 1])
    figure.colorbar(image, ax=axes, shrink=0.8, label=words("混合比", "mixing ratio"))
    return figure


def _figure(panels: int, size: tuple[float, float]) -> tuple[Any, list[Any]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False)[0]
    return figure, list(axes)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    draw_convergence(folder / "transport-convergence.png")
    draw_blob(folder / "transport-blob.png")
