"""What the figures of a comparison say for and against a candidate."""

from __future__ import annotations

from typing import Any

import xarray as xr

from forecast.models import PUBLISHED
from training.comparison import ALL, SCORES, Setting
from training.verdict import Reason, fails, holds

_APART = 1e-6
"""Relative difference from what is published that shows a weight."""


def reasons_of(figures: dict[str, Any], setting: Setting) -> list[Reason]:
    """What the figures say for and against the candidate."""
    enough = _enough(figures, setting)
    if not enough.holds:
        return [enough]
    rivals = dict.fromkeys(record["rival"] for record in figures["differences"])
    against = [
        _against(rival, score, figures["differences"], enough_not_worse=rival in setting.not_worse_than)
        for rival in rivals
        for score in SCORES
    ]
    return [enough, *against, *(_coverage(group, setting) for group in figures["groups"])]


def took_part(data: xr.Dataset, line: str, setting: Setting) -> Reason:
    """Whether a candidate of the combination had any weight at enough of the issues judged.

    One that had none changes nothing, and nothing is known of what it would do later.

    Args:
        data: a checked hindcast that holds both lines.
        line: what would be published with the candidate.
        setting: what is compared.
    """
    chosen = data["concentration"].sel(pollutant=setting.pollutant)
    apart = abs(chosen.sel(model=line) / chosen.sel(model=PUBLISHED) - 1) > _APART
    share = float(apart.any([name for name in apart.dims if name != "issue"]).mean())
    say = holds if share >= setting.least_part else fails
    return say(
        "part", f"候选模型在{share:.0%}的起报有权重（应不少于{setting.least_part:.0%}）。",
        f"The candidate had a weight at {share:.0%} of the issues (asked: {setting.least_part:.0%}).",
    )  # fmt: skip


def _enough(figures: dict[str, Any], setting: Setting) -> Reason:
    weeks, fewest = figures["weeks"], min(group["cases"] for group in figures["groups"])
    count = f"{weeks} / {setting.fewest_weeks}, {fewest} / {setting.fewest_cases}"
    if weeks < setting.fewest_weeks or fewest < setting.fewest_cases:
        return fails(
            "cases", f"样本太少：周数、最少样本 {count}。", f"Too few weeks, or cases of a group: {count}."
        )
    return holds("cases", f"样本足够：周数、最少样本 {count}。", f"Enough weeks and cases: {count}.")


def _against(rival: str, score: str, differences: list[dict[str, Any]], *, enough_not_worse: bool) -> Reason:
    """In no group of leads worse by more than chance, and better on average where that is asked."""
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
    if overall["difference"] >= 0 and enough_not_worse:
        return holds(
            code, f"{label}不显著差于{rival}：{shown}，{chance}。",
            f"{label} is not worse than {rival} beyond chance: {shown}, {chance}.",
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
