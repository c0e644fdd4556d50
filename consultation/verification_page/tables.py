"""The tables of the page as rows of plain text, so that the template only lays them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from consultation.verification_page.lookup import INDEX, Lead, Scores, number, percent, skill_of

_THRESHOLDS = (150, 200)
_METRICS = (
    ("n", "样本", "cases", 0), ("mae", "平均绝对误差", "MAE", 1), ("rmse", "均方根误差", "RMSE", 1),
    ("bias", "偏差（预报-实测）", "bias", 1), ("correlation", "相关系数", "correlation", 2),
    ("crps", "连续分级概率评分", "CRPS", 1), ("coverage80", "80%区间包含率", "80 % interval holds", -1),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        chinese: its heading.
        english: the same in English.
        cells: text, small text below it, and a class: `good`, `bad` or none.
        colour: of the model, if it is one.
    """

    chinese: str
    english: str
    cells: list[tuple[str, str, str]]
    colour: str = ""


def by_lead(scores: Scores) -> list[Row]:
    """Error of each model by lead, and its skill against the baseline."""
    return [
        Row(
            _marked(model, 0), _marked(model, 1),
            [_error_cell(scores.of(lead, model["id"]), scores) for lead in scores.leads], model["colour"],
        )
        for model in scores.models
    ]  # fmt: skip


def _marked(model: dict[str, Any], language: int) -> str:
    name: str = model["english" if language else "chinese"]
    return name + (("（完美天气）", " (perfect weather)")[language] if model["perfect_weather"] else "")


def _error_cell(record: dict[str, Any] | None, scores: Scores) -> tuple[str, str, str]:
    if record is None:
        return "—", "", ""
    skill = skill_of(record, scores.document["baseline"])
    return number(record["mae"]), _interval(skill), _class(skill)


def _interval(skill: dict[str, float] | None) -> str:
    if skill is None:
        return ""
    return f"{skill['value']:+.0f}%（{number(skill['low'], 0)}~{number(skill['high'], 0)}）"


def _class(skill: dict[str, float] | None) -> str:
    """Good or bad only where the interval leaves out zero."""
    if skill is None or skill["low"] <= 0 <= skill["high"]:
        return ""
    return "good" if skill["low"] > 0 else "bad"


def metrics(scores: Scores) -> list[Row]:
    """All scores of the model that the page speaks of, by lead."""
    subject = scores.document["subject"]
    rows = []
    for key, chinese, english, decimals in _METRICS:
        values = [(scores.of(lead, subject) or {}).get(key) for lead in scores.leads]
        cells = [percent(value) if decimals < 0 else number(value, decimals) for value in values]
        rows.append(Row(chinese, english, [(cell, "", "") for cell in cells]))
    return rows


def by_stratum(scores: Scores, kind: str) -> list[Row]:
    """Strata of a kind: cases, then at some leads error and skill, then bias and coverage of the first."""
    subject, first = scores.document["subject"], scores.few_leads[0]
    rows = []
    for one in scores.strata(kind):
        stratum = (kind, one["id"])
        near = scores.of(first, subject, stratum)
        if near is None:
            continue
        cells = [(str(near["n"]), "", "")]
        cells += [_error_cell(scores.of(lead, subject, stratum), scores) for lead in scores.few_leads]
        cells += [(number(near["bias"]), "", ""), (percent(near["coverage80"]), "", "")]
        rows.append(Row(one["chinese"], one["english"], cells))
    return rows


def seasons_by_model(scores: Scores) -> list[tuple[dict[str, Any], list[Row]]]:
    """Every season with the error of every model at every lead."""
    found = []
    for season in scores.strata("season"):
        stratum = ("season", season["id"])
        rows = [
            Row(
                _marked(model, 0), _marked(model, 1),
                [_error_cell(scores.of(lead, model["id"], stratum), scores) for lead in scores.leads],
                model["colour"],
            )
            for model in scores.models
        ]  # fmt: skip
        found.append((season, rows))
    return found


def events(scores: Scores) -> list[tuple[int, int, list[Row]]]:
    """For each threshold: cases at the first lead, and for each model CSI, POD and FAR at some leads."""
    found = []
    for threshold in _THRESHOLDS:
        rows, happened = [], 0
        for model in scores.models:
            records = [scores.of(lead, model["id"], pollutant=INDEX) for lead in scores.few_leads]
            if all(record is None for record in records):
                continue
            cells = [cell for record in records for cell in _event_cells(record, threshold)]
            rows.append(Row(_marked(model, 0), _marked(model, 1), cells, model["colour"]))
            near = records[0]
            if near is not None:
                happened = max(happened, int(near[f"hits{threshold}"] + near[f"misses{threshold}"]))
        if rows:
            found.append((threshold, happened, rows))
    return found


def _event_cells(record: dict[str, Any] | None, threshold: int) -> list[tuple[str, str, str]]:
    values = [(record or {}).get(f"{score}{threshold}") for score in ("csi", "pod", "far")]
    return [(number(value, 2), "", "") for value in values]


def apart(document: dict[str, Any]) -> list[tuple[dict[str, Any], list[Lead], list[Row]]]:
    """Models with few issues, beside the others on their own cases."""
    found = []
    for one in document["apart"]:
        scores = Scores(document | {"scores": one["scores"]})
        about = {**scores.name(one["model"]), "issues": one["issues"]}
        found.append((about, scores.leads, by_lead(scores)))
    return found


def drift_rows(document: dict[str, Any]) -> list[Row]:
    """The groups of the drift, the loudest first."""
    order = {"alarm": 0, "watch": 1, "steady": 2}
    words = {"alarm": "警报 alarm", "watch": "留意 watch", "steady": "平稳 steady"}
    rows = []
    for group in sorted(document["drift"]["groups"], key=lambda one: order[one["state"]]):
        ratio, coverage = group["error_ratio"], group["coverage"]
        tone = {"alarm": "bad", "watch": "bad"}.get(group["state"], "")
        since = f"自 since {group['since']}" if group["since"] else ""
        cells = [
            (words[group["state"]], since, tone),
            (f"{number(group['statistic'])} / {number(group['limit'])}", "", ""),
            (number(ratio["value"], 2), f"{number(ratio['low'], 2)}~{number(ratio['high'], 2)}", ""),
            (f"{percent(coverage['recent'])} / {percent(coverage['reference'])}", "", ""),
        ]
        rows.append(Row(group["chinese"], group["english"], cells))
    return rows
