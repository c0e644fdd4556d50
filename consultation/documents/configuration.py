"""How documents on paper look, from `configs/documents.yaml`."""

from __future__ import annotations

from functools import lru_cache

from pydantic import Field

from consultation.bulletin.settings import Names
from foundation.configuration import Config, load_shipped


class Margins(Config):
    """Margins of the page, mm."""

    top: float = Field(gt=0)
    bottom: float = Field(gt=0)
    left: float = Field(gt=0)
    right: float = Field(gt=0)


class Faces(Config):
    """Names of fonts by role, the one wanted first, then what may stand in for it."""

    title: tuple[str, ...] = Field(min_length=1)
    heading: tuple[str, ...] = Field(min_length=1)
    second: tuple[str, ...] = Field(min_length=1)
    body: tuple[str, ...] = Field(min_length=1)
    song: tuple[str, ...] = Field(min_length=1)
    latin: tuple[str, ...] = Field(min_length=1)


class Sizes(Config):
    """Sizes of type by role, points."""

    head: float = Field(gt=0)
    title: float = Field(gt=0)
    body: float = Field(gt=0)
    small: float = Field(gt=0)
    table: float = Field(gt=0)
    caption: float = Field(gt=0)


class Titles(Config):
    """Titles of the two documents."""

    daily: Names
    consultation: Names


class DocumentsConfig(Config):
    """Choices of the documents.

    Attributes:
        red_head: printed in red at the head; empty for the offices of the bulletin.
        number: 发文字号; empty where a clerk fills it in.
        notice_to: 主送机关 of a notice of warning.
        line_pt: distance of lines of running text, points.
        charts: places whose course is drawn in the consultation material.
        daily_charts: the same for the daily bulletin.
        due_days: days in the tables, today not counted.
    """

    titles: Titles
    red_head: str
    number: str
    notice_to: str
    margins_mm: Margins
    red: str
    faces: Faces
    sizes_pt: Sizes
    line_pt: float = Field(gt=0)
    charts: tuple[str, ...]
    daily_charts: tuple[str, ...]
    due_days: int = Field(ge=3)


@lru_cache(maxsize=1)
def documents_config() -> DocumentsConfig:
    """The choices that ship with the program."""
    return load_shipped(DocumentsConfig, "documents.yaml")
