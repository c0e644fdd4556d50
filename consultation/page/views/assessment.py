"""Assessments of years against the targets of the plans, as other commands left them in the store."""

from __future__ import annotations

from consultation.page.answers import Answer
from consultation.page.library import Library
from consultation.page.shapes.consult import AssessmentList
from consultation.page.shapes.words import Names, Unavailable
from consultation.page.views.kept import kept_json

__all__ = ["FOLDER", "assessment", "assessments"]

FOLDER = "assessments"
_NONE = Unavailable(
    chinese="产品库中没有年度评价：用 bogda assess 计算，并把 --json 的结果存为 assessments/<名称>.json",
    english="No assessment in the store: make one with bogda assess --json, kept in assessments/<name>.json",
)


def assessments(library: Library) -> AssessmentList:
    """Names of the assessments in the store, newest names last."""
    store = library.shelf.store
    found = store.filesystem.glob(f"{store.root}/{FOLDER}/*.json")
    names = sorted(str(path).rsplit("/", 1)[-1].removesuffix(".json") for path in found)
    return AssessmentList(names=names, absent=None if names else _NONE)


def assessment(library: Library, name: str) -> Answer:
    """An assessment as it was written.

    Raises:
        AbsentError: when there is none of that name, or it is not JSON.
    """
    return kept_json(
        library, f"{FOLDER}/{name}.json", Names(chinese=f"评价 {name}", english=f"assessment {name}")
    )
