"""Evidence of origin, and what the conclusion rests on."""

from __future__ import annotations

from typing import Any

from consultation.page.faults import AbsentError
from consultation.page.views.evidence import Finding, Subject, column
from consultation.page.views.sources import matrix

__all__ = ["grounds", "origin"]


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
    rows = [_row("model", f"{name}：{told}", f"{name}: {told}") for name, told in manifest.models.items()]
    rows += [
        _row("input", f"{one.role}：{_file(one.path)}", f"{one.role}: {_file(one.path)}")
        for one in manifest.inputs
    ]
    rows += [_row(one.code, one.chinese, one.english) for one in manifest.degradations]
    lacks = len(manifest.degradations)
    return Finding(
        f"{len(manifest.models)}个模型，{len(manifest.inputs)}个输入文件，{lacks}项降级",
        f"{len(manifest.models)} models, {len(manifest.inputs)} input files, {lacks} degradations",
        (column("kind", "类别", "Kind"), column("name", "内容", "What")), tuple(rows),
    )  # fmt: skip


def _row(kind: str, chinese: str, english: str) -> dict[str, Any]:
    return {"kind": kind, "name": {"chinese": chinese, "english": english}}


def _file(path: str) -> str:
    return path.rsplit("/", 1)[-1]
