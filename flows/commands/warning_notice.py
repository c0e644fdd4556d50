"""`bogda warnings notice`."""

from __future__ import annotations

from dataclasses import dataclass

from flows.commands.consultation_accounts import Where, desk_at
from flows.inventory_request import check_out
from flows.output import print_line
from foundation.store import written_beside


@dataclass(frozen=True)
class Request:
    """Which warning, which of its steps that went out (the last when None), in what form, where to."""

    warning: str
    step: int | None
    form: str
    out: str


def run(where: Where, request: Request) -> None:
    """Write a warning that went out as a notice on paper.

    Raises:
        BogdaError: when there is no such warning, it did not go out, or the form cannot be made.
    """
    from consultation.issuing.notice_papers import notice_paper
    from consultation.issuing.outlets import outlets_of
    from consultation.issuing.releases import released_step
    from consultation.record.warning_view import warning

    check_out(request.out)
    with desk_at(where) as desk:
        one = released_step(warning(desk, request.warning), request.step)
        content = notice_paper(desk, one, outlets_of(desk).exchange, request.form)
    with written_beside(request.out) as beside:
        beside.write_bytes(content)
    print_line(f"写出 wrote {request.out}（{one.identifier}）")
