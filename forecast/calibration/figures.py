"""A figure of reliability: of the probability of polluted days, and of the quantiles by lead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import QUIET, figure_style, words
from forecast.calibration.quantile_reliability import quantile_reliability
from forecast.calibration.reliability import Reliability, reliability_of
from forecast.verification.events import THRESHOLDS

_COLOURS = ("#0b5394", "#c2570c", "#38761d", "#7b3294", "#a61c3c")
_BAND = "#d5dde6"
_BARS = 10


def reliability_figure(
    hindcast: xr.Dataset, models: Sequence[str], path_or_stream: str | Path | IO[bytes]
) -> None:
    """Draw the reliability of the index above 150 and above 200, and of the quantiles of PM2.5 by lead.

    The grey band is the consistency interval of the first model: a reliable forecast stays in it in nine of
    ten resamples. The bars below show how often the first model forecast each probability.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`, with the index.
        models: names, the one of interest first; five at most are drawn.
        path_or_stream: file to write, its ending says the format; into a stream goes PNG.

    Raises:
        ContractError: when the hindcast is not what is expected.
        InputError: when a model is not in it, or no case counts.
    """
    import matplotlib.pyplot as plt

    shown = list(models)[: len(_COLOURS)]
    with figure_style():
        figure, axes = plt.subplots(1, 3, figsize=(13.2, 5.0), layout="constrained")
        for axis, threshold in zip(axes[:2], THRESHOLDS, strict=True):
            _diagram(axis, [reliability_of(hindcast, model, threshold) for model in shown])
        _quantiles(axes[2], quantile_reliability(hindcast, shown[0]), shown[0])
        ending = Path(path_or_stream).suffix[1:] if isinstance(path_or_stream, str | Path) else "png"
        figure.savefig(path_or_stream, dpi=120, format=ending)
        plt.close(figure)


def _diagram(axis: Any, found: Sequence[Reliability]) -> None:
    first = found[0]
    axis.fill_between(100 * first.forecast, 100 * first.low, 100 * first.high, color=_BAND, lw=0)
    axis.plot([0, 100], [0, 100], color=QUIET, lw=0.8, ls=":")
    for one, colour in zip(found, _COLOURS, strict=False):
        label = f"{one.model}  {one.brier:.3f} = {one.miscalibration:.3f} - {one.discrimination:.3f}"
        axis.plot(100 * one.forecast, 100 * one.observed, color=colour, lw=1.6, label=label)
    height, edges = np.histogram(first.forecast, np.linspace(0, 1, _BARS + 1), weights=first.number)
    axis.bar(100 * edges[:-1] + 5, 16 * height / height.max(), width=8, color=_COLOURS[0], alpha=0.25)
    axis.set(xlim=(0, 100), ylim=(0, 100), aspect="equal")
    axis.set_xlabel(words("预报概率", "forecast probability") + ", %")
    axis.set_ylabel(words("实况频率", "observed frequency") + ", %")
    counts = words(f"{first.cases}例，出现{first.events}次", f"{first.events} of {first.cases} cases")
    axis.set_title(f"AQI > {first.threshold}\n{counts}", fontsize=10.5)
    heading = f"Brier = MCB - DSC + {first.uncertainty:.3f}"
    axis.legend(title=heading, fontsize=8, title_fontsize=8, loc="upper left", frameon=False)


def _quantiles(axis: Any, found: xr.Dataset, model: str) -> None:
    """Share measured below each level less the level, by lead, with the interval at the shortest lead."""
    import matplotlib.pyplot as plt

    levels = found["quantile"].values
    first = found.isel(lead=0)
    low, high = (100 * (first[name].values - levels) for name in ("low", "high"))
    axis.fill_between(100 * levels, low, high, color=_BAND, lw=0)
    axis.axhline(0, color=QUIET, lw=0.8, ls=":")
    colours = plt.get_cmap("viridis_r")(np.linspace(0.1, 1.0, found.sizes["lead"]))
    for number, colour in enumerate(colours):
        of_lead = found.isel(lead=number)
        held = f"  {100 * float(of_lead['inside80']):.0f} %" if "inside80" in found else ""
        deviation = 100 * (of_lead["below"].values - levels)
        axis.plot(100 * levels, deviation, color=colour, lw=1.4, label=f"+{int(of_lead['lead'])} h{held}")
    axis.set_ylim(-20, 12)
    axis.set_xlabel(words("分位数", "level") + ", %")
    axis.set_ylabel(words("实况低于分位数的比例 - 分位数", "share below - level") + ", %")
    axis.set_title(f"PM2.5  {model}\n{words('分位数', 'quantiles')}", fontsize=10.5)
    heading = words("时效  80%区间含实况", "lead, in 80 % interval")
    axis.legend(title=heading, fontsize=8, title_fontsize=8, frameon=False, ncols=2, loc="lower left")
