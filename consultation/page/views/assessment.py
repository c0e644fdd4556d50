"""Assessments of years against the targets of the plans, as other commands left them in the store."""

from __future__ import annotations

import json

from consultation.page.answers import JSON_KIND, Answer
from consultation.page.faults import AbsentError
from consultation.page.library import Library
from consultation.page.shapes.consult import AssessmentList
from consultation.page.shapes.words import Unavailable

__all__ = ["FOLDER", "assessment", "assessments"]

FOLDER = "assessments"
_LARGEST_BYTES = 20_000_000
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
    store = library.shelf.store
    path = f"{store.root}/{FOLDER}/{name}.json"
    if not store.filesystem.isfile(path):
        raise AbsentError(f"没有评价 {name}", f"There is no assessment {name}")
    if store.filesystem.size(path) > _LARGEST_BYTES:
        raise AbsentError(f"评价 {name} 过大", f"The assessment {name} is too large", "unreadable")
    try:
        text = store.filesystem.cat_file(path)
        json.loads(text)
    except (OSError, ValueError) as error:
        raise AbsentError(f"评价 {name} 已损坏", f"The assessment {name} is broken", "unreadable") from error
    return Answer.of(text, JSON_KIND)
