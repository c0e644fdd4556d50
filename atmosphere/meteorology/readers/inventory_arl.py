"""What an ARL-packed file holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from atmosphere.meteorology.readers.arl import mapped, read_indices, record_places, unpacked
from atmosphere.meteorology.readers.arl_grid import window
from atmosphere.meteorology.readers.arl_records import Index
from atmosphere.meteorology.readers.inventory import Holding, Inventory

_VERTICAL = {1: "sigma", 2: "pressure", 3: "height", 4: "hybrid"}
_STANDARD_HPA = 1013.25

_WORDS = {
    "UWND": ("wind along x", "m s-1"), "VWND": ("wind along y", "m s-1"),
    "WWND": ("omega", "hPa s-1"), "TEMP": ("temperature", "K"),
    "SPHU": ("specific humidity", "kg kg-1"), "RELH": ("relative humidity", "%"),
    "HGTS": ("geopotential height", "m"), "DZDT": ("vertical wind", "m s-1"),
    "PRES": ("pressure", "hPa"), "PRSS": ("surface pressure", "hPa"),
    "MSLP": ("sea-level pressure", "hPa"), "SHGT": ("height of ground", "m"),
    "T02M": ("temperature at 2 m", "K"), "U10M": ("10 m wind along x", "m s-1"),
    "RH2M": ("humidity at 2 m", "%"), "V10M": ("10 m wind along y", "m s-1"),
    "PBLH": ("boundary-layer height", "m"), "USTR": ("u*", "m s-1"),
    "SHTF": ("sensible heat flux", "W m-2"), "HFLX": ("sensible heat flux", "W m-2"),
    "EXCO": ("exchange coeff.", ""), "TPPT": ("12 h precipitation", "m"),
    "TPP6": ("6 h precipitation", "m"), "TPP3": ("3 h precipitation", "m"),
    "TPP1": ("1 h precipitation", "m"), "DSWF": ("downward shortwave", "W m-2"),
    "TCLD": ("cloud cover", "%"),
}  # fmt: skip


def inventory_arl(files: Sequence[Path]) -> Inventory:
    """Go through all records of ARL-packed files.

    Raises:
        InputError: when a file is no ARL file, cut off or damaged.
    """
    holdings: dict[tuple[str, bool], Holding] = {}
    indices: list[Index] = []
    for path in files:
        content = mapped(path)
        own = read_indices(content, path)
        indices += own
        for index in own:
            for (name, level), place in record_places(index).items():
                key = (name, level > 0)
                words, units = _WORDS.get(name, ("", ""))
                holding = holdings.setdefault(key, Holding(name, words, units))
                holding.add(unpacked(content, index, place, name, path))
                if level and (text := f"{index.levels[level][0]:g}") not in holding.levels:
                    holding.levels.append(text)
            for name, above in {(name, level > 0) for name, level in record_places(index)}:
                holdings[name, above].times += 1
    return _summary(indices, list(holdings.values()), files[0])


def _summary(indices: list[Index], holdings: list[Holding], path: Path) -> Inventory:
    first = indices[0]
    run = first.time - np.timedelta64(max(first.forecast_hour, 0), "h")
    mesh = window(first, None, path).mesh
    numbers = [value for value, _ in first.levels[1:]]
    vertical = _VERTICAL.get(first.vertical, f"type {first.vertical}")
    pressures = {1: [value * _STANDARD_HPA for value in numbers], 2: numbers}.get(first.vertical, [])
    on_map = first.numbers[4] > 0
    return Inventory(
        "ARL packed", first.model, np.array([run]), np.array([index.time for index in indices]),
        (float(mesh.lon.min()), float(mesh.lon.max()), float(mesh.lat.min()), float(mesh.lat.max())),
        (first.columns, first.rows),
        (float(np.diff(mesh.x).mean()), float(np.diff(mesh.y).mean())),
        "m" if on_map else "degree", mesh.crs, [round(value, 1) for value in pressures], vertical, holdings,
    )  # fmt: skip
