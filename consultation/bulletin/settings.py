"""What the bulletin shows and how it is headed, from `configs/bulletin.yaml`."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from foundation.configuration import Config, load_shipped


class Names(Config):
    """A name in Chinese and in English."""

    chinese: str
    english: str


class ComparedModel(Names):
    """A model in the table of scores."""

    id: str


class BulletinConfig(Config):
    """Choices of the bulletin."""

    title: Names
    regions: tuple[str, ...]
    measured_days: int = Field(gt=0)
    measured_hours: int = Field(gt=0)
    forecast_hours: int = Field(gt=0)
    transport_places: tuple[str, ...]
    transport_days: int = Field(gt=0)
    source_days: int = Field(gt=0)
    compared_models: tuple[ComparedModel, ...]
    offices: tuple[Names, ...]
    fonts: tuple[str, ...]


@lru_cache(maxsize=1)
def bulletin_config() -> BulletinConfig:
    """The choices that ship with the program."""
    return load_shipped(BulletinConfig, "bulletin.yaml")
