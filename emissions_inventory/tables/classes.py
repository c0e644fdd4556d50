"""Source classes of four levels as sectors, and performance grades."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from emissions_inventory.labels import source_labels
from emissions_inventory.tables.columns import LEVELS, ClassRule, TableConfig
from emissions_inventory.tables.lines import Lines
from emissions_inventory.tables.unit_names import plain

__all__ = ["grades_of", "sector_of_class", "sectors_of"]

_FIELDS = ("class_1", "class_2", "class_3", "class_4")
_SEPARATOR = "\x1f"


def sectors_of(lines: Lines) -> np.ndarray:
    """Sector of each line, object, (line,); empty where its class is unknown, which is noted."""
    held = [name for name in _FIELDS if lines.has(name)]
    columns = [lines.texts(name) for name in _FIELDS]
    joined = pd.Series(columns[0])
    for column in columns[1:]:
        joined = joined + _SEPARATOR + pd.Series(column)
    codes, uniques = pd.factorize(joined.to_numpy(object))
    known = [sector_of_class(tuple(str(one).split(_SEPARATOR)), lines.config) for one in uniques]
    sectors = np.array(known, object)[codes] if known else np.empty(0, object)
    told = np.array([" / ".join(filter(None, str(one).split(_SEPARATOR))) for one in uniques], object)
    label = ", ".join(lines.label(name) for name in held)
    got = told[codes] if len(told) else told
    empty = got == ""
    lines.problems.add("missing", label, empty)
    lines.problems.add("unknown_class", label, (sectors == "") & ~empty, got)
    return np.asarray(sectors)


def sector_of_class(levels: tuple[str, ...], config: TableConfig) -> str:
    """Sector of a source class.

    Args:
        levels: texts of the four levels; a class told in one text alone is looked for at every level.
        config: whose rules decide: the deepest level first, then the number of levels, then the longer words,
            then the earlier rule. The id or a name of a sector means that sector.

    Returns:
        The id; empty for an unknown class.
    """
    given = [text for text in levels if text]
    named = [_sector_names().get(plain(text), "") for text in given]
    if any(named):
        return [name for name in named if name][-1]
    texts = [plain(text) for text in (given * len(LEVELS) if len(given) == 1 else levels)]
    best, sector = (0, 0, 0), ""
    for rule in config.classes:
        score = _score(rule, texts)
        if score > best:
            best, sector = score, rule.sector
    return sector


@lru_cache(maxsize=1)
def _sector_names() -> dict[str, str]:
    return {
        plain(name): sector.id
        for sector in source_labels().sectors
        for name in (sector.id, sector.chinese, sector.english)
        if sector.id != "other"
    }


def _score(rule: ClassRule, texts: list[str]) -> tuple[int, int, int]:
    """Deepest level, number of words, their length; zeros where the rule does not fit."""
    words = [plain(getattr(rule, level)) for level in LEVELS]
    fits = all(word in text for word, text in zip(words, texts, strict=True) if word)
    if not fits or (rule.any and plain(rule.any) not in "".join(texts)):
        return 0, 0, 0
    deepest = max((level + 1 for level, word in enumerate(words) if word), default=1)
    return deepest, sum(map(bool, words)) + bool(rule.any), sum(map(len, words)) + len(rule.any)


def grades_of(lines: Lines) -> tuple[np.ndarray, dict[str, int]]:
    """Performance grade of each line, and how often words other than the four letters stand there.

    Returns:
        `A` to `D` or empty, object, (line,); unknown ones are noted. Then counts by word.
    """
    config = lines.config
    known = {"": "", **{plain(word): grade for grade, words in config.grades.items() for word in words}}
    known |= {plain(word): grade for word, grade in config.leading.items()}
    codes, uniques = pd.factorize(lines.texts("grade"))
    read = np.array([known.get(plain(one), "?") for one in uniques], object)
    grades = read[codes] if len(read) else np.empty(0, object)
    lines.problems.add("unknown_grade", lines.label("grade"), grades == "?", lines.raw("grade"))
    leading = {plain(word) for word in config.leading}
    counts = np.bincount(codes, minlength=len(uniques))
    special = {str(one): int(counts[place]) for place, one in enumerate(uniques) if plain(one) in leading}
    return np.where(grades == "?", "", grades), special
