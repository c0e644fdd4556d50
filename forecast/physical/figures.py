"""A figure of an episode: where the pollution lies, and how much of it comes from which source."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from atmosphere.meteorology.figures.lettering import figure_style, words
from foundation.places import gazetteer
from foundation.units import to_display

__all__ = ["draw_episode"]

_SHOWN = ("urumqi", "changji", "shihezi", "kuitun", "karamay")
_SECTORS = {
    "industry_power": ("工业与电力", "industry, power"), "heating_coal": ("供热与散煤", "heating, coal"),
    "transport": ("交通", "transport"), "fugitive_other": ("扬尘与其他", "fugitive, other"),
    "boundary": ("区域外", "outside"), "initial": ("初始场", "initial state"),
}  # fmt: skip
_LEVELS = (0, 15, 35, 60, 85, 115, 150, 200, 250, 350)


def draw_episode(
    fields: xr.Dataset, contributions: xr.Dataset, path: str | Path, place: str = "urumqi"
) -> None:
    """Mean PM2.5 near the ground on the worst day at a place, and its contributions there hour by hour.

    Args:
        fields: keeps `FIELDS`.
        contributions: keeps `CONTRIBUTIONS`, hourly, with `sector` on its sources.
        path: file to write; its ending says the format.
        place: id of the place.
    """
    import matplotlib.pyplot as plt

    with figure_style():
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(12.0, 3.9), layout="constrained", width_ratios=(1.15, 1)
        )
        parts = _parts(contributions, place)
        total = parts.sum("sector")
        worst = int(total.rolling(lead_time=24).mean().argmax("lead_time"))
        _map(figure, left, fields.isel(lead_time=slice(worst - 23, worst + 1)))
        _bands(right, parts, gazetteer().place(place).chinese)
        if contributions.attrs.get("synthetic"):
            figure.suptitle(
                words("合成数据", "SYNTHETIC"), color="#b00020", x=0.995, ha="right", fontsize=10.5
            )
        figure.savefig(path, dpi=120)
        plt.close(figure)


def _parts(contributions: xr.Dataset, place: str) -> xr.DataArray:
    """µg m-3 by sector, (lead_time, sector)."""
    chosen = contributions["contribution"].isel(reference_time=0).sel(place=place, pollutant="pm25")
    shown = chosen.copy(data=to_display(chosen.values, "pm25"))
    return shown.groupby("sector").sum("source")


def _map(figure: Any, axis: Any, day: xr.Dataset) -> None:
    mean = day["concentration"].sel(species="pm25").mean("lead_time")
    values = to_display(mean.values, "pm25")
    filled = axis.contourf(mean["x"], mean["y"], values, levels=_LEVELS, cmap="YlOrBr", extend="max")
    for name in _SHOWN:
        known = gazetteer().place(name)
        axis.plot(known.lon, known.lat, "k.", markersize=4)
        name_shown = words(known.chinese, "").strip() or known.english
        axis.annotate(name_shown, (known.lon, known.lat), (4, 4), textcoords="offset points")
    axis.set_aspect(1 / np.cos(np.deg2rad(float(mean["y"].mean()))))
    axis.set_title(words("PM2.5最重一日平均", "mean of the worst day"))
    figure.colorbar(filled, ax=axis, shrink=0.85, label="µg m$^{-3}$")


def _bands(axis: Any, parts: xr.DataArray, place: str) -> None:
    hours = parts["lead_time"].values / np.timedelta64(1, "h")
    known = [sector for sector in _SECTORS if sector in parts["sector"].values]
    others = [sector for sector in parts["sector"].values if sector not in _SECTORS]
    ordered = parts.sel(sector=known + others).transpose("sector", "lead_time")
    labels = [words(*_SECTORS[sector]) for sector in known] + [str(sector) for sector in others]
    axis.stackplot(hours, ordered.values, labels=labels)
    axis.set_xlim(0, float(hours[-1]))
    axis.set_xticks(np.arange(0, hours[-1] + 1, 24))
    axis.set_xlabel(words("预报时效（小时）", "lead time, h"))
    axis.set_ylabel("µg m$^{-3}$")
    axis.set_title(f"{words(place, 'Urumqi' if place == '乌鲁木齐' else '')} PM2.5")
    axis.legend(frameon=False, fontsize=8.5, loc="upper left", bbox_to_anchor=(1.0, 1.0), reverse=True)


if __name__ == "__main__":
    run = Path(sys.argv[1])
    shares = xr.open_dataset(run / "tags.nc", engine="netcdf4")
    draw_episode(xr.open_zarr(run / "fields.zarr"), shares, sys.argv[2])
