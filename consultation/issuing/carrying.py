"""Carrying what is due to the targets, each once; safe to run again, and by several at once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from consultation.delivery.configuration import Target
from consultation.delivery.dispatch import Outcome, deliver
from consultation.delivery.ledger import DeliveryKey
from consultation.delivery.parcel import Parcel
from consultation.delivery.retry import Clock
from consultation.issuing.consignments import Consignment, consignments
from consultation.issuing.outlets import Outlets
from consultation.record.chain import moment_of
from consultation.record.deliveries import Delivery
from consultation.record.desk import Desk
from foundation.errors import BogdaError

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """A product in one version and form, and the targets that it has not reached."""

    consignment: Consignment
    form: str
    targets: tuple[Target, ...]


def due(desk: Desk, outlets: Outlets) -> Iterator[Due]:
    """What is to be carried now, oldest first.

    Not what was delivered, what failed for good or a short while ago, and not an older version where a later
    one has arrived: an alert must not come after its end.
    """
    now = desk.record.clock()
    for one in consignments(desk, outlets, now):
        held = outlets.ledger.all(one.product)
        for form in one.forms:
            wanting = tuple(
                target
                for target in outlets.delivery.targets
                if form in target.formats and _open(one, form, target, held, outlets, now)
            )
            if wanting:
                yield Due(one, form, wanting)


def _open(
    one: Consignment, form: str, target: Target, held: list[Delivery], outlets: Outlets, now: dt.datetime
) -> bool:
    rounds = outlets.delivery.rounds
    for delivery in held:
        version, _, sent_form = delivery.key.version.partition("/")
        if delivery.key.target != target.name or sent_form != form:
            continue
        if delivery.status == "delivered" and int(version) >= one.version:
            return False
        if int(version) == one.version and delivery.status == "failed":
            ended = moment_of(delivery.finished or delivery.claimed)
            if delivery.attempts >= rounds.most or now - ended < dt.timedelta(minutes=rounds.again_minutes):
                return False
    return True


def carry(desk: Desk, outlets: Outlets, clock: Clock | None = None) -> list[Outcome]:
    """Deliver what is due. A fault is told in the ledger and holds up nothing else.

    Args:
        desk: where people consult.
        outlets: who sends and whereto.
        clock: time of the attempts; the machine's when None.

    Raises:
        RunError: when the data base cannot be reached.
    """
    if not outlets.delivery.targets:
        return []
    found: list[Outcome] = []
    for one in due(desk, outlets):
        try:
            parcel = one.consignment.make(one.form)
        except Exception as error:  # noqa: BLE001 - whatever it is, the list of deliveries tells it
            found += _not_made(one, outlets, error)
            continue
        found += _sent(one, parcel, outlets, clock)
    return found


def _sent(one: Due, parcel: Parcel, outlets: Outlets, clock: Clock | None) -> list[Outcome]:
    found: list[Outcome] = []
    for target in one.targets:
        alone = outlets.delivery.model_copy(update={"targets": (target,)})
        try:
            found += deliver([parcel], alone, outlets.ledger, clock)
        except BogdaError:
            raise
        except Exception:  # noqa: BLE001 - the ledger has it already
            _LOG.exception("a delivery to %s ended unforeseen; the ledger has it as failed", target.name)
    return found


def _not_made(one: Due, outlets: Outlets, error: Exception) -> list[Outcome]:
    """A product that cannot be made counts as a delivery that failed: the list of deliveries tells."""
    if isinstance(error, BogdaError):
        detail = " ".join(error.what.split())[:500]
    else:
        _LOG.error("%s %s cannot be made", one.consignment.product, one.form, exc_info=error)
        detail = f"cannot be made: {type(error).__name__}"
    found = []
    for target in one.targets:
        key = DeliveryKey(one.consignment.product, f"{one.consignment.version}/{one.form}", target.name)
        if outlets.ledger.claim(key):
            outlets.ledger.finish(key, "failed", detail)
            found.append(Outcome(key, "failed", detail))
    return found
