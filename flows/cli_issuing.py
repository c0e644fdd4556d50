"""The part of the `bogda` command that hands on what was issued and signed."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson
from flows.cli_consultation import Settings, Store, consultation_app


def add_commands() -> None:
    """Add these commands to `bogda consultation`."""
    consultation_app.command()(deliver)
    consultation_app.command()(deliveries)


def deliver(store: Store = "store", settings: Settings = None, as_json: AsJson = False) -> None:
    """送出待送达的预警与会商结论，可由cron反复运行 · Deliver what is due, each once; safe from cron."""
    from flows.commands.deliveries import deliver as run

    run((store, settings), as_json=as_json)


def deliveries(
    product: Annotated[
        str | None, typer.Option(help="只列该产品，如 warning/编号 · One product only.")
    ] = None,
    store: Store = "store",
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """送达情况 · What was delivered whereto, and what failed."""
    from flows.commands.deliveries import show

    show((store, settings), product, as_json=as_json)
