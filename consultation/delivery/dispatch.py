"""Delivering parcels to every target that wants them, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from consultation.delivery import folder, mail, webhook
from consultation.delivery.configuration import (
    DeliveryConfig,
    FolderTarget,
    Target,
    WebhookTarget,
)
from consultation.delivery.ledger import DeliveryKey, Ledger
from consultation.delivery.parcel import Parcel
from consultation.delivery.retry import Allowance, Clock, RefusedError, attempted
from foundation.errors import BogdaError

_MIB = 1 << 20


@dataclass(frozen=True)
class Outcome:
    """What became of one parcel at one target.

    Attributes:
        status: `delivered`, `failed`, or `not-claimed` where it was delivered before or another is at it.
        detail: one line without secrets.
    """

    key: DeliveryKey
    status: Literal["delivered", "failed", "not-claimed"]
    detail: str


def deliver(
    parcels: Sequence[Parcel], config: DeliveryConfig, ledger: Ledger, clock: Clock | None = None
) -> tuple[Outcome, ...]:
    """Carry parcels to the targets that ask for their format; a failure at one does not hold up the others.

    Every delivery is claimed before it begins and finished in the ledger when it is over, whichever way.

    Args:
        parcels: what to deliver.
        config: targets; no other address is called.
        ledger: says what is to be delivered, and keeps what was.
        clock: time; the machine's when None.
    """
    return tuple(
        _once(parcel, target, config, ledger, clock or Clock())
        for parcel in parcels
        for target in config.targets
        if parcel.form in target.formats
    )


def _once(parcel: Parcel, target: Target, config: DeliveryConfig, ledger: Ledger, clock: Clock) -> Outcome:
    key = DeliveryKey(parcel.product, f"{parcel.version}/{parcel.form}", target.name)
    if not ledger.claim(key):
        return Outcome(key, "not-claimed", "delivered before, or being delivered")
    try:
        detail = _carried(parcel, target, key, config, clock)
    except (RefusedError, BogdaError) as failure:
        detail = " ".join(str(failure).split())[:500]
        ledger.finish(key, "failed", detail)
        return Outcome(key, "failed", detail)
    except Exception as error:
        ledger.finish(key, "failed", f"unexpected {type(error).__name__}")
        raise
    ledger.finish(key, "delivered", detail)
    return Outcome(key, "delivered", detail)


def _carried(parcel: Parcel, target: Target, key: DeliveryKey, config: DeliveryConfig, clock: Clock) -> str:
    if len(parcel.content) > config.largest_mib * _MIB:
        raise RefusedError(
            f"{len(parcel.content) / _MIB:.1f} MiB, more than the {config.largest_mib:g} MiB allowed"
        )

    def attempt(allowed: Allowance) -> str:
        if isinstance(target, FolderTarget):
            return folder.put(target, parcel)
        if isinstance(target, WebhookTarget):
            return webhook.post(target, parcel, key, allowed)
        return mail.send(target, parcel, key, allowed)

    return attempted(attempt, config.retry, clock)
