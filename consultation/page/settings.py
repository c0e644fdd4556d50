"""Choices of the page, from `configs/page.yaml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from foundation.configuration import Config, load_shipped

__all__ = ["LayerConfig", "PageConfig", "page_config"]


class CachesConfig(Config):
    """Memory and disk that the page may use, megabytes."""

    answers_megabytes: int = Field(ge=1, le=4096)
    arrays_megabytes: int = Field(ge=1, le=4096)
    fetched_megabytes: int = Field(ge=16, le=1 << 20)
    keep_days: int = Field(ge=0, le=365)


class LimitsConfig(Config):
    """How much one request may ask for."""

    runs: int = Field(ge=1, le=1000)
    previous_runs: int = Field(ge=1, le=60)
    frames: int = Field(ge=1, le=240)
    frame_values: int = Field(ge=1000, le=50_000_000)
    stride: int = Field(ge=1, le=50)
    cuts: int = Field(ge=1, le=500)
    body_bytes: int = Field(ge=1000, le=10_000_000)
    answers_at_once: int = Field(ge=1, le=200)


class SimilarConfig(Config):
    """How past episodes like the forecast one are looked for."""

    days: int = Field(ge=1, le=7)
    shown: int = Field(ge=1, le=20)
    least_measured_days: int = Field(ge=10)
    runs_read: int = Field(ge=1, le=1000)


class LayerConfig(Config):
    """A layer of the map.

    Attributes:
        product: `fields` for concentrations by species, `weather` for weather.
        variables: species, or variables of the weather product; two of them are a vector.
        prefix: species whose names begin so are added up; in the place of `variables`.
        factor: from the unit stored to the unit shown.
    """

    id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    chinese: str
    english: str
    unit: str
    product: Literal["fields", "weather"]
    variables: tuple[str, ...] = ()
    prefix: str = ""
    factor: float = Field(gt=0)
    pollutant: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> LayerConfig:
        if bool(self.variables) == bool(self.prefix) or len(self.variables) > 2:
            raise ValueError("expected one or two variables, or a prefix")
        return self


class PageConfig(Config):
    """The file `configs/page.yaml`; the file explains the keys."""

    store: str = Field(min_length=1)
    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    rescan_seconds: float = Field(ge=0, le=3600)
    views_ahead: bool
    late_after_hours: float = Field(gt=0)
    regions: tuple[str, ...] = Field(min_length=1)
    quantiles: tuple[float, ...] = Field(min_length=1)
    caches: CachesConfig
    limits: LimitsConfig
    similar: SimilarConfig
    layers: tuple[LayerConfig, ...]

    @model_validator(mode="after")
    def _distinct(self) -> PageConfig:
        names = [layer.id for layer in self.layers]
        if len(set(names)) != len(names):
            raise ValueError("layers: an id is given twice")
        return self


@lru_cache(maxsize=1)
def page_config() -> PageConfig:
    """The choices that ship with the program."""
    return load_shipped(PageConfig, "page.yaml")
