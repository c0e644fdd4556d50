"""The part of the `bogda` command that hands products on and holds years against their targets."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.command()(bulletin)
    app.command()(assess)


def bulletin(  # noqa: PLR0913, PLR0917 - one for each option
    run_folder: Annotated[str, typer.Argument(metavar="RUN", help="运行目录 · Folder of a run.")],
    out: Annotated[str, typer.Option(help="结果文件 · File to write.")],
    form: Annotated[
        str, typer.Option("--format", help="格式：html, pdf, docx, csv, json, netcdf, geojson, cap, atom")
    ] = "html",
    kind: Annotated[
        str, typer.Option(help="docx与pdf：daily 日报, consultation 会商材料 · Which document.")
    ] = "daily",
    area: Annotated[str | None, typer.Option(help="cap：只写该区域或地点 · One area only.")] = None,
    warning: Annotated[
        str | None, typer.Option(help="cap：已发布预警的编号 · An issued warning of the record.")
    ] = None,
    model_only: Annotated[
        bool, typer.Option("--model", help="只用模式产品，不看会商记录 · The model's alone, as proposed.")
    ] = False,
    settings: Annotated[
        str | None, typer.Option(help="本单位的 exchange.yaml · The site's own copy of exchange.yaml.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """会商材料、日报与交换产品 · A run as a document or in a form of exchange."""
    from flows.commands.bulletin import Request, run

    run(Request(run_folder, out, form, kind, area, settings, warning, model_only), as_json=as_json)


def assess(  # noqa: PLR0913, PLR0917 - one for each option
    observations: Annotated[str, typer.Argument(help="监测文件或目录 · File or folder of measurements.")],
    year: Annotated[int, typer.Option(help="评价年份 · Year assessed.", min=2000, max=2199)],
    provider: Annotated[str | None, typer.Option(help="数据来源，缺省时自动识别 · Provider.")] = None,
    until: Annotated[str | None, typer.Option(help="评价截止日 · Last day counted, 2015-06-30.")] = None,
    dust_rule: Annotated[
        str | None,
        typer.Option(help="沙尘规则：detector（缺省）, national-2016 · Rule of days without dust."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="产品库：另存于其assessments/，供页面显示 · Store it is kept in."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="名称，缺省为年份 · Name in the store; the year.")] = None,
    as_json: AsJson = False,
) -> None:
    """全年或年初至今的评价与目标对照 · A year against the targets, with and without dust."""
    from flows.commands.assess import Request, run

    run(Request(observations, provider, year, until, dust_rule, store, name), as_json=as_json)
