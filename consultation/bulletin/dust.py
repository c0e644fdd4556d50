"""The section of dust: where it comes and goes, how likely, what was seen of it, its maps."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from consultation.bilingual import Bilingual
from consultation.dust_page.document import DustDay, DustDocument, Passage
from consultation.dust_page.passages import days_of_passage, learned_rows, ordered_passages
from consultation.run_folder import RunFolder

__all__ = ["FIGURES", "LOOP_FILE", "DustSection", "dust_section"]

LOOP_FILE = "dust-loop.gif"

FIGURES = {
    "dust-maps.png": Bilingual(chinese="近地面沙尘PM10分布", english="PM10 of dust near the ground"),
    "dust-hovmoeller.png": Bilingual(
        chinese="沙尘沿盆地的移动", english="How dust moves along the basins"
    ),
}  # fmt: skip
"""Drawings of a run, by file."""


@dataclass(frozen=True)
class Drawing:
    """A drawing that stands in the page itself."""

    caption: Bilingual
    source: Markup


@dataclass(frozen=True)
class ChanceRow:
    """A place of the learned forecast, and its days."""

    chinese: str
    english: str
    cells: tuple[DustDay, ...]


@dataclass(frozen=True)
class DustSection:
    """All of the section.

    Attributes:
        document: the facts.
        passages: those of the target regions first, the strongest of each first.
        stormy: days, such as `04-02`, with dust by the model at a place, by its id.
        chances: PM10 passed for which probabilities are told, µg/m³.
        advice: what people are told, each once.
        drawings: of the run.
        days: of the learned forecast, and a row for each place where any is warned of or likely.
        loop: file of the loop of maps beside the page; None where there is none.
    """

    document: DustDocument
    passages: tuple[Passage, ...]
    stormy: dict[str, tuple[str, ...]]
    chances: tuple[str, ...]
    advice: tuple[Bilingual, ...]
    drawings: tuple[Drawing, ...]
    days: tuple[str, ...]
    chance_rows: tuple[ChanceRow, ...]
    loop: str | None


def dust_section(run: RunFolder) -> DustSection | None:
    """What is known of dust; None where the run does not say, or no dust model was run and none was seen.

    Args:
        run: the products.
    """
    document = run.dust
    if document is None or (document.state == "absent" and not (document.observed or document.days)):
        return None
    drawings = () if run.folder is None else _drawings(run.folder)
    loop = run.folder is not None and (run.folder / LOOP_FILE).is_file()
    return DustSection(
        document,
        ordered_passages(document.passages),
        {one.place: tuple(day[5:] for day in days_of_passage(one, document)) for one in document.passages},
        _marks(document.passages),
        _advice(document.passages),
        drawings,
        tuple(dict.fromkeys(one.day for one in document.days)),
        _chance_rows(document.days),
        LOOP_FILE if loop else None,
    )


def _chance_rows(days: tuple[DustDay, ...]) -> tuple[ChanceRow, ...]:
    return tuple(ChanceRow(cells[0].chinese, cells[0].english, cells) for cells in learned_rows(days))


def _marks(passages: tuple[Passage, ...]) -> tuple[str, ...]:
    return next((tuple(one.probability) for one in passages if one.probability), ())


def _advice(passages: tuple[Passage, ...]) -> tuple[Bilingual, ...]:
    told = {one.chinese: one for passage in passages for one in passage.advice}
    return tuple(told.values())


def _drawings(folder: Path) -> tuple[Drawing, ...]:
    found = []
    for name, caption in FIGURES.items():
        if (folder / name).is_file():
            content = base64.b64encode((folder / name).read_bytes()).decode("ascii")
            found.append(Drawing(caption, Markup("data:image/png;base64," + content)))  # noqa: S704 - base64
    return tuple(found)
