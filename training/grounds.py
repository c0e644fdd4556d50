"""What the figures of a comparison say for and against a candidate."""

from __future__ import annotations

from typing import Any

from training.comparison import ALL, SCORES, Setting
from training.verdict import Reason, fails, holds


def reasons_of(figures: dict[str, Any], setting: Setting) -> list[Reason]:
    """What the figures say for and against the candidate."""
    enough = _enough(figures, setting)
    if not enough.holds:
        return [enough]
    rivals = dict.fromkeys(record["rival"] for record in figures["differences"])
    against = [_against(rival, score, figures["differences"]) for rival in rivals for score in SCORES]
    return [enough, *against, *(_coverage(group, setting) for group in figures["groups"])]


def _enough(figures: dict[str, Any], setting: Setting) -> Reason:
    weeks, fewest = figures["weeks"], min(group["cases"] for group in figures["groups"])
    count = f"{weeks} / {setting.fewest_weeks}, {fewest} / {setting.fewest_cases}"
    if weeks < setting.fewest_weeks or fewest < setting.fewest_cases:
        return fails(
            "cases", f"样本太少：周数、最少样本 {count}。", f"Too few weeks, or cases of a group: {count}."
        )
    return holds("cases", f"样本足够：周数、最少样本 {count}。", f"Enough weeks and cases: {count}.")


def _against(rival: str, score: str, differences: list[dict[str, Any]]) -> Reason:
    """Better on average, and in no group of leads worse by more than chance."""
    own = [record for record in differences if (record["rival"], record["score"]) == (rival, score)]
    overall = next(record for record in own if record["leads"] == ALL)
    worse = [record["leads"] for record in own if record["low"] > 0]
    shown = f"{overall['candidate']:.2f} / {overall['value']:.2f} µg/m³"
    chance = f"{overall['difference']:+.2f} [{overall['low']:+.2f}, {overall['high']:+.2f}]"
    code, label = f"{score}:{rival}", score.upper()
    if worse:
        leads = ", ".join(name for name in worse if name != ALL) or ALL
        return fails(
            code, f"{label}在时效{leads} h显著差于{rival}（{shown}，{chance}）。",
            f"{label} is worse than {rival} at leads {leads} h, beyond chance ({shown}, {chance}).",
        )  # fmt: skip
    if overall["difference"] >= 0:
        return fails(
            code, f"{label}平均不优于{rival}：{shown}，{chance}。",
            f"{label} is not better than {rival} on average: {shown}, {chance}.",
        )  # fmt: skip
    return holds(
        code,
        f"{label}优于{rival}：{shown}，{chance}。",
        f"{label} is better than {rival}: {shown}, {chance}.",
    )


def _coverage(group: dict[str, Any], setting: Setting) -> Reason:
    low, high = setting.coverage
    share, leads = group["coverage80"], group["leads"]
    say = holds if low <= share <= high else fails
    return say(
        f"coverage80:{leads}", f"80%区间在时效{leads} h包含{share:.1%}（应为{low:.0%}至{high:.0%}）。",
        f"The 80 % interval holds {share:.1%} at leads {leads} h (asked: {low:.0%} to {high:.0%}).",
    )  # fmt: skip
