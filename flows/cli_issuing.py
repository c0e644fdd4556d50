"""The part of the `bogda` command that hands on what was issued and signed."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson
from flows.cli_consultation import Settings, Store, Warned, consultation_app, warnings_app


def add_commands() -> None:
    """Add these commands to `bogda consultation` and `bogda warnings`."""
    consultation_app.command()(deliver)
    consultation_app.command()(deliveries)
    warnings_app.command("notice")(warning_notice)


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


def warning_notice(
    name: Warned,
    out: Annotated[str, typer.Option(help="结果文件 · File to write.")],
    form: Annotated[str, typer.Option("--format", help="格式：docx, pdf, html")] = "docx",
    step: Annotated[int | None, typer.Option(help="步，缺省为最近一次 · Step; the last.", min=1)] = None,
    store: Store = "store",
    settings: Settings = None,
) -> None:
    """预警通知（公文）：已发布、更新或解除的预警 · A warning that went out as a notice on paper."""
    from flows.commands.warning_notice import Request, run

    run((store, settings), Request(name, step, form, out))
