"""Small files in the layout of UCI data set 501, of air that is simple enough to know."""

from __future__ import annotations

from pathlib import Path

import numpy as np

HEADER = "No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,PRES,DEWP,RAIN,wd,WSPM,station"
STATIONS = ("Dongsi", "Guanyuan", "Shunyi")
_SECTORS = ("N", "E", "S", "W")


def write_files(folder: Path, hours: int, seed: int = 0, stations: tuple[str, ...] = STATIONS) -> Path:
    """One file a station; PM2.5 wanders slowly and every twentieth hour is missing."""
    random = np.random.default_rng(seed)
    times = np.datetime64("2013-03-01T00") + np.arange(hours)
    common = np.exp(4 + 0.8 * _wandering(random, hours, 0.98))
    for station in stations:
        own = np.round(common * np.exp(0.2 * _wandering(random, hours, 0.8)), 1)
        lines = [HEADER]
        for number, (time, value) in enumerate(zip(times.tolist(), own, strict=True), 1):
            fine = "NA" if number % 20 == 7 else f"{value:g}"
            rest = f"{value * 1.5:g},10,40,{value * 12:g},60,{5 - number % 24 / 4:g},1012,-3,0"
            wind = f"{_SECTORS[number % 4]},{1 + number % 3}"
            stamp = f"{time.year},{time.month},{time.day},{time.hour}"
            lines.append(f"{number},{stamp},{fine},{rest},{wind},{station}")
        (folder / f"PRSA_Data_{station}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _wandering(random: np.random.Generator, hours: int, memory: float) -> np.ndarray:
    steps = random.normal(size=hours) * np.sqrt(1 - memory**2)
    values = np.empty(hours)
    last = random.normal()
    for hour, step in enumerate(steps):
        values[hour] = last = memory * last + step
    return values
