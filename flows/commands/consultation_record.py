"""`bogda consultation verify-record`."""

from __future__ import annotations

from collections.abc import Sequence

from flows.commands.consultation_accounts import Where, desk_at
from flows.output import print_json, print_line
from foundation.errors import RunError


def verify(where: Where, anchors: Sequence[str], *, as_json: bool) -> None:
    """Walk the record and say whether it is whole.

    Raises:
        RunError: naming the first broken row.
        BogdaError: when an anchor or the data base cannot be read.
    """
    from consultation.record.verification import parse_anchor
    from consultation.record.verification import verify as walk

    known = [parse_anchor(text) for text in anchors]
    with desk_at(where) as desk:
        verdict, shown = walk(desk.record.database, known), desk.record.database.shown
    broken = verdict.broken
    if as_json:
        head = {
            "whole": verdict.whole,
            "rows": verdict.rows,
            "head": verdict.head,
            "anchors": verdict.anchors,
        }
        print_json(head | {"broken": None if broken is None else broken.__dict__})
    if broken is not None:
        raise RunError(
            f"row {broken.sequence}: {broken.english}（第{broken.sequence}行：{broken.chinese}）", where=shown,
            remedy="Keep the file as it is, and compare it with a copy and with issued products",
        )  # fmt: skip
    if not as_json:
        print_line(
            f"记录完整 the record is whole: {verdict.rows} 行 rows，核对锚点 anchors {verdict.anchors}"
        )
        print_line(f"末行 head: {verdict.head or '-'}")
