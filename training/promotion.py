"""May a release become the champion? Judged on the same cases as the champion and the baselines.

The differences of the errors are drawn in weekly blocks of issues (`forecast.verification.resampling`), since
errors of neighbouring days hang together.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr
from pydantic import Field, model_validator

from forecast.learned import NAME
from forecast.learned.release_document import Kind, ReleaseDocument
from forecast.models import published_with
from forecast.verification import hindcast as judged
from foundation.configuration import Config, load_shipped
from foundation.errors import ContractError
from foundation.times import iso_utc
from training import comparison
from training.grounds import reasons_of, took_part
from training.verdict import Reason, Verdict, fails, holds

CHAMPION = "champion"
"""Name of the present champion in a hindcast made for a promotion."""

RELEASE_ATTRIBUTE = "release"
"""Attribute of a hindcast: fingerprint of the release that stands in it as `learned network`."""

CHAMPION_ATTRIBUTE = "champion_release"
"""Attribute of a hindcast: fingerprint of the release that stands in it as `champion`."""


class PromotionConfig(Config):
    """When a model may become the champion: `configs/promotion.yaml`."""

    pollutant: str
    baselines: tuple[str, ...] = Field(min_length=1)
    not_worse_than: tuple[str, ...] = ()
    lead_groups: dict[Kind, tuple[tuple[int, int], ...]]
    confidence: float = Field(gt=0.5, lt=1)
    coverage: tuple[float, float]
    least_part: float = Field(gt=0, le=1)
    fewest_weeks: int = Field(ge=2)
    fewest_cases: int = Field(ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> PromotionConfig:
        if set(self.lead_groups) != {"day", "hour"} or not self.coverage[0] < self.coverage[1]:
            raise ValueError("expected groups of leads for day and hour, and a range of coverage")
        if not set(self.not_worse_than) <= set(self.baselines):
            raise ValueError("not_worse_than: expected some of the baselines")
        return self


@lru_cache(maxsize=1)
def promotion_config() -> PromotionConfig:
    """The choices that ship with the program."""
    return load_shipped(PromotionConfig, "promotion.yaml")


def line_of(document: ReleaseDocument) -> str:
    """Name in a hindcast of what a release is judged by: what would be published if it were the champion.

    A release with a head over sources leads alone; any other is one candidate of the combination.
    """
    return published_with(NAME) if document.network.sources is None else NAME


def judge(
    hindcast: xr.Dataset, document: ReleaseDocument, fingerprint: str, champion_fingerprint: str | None,
    config: PromotionConfig | None = None,
) -> Verdict:  # fmt: skip
    """Judge a candidate.

    Args:
        hindcast: keeps `forecast.verification.hindcast.HINDCAST`; holds the line of the release (`line_of`),
            the baselines and, if there is one, the champion's: `published with champion`, or `champion` where
            that leads alone; and the attributes `release` and `champion_release`.
        document: of the release judged.
        fingerprint: of it, `forecast.learned.release.release_fingerprint`.
        champion_fingerprint: of the present champion; None when there is none.
        config: the choices; those that ship with the program when None.

    Returns:
        Whether it may become the champion, all reasons for and against, and the figures.

    Raises:
        ContractError: when the hindcast is not what is expected.
    """
    config = config or promotion_config()
    data = judged.checked(hindcast)
    line = line_of(document)
    rivals = [*config.baselines, *([_line_of_champion(data)] if champion_fingerprint else [])]
    reasons = [
        *_about_the_release(document),
        *_about_the_hindcast(data, document, fingerprint, champion_fingerprint),
        *_about_the_models(data, [line, *rivals], config),
    ]
    figures: dict[str, Any] = {}
    if all(reason.holds for reason in reasons if reason.code in ("models", "pollutant")):
        setting = _setting(document, config)
        figures = comparison.compare(data, line, rivals, setting)
        reasons += [] if line == NAME else [took_part(data, line, setting)]
        reasons += reasons_of(figures, setting)
    return Verdict(tuple(reasons), figures, _period(data))


def _setting(document: ReleaseDocument, config: PromotionConfig) -> comparison.Setting:
    return comparison.Setting(
        config.pollutant, config.lead_groups[document.kind], config.confidence, config.coverage,
        config.fewest_weeks, config.fewest_cases, () if line_of(document) == NAME else config.not_worse_than,
        config.least_part,
    )  # fmt: skip


def _line_of_champion(data: xr.Dataset) -> str:
    among = published_with(CHAMPION)
    return among if among in data["model"].values else CHAMPION


def _about_the_release(document: ReleaseDocument) -> list[Reason]:
    found = []
    if line_of(document) != NAME:
        chinese = "该模型不自成来源，在每日预报中只是统计组合的一个成员：检验的是有它参加的组合预报。"
        english = (
            "It makes no sources of its own, so the daily run makes it one candidate of the combination: "
            "what would be published with it is judged."
        )
        found.append(holds("candidate", chinese, english))
    if document.perfect_weather:
        english = "The model uses measured weather that no one knows at the issue."
        found.append(fails("perfect_weather", "模型用到起报时无人知道的实测气象。", english))
    if document.synthetic:
        found.append(fails("synthetic", "模型用人造数据训练。", "The model was trained on made-up data."))
    return found


def _about_the_hindcast(
    data: xr.Dataset, document: ReleaseDocument, fingerprint: str, champion_fingerprint: str | None
) -> list[Reason]:
    found = [_identity(data, RELEASE_ATTRIBUTE, fingerprint, ("候选模型", "candidate"))]
    if champion_fingerprint:
        found.append(_identity(data, CHAMPION_ATTRIBUTE, champion_fingerprint, ("现用模型", "champion")))
    early, until = int((data["issue"].values < document.trained_until_instant).sum()), document.trained_until
    found += _perfect(data)
    say = fails if early else holds
    chinese = f"早于训练资料终点{until}的被检验起报：{early}次。"
    english = f"Judged issues before the end of what it was trained on, {until}: {early}."
    return [*found, say("unseen", chinese, english)]


def _perfect(data: xr.Dataset) -> list[Reason]:
    """Whether the candidate was judged with weather, or a run, that may not have been known at the issue."""
    if NAME not in json.loads(data.attrs.get("perfect_weather", "[]")):
        return []
    english = "It was judged with weather or runs that may not have been known at the issues."
    return [fails("perfect_inputs", "检验所用气象或模式结果可能在起报时尚不可得。", english)]


def _identity(data: xr.Dataset, attribute: str, expected: str, name: tuple[str, str]) -> Reason:
    got = data.attrs.get(attribute)
    code = f"{attribute}_identity"
    if got == expected:
        return holds(code, f"检验的正是该{name[0]}。", f"The hindcast is of this {name[1]}.")
    told = "没有说明" if got is None else "不是"
    said = "does not say that it is" if got is None else "is not"
    english = f"The hindcast {said} of this {name[1]} (attribute {attribute})."
    return fails(code, f"检验资料{told}该{name[0]}的预报（属性{attribute}）。", english)


def _about_the_models(data: xr.Dataset, models: list[str], config: PromotionConfig) -> list[Reason]:
    found = []
    absent = [name for name in models if name not in data["model"].values]
    if absent:
        names = ", ".join(absent)
        found.append(
            fails("models", f"检验资料缺少模型：{names}。", f"The hindcast lacks the models: {names}.")
        )
    if config.pollutant not in data["pollutant"].values:
        name = config.pollutant
        found.append(fails("pollutant", f"检验资料没有{name}。", f"The hindcast lacks {name}."))
    return found


def _period(data: xr.Dataset) -> dict[str, Any]:
    issues = data["issue"].values
    if not len(issues):
        raise ContractError("hindcast contract: expected issues, got none")
    return {
        "from": iso_utc(np.datetime64(issues.min())), "until": iso_utc(np.datetime64(issues.max())),
        "issues": len(issues), "places": [str(name) for name in data["place"].values],
    }  # fmt: skip
