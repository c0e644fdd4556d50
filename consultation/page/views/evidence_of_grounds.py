"""Evidence of origin, and what the conclusion rests on."""

from __future__ import annotations

from typing import Any

from consultation.page.faults import AbsentError
from consultation.page.views.evidence import Finding, Subject, column
from consultation.page.views.sources import matrix

__all__ = ["grounds", "origin"]

_MODEL = {"chinese": "模型", "english": "Model"}
_INPUT = {"chinese": "输入文件", "english": "Input file"}
_LACK = {"chinese": "降级", "english": "Degradation"}
_INVENTORY = "emissions"
_PUBLISHED = "published"
_PARTS = {
    "day": ("各地逐日预报", "Days of places"), "region": ("区域逐日预报", "Days of regions"),
    "hour": ("逐小时预报", "Hours of places"), "physical": ("数值模式", "Transport model"),
    _INVENTORY: ("排放清单", "Inventory"),
}  # fmt: skip
_MADE_WITH = {
    _PUBLISHED: ("统计组合预报", "statistical combination"),
    "tagged transport model": ("带来源标记的大气输送模式", "transport model that carries sources as tags"),
}
_ROLES = {
    "observations": ("监测", "Measurements"), "weather": ("气象", "Weather"),
    _INVENTORY: ("排放", "Emissions"),
}  # fmt: skip


def origin(subject: Subject) -> Finding:
    """How near the sources of PM2.5 of the region are."""
    found = matrix(subject.library, subject.run, {"pollutant": "pm25", "by": "nearness", "day": None})
    row = next((one for one in found.rows if one.id == subject.region), None)
    if row is None:
        raise AbsentError("没有本区域的来源贡献", "No contributions to this region")
    rows: tuple[dict[str, Any], ...] = tuple(
        {"name": {"chinese": name.chinese, "english": name.english}, "value": value, "percent": share}
        for name, value, share in zip(found.columns, row.values, row.percent, strict=True)
    )
    columns = (
        column("name", "来源", "Source"), column("value", "平均贡献", "Mean contribution", found.unit),
        column("percent", "占比", "Share", "%"),
    )  # fmt: skip
    largest = max(rows, key=lambda one: one["value"] or 0.0)
    return Finding(
        f"最大来源类别：{largest['name']['chinese']}，{largest['percent'] or 0:.0f}%",
        f"Largest: {largest['name']['english']}, {largest['percent'] or 0:.0f} %", columns, rows,
    )  # fmt: skip


def grounds(subject: Subject) -> Finding:
    """What the conclusion rests on: models, inputs, and what the run had to do without."""
    manifest = subject.run.manifest
    rows = [_row(_MODEL, *_of_model(name, told)) for name, told in manifest.models.items()]
    rows += [_row(_INPUT, *_of_input(one.role, one.path)) for one in manifest.inputs]
    rows += [_row(_LACK, one.chinese, one.english) for one in manifest.degradations]
    lacks = len(manifest.degradations)
    return Finding(
        f"{len(manifest.models)}个模型，{len(manifest.inputs)}个输入文件，{lacks}项降级",
        f"{len(manifest.models)} models, {len(manifest.inputs)} input files, {lacks} degradations",
        (column("kind", "类别", "Kind"), column("name", "内容", "What")), tuple(rows),
    )  # fmt: skip


def _row(kind: dict[str, str], chinese: str, english: str) -> dict[str, Any]:
    return {"kind": kind, "name": {"chinese": chinese, "english": english}}


def _of_model(part: str, made_with: str) -> tuple[str, str]:
    """Which part of the run, and what made it; names of learned models are left as they are."""
    chinese, english = _PARTS.get(part, (part, part))
    combined, _, learned = made_with.partition(" with ")
    told = _inventory(made_with) if part == _INVENTORY else _MADE_WITH.get(combined, (combined, combined))
    also = (f"，含学习模型 {learned}", f" with {learned}") if learned else ("", "")
    return f"{chinese}：{told[0]}{also[0]}", f"{english}: {told[1]}{also[1]}"


def _inventory(told: str) -> tuple[str, str]:
    """Title and version of an inventory; a title of both languages is written Chinese first, then a space."""
    title, _, version = told.rpartition(" ")
    chinese, _, english = title.partition(" ")
    if chinese.isascii() or not english:
        chinese = english = title
    return f"{chinese}，版本 {version}", f"{english}, version {version}"


def _of_input(role: str, path: str) -> tuple[str, str]:
    chinese, english = _ROLES.get(role, (role, role))
    file = path.rsplit("/", 1)[-1]
    return f"{chinese}：{file}", f"{english}: {file}"
