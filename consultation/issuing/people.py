"""The product of a run as people left it: with the changes that hold now, or as it was signed."""

from __future__ import annotations

from typing import Any

from consultation.by_hand import Changes, HandChange, Signed, Stated
from consultation.formats import Request, open_request
from consultation.issuing.outlets import Outlets
from consultation.record.chain import Entry
from consultation.record.desk import Desk
from consultation.record.discussion import standing
from consultation.record.model_forecast import model_forecast, run_folder
from consultation.record.product import HumanProduct, ProductCell, human_product
from foundation.errors import RunError


def changes_of(product: HumanProduct) -> Changes:
    """The places and days that people changed."""
    return tuple(_change(cell.told()) for cell in product.cells if cell.changed)


def signed_changes(signature: Entry) -> Changes:
    """The changes that a signature holds."""
    return tuple(_change(cell) for cell in signature.payload["changed"])


def signed_by(signature: Entry) -> Signed:
    """Who signed, and where the record says so."""
    return Signed(signature.actor, signature.role, signature.time, signature.anchor)


def _change(cell: dict[str, Any]) -> HandChange:
    by = cell["changed"]
    return HandChange(
        cell["place"], cell["day"], Stated.model_validate(cell["model"]),
        Stated.model_validate(cell["human"]), by["who"], by["role"], by["when"], by["why"], by["model_moved"],
    )  # fmt: skip


def product_now(desk: Desk, run: str, outlets: Outlets, kind: str = "daily") -> Request:
    """A run as people have left it by now, to be written in any form.

    Raises:
        Unknown: when there is no such run.
        BogdaError: when it cannot be read.
    """
    now = standing(desk, run)
    signed = signed_by(now.signature) if now.signature and now.signed else None
    changes = changes_of(human_product(desk, run))
    folder = run_folder(desk.store, run)
    return open_request(folder, outlets.exchange, kind=kind, changes=changes, signed=signed)


def product_as_signed(desk: Desk, signature: Entry, outlets: Outlets) -> Request:
    """A run as it was signed, whatever was changed since.

    Raises:
        RunError: when the run was made again since.
        BogdaError: when it cannot be read.
    """
    run = signature.subject
    if model_forecast(desk.store, run).sha256 != signature.payload["forecast_sha256"]:
        raise RunError(
            f"run {run} was made again after it was signed (row {signature.sequence})",
            remedy="Agree to it and sign it anew",
        )
    return open_request(
        run_folder(desk.store, run), outlets.exchange, changes=signed_changes(signature),
        signed=signed_by(signature),
    )  # fmt: skip


def told(product: HumanProduct) -> dict[str, Any]:
    """Every place and day with model and human side by side, as `record.product.side_by_side` has it."""
    return {
        "run": product.run, "digest": product.digest, "forecast_sha256": product.forecast_sha256,
        "changed": sum(cell.changed is not None for cell in product.cells),
        "rows": [_row(cell) for cell in product.cells],
    }  # fmt: skip


def _row(cell: ProductCell) -> dict[str, Any]:
    return {
        "place": cell.place, "day": cell.day, "model": cell.model.model_dump(mode="json"),
        "human": cell.human.model_dump(mode="json"),
        "changed": None if cell.changed is None else dict(cell.changed.__dict__),
    }  # fmt: skip
