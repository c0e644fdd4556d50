"""The description of a weather file as people read it: Chinese first, English beside it."""

from __future__ import annotations

from typing import Any

_PURPOSES = {
    "upward_air_velocity": "垂直运动 vertical motion",
    "specific_humidity": "湿度：化学与湿清除 humidity: chemistry, wet removal",
    "cloud_water": "云水：云中化学与清除 cloud water: chemistry and removal in cloud",
    "surface_height": "地形高度 height of the ground",
    "surface_pressure": "地面气压：空气质量 surface pressure: mass of air",
    "eastward_wind_10m": "10米东西风 eastward wind at 10 m: dust, deposition",
    "northward_wind_10m": "10米南北风 northward wind at 10 m: dust, deposition",
    "air_temperature_2m": "2米气温 temperature at 2 m: stability",
    "dew_point_2m": "2米露点 dew point at 2 m: fog, chemistry",
    "boundary_layer_height": "混合层高度：垂直扩散 mixing height: vertical mixing",
    "friction_velocity": "摩擦速度：起沙与干沉降 friction velocity: dust, deposition",
    "sensible_heat_flux": "感热通量：垂直扩散 sensible heat flux: vertical mixing",
    "precipitation_rate": "降水：湿清除 precipitation: wet removal",
    "snow_depth": "积雪：起沙 snow: dust",
    "soil_moisture": "土壤湿度：起沙 soil moisture: dust",
    "cloud_area_fraction": "云量：光化学 cloud cover: photochemistry",
    "surface_downwelling_shortwave_flux": "短波辐射：光化学 shortwave radiation: photochemistry",
}


def variable_chinese(name: str) -> str:
    """What a variable of the weather is called in Chinese: `云水`; its name where there is no word for it."""
    return _PURPOSES[name].partition(" ")[0].partition("：")[0] if name in _PURPOSES else name


def lines_of(document: dict[str, Any]) -> list[str]:
    """Lines for people of what `describe` found."""
    if "transport" not in document:
        return _reports(document)
    times, grid, area = document["valid_times"], document["grid"], document["area_deg"]
    levels = document["levels"]
    pressures = ", ".join(f"{value:g}" for value in levels["pressure_hpa"]) or "无 none"
    steps = ", ".join(f"{step:g}" for step in times["steps_hours"]) or "-"
    found = [
        f"文件 File          {document['file']}（{document['files']} 个 files）",
        f"类型 Kind          {document['kind']}",
        f"来源 Source        {document['source']}",
        f"起报 Reference     {_listed(document['reference_times_utc'])}",
        f"时次 Valid times   {times['count']} 个，间隔 step {steps} h",
        f"  北京时 Beijing   {times['first_beijing']} — {times['last_beijing']}",
        f"  世界时 UTC       {times['first_utc']} — {times['last_utc']}",
    ]
    if not times["in_order"]:
        found.append("  注意：时次重复或乱序 Mind: times repeat or are out of order")
    if area:
        found.append(
            f"范围 Area          {area['west']:g}°—{area['east']:g}°E，{area['south']:g}°—{area['north']:g}°N"
        )
    found += [
        f"网格 Grid          {grid['columns']} x {grid['rows']}，格距 step {_step(grid)}",
        f"投影 Projection    {grid['projection']}",
        f"层次 Levels        {levels['count']} 层 {levels['vertical']}，hPa：{pressures}",
        "",
        *_table(document["variables"]),
        "",
        *_transport(document["transport"]),
    ]
    return found


def _step(grid: dict[str, Any]) -> str:
    if grid["step_x"] is None:
        return "-"
    unit = "°" if grid["step_units"] == "degree" else " m"
    return f"{grid['step_x']:g}{unit} x {grid['step_y']:g}{unit}"


def _listed(texts: list[str]) -> str:
    if not texts:
        return "-"
    return ", ".join(texts) if len(texts) <= 4 else f"{texts[0]} … {texts[-1]}（{len(texts)}）"


def _table(variables: list[dict[str, Any]]) -> list[str]:
    head = f"{'变量 Variable':<18}{'单位 Units':<15}{'层 Lev':>6}{'时 T':>6}"
    found = [f"{head}{'最小 Min':>13}{'平均 Mean':>13}{'最大 Max':>13}{'缺测 Miss':>10}"]
    for held in variables:
        numbers = "".join(f"{_number(held[key]):>14}" for key in ("minimum", "mean", "maximum"))
        found.append(
            f"{held['name'][:19]:<20}{held['units'][:16]:<17}{len(held['levels']) or '-':>6}"
            f"{held['times']:>6}{numbers}{held['missing_share']:>10.1%}"
        )
    return found


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.5g}"


def _transport(found: dict[str, Any]) -> list[str]:
    if not found["usable"]:
        return [f"传输模式：不可用 Transport model: cannot run on it: {found['reason']}"]
    lines = [f"传输模式：可用，有 {len(found['found'])} 个变量 Transport model: can run on it"]
    lines += [f"  缺 Missing: {name}（{_PURPOSES.get(name, '')}）" for name in found["missing_optional"]]
    lines += [f"  说明 Note: {note}" for note in found["notes"]]
    return lines


def _reports(document: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, value in document.items():
        if isinstance(value, dict):
            lines.append(name)
            lines += [f"  {key:26} {inner}" for key, inner in value.items()]
        elif isinstance(value, list):
            lines.append(f"{name} ({len(value)})")
            lines += [f"  {item}" for item in value[:40]]
        else:
            lines.append(f"{name:18} {value}")
    return lines
