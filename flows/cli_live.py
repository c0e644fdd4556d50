"""The part of the `bogda` command that deals with what comes from outside."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(fetch)


def fetch(  # noqa: PLR0913, PLR0917 - one for each option
    site: Annotated[str, typer.Option(help="站点配置YAML · YAML of the site.")],
    what: Annotated[
        str | None, typer.Option(help="weather, measurements 或 inventory；缺省全部 · All when absent.")
    ] = None,
    store: Annotated[str, typer.Option(help="产品库目录，收件箱在其中 · Store; its inbox.")] = "store",
    hours: Annotated[int, typer.Option(help="监测：最近多少小时 · Measurements: so many last hours.")] = 24,
    lead: Annotated[int, typer.Option(help="天气：预报时效，小时 · Weather: lead times up to.")] = 48,
    minutes: Annotated[float, typer.Option(help="总时限，分钟 · Minutes for all of it.")] = 30.0,
    as_json: AsJson = False,
) -> None:
    """手动获取站点配置中的天气、监测与清单，逐项列出 · Fetch by hand what a site names, and say what came."""
    from flows.commands.fetch import Request, run

    run(Request(site, what, store, hours, lead, minutes), as_json=as_json)
