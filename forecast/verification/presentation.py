"""Scores as people read them: Markdown tables, Chinese first, for documents and the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forecast.verification.hindcast import FLOOR, MEAN

Record = Mapping[str, Any]

ABSENT = "–"

COLUMNS = (
    "place_chinese", "lead_hours", "pollutant", "model", "n", "mae", "rmse", "bias", "crps", "coverage80",
    "skill_mae",
)  # fmt: skip
"""Columns shown where none are asked for."""

HEADINGS = {
    "place": "地点 place",
    "place_chinese": "地点",
    "place_english": "place",
    "lead_hours": "时效 lead/h",
    "pollutant": "项目 pollutant",
    "model": "模型 model",
    "n": "样本 n",
    "correlation": "相关 r",
    "coverage80": "80%区间 coverage",
    "level_hit": "级别准确率 level hit",
    "primary_hit": "首要污染物准确率 primary hit",
    "range_hit": "范围准确率 range hit",
    "skill_mae": "技巧 skill",
    "skill_mae_low": "下限 low",
    "skill_mae_high": "上限 high",
    "places": "地点数 places",
    "places_better": "更好 better",
}
"""Headings of columns; others stand under the name of the score in capitals."""

_SHARES = (
    "coverage80",
    "skill_mae",
    "level_hit",
    "primary_hit",
    "range_hit",
    "csi",
    "pod",
    "far",
    "correlation",
)
_FEWEST_DASHES = 3


def verify_against_persistence(table: Iterable[Record]) -> list[dict[str, Any]]:
    """Mean skill over the places by pollutant, lead and model, from the records of `score_table`.

    Returns:
        Records with `pollutant`, `lead_hours`, `model`, `n`, `skill_mae` and its interval `skill_mae_low`,
        `skill_mae_high` (95 %), `places` judged and `places_better`, those at which the mean absolute error
        is smaller than that of persistence. Persistence itself is left out.
    """
    records = list(table)
    key = ("pollutant", "lead_hours", "model")
    kept = (*key, "n", "skill_mae", "skill_mae_low", "skill_mae_high")
    skills: dict[tuple[Any, ...], list[float]] = {}
    for record in records:
        if record["place"] != MEAN and record["skill_mae"] is not None:
            skills.setdefault(tuple(record[name] for name in key), []).append(record["skill_mae"])
    summary = []
    for record in records:
        if record["place"] == MEAN and record["model"] != FLOOR:
            at_places = skills.get(tuple(record[name] for name in key), [])
            better = sum(skill > 0 for skill in at_places)
            summary.append(
                {**{k: record[k] for k in kept}, "places": len(at_places), "places_better": better}
            )
    return sorted(summary, key=lambda r: (r["pollutant"], r["model"], r["lead_hours"]))


def format_table(
    records: Iterable[Record],
    columns: Sequence[str] = COLUMNS,
    headings: Mapping[str, str] = HEADINGS,
) -> str:
    """A Markdown table of records, aligned so that it can be read in a terminal as well.

    Args:
        records: such as those of `score_table` or `verify_against_persistence`.
        columns: keys to show, in order; a key that a record lacks shows as absent.
        headings: heading of a column; one without is shown under its key in capitals.

    Returns:
        Lines joined by newlines, with one at the end.
    """
    rows = [[_shown(record.get(column), column) for column in columns] for record in records]
    head = [headings.get(column, column.upper()) for column in columns]
    return _markdown(head, rows, [_is_text(column) for column in columns])


def format_by_lead(
    records: Iterable[Record], score: str = "mae", *, pollutant: str = "pm25", place: str = MEAN
) -> str:
    """A Markdown table of one score: a row for each model, a column for each lead.

    Args:
        records: from `score_table`.
        score: key of the score.
        pollutant: pollutant, or `aqi`.
        place: id of the place, or `mean`.
    """
    chosen = [r for r in records if r["pollutant"] == pollutant and r["place"] == place]
    leads = sorted({r["lead_hours"] for r in chosen})
    cells = {(r["model"], r["lead_hours"]): r.get(score) for r in chosen}
    models = list(dict.fromkeys(r["model"] for r in chosen))
    head = [f"{score.upper()} {pollutant}", *(f"+{lead} h" for lead in leads)]
    rows = [[model, *(_shown(cells.get((model, lead)), score) for lead in leads)] for model in models]
    return _markdown(head, rows, [True, *(False for _ in leads)])


def _is_text(column: str) -> bool:
    return column in ("place", "place_chinese", "place_english", "pollutant", "model")


def _shown(value: Any, column: str) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, float):
        decimals = 2 if column.startswith(_SHARES) else 1
        return f"{round(value, decimals) + 0.0:.{decimals}f}"
    return str(value).replace("|", "\\|")


def _markdown(head: list[str], rows: list[list[str]], is_text: list[bool]) -> str:
    columns = list(zip(head, *rows, strict=True))
    widths = [max(_FEWEST_DASHES, *map(_width, column)) for column in columns]
    rule = [
        "-" * width if text else "-" * (width - 1) + ":" for width, text in zip(widths, is_text, strict=True)
    ]
    lines = [
        [_padded(*cell) for cell in zip(row, widths, is_text, strict=True)] for row in (head, rule, *rows)
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _padded(text: str, width: int, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text


def _width(text: str) -> int:
    """Columns in a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
