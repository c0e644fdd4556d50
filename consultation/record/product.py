"""The human product: the model's forecast with the last changes, which stands beside it and never over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from consultation.record.chain import Entry, digest
from consultation.record.desk import Desk
from consultation.record.last_changes import last_changes
from consultation.record.model_forecast import ModelForecast, Stated, model_forecast


@dataclass(frozen=True)
class ChangedBy:
    """Who changed a cell, when (UTC), why, and in which row of the record.

    Attributes:
        model_moved: whether the model's forecast is no longer the one that was changed, since the run was
            made again.
    """

    who: str
    role: str
    when: str
    why: str
    sequence: int
    model_moved: bool


@dataclass(frozen=True)
class ProductCell:
    """One place and day: what the model says, what holds, and who changed it."""

    place: str
    day: str
    model: Stated
    human: Stated
    changed: ChangedBy | None

    def told(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "place": self.place,
            "day": self.day,
            "model": self.model.model_dump(mode="json"),
            "human": self.human.model_dump(mode="json"),
            "changed": None if self.changed is None else dict(self.changed.__dict__),
        }


@dataclass(frozen=True)
class HumanProduct:
    """The product of a run as people leave it.

    Attributes:
        run: `domain/reference time`.
        forecast_sha256: of the model's file, which stays as it is.
        digest: of all that is forecast in it; an agreement is to this.
        cells: every place and day.
    """

    run: str
    forecast_sha256: str
    digest: str
    cells: tuple[ProductCell, ...]

    def cell(self, place: str, day: str) -> ProductCell | None:
        """The cell of a place and a day, if there is one."""
        return next((cell for cell in self.cells if (cell.place, cell.day) == (place, day)), None)

    def told(self) -> dict[str, Any]:
        """As plain data."""
        head = {"run": self.run, "forecast_sha256": self.forecast_sha256, "digest": self.digest}
        return {**head, "cells": [cell.told() for cell in self.cells]}


def human_product(desk: Desk, run: str) -> HumanProduct:
    """The model's forecast with the changes that hold.

    Args:
        desk: where people consult.
        run: `domain/reference time`, such as `demo/20261120T080000Z`.

    Raises:
        Unknown: when there is no such run.
        BogdaError: when its forecast cannot be read.
    """
    model = model_forecast(desk.store, run)
    with desk.record.database.reading() as connection:
        return product_of(model, connection)


def product_of(model: ModelForecast, connection: Connection) -> HumanProduct:
    """The same, through a connection at hand."""
    changes = last_changes(connection, model.run)
    cells = tuple(_cell(cell, said, changes.get(cell)) for cell, said in model.cells.items())
    content = [[cell.place, cell.day, cell.human.model_dump(mode="json")] for cell in cells]
    return HumanProduct(model.run, model.sha256, digest({"run": model.run, "cells": content}), cells)


def _cell(cell: tuple[str, str], said: Stated, entry: Entry | None) -> ProductCell:
    if entry is None:
        return ProductCell(*cell, said, said, None)
    payload = entry.payload
    moved = Stated.model_validate(payload["model"]) != said
    by = ChangedBy(entry.actor, entry.role, entry.time, payload["reason"], entry.sequence, moved)
    return ProductCell(*cell, said, Stated.model_validate(payload["human"]), by)


def side_by_side(desk: Desk, runs: list[str]) -> list[dict[str, Any]]:
    """What the model and what people said, for both to be verified: a row for each run, place and day.

    Args:
        desk: where people consult.
        runs: their names.

    Returns:
        Rows with `run`, `place`, `day`, `changed`, and for `model` and `human` each `low`, `high`, `level`
        and `primary`, as `model_low`, `human_low` and so on.
    """
    rows = []
    for run in runs:
        for cell in human_product(desk, run).cells:
            row: dict[str, Any] = {"run": run, "place": cell.place, "day": cell.day}
            row["changed"] = cell.changed is not None
            for name, stated in (("model", cell.model), ("human", cell.human)):
                row |= {f"{name}_{key}": value for key, value in stated.model_dump(mode="json").items()}
            rows.append(row)
    return rows
