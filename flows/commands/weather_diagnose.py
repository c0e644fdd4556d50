"""`bogda weather diagnose`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from flows.figure_request import refuse_figure
from flows.output import print_json, print_line
from foundation.constants import ZERO_CELSIUS
from foundation.errors import InputError
from foundation.times import iso_utc, parse_reference_time, shown

_NEAR_KM = 50.0


def run(
    path: str, lon: float, lat: float, time: str | None = None, figure: str | None = None, *, as_json: bool
) -> None:
    """Diagnose the air above a point and print what it says of dispersion.

    Args:
        path: a gridded weather file or folder, or TEMP BUFR (the nearest sounding within 50 km).
        lon: degrees east.
        lat: degrees north.
        time: valid time as people write it (Beijing time unless it names an offset); None for the first.
        figure: PNG, SVG or PDF file for the skew-T diagram; None for none.
        as_json: print JSON.

    Raises:
        BogdaError: when the file, the point, the time or the figure's name is not as expected.
    """
    if figure is not None:
        refuse_figure(Path(figure))
    document, diagnosis = diagnosed(path, lon, lat, time)
    if figure is not None:
        from atmosphere.meteorology.figures.skew_t import draw_skew_t

        draw_skew_t(diagnosis, figure, _place(lon, lat) or str(document["station"] or ""))
        document["figure"] = figure
    if as_json:
        print_json(document)
    else:
        _print(document)


def diagnosed(path: str, lon: float, lat: float, time: str | None) -> tuple[dict[str, Any], Any]:
    """The document that the command prints, and the diagnosis itself."""
    import pyproj  # noqa: F401 - before any reader loads ecCodes, which brings another PROJ

    from atmosphere.meteorology.diagnostics.bilinear import refuse_swapped
    from atmosphere.meteorology.diagnostics.diagnosis import diagnose, document
    from atmosphere.meteorology.point_reports import is_point_report

    refuse_swapped(lon, lat)
    moment = None if time is None else parse_reference_time(time)
    of_soundings = Path(path).is_file() and is_point_report(path)
    profile, times, distance = (_sounding if of_soundings else _gridded)(path, lon, lat, moment)
    diagnosis = diagnose(profile)
    head = {
        "file": path, "source": profile.source, "kind": "sounding" if of_soundings else "grid",
        "lon_deg": lon, "lat_deg": lat, "time_utc": iso_utc(profile.time),
        "time_beijing": shown(profile.time), "times_in_file_utc": [iso_utc(value) for value in times],
        "station": profile.station or None, "distance_km": distance,
    }  # fmt: skip
    return {**head, **document(diagnosis)}, diagnosis


def _sounding(
    path: str, lon: float, lat: float, moment: np.datetime64 | None
) -> tuple[Any, np.ndarray, float | None]:
    from atmosphere.meteorology.diagnostics.profile_of_sounding import (
        distance_km,
        nearest_sounding,
        profile_of_sounding,
    )
    from atmosphere.meteorology.point_reports import read_soundings

    soundings = read_soundings(path)
    profile = profile_of_sounding(soundings, nearest_sounding(soundings, lon, lat, moment, _NEAR_KM))
    far = distance_km(lon, lat, np.array([profile.lon]), np.array([profile.lat]))[0]
    return profile, np.unique(soundings["time"].values), round(float(far), 1)


def _gridded(
    path: str, lon: float, lat: float, moment: np.datetime64 | None
) -> tuple[Any, np.ndarray, float | None]:
    from atmosphere.meteorology.diagnostics.profile_of_grid import profile_of_grid
    from atmosphere.meteorology.reading import read_weather

    weather = read_weather(path)
    try:
        return profile_of_grid(weather, lon, lat, moment), weather["time"].values, None
    except InputError as error:
        raise InputError(error.what, where=path, remedy=error.remedy) from error


def _place(lon: float, lat: float) -> str:
    """Chinese and English name of a place of the gazetteer within about 20 km; empty when there is none."""
    from foundation.places import gazetteer

    def far(place: Any) -> float:
        return float(np.hypot((place.lon - lon) * np.cos(np.deg2rad(lat)), place.lat - lat))

    nearest = min(gazetteer().places, key=far)
    return f"{nearest.chinese} {nearest.english}" if far(nearest) < 0.2 else ""


def _print(document: dict[str, Any]) -> None:
    for chinese, english, text in _lines(document):
        print_line(f"{chinese}  {english:16} {text}")


def _lines(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    low, grade = document["lowest_point"], document["dispersion"]
    station = (
        f"，站 station {document['station']}，{document['distance_km']} km" if document["station"] else ""
    )
    lines = [
        ("地点　　", "point", f"{document['lon_deg']}°E {document['lat_deg']}°N{station}"),
        ("时间　　", "time", f"{document['time_beijing']} 北京时 Beijing time（{document['time_utc']}）"),
        ("最低点　", "lowest point", _of_lowest(low)),
    ]
    lines += [("逆温　　", "inversion", _of_inversion(layer)) for layer in document["inversions"]]
    if not document["inversions"]:
        lines.append(("逆温　　", "inversion", "无 none"))
    mixing, air, steady = document["mixing_height"], document["ventilation"], document["stability"]
    if mixing:
        other = mixing["bulk_richardson_m"] if mixing["method"] == "model" else None
        beside = f"；理查森数法 bulk Richardson {other} m" if other is not None else ""
        method = "模式 model" if mixing["method"] == "model" else "理查森数法 bulk Richardson number"
        lines.append(("混合层　", "mixing height", f"{mixing['height_m']} m（{method}{beside}）"))
    if air:
        text = f"{air['index_m2_s']} m²/s，平均风速 mean wind {air['mean_wind_m_s']} m/s"
        lines.append(("通风量　", "ventilation", text))
    gradient = steady["temperature_gradient_k_per_100m"]
    coarse = "（层厚，仅供参考 coarse layer）" if steady["pasquill_from_a_coarse_layer"] else ""
    lines.append(("稳定度　", "stability", f"{steady['pasquill_class']}，{gradient} K/100 m{coarse}"))
    if grade:
        proof = "" if grade["verified"] else "（阈值未核实 thresholds not verified）"
        text = f"{grade['grade']}级（共6级） {grade['chinese']} {grade['english']}{proof}"
        lines.append(("扩散条件", "dispersion", text))
    lines += [("说明　　", "remark", f"{r['chinese']} {r['english']}") for r in document["remarks"]]
    lines += [("缺　　　", "unavailable", f"{u['what']}: {u['why']}") for u in document["unavailable"]]
    if "figure" in document:
        lines.append(("图　　　", "figure", document["figure"]))
    return lines


def _of_lowest(low: dict[str, Any]) -> str:
    parts = [f"{low['pressure_hpa']} hPa", f"{low['temperature_k'] - ZERO_CELSIUS:.1f} °C"]
    if low["wind_speed_m_s"] is not None:
        parts.append(f"风 wind {low['wind_speed_m_s']} m/s")
    if low["relative_humidity_percent"] is not None:
        parts.append(f"湿度 RH {low['relative_humidity_percent']:.0f}%")
    return "，".join(parts)


def _of_inversion(layer: dict[str, Any]) -> str:
    kind = "贴地 surface-based" if layer["type"] == "surface-based" else "悬浮 lifted"
    return (
        f"{kind}，+{layer['strength_k']} K，{layer['base_height_m']:.0f} 至 {layer['top_height_m']:.0f} m"
        f"（{layer['base_pressure_hpa']} 至 {layer['top_pressure_hpa']} hPa）"
    )
