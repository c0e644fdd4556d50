"""The part of the `bogda` command about the consultation page."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_consultation import New


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.command()(serve)


def serve(
    port: Annotated[int | None, typer.Option(help="端口 · Port.", min=1, max=65535)] = None,
    host: Annotated[
        str | None, typer.Option(help="监听地址；127.0.0.1 只限本机 · Address listened on.")
    ] = None,
    store: Annotated[str | None, typer.Option(help="产品库：目录或URL · Store: a folder or a URL.")] = None,
    settings: Annotated[
        str | None, typer.Option(help="会商配置 consultation.yaml · Choices of the consultation.")
    ] = None,
    new: New = False,
) -> None:
    """会商页面：读取产品库中的运行 · The consultation page over the runs of a store."""
    from flows.commands.serve import run

    run(port, host, store, settings, new=new)
