"""The states of a warning, and which may follow which; the data base holds and enforces the same table."""

from __future__ import annotations

from typing import Literal, get_args

State = Literal["proposed", "edited", "approved", "issued", "updated", "downgraded", "lifted", "cancelled"]
"""A warning's states; `none` stands before the first."""

STATES: tuple[str, ...] = get_args(State)
NONE = "none"
DRAFTS = ("proposed", "edited")
RELEASED = ("issued", "updated", "downgraded")
"""States whose text is in force."""
FINAL = ("lifted", "cancelled")
TWO_PERSONS_FROM = 2
"""Level from which nobody approves what he wrote: orange and red."""

_BEFORE_ISSUE = {
    NONE: ("proposed",),
    "proposed": ("edited", "approved", "cancelled"),
    "edited": ("edited", "approved", "cancelled"),
    "approved": ("edited", "issued", "cancelled"),
}
_AFTER_ISSUE = {
    "issued": ("edited", "lifted", "cancelled"),
    "updated": ("edited", "lifted", "cancelled"),
    "downgraded": ("edited", "lifted", "cancelled"),
    "edited": ("edited", "approved", "lifted", "cancelled"),
    "approved": ("edited", "updated", "downgraded", "lifted", "cancelled"),
}

LEGAL: frozenset[tuple[str, str, int]] = frozenset(
    (before, after, released)
    for released, table in enumerate((_BEFORE_ISSUE, _AFTER_ISSUE))
    for before, afters in table.items()
    for after in afters
)
"""(before, after, whether the warning was issued before), all that is permitted."""


def may_follow(before: str, *, released: bool) -> tuple[str, ...]:
    """States that may follow a state."""
    return tuple(state for state in STATES if (before, state, int(released)) in LEGAL)
