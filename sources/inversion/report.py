"""The report of a correction as plain data, with what a reader must be told in Chinese and English."""

from __future__ import annotations

from typing import Any

import numpy as np

from sources.inversion.balance import contributions
from sources.inversion.factor_table import factor_table
from sources.inversion.inversion import INTERVAL, Inversion
from sources.inversion.samples import Source
from sources.inversion.visibility import Visibility, visibility_of

__all__ = ["notes", "report"]

_MANY_OUTLIERS = 0.05
_DIGITS = 6

_FAR = 3.0
"""Standard deviations of the prior beyond which a factor is not believed."""


def report(found: Inversion) -> dict[str, Any]:
    """Everything a correction gives, ready for JSON.

    Returns:
        The window (UTC), what was used, `factors` by source, `contributions` by sector and by region in
        µg m-3, lasting errors of the model by place and pollutant as factors, what was seen, how well the
        data are explained, and notes.
    """
    samples, visible = found.samples, visibility_of(found)
    return {
        "window": [np.datetime_as_string(one, "s") + "Z" for one in samples.span],
        "places": list(samples.places), "pollutants": list(samples.pollutants),
        "values": len(samples.measured), "measured_hours": int(samples.count.sum()),
        "measured_hours_left_out": samples.left_out, "interval": INTERVAL,
        "factors": _records(factor_table(found)),
        "contributions": {by: _records(contributions(found, by)) for by in ("sector", "region")},
        "model_bias": _biases(found),
        "seen": [one.id for one in visible.seen], "unseen": [one.id for one in visible.unseen],
        "not_told_apart": [
            {"first": pair.first.id, "second": pair.second.id, "correlation": round(pair.correlation, 3)}
            for pair in visible.together
        ],
        "averaging_kernel": np.round(found.kernel, 4).tolist(),
        "degrees_of_freedom": round(found.degrees_of_freedom, 3),
        "chi_square_per_value": round(found.assumed_chi_square, 4),
        "error_variance_multiplied_by": round(found.widening, 4),
        "outliers": int(found.solution.outliers.sum()), "notes": notes(found, visible),
    }  # fmt: skip


def notes(found: Inversion, visible: Visibility) -> list[dict[str, str]]:
    """What a reader must be told: code, Chinese, English."""
    told = []
    if found.widening > 1:
        told.append(_note(
            "errors-underestimated",
            f"残差大于设定的误差（每个数据的卡方{found.assumed_chi_square:.2f}）：模式误差被低估，"
            f"误差方差已放大{found.widening:.1f}倍；清单的时空分布也可能有问题。",
            f"Chi-square per value {found.assumed_chi_square:.2f}: model errors are underestimated; "
            f"variances were multiplied by {found.widening:.1f}; places and hours of emissions may be wrong.",
        ))  # fmt: skip
    far = np.abs(found.logarithm) > _FAR * found.prior_deviation
    if far.any():
        named = tuple(one for one, beyond in zip(found.sources, far, strict=True) if beyond)
        told.append(_note(
            "far-from-prior", f"系数远超先验：{_chinese(named)}；问题不止于系数，结果不可信。",
            f"Far outside the prior: {_english(named)}. More than factors is wrong; do not trust them.",
        ))  # fmt: skip
    share = float(found.solution.outliers.mean())
    if share > _MANY_OUTLIERS:
        told.append(_note("many-outliers", f"{100 * share:.0f}%的数据为离群值，已降权。",
                          f"{100 * share:.0f} % of the values stand out and count less."))  # fmt: skip
    if visible.unseen:
        told.append(_note(
            "unseen", f"监测数据不能单独分辨的来源：{_chinese(visible.unseen)}；"
            "其系数来自先验和与别的来源的相关，不可采用。",
            f"The data cannot tell by themselves: {_english(visible.unseen)}; do not use their factors.",
        ))  # fmt: skip
    told += [
        _note("not-told-apart", f"无法区分：{_chinese((pair.first, pair.second))}；只能确定两者之和。",
              f"Not told apart: {_english((pair.first, pair.second))}; mostly their sum is known.")
        for pair in visible.together
    ]  # fmt: skip
    return told


def _note(code: str, chinese: str, english: str) -> dict[str, str]:
    return {"code": code, "chinese": chinese, "english": english}


def _chinese(sources: tuple[Source, ...]) -> str:
    return "、".join(one.chinese for one in sources)


def _english(sources: tuple[Source, ...]) -> str:
    return "; ".join(one.english for one in sources)


def _biases(found: Inversion) -> list[dict[str, Any]]:
    """Lasting factors between corrected tags and measurements, days' common errors apart."""
    samples, states = found.samples, found.solution.problem.states
    begin = states.biases
    made = []
    for number, (place, pollutant) in enumerate(np.ndindex(len(samples.places), len(samples.pollutants))):
        at = begin + number
        made.append({
            "place": samples.places[place], "pollutant": samples.pollutants[pollutant],
            "factor": round(float(np.exp(found.solution.state[at])), _DIGITS),
            "deviation": round(float(np.sqrt(found.solution.covariance[at, at])), _DIGITS),
        })  # fmt: skip
    return made


def _records(table: Any) -> list[dict[str, Any]]:
    rounded = table.copy()
    for name in rounded.select_dtypes("float"):
        rounded[name] = [float(f"{value:.{_DIGITS}g}") for value in rounded[name]]
    records: list[dict[str, Any]] = rounded.to_dict("records")
    return records
