"""The product of a run as people left it: with the changes that hold now, or as it was signed."""

from __future__ import annotations

from typing import Any

from consultation.accounts.users import all_users
from consultation.by_hand import Agreed, Changes, HandChange, Signed, Stated
from consultation.formats import Request, open_request
from consultation.issuing.outlets import Outlets
from consultation.record.chain import Entry, entry_of, of
from consultation.record.desk import Desk
from consultation.record.discussion import AGREEMENT, standing
from consultation.record.model_forecast import model_forecast, run_folder
from consultation.record.product import HumanProduct, ProductCell, human_product
from foundation.errors import RunError


def left_by_people(desk: Desk, run: str) -> tuple[Changes, Signed | None]:
    """The places and days that people changed, and the sign-off where the run is signed as it is now.

    Raises:
        Unknown: when there is no such run.
    """
    now, names = standing(desk, run), shown_names(desk)
    cells = [cell.told() for cell in human_product(desk, run).cells if cell.changed]
    signed = _signed_by(desk, now.signature, names) if now.signature and now.signed else None
    return tuple(_change(cell, names) for cell in cells), signed


def _signed_by(desk: Desk, signature: Entry, names: dict[str, str]) -> Signed:
    """Who signed, who agreed before, and where the record says so."""
    with desk.record.database.reading() as connection:
        rows = [entry_of(row) for row in connection.execute(of(AGREEMENT, signature.subject))]
    by_row = {row.sequence: row for row in rows}
    agreed = tuple(
        Agreed(names_of.chinese, names.get(row.actor, row.actor), row.time)
        for office, names_of in desk.config.offices.items()
        if (row := by_row.get(signature.payload["agreements"].get(office))) is not None
    )
    return Signed(
        signature.actor, signature.role, signature.time, signature.anchor,
        names.get(signature.actor, ""), agreed,
    )  # fmt: skip


def shown_names(desk: Desk) -> dict[str, str]:
    """Names of persons as people write them, by account."""
    return {user.name: user.shown_name for user in all_users(desk)}


def _change(cell: dict[str, Any], names: dict[str, str]) -> HandChange:
    by = cell["changed"]
    return HandChange(
        cell["place"], cell["day"], Stated.model_validate(cell["model"]),
        Stated.model_validate(cell["human"]), by["who"], by["role"], by["when"], by["why"], by["model_moved"],
        names.get(by["who"], ""),
    )  # fmt: skip


def product_now(desk: Desk, run: str, outlets: Outlets, kind: str = "daily") -> Request:
    """A run as people have left it by now, to be written in any form.

    Raises:
        Unknown: when there is no such run.
        BogdaError: when it cannot be read.
    """
    changes, signed = left_by_people(desk, run)
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
    names = shown_names(desk)
    changes = tuple(_change(cell, names) for cell in signature.payload["changed"])
    return open_request(
        run_folder(desk.store, run), outlets.exchange, changes=changes,
        signed=_signed_by(desk, signature, names),
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
