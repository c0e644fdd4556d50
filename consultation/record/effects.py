"""What the cuts of a level would change, from the tags of a run; or why that is not known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from consultation.products import HDF5
from foundation.errors import BogdaError
from sources.measures.analysis import Question, answer
from standards.warning_rules import warning_level_named

_NOT_PM = {
    "chinese": "沙尘、臭氧不启动PM2.5减排，所列措施的效果未作估算",
    "english": "Dust and ozone call for no cuts of PM2.5; the effect of these measures is not estimated",
}


def expected_effect(folder: Path, area: dict[str, Any], level: int, *, response: bool) -> dict[str, Any]:
    """The change of PM2.5 and of the index by day, when all sectors cut the share that the level asks for.

    Args:
        folder: of the run.
        area: `scope` and `id` of the warning's area.
        level: 1 to 3.
        response: whether the kind of pollution calls for such cuts.

    Returns:
        `known`, and then `cut` (share), `cautions` and for each day `pm25_before`, `pm25_after` (µg/m³),
        `pm25_decrease_range`, `aqi_before`, `aqi_after`; else the reason in both languages.
    """
    if not response:
        return {"known": False, "reason": _NOT_PM}
    cut = warning_level_named(level).emission_cut
    region = area["id"] if area["scope"] == "region" else None
    try:
        with HDF5:
            found = answer(folder, Question(cuts=(f"*={cut}",), region=region, hours=False))
    except BogdaError as error:
        return {"known": False, "reason": {
            "chinese": f"本次起报没有可用的来源标记，措施效果未知（{error.what}）",
            "english": f"The run has no tags to tell it from: {error.what}",
        }}  # fmt: skip
    rows = found["regions"] if region else found["places"]
    days: list[dict[str, Any]] = next((row["days"] for row in rows if row["place"] == area["id"]), [])
    if not days:
        return {"known": False, "reason": {
            "chinese": "本次起报的来源标记不含该地区，措施效果未知",
            "english": "The tags of the run do not cover this area",
        }}  # fmt: skip
    return {
        "known": True,
        "cut": cut,
        "basis": {
            "chinese": f"按全社会各行业自起报时起各减排{cut:.0%}估算（线性，见注意事项）",
            "english": f"If all sectors cut {cut:.0%} from the reference time on (linear; see cautions)",
        },
        "days": [_day(day) for day in days],
        "interval": found["interval"],
        "cautions": found["cautions"],
        "synthetic": bool(found.get("synthetic", False)),
    }


def _day(day: dict[str, Any]) -> dict[str, Any]:
    fine, index = day["concentrations"]["pm25"], day["aqi"]
    return {
        "day": day["day"],
        "pm25_before": fine["before"],
        "pm25_after": fine["after"],
        "pm25_decrease_range": fine["decrease_range"],
        "aqi_before": index["before"],
        "aqi_after": index["after"],
    }
