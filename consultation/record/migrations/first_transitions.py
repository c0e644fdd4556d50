"""The transitions of warnings as the first migration wrote them: (before, after, issued before)."""

from __future__ import annotations

LEGAL = (
    ("none", "proposed", 0),
    ("proposed", "edited", 0), ("proposed", "approved", 0), ("proposed", "cancelled", 0),
    ("edited", "edited", 0), ("edited", "approved", 0), ("edited", "cancelled", 0),
    ("approved", "edited", 0), ("approved", "issued", 0), ("approved", "cancelled", 0),
    ("issued", "edited", 1), ("issued", "lifted", 1), ("issued", "cancelled", 1),
    ("updated", "edited", 1), ("updated", "lifted", 1), ("updated", "cancelled", 1),
    ("downgraded", "edited", 1), ("downgraded", "lifted", 1), ("downgraded", "cancelled", 1),
    ("edited", "edited", 1), ("edited", "approved", 1), ("edited", "lifted", 1), ("edited", "cancelled", 1),
    ("approved", "edited", 1), ("approved", "updated", 1), ("approved", "downgraded", 1),
    ("approved", "lifted", 1), ("approved", "cancelled", 1),
)  # fmt: skip
