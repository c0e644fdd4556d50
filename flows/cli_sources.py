"""The part of the `bogda` command about where pollution comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson, validate_app
from flows.cli_receptor import Data, sources_app

Run = Annotated[str, typer.Argument(help="运行目录 · Folder of a run.")]
Pollutant = Annotated[str, typer.Option(help="污染物 · Pollutant: pm25, pm10, so2, no2.")]
Begin = Annotated[str | None, typer.Option("--from", help="起始（北京时） · First day or time, Beijing.")]
End = Annotated[str | None, typer.Option("--to", help="截止（含当日） · Last day, to its end, or time.")]
SourceFigure = Annotated[str | None, typer.Option(help="出图文件 · Figure: .png, .svg or .pdf.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.add_typer(sources_app, name="sources")


@validate_app.command("sources")
def validate_sources(
    data: Data = None,
    full: Annotated[bool, typer.Option("--full", help="全部次数 · All draws and replicates.")] = False,
    as_json: AsJson = False,
) -> None:
    """来源解析各方法的证明 · Proofs of tags, footprints, inversion, measures, receptor models."""
    from flows.commands.validate import run

    run("sources", as_json=as_json, data=data, full=full)


@sources_app.command("contributions")
def sources_contributions(  # noqa: PLR0913, PLR0917 - one for each option
    run: Run,
    place: Annotated[str | None, typer.Option(help="地点或区域 · Place or target region.")] = None,
    pollutant: Pollutant = "pm25",
    by: Annotated[str, typer.Option(help="sector, region, source, nearness")] = "sector",
    begins: Begin = None,
    ends: End = None,
    hours: Annotated[bool, typer.Option("--hours", help="逐小时 · By the hour.")] = False,
    factors: Annotated[str | None, typer.Option(help="反演系数表 · Factors of an inversion, CSV.")] = None,
    figure: SourceFigure = None,
    as_json: AsJson = False,
) -> None:
    """发布预报的来源贡献 · What sources contribute to the published forecast."""
    from flows.commands.contributions import Request, run_contributions

    request = Request(run, pollutant, begins, ends, figure, place, by, hours, factors)
    run_contributions(request, as_json=as_json)


@sources_app.command("matrix")
def sources_matrix(
    run: Run,
    pollutant: Pollutant = "pm25",
    begins: Begin = None,
    ends: End = None,
    figure: SourceFigure = None,
    as_json: AsJson = False,
) -> None:
    """传输矩阵 · Which region contributes how much to which place."""
    from flows.commands.contributions import Request, run_matrix

    run_matrix(Request(run, pollutant, begins, ends, figure), as_json=as_json)


@sources_app.command("measures")
def sources_measures(  # noqa: PLR0913, PLR0917 - one for each option
    run: Run,
    cut: Annotated[
        list[str] | None, typer.Option(help="减排，如 industry=0.3@urumqi，可重复 · A cut, repeatable.")
    ] = None,
    begins: Annotated[
        str | None, typer.Option("--from", help="措施起始（北京时），缺省为起报时间 · Begin, Beijing time.")
    ] = None,
    target_aqi: Annotated[
        int | None, typer.Option(help="求使区域AQI不超过它的最小减排 · Index to keep, such as 150 or 200.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="区域 · Target region of configs/places.yaml.")] = None,
    inventory: Annotated[
        str | None, typer.Option(help="清单，按县、企业、绩效等级减排时需要 · Inventory of the run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """减排措施的效果、达到目标的最小减排 · What cuts change; the least cut that keeps an index."""
    from flows.commands.measures import MeasuresRequest
    from flows.commands.measures import run as run_measures

    run_measures(MeasuresRequest(run, cut or (), begins, target_aqi, region, inventory), as_json=as_json)


@sources_app.command("invert")
def sources_invert(  # noqa: PLR0913, PLR0917 - one for each option
    case: Annotated[str, typer.Argument(help="案例名或YAML文件 · Name of a case, or its YAML file.")],
    reference_time: Annotated[
        str | None, typer.Option(help="窗口终点（北京时） · End of the window, Beijing time.")
    ] = None,
    hours: Annotated[int, typer.Option(help="窗口长度，小时 · Length of the window.")] = 168,
    store: Annotated[str, typer.Option(help="产品库 · Store, whose cache is used.")] = "store",
    tags: Annotated[
        str | None, typer.Option(help="已有的同期标记贡献 · Tags of these hours, made earlier.")
    ] = None,
    out: Annotated[str | None, typer.Option(help="结果目录 · Folder for the results.")] = None,
    as_json: AsJson = False,
) -> None:
    """由监测反演排放订正系数 · Emissions corrected by measurements, and what they could see."""
    from flows.commands.inversion import Request, run

    run(Request(case, reference_time, hours, store, tags, out), as_json=as_json)


@sources_app.command("footprint")
def sources_footprint(  # noqa: PLR0913, PLR0917 - one for each option
    run: Run,
    place: Annotated[str, typer.Option(help="地点或目标区域 · Place or target region.")],
    valid_time: Annotated[
        str, typer.Option(help="小时末，或所在日（北京时） · End of the hour, or the day.")
    ],
    out: Annotated[str, typer.Option(help="结果文件 · File to write, .nc.")],
    pollutant: Pollutant = "pm25",
    averaging: Annotated[str, typer.Option(help="hour（小时）, day（日）")] = "hour",
    figure: SourceFigure = None,
    particles: Annotated[
        bool, typer.Option("--particles", help="以后向粒子检验 · Check by particles.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """足迹：浓度由何时何地的排放造成 · Where and when a concentration was emitted, by the adjoint."""
    from flows.commands import footprint

    request = footprint.FootprintRequest(run, place, valid_time, out, pollutant, averaging, figure, particles)
    footprint.run(request, as_json=as_json)


@sources_app.command("agreement")
def sources_agreement(  # noqa: PLR0913, PLR0917 - one for each option
    run: Run,
    place: Annotated[str, typer.Option(help="地点或目标区域 · Place or target region.")] = "wu-chang-shi",
    begins: Begin = None,
    ends: End = None,
    receptor: Annotated[str | None, typer.Option(help="pmf的结果目录 · Folder that `pmf` wrote.")] = None,
    profiles: Annotated[
        str | None, typer.Option(help="源成分谱 · Published profiles, to name its factors.")
    ] = None,
    inversion: Annotated[str | None, typer.Option(help="反演系数表 · Factors of an inversion, CSV.")] = None,
    as_json: AsJson = False,
) -> None:
    """各方法的来源结论是否一致 · Tags, footprints, receptor model and inversion side by side."""
    from flows.commands import agreement

    request = agreement.AgreementRequest(run, place, begins, ends, receptor, profiles, inversion)
    agreement.run(request, as_json=as_json)


@sources_app.command("report")
def sources_report(  # noqa: PLR0913, PLR0917 - one for each option
    case: Annotated[str, typer.Option(help="算例 · Name of a case, or a YAML file.")],
    store: Annotated[str, typer.Option(help="产品库 · Folder or URL of the store.")],
    kind: Annotated[str, typer.Option(help="weekly 周报, episode 过程")] = "weekly",
    begins: Begin = None,
    ends: End = None,
    out: Annotated[str | None, typer.Option(help="网页文件 · Page to write, .html.")] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="存入产品库，供会商页面显示 · Keep it in the store.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """来源周报与过程分析 · A weekly or an episode report about sources."""
    from flows.commands import source_reports

    request = source_reports.Request(case, kind, (begins, ends), store, out, keep)
    source_reports.run(request, as_json=as_json)
