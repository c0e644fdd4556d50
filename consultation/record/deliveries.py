"""The ledger of deliveries: each product in each version goes to each target once, and that is recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from consultation.delivery.ledger import DeliveryKey, Status
from consultation.record.chain import SYSTEM, Record, Writer, instant, moment_of
from consultation.record.tables import deliveries

DELIVERY = "delivery"


@dataclass(frozen=True)
class Delivery:
    """A delivery as the ledger holds it; times in UTC.

    Attributes:
        status: `claimed` (someone is at it, or died at it), `delivered` or `failed`.
        attempts: how often it was begun.
    """

    key: DeliveryKey
    status: str
    attempts: int
    claimed: str
    finished: str | None
    detail: str


class Deliveries:
    """The ledger.

    A claim is given to one process alone, and never for what was delivered. One that was not finished within
    `retry_minutes` is given anew, as is one that failed; that a claim was left unfinished is a row of the
    record. What was handed over by a process that died before it could say so is delivered a second time:
    the target can tell by the key.

    Args:
        record: the record; the ledger lies in its data base.
        retry_minutes: after which an unfinished claim counts as left; longer than any delivery takes.
    """

    def __init__(self, record: Record, retry_minutes: int) -> None:
        """Keep the ledger in the record's data base."""
        self._record, self._patience = record, dt.timedelta(minutes=retry_minutes)

    def claim(self, key: DeliveryKey) -> bool:
        """Whether this process is to deliver it now."""
        with self._record.writing() as writer:
            held = writer.connection.execute(_query(key)).first()
            now = writer.now()
            if held is None:
                row = {"status": "claimed", "attempts": 1, "claimed": instant(now), "detail": ""}
                writer.connection.execute(insert(deliveries).values(**key.__dict__, **row))
                return True
            left = held.status == "claimed" and now - moment_of(held.claimed) >= self._patience
            if held.status == "delivered" or (held.status == "claimed" and not left):
                return False
            if left:
                told = {"status": "left unfinished", "attempt": held.attempts, "claimed": held.claimed}
                self._record_it(writer, key, told)
            _set(writer.connection, key, status="claimed", attempts=held.attempts + 1, claimed=instant(now),
                 finished=None, detail="")  # fmt: skip
            return True

    def finish(self, key: DeliveryKey, status: Status, detail: str) -> None:
        """Say how it went; the record gets a row.

        A delivery that was recorded stays so: a later failure of a process that had been given up does not
        undo it.

        Args:
            key: what was claimed.
            status: `delivered` or `failed`.
            detail: one line, such as the answer of the target; no secret.
        """
        with self._record.writing() as writer:
            held = writer.connection.execute(_query(key)).first()
            if held is None or held.status == "delivered":
                return
            line = " ".join(detail.split())[:500]
            self._record_it(writer, key, {"status": status, "attempt": held.attempts, "detail": line})
            _set(writer.connection, key, status=status, finished=instant(writer.now()), detail=line)

    def all(self, product: str | None = None) -> list[Delivery]:
        """Deliveries, of one product where it is named; one that is `claimed` is at work, or was left."""
        query = select(deliveries).order_by(deliveries.c.claimed, deliveries.c.target)
        query = query if product is None else query.where(deliveries.c.product == product)
        with self._record.database.reading() as connection:
            return [_delivery(row) for row in connection.execute(query)]

    def _record_it(self, writer: Writer, key: DeliveryKey, told: dict[str, Any]) -> None:
        payload = {"version": key.version, "target": key.target, **told}
        writer.append(SYSTEM, DELIVERY, key.product, payload)


def _where(key: DeliveryKey) -> Any:
    columns = deliveries.c
    return (
        (columns.product == key.product) & (columns.version == key.version) & (columns.target == key.target)
    )


def _query(key: DeliveryKey) -> Select[Any]:
    return select(deliveries).where(_where(key))


def _set(connection: Connection, key: DeliveryKey, **values: Any) -> None:
    connection.execute(update(deliveries).where(_where(key)).values(**values))


def _delivery(row: Row[Any]) -> Delivery:
    key = DeliveryKey(row.product, row.version, row.target)
    return Delivery(key, row.status, row.attempts, row.claimed, row.finished, row.detail)
