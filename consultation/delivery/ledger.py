"""The ledger of deliveries as deliveries see it: who may deliver, and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Status = Literal["delivered", "failed"]


@dataclass(frozen=True)
class DeliveryKey:
    """What is delivered whereto: the same key is delivered once.

    Attributes:
        product: such as `warning/ID` or `bulletin/demo/20261120T080000Z`, at most 200 characters.
        version: such as the step of a warning and the format, at most 64.
        target: name of the target, no secret in it, at most 300.
    """

    product: str
    version: str
    target: str

    def __str__(self) -> str:
        """The key in one line, as targets see it."""
        return f"{self.product}:{self.version}:{self.target}"


class Ledger(Protocol):
    """A record that outlives the process.

    A claim is given to one process alone. What becomes of a claim whose process died before it could finish
    is the ledger's to decide: one that never gives it again delivers at most once, one that gives it again
    after a time delivers at least once, and targets can tell by the key.
    """

    def claim(self, key: DeliveryKey) -> bool:
        """Whether this process is to deliver it now; False where it is delivered or another is at it."""
        ...

    def finish(self, key: DeliveryKey, status: Status, detail: str) -> None:
        """Say how it went, in one line without secrets."""
        ...
