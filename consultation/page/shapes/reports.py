"""Reports about sources that the store holds."""

from __future__ import annotations

from typing import Literal

from consultation.page.shapes.words import Names, Shape, Unavailable

__all__ = ["KeptReport", "ReportList"]


class KeptReport(Names):
    """A report: its title, and the first and last Beijing day of its period."""

    name: str
    kind: Literal["weekly", "episode"]
    first: str
    last: str


class ReportList(Shape):
    """Reports of a domain, the one that ends last first; each is served as it was written."""

    domain: str
    reports: list[KeptReport]
    absent: Unavailable | None
