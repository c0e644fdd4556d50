"""`bogda sources measures`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.output import print_json, print_line


@dataclass(frozen=True)
class MeasuresRequest:
    """What was asked for on the command line."""

    folder: str
    cuts: Sequence[str]
    begins: str | None
    target: int | None
    region: str | None
    inventory: str | None


def run(request: MeasuresRequest, *, as_json: bool) -> None:
    """Answer what cuts change in a run, and print it.

    Raises:
        BogdaError: when a cut, the run or the inventory cannot be used.
    """
    from sources.measures.analysis import Question, answer
    from sources.measures.text_table import answer_lines

    document = answer(
        request.folder,
        Question(
            tuple(request.cuts), request.begins, request.target, request.region, request.inventory, as_json
        ),
    )
    if as_json:
        print_json(document)
        return
    for line in answer_lines(document):
        print_line(line)
