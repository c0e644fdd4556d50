"""A sentence in both languages."""

from __future__ import annotations

from foundation.configuration import Config

__all__ = ["Bilingual"]


class Bilingual(Config):
    """A sentence in Chinese and in English."""

    chinese: str
    english: str
