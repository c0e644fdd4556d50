"""Threat scores that others published (`configs/dust_published_scores.yaml`), for orientation only."""

from __future__ import annotations

from functools import lru_cache

from foundation.configuration import Config, load_shipped

__all__ = ["PublishedScore", "published_scores"]


class PublishedScore(Config):
    """Of one system.

    Attributes:
        name: of the system.
        events: where, when, how.
        source: paper.
        threat_score: by lead, hours.
    """

    name: str
    events: str
    source: str
    threat_score: dict[int, float]


class _Book(Config):
    published: tuple[PublishedScore, ...]


@lru_cache(maxsize=1)
def published_scores() -> tuple[PublishedScore, ...]:
    """All that ship with the program."""
    return load_shipped(_Book, "dust_published_scores.yaml").published
