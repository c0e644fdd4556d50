"""What people changed in the forecast, beside what the model says."""

from __future__ import annotations

from consultation.bulletin.tables import place_names
from consultation.by_hand import HandChange, Stated
from consultation.documents.forecast_part import CHANGED, chinese_day, plain_label
from consultation.documents.parts import Line, Part, Table, TableCell
from consultation.run_folder import RunFolder
from standards.levels import levels

_HEADS = (("地点", "日期", "模式预报", "人工订正", "订正人与时间\n（北京时）", "理由"),)
_WIDTHS = (1.15, 1.45, 1.9, 1.9, 2.4, 3.1)


def change_parts(run: RunFolder) -> tuple[Part, ...]:
    """A sentence and a table of the changes; nothing where there are none."""
    if not run.changes:
        return ()
    told = Line(
        f"表中带“{CHANGED}”的为会商人员的人工订正，共{len(run.changes)}处；模式预报值并列如下。"
        "订正的是AQI范围、级别和首要污染物；浓度与概率仍为模式值。"
    )
    rows = tuple(_row(one) for one in run.changes)
    return told, Table("人工订正与模式预报", _HEADS, rows, _WIDTHS)


def _row(one: HandChange) -> tuple[TableCell, ...]:
    moved = "（订正后模式值已更新）" if one.model_moved else ""
    return (
        TableCell(place_names(one.place).chinese), TableCell(chinese_day(one.day)),
        TableCell(_words(one.model) + moved), TableCell(_words(one.human), bold=True),
        TableCell(f"{one.chinese_by}\n{one.at}"), TableCell(one.reason),
    )  # fmt: skip


def _words(said: Stated) -> str:
    """Range, category and primary pollutants in short."""
    if not said.level:
        return "无预报"
    category = levels()[said.level - 1].category
    primary = "、".join(plain_label(name) for name in said.primary)
    return f"AQI {said.range_label}\n{category}" + (f" {primary}" if primary else "")
