"""Constraints as they are written: `factor 3 Zn=max dQ=0.5%`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from foundation.configuration import Config, load
from foundation.errors import ConfigurationError
from sources.receptor.constraints.holds import Hold
from sources.receptor.results import Factorisation

__all__ = ["Constraint", "ConstraintFile", "Goal", "read_constraints", "understood"]

Goal = Literal["=", "<=", ">=", "max", "min"]

_REMEDY = (
    "Write factor N SPECIES=VALUE, <=VALUE, >=VALUE, =max or =min, SPECIES/SPECIES for a ratio or "
    "sample TIME for a contribution, then dQ=0.5% or dQ=30 where the rise of Q is limited"
)
_WHOLE = re.compile(
    r"\s*factor\s+(?P<factor>\d+)\s+(?P<what>.+?)\s*(?P<sign><=|>=|=)\s*(?P<goal>\S+)"
    r"(?:\s+dQ\s*=\s*(?P<limit>\S+?)\s*(?P<percent>%)?)?\s*",
    re.IGNORECASE,
)


class ConstraintFile(Config):
    """A YAML file of constraints, each written as on the command line.

    Attributes:
        constraints: in the order in which they are applied.
    """

    constraints: tuple[str, ...]


@dataclass(frozen=True)
class Constraint:
    """One wish for a solution.

    Attributes:
        text: as written.
        hold: the coordinate it speaks of.
        goal: kept at the value, not above, not below, or driven as far up or down as Q permits.
        value: of the goal; None for max and min.
        limit: permitted rise of Q; None where the constraint must be kept whatever Q says.
    """

    text: str
    hold: Hold
    goal: Goal
    value: float | None
    limit: float | None


def read_constraints(path: str | Path) -> tuple[str, ...]:
    """The constraints of a YAML file.

    Raises:
        ConfigurationError: when it is absent or not of this kind.
    """
    return load(ConstraintFile, path).constraints


def understood(texts: Sequence[str], found: Factorisation) -> tuple[Constraint, ...]:
    """What the texts say about a solution.

    Raises:
        ConfigurationError: naming the text that cannot be read, speaks of what is not there, or cannot be.
    """
    if not texts:
        raise ConfigurationError("no constraint", remedy=_REMEDY)
    return tuple(_understood(text, found) for text in texts)


def _understood(text: str, found: Factorisation) -> Constraint:
    where = f"constraint {text.strip()!r}"
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise ConfigurationError("cannot be read", where=where, remedy=_REMEDY)
    factor = int(match["factor"])
    if not 1 <= factor <= found.factors:
        raise ConfigurationError(
            f"there is no factor {factor}", where=where, remedy=f"Factors are 1 to {found.factors}"
        )
    hold = _coordinate(match["what"], factor - 1, found, where)
    limit = None if match["limit"] is None else _number(match["limit"], where, least=0.0, open_=True)
    if limit is not None and match["percent"]:
        limit *= _minimised(found) / 100.0
    word = match["goal"].lower()
    if word in {"max", "min"}:
        if match["sign"] != "=" or limit is None:
            raise ConfigurationError(
                f"{word} needs '=' and a permitted rise of Q", where=where, remedy="Add dQ=0.5%"
            )
        return Constraint(text.strip(), hold, "max" if word == "max" else "min", None, limit)
    value = 0.0 if word == "zero" else _number(match["goal"], where, least=0.0)
    if hold.divisor is not None and value == 0.0:
        raise ConfigurationError("a ratio of zero", where=where, remedy="Set the species itself to zero")
    goal: Goal = "=" if match["sign"] == "=" else "<=" if match["sign"] == "<=" else ">="
    return Constraint(text.strip(), hold, goal, value, limit)


def _coordinate(what: str, factor: int, found: Factorisation, where: str) -> Hold:
    samples = found.samples
    if what.lower().startswith("sample "):
        time = what[len("sample ") :].strip()
        if time not in samples.times:
            raise ConfigurationError(
                f"there is no sample {time!r}", where=where,
                remedy=f"Samples are {samples.times[0]!r} to {samples.times[-1]!r}",
            )  # fmt: skip
        return Hold(factor, sample=samples.times.index(time))
    names = [what] if what in samples.species else [part.strip() for part in what.split("/")]
    unknown = [name for name in names if name not in samples.species]
    if unknown or len(names) > 2:
        raise ConfigurationError(
            f"unknown species {(unknown or names)[0]!r}", where=where,
            remedy=f"Known: {', '.join(samples.species)}",
        )  # fmt: skip
    if len(names) == 2 and names[0] == names[1]:
        raise ConfigurationError("the ratio of a species to itself", where=where, remedy="Name two species")
    columns = [samples.column(name) for name in names]
    return Hold(factor, columns[0], columns[1] if len(columns) == 2 else None)


def _number(text: str, where: str, *, least: float, open_: bool = False) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise ConfigurationError(f"{text!r} is not a number", where=where, remedy=_REMEDY) from error
    if not (least < value if open_ else least <= value) or value == float("inf"):
        kind = "above" if open_ else "at least"
        raise ConfigurationError(f"{text} is not {kind} {least:g}", where=where, remedy="Correct it")
    return value


def _minimised(found: Factorisation) -> float:
    return found.q_robust if found.robust else found.q_true
