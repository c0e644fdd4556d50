"""Which sectors and regions a network knows, and what it makes of the names of any tags."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field, model_validator

from emissions_inventory.labels import source_labels
from foundation.configuration import Config

__all__ = ["NO_EMISSION", "UNKNOWN", "SourcesConfig", "kinds_of", "strangers"]

UNKNOWN = 0
"""Number of a sector or region that the network does not know; others count from 1."""

NO_EMISSION = ("boundary", "initial")
"""Tags that are nobody's emission: sectors of their own, without a region."""


def _sectors() -> tuple[str, ...]:
    labels = source_labels()
    return (*(group.id for group in labels.sector_groups), labels.whole.id, *NO_EMISSION)


def _regions() -> tuple[str, ...]:
    return tuple(group.id for group in source_labels().region_groups)


class SourcesConfig(Config):
    """The head that scales the physical model's tags; penalties are parts of the loss.

    Attributes:
        names: tags of training, `sector.region`, `boundary` or `initial`.
        sectors: groups of sectors that have factors of their own.
        regions: groups of regions likewise.
        width: features that stand for a source at a lead and station.
        reach: largest logarithm of the part of a weight that depends on the context, either way.
        to_model: penalty on the square of its mean over the sources of a forecast: errors of mixing and wind.
        apart: penalty on the squares of what is not common to them: only emissions tell sources apart.
        to_usual: penalty on the square of each lasting factor's logarithm, from where it began.
        remainder: penalty on the unattributed share.
        days: of the mean in which what no tag explains is looked for.
        without: share of the issues whose tags are hidden in training, so that the forecast without the
            physical model stays good.
    """

    names: tuple[str, ...] = Field(min_length=1)
    sectors: tuple[str, ...] = Field(default_factory=_sectors, min_length=1)
    regions: tuple[str, ...] = Field(default_factory=_regions)
    width: int = Field(default=16, ge=4)
    reach: float = Field(default=0.7, gt=0, le=3)
    to_model: float = Field(default=0.1, ge=0)
    apart: float = Field(default=5.0, ge=0)
    to_usual: float = Field(default=1.0, ge=0)
    remainder: float = Field(default=0.003, ge=0)
    days: int = Field(default=7, ge=1)
    without: float = Field(default=0.1, ge=0, lt=1)

    @model_validator(mode="after")
    def _apart(self) -> SourcesConfig:
        for what in ("names", "sectors", "regions"):
            given = getattr(self, what)
            if len(set(given)) != len(given):
                raise ValueError(f"{what}: one is given twice")
        return self


def kinds_of(names: Sequence[str], config: SourcesConfig) -> np.ndarray:
    """Numbers of the sector and region of tags.

    A sector or region that is no group of the network's own, but a member of one in
    `configs/source_labels.yaml`, counts as its group.

    Args:
        names: tags.
        config: what the network knows.

    Returns:
        (source, 2) integers; `UNKNOWN` for what is not known.
    """
    labels = source_labels()
    sector_tag = {one.id: one.tag for one in labels.sectors}
    region_tag = {one.id: one.tag for one in labels.regions}
    kinds = np.empty((len(names), 2), dtype=np.int64)
    for number, name in enumerate(names):
        sector, _, region = name.partition(".")
        kinds[number] = (
            _number(sector, config.sectors, sector_tag), _number(region, config.regions, region_tag),
        )  # fmt: skip
    return kinds


def strangers(names: Sequence[str], config: SourcesConfig) -> dict[str, tuple[str, str]]:
    """Tags that the network was not trained with, and how it weighs them.

    Returns:
        For each such tag a few words for the forecaster, in Chinese and in English.
    """
    told = {}
    for name, (sector, region) in zip(names, kinds_of(names, config), strict=True):
        if name in config.names:
            continue
        if sector == UNKNOWN:
            told[name] = ("来源未知，按物理模式原值", "unknown source: the physical model's value as it is")
        elif region == UNKNOWN:
            known = config.sectors[sector - 1]
            told[name] = (f"地区未知，按行业 {known} 的系数", f"unknown region: the factor of {known}")
        else:
            told[name] = ("按其行业和地区的系数", "the factors of sector and region")
    return told


def _number(name: str, known: Sequence[str], group: dict[str, str]) -> int:
    for candidate in (name, group.get(name, "")):
        if candidate in known:
            return known.index(candidate) + 1
    return UNKNOWN
