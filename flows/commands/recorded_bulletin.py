"""`bogda bulletin` over a store with a record: issued warnings as alerts, forecasts as people left them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from foundation.errors import ConfigurationError, InputError
from foundation.store import written_beside

if TYPE_CHECKING:
    from consultation.exchange.configuration import ExchangeConfig
    from consultation.issuing.releases import Released
    from consultation.record.desk import Desk
    from flows.commands.bulletin import Request


def recorded(request: Request, exchange: ExchangeConfig) -> str | None:
    """Write what the record says of a run; None where it says nothing, and nothing was written.

    Args:
        request: the run, the form and the file.
        exchange: who sends.

    Returns:
        `issued NAME.STEP` for an alert, `feed`, `signed` or `changed by hand` for a product.

    Raises:
        InputError: when several warnings were issued, or the one named was not.
        BogdaError: when the record or the run cannot be read.
    """
    desk = None if request.model_only else _desk_of(Path(request.folder))
    if desk is None:
        if request.warning is not None:
            raise InputError("there is no record in the store of that run", where=request.folder)
        return None
    try:
        content, what = _content(desk, request, exchange)
    finally:
        desk.close()
    if content is None:
        return None
    with written_beside(request.out) as beside:
        beside.write_bytes(content)
    return what


def _desk_of(folder: Path) -> Desk | None:
    """The desk of the store that holds a run; None where it has no record: none is made by looking."""
    from consultation.record.desk import has_record, open_desk

    home = folder.resolve()
    if len(home.parents) < 3 or home.parent.parent.name != "runs":
        return None
    return open_desk(home.parents[2]) if has_record(home.parents[2]) else None


def _content(desk: Desk, request: Request, exchange: ExchangeConfig) -> tuple[bytes | None, str]:
    from consultation.exchange.atom import atom_feed, bulletin_entries
    from consultation.issuing.alerts import alert_of
    from consultation.issuing.feed import feed_entries

    if request.form == "cap":
        one = _issued(desk, request)
        return (None, "") if one is None else (alert_of(one, exchange), f"issued {one.identifier}")
    if request.form == "atom":
        entries = [*bulletin_entries(request.folder, exchange.feed.entries), *feed_entries(desk, exchange)]
        latest = {entry.key.removeprefix("bulletin/").removeprefix("run/"): entry for entry in entries}
        return atom_feed(latest.values(), exchange), "feed"
    return _product(desk, request, exchange)


def _issued(desk: Desk, request: Request) -> Released | None:
    from consultation.issuing.alerts import releases_of_run
    from consultation.issuing.releases import released_step
    from consultation.record.warning_view import warning

    if request.warning is not None:
        return released_step(warning(desk, request.warning))
    found = [
        one
        for one in releases_of_run(desk, _name(request.folder))
        if request.area in (None, one.entry.payload["notice"]["area"]["id"])
    ]
    if len(found) > 1:
        raise ConfigurationError(
            f"{len(found)} warnings were issued from that run: {', '.join(one.warning for one in found)}",
            remedy="Name one with --warning or --area; --model gives the proposals",
        )
    return found[0] if found else None


def _product(desk: Desk, request: Request, exchange: ExchangeConfig) -> tuple[bytes | None, str]:
    from consultation.formats import open_request, product_bytes
    from consultation.issuing.people import left_by_people

    changes, signed = left_by_people(desk, _name(request.folder))
    if not changes and signed is None:
        return None, ""
    opened = open_request(request.folder, exchange, kind=request.kind, changes=changes, signed=signed)
    return product_bytes(opened, request.form), "signed" if signed else "changed by hand"


def _name(folder: str) -> str:
    home = Path(folder).resolve()
    return f"{home.parent.name}/{home.name}"
