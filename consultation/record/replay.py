"""The states of all warnings, replayed row by row: what the triggers refuse is also found afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from consultation.record.transitions import DRAFTS, LEGAL, NONE, RELEASED, TWO_PERSONS_FROM


@dataclass
class _Course:
    step: int = 0
    state: str = NONE
    level: int = 0
    actor: str = ""
    issued: bool = False
    released_level: int = 0


@dataclass
class Replay:
    """Where every warning stands after the rows seen so far."""

    courses: dict[str, _Course] = field(default_factory=dict)

    def fault(self, row: dict[str, Any]) -> tuple[str, str] | None:
        """Take one more row; what is wrong with it in Chinese and in English, None when nothing is."""
        if row["kind"] != "warning":
            return None
        course = self.courses.setdefault(row["subject"], _Course())
        told = _fault(course, row)
        course.step, course.state, course.level = row["step"], row["after"], row["level"]
        course.actor = row["actor"]
        if row["after"] in RELEASED:
            course.issued, course.released_level = True, row["level"]
        return told


def _fault(course: _Course, row: dict[str, Any]) -> tuple[str, str] | None:
    """The rules of the triggers, once more in Python; they are told apart by what they say."""
    after, level = row["after"], row["level"]
    if row["step"] != course.step + 1 or row["before"] != course.state:
        return "预警状态不连续", "a warning: a step is left out"
    if (row["before"], after, int(course.issued)) not in LEGAL:
        return f"预警不能由{row['before']}变为{after}", f"a warning: {after} may not follow {row['before']}"
    if after not in DRAFTS and level != course.level:
        return "预警级别未经编辑而改变", "a warning: only a draft changes the level"
    if after in ("updated", "downgraded") and (after == "downgraded") != (level < course.released_level):
        return "更新不得降级，降级必须降低", "a warning: an update is not milder, a downgrade is"
    if after == "approved" and level >= TWO_PERSONS_FROM and row["actor"] == course.actor:
        return "橙色、红色预警须两人", "a warning: orange and red need two persons"
    return None
