"""The part of the `bogda` command about where pollution comes from."""

from __future__ import annotations

import typer

from flows.cli_atmosphere import AsJson, validate_app
from flows.cli_receptor import Data, sources_app


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.add_typer(sources_app, name="sources")


@validate_app.command("sources")
def validate_sources(data: Data = None, as_json: AsJson = False) -> None:
    """受体模型与轨迹统计的证明 · Proofs of receptor models and trajectory statistics."""
    from flows.commands.validate import run

    run("sources", as_json=as_json, data=data)
